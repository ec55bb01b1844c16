"""The watch: a thread of the web process and of the worker that asks all probes twice a minute and tells what changed.

It uses no job and no outbox, so it works when those stand still; when one of the two processes is dead the other keeps
the watch. Of one machine one thread watches (a lock on a file of the home); several machines share the table of alerts.
"""

import fcntl
import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from wasl.core import clock, probes
from wasl.core.probes import DATABASE, Answer, Level
from wasl.operation import operations, telling
from wasl.operation.alerting import Standing, word
from wasl.operation.operations import Due

EVERY = 30.0

logger = logging.getLogger(__name__)


class Watch:
    """One watcher. It remembers only how the database stands: that could not be written down while it is away."""

    def __init__(self) -> None:
        self._database: Standing | None = None
        self._lock: int | None = None
        self._stopped = threading.Event()

    def start(self) -> threading.Thread:
        """Watch in the background until the process ends."""
        thread = threading.Thread(target=self._keep_watching, name="watch", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End the watch."""
        self._stopped.set()

    def look(self, at: datetime) -> list[Due]:
        """Ask everything once and tell what must be told; gives that. `at` is the true time."""
        if not self._is_mine():
            return []
        try:
            answers = probes.ask_all(clock.now())
            dues = self._due(answers, at)
            if dues:
                self._tell(dues, at)
            return dues
        finally:
            connection.close()

    def _due(self, answers: list[Answer], at: datetime) -> list[Due]:
        dues = [due for answer in answers if answer.code == DATABASE and (due := self._database_due(answer, at))]
        if all(answer.code != DATABASE or answer.finding.level is not Level.BAD for answer in answers):
            try:
                dues += operations.note(answers, at=at)
            except (DatabaseError, InterfaceError):  # it went away meanwhile; the next look tells
                logger.warning("The findings could not be written down", exc_info=True)
        return dues

    def _database_due(self, answer: Answer, at: datetime) -> Due | None:
        level = answer.finding.level
        self._database = (self._database or Standing(level, at)).seen(level, at)
        spoken = word(self._database, at)
        return operations.due_of(answer, self._database, spoken) if spoken else None

    def _tell(self, dues: list[Due], at: datetime) -> None:
        told = telling.tell(dues, at=at)
        if self._database is not None and told and any(due.code == DATABASE for due in dues):
            self._database = self._database.told(at)
        written = [due for due in dues if due.code != DATABASE]
        if written:
            operations.settle(written, told=told, at=at)

    def _is_mine(self) -> bool:
        """Whether this thread watches on this machine; the kernel gives the lock on when a process dies."""
        if self._lock is not None:
            return True
        descriptor = os.open(Path(settings.WASL_HOME) / "watch.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def _keep_watching(self) -> None:
        while not self._stopped.wait(EVERY):
            try:
                self.look(datetime.now(UTC))
            except Exception:  # whatever happens, the watch goes on
                logger.exception("The watch stumbled")


def start() -> None:
    """Begin the watch in this process."""
    Watch().start()
