"""What operation writes down: backups that were made, how each finding stands, and what people were told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from wasl.core.localized import Localized, both
from wasl.core.probes import DATABASE, Answer, Level
from wasl.operation.alerting import Standing, Word, word
from wasl.operation.models import Alert, Backup

KEPT = timedelta(days=400)
# Whoever tells an alert has it for so long; then another watcher may take it over.
HELD = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=30)
_LOCK = 7_305_003


@dataclass(frozen=True)
class Due:
    """Something that people must be told now."""

    code: str
    word: Word
    level: Level
    before: Level
    title: Localized
    sentence: Localized
    todo: Localized
    since: datetime


def record_backup(*, succeeded: bool, figures: dict[str, Any], at: datetime) -> Backup:
    """Note a try to make a backup; forgets those of the year before last."""
    Backup.objects.filter(at__lt=at - KEPT).delete()
    return Backup.objects.create(at=at, succeeded=succeeded, figures=figures)


@transaction.atomic
def note(answers: Iterable[Answer], *, at: datetime) -> list[Due]:
    """Write down how everything stands; gives what must be told, which is held for the caller for two minutes.

    A finding that is not there any more (an account that was closed) counts as well. When another watcher is at it,
    there is nothing to do. The database itself is left to `watch`: its failure could not be written here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            return []
    known = {alert.code: alert for alert in Alert.objects.select_for_update()}
    found = {answer.code: answer for answer in answers if answer.probe.code != DATABASE}
    for code, answer in found.items():
        _see(known.get(code) or Alert(code=code, since=at), answer, at)
    for code in known.keys() - found.keys():
        _see_gone(known[code], at)
    return [due for alert in Alert.objects.order_by("pk") if (due := _due(alert, at)) is not None]


def settle(dues: Iterable[Due], *, told: bool, at: datetime) -> None:
    """Note that people were told, or that telling failed: then it is tried again after a pause that grows."""
    for alert in Alert.objects.filter(code__in=[due.code for due in dues]):
        if told:
            alert.told_level, alert.told_at, alert.held_until, alert.failures = alert.level, at, None, 0
        else:
            alert.failures += 1
            alert.held_until = at + min(timedelta(minutes=2 ** min(alert.failures, 8)), LONGEST_WAIT)
        alert.save(update_fields=["told_level", "told_at", "held_until", "failures"])


def said(text: object) -> Localized:
    """A lazy sentence in both languages."""
    spoken = []
    for language in ("ar", "en"):
        with translation.override(language):
            spoken.append(str(text))
    return both(*spoken)


def due_of(answer: Answer, standing: Standing, spoken: Word) -> Due:
    """What is told of a finding that stands nowhere in the database."""
    finding = answer.finding
    return Due(
        answer.code,
        spoken,
        standing.level,
        standing.told_level,
        said(answer.probe.title),
        said(finding.sentence),
        said(finding.todo),
        standing.since,
    )


def _see(alert: Alert, answer: Answer, at: datetime) -> None:
    finding = answer.finding
    before = (alert.level, alert.sentence, alert.todo)
    if alert.level != finding.level:
        alert.level, alert.since = finding.level.value, at
    alert.title, alert.sentence, alert.todo = said(answer.probe.title), said(finding.sentence), said(finding.todo)
    if alert.pk is None or before != (alert.level, alert.sentence, alert.todo):
        alert.save()


def _see_gone(alert: Alert, at: datetime) -> None:
    if alert.level == Level.OK:
        if alert.told_level == Level.OK:
            alert.delete()
        return
    alert.level, alert.since = Level.OK.value, at
    alert.sentence, alert.todo = both("لم يعد له محل.", "It is no longer there."), both("", "")
    alert.save()


def _due(alert: Alert, at: datetime) -> Due | None:
    if alert.held_until is not None and alert.held_until > at:
        return None
    standing = Standing(Level(alert.level), alert.since, Level(alert.told_level), alert.told_at)
    spoken = word(standing, at)
    if spoken is None:
        return None
    Alert.objects.filter(pk=alert.pk).update(held_until=at + HELD)
    return Due(
        alert.code,
        spoken,
        standing.level,
        standing.told_level,
        alert.title,
        alert.sentence,
        alert.todo,
        alert.since,
    )
