"""What other systems may hear of: a short list of our own, so that a fact inside may change without breaking theirs.

Each has a code that stays, the fact behind it, a name for people, the state a case is in after it (where the fact
alone says so), and the few codes that are told besides. No words of anybody, no personal data.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wasl.cases import events
from wasl.core.events import Event
from wasl.core.localized import Localized, both

TRIAL = "trial"
# What a fact tells besides, by its own fields: (name outside, field inside). Numbers of rows become codes later.
Details = Mapping[str, str]


@dataclass(frozen=True)
class Offered:
    """One kind of message to other systems."""

    code: str
    fact: type[Event]
    title: Localized
    state: str = ""
    units: Details = field(default_factory=dict)
    plain: Details = field(default_factory=dict)
    cases: Details = field(default_factory=dict)
    state_of: Callable[[dict[str, Any]], str] | None = None

    def state_after(self, data: dict[str, Any]) -> str:
        """The state the fact leads to; empty where it leads nowhere by itself."""
        return self.state_of(data) if self.state_of is not None else self.state


def _held(data: dict[str, Any]) -> str:
    return "pending_external" if data.get("external") else "pending_internal"


_LIST = (
    Offered("case.registered", events.CaseRegistered, both("سُجّل طلب", "A case was registered"), "new"),
    Offered("case.acknowledged", events.CaseAcknowledged, both("تأكد استلامه", "It was acknowledged"), "acknowledged"),
    Offered("case.classified", events.CaseClassified, both("تغيّر تصنيفه", "It was classified anew")),
    Offered(
        "case.referred",
        events.CaseReferred,
        both("أُحيل إلى وحدة", "It was referred to a unit"),
        "referred",
        units={"from_unit": "from_unit_id", "to_unit": "to_unit_id"},
    ),
    Offered(
        "case.accepted",
        events.ReferralAccepted,
        both("قبلته الوحدة", "The unit accepted it"),
        "accepted",
        units={"unit": "unit_id"},
    ),
    Offered(
        "case.returned",
        events.ReferralReturned,
        both("أعادته الوحدة", "The unit returned it"),
        units={"from_unit": "from_unit_id", "to_unit": "to_unit_id"},
    ),
    Offered(
        "case.raised",
        events.CaseRaised,
        both("رُفع إلى الخط الثالث", "It was raised to the third line"),
        units={"from_unit": "from_unit_id", "to_unit": "to_unit_id"},
        plain={"due": "due"},
    ),
    Offered(
        "case.decided",
        events.RaiseDecided,
        both("صدر القرار فيما رُفع", "What was raised was decided"),
        units={"by_unit": "by_unit_id", "unit": "unit_id"},
    ),
    Offered("case.started", events.WorkStarted, both("بدأ العمل عليه", "Work started"), "in_progress"),
    Offered(
        "case.scheduled",
        events.WorkScheduled,
        both("حُدد موعده", "Work was scheduled"),
        "scheduled",
        plain={"scheduled_for": "scheduled_for"},
    ),
    Offered(
        "case.asked", events.BeneficiaryAsked, both("سُئل المستفيد", "The beneficiary was asked"), "pending_beneficiary"
    ),
    Offered("case.answered", events.BeneficiaryAnswered, both("أجاب المستفيد", "The beneficiary answered")),
    Offered(
        "case.held",
        events.CasePutOnHold,
        both("عُلّق", "It was put on hold"),
        plain={"reason": "reason_code", "review_on": "review_on"},
        state_of=_held,
    ),
    Offered("case.replied", events.ReplyWritten, both("رُدّ على المستفيد", "The beneficiary got a reply")),
    Offered(
        "case.resolved",
        events.CaseResolved,
        both("تمت معالجته", "It was resolved"),
        "resolved",
        units={"unit": "unit_id"},
    ),
    Offered(
        "case.rejected",
        events.CaseRejected,
        both("لم يُقبل", "It was not accepted"),
        "rejected",
        units={"unit": "unit_id"},
    ),
    Offered(
        "case.closed", events.CaseClosed, both("أُغلق", "It was closed"), "closed", plain={"automatic": "automatic"}
    ),
    Offered(
        "case.reopened",
        events.CaseReopened,
        both("أُعيد فتحه", "It was reopened"),
        "reopened",
        plain={"by_beneficiary": "by_beneficiary", "times": "times"},
    ),
    Offered(
        "case.joined",
        events.CaseMerged,
        both("ضُم إلى طلب سابق", "It joined an earlier case"),
        "duplicate",
        cases={"into": "into_case_id"},
    ),
    Offered(
        "case.parted",
        events.CaseUnmerged,
        both("عاد طلباً مستقلاً", "It stands by itself again"),
        cases={"from": "from_case_id"},
    ),
    Offered("case.withdrawn", events.CaseWithdrawn, both("سُحب", "It was withdrawn"), "withdrawn"),
    Offered("case.rated", events.CaseRated, both("قُيّمت الخدمة", "The service was rated"), plain={"rating": "rating"}),
)

OFFERED: Mapping[str, Offered] = {one.code: one for one in _LIST}
BY_FACT: Mapping[str, Offered] = {one.fact.kind: one for one in _LIST}
FACTS: tuple[type[Event], ...] = tuple(one.fact for one in _LIST)
# What most systems want: how far a case has come.
USUAL = ("case.registered", "case.referred", "case.resolved", "case.rejected", "case.closed", "case.reopened")
TRIAL_TITLE = both("رسالة تجربة", "A trial message")


def title_of(code: str) -> Localized:
    """The name of a kind for people; its code for one that is offered no more."""
    if code == TRIAL:
        return TRIAL_TITLE
    return OFFERED[code].title if code in OFFERED else both(code, code)
