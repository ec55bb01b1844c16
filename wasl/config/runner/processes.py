"""The processes that `wasl run` starts: how each is started, and how it is asked to stop."""

import ctypes
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wasl.config.demo.senders import DEMO_SENDERS
from wasl.config.environment import Environment
from wasl.core.postgres import Cluster

CLI = "wasl.config.cli"
_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Process:
    """One process of the house.

    `before` is done before each start. Those of the same `round` are stopped together, low rounds first. `dies_by` is
    the signal it gets from the kernel should the runner itself be killed.
    """

    name: str
    start: Callable[[int], "subprocess.Popen[bytes]"]
    round: int = 0
    stops_by: signal.Signals = signal.SIGTERM
    seconds_to_stop: float = 6.0
    before: Callable[[], None] = lambda: None


def postgres(cluster: Cluster) -> Process:
    """The embedded database: stopped last, fast and clean. It stops by itself when the runner is gone."""

    def start(journal: int) -> "subprocess.Popen[bytes]":
        return cluster.start_command().start(
            stdout=journal, stderr=journal, start_new_session=True, preexec_fn=_die_with_parent(signal.SIGINT)
        )

    return Process("postgres", start, round=2, stops_by=signal.SIGINT, seconds_to_stop=10.0, before=cluster.prepare)


def program(name: str, module: str, *arguments: str, environment: dict[str, str], round: int = 0) -> Process:
    """A Python module of ours as a process. It is killed when the runner is: every one of them may be, at any time."""

    def start(journal: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=journal,
            stderr=journal,
            # Ctrl-C in a terminal goes to the runner alone, which stops the others in order.
            start_new_session=True,
            preexec_fn=_die_with_parent(signal.SIGKILL),
        )

    return Process(name, start, round=round)


def our_programs(chosen: Environment, environment: dict[str, str]) -> list[Process]:
    """Web, worker, mail door, letterbox and the provider of the demo, as far as they are wanted."""
    found = [
        program("web", CLI, "web", environment=environment),
        program("worker", CLI, "worker", environment=environment),
    ]
    if chosen.mail_port is not None:
        found.append(program("mail", CLI, "mail", environment=environment))
    if "WASL_LETTERBOX_PORT" in environment:
        found.insert(0, program("letterbox", "wasl.config.runner.letterbox", environment=environment, round=1))
    if "WASL_SMS_SIMULATOR_PORT" in environment:
        hooks = [f"--hook={sender}={chosen.base_url}/hooks/sms/{token}" for sender, token in DEMO_SENDERS.items()]
        found.insert(0, program("sms", CLI, "simulate", "sms", *hooks, environment=environment, round=1))
    return found


def environment_for_children(
    chosen: Environment, *, letterbox_port: int | None, simulator_port: int | None = None
) -> dict[str, str]:
    """What our programs find in their environment: all of ours, and what the runner has decided for them."""
    decided = {
        "WASL_HOME": str(chosen.home),
        "DATABASE_URL": chosen.database_url_for("app"),
        "WASL_OWNER_DATABASE_URL": chosen.database_url_for("owner"),
        # One allocator arena for each core lets a program with many threads keep tens of megabytes it never uses.
        "MALLOC_ARENA_MAX": "2",
    }
    if letterbox_port is not None:
        decided |= {
            "WASL_SMTP_URL": f"smtp://127.0.0.1:{letterbox_port}",
            "WASL_LETTERBOX_PORT": str(letterbox_port),
        }
    if simulator_port is not None:
        inside = [os.environ.get("WASL_INSIDE", "").strip(), f"127.0.0.1:{simulator_port}"]
        decided |= {
            "WASL_SMS_SIMULATOR_PORT": str(simulator_port),
            "WASL_SMS_SIMULATOR_KEY": secrets.token_urlsafe(24),
            "WASL_INSIDE": ", ".join(filter(None, inside)),
        }
    return {**os.environ, **decided}


def home_of_package() -> Path:
    """The folder `wasl` itself."""
    return Path(__file__).resolve().parent.parent.parent


def _die_with_parent(by: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def arrange() -> None:  # runs in the child, after it took its user and before its program
        _libc.prctl(_PR_SET_PDEATHSIG, int(by))
        if os.getppid() != parent:  # the runner died in between
            os._exit(1)

    return arrange
