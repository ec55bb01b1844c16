"""`python -m bench [--short] [name …]`: measure all, or what is named."""

import argparse
import sys
from collections.abc import Callable

from bench import create, figures, idle, live, pages, small
from bench.house import House, lent_house
from bench.settings import SHORT, WHOLE, Plan

# In the order they run: what needs an untouched house first, what leaves most behind last.
NAMES = ("start", "memory", "search", "clock", "create", "get", "list", "live")


def main() -> int:
    """Measure in one house; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the speed and memory of Wasl.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}; all when none is named")
    parser.add_argument("--short", action="store_true", help="fewer and shorter, to try things out")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no {unknown[0]!r}; choose from {', '.join(NAMES)}")
    live.raise_file_limit()
    figures.machine()
    with lent_house() as house:
        _run(house, SHORT if chosen.short else WHOLE, set(chosen.names or NAMES))
    figures.tell("done")
    return 0


def _run(house: House, plan: Plan, names: set[str]) -> None:
    figures.tell("the first start")
    started = house.start()
    acts: tuple[tuple[str, Callable[[], None]], ...] = (
        ("start", lambda: idle.first_start(started)),
        ("memory", lambda: idle.memory(house, seconds=plan.idle_seconds)),
        ("search", lambda: small.search(house, plan)),
        ("clock", lambda: small.clock(house, plan)),
        ("create", lambda: create.run(house, plan)),
        ("get list", lambda: pages.run(house, plan, names)),
        ("live", lambda: live.run(house, plan)),
        ("start", lambda: idle.second_start(house)),
    )
    for wanted, act in acts:
        if names & set(wanted.split()):
            figures.tell(wanted)
            act()


if __name__ == "__main__":
    sys.exit(main())
