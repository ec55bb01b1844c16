"""What can be done to a case through this door: one row for each act, from which addresses and document are made.

Staff acts are those of the case page, each with its right. What the beneficiary does is done by the program that
brought the case, and by no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from wasl.accounts.models import User
from wasl.api.v1 import bodies, uploads
from wasl.api.v1.calling import Caller, Sight
from wasl.api.v1.problems import wrong
from wasl.api.v1.reading import moment
from wasl.cases import appeals, lines, queries, workflow
from wasl.cases import operations as cases
from wasl.cases.importance import computed
from wasl.cases.models import Case
from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.core.i18n import t
from wasl.directory.models import Unit
from wasl.directory.rights import Right
from wasl.partners.models import Scope
from wasl.routing.importance import steps

CHANNEL = "api"


@dataclass(frozen=True)
class Doing:
    """One act being done. `by` is None when the program of a partner speaks for the beneficiary."""

    case: Case
    caller: Caller
    given: Any
    version: int
    by: User | None

    @property
    def common(self) -> dict[str, Any]:
        """What every operation of staff wants."""
        return {"by": self.by, "at": self.caller.at, "version": self.version}


@dataclass(frozen=True)
class Act:
    """One act. Without a `right` it is the beneficiary's. `fresh`: only the version that was read may be acted on."""

    code: str
    workflow_act: str
    right: Right | None
    body: type[msgspec.Struct]
    run: Callable[[Doing], Any]
    summary: tuple[str, str]
    about: tuple[str, str] = ("", "")
    fresh: bool = True

    def is_open(self, case: Case, caller: Caller, sight: Sight) -> bool:
        """Can this key do it to the case now?"""
        if not any(workflow.allows(one, case.state) for one in self.workflow_act.split("|")):
            return False
        if self.workflow_act == "appeal" and sight.own:
            return appeals.offer(case, at=caller.at).may_ask
        return sight.own if self.right is None else caller.may(self.right, case)


def _acknowledge(doing: Doing) -> None:
    cases.acknowledge(doing.case, **doing.common)


def _classify(doing: Doing) -> None:
    service = service_of(doing.given.service, doing) if doing.given.service else None
    cases.classify(doing.case, kind=doing.given.kind.value, service=service, **doing.common)


def service_of(code: str, doing: Doing) -> Service:
    """The service of a code that the agency offers now."""
    offered = catalogue.services(doing.case.agency, at=doing.caller.at)
    found = next((service for service in offered if service.code == code), None)
    if found is None:
        raise wrong("/service", t("لا تُقدم خدمة بهذا الرمز الآن.", "No service of this code is offered now."))
    return found


def _change_importance(doing: Doing) -> None:
    chosen = doing.given.importance.value
    if steps(computed(doing.case), chosen) > 1:
        doing.caller.must_be_allowed(Right.SET_IMPORTANCE, doing.case)
    cases.change_importance(doing.case, importance=chosen, reason=doing.given.reason, **doing.common)


def _refer(doing: Doing) -> None:
    cases.refer(doing.case, to_unit=_unit(doing), reason=doing.given.reason, handed=_handed(doing), **doing.common)


def _handed(doing: Doing) -> dict[str, str]:
    told: dict[str, str] = msgspec.to_builtins(doing.given.handed)
    return told


def _unit(doing: Doing, code: str = "", place: str = "/unit") -> Unit:
    units = queries.referable_units(doing.case, at=doing.caller.at)
    found = next((unit for unit in units if unit.code == (code or doing.given.unit)), None)
    if found is None:
        raise wrong(
            place,
            t(
                "ليست هذه وحدة أخرى من وحدات الجهة؛ الرموز في units.",
                "This is no other unit of the agency; units has the codes.",
            ),
        )
    return found


def _accept(doing: Doing) -> None:
    cases.accept_referral(doing.case, **doing.common)


def _return(doing: Doing) -> None:
    given = doing.given
    unit = _unit(doing, given.owner_unit, "/owner_unit") if given.owner_unit else None
    whose = cases.Whose(unit, given.owner_body, given.owner_unknown)
    cases.return_referral(doing.case, reason=given.reason, whose=whose, **doing.common)


def _decide_owner(doing: Doing) -> None:
    cases.decide_owner(doing.case, unit=_unit(doing), reason=doing.given.reason, **doing.common)


def _raise(doing: Doing) -> None:
    cases.raise_case(
        doing.case, to_unit=_unit(doing), question=doing.given.question, handed=_handed(doing), **doing.common
    )


def _decide(doing: Doing) -> None:
    given = doing.given
    cases.decide(doing.case, decision=given.decision, stays=given.stays, public=given.public, **doing.common)


def _assign(doing: Doing) -> None:
    cases.assign(doing.case, to=_person(doing), ahead=_ahead(doing), **doing.common)


def _ahead(doing: Doing) -> cases.Ahead | None:
    given = doing.given.ahead
    if given is None:
        return None
    ahead = cases.Ahead(given.reason_code, given.words)
    if sentence := cases.why_no_reason(doing.case.agency_id, ahead):
        raise wrong("/ahead", sentence)
    return ahead


def _person(doing: Doing) -> User | None:
    wished = doing.given.to
    if wished is None:
        return None
    people = queries.assignable_people(doing.case, at=doing.caller.at)
    found = next((person for person in people if person.email == wished.strip().lower()), None)
    if found is None:
        raise wrong(
            "/to",
            t(
                "ليس ممن يُسند إليهم هذا الطلب؛ انظر assignees.",
                "Not somebody this case can be given to; see assignees.",
            ),
        )
    return found


def _start(doing: Doing) -> None:
    cases.start_work(doing.case, ahead=_ahead(doing), **doing.common)


def _schedule(doing: Doing) -> None:
    when = moment(doing.given.scheduled_for, "/scheduled_for")
    assert when is not None
    cases.schedule(doing.case, scheduled_for=when, text=doing.given.text, ahead=_ahead(doing), **doing.common)


def _hold(doing: Doing) -> None:
    given = doing.given
    cases.hold(
        doing.case,
        reason_code=given.reason_code,
        review_on=given.review_on,
        text=given.text,
        external=given.external,
        **doing.common,
    )


def _ask(doing: Doing) -> None:
    cases.ask_beneficiary(doing.case, question=doing.given.question, **doing.common)


def _answer(doing: Doing) -> None:
    cases.must_be_fresh(doing.case, version=doing.version)
    cases.answer_from_beneficiary(doing.case, text=doing.given.text, channel="phone", by=doing.by, at=doing.caller.at)


def _reply(doing: Doing) -> None:
    cases.reply(doing.case, text=doing.given.text, **doing.common)


def _resolve(doing: Doing) -> None:
    files = uploads.named(doing.given.files, doing.caller)
    cases.resolve(doing.case, text=doing.given.text, files=files, ahead=_ahead(doing), **doing.common)


def _reject(doing: Doing) -> None:
    cases.reject(doing.case, reason=doing.given.reason, **doing.common)


def _exclude(doing: Doing) -> None:
    cases.exclude(doing.case, reason=doing.given.reason, **doing.common)


def _close(doing: Doing) -> None:
    cases.close(doing.case, **doing.common)


def _reopen(doing: Doing) -> None:
    cases.reopen(doing.case, reason=doing.given.reason, **doing.common)


def _merge(doing: Doing) -> None:
    into = queries.by_number(doing.caller.visible, doing.given.into)
    if into is None:
        raise wrong("/into", t("لا يوجد طلب بهذا الرقم.", "No case has this reference."))
    cases.merge(doing.case, into=into, **doing.common)


def _unmerge(doing: Doing) -> None:
    cases.unmerge(doing.case, **doing.common)


def _add_information(doing: Doing) -> None:
    files, told = uploads.named(doing.given.files, doing.caller), doing.given.text
    if doing.case.state == "pending_beneficiary" and told.strip():
        cases.answer_from_beneficiary(doing.case, text=told, channel=CHANNEL, at=doing.caller.at, files=files)
        return
    cases.add_information(doing.case, text=told, channel=CHANNEL, at=doing.caller.at, files=files)


def _withdraw(doing: Doing) -> None:
    cases.must_be_fresh(doing.case, version=doing.version)
    cases.withdraw(doing.case, at=doing.caller.at)


def _rate(doing: Doing) -> None:
    cases.rate(doing.case, rating=doing.given.rating, comment=doing.given.comment, at=doing.caller.at)


def _ask_review(doing: Doing) -> None:
    files = uploads.named(doing.given.files, doing.caller)
    cases.ask_appeal(doing.case, words=doing.given.words, channel=CHANNEL, at=doing.caller.at, files=files)


def _decide_review(doing: Doing) -> None:
    given = doing.given
    cases.decide_appeal(
        doing.case,
        outcome=given.outcome.value,
        reasons=given.reasons,
        to_unit=_unit(doing, given.unit) if given.unit else None,
        move_reason=given.move_reason,
        **doing.common,
    )


STAFF = (
    Act(
        "acknowledge",
        "acknowledge",
        Right.CLASSIFY,
        bodies.Nothing,
        _acknowledge,
        ("تأكيد الاستلام", "Acknowledge"),
    ),
    Act("classify", "classify", Right.CLASSIFY, bodies.Classify, _classify, ("تصنيف", "Classify")),
    Act(
        "change-importance",
        "change_importance",
        Right.CHANGE_IMPORTANCE,
        bodies.ChangeImportance,
        _change_importance,
        ("تغيير درجة الأهمية", "Change the importance"),
        (
            "درجة واحدة لمن له change_importance، وما زاد لمن له set_importance.",
            "One class for who has change_importance, more for who has set_importance.",
        ),
    ),
    Act(
        "refer",
        "refer",
        Right.REFER,
        bodies.Refer,
        _refer,
        ("إحالة إلى وحدة", "Refer to a unit"),
        (
            "قد يخرج الطلب بعدها مما يراه صاحب المفتاح.",
            "Afterwards the case may be out of sight of the person behind the key.",
        ),
    ),
    Act(
        "accept",
        "accept",
        Right.ANSWER_REFERRAL,
        bodies.Nothing,
        _accept,
        ("قبول الإحالة", "Accept the referral"),
    ),
    Act(
        "return",
        "return",
        Right.ANSWER_REFERRAL,
        bodies.Return,
        _return,
        ("إعادة الإحالة مع تسمية المسؤول", "Return the referral, naming whose it is"),
        (
            "وحدة أو جهة خارجية أو لا نعلم؛ واحد منها فقط. الإعادة الثانية تذهب إلى فريق المتابعة.",
            "A unit, an outside body or unknown: exactly one. The second return goes to the follow-up team.",
        ),
    ),
    Act(
        "decide-owner",
        "decide_owner",
        Right.DECIDE_OWNER,
        bodies.DecideOwner,
        _decide_owner,
        ("حسم المسؤول بعد إعادتين", "Decide whose it is after two returns"),
        ("القرار ملزم للوحدة.", "The decision binds the unit."),
    ),
    Act(
        "raise",
        "raise",
        Right.RAISE_CASE,
        bodies.Raise,
        _raise,
        ("رفع إلى الخط الثالث", "Raise to the third line"),
    ),
    Act(
        "decide",
        "decide",
        Right.DECIDE_RAISED,
        bodies.Decide,
        _decide,
        ("القرار فيما رُفع", "Decide what was raised"),
    ),
    Act(
        "decide-review",
        "decide_appeal",
        Right.DECIDE_APPEAL,
        bodies.DecideReview,
        _decide_review,
        ("البت في المراجعة", "Decide the review"),
        (
            "لمن يقود الوحدة التي تراجع ولم يقرر في الطلب من قبل.",
            "For those who lead the unit that reviews and have not decided about the case before.",
        ),
    ),
    Act("assign", "assign", Right.ASSIGN, bodies.Assign, _assign, ("إسناد إلى موظف", "Assign to a person")),
    Act("start", "start", Right.START_WORK, bodies.Start, _start, ("بدء العمل", "Start work")),
    Act(
        "schedule",
        "schedule",
        Right.SCHEDULE,
        bodies.Schedule,
        _schedule,
        ("جدولة العمل", "Schedule the work"),
    ),
    Act(
        "hold",
        "hold|wait_external",
        Right.HOLD,
        bodies.Hold,
        _hold,
        ("تعليق حتى موعد مراجعة", "Put on hold until a review"),
        ("الساعة تستمر أثناء التعليق.", "The clock runs on during a hold."),
    ),
    Act(
        "ask",
        "ask",
        Right.ASK_BENEFICIARY,
        bodies.Ask,
        _ask,
        ("سؤال صاحب الطلب", "Ask the beneficiary"),
        ("تتوقف ساعة الإنجاز حتى يصل الجواب.", "The clock of the resolution stands until the answer."),
    ),
    Act(
        "answer",
        "answer",
        Right.ASK_BENEFICIARY,
        bodies.Said,
        _answer,
        ("تسجيل جواب صاحب الطلب", "Enter the beneficiary's answer"),
    ),
    Act(
        "reply",
        "reply",
        Right.REPLY,
        bodies.Said,
        _reply,
        ("الرد على صاحب الطلب", "Reply to the beneficiary"),
    ),
    Act(
        "resolve",
        "resolve",
        Right.RESOLVE,
        bodies.Resolve,
        _resolve,
        ("إنجاز", "Resolve"),
    ),
    Act("reject", "reject", Right.REJECT, bodies.Reason, _reject, ("عدم قبول مع السبب", "Not accepted, with a reason")),
    Act(
        "exclude",
        "exclude",
        Right.REJECT,
        bodies.Reason,
        _exclude,
        ("استبعاد ما ليس طلباً", "Exclude what is no request"),
    ),
    Act("close", "close", Right.CLOSE, bodies.Nothing, _close, ("إغلاق", "Close")),
    Act("reopen", "reopen", Right.REOPEN, bodies.Reason, _reopen, ("إعادة فتح", "Reopen")),
    Act("merge", "merge", Right.MERGE, bodies.Merge, _merge, ("ضم إلى طلب سابق", "Join an earlier case")),
    Act("unmerge", "unmerge", Right.MERGE, bodies.Nothing, _unmerge, ("فصل عن الأصل", "Part again")),
)
BENEFICIARY = (
    Act(
        "add-information",
        "add",
        None,
        bodies.AddInformation,
        _add_information,
        ("معلومة أو صور من صاحب الطلب", "Words or photos of the beneficiary"),
        (
            "لمن جاء بالطلب. إن كان هناك سؤال مفتوح فالكلام جواب له.",
            "For the program that brought the case. Where a question is open, the words answer it.",
        ),
        fresh=False,
    ),
    Act(
        "withdraw",
        "withdraw",
        None,
        bodies.Nothing,
        _withdraw,
        ("سحب الطلب", "Withdraw the case"),
        ("لمن جاء بالطلب.", "For the program that brought the case."),
    ),
    Act(
        "rate",
        "rate",
        None,
        bodies.Rate,
        _rate,
        ("تقييم الخدمة", "Rate the service"),
        ("لمن جاء بالطلب.", "For the program that brought the case."),
        fresh=False,
    ),
    Act(
        "ask-review",
        "appeal",
        None,
        bodies.AskReview,
        _ask_review,
        ("طلب مراجعة من مستوى أعلى", "Ask that somebody higher reviews it"),
        (
            "لمن جاء بالطلب، مرة في كل مستوى؛ وreviews يبين هل تُطلب الآن.",
            "For the program that brought the case, once at each level; reviews tells whether it can be asked now.",
        ),
        fresh=False,
    ),
)


def offered(case: Case, caller: Caller, sight: Sight) -> list[str]:
    """The acts that this key can do to the case now."""
    if Scope.CASES_ACT not in caller.api_key.scopes:
        return []
    found = [act for act in (*STAFF, *BENEFICIARY) if act.is_open(case, caller, sight)]
    if caller.person is not None:
        words = {one for act in found for one in act.workflow_act.split("|")}
        held = lines.held_back(case, words, by=caller.person, at=caller.at)
        found = [act for act in found if not held.keys() & set(act.workflow_act.split("|"))]
    return [act.code for act in found]


def do(act: Act, reference: str, caller: Caller, given: Any, version: int) -> Case:
    """Do the act to a case the key may read; gives the case as it is then."""
    if act.right is None:
        case, by = caller.own_case(reference), None
    else:
        case = caller.case(reference)
        caller.must_be_allowed(act.right, case)
        by = caller.acting(act.right, case)
    if act.fresh and version != case.version:
        raise cases.StaleCase(case)
    act.run(Doing(case, caller, given, version, by))
    return case
