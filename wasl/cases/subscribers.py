"""What cases do when something below changed."""

from wasl.calendars.events import CalendarChanged
from wasl.cases import lifting as lifting
from wasl.cases import operations, queries
from wasl.cases.events import CaseExcluded, CaseWithdrawn
from wasl.cases.jobs import recount_clocks
from wasl.core.events import subscriber
from wasl.core.models import EventRecord


@subscriber(CalendarChanged)
def count_anew(fact: CalendarChanged, record: EventRecord) -> None:
    """A holiday or working hours changed: the clocks it touches are counted anew, all of them in one job."""
    recount_clocks.defer(change_event_id=record.pk)


@subscriber(CaseWithdrawn, CaseExcluded)
def part_those_who_joined(fact: CaseWithdrawn | CaseExcluded, record: EventRecord) -> None:
    """A case that is no more answers nobody: every duplicate that follows it goes its own way again."""
    for follower in queries.followers(queries.by_id(fact.case_id)):
        operations.unmerge(follower, by=None, at=record.at)
