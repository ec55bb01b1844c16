"""The list outside the screen: on paper, and as a sheet."""

from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from wasl.cases import queries as cases
from wasl.core import clock
from wasl.desk import columns, narrowing, operations, sheets, worklists
from wasl.desk.people import staff
from wasl.directory import queries as directory
from wasl.directory.doors import requires
from wasl.directory.rights import Right

MOST_ON_PAPER = 500
LINES_A_PIECE = 250


@requires(Right.READ_CASE)
@require_GET
def paper(request: HttpRequest) -> HttpResponse:
    """The list for printing: its title, filters and moment, no contact data, a bounded number of cases."""
    person = worklists.Person(staff(request), clock.now())
    present = worklists.asked(person, request.GET)
    found = list(cases.whole_list(present.visible, present.filters, most=MOST_ON_PAPER + 1))
    context = {
        "present": present,
        "lines": columns.lines(found[:MOST_ON_PAPER], present.columns, person.at, selects=False),
        "number": min(len(found), MOST_ON_PAPER),
        "is_cut": len(found) > MOST_ON_PAPER,
        "most": MOST_ON_PAPER,
        "words": narrowing.in_words(present.narrowing, person.names),
        "whose": narrowing.WHOSE[present.narrowing.whose],
        "order": narrowing.ORDERS[present.filters.order],
        "at": person.at,
        "here": present.query(),
    }
    return render(request, "desk/paper.html", context)


@requires(Right.EXPORT_CASES)
@require_GET
def sheet(request: HttpRequest) -> Any:
    """The list as CSV, streamed; who took it, how much and by which filters is written down first."""
    person = worklists.Person(staff(request), clock.now())
    present = worklists.asked(person, request.GET)
    visible = present.visible & cases.visible_to(person.user, at=person.at, right=Right.EXPORT_CASES)
    agency = directory.own_agency(person.user, person.at)
    assert agency is not None  # a right comes with a role, a role with an agency
    operations.record_export(
        agency,
        narrowing=present.narrowing,
        columns=[column.code for column in present.columns],
        count=min(cases.count_all(visible, present.filters), sheets.MOST),
        by=person.user,
        at=person.at,
    )
    found = cases.whole_list(visible, present.filters, most=sheets.MOST)
    lines = sheets.lines(found, present.columns, person.at)
    response = StreamingHttpResponse(_encoded(lines), content_type="text/csv; charset=utf-8")
    name = f"wasl-{present.code if present.saved is None else 'view'}-{timezone.localtime(person.at):%Y-%m-%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    """The lines in pieces worth sending, each in language and zone of the request, which is over when they are made."""
    return _pieces(lines, translation.get_language() or "ar", timezone.get_current_timezone())


def _pieces(lines: Iterator[str], language: str, zone: tzinfo) -> Iterator[bytes]:
    while True:
        with translation.override(language), timezone.override(zone):
            piece = "".join(islice(lines, LINES_A_PIECE))
        if not piece:
            return
        yield piece.encode()
