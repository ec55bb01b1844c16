"""On which cases the unit in charge is silent, and what the follow-up team did about it.

Silent: the promise of the case runs, it came to the unit long enough ago, and since then nobody of the unit, nor
whoever stands in there, has done anything with it. Looking at a case is no act; what others did does not speak for the
unit.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from wasl.calendars import queries as calendars
from wasl.cases import workflow
from wasl.cases.models import Case, Clock, Referral, Reminder, SilenceRule
from wasl.contacts.events import PersonalDataRead
from wasl.core.events import registered_events
from wasl.core.localized import Localized, both
from wasl.core.models import EventRecord
from wasl.directory.models import Agency, Membership, Substitution

SHOWN = 50
# Looking at a case is nothing done with it.
NO_ACTS = frozenset({PersonalDataRead.kind})
# What came of a call.
OUTCOMES: Mapping[str, Localized] = {
    "promised": both("وعدت الوحدة بالرد", "They promised to answer"),
    "acted": both("باشروا العمل أثناء المكالمة", "They set to work at once"),
    "not_theirs": both("قالوا إنه ليس لهم", "They say it is not theirs"),
    "not_reached": both("لم يُجب أحد", "Nobody answered"),
}


def silent_days(agency_id: int) -> int:
    """After how many working days without an act of the unit the agency calls it silent."""
    row = SilenceRule.objects.filter(agency_id=agency_id).first()
    return row.working_days if row is not None else SilenceRule.USUAL_DAYS


def silent(cases: QuerySet[Case], agency: Agency, *, at: datetime) -> QuerySet[Case]:
    """The cases of one agency on which the unit is silent, in the order of service: class, then registration.

    What units did lately is read once, by the index of facts, and laid against the cases: where most units answer,
    asking case after case who did what would read the past of all that is open.
    """
    since = silent_since(agency, at)
    referred = Referral.objects.filter(case=OuterRef("pk"), made_at__gte=since)
    running = Clock.objects.filter(case=OuterRef("pk"), kind="resolve", stopped_at__isnull=True, paused_at__isnull=True)
    return (
        cases.filter(agency=agency, is_open=True, state__in=sorted(workflow.WITH_UNIT), registered_at__lt=since)
        .exclude(unit__is_triage=True)
        .exclude(pk__in=_heard_of(agency, since))
        .filter(~Exists(referred), Exists(running))
        .order_by("importance", "registered_at", "id")
    )


def silent_since(agency: Agency, at: datetime) -> datetime:
    """The beginning of the day since which so many working days have passed that silence counts."""
    hours = calendars.working_time(agency_id=agency.pk)
    day, left = hours.local_day(at), silent_days(agency.pk)
    for _ in range(400):
        if left <= 0:
            break
        day -= timedelta(days=1)
        left -= bool(hours.day_spans(day))
    return hours.midnight(day)


def last_acts(cases: Iterable[Case]) -> dict[int, datetime]:
    """When somebody of the unit last did something, for those of the cases where anybody ever did."""
    numbers = [case.pk for case in cases]
    last = _acts_of_unit().order_by().values("case_id").annotate(last=Max("at")).values("last")
    found = Case.objects.filter(pk__in=numbers).annotate(acted_at=last).values_list("pk", "acted_at")
    return {number: acted_at for number, acted_at in found if acted_at is not None}


def reminded(cases: Iterable[Case]) -> dict[int, tuple[int, int]]:
    """How many reminders and calls there were on each of these cases."""
    rows = Reminder.objects.filter(case_id__in=[case.pk for case in cases]).order_by().values("case_id")
    counted = rows.annotate(
        alerts=Count("pk", filter=Q(means=Reminder.Means.ALERT)), calls=Count("pk", filter=Q(means=Reminder.Means.CALL))
    )
    return {row["case_id"]: (row["alerts"], row["calls"]) for row in counted}


def last_reminders(cases: Iterable[Case]) -> dict[int, Reminder]:
    """The latest reminder or call on each of these cases, with who made it."""
    rows = Reminder.objects.filter(case_id__in=[case.pk for case in cases]).select_related("by", "unit")
    return {row.case_id: row for row in rows.order_by("case_id", "at", "pk")}


def _acts_of_unit() -> QuerySet[EventRecord]:
    """What people of a case's unit did with it; within a query of cases, which it refers to."""
    acts = EventRecord.objects.filter(case_id=OuterRef("pk"), agency_id=OuterRef("agency_id"))
    return acts.filter(_speaks_for(OuterRef(OuterRef("unit_id")), OuterRef("actor_id"))).exclude(kind__in=NO_ACTS)


def _heard_of(agency: Agency, since: datetime) -> QuerySet[EventRecord, Any]:
    """The numbers of the cases with which somebody of their unit did something since a moment."""
    # The index of facts goes by kind: each that there is, but for those that are no acts.
    kinds = sorted({kind for kind, _ in registered_events()} - NO_ACTS)
    acts = EventRecord.objects.filter(
        agency_id=agency.pk, kind__in=kinds, at__gte=since, case_id__isnull=False, actor_id__isnull=False
    )
    # What is open is read in its index alone.
    theirs = Case.objects.filter(
        _speaks_for(OuterRef("unit_id"), OuterRef(OuterRef("actor_id"))),
        pk=OuterRef("case_id"),
        agency=agency,
        is_open=True,
        registered_at__lt=since,
    )
    return acts.filter(Exists(theirs)).values("case_id")


def _speaks_for(unit: OuterRef, actor: OuterRef) -> Q:
    """Is the actor of the unit, or does somebody there leave their place to them?"""
    here = Membership.objects.filter(unit_id=unit, user_id=actor)
    in_place = Substitution.objects.filter(unit_id=unit, substitute_id=actor)
    return Q(Exists(here)) | Q(Exists(in_place))
