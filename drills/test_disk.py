"""The disk fills up, that of the files and that of everything, while citizens report; then there is room again.

Every answer is a receipt or "not now, come again"; half a minute after there is room all is normal, by itself. Needs
root, for a small disk of its own (tmpfs).
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drills.crowd import CITIZENS, Crowd
from tests.journeys import drill
from tests.journeys.drill import Ledger
from tests.journeys.house import House, wait_for
from tests.journeys.sink import Sink

pytestmark = [pytest.mark.journey, pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")]

SECONDS_FULL = 8
SIZES = {"files": "24m", "": "700m"}


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A disk of that size at the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0711", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No byte is free within."""
    filler = folder / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(b"0" * 65536)
                file.flush()
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()


@pytest.mark.parametrize("part", ["files", ""], ids=["files", "everything"])
def test_a_full_disk_is_a_pause(sink: Sink, tmp_path: Path, part: str) -> None:
    # Where the server's own user can enter, so that the database lies on the small disk too.
    home = Path("/var/lib") / f"wasl-drill-{os.getpid()}-{part or 'all'}"
    ledger = Ledger(tmp_path / "ledger.jsonl")
    with small_disk(home / part, SIZES[part]):
        house = House(home, sink)
        try:
            house.start()
            _endure(house, ledger, home / part, part)
        finally:
            house.stop()
            left = [house.marks, home.parent / f"{home.name}-said"]
            subprocess.run(["rm", "-rf", *map(str, left)], check=True)
    subprocess.run(["rm", "-rf", str(home)], check=True)


def _is_noticed(crowd: Crowd) -> bool:
    return bool(crowd.problems or crowd.tries.total() > crowd.tries["receipt"])


def _endure(house: House, ledger: Ledger, disk: Path, part: str) -> None:
    crowd = Crowd(house, ledger, pause=3)
    with crowd.reporting():
        wait_for(lambda: crowd.tries["receipt"] >= CITIZENS or crowd.problems, seconds=60, what="the first receipts")
        with full(disk):
            wait_for(lambda: _is_noticed(crowd), seconds=60, what="a citizen who is asked to come again")
            time.sleep(SECONDS_FULL)
        freed_at, before = time.monotonic(), crowd.tries["receipt"]
        took = crowd.wait_normal(since=freed_at, before=before)

    print(json.dumps({"drill": "disk full", "disk": part or "all", "normal_after_s": round(took, 1), **crowd.tries}))
    assert crowd.problems == [], crowd.problems
    assert took <= 30
    counts = drill.audit(house, ledger)
    print(json.dumps({"drill": "disk full", **counts}))
    assert counts["acknowledged"] == crowd.tries["receipt"]
