"""`table`: the lines of a run as the tables of `docs/performance.md`, so that no figure there is written by hand."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PAGE = Path("docs/performance.md")


class NoMarkers(ValueError):
    """The page has no place for a table of this run."""


def main(arguments: list[str]) -> int:
    """`table FILE … [--page PAGE]`: put the lines of each file between the markers of its run, or print them."""
    parser = argparse.ArgumentParser(prog="python -m bench table")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--page", type=Path, help=f"put the tables into this page, such as {PAGE}")
    chosen = parser.parse_args(arguments)
    for file in chosen.files:
        run, text = render(read(file))
        if chosen.page is None:
            print(text)
        else:
            page = chosen.page.read_text(encoding="utf-8")
            chosen.page.write_text(put(page, run, text), encoding="utf-8")
    return 0


def read(file: Path) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def put(page: str, run: str, text: str) -> str:
    """The page with the tables of a run between its markers. Raises NoMarkers."""
    begin, end = f"<!-- bench:{run} -->", f"<!-- end of bench:{run} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise NoMarkers(f"no {begin} … {end}")
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"


def render(lines: list[dict[str, Any]]) -> tuple[str, str]:
    """The name of the run, and its tables."""
    machine = next((line for line in lines if line["name"] == "machine"), {"run": "quick"})
    end = next((line for line in lines if line["name"] == "end"), {})
    driven = [line for line in lines if "per_second" in line]
    single = [line for line in lines if "value" in line]
    failed = [line for line in lines if "error" in line]
    database = next((line for line in lines if line["name"] == "database"), {})
    parts = [_machine(machine, database, end)]
    if driven:
        parts.append(_table(_DRIVEN, map(_driven, driven)))
    if single:
        parts.append(_table(_SINGLE, map(_single, single)))
    parts += [f"**Not measured**: `{line['name']}` ({line['error'].splitlines()[0][:160]})" for line in failed]
    return machine["run"], "\n\n".join(part for part in parts if part) + "\n"


def _machine(machine: dict[str, Any], database: dict[str, Any], end: dict[str, Any]) -> str:
    if "cores" not in machine:
        return ""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    text = (
        f"Measured {machine['at'].replace('T', ' ')} at commit `{machine['commit']}` on {machine['cores']} cores "
        f"({machine['processor']}), {machine['memory_gb']} GB, {machine['system']}, Linux {machine['kernel']}. "
        f"PostgreSQL {database.get('version', '?')}, Python {machine['python']}, {versions}. "
        f"Load average {machine['load_average']} as it began"
    )
    return text + (f", {end['load_average']} as it ended; {end['seconds']} s in all." if end else ".")


_DRIVEN = (
    "what",
    "cases",
    "clients",
    "a second",
    "(least–most)",
    "p50 ms",
    "p99 ms",
    "CPU ms: web + PG",
    "(least–most)",
    "of the floor",
    "wanted",
)


def _driven(line: dict[str, Any]) -> tuple[str, ...]:
    ratio = line.get("ratio")
    return (
        line["what"],
        f"{line['cases']:,}",
        str(line["clients"]),
        _number(line["per_second"]["median"]),
        _range(line["per_second"]),
        _number(line["p50_ms"]),
        _number(line["p99_ms"]),
        f"**{_number(line['cpu_ms']['median'])}**: {_number(line['cpu_web_ms'])} + {_number(line['cpu_postgres_ms'])}",
        _range(line["cpu_ms"]),
        f"{_number(ratio['median'])} ({_range(ratio)})" if ratio else "",
        _wanted(line),
    )


_SINGLE = ("figure", "value", "wanted", "floor", "conditions")


def _single(line: dict[str, Any]) -> tuple[str, ...]:
    floor = line.get("floor")
    least = f"{floor['name']}: {_number(floor['value'])} {floor['unit']}" if floor else ""
    wanted = ""
    for key, sign in (("wanted_at_most", "≤"), ("wanted_at_least", "≥")):
        if key in line:
            wanted = f"{sign} {_number(line[key])}, {_met(line)}"
    shown = {key: value for key, value in line["conditions"].items() if isinstance(value, int | float | str)}
    conditions = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in shown.items())
    return f"`{line['name']}`", f"{_number(line['value'])} {line['unit']}", wanted, least, conditions


def _wanted(line: dict[str, Any]) -> str:
    names = {"cpu_ms": "CPU", "p50_ms": "p50"}
    wanted = ", ".join(f"{names[key]} ≤ {_number(value)} ms" for key, value in line.get("wanted_at_most", {}).items())
    return f"{wanted}: {_met(line)}" if wanted else ""


def _met(line: dict[str, Any]) -> str:
    return "met" if line["met"] else "**not met**"


def _table(head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    shown = [list(head)]
    lines = [_row(shown[0]), "|" + "---|" * len(shown[0])]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _range(spread: dict[str, float]) -> str:
    return f"{_number(spread['least'])}–{_number(spread['most'])}"


def _number(value: float | None) -> str:
    """Three figures at least, thousands in groups."""
    if value is None:
        return "—"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.4f}"
