"""Every act on a case that the desk offers: its right, its form, its words, and the operation it calls.

One table, from which the addresses, the buttons and the permission test are made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.cases import compartment, lines, workflow
from wasl.cases import operations as cases
from wasl.cases.models import Case, ExtensionRequest
from wasl.core.i18n import t
from wasl.core.models import StoredFile
from wasl.desk import forms
from wasl.directory import queries as directory
from wasl.directory.rights import Right


@dataclass(frozen=True)
class Doing:
    """One act being done: on what, by whom, when, with which input."""

    case: Case
    by: User
    at: datetime
    given: dict[str, Any]
    form: forms.ActForm

    @property
    def version(self) -> int | None:
        """The version of the case the page showed."""
        return self.given.get("version")

    def files(self) -> list[StoredFile]:
        """The files that came with the form, staged in the store. Raises FileRefused, FileStoreFull, DecoderBusy."""
        return self.form.staged_files()

    @property
    def ahead(self) -> cases.Ahead | None:
        """Why the case goes ahead of others, where the form asked."""
        return self.form.ahead if isinstance(self.form, forms.TurnForm) else None

    def common(self) -> dict[str, Any]:
        """What every operation wants."""
        return {"by": self.by, "at": self.at, "version": self.version}


@dataclass(frozen=True)
class Act:
    """One button of the case page."""

    code: str
    right: Right
    workflow_act: str
    label: str
    done: str
    icon: str
    form: type[forms.ActForm]
    # What it gives, where it gives words, is said in place of `done`.
    run: Callable[[Doing], Any]
    tone: str = ""
    place: str = "more"  # main: among the big buttons; compose: below the timeline; more: in the menu
    send: str = ""  # what the button of its form says, where that is more than the act's name

    def fits(self, case: Case) -> bool:
        """Does the act fit the state, and the closed compartment?"""
        return workflow.allows(self.workflow_act, case.state) and not compartment.why_not(case, self.workflow_act)

    def allowed(self, case: Case, user: User, at: datetime) -> bool:
        """May this person do it on this case?"""
        return directory.may(
            user,
            self.right,
            agency_id=case.agency_id,
            unit_id=case.unit_id,
            assignee_id=case.assignee_id,
            importance=case.importance,
            at=at,
        )


def _acknowledge(doing: Doing) -> None:
    cases.acknowledge(doing.case, **doing.common())


def _accept(doing: Doing) -> None:
    cases.accept_referral(doing.case, **doing.common())


def _return(doing: Doing) -> None:
    assert isinstance(doing.form, forms.ReturnForm)
    whose = forms.whose_of(doing.given, doing.form.units)
    cases.return_referral(doing.case, reason=doing.given["reason"], whose=whose, **doing.common())


def _refer(doing: Doing) -> None:
    assert isinstance(doing.form, forms.ReferForm)
    given, handed = doing.given, doing.form.handed
    cases.refer(doing.case, to_unit=given["unit"], reason=given["reason"], handed=handed, **doing.common())


def _owner(doing: Doing) -> None:
    cases.decide_owner(doing.case, unit=doing.given["unit"], reason=doing.given["reason"], **doing.common())


def _raise(doing: Doing) -> None:
    assert isinstance(doing.form, forms.RaiseForm)
    given, handed = doing.given, doing.form.handed
    cases.raise_case(doing.case, to_unit=given["unit"], question=given["question"], handed=handed, **doing.common())


def _escalate(doing: Doing) -> None:
    cases.escalate(doing.case, reason=doing.given["reason"], **doing.common())


def _decide(doing: Doing) -> None:
    given = doing.given
    stays = given["stays"] == "stays"
    cases.decide(doing.case, decision=given["decision"], stays=stays, public=given["public"], **doing.common())


def _appeal(doing: Doing) -> None:
    given = doing.given
    cases.ask_appeal(doing.case, words=given["words"], channel=given["channel"], **doing.common())


def _review(doing: Doing) -> str:
    given = doing.given
    decided = cases.decide_appeal(
        doing.case,
        outcome=given["outcome"],
        reasons=given["reasons"],
        to_unit=given["unit"],
        move_reason=given.get("move_reason", ""),
        **doing.common(),
    )
    said = {
        "stands": t("سُجل أن القرار يبقى، وأُبلغ المستفيد.", "Recorded that the decision stands; the citizen is told."),
        "partly": t("تغيّر جزء من القرار وأُبلغ المستفيد.", "The decision is changed in part; the citizen is told."),
    }
    return said.get(decided.outcome, "")


def _assign(doing: Doing) -> None:
    cases.assign(doing.case, to=doing.given["to"], ahead=doing.ahead, **doing.common())


def _classify(doing: Doing) -> None:
    cases.classify(doing.case, kind=doing.given["kind"], service=doing.given["service"], **doing.common())


def _importance(doing: Doing) -> None:
    cases.change_importance(
        doing.case, importance=doing.given["importance"], reason=doing.given["reason"], **doing.common()
    )


def _start(doing: Doing) -> None:
    cases.start_work(doing.case, ahead=doing.ahead, **doing.common())


def _schedule(doing: Doing) -> None:
    given = doing.given
    cases.schedule(
        doing.case, scheduled_for=given["scheduled_for"], text=given["text"], ahead=doing.ahead, **doing.common()
    )


def _ask(doing: Doing) -> None:
    cases.ask_beneficiary(doing.case, question=doing.given["question"], **doing.common())


def _answer(doing: Doing) -> None:
    cases.answer_from_beneficiary(doing.case, text=doing.given["text"], channel="phone", by=doing.by, at=doing.at)


def _hold(doing: Doing) -> str:
    given = doing.given
    came_of_it = cases.hold(
        doing.case,
        reason_code=given["reason_code"],
        review_on=given["review_on"],
        text=given["text"],
        external=given["external"],
        **doing.common(),
    )
    if isinstance(came_of_it, ExtensionRequest):
        return t(
            "طُلب التمديد من المدير؛ يبقى الطلب كما هو حتى يجيب.", "The director is asked; nothing changes until then."
        )
    return ""


def _extension(doing: Doing) -> str:
    given, yes = doing.given, doing.given["approve"] == "yes"
    cases.answer_extension(
        doing.case, approve=yes, reason=given["reason"], review_on=given["review_on"], **doing.common()
    )
    return "" if yes else t("سُجل عدم الموافقة، وأُبلغت الوحدة.", "The refusal is recorded; the unit is told.")


def _resolve(doing: Doing) -> None:
    files = doing.files()
    cases.resolve(doing.case, text=doing.given["text"], files=files, ahead=doing.ahead, **doing.common())


def _reject(doing: Doing) -> None:
    cases.reject(doing.case, reason=doing.given["reason"], **doing.common())


def _close(doing: Doing) -> None:
    cases.close(doing.case, **doing.common())


def _reopen(doing: Doing) -> None:
    cases.reopen(doing.case, reason=doing.given["reason"], **doing.common())


def _merge(doing: Doing) -> None:
    cases.merge(doing.case, into=doing.given["into"], **doing.common())


def _unmerge(doing: Doing) -> None:
    cases.unmerge(doing.case, **doing.common())


def _staff(doing: Doing) -> None:
    assert isinstance(doing.form, forms.StaffForm)
    cases.tell_of_staff(doing.case, doing.form.about(), **doing.common())


def _accused(doing: Doing) -> None:
    assert isinstance(doing.form, forms.AccusedForm)
    cases.name_accused(doing.case, doing.form.about(), **doing.common())


def _lift(doing: Doing) -> None:
    given = doing.given
    cases.lift_staff_complaint(doing.case, reason=given["reason"], unit=given["unit"], **doing.common())


def _note(doing: Doing) -> None:
    cases.add_note(doing.case, text=doing.given["text"], files=doing.files(), by=doing.by, at=doing.at)


def _reply(doing: Doing) -> None:
    cases.reply(doing.case, text=doing.given["text"], **doing.common())


def _exclude(doing: Doing) -> None:
    cases.exclude(doing.case, reason=doing.given["reason"], **doing.common())


ACTS: dict[str, Act] = {
    act.code: act
    for act in (
        Act(
            "accept",
            Right.ANSWER_REFERRAL,
            "accept",
            t("قبول", "Accept"),
            t("قُبلت الإحالة.", "The referral is accepted."),
            "user-check",
            forms.Nothing,
            _accept,
            "p",
            "main",
        ),
        Act(
            "acknowledge",
            Right.CLASSIFY,
            "acknowledge",
            t("تأكيد الاستلام", "Acknowledge"),
            t("أُكد الاستلام.", "Receipt confirmed."),
            "mail-check",
            forms.Nothing,
            _acknowledge,
            "",
            "main",
        ),
        Act(
            "refer",
            Right.REFER,
            "refer",
            t("إحالة", "Refer"),
            t("أُحيل الطلب.", "The case is referred."),
            "send",
            forms.ReferForm,
            _refer,
            "",
            "main",
            send=t("إحالة", "Refer"),
        ),
        Act(
            "return",
            Right.ANSWER_REFERRAL,
            "return",
            t("إعادة", "Return"),
            t("أُعيدت الإحالة مع السبب.", "The referral is returned with the reason."),
            "undo-2",
            forms.ReturnForm,
            _return,
            "",
            "main",
        ),
        Act(
            "owner",
            Right.DECIDE_OWNER,
            "decide_owner",
            t("حسم المسؤول", "Decide whose it is"),
            t("حُسم المسؤول وأُحيل الطلب إليه.", "Decided; the case is with its owner."),
            "scale",
            forms.OwnerForm,
            _owner,
            "p",
            "main",
            send=t("حسم وإحالة", "Decide and refer"),
        ),
        Act(
            "decide",
            Right.DECIDE_RAISED,
            "decide",
            t("القرار", "Decide"),
            t("سُجل القرار.", "The decision is recorded."),
            "gavel",
            forms.DecideForm,
            _decide,
            "p",
            "main",
            send=t("تسجيل القرار", "Record the decision"),
        ),
        Act(
            "review",
            Right.DECIDE_APPEAL,
            "decide_appeal",
            t("البت في المراجعة", "Decide the review"),
            t("تغيّر القرار وأُبلغ المستفيد.", "The decision is changed; the citizen is told."),
            "gavel",
            forms.ReviewForm,
            _review,
            "p",
            "main",
            send=t("تسجيل القرار", "Record the decision"),
        ),
        Act(
            "ask",
            Right.ASK_BENEFICIARY,
            "ask",
            t("سؤال المستفيد", "Ask"),
            t("أُرسل السؤال وتوقفت الساعة.", "The question is sent; the clock stands."),
            "circle-help",
            forms.AskForm,
            _ask,
            "",
            "main",
            send=t("إرسال السؤال", "Send the question"),
        ),
        Act(
            "answer",
            Right.ASK_BENEFICIARY,
            "answer",
            t("تسجيل الجواب", "Enter the answer"),
            t("سُجل الجواب واستؤنفت الساعة.", "The answer is entered; the clock runs again."),
            "message-circle-reply",
            forms.AnswerForm,
            _answer,
            "",
            "main",
        ),
        Act(
            "start",
            Right.START_WORK,
            "start",
            t("بدء العمل", "Start work"),
            t("بدأ العمل.", "Work has started."),
            "wrench",
            forms.StartForm,
            _start,
            "",
            "main",
        ),
        Act(
            "hold",
            Right.HOLD,
            "hold",
            t("تعليق", "Hold"),
            t("عُلّق الطلب وأُبلغ المستفيد.", "The case is on hold; the citizen is told."),
            "hourglass",
            forms.HoldForm,
            _hold,
            "",
            "main",
            send=t("تعليق وإبلاغ المستفيد", "Hold and tell the citizen"),
        ),
        Act(
            "extension",
            Right.APPROVE_PENDING,
            "answer_extension",
            t("الرد على طلب التمديد", "Answer the extension"),
            t("مُدّد التعليق وأُبلغ المستفيد.", "The hold is extended; the citizen is told."),
            "gavel",
            forms.ExtensionForm,
            _extension,
            "p",
            "main",
            send=t("تسجيل القرار", "Record the decision"),
        ),
        Act(
            "schedule",
            Right.SCHEDULE,
            "schedule",
            t("جدولة", "Schedule"),
            t("حُدد الموعد.", "The date is set."),
            "calendar-clock",
            forms.ScheduleForm,
            _schedule,
            "",
            "main",
        ),
        Act(
            "resolve",
            Right.RESOLVE,
            "resolve",
            t("إنجاز", "Resolve"),
            t("أُنجز الطلب وأُبلغ المستفيد.", "The case is resolved; the citizen is told."),
            "circle-check",
            forms.ResolveForm,
            _resolve,
            "p",
            "main",
            send=t("إنجاز وإبلاغ المستفيد", "Resolve and tell the citizen"),
        ),
        Act(
            "reopen",
            Right.REOPEN,
            "reopen",
            t("إعادة فتح", "Reopen"),
            t("أُعيد فتح الطلب.", "The case is reopened."),
            "rotate-ccw",
            forms.ReopenForm,
            _reopen,
            "",
            "main",
        ),
        Act(
            "close",
            Right.CLOSE,
            "close",
            t("إغلاق", "Close"),
            t("أُغلق الطلب.", "The case is closed."),
            "archive",
            forms.Nothing,
            _close,
            "",
            "main",
        ),
        Act(
            "unmerge",
            Right.MERGE,
            "unmerge",
            t("فصل عن الأصل", "Part again"),
            t("عاد الطلب مستقلاً.", "The case stands by itself again."),
            "split",
            forms.Nothing,
            _unmerge,
            "",
            "main",
        ),
        Act(
            "assign",
            Right.ASSIGN,
            "assign",
            t("إسناد", "Assign"),
            t("تغيّر الإسناد.", "The assignment is changed."),
            "user",
            forms.AssignForm,
            _assign,
        ),
        Act(
            "classify",
            Right.CLASSIFY,
            "classify",
            t("تصنيف", "Classify"),
            t("صُنّف الطلب.", "The case is classified."),
            "tags",
            forms.ClassifyForm,
            _classify,
        ),
        Act(
            "importance",
            Right.CHANGE_IMPORTANCE,
            "change_importance",
            t("درجة الأهمية", "Class"),
            t("تغيّرت درجة الأهمية.", "The class is changed."),
            "gauge",
            forms.ImportanceForm,
            _importance,
        ),
        Act(
            "appeal",
            Right.ASK_APPEAL,
            "appeal",
            t("طلب مراجعة عن المستفيد", "Ask for a review for the caller"),
            t("سُجل طلب المراجعة وأُبلغ من يراجع.", "The review is asked for; its office is told."),
            "gavel",
            forms.AppealForm,
            _appeal,
        ),
        Act(
            "raise",
            Right.RAISE_CASE,
            "raise",
            t("رفع إلى الخط الثالث", "Raise to the third line"),
            t("رُفع الطلب وسيُبلغ من يقرر.", "The case is raised; those who decide are told."),
            "arrow-up",
            forms.RaiseForm,
            _raise,
            send=t("رفع", "Raise"),
        ),
        Act(
            "escalate",
            Right.ESCALATE,
            "escalate",
            t("تصعيد", "Escalate"),
            t("صُعّد الطلب مستوى واحداً وأُبلغ من يعنيه.", "The case is one level higher; those concerned are told."),
            "trending-up",
            forms.ReasonForm,
            _escalate,
            send=t("تصعيد مستوى واحداً", "Escalate by one level"),
        ),
        Act(
            "merge",
            Right.MERGE,
            "merge",
            t("ضم إلى طلب سابق", "Join an earlier case"),
            t("ضُم الطلب إلى الأصل.", "The case is joined."),
            "merge",
            forms.MergeForm,
            _merge,
        ),
        Act(
            "staff",
            Right.TELL_OF_STAFF,
            "tell_of_staff",
            t("الشكوى على موظف", "It is about a colleague"),
            t(
                "أُغلقت الشكوى على غير الوحدة المختصة بها. احفظ رقمها إن احتجت إليه.",
                "It is closed to all but the unit in charge. Keep its number if you need it.",
            ),
            "lock",
            forms.StaffForm,
            _staff,
            send=t("إغلاقها على غير المختصين", "Close it to all others"),
        ),
        Act(
            "accused",
            Right.LIFT_COMPARTMENT,
            "name_accused",
            t("تسمية المشكو منه", "Name who it is about"),
            t("سُمّي المشكو منه.", "Who it is about is named."),
            "user",
            forms.AccusedForm,
            _accused,
            send=t("حفظ", "Save"),
        ),
        Act(
            "lift",
            Right.LIFT_COMPARTMENT,
            "lift_compartment",
            t("إخراجها من الدائرة المغلقة", "Take it out of the compartment"),
            t("خرجت من الدائرة المغلقة إلى الوحدة.", "It is out of the closed compartment, with the unit."),
            "lock-open",
            forms.LiftForm,
            _lift,
            "bad",
            send=t("إخراجها", "Take it out"),
        ),
        Act(
            "reject",
            Right.REJECT,
            "reject",
            t("عدم قبول", "Not accepted"),
            t("سُجّل عدم القبول مع السبب.", "Recorded as not accepted, with the reason."),
            "circle-x",
            forms.ReasonForm,
            _reject,
            "bad",
        ),
        Act(
            "exclude",
            Right.REJECT,
            "exclude",
            t("استبعاد (ليس طلباً)", "Exclude (not a request)"),
            t("استُبعد.", "Excluded."),
            "ban",
            forms.ReasonForm,
            _exclude,
            "bad",
        ),
        Act(
            "note",
            Right.ADD_NOTE,
            "note",
            t("ملاحظة داخلية", "Internal note"),
            t("حُفظت الملاحظة.", "The note is kept."),
            "lock",
            forms.NoteForm,
            _note,
            "",
            "compose",
            send=t("حفظ", "Save"),
        ),
        Act(
            "reply",
            Right.REPLY,
            "reply",
            t("رد على المستفيد", "Reply"),
            t("أُرسل الرد.", "The reply is on its way."),
            "message-square",
            forms.ReplyForm,
            _reply,
            "",
            "compose",
            send=t("إرسال", "Send"),
        ),
    )
}


def offered(case: Case, user: User, at: datetime, present: lines.Standing | None = None) -> list[Act]:
    """The acts that fit the case and its line now and that this person may do, in the order of the page."""
    found = [act for act in ACTS.values() if act.fits(case) and act.allowed(case, user, at)]
    held = lines.held_back(case, [act.workflow_act for act in found], by=user, at=at, known=present)
    return [act for act in found if act.workflow_act not in held]
