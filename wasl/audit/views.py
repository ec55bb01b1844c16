"""The pages of the audit log. Whoever looks is recorded: who asked what, once a day for the same question."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wasl.accounts.models import User
from wasl.audit import asked, queries, rows, words
from wasl.audit.asked import Asked
from wasl.audit.files import csv_file
from wasl.audit.reach import Reach, agencies_of
from wasl.cases import queries as cases
from wasl.contacts.reading import Shown, note_reading
from wasl.core import clock, seals
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.web.doors import private_page
from wasl.web.selects import options

PAGE = 50


@requires(Right.READ_AUDIT)
@private_page
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The facts that were asked for, and how the log is sealed."""
    reach, question = _asked(request, "log")
    found = list(queries.facts(reach, question)[: PAGE + 1])
    shown = found[:PAGE]
    names = queries.names_for(reach, shown)
    context = _frame(request, reach, question) | {
        "rows": list(rows.rows_of(shown, names, reach.agency)),
        "onward": shown[-1].pk if len(found) > PAGE else None,
        "standing": (standing := seals.standing() if reach.is_whole else None),
        # As text: a number that is typed elsewhere has no groups.
        "last_sealed": str(standing.seal.last_event) if standing and standing.seal else "",
    }
    return render(request, "audit/log.html", context | {"here": "log"})


@requires(Right.READ_AUDIT)
@private_page
@require_safe
def log_file(request: HttpRequest) -> HttpResponse:
    """The same as a table for other programs."""
    reach, question = _asked(request, "log file")
    found = list(queries.facts(reach, replace(question, before=None))[: queries.MOST])
    names = queries.names_for(reach, found)
    return csv_file("audit-log", rows.log_table(rows.rows_of(found, names, reach.agency)))


@requires(Right.READ_AUDIT)
@private_page
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """Who was shown whose data, and what was taken out."""
    reach, question = _asked(request, "reads")
    found = queries.readings(reach, question)
    shown = found[: PAGE * 4]
    context = _frame(request, reach, question) | {
        "rows": list(rows.read_rows_of(shown, queries.names_of_readings(reach, shown))),
        "total": len(found),
        "cases": len({row.case_id for row in found if row.case_id}),
        "outside": sum(row.outside for row in found),
        "more": len(found) > len(shown),
    }
    return render(request, "audit/reads.html", context | {"here": "reads"})


@requires(Right.READ_AUDIT)
@private_page
@require_safe
def reads_file(request: HttpRequest) -> HttpResponse:
    """The same as a table: the people and fields that an account or a key touched."""
    reach, question = _asked(request, "reads file")
    found = queries.readings(reach, question)
    return csv_file("audit-reads", rows.reads_table(rows.read_rows_of(found, queries.names_of_readings(reach, found))))


def _asked(request: HttpRequest, page: str) -> tuple[Reach, Asked]:
    """How far the person may look, and what is asked; that it was asked is recorded."""
    at, user = clock.now(), request.user
    assert isinstance(user, User)
    reach = _reach(request, user)
    timezone.activate(reach.agency.zone)
    question = asked.read(request.GET, today=at.astimezone(reach.agency.zone).date())
    case = cases.by_reference(question.case, agency=reach.agency) if question.case else None
    look = Shown("audit", case.pk if case is not None else None, subject=f"{page}?{question.words}")
    note_reading([look], agency_id=reach.agency.pk, by=user, at=at)
    return reach, question


def _reach(request: HttpRequest, user: User) -> Reach:
    at = clock.now()
    known = {agency.code: agency for agency in agencies_of(user, at=at)}
    agency = known.get(request.GET.get("agency", "")) or next(iter(known.values()), None)
    reach = Reach.of(user, agency=agency, at=at) if agency is not None else None
    if reach is None:
        raise Http404
    return reach


def _frame(request: HttpRequest, reach: Reach, question: Asked) -> dict[str, Any]:
    return {
        "agency": reach.agency,
        "agencies": agencies_of(request.user, at=clock.now()),  # type: ignore[arg-type]
        "asked": question,
        "since": _iso(question.since),
        "until": _iso(question.until),
        "people": options(((str(number), name) for number, name in reach.names.items()), str(question.person or "")),
        "kinds": options(words.chosen_kinds(), question.kind),
        "whole": reach.is_whole,
        "is_first": question.before is None,
        "query": request.GET.urlencode(),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
