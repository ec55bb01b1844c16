"""A whole Wasl in a folder of its own, started by its own runner, for one run of the benchmarks."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench import processes
from bench.figures import tell

SIMULATOR = "sms_simulator"
PARTS = ("web", "worker", "mail", "letterbox", SIMULATOR, "postgres", "runner")
# What stands still while requests are measured.
OTHERS = ("worker", "mail")
_STEP = re.compile(r"^\s*([0-9.]+)s ✓\s+(.*?)\s+·")
_WORK = """
SELECT (SELECT count(*) FROM procrastinate_jobs
        WHERE queue_name <> 'housekeeping'
          AND (status = 'doing' OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < now()))))
     + (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker')
"""
_READY = re.compile(r"^Ready in ([0-9.]+) s")


@dataclass
class Spent:
    """CPU seconds by part of the house."""

    seconds: dict[str, float] = field(default_factory=dict)

    def of(self, *names: str) -> float:
        """The sum of some parts, or of all."""
        return sum(self.seconds.get(name, 0.0) for name in names or PARTS)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent({name: value - other.seconds.get(name, 0.0) for name, value in self.seconds.items()})


@dataclass
class Started:
    """How a start went: the whole as the runner and the outside saw it, and its steps, in seconds."""

    seconds: float
    seconds_outside: float
    steps: dict[str, float]


class House:
    """The running house. What it believes about visitors' addresses is told by our load, as by a proxy of its own:
    many citizens from many addresses, so the limits of intake stay as they are and are met by nobody.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port, self.mail_port = _free_port(), _free_port()
        self.most_rest = 120.0
        self._runner: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What `wasl` finds in its environment: nothing of ours but this."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("WASL_") and name != "DATABASE_URL"
        }
        return kept | {
            "WASL_HOME": str(self.home),
            "WASL_PORT": str(self.port),
            "WASL_MAIL_PORT": str(self.mail_port),
            "WASL_TRUSTED_PROXIES": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> Started:
        """Start it and wait until it says that it is ready."""
        began = time.monotonic()
        self._runner = subprocess.Popen(
            [sys.executable, "-m", "wasl.config.cli", "run"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=Path(__file__).resolve().parent.parent,
        )
        assert self._runner.stdout is not None
        said, steps = [], {}
        for line in self._runner.stdout:
            said.append(line)
            if step := _STEP.match(line):
                steps[step[2]] = float(step[1])
                tell(f"  {step[1]:>5} s  {step[2]}")
            if ready := _READY.match(line):
                return Started(float(ready[1]), time.monotonic() - began, steps)
        raise RuntimeError(f"wasl run did not get ready:\n{''.join(said)}")

    def stop(self) -> None:
        """Ctrl-C, and wait until all is over."""
        if self._runner is not None and self._runner.poll() is None:
            self._runner.send_signal(signal.SIGINT)
            self._runner.communicate(timeout=60)
        self._runner = None

    def parts(self) -> dict[str, int]:
        """The number of each process of the house, by its name."""
        assert self._runner is not None
        found = {"runner": self._runner.pid}
        for one in processes.family(self._runner.pid):
            if one.parent == self._runner.pid:
                found[_name(processes.command(one.pid))] = one.pid
        return found

    def others(self) -> list[int]:
        """The processes that have nothing to do with answering requests."""
        parts = self.parts()
        return [parts[name] for name in OTHERS if name in parts]

    def spent(self) -> Spent:
        """CPU time so far."""
        known = processes.everything()
        seconds = {}
        for name, pid in self.parts().items():
            members = processes.family(pid, known) if name != "runner" else [known[pid]]
            ended = 0.0 if name == "runner" else sum(one.seconds_of_ended for one in members)
            seconds[name] = sum(one.seconds for one in members) + ended
        return Spent(seconds)

    def database(self, role: str = "owner") -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection of our own to its database."""
        return psycopg.connect(self.database_url(role), autocommit=True)

    def database_url(self, role: str = "owner") -> str:
        from wasl.core.postgres import Cluster

        return Cluster(self.home).url(role, database="wasl")

    def database_version(self) -> str:
        """Of its PostgreSQL."""
        with self.database() as database:
            return database.info.parameter_status("server_version") or "?"

    def use_django(self) -> None:
        """Let this process work inside the house, with its database, keys and settings."""
        os.environ.update(self.environment | {"DATABASE_URL": self.database_url("app")})
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
        import django

        django.setup()

    def rest(self) -> float:
        """Wait until the worker has done all that can be done now, and autovacuum too; gives the seconds it took.

        What the calendar starts every few seconds is never done. It ends after `most_rest` seconds in any case.
        """
        began = time.monotonic()
        with self.database("postgres") as database:
            while time.monotonic() - began < self.most_rest:
                found = database.execute(_WORK).fetchone()
                if found is not None and found[0] == 0:
                    break
                time.sleep(0.2)
        return time.monotonic() - began

    def cases(self) -> int:
        """How many cases there are."""
        with self.database() as database:
            found = database.execute("SELECT count(*) FROM cases_case").fetchone()
        return int(found[0]) if found else 0


@contextmanager
def lent_house(kept: Path | None = None) -> Iterator[House]:
    """A house in a folder of its own, which is removed at the end, or in one that stays for the next run."""
    folder = kept or Path(tempfile.mkdtemp(prefix="wasl-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    house = House(folder / "home")
    try:
        yield house
    finally:
        house.stop()
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def _name(command: str) -> str:
    if "letterbox" in command:
        return "letterbox"
    if " simulate sms" in command:
        return SIMULATOR
    return command.rsplit(" ", 1)[-1] if "wasl.config.cli" in command else "postgres"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
