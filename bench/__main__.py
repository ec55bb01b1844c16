"""`python -m bench [quick|full] [name …]` measures; `table`, `profile` and `importing` are commands of their own."""

import argparse
import importlib
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import (
    ceiling,
    counted,
    exporting,
    figures,
    floor,
    idle,
    importing,
    live,
    machine_door,
    pages,
    rounds,
    scene,
    small,
    table,
)
from bench.fill import fill
from bench.house import House, lent_house
from bench.rounds import Series
from bench.settings import PLANS, Plan
from bench.statistics import rounded

# In the order they run: what needs an untouched house first, what leaves most behind last.
NAMES = ("ceiling", "start", "memory", "search", "clock", "statements", "rounds", "export", "import", "live")
# Commands with a program of their own in this folder; each has a `main(arguments) -> int`.
OTHERS = {
    "profile": "bench.profiling",
    "importing": "bench.importing",
}
RESULTS = Path("var/bench")
# Lists must cost the same in a large house: CPU at the largest size over that at the smallest, at most.
MOST_GROWTH = 1.3
FLAT = ("open311.list", "open311.list_deep", "open311.list_filtered", "desk.list")


def main(arguments: list[str] | None = None) -> int:
    """Gives the exit code: 1 when something could not be measured."""
    given = sys.argv[1:] if arguments is None else arguments
    name, rest = (given[0], given[1:]) if given else ("quick", [])
    if name == "table":
        return table.main(rest)
    if name in OTHERS:
        code: int = importlib.import_module(OTHERS[name]).main(rest)
        return code
    if name not in PLANS:
        name, rest = "quick", given
    return _measure(PLANS[name], rest)


def _measure(plan: Plan, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the speed and memory of Wasl.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}; all when none is named")
    parser.add_argument("--sizes", help="numbers of cases, with commas", default="")
    parser.add_argument("--rounds", type=int, default=plan.rounds)
    parser.add_argument("--only", default="", help="drive only series whose name begins so, such as open311.create")
    parser.add_argument("--keep", type=Path, default=RESULTS / f"{plan.name}.jsonl", help="where the lines are kept")
    parser.add_argument("--home", type=Path, help="a folder whose house is used, and stays for the next run")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.names if name not in NAMES]:
        parser.error(
            f"there is no {unknown[0]!r}; choose from {', '.join(NAMES)}, quick, full, table, {', '.join(OTHERS)}"
        )
    sizes = tuple(int(size) for size in chosen.sizes.split(",")) if chosen.sizes else plan.sizes
    plan = replace(plan, sizes=sizes, rounds=chosen.rounds)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing stays behind
    live.raise_file_limit()
    with figures.kept_in(chosen.keep):
        figures.machine(plan.name)
        with lent_house(chosen.home) as house, figures.attempt("the run"):
            _run(house, plan, set(chosen.names or NAMES), chosen.only)
        figures.line(
            {
                "name": "end",
                "seconds": round(figures.elapsed()),
                "load_average": figures.load_average(),
                "failed": figures.failures(),
            }
        )
    figures.tell(f"done in {figures.elapsed():.0f} s; kept in {chosen.keep}")
    return 1 if figures.failures() else 0


def _run(house: House, plan: Plan, names: set[str], only: str) -> None:
    if "ceiling" in names:
        with figures.attempt("ceiling"):
            ceiling.run(plan)
    house.most_rest = plan.rest_seconds
    figures.tell("the first start")
    started = house.start()
    figures.line({"name": "database", "version": house.database_version()})
    acts: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("start", lambda: idle.first_start(started)),
        ("memory", lambda: idle.memory(house, seconds=plan.idle_seconds)),
        ("search", lambda: small.search(house, plan)),
        ("clock", lambda: small.clock(house, plan)),
        ("statements rounds", lambda: _drive(house, plan, names, only)),
        ("export", lambda: exporting.run(house, plan)),
        ("import", lambda: importing.run(house, plan)),
        ("live", lambda: live.run(house, plan)),
        ("start", lambda: idle.second_start(house)),
    )
    for wanted, act in acts:
        if names & set(wanted.split()):
            figures.tell(wanted)
            with figures.attempt(wanted):
                act()


def _drive(house: House, plan: Plan, names: set[str], only: str) -> None:
    seen = scene.look(house)
    if "statements" in names:
        with figures.attempt("statements"):
            counted.run(house, seen)
    if "rounds" not in names:
        return
    growth: dict[str, dict[int, float]] = {}
    for size in plan.sizes:
        fill(house, size)
        with figures.attempt("figures_kept"):
            scene.keep_figures(house)
        house.rest()
        series = [one for one in _series(house, seen, plan) if one.name.startswith(only)]
        statements = floor.statements(agency=seen.agency, unit=seen.unit, cases=seen.case_ids)
        with floor.laid(house):
            rounds.run(house, plan, series, statements)
        for one in series:
            if one.clients == 1 and one.rounds:
                growth.setdefault(one.name, {})[size] = one.cpu_ms.median
    _tell_growth(growth)


def _series(house: House, seen: scene.Scene, plan: Plan) -> list[Series]:
    found: list[Series] = []
    for make in (machine_door.series, pages.series):
        with figures.attempt(make.__module__):
            found += make(house, seen, plan)
    return found


def _tell_growth(growth: dict[str, dict[int, float]]) -> None:
    """How the CPU of a request grows with the house, and from the first page of a list to a deep one."""
    for name, by_size in growth.items():
        small_, large = min(by_size), max(by_size)
        if small_ != large:
            most = MOST_GROWTH if name in FLAT else None
            grown = by_size[large] / by_size[small_]
            figures.figure(f"{name}.growth", grown, "times", most=most, sizes=[small_, large], of="CPU a request")
    first, deep = growth.get("open311.list", {}), growth.get("open311.list_deep", {})
    for size in sorted(first.keys() & deep.keys()):
        values = {"first_ms": rounded(first[size]), "deep_ms": rounded(deep[size])}
        figures.figure("open311.list_deep.over_first", deep[size] / first[size], "times", cases=size, **values)


if __name__ == "__main__":
    sys.exit(main())
