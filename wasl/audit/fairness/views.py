"""The pages of the review of turns. Whoever looks is recorded: who asked what, once a day for the same question."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wasl.accounts.models import User
from wasl.analytics.fairness import turns
from wasl.analytics.fairness.turns import Counted
from wasl.analytics.measures import MEASURES
from wasl.audit.fairness import asked, reading, tables
from wasl.audit.fairness.asked import Question
from wasl.audit.fairness.sight import Sight, agencies_of
from wasl.audit.files import csv_file
from wasl.cases import order, workflow
from wasl.contacts.reading import Shown, note_reading
from wasl.core import clock
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.web.doors import private_page
from wasl.web.selects import options

PAGE = 50
DAY_SECONDS = tables.DAY_SECONDS


@requires(Right.READ_FAIRNESS)
@private_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How far turns were kept: in all, by officer, by unit, and how long cases waited."""
    sight, question = _asked(request, "fairness")
    question = question.wider()
    told, waits = _counted(sight, question), _waits(sight, question)
    people, units = _names(told), _units(sight)
    found = reading.totals(sight, question)
    agency_id = sight.agency.pk
    context = _frame(request, sight, question) | {
        "here": "overview",
        "whole": told.whole,
        "found": found,
        "officers": [
            _row(one, people.get(one.officer_id or 0, ""), question.address(person=one.officer_id))
            for one in told.by_officer
        ],
        "units": [
            _row(one, units.get(one.unit_id or 0, ""), question.address(unit=one.unit_id)) for one in told.by_unit
        ],
        "waits": [_wait(one, units) for one in waits],
        "waits_are_near": any(one.is_near for one in waits),
        "reasons": [
            {"words": order.reason_words(agency_id, code), "number": number, "path": question.address(reason=code)}
            for code, number in found.reasons
        ],
        "delayed_path": question.address(delayed=1),
        "definitions": [MEASURES[code] for code in ("taken", "out_of_turn", "out_of_turn_rate", "wait_to_take")],
    }
    return render(request, "audit/fairness/overview.html", context)


@requires(Right.READ_FAIRNESS)
@private_page
@require_safe
def overview_file(request: HttpRequest) -> HttpResponse:
    """The same as a table."""
    sight, question = _asked(request, "fairness file")
    question = question.wider()
    told = _counted(sight, question)
    return csv_file("fairness", tables.turns_table(told, _waits(sight, question), _names(told), _units(sight)))


@requires(Right.READ_FAIRNESS)
@private_page
@require_safe
def jumps(request: HttpRequest) -> HttpResponse:
    """The cases taken out of turn: by whom, why, and whom each passed."""
    sight, question = _asked(request, "fairness jumps")
    rows, onward = reading.page(sight, question, PAGE)
    context = _frame(request, sight, question) | {
        "here": "jumps",
        "found": reading.totals(sight, question),
        "rows": [(row, order.reason_words(sight.agency.pk, row.jump.reason_code)) for row in rows],
        "onward": question.address(before=onward) if onward else "",
        "first": question.address() if question.before else "",
    }
    return render(request, "audit/fairness/jumps.html", context)


@requires(Right.READ_FAIRNESS)
@private_page
@require_safe
def jumps_file(request: HttpRequest) -> HttpResponse:
    """The same as a table, with every case that was passed."""
    sight, question = _asked(request, "fairness jumps file")
    return csv_file("out-of-turn", tables.jumps_table(reading.told(sight, reading.jumps(sight, question))))


@requires(Right.READ_FAIRNESS)
@private_page
@require_safe
def taken(request: HttpRequest) -> HttpResponse:
    """The cases that an officer took in the time: what a rate is a rate of."""
    sight, question = _asked(request, "fairness taken")
    since, until = question.begins(sight.agency.zone), question.ends(sight.agency.zone)
    found, times = turns.taken_cases(
        sight.agency.pk,
        since=since,
        until=until,
        cases=sight.cases,
        officer_id=question.person,
        unit_id=question.unit,
    )
    found = found.select_related("unit", "service")
    number = found.count()
    context = _frame(request, sight, question) | {
        "here": "taken",
        "cases": found[: reading.MOST_SIGNS],
        "number": number,
        "times": times,
        "is_cut": number > reading.MOST_SIGNS,
        "most": reading.MOST_SIGNS,
        "officer": sight.people.get(question.person or 0, ""),
    }
    return render(request, "audit/fairness/taken.html", context)


@requires(Right.READ_FAIRNESS)
@private_page
@require_safe
def signs(request: HttpRequest) -> HttpResponse:
    """Classes made graver by hand, looks without a reason, attempts that were refused."""
    sight, question = _asked(request, "fairness signs")
    found = reading.signs(sight, question)
    context = _frame(request, sight, question) | {
        "here": "signs",
        "signs": found,
        "raised": [(one, one.reason if sight.reads_words(one.case.unit_id) else "") for one in found.raised],
        "most": reading.MOST_SIGNS,
    }
    return render(request, "audit/fairness/signs.html", context)


def _asked(request: HttpRequest, page: str) -> tuple[Sight, Question]:
    """How far the person may look, and what is asked; that it was asked is recorded."""
    at, user = clock.now(), request.user
    assert isinstance(user, User)
    known = {agency.code: agency for agency in agencies_of(user, at=at)}
    agency = known.get(request.GET.get("agency", "")) or next(iter(known.values()), None)
    sight = Sight.of(user, agency=agency, at=at) if agency is not None else None
    if agency is None or sight is None:
        raise Http404
    timezone.activate(agency.zone)
    question = asked.read(request.GET, today=at.astimezone(agency.zone).date())
    look = Shown("audit", subject=f"{page}{question.address()}"[:200])
    note_reading([look], agency_id=agency.pk, by=user, at=at)
    return sight, question


def _counted(sight: Sight, question: Question) -> Counted:
    since, until = question.begins(sight.agency.zone), question.ends(sight.agency.zone)
    found = turns.counted(
        sight.agency.pk,
        since=since,
        until=until,
        cases=sight.cases,
        seen=sight.seen,
        untold=reading.untold(sight),
    )
    return found.of(question.person, question.unit)


def _waits(sight: Sight, question: Question) -> list[turns.Wait]:
    since, until = question.begins(sight.agency.zone), question.ends(sight.agency.zone)
    found = turns.waits(sight.agency.pk, since=since, until=until, cases=sight.cases, seen=sight.seen)
    return [one for one in found if question.unit in (None, one.unit_id)]


def _names(told: Counted) -> dict[int, str]:
    return _names_of(one.officer_id for one in told.by_officer)


def _names_of(numbers: Iterable[int | None]) -> dict[int, str]:
    return {person.pk: person.name for person in User.objects.filter(pk__in={one for one in numbers if one})}


def _units(sight: Sight) -> dict[int, str]:
    return {number: str(unit) for number, unit in directory.known_units(sight.agency.pk).items()}


def _row(one: turns.Turns, name: str, path: str) -> dict[str, Any]:
    return {"turns": one, "name": name, "path": path, "interval": one.interval}


def _wait(one: turns.Wait, units: dict[int, str]) -> dict[str, Any]:
    spread = [None if value is None else value / DAY_SECONDS for value in (one.tenth, one.median, one.nine_tenths)]
    words = workflow.IMPORTANCE[one.importance]
    return {"unit": units.get(one.unit_id, ""), "class": words, "number": one.number, "spread": spread}


def _frame(request: HttpRequest, sight: Sight, question: Question) -> dict[str, Any]:
    known = directory.known_units(sight.agency.pk)
    units = [(str(number), str(one)) for number, one in known.items() if sight.units is None or number in sight.units]
    reasons = [(row.code, str(row.name)) for row in order.all_reasons(sight.agency.pk)]
    return {
        "agency": sight.agency,
        "agencies": agencies_of(request.user, at=sight.at),  # type: ignore[arg-type]
        "asked": question,
        "since": question.since.isoformat(),
        "until": question.until.isoformat(),
        "people": options(((str(number), name) for number, name in sight.people.items()), str(question.person or "")),
        "units_known": options(sorted(units, key=lambda pair: pair[1]), str(question.unit or "")),
        "reasons_known": options(reasons, question.reason),
        "classes": options(workflow.IMPORTANCE.items(), question.importance),
        "is_whole": sight.is_whole,
        "query": question.address(),
        "reads_log": any(
            scope.agency_id == sight.agency.pk
            for scope in directory.scopes_of(request.user, Right.READ_AUDIT, sight.at)
        ),
    }
