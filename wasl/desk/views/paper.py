"""The list on paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wasl.cases import queries as cases
from wasl.core import clock
from wasl.desk import columns, narrowing, worklists
from wasl.desk.people import staff
from wasl.directory.doors import requires
from wasl.directory.rights import Right

MOST_ON_PAPER = 500


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
