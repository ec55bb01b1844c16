"""The states of a case and which act leads from where to where: pure tables, no database.

The wording for staff and for the public comes from `data/states.csv`.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wasl.core.localized import Localized, both

KINDS: dict[str, Localized] = {
    "report": both("بلاغ", "Report"),
    "complaint": both("شكوى", "Complaint"),
    "inquiry": both("استفسار", "Inquiry"),
    "suggestion": both("اقتراح", "Suggestion"),
    "transaction": both("معاملة", "Transaction"),
    "note": both("ملاحظة", "Note"),
    "praise": both("شكر وتقدير", "Praise"),
}

# Kinds of matters that can be dangerous: only these are asked how grave they are.
GRAVE_KINDS = frozenset({"report", "complaint"})

IMPORTANCE: dict[str, Localized] = {
    "P1": both("حرجة", "Critical"),
    "P2": both("عاجلة", "Urgent"),
    "P3": both("عادية", "Normal"),
    "P4": both("منخفضة", "Low"),
}

CHANNELS: dict[str, Localized] = {
    "portal": both("البوابة", "Portal"),
    "email": both("البريد الإلكتروني", "E-mail"),
    "phone": both("الهاتف", "Phone"),
    "counter": both("القاعة", "Counter"),
    "sms": both("رسالة نصية", "SMS"),
    "paper": both("طلب ورقي", "Paper form"),
    "letter": both("البريد العادي", "Letter"),
    "fax": both("الفاكس", "Fax"),
    "social": both("التواصل الاجتماعي", "Social media"),
    "field": both("فريق ميداني", "Field crew"),
    "api": both("تطبيق شريك", "Partner app"),
}

CLOCKS: dict[str, Localized] = {
    "acknowledge": both("تأكيد الاستلام", "Acknowledgement"),
    "refer": both("الإحالة", "Referral"),
    "accept": both("قبول الوحدة", "Acceptance by the unit"),
    "first_answer": both("أول رد", "First answer"),
    "update": both("إطلاع المستفيد", "Word to the beneficiary"),
    "resolve": both("الإنجاز", "Resolution"),
}

PREFERRED: dict[str, Localized] = {
    "sms": both("رسالة نصية", "a text message"),
    "call": both("مكالمة", "a call"),
    "email": both("البريد الإلكتروني", "e-mail"),
    "": both("غير محدد", "not given"),
}

# Colour of a state, as a class of the kit: always beside its word.
TONES: dict[str, str] = {
    "referred": "info",
    "accepted": "info",
    "in_progress": "info",
    "scheduled": "info",
    "pending_beneficiary": "warn",
    "pending_external": "warn",
    "pending_internal": "warn",
    "reopened": "warn",
    "resolved": "ok",
    "closed": "ok",
    "rejected": "bad",
}

HELD = frozenset({"pending_external", "pending_internal"})
WAITING = frozenset({"pending_beneficiary", "pending_external", "pending_internal"})
BEFORE_UNIT = frozenset({"new", "acknowledged", "triage"})
WITH_UNIT = frozenset({"referred", "accepted", "in_progress", "scheduled", "reopened"})
# With a unit whose work on them has not begun: they wait for their turn. A tuple, as an index names them in this order.
IN_TURN = ("referred", "accepted", "reopened")
OPEN = BEFORE_UNIT | WITH_UNIT | WAITING
DONE = frozenset({"resolved", "closed", "rejected"})
ENDED = DONE | {"duplicate", "withdrawn", "spam"}

# act -> (from which states, to which state; None keeps the state)
ACTS: dict[str, tuple[frozenset[str], str | None]] = {
    "acknowledge": (frozenset({"new"}), "acknowledged"),
    "classify": (OPEN, None),
    "change_importance": (OPEN, None),
    "refer": (OPEN, "referred"),
    "accept": (frozenset({"referred", "reopened"}), "accepted"),
    "return": (frozenset({"referred", "reopened", "accepted"}), "triage"),
    # After two refusals: whose it is, and it goes there.
    "decide_owner": (OPEN, "referred"),
    # To the third line with a question; the state of the work stays as it was.
    "raise": (frozenset({"accepted", "in_progress", "scheduled", "reopened"}) | HELD, None),
    "decide": (OPEN, None),
    "assign": (OPEN, None),
    "escalate": (OPEN, None),
    "start": (frozenset({"accepted", "scheduled", "reopened", "pending_external", "pending_internal"}), "in_progress"),
    "schedule": (frozenset({"accepted", "in_progress", "scheduled", "reopened"}), "scheduled"),
    "ask": (OPEN - {"pending_beneficiary"}, "pending_beneficiary"),
    "answer": (frozenset({"pending_beneficiary"}), None),
    "hold": (WITH_UNIT | HELD, "pending_internal"),
    "wait_external": (WITH_UNIT | HELD, "pending_external"),
    # Once more than the unit may itself: the director says yes or no, and the case stays held meanwhile.
    # Also when work went on in between: a hold for the same reason soon after goes on counting.
    "ask_extension": (WITH_UNIT | HELD, None),
    "answer_extension": (WITH_UNIT | HELD, None),
    # A word or a call to the unit that is silent; nothing changes by it.
    "remind": (OPEN, None),
    # Into the closed compartment of complaints about staff, who it is about, and out again.
    "tell_of_staff": (OPEN | DONE, None),
    "name_accused": (OPEN | DONE, None),
    "lift_compartment": (OPEN | DONE, None),
    "note": (OPEN | ENDED, None),
    "reply": (OPEN | DONE, None),
    "add": (OPEN | DONE, None),
    "resolve": (OPEN - {"new"}, "resolved"),
    "reject": (OPEN, "rejected"),
    "close": (frozenset({"resolved", "rejected"}), "closed"),
    # A mistake must be mended: what was excluded or withdrawn can be taken up again by staff.
    "reopen": (DONE | {"withdrawn", "spam"}, "reopened"),
    # A review by somebody higher: asked by the beneficiary, decided above the unit; may open an ended case.
    "appeal": (OPEN | DONE, None),
    "decide_appeal": (OPEN | DONE, None),
    # "Not solved" from somebody whose report had joined another that was then resolved: it stands alone again.
    "object": (frozenset({"duplicate"}), "reopened"),
    "rate": (frozenset({"resolved", "closed"}), None),
    "merge": (OPEN, "duplicate"),
    "unmerge": (frozenset({"duplicate"}), None),
    "withdraw": (OPEN, "withdrawn"),
    "exclude": (OPEN, "spam"),
}


@dataclass(frozen=True)
class State:
    """One state with its words for staff and for the public, and what it does to the clocks."""

    code: str
    staff: Localized
    public: Localized
    open311: str
    clock: str


# The file gives the Arabic the public reads; its English sister stands here.
_PUBLIC_ENGLISH = {
    "new": "We have received it",
    "acknowledged": "Receipt confirmed",
    "triage": "We are finding who will handle it",
    "referred": "Sent to the responsible unit",
    "accepted": "The responsible unit has accepted it",
    "in_progress": "Work is under way",
    "scheduled": "A visit or the work is scheduled",
    "pending_beneficiary": "We need something from you",
    "pending_external": "With another body, and we follow it",
    "pending_internal": "On hold for a stated reason, with a review date",
    "resolved": "Done, awaiting your confirmation",
    "closed": "Closed",
    "reopened": "Reopened",
    "rejected": "Not accepted, with the reason",
    "duplicate": "Joined to an earlier report and updated with it",
    "withdrawn": "Withdrawn at your request",
    "spam": "",
}


@lru_cache
def states() -> dict[str, State]:
    """All states by code, in the order of the file."""
    path = Path(__file__).with_name("data") / "states.csv"
    with path.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["code"] != "draft"]
    return {
        row["code"]: State(
            row["code"],
            both(row["staff_ar"], row["staff_en"]),
            both(row["public_ar"].strip("-"), _PUBLIC_ENGLISH[row["code"]]),
            row["open311_status"],
            row["sla_clock"],
        )
        for row in rows
    }


def allows(act: str, state: str) -> bool:
    """May this act be done to a case in this state?"""
    return state in ACTS[act][0]


def leads_to(act: str, state: str) -> str:
    """The state after the act."""
    return ACTS[act][1] or state


# Four steps the public sees as a line: received, sent, in work, done.
STEPS: tuple[tuple[Localized, frozenset[str]], ...] = (
    (both("استُلم", "Received"), frozenset({"new", "acknowledged", "triage"})),
    (both("أُحيل", "Sent on"), frozenset({"referred"})),
    (
        both("قيد المعالجة", "In work"),
        frozenset({"accepted", "in_progress", "scheduled", "reopened"}) | WAITING,
    ),
    (both("تمت المعالجة", "Done"), frozenset({"resolved", "closed"})),
)


def step_of(state: str) -> int | None:
    """Which of the four public steps a state stands on (0-3); None for states beside the line (rejected, merged …)."""
    for number, (_, codes) in enumerate(STEPS):
        if state in codes:
            return number
    return None
