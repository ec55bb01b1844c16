"""What can happen to a case. Ids and codes only; the words stand in `CaseEntry`."""

from dataclasses import dataclass
from typing import ClassVar

from wasl.core.events import Event, event


@dataclass(frozen=True)
class CaseFact(Event):
    """A fact about one case."""

    case_id: int


@event(version=1)
@dataclass(frozen=True)
class CaseRegistered(CaseFact):
    kind_code: str
    service_id: int | None
    unit_id: int
    importance: str
    channel: str
    outside_area: bool = False


@event(version=1)
@dataclass(frozen=True)
class CaseAcknowledged(CaseFact):
    pass


@event(version=1)
@dataclass(frozen=True)
class CaseClassified(CaseFact):
    kind_code: str
    service_id: int | None
    importance: str


@dataclass(frozen=True)
class _ImportanceChangedBefore(CaseFact):
    """As it was recorded before the class of the matrix was written down with it."""

    importance_before: str
    importance: str


_ImportanceChangedBefore.__name__ = "CaseImportanceChanged"  # as which it was recorded
event(version=1)(_ImportanceChangedBefore)


@event(version=2)
@dataclass(frozen=True)
class CaseImportanceChanged(CaseFact):
    """`computed` is the class of the matrix at that moment; not `by_hand`: computed anew, as the service changed."""

    importance_before: str
    importance: str
    computed: str
    by_hand: bool = True


@event(version=1)
@dataclass(frozen=True)
class CaseReferred(CaseFact):
    from_unit_id: int | None
    to_unit_id: int
    automatic: bool = False


@event(version=1)
@dataclass(frozen=True)
class ReferralAccepted(CaseFact):
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class ReferralReturned(CaseFact):
    from_unit_id: int
    to_unit_id: int


@event(version=1)
@dataclass(frozen=True)
class OwnerNamed(CaseFact):
    """Whose it is in the eyes of the unit that returned it: a unit of the agency, an outside body, or nobody knows."""

    unit_id: int | None
    outside: bool


@event(version=1)
@dataclass(frozen=True)
class OwnerAsked(CaseFact):
    """Units have returned the case twice: it went to the follow-up team, which decides whose it is."""

    to_unit_id: int
    refusals: int


@event(version=1)
@dataclass(frozen=True)
class OwnerDecided(CaseFact):
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class CaseRaised(CaseFact):
    from_unit_id: int
    to_unit_id: int
    due: str


@event(version=1)
@dataclass(frozen=True)
class RaiseDecided(CaseFact):
    by_unit_id: int
    unit_id: int
    stays: bool


@event(version=1)
@dataclass(frozen=True)
class CaseAssigned(CaseFact):
    assignee_id: int | None


@event(version=1)
@dataclass(frozen=True)
class WorkStarted(CaseFact):
    pass


@event(version=1)
@dataclass(frozen=True)
class WorkScheduled(CaseFact):
    scheduled_for: str


@event(version=1)
@dataclass(frozen=True)
class BeneficiaryAsked(CaseFact):
    pass


@event(version=1)
@dataclass(frozen=True)
class BeneficiaryAnswered(CaseFact):
    channel: str


@event(version=1)
@dataclass(frozen=True)
class InformationAdded(CaseFact):
    channel: str
    files: int


@event(version=1)
@dataclass(frozen=True)
class CasePutOnHold(CaseFact):
    reason_code: str
    review_on: str
    external: bool = False


@event(version=1)
@dataclass(frozen=True)
class ExtensionAsked(CaseFact):
    """A unit has extended a hold as often as it may, and asks the director for another time."""

    reason_code: str
    review_on: str
    number: int


@event(version=1)
@dataclass(frozen=True)
class ExtensionRefused(CaseFact):
    number: int


@event(version=1)
@dataclass(frozen=True)
class ReviewMissed(CaseFact):
    """The day on which a held case should have been looked at has passed; said once for each hold."""

    hold_id: int
    unit_id: int
    review_on: str
    number: int


@event(version=1)
@dataclass(frozen=True)
class UnitReminded(CaseFact):
    """The follow-up team reminded a silent unit, by a word to its people or a call."""

    unit_id: int
    means: str
    outcome: str


@event(version=1)
@dataclass(frozen=True)
class AppealAsked(CaseFact):
    """The beneficiary asks for a review by somebody higher. `due`: ISO moment of the answer."""

    level: int
    ground: str
    unit_id: int
    due: str


@dataclass(frozen=True)
class _AppealDecidedBefore(CaseFact):
    """As it was recorded before a review could send the case to another unit."""

    level: int
    outcome: str
    unit_id: int
    reopens: bool


_AppealDecidedBefore.__name__ = "AppealDecided"  # as which it was recorded
event(version=1)(_AppealDecidedBefore)


@event(version=2)
@dataclass(frozen=True)
class AppealDecided(CaseFact):
    """`to_unit_id`: the other unit to which the review sent the case; None where it stays with its own."""

    level: int
    outcome: str
    unit_id: int
    reopens: bool
    to_unit_id: int | None = None


@event(version=1)
@dataclass(frozen=True)
class AppealLate(CaseFact):
    level: int
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class AppealLifted(CaseFact):
    """Twice its time has passed without an answer: the next level, `to_unit_id`, is told; at the last one, itself."""

    level: int
    unit_id: int
    to_unit_id: int


@event(version=1)
@dataclass(frozen=True)
class AppealRuleSet(Event):
    ask_days: int
    decide_days: int


@event(version=1)
@dataclass(frozen=True)
class SilenceSet(Event):
    working_days: int


@event(version=1)
@dataclass(frozen=True)
class FirstContactDaysSet(Event):
    days: int


@event(version=1)
@dataclass(frozen=True)
class HoldReasonSet(Event):
    code: str


@event(version=1)
@dataclass(frozen=True)
class HoldReasonEnded(Event):
    code: str


@event(version=1)
@dataclass(frozen=True)
class Jumped(CaseFact):
    """Taken before others whose turn it was, with the reason; the row of `Jump` tells of whom."""

    jump_id: int
    act: str
    reason_code: str
    overtook: int
    place: int
    waiting: int
    assignee_id: int | None = None


@event(version=1)
@dataclass(frozen=True)
class JumpReasonSet(Event):
    code: str


@event(version=1)
@dataclass(frozen=True)
class JumpReasonEnded(Event):
    code: str


@event(version=1)
@dataclass(frozen=True)
class NoteAdded(CaseFact):
    pass


@event(version=1)
@dataclass(frozen=True)
class FilesAdded(CaseFact):
    files: int
    role: str


@event(version=1)
@dataclass(frozen=True)
class ReplyWritten(CaseFact):
    pass


@event(version=1)
@dataclass(frozen=True)
class CaseResolved(CaseFact):
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class FinishedAtFirstContact(CaseFact):
    """The first line solved it and passed it on to nobody; `as_generalist`: what its line alone would not finish."""

    unit_id: int
    as_generalist: bool = False


@event(version=1)
@dataclass(frozen=True)
class ContactedAgain(CaseFact):
    """The person came back in the same matter soon after it had been finished at the first contact."""

    means: str
    other_case_id: int | None = None


@event(version=1)
@dataclass(frozen=True)
class ReturnTakenBack(CaseFact):
    """What was taken for a return of the person was none; `means` as in ContactedAgain."""

    means: str


@event(version=1)
@dataclass(frozen=True)
class CaseRejected(CaseFact):
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class CaseClosed(CaseFact):
    automatic: bool = False


@event(version=1)
@dataclass(frozen=True)
class CaseReopened(CaseFact):
    by_beneficiary: bool
    times: int


@event(version=1)
@dataclass(frozen=True)
class CaseMerged(CaseFact):
    into_case_id: int


@event(version=1)
@dataclass(frozen=True)
class DuplicateJoined(CaseFact):
    duplicate_case_id: int


@event(version=1)
@dataclass(frozen=True)
class CaseUnmerged(CaseFact):
    from_case_id: int


@event(version=1)
@dataclass(frozen=True)
class CaseWithdrawn(CaseFact):
    pass


@event(version=1)
@dataclass(frozen=True)
class CaseExcluded(CaseFact):
    pass


@event(version=1)
@dataclass(frozen=True)
class CaseRated(CaseFact):
    rating: int


@event(version=1)
@dataclass(frozen=True)
class DueMoved(CaseFact):
    """One due moment moved with the calendar; since `DueMomentsMoved` rows of `DueMove` tell of each."""

    clock: str
    due_before: str
    due: str
    calendar_id: int | None = None


@event(version=1)
@dataclass(frozen=True)
class DueMomentsMoved(Event):
    """A change of the calendar (its CalendarChanged) moved due moments of so many clocks; each has a `DueMove`."""

    change_event_id: int
    clocks: int
    cases: int


@event(version=1)
@dataclass(frozen=True)
class CaseEscalated(CaseFact):
    """Lifted to a level, by a promise of which so much is used up, by another cause, or by hand."""

    cause: str
    level: int
    step: int
    unit_id: int
    clock: str = ""


@event(version=1)
@dataclass(frozen=True)
class BarredAttempt(CaseFact):
    """Somebody wanted to open or handle a case of their own or of a declared relative: once a day for each person.

    `outside` is never true here; every look has it.
    """

    is_look: ClassVar[bool] = True
    outside: bool = False


@event(version=1)
@dataclass(frozen=True)
class HandlerReleased(CaseFact):
    """The case was taken from whoever had it in hand, who turned out to be close to its beneficiary."""

    assignee_id: int
    unit_id: int


@event(version=1)
@dataclass(frozen=True)
class StaffComplaintOpened(CaseFact):
    """The case is about staff: from now on it is in the closed compartment of this unit. `chosen`: the agency's rule
    led there; else nobody outside the line was left, and only the auditors see it.
    """

    unit_id: int
    from_unit_id: int | None = None
    chosen: bool = True


@event(version=1)
@dataclass(frozen=True)
class AccusedNamed(CaseFact):
    """Somebody who is complained of is known by name: a person or a unit."""

    accused_id: int


@event(version=1)
@dataclass(frozen=True)
class StaffComplaintLifted(CaseFact):
    """It turned out not to be about staff, or need not be closed any more: the case is open to its usual line again."""

    unit_id: int
