"""What has to be lifted now: found by an index, never by looking through the cases."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from wasl.calendars import queries as calendars
from wasl.calendars.working_time import WorkingTime
from wasl.cases.escalation import Escalation
from wasl.cases.models import Case, Clock
from wasl.core.asked import Asked
from wasl.directory.models import Agency
from wasl.sla import ladders
from wasl.sla.ladder import LISTED, Cause

# How long after an age is reached it is still found that nobody has said so: a house may be down for weeks.
AGE_WINDOW = timedelta(days=60)


def due_clocks(at: datetime, *, after: tuple[datetime, int] | None = None, size: int = 500) -> QuerySet[Clock]:
    """Running clocks whose next step is due, the longest due first; nothing but the index `clock_next_step` is read."""
    due = Clock.objects.filter(stopped_at__isnull=True, paused_at__isnull=True, next_step_at__lte=at)
    if after is not None:
        due = due.filter(next_step_at__gte=after[0]).exclude(next_step_at=after[0], pk__lte=after[1])
    return due.order_by("next_step_at", "pk").only("next_step_at")[:size]


def aged(agency: Agency, at: datetime) -> Iterator[tuple[int, int]]:
    """Open cases that have reached an age of the ladder, with that age in working days."""
    ladder = ladders.for_cause(agency.pk, Cause.AGE, "", at)
    if ladder is None:
        return
    hours = calendars.working_time(agency_id=agency.pk)
    for step in ladder.steps:
        said = Escalation.objects.filter(case=OuterRef("pk"), cause=Cause.AGE, step=step.mark)
        before = _working_days_ago(hours, at, step.mark)
        rows = Case.objects.filter(
            agency=agency, is_open=True, registered_at__lt=before, registered_at__gte=before - AGE_WINDOW
        )
        for number in rows.filter(~Exists(said)).order_by("registered_at", "pk").values_list("pk", flat=True)[:2000]:
            yield number, step.mark


def _working_days_ago(hours: WorkingTime, at: datetime, days: int) -> datetime:
    """The beginning of the day from which `days` working days have begun and ended by now."""
    day, left = hours.local_day(at), days
    while left > 0:
        day -= timedelta(days=1)
        if hours.day_spans(day):
            left -= 1
    return hours.midnight(day)


def earlier_of_same(case: Case, *, since: datetime) -> int | None:
    """The last case of the same person about the same service that came before this one, but not before `since`."""
    if case.beneficiary_id is None or case.service_id is None:
        return None
    earlier = Case.objects.filter(
        agency_id=case.agency_id,
        beneficiary_id=case.beneficiary_id,
        service_id=case.service_id,
        registered_at__gte=since,
        registered_at__lt=case.registered_at,
        compartment__isnull=True,
    )
    return earlier.order_by("-registered_at", "-pk").values_list("pk", flat=True).first()


def listed(cases: QuerySet[Case], *, most: int) -> list[Case]:
    """Those of the given cases that reached the director's list and are open, the gravest and oldest first."""
    found = cases.filter(is_open=True, escalation__gt=0, escalation__gte=LISTED)
    order = ("-escalation", "importance", "registered_at", "pk")
    return list(found.select_related("unit", "service", "assignee", "agency").order_by(*order)[:most])


def listed_for_director(agency: Agency) -> QuerySet[Case]:
    """The open cases of an agency that reached the director's list, without those closed even to a director."""
    found = Case.objects.filter(agency=agency, is_open=True, escalation__gt=0, escalation__gte=LISTED)
    return found.filter(compartment__isnull=True)


def steps_of(case_id: int) -> list[Escalation]:
    """Every step a case has taken, the first one first."""
    return _STEPS.all(case_id)


def steps_of_many(numbers: Sequence[int]) -> dict[int, list[Escalation]]:
    """The same of several cases, by their numbers."""
    found: dict[int, list[Escalation]] = {}
    for step in Escalation.objects.filter(case_id__in=numbers).order_by("at", "step", "pk"):
        found.setdefault(step.case_id, []).append(step)
    return found


_STEPS = Asked(
    lambda case_id: Escalation.objects.filter(case_id=case_id).select_related("by").order_by("at", "step", "pk"), int
)
