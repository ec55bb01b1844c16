"""Probes: questions about the health of the house, each answered in a sentence that a person understands.

A room declares its own in `probes.py`:

    @probe("outbox", t("الرسائل الصادرة", "Outgoing messages"))
    def outbox(at: datetime) -> Finding: ...

A check may yield several findings, each with a `key` of its own (one for each channel account). The room `operation`
asks all of them for its page, its figures and its alerts; a check that raises is itself a finding. Checks only read,
take milliseconds, and name no person.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from wasl.core.i18n import t

logger = logging.getLogger(__name__)


class Level(StrEnum):
    """How bad it is: nothing to do, worth a thought today, somebody must act now."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"

    @property
    def rank(self) -> int:
        return ("ok", "warn", "bad").index(self.value)


@dataclass(frozen=True)
class Finding:
    """One answer. `sentence` says what is, `todo` what to do about it; both are pairs made by `t`.

    `figure` is the number behind it (seconds, bytes, a count) and goes to the figures under the name `metric`, where
    there is one. `key` tells findings of one probe apart.
    """

    level: Level
    sentence: str
    todo: str = ""
    figure: float | None = None
    metric: str = ""
    key: str = ""


Check = Callable[[datetime], Finding | Iterable[Finding]]


@dataclass(frozen=True)
class Probe:
    """One question. Low orders are asked and shown first; `needs_database` ones are left out while it is away."""

    code: str
    title: str
    check: Check
    order: int = 50
    needs_database: bool = True


@dataclass(frozen=True)
class Answer:
    """A finding with the probe it belongs to."""

    probe: Probe
    finding: Finding

    @property
    def code(self) -> str:
        """The stable name of what was found out: the probe's, with the key of the finding."""
        return f"{self.probe.code}:{self.finding.key}" if self.finding.key else self.probe.code


_probes: dict[str, Probe] = {}


def probe(code: str, title: str, *, order: int = 50, needs_database: bool = True) -> Callable[[Check], Check]:
    """Register a check under a stable code."""

    def register(check: Check) -> Check:
        known = _probes.get(code)
        if known is not None and known.check.__module__ != check.__module__:
            raise ValueError(f"two probes are called {code}")
        _probes[code] = Probe(code, title, check, order, needs_database)
        return check

    return register


def probes() -> list[Probe]:
    """All of them, in the order in which they are shown."""
    return sorted(_probes.values(), key=lambda one: (one.order, one.code))


def ask_all(at: datetime) -> list[Answer]:
    """Ask every probe. When the database is away only those that do without it are asked."""
    answers: list[Answer] = []
    is_away = False
    for one in probes():
        if one.needs_database and is_away:
            continue
        found = list(_ask(one, at))
        answers += found
        is_away = is_away or (one.code == DATABASE and any(answer.finding.level is Level.BAD for answer in found))
    return answers


# The probe that is asked first and tells whether the others make sense.
DATABASE = "database"


def worst(answers: Iterable[Answer]) -> Level:
    """The worst level among them."""
    return max((answer.finding.level for answer in answers), key=lambda level: level.rank, default=Level.OK)


def _ask(one: Probe, at: datetime) -> Iterator[Answer]:
    try:
        found = _findings(one, at)
    except Exception as error:  # one broken check must not hide the others
        logger.exception("A probe failed", extra={"probe": one.code})
        found = [_unknown(error)]
    for finding in found:
        yield Answer(one, replace(finding, key=finding.key[:60]))


def _findings(one: Probe, at: datetime) -> list[Finding]:
    if not one.needs_database:
        return _listed(one.check(at))
    with transaction.atomic():  # a statement that fails spoils nothing of whoever asks
        return _listed(one.check(at))


def _listed(found: Finding | Iterable[Finding]) -> list[Finding]:
    return [found] if isinstance(found, Finding) else list(found)


def _unknown(error: Exception) -> Finding:
    return Finding(
        Level.WARN,
        t(
            "تعذّر فحص هذا الجزء ({kind}).",
            "This could not be looked at ({kind}).",
            kind=type(error).__name__,
        ),
        t("راجع سجل web، ثم أبلغ الدعم الفني.", "Look into the log of web, then tell technical support."),
    )
