"""Marked points hold a process that a drill has armed them for, and nobody else."""

import os
import subprocess
import sys
import time
from pathlib import Path

PASSES = "from wasl.core.marks import mark; mark('a.point'); print('passed')"


def passing(folder: Path, **environment: str) -> "subprocess.Popen[str]":
    told = {**os.environ, "WASL_MARKS": str(folder), "WASL_MODE": "demo", **environment}
    return subprocess.Popen([sys.executable, "-c", PASSES], env=told, stdout=subprocess.PIPE, text=True)


def test_nobody_stops_at_a_point_that_is_not_armed(tmp_path: Path) -> None:
    assert passing(tmp_path).communicate(timeout=20) == ("passed\n", None)


def test_an_armed_point_holds_the_first_who_comes_until_released(tmp_path: Path) -> None:
    (tmp_path / "a.point").touch()
    first = passing(tmp_path)
    note = tmp_path / "a.point.reached"
    while not note.exists():
        assert first.poll() is None
        time.sleep(0.01)

    second = passing(tmp_path)

    assert note.read_text() == str(first.pid)
    assert second.communicate(timeout=20)[0] == "passed\n"
    assert first.poll() is None
    note.unlink()
    assert first.communicate(timeout=20)[0] == "passed\n"


def test_a_point_can_be_armed_for_one_process_alone(tmp_path: Path) -> None:
    (tmp_path / "a.point").write_text("1")

    assert passing(tmp_path).communicate(timeout=20)[0] == "passed\n"
    assert (tmp_path / "a.point").exists()


def test_in_production_a_mark_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.point").touch()

    assert passing(tmp_path, WASL_MODE="production").communicate(timeout=20)[0] == "passed\n"
    assert (tmp_path / "a.point").exists()
