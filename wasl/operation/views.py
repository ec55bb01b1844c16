"""The page that says how the house fares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wasl.core import clock, probes
from wasl.core.i18n import t
from wasl.core.probes import Answer, Level
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.operation import queries

ICONS = {Level.OK: "circle-check", Level.WARN: "triangle-alert", Level.BAD: "octagon-alert"}
WORDS = {Level.OK: t("سليم", "Well"), Level.WARN: t("انتبه", "Look"), Level.BAD: t("عطل", "Fault")}


@dataclass(frozen=True)
class Row:
    """One finding as the page shows it."""

    title: str
    level: str
    word: str
    icon: str
    sentence: str
    todo: str
    since: datetime | None


@requires(Right.READ_HEALTH)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Everything that was found out just now, the worst first; the page renews itself."""
    own = _own_agencies(request)
    answers = [answer for answer in probes.ask_all(clock.now()) if answer.code != "outbox:age" and _is_for(answer, own)]
    since = queries.since_when()
    rows = [_row(answer, since) for answer in answers]
    context: dict[str, Any] = {
        "wrong": sorted((row for row in rows if row.level != Level.OK), key=lambda row: row.level != Level.BAD),
        "well": [row for row in rows if row.level == Level.OK],
        "worst": probes.worst(answers).value,
        "summary": _summary(answers),
        "at": clock.now(),
        "backups": queries.newest_backups(),
    }
    return render(request, "operation/health.html", context)


def _own_agencies(request: HttpRequest) -> set[str]:
    numbers = {scope.agency_id for scope in directory.scopes_of(request.user, Right.READ_HEALTH, clock.now())}
    return {agency.code for agency in directory.agencies() if agency.pk in numbers}


def _is_for(answer: Answer, own: set[str]) -> bool:
    """The house is everybody's; the accounts of an agency ("MUSCAT/sms") are for its own people."""
    return answer.probe.code != "account" or answer.finding.key.partition("/")[0] in own


def _summary(answers: list[Answer]) -> str:
    bad = [answer for answer in answers if answer.finding.level is Level.BAD]
    warned = [answer for answer in answers if answer.finding.level is Level.WARN]
    if not bad and not warned:
        return str(t("كل شيء يعمل.", "Everything works."))
    first = str((bad or warned)[0].finding.sentence)
    more = len(bad) + len(warned) - 1
    return first if not more else str(t("{first} وأمور أخرى: {n}", "{first} And {n} more.", first=first, n=more))


def _row(answer: Answer, since: dict[str, datetime]) -> Row:
    finding = answer.finding
    return Row(
        str(answer.probe.title),
        finding.level.value,
        str(WORDS[finding.level]),
        ICONS[finding.level],
        str(finding.sentence),
        str(finding.todo),
        since.get(answer.code) if finding.level is not Level.OK else None,
    )
