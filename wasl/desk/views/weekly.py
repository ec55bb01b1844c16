"""The director's weekly list: open cases past twice their time or lifted that far, with causes and ages."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wasl.calendars import queries as calendars
from wasl.cases import sweeps
from wasl.cases.escalation import Escalation
from wasl.cases.models import Case
from wasl.core import clock
from wasl.core.i18n import say
from wasl.desk.people import staff
from wasl.directory.doors import requires
from wasl.directory.rights import Right
from wasl.sla.ladder import LEVELS, LISTED
from wasl.web.doors import private_page

# More than anybody reads in a week; the page says when there are more.
MOST = 500


@dataclass(frozen=True)
class Row:
    """One case of the list: no name, no number, no word of the beneficiary."""

    case: Case
    causes: list[str]
    age_days: int
    listed_at: datetime | None

    @property
    def level(self) -> object:
        """How high it stands."""
        return LEVELS[self.case.escalation]


@requires(Right.READ_WEEKLY_LIST)
@require_safe
@private_page
def weekly_list(request: HttpRequest) -> HttpResponse:
    """The list as it stands now, to be read or printed."""
    at, user = clock.now(), staff(request)
    visible = Case.objects.for_user(user, Right.READ_WEEKLY_LIST, at=at)
    found = sweeps.listed(visible, most=MOST + 1)
    steps = sweeps.steps_of_many([case.pk for case in found[:MOST]])
    rows = [_row(case, steps.get(case.pk, []), at) for case in found[:MOST]]
    units = {row.case.unit_id for row in rows}
    return render(
        request,
        "desk/weekly.html",
        {"rows": rows, "at": at, "units": len(units), "is_cut": len(found) > MOST, "most": MOST},
    )


def _row(case: Case, steps: list[Escalation], at: datetime) -> Row:
    causes = dict.fromkeys(_cause(step) for step in steps if step.level >= LISTED or step.clock_id is None)
    listed_at = next((step.at for step in steps if step.level >= LISTED), None)
    hours = calendars.working_time(agency_id=case.agency_id)
    first, today = hours.local_day(case.registered_at), hours.local_day(at)
    return Row(case, list(causes), (today - first).days, listed_at)


def _cause(step: Escalation) -> str:
    if step.clock_id is None:
        return step.cause_words
    return say("مضى {n}% من المدة", "{n}% of the time used", n=step.step)
