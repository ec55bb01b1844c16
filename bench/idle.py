"""`start` and `memory`: how long `wasl run` takes to be ready, and what it needs when nobody asks for anything."""

import subprocess
import sys
import time

from bench.figures import Floor, figure, tell
from bench.house import PARTS, House, Started
from bench.processes import family, pss_bytes

MOST_SECOND_START = 6.0
MOST_MEGABYTES = 500.0
_MEGABYTE = 2**20


def first_start(started: Started) -> None:
    """The start on an empty folder: cluster, tables, files, demo."""
    figure("start.first", started.seconds, "s", steps=started.steps, outside=round(started.seconds_outside, 2))


def second_start(house: House) -> None:
    """Stopped by Ctrl-C and started again."""
    cases = house.cases()
    began = time.monotonic()
    house.stop()
    figure("start.stopping", time.monotonic() - began, "s")
    bare = _bare_seconds()
    started = house.start()
    figure(
        "start.second",
        started.seconds_outside,
        "s",
        floor=Floor("a Python that imports Django, uvicorn and psycopg", bare, "s"),
        most=MOST_SECOND_START,
        steps=started.steps,
        runner_says=started.seconds,
        cases=cases,
    )


def memory(house: House, *, seconds: float) -> None:
    """PSS of every process after a rest; shared pages are counted once in all."""
    house.rest()
    tell(f"memory: waiting {seconds:.0f} s")
    time.sleep(seconds)
    bare = _bare_bytes()
    whole = pythons = 0
    for name, pid in sorted(house.parts().items(), key=_place):
        members = family(pid) if name == "postgres" else [one for one in family(pid) if one.pid == pid]
        size = sum(pss_bytes(one.pid) for one in members)
        whole += size
        pythons += name != "postgres"
        least = Floor("a Python that does nothing", bare / _MEGABYTE, "MB") if name != "postgres" else None
        figure(f"memory.{name}", size / _MEGABYTE, "MB", floor=least, processes=len(members), idle_seconds=seconds)
    figure(
        "memory.all",
        whole / _MEGABYTE,
        "MB",
        floor=Floor(f"{pythons} Pythons that do nothing", pythons * bare / _MEGABYTE, "MB"),
        most=MOST_MEGABYTES,
        idle_seconds=seconds,
        measured="proportional set size (PSS)",
    )
    tell(f"memory: {whole / _MEGABYTE:.0f} MB in all")


def _place(part: tuple[str, int]) -> int:
    return PARTS.index(part[0]) if part[0] in PARTS else len(PARTS)


def _bare_seconds() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import django.db.models, uvicorn, psycopg"], check=True)
    return time.monotonic() - began


def _bare_bytes() -> int:
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        time.sleep(1)
        return pss_bytes(idle.pid)
    finally:
        idle.kill()
        idle.wait()
