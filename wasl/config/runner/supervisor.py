"""Keeps processes alive: starts them, starts them again when they die, and stops them in order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wasl.config.runner import journals
from wasl.config.runner.processes import Process
from wasl.core.refusal import Refusal

SOON = 10.0  # a process that ends by itself within so many seconds of its start has crashed at once
PATIENCE = 5  # so many crashes at once in a row are too many
WAITS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0)  # before the first, second … start again
TURN_OVER_EVERY = 5.0


@dataclass
class _Watched:
    process: Process
    child: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    deaths: int = 0
    crashes: int = 0


@dataclass
class Supervisor:
    """Watches over the processes of one home. Everything happens in the thread that calls: it starts none of its own,
    as the kernel ties a child's life to the thread that started it.
    """

    logs: Path
    tell: Callable[[str, str], None] = lambda arabic, english: None
    # False while everything is started for the first time: what cannot start then will not start later either. Once
    # all has worked, a full disk or a database that will not come up is a matter of time and of somebody's help.
    goes_on: bool = False
    _watched: list[_Watched] = field(default_factory=list)
    _turned_over_at: float = 0.0

    def start(self, process: Process) -> None:
        """Start a process and watch over it from now on."""
        watched = _Watched(process)
        self._watched.append(watched)
        self._start(watched)

    def look(self) -> None:
        """Start again what has died. Call it often.

        Raises Refusal when a process crashes again and again at once, unless the supervisor `goes_on`.
        """
        for watched in self._watched:
            if watched.child is None:
                if time.monotonic() >= watched.start_again_at:
                    self._start_again(watched)
            elif watched.child.poll() is not None:
                self._note_death(watched, watched.child.returncode)
        if time.monotonic() - self._turned_over_at > TURN_OVER_EVERY:
            with suppress(OSError):  # a full disk, perhaps; the next turn will do
                journals.turn_over(self.logs)
            self._turned_over_at = time.monotonic()

    def is_alive(self, name: str) -> bool:
        """Whether a process runs at this moment."""
        child = self._named(name).child
        return child is not None and child.poll() is None

    def pid(self, name: str) -> int | None:
        """The number of a process, when it runs."""
        child = self._named(name).child
        return child.pid if child is not None else None

    def seconds_since_start(self, name: str) -> float:
        """How long ago the process was last started."""
        return time.monotonic() - self._named(name).started_at

    def stop(self) -> None:
        """Stop all: round after round, asking first and killing whoever takes too long."""
        for number in sorted({watched.process.round for watched in self._watched}):
            self._stop_together([watched for watched in self._watched if watched.process.round == number])
        self._watched.clear()

    def _start(self, watched: _Watched) -> None:
        watched.process.before()
        journal = journals.open_journal(self.logs, watched.process.name)
        try:
            watched.child = watched.process.start(journal)
        finally:
            os.close(journal)
        watched.started_at = time.monotonic()

    def _start_again(self, watched: _Watched) -> None:
        try:
            self._start(watched)
        except (OSError, Refusal) as error:
            if not self.goes_on:
                raise
            why = error.arabic if isinstance(error, Refusal) else str(error)
            self.tell(
                f"تعذّر تشغيل {watched.process.name} ({why})؛ يُعاد", f"{watched.process.name} cannot start ({error})"
            )
            self._wait(watched)

    def _note_death(self, watched: _Watched, code: int) -> None:
        name, lasted = watched.process.name, time.monotonic() - watched.started_at
        if lasted > SOON:
            watched.deaths = watched.crashes = 0
        # Killed from outside is no fault of its own, however often.
        watched.crashes += code not in (-signal.SIGKILL, -signal.SIGTERM)
        if watched.crashes >= PATIENCE and not self.goes_on:
            raise self._given_up(name)
        watched.child = None
        wait = self._wait(watched)
        how = f"signal {-code}" if code < 0 else f"code {code}"
        self.tell(f"توقّف {name} ({how})؛ يُعاد تشغيله", f"{name} ended ({how}); starting it again")
        if watched.crashes >= PATIENCE:
            journal = self.logs / f"{name}.log"
            self.tell(
                f"توقّف {name} {watched.crashes} مرات فور تشغيله. السبب في {journal}؛ يُعاد بعد {wait:.0f} ثانية",
                f"{name} has ended {watched.crashes} times in a row right after its start. {journal} says why; tried "
                f"again in {wait:.0f} s",
            )

    @staticmethod
    def _wait(watched: _Watched) -> float:
        wait = WAITS[min(watched.deaths, len(WAITS) - 1)]
        watched.start_again_at = time.monotonic() + wait
        watched.deaths += 1
        return wait

    def _given_up(self, name: str) -> Refusal:
        journal = self.logs / f"{name}.log"
        end = journals.last_lines(self.logs, name)
        return Refusal(
            f"توقّف «{name}» {PATIENCE} مرات متتالية فور تشغيله، فأوقفنا كل شيء. السبب في السجل: {journal}",
            f"{name} ended {PATIENCE} times in a row right after its start, so everything was stopped. "
            f"Its log says why: {journal}\n\n{end}",
        )

    def _stop_together(self, group: list[_Watched]) -> None:
        asked = [(watched.child, watched.process) for watched in group if watched.child is not None]
        for child, process in asked:
            if child.poll() is None:
                child.send_signal(process.stops_by)
        end = time.monotonic() + max((process.seconds_to_stop for _, process in asked), default=0)
        for child, _ in asked:
            try:
                child.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _named(self, name: str) -> _Watched:
        return next(watched for watched in self._watched if watched.process.name == name)
