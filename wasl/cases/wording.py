"""How each fact about a case reads, to staff and to the public.

Rooms above that publish facts about cases add their words with `worded`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from wasl.cases import events, order, pending, workflow
from wasl.contacts.events import IdentityRevealed
from wasl.core.i18n import counted, say
from wasl.core.localized import Localized
from wasl.web import moments


@dataclass
class Names:
    """Names of units and people a timeline mentions, read in two statements however long it is."""

    units: dict[int, str]
    people: dict[int, str]
    zone: Any
    agency_id: int = 0

    def unit(self, number: int | None) -> str:
        return self.units.get(number or 0, "")

    def day(self, iso: str) -> str:
        return moments.day_text(date.fromisoformat(iso[:10]))

    def jump_reason(self, code: str) -> Localized:
        return order.reason_words(self.agency_id, code)

    def hold_reason(self, code: str) -> Localized:
        return pending.reason_words(self.agency_id, code)

    def moment(self, iso: str) -> str:
        with timezone.override(self.zone):
            return moments.moment_text(datetime.fromisoformat(iso))


Sentence = Callable[[dict[str, Any], Names], str]


@dataclass(frozen=True)
class Wording:
    """How one kind of fact reads. `public_title` None: the public does not see it."""

    icon: str
    title: Sentence
    public_title: Sentence | None = None
    tone: str = ""


_wordings: dict[str, Wording] = {}


def worded(kind: type[Any], wording: Wording) -> None:
    """Give a kind of fact its words."""
    _wordings[kind.kind] = wording


def wordings() -> list[Wording]:
    """All wordings given so far."""
    return list(_wordings.values())


def wording_of(kind: str) -> Wording | None:
    """The words of a kind of fact; None when nobody gave it any, so it is not shown."""
    return _wordings.get(kind)


def _same(arabic: str, english: str) -> Sentence:
    return lambda data, names: say(arabic, english)


def _reviewed(data: dict[str, Any], names: Names) -> str:
    unit = names.unit(data["unit_id"])
    if data["outcome"] == "changed":
        return say("راجعته {unit}: تغيّر القرار", "{unit} reviewed it: the decision is changed", unit=unit)
    if data["outcome"] == "partly":
        return say(
            "راجعته {unit}: تغيّر جزء من القرار", "{unit} reviewed it: the decision is changed in part", unit=unit
        )
    return say("راجعته {unit}: يبقى القرار", "{unit} reviewed it: the decision stands", unit=unit)


def _review_said(data: dict[str, Any]) -> str:
    if data["outcome"] == "changed":
        return say("غيّرت المراجعة القرار", "The review changed the decision")
    if data["outcome"] == "partly":
        return say(
            "غيّرت المراجعة جزءاً من القرار، والأسباب مذكورة",
            "The review changed the decision in part; the reasons are given",
        )
    return say("أبقت المراجعة القرار، والأسباب مذكورة", "The review keeps the decision; the reasons are given")


def _sent_on(data: dict[str, Any], names: Names) -> str:
    return say("، وتتولاه {unit}", "; {unit} takes it now", unit=names.unit(data["to_unit_id"]))


worded(
    events.CaseRegistered,
    Wording(
        "inbox",
        lambda d, n: say(
            "ورد عبر {channel}، وسُجّل لدى {unit}",
            "Received by {channel}, registered with {unit}",
            channel=workflow.CHANNELS.get(d["channel"], d["channel"]),
            unit=n.unit(d["unit_id"]),
        ),
        _same("استُلم طلبك وسُجّل", "Your request was received and registered"),
    ),
)
worded(
    events.CaseAcknowledged,
    Wording(
        "mail-check", _same("أُكد الاستلام", "Receipt confirmed"), _same("أُكد استلام طلبك", "Receipt confirmed"), "ok"
    ),
)
worded(
    events.CaseClassified,
    Wording(
        "tags",
        lambda d, n: say(
            "صُنّف: {kind}، درجة {importance}",
            "Classified: {kind}, class {importance}",
            kind=workflow.KINDS[d["kind_code"]],
            importance=workflow.IMPORTANCE[d["importance"]],
        ),
    ),
)
worded(
    events.CaseImportanceChanged,
    Wording(
        "gauge",
        lambda d, n: (
            say(
                "تغيّرت درجة الأهمية من {before} إلى {now}",
                "Class changed from {before} to {now}",
                before=workflow.IMPORTANCE[d["importance_before"]],
                now=workflow.IMPORTANCE[d["importance"]],
            )
            if d.get("by_hand", True)
            else say(
                "حُسبت درجة الأهمية من جديد: من {before} إلى {now}",
                "Class computed anew: from {before} to {now}",
                before=workflow.IMPORTANCE[d["importance_before"]],
                now=workflow.IMPORTANCE[d["importance"]],
            )
        ),
        tone="warn",
    ),
)
worded(
    events.CaseReferred,
    Wording(
        "send",
        lambda d, n: (
            say("أُحيل آلياً إلى {unit}", "Referred automatically to {unit}", unit=n.unit(d["to_unit_id"]))
            if d["automatic"]
            else say(
                "أُحيل من {source} إلى {unit}",
                "Referred from {source} to {unit}",
                source=n.unit(d["from_unit_id"]),
                unit=n.unit(d["to_unit_id"]),
            )
        ),
        lambda d, n: say("أُحيل إلى {unit}", "Sent to {unit}", unit=n.unit(d["to_unit_id"])),
        "info",
    ),
)
worded(
    events.ReferralAccepted,
    Wording(
        "user-check",
        lambda d, n: say("قُبلت الإحالة لدى {unit}", "{unit} accepted the referral", unit=n.unit(d["unit_id"])),
        lambda d, n: say("قُبل الطلب لدى {unit}", "{unit} accepted it", unit=n.unit(d["unit_id"])),
        "ok",
    ),
)
worded(
    events.ReferralReturned,
    Wording(
        "undo-2",
        lambda d, n: say("أُعيدت الإحالة من {unit}", "{unit} returned the referral", unit=n.unit(d["from_unit_id"])),
        tone="warn",
    ),
)
worded(
    events.OwnerNamed,
    Wording(
        "signpost",
        lambda d, n: (
            say("ترى الوحدة أن المسؤول {unit}", "The unit names {unit} as responsible", unit=n.unit(d["unit_id"]))
            if d["unit_id"]
            else say("ترى الوحدة أنه لجهة خارجية", "The unit names an outside body")
            if d["outside"]
            else say("لا تعلم الوحدة من المسؤول", "The unit does not know who is responsible")
        ),
    ),
)
worded(
    events.OwnerAsked,
    Wording(
        "scale",
        _same(
            "أُعيد مرتين، فأُحيل إلى فريق المتابعة لحسم المسؤول",
            "Returned twice: the follow-up team decides whose it is",
        ),
        tone="warn",
    ),
)
worded(
    events.OwnerDecided,
    Wording(
        "scale",
        lambda d, n: say(
            "حُسم أن المسؤول {unit}، والقرار ملزم",
            "Decided, and binding: {unit} is responsible",
            unit=n.unit(d["unit_id"]),
        ),
        tone="ok",
    ),
)
worded(
    events.CaseRaised,
    Wording(
        "arrow-up",
        lambda d, n: say(
            "رُفع من {source} إلى {unit}، والقرار حتى {when}",
            "Raised by {source} to {unit}, to be decided by {when}",
            source=n.unit(d["from_unit_id"]),
            unit=n.unit(d["to_unit_id"]),
            when=n.moment(d["due"]),
        ),
        lambda d, n: say("رُفع إلى {unit} للبت فيه", "Raised to {unit} for a decision", unit=n.unit(d["to_unit_id"])),
        "info",
    ),
)
worded(
    events.RaiseDecided,
    Wording(
        "gavel",
        lambda d, n: (
            say("قررت {unit}، وبقي الطلب لديها", "{unit} decided and keeps the case", unit=n.unit(d["by_unit_id"]))
            if d["stays"]
            else say(
                "قررت {unit}، وعاد الطلب إلى {back}",
                "{unit} decided; the case is back with {back}",
                unit=n.unit(d["by_unit_id"]),
                back=n.unit(d["unit_id"]),
            )
        ),
        _same("صدر القرار فيه ويُستكمل العمل", "Decided; the work goes on"),
        "ok",
    ),
)
worded(
    events.AppealAsked,
    Wording(
        "gavel",
        lambda d, n: say(
            "طلب المستفيد مراجعة لدى {unit}، والجواب حتى {when}",
            "The beneficiary asks {unit} for a review, to be answered by {when}",
            unit=n.unit(d["unit_id"]),
            when=n.moment(d["due"]),
        ),
        lambda d, n: say(
            "طلبت مراجعة، وتنظر فيها {unit} حتى {when}",
            "You asked for a review; {unit} answers by {when}",
            unit=n.unit(d["unit_id"]),
            when=n.moment(d["due"]),
        ),
        "warn",
    ),
)
worded(
    events.AppealDecided,
    Wording(
        "gavel",
        lambda d, n: _reviewed(d, n) + (_sent_on(d, n) if d.get("to_unit_id") else ""),
        lambda d, n: _review_said(d) + (_sent_on(d, n) if d.get("to_unit_id") else ""),
        "ok",
    ),
)
worded(
    events.AppealLate,
    Wording(
        "clock-alert",
        lambda d, n: say("فات موعد المراجعة لدى {unit}", "The review is late with {unit}", unit=n.unit(d["unit_id"])),
        tone="warn",
    ),
)
worded(
    events.AppealLifted,
    Wording(
        "clock-alert",
        lambda d, n: (
            say(
                "مضى ضعف مدة المراجعة لدى {unit}، وذُكّرت بها",
                "Twice the time of the review has passed with {unit}, which was reminded",
                unit=n.unit(d["unit_id"]),
            )
            if d["to_unit_id"] == d["unit_id"]  # nobody is left above it
            else say(
                "مضى ضعف مدة المراجعة لدى {unit}، وأُبلغت {higher}",
                "Twice the time of the review has passed with {unit}; {higher} was told",
                unit=n.unit(d["unit_id"]),
                higher=n.unit(d["to_unit_id"]),
            )
        ),
        tone="bad",
    ),
)
worded(
    events.CaseAssigned,
    Wording(
        "user",
        lambda d, n: (
            say("أُسند إلى {person}", "Assigned to {person}", person=n.people.get(d["assignee_id"], ""))
            if d["assignee_id"]
            else say("أُلغي الإسناد", "Assignment removed")
        ),
    ),
)
worded(
    events.HandlerReleased,
    Wording(
        "shield",
        lambda d, n: say(
            "عاد إلى قائمة {unit}: تعارض مصالح لدى من كان بيده",
            "Back in the list of {unit}: whoever had it has a conflict of interest",
            unit=n.unit(d["unit_id"]),
        ),
        tone="warn",
    ),
)
worded(
    events.WorkStarted,
    Wording("wrench", _same("بدأ العمل", "Work started"), _same("بدأ العمل عليه", "Work has started"), "info"),
)
worded(
    events.WorkScheduled,
    Wording(
        "calendar-clock",
        lambda d, n: say("حُدد الموعد: {when}", "Scheduled for {when}", when=n.moment(d["scheduled_for"])),
        lambda d, n: say(
            "حُدد موعد التنفيذ أو المعاينة: {when}", "Planned for {when}", when=n.moment(d["scheduled_for"])
        ),
        "info",
    ),
)
worded(
    events.BeneficiaryAsked,
    Wording(
        "message-circle-question-mark",
        _same("سُئل المستفيد، والساعة موقوفة", "The beneficiary was asked; the clock stands"),
        _same("نحتاج منك معلومة، وتوقف حساب الوقت", "We need something from you; the clock stands still"),
        "warn",
    ),
)
worded(
    events.BeneficiaryAnswered,
    Wording(
        "message-circle-reply",
        _same("أجاب المستفيد، واستؤنفت الساعة", "The beneficiary answered; the clock runs again"),
        _same("وصل جوابك وعاد حساب الوقت", "Your answer arrived; the clock runs again"),
        "info",
    ),
)
worded(
    events.InformationAdded,
    Wording(
        "message-square-plus",
        _same("أضاف المستفيد معلومة", "The beneficiary added information"),
        _same("أضفت معلومة", "You added information"),
        "info",
    ),
)
worded(
    events.Jumped,
    Wording(
        "scale",
        lambda data, names: say(
            "قُدّم في الدور فتجاوز {cases}: {reason}",
            "Taken ahead of {cases}: {reason}",
            cases=counted(data["overtook"], "case"),
            reason=names.jump_reason(data["reason_code"]),
        ),
        tone="warn",
    ),
)
worded(
    events.CasePutOnHold,
    Wording(
        "pause",
        lambda d, n: say(
            "عُلّق: {reason}، والمراجعة {day}",
            "On hold: {reason}, review on {day}",
            reason=n.hold_reason(d["reason_code"]),
            day=n.day(d["review_on"]),
        ),
        lambda d, n: say("معلّق حتى المراجعة في {day}", "On hold until the review on {day}", day=n.day(d["review_on"])),
        "warn",
    ),
)
worded(
    events.ExtensionAsked,
    Wording(
        "hourglass",
        lambda d, n: say(
            "طُلب من المدير تمديد التعليق حتى {day}: {reason}",
            "The director is asked to extend the hold until {day}: {reason}",
            day=n.day(d["review_on"]),
            reason=n.hold_reason(d["reason_code"]),
        ),
        tone="warn",
    ),
)
worded(
    events.ExtensionRefused,
    Wording(
        "circle-x", _same("لم يوافق المدير على تمديد التعليق", "The director refused to extend the hold"), tone="bad"
    ),
)
worded(
    events.ReviewMissed,
    Wording(
        "calendar-x",
        lambda d, n: say(
            "فات موعد المراجعة {day} دون مراجعة لدى {unit}",
            "The review on {day} was missed by {unit}",
            day=n.day(d["review_on"]),
            unit=n.unit(d["unit_id"]),
        ),
        tone="bad",
    ),
)
worded(
    events.UnitReminded,
    Wording(
        "bell-ring",
        lambda d, n: (
            say("اتصل فريق المتابعة بالوحدة {unit}", "The follow-up team called {unit}", unit=n.unit(d["unit_id"]))
            if d["means"] == "call"
            else say("ذكّر فريق المتابعة {unit}", "The follow-up team reminded {unit}", unit=n.unit(d["unit_id"]))
        ),
        tone="info",
    ),
)
worded(IdentityRevealed, Wording("eye", _same("اطّلاع على رقم الهوية", "Identity number shown"), tone="warn"))
worded(events.NoteAdded, Wording("lock", _same("ملاحظة داخلية", "Internal note"), tone="vio"))
worded(events.FilesAdded, Wording("paperclip", _same("أُضيفت ملفات", "Files added")))
worded(
    events.ReplyWritten,
    Wording(
        "message-square",
        _same("رد على المستفيد", "Reply to the beneficiary"),
        _same("رد من الجهة", "A reply to you"),
        "info",
    ),
)
worded(
    events.CaseResolved,
    Wording(
        "circle-check",
        lambda d, n: say("أُنجز لدى {unit}", "Resolved by {unit}", unit=n.unit(d["unit_id"])),
        _same("تمت المعالجة", "Done"),
        "ok",
    ),
)
worded(
    events.FinishedAtFirstContact,
    Wording(
        "badge-check",
        lambda d, n: (
            say(
                "أنجزه موظف شامل عند أول تواصل، دون إحالة", "A generalist finished it at the first contact, no referral"
            )
            if d["as_generalist"]
            else say("أُنجز عند أول تواصل، دون إحالة", "Finished at the first contact, without a referral")
        ),
        tone="ok",
    ),
)
worded(
    events.ContactedAgain,
    Wording(
        "rotate-ccw",
        _same("تواصل المستفيد من جديد في الأمر نفسه", "The beneficiary came back in the same matter"),
        tone="warn",
    ),
)
worded(
    events.ReturnTakenBack,
    Wording(
        "badge-check",
        _same("لم يعد المستفيد في هذا الأمر؛ سُحب ما حُسب عودة", "What counted as coming back was taken back"),
        tone="ok",
    ),
)
worded(
    events.CaseRejected,
    Wording(
        "circle-x",
        _same("غير مقبول", "Not accepted"),
        _same("لم يُقبل، والسبب مذكور", "Not accepted; the reason is given"),
        "warn",
    ),
)
worded(
    events.CaseClosed,
    Wording(
        "archive",
        lambda d, n: (
            say("أُغلق بعد انقضاء مهلة الاعتراض", "Closed as the time for objection ended")
            if d["automatic"]
            else say("أُغلق", "Closed")
        ),
        _same("أُغلق", "Closed"),
    ),
)
worded(
    events.CaseReopened,
    Wording(
        "rotate-ccw",
        lambda d, n: (
            say("قال المستفيد إن المشكلة لم تُحل", "The beneficiary said: not solved")
            if d["by_beneficiary"]
            else say("أُعيد فتحه", "Reopened")
        ),
        _same("أُعيد فتحه", "Reopened"),
        "warn",
    ),
)
worded(
    events.CaseMerged,
    Wording(
        "merge",
        _same("ضُم إلى طلب سابق", "Joined to an earlier case"),
        _same("ضُم إلى بلاغ سابق ويُحدَّث معه", "Joined to an earlier report"),
        "info",
    ),
)
worded(events.DuplicateJoined, Wording("users", _same("انضم إليه بلاغ مكرر", "A duplicate joined it"), tone="info"))
worded(
    events.CaseUnmerged,
    Wording(
        "split",
        _same("فُصل عن الطلب السابق", "Parted from the earlier case"),
        _same("عاد طلباً مستقلاً", "It stands by itself again"),
        "info",
    ),
)
worded(
    events.CaseWithdrawn,
    Wording(
        "circle-slash",
        _same("سحبه المستفيد", "Withdrawn by the beneficiary"),
        _same("سُحب بطلبك", "Withdrawn at your request"),
    ),
)
worded(events.CaseExcluded, Wording("ban", _same("استُبعد", "Excluded"), tone="warn"))
worded(
    events.CaseRated,
    Wording(
        "star",
        _same("قيّم المستفيد الخدمة", "The beneficiary rated the service"),
        _same("وصل تقييمك، شكراً", "Your rating arrived, thank you"),
        "ok",
    ),
)
worded(
    events.DueMoved,
    Wording(
        "calendar-days",
        lambda d, n: say(
            "تغيّر موعد {clock} مع التقويم: من {before} إلى {now}",
            "{clock} due moved with the calendar: from {before} to {now}",
            clock=workflow.CLOCKS[d["clock"]],
            before=n.moment(d["due_before"]),
            now=n.moment(d["due"]),
        ),
        lambda d, n: say(
            "تغيّر الموعد بسبب إجازة رسمية إلى {now}", "A public holiday moved the date to {now}", now=n.moment(d["due"])
        ),
    ),
)
worded(
    events.StaffComplaintOpened,
    Wording(
        "lock",
        lambda d, n: say(
            "شكوى على موظف: في الدائرة المغلقة لدى {unit}",
            "About staff: in the closed compartment of {unit}",
            unit=n.unit(d["unit_id"]),
        ),
        _same("تتولى شكواك وحدة مستقلة عمن شكوت منه", "A unit independent of the person concerned handles it"),
        "info",
    ),
)
worded(events.AccusedNamed, Wording("user", _same("حُدد المشكو منه", "Who it is about was named")))
worded(
    events.StaffComplaintLifted,
    Wording(
        "lock-open",
        lambda d, n: say(
            "خرج من الدائرة المغلقة إلى {unit}", "Out of the closed compartment, to {unit}", unit=n.unit(d["unit_id"])
        ),
        tone="warn",
    ),
)
