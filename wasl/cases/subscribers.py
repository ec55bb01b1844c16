"""What cases do when something below changed."""

from wasl.calendars.events import CalendarChanged
from wasl.cases import operations, queries
from wasl.cases.events import CaseExcluded, CaseWithdrawn
from wasl.cases.jobs import recount_clocks
from wasl.core.events import subscriber
from wasl.core.models import EventRecord


@subscriber(CalendarChanged)
def count_anew(fact: CalendarChanged, record: EventRecord) -> None:
    """A holiday or working hours changed: every case with a clock on that calendar is counted anew."""
    calendar_id = fact.calendar_id or None
    cases = queries.with_running_clocks(agency_id=record.agency_id, calendar_id=calendar_id)
    recount_clocks.defer_many([{"case_id": case_id, "calendar_id": calendar_id} for case_id in cases])


@subscriber(CaseWithdrawn, CaseExcluded)
def part_those_who_joined(fact: CaseWithdrawn | CaseExcluded, record: EventRecord) -> None:
    """A case that is no more answers nobody: every duplicate that follows it goes its own way again."""
    for follower in queries.followers(queries.by_id(fact.case_id)):
        operations.unmerge(follower, by=None, at=record.at)
