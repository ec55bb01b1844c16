"""What cases do when something below changed."""

from wasl.calendars.events import CalendarChanged
from wasl.cases import aftermath, operations, queries
from wasl.cases import lifting as lifting
from wasl.cases.events import (
    CaseClassified,
    CaseExcluded,
    CaseReferred,
    CaseRegistered,
    CaseWithdrawn,
    DuplicateJoined,
)
from wasl.cases.jobs import recount_clocks
from wasl.contacts.events import AddressAdded, BeneficiaryCorrected, IdentityRecorded, RelationDeclared
from wasl.core.events import Event, subscriber
from wasl.core.models import EventRecord
from wasl.directory.events import RoleEnded, RoleGranted, UnitChanged, UnitEnded


@subscriber(CalendarChanged)
def count_anew(fact: CalendarChanged, record: EventRecord) -> None:
    """A holiday or working hours changed: the clocks it touches are counted anew, all of them in one job."""
    recount_clocks.defer(change_event_id=record.pk)


@subscriber(CaseWithdrawn, CaseExcluded)
def part_those_who_joined(fact: CaseWithdrawn | CaseExcluded, record: EventRecord) -> None:
    """A case that is no more answers nobody: every duplicate that follows it goes its own way again."""
    for follower in queries.followers(queries.by_id(fact.case_id)):
        operations.unmerge(follower, by=None, at=record.at)


@subscriber(CaseRegistered, CaseClassified)
def notice_who_came_back(fact: CaseRegistered | CaseClassified, record: EventRecord) -> None:
    """Another case of the same person and service says that the first contact had not settled the matter."""
    case = queries.by_id(fact.case_id)
    if isinstance(fact, CaseClassified):
        operations.was_no_return(case, service_id=fact.service_id, at=record.at)
    if fact.service_id is not None:
        operations.came_back_with(case, service_id=fact.service_id, at=record.at)


@subscriber(CaseWithdrawn, CaseExcluded)
def notice_who_did_not_come_back(fact: CaseWithdrawn | CaseExcluded, record: EventRecord) -> None:
    """A case that is no more does not say that an earlier matter was not settled."""
    operations.was_no_return(queries.by_id(fact.case_id), service_id=None, at=record.at)


@subscriber(CaseReferred, only=lambda fact: fact.from_unit_id is not None)
def hand_on_what_is_reviewed(fact: CaseReferred, record: EventRecord) -> None:
    """A case under review that leaves the reach of whoever reviews it is told to who decides it now."""
    operations.hand_on_review(fact.case_id, at=record.at)


@subscriber(RelationDeclared)
def let_go_of_own(fact: RelationDeclared, record: EventRecord) -> None:
    """What somebody has in hand of a person they have just declared goes back to the list of its unit."""
    _release(record, assignee_id=fact.user_id)


@subscriber(AddressAdded, BeneficiaryCorrected, IdentityRecorded)
def let_go_of_known(fact: AddressAdded | BeneficiaryCorrected | IdentityRecorded, record: EventRecord) -> None:
    """The same where it is only now known that a beneficiary is one of those."""
    _release(record, beneficiary_id=fact.beneficiary_id)


@subscriber(DuplicateJoined)
def let_go_of_joined(fact: DuplicateJoined, record: EventRecord) -> None:
    """The same where the case of such a person joined another."""
    _release(record, pk=fact.case_id)


@subscriber(RoleGranted, RoleEnded, UnitChanged, UnitEnded, when=aftermath.watches)
def keep_complaints_outside(fact: Event, record: EventRecord) -> None:
    """Who sits where has changed: complaints about staff whose unit stands in their line now go on to the next one."""
    for case in queries.open_staff_complaints(agency_id=record.agency_id):
        operations.settle_anew(case, at=record.at)


@subscriber(*aftermath.FACTS, when=aftermath.watches)
def watch_over_who_complained(fact: Event, record: EventRecord) -> None:
    """Whoever complained of staff has another case: what those complained of do to it is told to who handles that."""
    operations.tell_of_aftermath(record, at=record.at)


def _release(record: EventRecord, **which: int) -> None:
    for case in queries.in_hand_of_tied(record.at, **which):
        operations.release_barred(case, at=record.at)
