"""Taking a case to serve it: in its turn, or before it with a reason that is recorded with whom it passed.

**What a take is.** The act with which the service of a waiting case begins: work starts (`start_work`), its day is set
(`schedule`), it is done straight away (`resolve`), or it is given to whoever will begin it (`assign`, and an acceptance
that names somebody). Accepting alone is none: nothing is done for the beneficiary by it, and promises want it quick;
who accepts only what pleases leaves the others in the queue, where they are passed all the same. Questions, holds and
refusals serve nobody, and a case that was put aside before its service began is as waiting when work starts. Giving
what is in hands already to somebody else takes nothing from the queue again. Whoever has several begins with the first.

**What is asked.** Everybody but the clock (`by` None) and what is brought in as history. The reason comes as `Ahead`;
without one the take raises OutOfOrder, which says how many would be passed and names the first of them.

**Two at once.** A take holds its own case alone and reads the others as they stand committed after that lock, so no two
takes can wait for each other. One that is being taken by a colleague at this instant still counts as waiting: a jump is
then told that lasted a moment, while none is ever left out. A case that comes into the queue after the reading came
after the take.
"""

from dataclasses import dataclass
from datetime import datetime

from wasl.accounts.models import User
from wasl.cases import order
from wasl.cases.events import CaseAssigned, Jumped, JumpReasonEnded, JumpReasonSet
from wasl.cases.models import Case, Jump, JumpOvertaken, JumpReason
from wasl.cases.operations.change import Change, Missing
from wasl.core import events
from wasl.core.i18n import counted, say, t
from wasl.core.localized import Localized
from wasl.core.text import clean
from wasl.directory.models import Agency

# More words than a reason needs are a report.
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Ahead:
    """Why a case is taken before its turn: a reason of the closed list, and words where it asks for them."""

    code: str
    words: str = ""


class OutOfOrder(Missing):
    """The case would pass others whose turn it is, and no reason was given. `overtaken` says whom."""

    def __init__(self, overtaken: order.Overtaken) -> None:
        super().__init__(sentence_of(overtaken.total))
        self.overtaken = overtaken


class NoSuchReason(ValueError):
    """This may not be a reason; the message says why."""


def sentence_of(total: int) -> str:
    """That so many come before this case, and what is to be done about it."""
    return say(
        "قبل هذا الطلب في الدور {cases}. ابدأ بما قبله، أو اختر سبب التقديم؛ يُسجل السبب ومن تجاوزه الطلب.",
        "{cases} come before this one. Take those first, or choose why this one goes ahead; the reason and whom it "
        "passes are recorded.",
        cases=counted(total, "case"),
    )


@dataclass(frozen=True)
class Take:
    """A take that was found to be in its turn, or to have its reason: to be recorded when the act is done."""

    act: str
    overtaken: order.Overtaken
    rank: order.Rank
    code: str
    words: str
    to: User | None

    def record(self, change: Change) -> None:
        """Write the jump with whom it passed, within the running change. Nothing where it was the case's turn."""
        if not self.overtaken.total or change.by is None:
            return
        row, found = change.case, self.overtaken
        jump = Jump.objects.create(
            agency_id=row.agency_id,
            case=row,
            by=change.by,
            to=self.to,
            at=change.at,
            act=self.act,
            reason_code=self.code,
            words=self.words,
            unit_id=row.unit_id,
            importance=row.importance,
            place=self.rank.place,
            waiting=self.rank.waiting,
            overtook=found.total,
            without_delay=None if found.any_late is None else not found.any_late,
            reopened_times=row.reopened_times,
        )
        JumpOvertaken.objects.bulk_create(
            JumpOvertaken(jump=jump, case=one, position=place) for place, one in enumerate(found.cases, start=1)
        )
        fact = Jumped(
            row.pk,
            jump.pk,
            self.act,
            self.code,
            found.total,
            self.rank.place,
            self.rank.waiting,
            self.to.pk if self.to else None,
        )
        change.publish(fact, text=self.words)


_IN_TURN = order.Overtaken(0)


def taking(change: Change, act: str, *, ahead: Ahead | None, to: User | None = None) -> Take:
    """Ask, before anybody else has the case in hands, whether it is its turn. `to`: who is to serve it where that is
    not whoever has it, or acts. Raises OutOfOrder, and Missing for a reason that is none.
    """
    row, server = change.case, to or change.case.assignee or change.by
    asks = change.waited and change.by is not None and not events.is_history() and order.begins(act, row)
    if not asks or server is None:
        return _nothing(act)
    found = order.overtaken_by(row, act, server=server, at=change.at, reader=change.by)
    if not found.total:
        return _nothing(act)
    if ahead is None or not ahead.code:
        raise OutOfOrder(found)
    words = _words_of(row.agency_id, ahead)
    return Take(act, found, _rank(row, found, change.at), ahead.code, words, to)


def _rank(row: Case, found: order.Overtaken, at: datetime) -> order.Rank:
    """Which place it had. Of a complaint about staff only those that it passes are counted: who reads of the jump later
    may know of these, and perhaps of no other.
    """
    if row.compartment_id is None:
        return order.Line(row, at).rank()
    return order.Rank(found.total + 1, found.total + 1)


def give(change: Change, to: User, *, ahead: Ahead | None) -> None:
    """Within a running change: the case is given to somebody of its unit, in its turn or with the reason."""
    take = taking(change, "assign", ahead=ahead, to=to)
    change.case.assignee = to
    change.publish(CaseAssigned(change.case.pk, to.pk))
    take.record(change)


def why_no_reason(agency_id: int, ahead: Ahead) -> str:
    """What is wrong with this reason, as a sentence; empty when nothing is."""
    reason = order.reasons(agency_id).get(ahead.code)
    if reason is None:
        return say("اختر سبب التقديم من القائمة.", "Choose the reason from the list.")
    if reason.needs_words and not clean(ahead.words):
        return say("اكتب سبب التقديم بكلماتك.", "Say in words why it goes ahead.")
    if len(ahead.words) > LONGEST_WORDS:
        return say("اختصر السبب إلى {n} حرف.", "Keep the reason within {n} characters.", n=LONGEST_WORDS)
    return ""


def set_jump_reason(
    agency: Agency, *, code: str, name: Localized, needs_words: bool, order_in_list: int, by: User | None, at: datetime
) -> JumpReason:
    """Let a reason be chosen from now on, under this name. Raises NoSuchReason for one that would favour a person."""
    if any(order.favours(text) for text in (code, *name.values())):
        raise NoSuchReason(
            t(
                "لا يكون السبب صفة شخص أو مكانته: يُقدّم الطلب لأمر فيه لا لصاحبه.",
                "Who somebody is cannot be a reason: a case goes ahead for its matter, not for its owner.",
            )
        )
    words = needs_words or code == order.IN_WORDS
    row: JumpReason = JumpReason.objects.update_or_create(
        agency=agency,
        code=code,
        defaults={"name": name, "needs_words": words, "order": order_in_list, "ended_at": None},
    )[0]
    events.publish(JumpReasonSet(code), agency_id=agency.pk, by=by, at=at)
    return row


def end_jump_reason(agency: Agency, code: str, *, by: User | None, at: datetime) -> None:
    """Let a reason be chosen no more; what was recorded with it keeps it. Raises NoSuchReason for the last of all."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    present = {row.code: row for row in order.all_reasons(agency.pk) if row.ended_at is None}
    if set(present) <= {code}:
        raise NoSuchReason(t("يبقى سبب واحد على الأقل.", "At least one reason must stay."))
    row = present[code]
    JumpReason.objects.update_or_create(
        agency=agency,
        code=code,
        defaults={"name": row.name, "needs_words": row.needs_words, "order": row.order, "ended_at": at},
    )
    events.publish(JumpReasonEnded(code), agency_id=agency.pk, by=by, at=at)


def _nothing(act: str) -> Take:
    return Take(act, _IN_TURN, order.Rank(1, 1), "", "", None)


def _words_of(agency_id: int, ahead: Ahead) -> str:
    if sentence := why_no_reason(agency_id, ahead):
        raise Missing(sentence)
    return clean(ahead.words)
