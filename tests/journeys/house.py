"""A whole Wasl for a journey: the real runner with its database, web, worker and mail door, in a home of its own.

Loopback only, free ports, the demo's agencies and people without its past, outgoing mail into the test's own sink.
"""

import ctypes
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.journeys.sink import Sink
from wasl.core.postgres import Cluster
from wasl.core.tests.ports import free_port

# What the runner starts, by the words in their command lines.
PROCESSES = {"web": "cli web", "worker": "cli worker", "mail": "cli mail", "postgres": "bin/postgres"}
CARE = "care@muscat.example.om"
LATE = 300.0  # seconds that a job may wait
_PR_SET_PDEATHSIG = 1


def wait_for(true: Callable[[], Any], *, seconds: float = 60, what: str = "it") -> Any:
    """The first true answer; fails when there is none in time."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"{what} did not come true within {seconds:.0f} s"
        time.sleep(0.05)
    return found


class House:
    """One running Wasl. Requests carry X-Forwarded-For, which it believes of this machine: each visitor an address."""

    def __init__(self, home: Path, sink: Sink, **settings: str) -> None:
        self.home, self.sink = home, sink
        self.port, self.mail_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.marks = home.parent / f"{home.name}-marks"
        self.marks.mkdir()
        self._said = home.parent / f"{home.name}-said"
        foreign = ("WASL_", "DATABASE_URL", "DJANGO_")
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | {
            "WASL_HOME": str(home),
            "WASL_MODE": "demo",
            "WASL_DEMO_CASES": "0",
            "WASL_PORT": str(self.port),
            "WASL_MAIL_PORT": str(self.mail_port),
            "WASL_SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
            "WASL_TRUSTED_PROXIES": "127.0.0.1",
            "WASL_MARKS": str(self.marks),
            **settings,
        }

    # --- from the first start to the end

    def start(self, *, within: float = 240) -> None:
        """Start everything and wait until it says that it is ready."""
        with self._said.open("w") as said:
            self.runner = subprocess.Popen(
                [sys.executable, "-m", "wasl.config.cli", "run"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=_stop_with_parent,  # nothing stays behind when the tests themselves are killed
            )
        wait_for(lambda: self.runner.poll() is not None or "Ready in" in self.said(), seconds=within, what="the start")
        assert self.runner.poll() is None, self.said()

    def stop(self) -> None:
        """Stop everything in order and remove the database."""
        if self.runner.poll() is None:
            self.runner.send_signal(signal.SIGINT)
            self.runner.wait(60)
        Cluster(self.home).discard()

    def said(self) -> str:
        """What the runner has told so far."""
        return self._said.read_text()

    def log(self, name: str) -> str:
        """The log of one process."""
        return (self.home / "logs" / f"{name}.log").read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """Run a command of the console in this home."""
        command = [sys.executable, "-m", "wasl.config.cli", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    @functools.cached_property
    def people(self) -> dict[str, dict[str, Any]]:
        """Who works here in the demo, by address, with password and second factor; asked for once."""
        told: list[dict[str, Any]] = json.loads(self.manage("demo", "accounts", "--json"))
        return {one["email"]: one for one in told}

    # --- looking inside

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database answers, with the rights of the application."""
        with psycopg.connect(Cluster(self.home).url("app"), autocommit=True, connect_timeout=5) as database:
            return database.execute(query, values).fetchall()  # type: ignore[arg-type]

    def value(self, query: str, *values: Any) -> Any:
        """The first field of the first row; None without a row."""
        found = self.rows(query, *values)
        return found[0][0] if found else None

    def content(self, sha256: str) -> bytes:
        """What lies in the file store under a hash."""
        return (self.home / "files" / sha256[:2] / sha256[2:4] / sha256).read_bytes()

    def readiness(self) -> dict[str, Any]:
        """What /readyz says; empty while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as not_ready:
            found = json.load(not_ready)
        except OSError:
            found = {}
        return found

    def works(self) -> bool:
        """Whether it answers, its worker and mail door live, and no work has waited for minutes."""
        found = self.readiness()
        in_time = (found.get("queue_age_seconds") or 0.0) <= LATE
        return bool(found.get("ready")) and found["worker"] == "ok" and found["mail"] in ("ok", "off") and in_time

    def pid(self, name: str) -> int | None:
        """The number of a process of the runner."""
        listed = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        for line in listed.stdout.splitlines():
            number, parent, arguments = line.split(None, 2)
            if int(parent) == self.runner.pid and PROCESSES[name] in arguments:
                return int(number)
        return None

    # --- what drills do

    def kill(self, name: str) -> int:
        """kill -9; of PostgreSQL every process, as a power cut would. Gives the number of the one that died."""
        number = wait_for(lambda: self.pid(name), what=f"{name} to kill")
        data = Cluster(self.home).place.data
        for each in [number, *(_working_in(data) if name == "postgres" else [])]:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        return int(number)

    def wait_normal(self, name: str, dead: int, *, since: float, within: float = 30) -> float:
        """Wait until another process stands in the place of the dead one and everything has given a sign of life since
        that moment (monotonic). Gives how many seconds it took; fails when they were too many.
        """
        wait_for(lambda: self.pid(name) not in (None, dead), seconds=within, what=f"a new {name}")
        wait_for(lambda: self._is_well(since), seconds=within, what=f"a normal house after {name} died")
        took = time.monotonic() - since
        assert took <= within, f"normal only {took:.0f} s after {name} died"
        return took

    def _is_well(self, since: float) -> bool:
        found, elapsed = self.readiness(), time.monotonic() - since
        signs = [found.get("worker_age_seconds"), found.get("mail_age_seconds")]
        fresh = all(age is not None and age <= elapsed for age in signs)
        return bool(found.get("ready")) and fresh and self._mail_door_is_open()

    @contextmanager
    def held_at(self, point: str, *, process: str) -> Iterator["Held"]:
        """Arm a marked point of one process for the body; if it is still held there at its end, it is let go."""
        held = Held(self.marks, point)
        held.armed.with_suffix(".new").write_text(str(self.pid(process)))
        held.armed.with_suffix(".new").rename(held.armed)
        try:
            yield held
        finally:
            held.armed.unlink(missing_ok=True)
            held.release()

    def _mail_door_is_open(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.mail_port), timeout=2) as line:
            return line.recv(4).startswith(b"220")
        return False


class Held:
    """A process that stands still at a marked point, or will."""

    def __init__(self, folder: Path, point: str) -> None:
        self.point, self.armed, self._note = point, folder / point, folder / f"{point}.reached"

    def wait(self, *, seconds: float = 60) -> int:
        """Wait until somebody stands there; gives its process number."""
        wait_for(self._note.exists, seconds=seconds, what=f"somebody at {self.point}")
        return int(self._note.read_text())

    def release(self) -> None:
        """Let it go on."""
        self._note.unlink(missing_ok=True)


def _working_in(folder: Path) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and (process / "cwd").readlink() == folder:
                found.append(int(process.name))
    return found


def _stop_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT))
