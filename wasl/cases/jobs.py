"""What the worker does for cases by itself."""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError

from wasl.calendars.events import CalendarChanged
from wasl.calendars.working_time import NeverOpens
from wasl.cases import appeals, operations, queries
from wasl.cases.operations.change import NotNow, StaleCase
from wasl.core import clock
from wasl.core.jobs import job, periodic
from wasl.core.localized import both
from wasl.tasks import operations as tasks

log = logging.getLogger(__name__)

REVIEW = both("طلب معلّق حان موعد مراجعته", "A held case is due for its review")


@periodic("*/10 * * * *", name="cases.close_resolved")
def close_resolved(timestamp: int) -> None:
    """Close cases whose time for "not solved" has passed."""
    at = clock.now()
    for case_id in queries.resolved_before(at - timedelta(days=operations.REOPEN_DAYS)):
        close_case.defer(case_id=case_id, once=f"close {case_id}")


@job(name="cases.close_case")
def close_case(case_id: int) -> None:
    """Close one case; one that was reopened meanwhile is left alone."""
    at = clock.now()
    case = queries.by_id(case_id)
    if case.may_be_reopened(at=at, days=operations.REOPEN_DAYS):
        return
    try:
        # With the version: somebody may reopen and resolve it again between this look and the lock.
        operations.close(case, by=None, at=at, version=case.version)
    except (NotNow, StaleCase):
        return


@periodic("7 * * * *", name="cases.call_reviews")
def call_reviews(timestamp: int) -> None:
    """Held cases whose day of review has come call their unit, once for each hold; one that has passed is said once."""
    at = clock.now()
    for case in queries.to_be_reviewed(at):
        tasks.open_task(
            agency=case.agency,
            unit=case.unit,
            kind="review",
            title=REVIEW,
            case_id=case.pk,
            reference=case.digits,
            dedupe_key=f"review {case.pk} {case.review_on}",
            at=at,
        )
    for hold_id in queries.missed_reviews(at):
        operations.miss_review(hold_id, at=at)


@periodic("17 * * * *", name="cases.keep_complaints_outside")
def keep_complaints_outside(timestamp: int) -> None:
    """Roles begin and end by themselves: complaints about staff whose unit stands in their line now go on."""
    at = clock.now()
    for case in queries.open_staff_complaints():
        operations.settle_anew(case, at=at)


@periodic("37 * * * *", name="cases.tell_late_appeals")
def tell_late_appeals(timestamp: int) -> None:
    """Reviews that were not answered in time: their office and the follow-up team hear of it, then the next level."""
    at, after = clock.now(), 0
    while found := appeals.late(at, after=after):
        for number in found:
            _tell_late(number, at)
        after = found[-1]


def _tell_late(appeal_id: int, at: datetime) -> None:
    """One review by itself: one of which nothing can be told must not hold back the others."""
    try:
        operations.tell_late(appeal_id, at=at)
    except (NeverOpens, DatabaseError, LookupError, ObjectDoesNotExist) as problem:
        log.warning("late review not told: %s", type(problem).__name__, extra={"appeal_id": appeal_id})


@job(name="cases.recount", queue="default")
def recount_clocks(change_event_id: int) -> None:
    """Count anew every running clock that a change of the calendar touches, and tell their owners once."""
    operations.recount(queries.fact_by_id(change_event_id), at=clock.now())


@job(name="cases.recount_clocks")
def recount_of_before(case_id: int, calendar_id: int | None) -> None:
    """What the release before has queued, one case each: the last change is counted for all, and once."""
    change = queries.last_fact(queries.by_id(case_id).agency_id, CalendarChanged.kind)
    if change is not None:
        recount_clocks.defer(change_event_id=change.pk, once=f"recount {change.pk}")
