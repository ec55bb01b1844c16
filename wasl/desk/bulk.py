"""Acts that can be done to many cases at once: each the same act as on the page of a case, row by row.

For every case it is asked beforehand what would stand in the way, and said whether it can be taken back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from wasl.accounts.models import User
from wasl.cases import lines, order, pending, queries, workflow
from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.core.i18n import t
from wasl.desk.acts import ACTS, Act
from wasl.desk.forms import (
    ActForm,
    ManyHoldForm,
    NoteForm,
    Nothing,
    ReferForm,
    ReturnForm,
    ScheduleForm,
    TurnForm,
    Words,
    whose_of,
)
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.directory.rights import Right
from wasl.routing import queries as routing
from wasl.routing.lines import FIRST

MOST = 200
AT_ONCE = 20


class ManyTurnForm(TurnForm):
    """For many: where they skip others, one reason for all. Whether they do is not said by the first of them."""

    def shape(self) -> None:
        pass

    def clean(self) -> dict[str, Any]:
        given, ahead = super().clean(), self.ahead
        if ahead is not None and (why := cases.why_no_reason(self.case.agency_id, ahead)):
            self.add_error("ahead_words", why)
        return given


class ManyStartForm(ManyTurnForm):
    """Nothing to write where nobody is skipped."""


class ManyScheduleForm(ManyTurnForm, ScheduleForm):
    pass


class ManyAssignForm(ManyTurnForm):
    """To whom: everybody who may work in the unit of at least one of the cases."""

    to = forms.TypedChoiceField(
        label=t("إلى", "To"), required=False, coerce=int, empty_value=None, widget=forms.Select(attrs={"class": "in"})
    )

    def offer(self, people: Mapping[int, User]) -> None:
        """Fill in the people."""
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        named = sorted(people.values(), key=lambda person: (person.full_name, person.pk))
        field.choices = [("", t("بلا إسناد", "Nobody")), *((person.pk, person.name) for person in named)]


class ManyReferForm(ReferForm):
    """To which unit of the agency; routing proposes nothing for many."""

    reason = Words(t("المطلوب من الوحدة", "What the unit should do"), rows=2, required=False)

    def shape(self) -> None:
        units = directory.units_of(self.case.agency, self.at)
        self.units = {unit.pk: unit for unit in sorted(units, key=str)}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", t("اختر الوحدة", "Choose the unit")), *((pk, str(one)) for pk, one in self.units.items())]


class ManyNoteForm(NoteForm):
    """The same words on every case, without files."""

    def shape(self) -> None:
        del self.fields["attachments"]


@dataclass
class Ground:
    """What is worked out once for all cases of an act: who may work in which unit."""

    by: User
    at: datetime
    _people: dict[int, dict[int, User]] = field(default_factory=dict)

    def people_of(self, case: Case) -> dict[int, User]:
        """Who works in the unit of the case."""
        if case.unit_id not in self._people:
            found = queries.people_working_in(case.unit, at=self.at)
            self._people[case.unit_id] = {person.pk: person for person in found}
        return self._people[case.unit_id]


def _nothing_in_the_way(case: Case, given: Mapping[str, Any], ground: Ground) -> str:
    return ""


def _nothing_to_go_back_to(case: Case, given: Mapping[str, Any]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class ManyAct:
    """One act for many: how it is asked, done, and taken back."""

    act: Act
    run: Callable[[Case, Mapping[str, Any], Ground, int], None]
    # What was chosen, in words for the summary: «إلى نورة».
    said: str
    form: type[ActForm] = Nothing
    # What stands in the way of one case, as a sentence; empty when nothing does.
    obstacle: Callable[[Case, Mapping[str, Any], Ground], str] = _nothing_in_the_way
    # What it takes to go back, as plain values; empty where there is no honest way.
    before: Callable[[Case, Mapping[str, Any]], dict[str, Any]] = _nothing_to_go_back_to
    go_back: Callable[[Case, Mapping[str, Any], Ground, int], None] | None = None
    back_right: Right | None = None
    tells_citizens: bool = False
    checks_version: bool = True

    @property
    def code(self) -> str:
        return self.act.code

    @property
    def needs_words(self) -> bool:
        """Is there anything to choose or write, whichever cases they are?"""
        return self.form not in (Nothing, ManyStartForm)

    def skips(self, chosen: Iterable[Case], ground: Ground) -> int:
        """How many others come before these and are not among them, where the act would begin with them."""
        code = self.act.workflow_act
        return order.skipped_by(chosen, code, ground.by, at=ground.at) if code in order.TAKES else 0


def _accept(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    cases.accept_referral(case, by=ground.by, at=ground.at, version=version)


def _acknowledge(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    cases.acknowledge(case, by=ground.by, at=ground.at, version=version)


def _assign(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    to = given["to"]
    person = ground.people_of(case).get(to) if to is not None else None
    if to is not None and person is None:
        raise cases.Missing(_NOT_OF_UNIT)
    cases.assign(case, to=person, by=ground.by, at=ground.at, version=version, ahead=_ahead(given))


def _ahead(given: Mapping[str, Any]) -> cases.Ahead | None:
    code = given.get("ahead_code")
    return cases.Ahead(code, given.get("ahead_words") or "") if code else None


_NOT_OF_UNIT = t("لا يعمل في الوحدة المسؤولة عن هذا الطلب.", "Does not work in the unit that has this case.")


def _assign_obstacle(case: Case, given: Mapping[str, Any], ground: Ground) -> str:
    to = given["to"]
    if to == case.assignee_id:
        return t("مسند إليه.", "Is assigned so already.") if to else t("غير مسند لأحد.", "Is assigned to nobody.")
    return _NOT_OF_UNIT if to is not None and to not in ground.people_of(case) else ""


def _assigned_before(case: Case, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"to": case.assignee_id}


def _refer(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    unit = _unit_of(case, given["unit"], ground)
    if unit is None:
        raise cases.Missing(_NOT_OF_AGENCY)
    cases.refer(case, to_unit=unit, reason=given["reason"], by=ground.by, at=ground.at, version=version)


_NOT_OF_AGENCY = t("الوحدة ليست من جهة هذا الطلب.", "The unit is not of the agency of this case.")


def _unit_of(case: Case, number: int, ground: Ground) -> Unit | None:
    return next((unit for unit in directory.units_of(case.agency, ground.at) if unit.pk == number), None)


def _refer_obstacle(case: Case, given: Mapping[str, Any], ground: Ground) -> str:
    if given["unit"] == case.unit_id:
        return t("هو لدى هذه الوحدة.", "Is with this unit already.")
    if given["agency"] != case.agency_id:
        return _NOT_OF_AGENCY
    if case.line != FIRST:
        return ""
    items = lines.missing(case, routing.lines(case.agency_id, ground.at)[FIRST], {"tried": given["reason"]})
    return lines.sentence_of(items) if items else ""


class ManyReturnForm(ReturnForm):
    """Whose they all are: any unit of the agency."""

    def shape(self) -> None:
        self.name_units(sorted(directory.units_of(self.case.agency, self.at), key=str))


def _return(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    units = {str(unit.pk): unit for unit in directory.units_of(case.agency, ground.at)}
    cases.return_referral(
        case, reason=given["reason"], whose=whose_of(given, units), by=ground.by, at=ground.at, version=version
    )


def _return_obstacle(case: Case, given: Mapping[str, Any], ground: Ground) -> str:
    return t("هو لدى هذه الوحدة.", "Is with this unit already.") if given["whose"] == str(case.unit_id) else ""


def _start(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    cases.start_work(case, by=ground.by, at=ground.at, version=version, ahead=_ahead(given))


def _schedule(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    when = parse_datetime(given["scheduled_for"])
    assert when is not None
    cases.schedule(
        case,
        scheduled_for=when,
        text=given["text"],
        by=ground.by,
        at=ground.at,
        version=version,
        ahead=_ahead(given),
    )


def _hold(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    cases.hold(
        case,
        reason_code=given["reason_code"],
        review_on=date.fromisoformat(given["review_on"]),
        text=given["text"],
        external=given["external"],
        by=ground.by,
        at=ground.at,
        version=version,
    )


def _hold_obstacle(case: Case, given: Mapping[str, Any], ground: Ground) -> str:
    if "reason_code" not in given:  # it is taken back
        return ""
    return pending.why_not(case, given["reason_code"], date.fromisoformat(given["review_on"]), ground.at)


def _held_before(case: Case, given: Mapping[str, Any]) -> dict[str, Any]:
    # Only work that was under way goes on as if nothing had been; other states cannot be come back to.
    return {"state": case.state} if case.state == "in_progress" else {}


def _note(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    cases.add_note(case, text=given["text"], by=ground.by, at=ground.at)


def _close(case: Case, given: Mapping[str, Any], ground: Ground, version: int) -> None:
    cases.close(case, by=ground.by, at=ground.at, version=version)


MANY: dict[str, ManyAct] = {
    many.code: many
    for many in (
        ManyAct(
            ACTS["accept"],
            _accept,
            t("قبول الإحالة", "Accept the referral"),
            tells_citizens=True,
        ),
        ManyAct(
            ACTS["assign"],
            _assign,
            t("إسناد", "Assign"),
            ManyAssignForm,
            _assign_obstacle,
            _assigned_before,
            _assign,
            Right.ASSIGN,
        ),
        ManyAct(
            ACTS["refer"],
            _refer,
            t("إحالة", "Refer"),
            ManyReferForm,
            _refer_obstacle,
            tells_citizens=True,
        ),
        ManyAct(
            ACTS["return"],
            _return,
            t("إعادة مع تسمية المسؤول", "Return, naming whose they are"),
            ManyReturnForm,
            _return_obstacle,
        ),
        ManyAct(ACTS["acknowledge"], _acknowledge, t("تأكيد الاستلام", "Acknowledge"), tells_citizens=True),
        ManyAct(ACTS["start"], _start, t("بدء العمل", "Start work"), ManyStartForm, tells_citizens=True),
        ManyAct(ACTS["schedule"], _schedule, t("جدولة", "Schedule"), ManyScheduleForm, tells_citizens=True),
        ManyAct(
            ACTS["hold"],
            _hold,
            t("تعليق", "Put on hold"),
            ManyHoldForm,
            _hold_obstacle,
            _held_before,
            _start,
            back_right=Right.START_WORK,
            tells_citizens=True,
        ),
        ManyAct(ACTS["note"], _note, t("ملاحظة داخلية", "Internal note"), ManyNoteForm, checks_version=False),
        ManyAct(ACTS["close"], _close, t("إغلاق", "Close"), tells_citizens=True),
    )
}


def offered(user: User, at: datetime) -> list[ManyAct]:
    """The acts on many that the person may do on anything at all."""
    return [many for many in MANY.values() if directory.has_right(user, many.act.right, at)]


def plain(given: Mapping[str, Any], case: Case) -> dict[str, Any]:
    """What was typed and chosen, as values that can be kept until it is done."""
    values = {name: _plain(value) for name, value in given.items() if name not in ("version", "held")}
    return values | ({"agency": case.agency_id} if "unit" in values else {})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.pk if isinstance(value, Unit | User) else value


def obstacle(
    many: ManyAct, case: Case | None, given: Mapping[str, Any], ground: Ground, *, version: int, undoing: bool = False
) -> str:
    """Why this cannot be done to this case, as a sentence; empty when it can. `case` None: out of sight by now."""
    if case is None:
        return t("لم يعد ظاهراً لك.", "You can no longer see it.")
    if many.checks_version and case.version != version:
        return t("غيّره زميل بعد أن رأيته.", "A colleague changed it after you saw it.")
    right = (many.back_right if undoing else None) or many.act.right
    act = "start" if undoing and many.code == "hold" else many.act.workflow_act
    if not workflow.allows(act, case.state):
        return t("لا يمكن وهو في حالة «{state}».", "Not possible while it is “{state}”.", state=case.state_words.staff)
    if not directory.may(
        ground.by,
        right,
        agency_id=case.agency_id,
        unit_id=case.unit_id,
        assignee_id=case.assignee_id,
        importance=case.importance,
        at=ground.at,
    ):
        return t("ليس من صلاحياتك على طلبات هذه الوحدة.", "You may not do this to cases of its unit.")
    return lines.why_not(case, act, by=ground.by, at=ground.at) or many.obstacle(case, given, ground)
