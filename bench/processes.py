"""CPU time and memory of processes, read from /proc."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Found:
    """One living process."""

    pid: int
    parent: int
    seconds: float  # CPU time of its own
    seconds_of_ended: float  # and of its children that have ended


def everything() -> dict[int, Found]:
    """All living processes by number."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (one := _read(int(entry.name))) is not None:
            found[one.pid] = one
    return found


def family(pid: int, known: dict[int, Found] | None = None) -> list[Found]:
    """A process and all that descend from it."""
    known = everything() if known is None else known
    members, wanted = [], [pid]
    while wanted:
        number = wanted.pop()
        if number in known:
            members.append(known[number])
            wanted += [one.pid for one in known.values() if one.parent == number]
    return members


def cpu_seconds(pid: int) -> float:
    """CPU time that a process and its descendants, also the ended ones, have taken so far."""
    return sum(one.seconds + one.seconds_of_ended for one in family(pid))


def pss_bytes(pid: int) -> int:
    """Proportional set size: own pages, and the share of those it shares with others."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def command(pid: int) -> str:
    """The command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


@contextmanager
def held(*pids: int) -> Iterator[None]:
    """Let these processes stand still meanwhile, so that what is measured is not theirs."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _read(pid: int) -> Found | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    parts = text.rpartition(") ")[2].split()  # the name before may hold anything
    user, system, ended_user, ended_system = (int(part) for part in parts[11:15])
    return Found(pid, int(parts[1]), (user + system) / _TICKS, (ended_user + ended_system) / _TICKS)
