"""`wasl run` itself, with real processes in a home of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from wasl.core.postgres import Cluster
from wasl.core.tests.ports import free_port

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("run")]


class House:
    """One running Wasl."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("WASL_", "DATABASE_URL"))},
            "WASL_HOME": str(home),
            "WASL_MODE": "production",
            "WASL_BASE_URL": f"http://127.0.0.1:{self.port}",
            "WASL_PORT": str(self.port),
            "WASL_MAIL_PORT": str(free_port()),
        }
        self.output = home.parent / "output"

    def start(self) -> None:
        with self.output.open("w") as output:
            self.runner = self.command(stdout=output, stderr=subprocess.STDOUT)
        wait_for(lambda: "Ready in" in self.said(), seconds=300, alive=self.runner)

    def command(self, **options: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen([sys.executable, "-m", "wasl.config.cli", "run"], env=self.environment, **options)

    def said(self) -> str:
        return self.output.read_text()

    def readiness(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as not_ready:
            found = json.load(not_ready)
        except OSError:
            found = {}
        return found

    def works(self) -> bool:
        found = self.readiness()
        return bool(found.get("ready")) and found["worker"] == found["mail"] == "ok"

    def takes_questions(self) -> bool:
        """Ask the database itself: what the door said of it may be a second old."""
        try:
            psycopg.connect(Cluster(self.home).url("app")).close()
        except psycopg.OperationalError:
            return False
        return True

    def child(self, words: str) -> int | None:
        listed = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        for line in listed.stdout.splitlines():
            pid, parent, arguments = line.split(None, 2)
            if int(parent) == self.runner.pid and words in arguments:
                return int(pid)
        return None

    def discard(self) -> None:
        if self.runner.poll() is None:
            self.runner.send_signal(signal.SIGINT)
            self.runner.wait(60)
        Cluster(self.home).discard()


def wait_for(true: Callable[[], Any], *, seconds: float = 60, alive: "subprocess.Popen[str] | None" = None) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert alive is None or alive.poll() is None, "it ended"
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    one = House(tmp_path_factory.mktemp("run") / "home")
    one.start()
    yield one
    one.discard()


def test_it_says_what_it_does_and_where_everything_is(house: House) -> None:
    said = house.said()

    for line in ("Starting the database  ·  تشغيل قاعدة البيانات", "Bringing the tables up to date", "Ready in"):
        assert line in said
    assert f"http://127.0.0.1:{house.port}/desk/" in said


def test_ready_means_that_every_process_works(house: House) -> None:
    found = house.readiness()

    assert found["ready"]
    assert (found["database"], found["worker"], found["mail"]) == ("ok", "ok", "ok")


def test_a_second_runner_on_the_same_home_is_refused(house: House) -> None:
    second = house.command(stderr=subprocess.PIPE, text=True)
    _, said = second.communicate(timeout=120)

    assert second.returncode == 1
    assert f"Wasl already runs in {house.home} (process {house.runner.pid})" in said
    assert "أوقفه أولاً" in said


def test_a_port_that_is_taken_is_named_with_its_setting(house: House, tmp_path: Path) -> None:
    other = House(tmp_path / "home")
    other.environment |= {"WASL_PORT": str(house.port), "WASL_BASE_URL": "http://127.0.0.1:1"}
    process = other.command(stderr=subprocess.PIPE, text=True)
    _, said = process.communicate(timeout=120)

    assert process.returncode == 1
    assert f"Port {house.port} is used by another program" in said
    assert "WASL_PORT" in said


@pytest.mark.parametrize("words", ["cli web", "cli worker", "cli mail", "bin/postgres"])
def test_kill_nine_of_any_process_is_survived(house: House, words: str) -> None:
    before = house.child(words)
    assert before is not None

    os.kill(before, signal.SIGKILL)

    wait_for(lambda: house.child(words) not in (None, before))
    wait_for(lambda: house.takes_questions() and house.works())


def test_a_job_whose_worker_was_killed_is_done_within_a_minute(house: House) -> None:
    with psycopg.connect(Cluster(house.home).url("app"), autocommit=True) as database:
        row = database.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, priority, status, args) "
            "VALUES ('config.forget_old_heartbeats', 'housekeeping', 0, 'doing', '{\"timestamp\": 0}') RETURNING id"
        ).fetchone()

        def is_done() -> bool:
            # What succeeded is removed from the queue.
            return database.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s", row).fetchone() is None

        wait_for(is_done, seconds=60)


def test_the_application_cannot_change_recorded_facts(house: House) -> None:
    with psycopg.connect(Cluster(house.home).url("app"), autocommit=True) as database:
        for forbidden in ("UPDATE core_eventrecord SET kind = 'x'", "DELETE FROM core_eventrecord"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(forbidden)


def test_the_logs_are_json_lines(house: House) -> None:
    lines = [line for name in ("web", "worker", "mail") for line in log(house, name).splitlines()]

    assert lines
    assert all({"ts", "level", "message"} <= set(json.loads(line)) for line in lines)


def test_it_stops_in_order_and_a_second_start_has_nothing_left_to_do(house: House) -> None:
    house.runner.send_signal(signal.SIGINT)
    assert house.runner.wait(60) == 0
    assert not Cluster(house.home).is_running()
    assert "Everything has stopped" in house.said()
    assert "database system is shut down" in log(house, "postgres").splitlines()[-1]

    house.start()

    assert "Bringing the tables up to date" not in house.said()
    assert "Collecting" not in house.said()
    assert re.search(r"Ready in \d", house.said())


def log(house: House, name: str) -> str:
    return (house.home / "logs" / f"{name}.log").read_text()
