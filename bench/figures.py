"""What is printed: figures as JSON lines on standard output and into a file, progress on standard error."""

import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bench.statistics import median, percentile, rounded

__all__ = ["Floor", "attempt", "failures", "figure", "kept_in", "line", "machine", "median", "percentile", "tell"]

PACKAGES = ("django", "psycopg", "procrastinate", "uvicorn", "uvloop", "httptools", "a2wsgi", "msgspec")
_began = time.monotonic()
_kept: list[IO[str]] = []
_failed: list[str] = []


@dataclass(frozen=True)
class Floor:
    """What the same machine needs for the bare minimum of the job, measured in the same run."""

    name: str
    value: float
    unit: str


def line(content: dict[str, Any]) -> None:
    """Print one line of JSON, and keep it where it is to be kept."""
    text = json.dumps(content, ensure_ascii=False)
    print(text, flush=True)
    for file in _kept:
        print(text, file=file, flush=True)


@contextmanager
def kept_in(path: Path | None) -> Iterator[None]:
    """Keep all lines in a file as well."""
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        _kept.append(file)
        try:
            yield
        finally:
            _kept.remove(file)


def figure(
    name: str,
    value: float | None,
    unit: str,
    *,
    floor: Floor | None = None,
    most: float | None = None,
    least: float | None = None,
    **conditions: Any,
) -> None:
    """Print one figure; `ratio` is value over floor. `most`, `least`: what is wanted."""
    told: dict[str, Any] = {"name": name, "value": rounded(value), "unit": unit, "conditions": conditions}
    told["floor"] = (
        {"name": floor.name, "value": rounded(floor.value), "unit": floor.unit} if floor is not None else None
    )
    told["ratio"] = rounded(value / floor.value) if floor is not None and floor.value and value is not None else None
    if most is not None:
        told |= {"wanted_at_most": most, "met": value is not None and value <= most}
    if least is not None:
        told |= {"wanted_at_least": least, "met": value is not None and value >= least}
    line(told)


@contextmanager
def attempt(name: str) -> Iterator[None]:
    """Whatever fails in the body is a line of its own, and the run goes on."""
    try:
        yield
    except Exception as error:  # a benchmark that fails must not take the others with it
        _failed.append(name)
        why = " ".join(f"{type(error).__name__}: {error}".split())
        why = why if len(why) <= 500 else f"{why[:200]} … {why[-300:]}"
        line({"name": name, "error": why})
        tell(f"FAILED {name}: {why}")


def failures() -> list[str]:
    """The names of what has failed so far."""
    return list(_failed)


def tell(text: str) -> None:
    """One line of progress."""
    print(f"{time.monotonic() - _began:7.1f}s  {text}", file=sys.stderr, flush=True)


def elapsed() -> float:
    """Seconds since the run began."""
    return time.monotonic() - _began


def load_average() -> float:
    """How many processes wanted a core during the last minute."""
    return round(os.getloadavg()[0], 2)


def machine(run: str) -> None:
    """The machine and the versions all figures of this run hold for."""
    from importlib.metadata import version

    line(
        {
            "name": "machine",
            "run": run,
            "at": datetime.now(UTC).isoformat(timespec="minutes"),
            "cores": os.cpu_count(),
            "processor": _processor(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "kernel": platform.release(),
            "system": _system(),
            "python": platform.python_version(),
            "versions": {name: version(name) for name in PACKAGES},
            "commit": _commit(),
            "load_average": load_average(),
        }
    )


def _processor() -> str:
    for text in _read("/proc/cpuinfo").splitlines():
        if text.startswith("model name"):
            return text.partition(":")[2].strip()
    return platform.machine()


def _system() -> str:
    for text in _read("/etc/os-release").splitlines():
        if text.startswith("PRETTY_NAME="):
            return text.partition("=")[2].strip('"')
    return platform.system()


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _commit() -> str:
    root = Path(__file__).resolve().parent.parent
    head = _read(str(root / ".git" / "HEAD")).strip()
    if head.startswith("ref: "):
        head = _read(str(root / ".git" / head.removeprefix("ref: ")))
    return head[:12] or "?"
