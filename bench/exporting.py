"""`export`: all cases of the municipality into a file, and how much memory that takes."""

import os
import re
import subprocess
import sys
import time

from bench.figures import figure, tell
from bench.house import House
from bench.settings import Plan

MOST_MEGABYTES = 400.0
_SAID = re.compile(r"([\d,]+)\s*$")


def run(house: House, plan: Plan) -> None:
    """Cases a second and the peak of resident memory, by format."""
    for form in plan.exports:
        export(house, form)


def export(house: House, form: str, *, agency: str = "MUN") -> None:
    """All cases of an agency in one format, by a process of its own."""
    began = time.monotonic()
    command = [sys.executable, "-m", "wasl.config.cli", "export", "cases", "--agency", agency, "--format", form]
    child = subprocess.Popen(
        [*command, "--language", "en"],
        env=house.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    said = child.stderr.read().strip()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stderr.close()
    found = _SAID.search(said)
    if child.returncode != 0 or found is None:
        raise RuntimeError(f"wasl export: {said[-1000:]}")
    cases, seconds = int(found[1].replace(",", "")), time.monotonic() - began
    said_of_it = {
        "cases": cases,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
    }
    figure(f"export.{form}.rate", cases / seconds, "cases/s", **said_of_it, includes="the start of the program")
    figure(f"export.{form}.memory", used.ru_maxrss / 1024, "MB", most=MOST_MEGABYTES, **said_of_it)
    tell(f"export to {form}: {cases} cases in {seconds:.1f} s, {used.ru_maxrss / 1024:.0f} MB")
