"""At which line of support a case stands, and what that allows: for the operations, the pages and lists of many.

Beside its state three things hold an act back: the limits of the line (rows of `routing`), a question that is open with
the third line, and the word of the follow-up team about whose it is. What was decided elsewhere before it was brought
in (imports, replays) and what the system does by itself is held back by none of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from wasl.accounts.models import User
from wasl.cases import appeals, workflow
from wasl.cases.appeal_rows import Appeal
from wasl.cases.models import Case, CaseFile, ExtensionRequest, OwnerDecision, Raise
from wasl.contacts import queries as contacts
from wasl.core import events
from wasl.core.i18n import say
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right, Role
from wasl.directory.scopes import Held
from wasl.routing import generalists
from wasl.routing import queries as routing
from wasl.routing.lines import FIRST, HAND_OVER, SECOND, THIRD, SupportLine
from wasl.web import moments

# So many units may say "not ours" before the follow-up team decides. Source: the workshop's rule (domain, section 10).
REFUSALS = 2


@dataclass(frozen=True)
class Standing:
    """How a case stands. `raised`: what the third line has not decided yet; `owner`: the last word on whose it is, not
    yet said while its unit is None.
    """

    case: Case
    lines: Mapping[int, SupportLine]
    raised: Raise | None
    owner: OwnerDecision | None

    @property
    def line(self) -> SupportLine:
        """The line at which the case stands."""
        return self.lines[self.case.line]

    @property
    def waits_for_owner(self) -> bool:
        """Must the follow-up team decide whose it is?"""
        return self.owner is not None and self.owner.unit_id is None

    @cached_property
    def reviews(self) -> list[Appeal]:
        """Every review that the beneficiary asked for, the first level first."""
        return appeals.appeals_of(self.case)

    @property
    def waits_for_review(self) -> bool:
        """Has the beneficiary asked for a review that is not decided yet?"""
        return any(not one.outcome for one in self.reviews)

    @property
    def binding(self) -> OwnerDecision | None:
        """The decision that binds the unit which has the case now."""
        owner = self.owner
        return owner if owner is not None and owner.unit is not None and self.case.unit_id == owner.unit_id else None


@dataclass(frozen=True)
class FollowUp:
    """Who decides whose a case is, and with which unit it waits meanwhile."""

    unit: Unit
    people: list[User]


def standing(case: Case, at: datetime) -> Standing:
    """How the case stands with the lines now. Two statements and the edition."""
    waiting = Raise.objects.filter(case_id=case.pk, outcome="").select_related("to_unit", "from_unit")
    said = OwnerDecision.objects.filter(case_id=case.pk).select_related("unit", "decided_by").order_by("-id")
    raised = waiting.first() if case.line == THIRD else None
    return Standing(case, routing.lines(case.agency_id, at), raised, said.first())


def why_not(case: Case, act: str, *, by: User | None, at: datetime, known: Standing | None = None) -> str:
    """Why the line does not allow this act of the workflow to this person, as a sentence; empty when it does."""
    if by is None or act not in _RULES or events.is_history():
        return ""
    present = known or standing(case, at)
    return next((sentence for rule in _RULES[act] if (sentence := rule(present, by, at))), "")


def held_back(
    case: Case, acts: Iterable[str], *, by: User, at: datetime, known: Standing | None = None
) -> dict[str, str]:
    """Which of these acts of the workflow the line does not allow to the person, with why; asked once for all."""
    present = known or standing(case, at)
    told = {act: why_not(case, act, by=by, at=at, known=present) for act in acts}
    return {act: sentence for act, sentence in told.items() if sentence}


def why_not_to(present: Standing, unit: Unit) -> str:
    """Why the case cannot be referred to this unit: whoever was named its owner does not hand it to another."""
    binding = present.binding
    if binding is None or binding.unit is None or unit.pk in directory.unit_and_below(binding.unit):
        return ""
    return _bound(present)


def why_not_moved(case: Case, by: User, at: datetime) -> str:
    """Why even a review cannot send the case to another unit now, as a sentence; empty when it can."""
    present = standing(case, at)
    return _waits_for_decision(present, by, at) or _waits_for_owner(present, by, at)


def finishes_itself(case: Case, line: SupportLine) -> bool:
    """Does the line finish such a case, whoever stands there?"""
    is_in_charge = case.service is not None and case.service.unit_id == case.unit_id
    return "finish" in line.leaves and (case.kind in line.closes or is_in_charge)


def missing(case: Case, line: SupportLine, given: Mapping[str, str]) -> list[str]:
    """What must be handed over when the case leaves the line, and is neither on the case nor given in words."""
    return [
        item
        for item in line.hand_over
        if not given.get(item, "").strip() and _is_wanted(case, item) and not _HELD[item](case)
    ]


def on_case(case: Case, line: SupportLine) -> list[str]:
    """What must be handed over and stands on the case itself."""
    return [item for item in line.hand_over if _HELD[item](case)]


def sentence_of(items: list[str]) -> str:
    """What is missing, by name, and what to do about it."""
    return say(
        "ينقص قبل التسليم: {items}. اكتبه، أو اكتب لماذا تعذّر.",
        "Missing before it can be handed over: {items}. Write it, or why it cannot be had.",
        items=say("، ", ", ").join(str(HAND_OVER[item]) for item in items),
    )


def raisable_units(case: Case, at: datetime) -> list[Unit]:
    """Where the unit of the case may raise it: the management above it, then committees and outside bodies."""
    kinds = routing.lines(case.agency_id, at)[THIRD].unit_kinds
    above = directory.units_above(case.unit)
    found = [
        unit
        for unit in directory.units_of(case.agency, at)
        if unit.kind in kinds and unit.pk != case.unit_id and (unit.pk in above or unit.kind in _BESIDE)
    ]
    return sorted(
        found, key=lambda unit: (above.index(unit.pk) if unit.pk in above else len(above), unit.kind, unit.code)
    )


def follow_up(agency: Agency, at: datetime) -> FollowUp:
    """The follow-up team of the agency; where it has none, the supervisors of its triage unit."""
    team = [held for held in directory.members_of_agency(agency.pk, at) if held.role == Role.FOLLOW_UP]
    units = {unit.pk: unit for unit in directory.units_of(agency, at)}
    homes = [units[held.unit_id] for held in team if held.unit_id in units]
    if not homes:
        triage = directory.triage_unit(agency)
        return FollowUp(triage, directory.standing(triage, (Role.SUPERVISOR,), at))
    home = min(homes, key=lambda unit: (unit.kind != Unit.Kind.TEAM, unit.pk))
    people = {
        person.pk: person
        for held in team
        if held.unit_id in units
        for person in directory.in_place_of(held.user, unit=units[held.unit_id], at=at)
    }
    return FollowUp(home, list(people.values()))


def decides_owner(person: User, case: Case, at: datetime, *, by_delegation: bool = True) -> bool:
    """Does the person decide whose the case is? By a delegation only within its classes and its unit."""

    def grounds(unit_id: int) -> list[Held]:
        found = directory.grounds(
            person, Right.DECIDE_OWNER, agency_id=case.agency_id, unit_id=unit_id, importance=case.importance, at=at
        )
        return [held for held in found if by_delegation or held.delegated is None]

    if any(held.role == Role.FOLLOW_UP for held in grounds(case.unit_id)):
        return True
    if not grounds(directory.triage_unit(case.agency).pk):
        return False
    return not any(held.role == Role.FOLLOW_UP for held in directory.members_of_agency(case.agency_id, at))


def deciders(raised: Raise, line: SupportLine, at: datetime) -> list[User]:
    """Who stands at the third line for what was raised."""
    return directory.standing(raised.to_unit, line.roles, at)


# A committee and an outside body stand above no unit in particular.
_BESIDE = frozenset({Unit.Kind.COMMITTEE, Unit.Kind.PARTNER})


def _is_wanted(case: Case, item: str) -> bool:
    if item == "who":
        # Who gave no name does so rightly: then there is nobody to hand over.
        return case.beneficiary is not None
    if item in ("place", "photo"):
        service = case.service
        return service is not None and (service.needs_location if item == "place" else service.needs_photo)
    return True


def _has_person(case: Case) -> bool:
    return case.beneficiary is not None and bool(contacts.addresses(case.beneficiary))


def _has_place(case: Case) -> bool:
    return case.has_point or bool(case.wilayat_id or case.area_text or case.address_text)


def _has_words(case: Case) -> bool:
    return bool(case.description.strip() or case.title.strip())


def _has_photo(case: Case) -> bool:
    return CaseFile.objects.filter(case_id=case.pk, role=CaseFile.Role.PHOTO).exists()


_HELD: Mapping[str, Callable[[Case], bool]] = {
    "who": _has_person,
    "place": _has_place,
    "words": _has_words,
    "photo": _has_photo,
    "tried": lambda case: False,
}

Rule = Callable[[Standing, User, datetime], str]


def _waits_for_decision(present: Standing, by: User, at: datetime) -> str:
    if present.raised is None:
        return ""
    return say(
        "رُفع الطلب إلى {unit}، وينتظر قرارها أولاً.",
        "The case was raised to {unit}; its decision comes first.",
        unit=present.raised.to_unit,
    )


def _waits_for_owner(present: Standing, by: User, at: datetime) -> str:
    if not present.waits_for_owner:
        return ""
    return say(
        "أعادته وحدتان، فيحسم فريق المتابعة الوحدة المسؤولة.",
        "Units returned it twice: the follow-up team decides whose it is.",
    )


def _is_bound(present: Standing, by: User, at: datetime) -> str:
    return _bound(present) if present.binding is not None else ""


def _bound(present: Standing) -> str:
    decision = present.owner
    assert decision is not None
    return say(
        "حسم {name} في {when} أن المسؤول هو {unit}، والقرار ملزم.",
        "{name} decided on {when} that {unit} is responsible; this is binding.",
        name=decision.decided_by.name if decision.decided_by else say("فريق المتابعة", "The follow-up team"),
        when=moments.day_text(decision.decided_at.astimezone(present.case.agency.zone).date())
        if decision.decided_at
        else "",
        unit=decision.unit,
    )


def _not_its_own_to_finish(present: Standing, by: User, at: datetime) -> str:
    case, line = present.case, present.line
    if finishes_itself(case, line):
        return ""
    if line.number == FIRST and generalists.may_finish(by, case.service_id, case.agency_id, at):
        return ""
    return say(
        "لا ينجز «{line}» طلباً من نوع «{kind}»؛ أحِله إلى الوحدة المختصة.",
        "“{line}” does not finish a case of the kind “{kind}”; refer it to the unit in charge.",
        line=line.name,
        kind=workflow.KINDS[case.kind],
    )


def _refuses_nobody(present: Standing, by: User, at: datetime) -> str:
    case = present.case
    if case.line != FIRST or directory.may(
        by, Right.REJECT_UNREFERRED, agency_id=case.agency_id, unit_id=case.unit_id, at=at
    ):
        return ""
    return say(
        "الخط الأول لا يرفض طلباً: أحِله إلى الوحدة المختصة، أو اعرضه على المشرف.",
        "The first line refuses no case: refer it to the unit in charge, or show it to the supervisor.",
    )


def _leaving(code: str) -> Rule:
    def rule(present: Standing, by: User, at: datetime) -> str:
        if code in present.line.leaves:
            return ""
        return say(
            "لا يخرج الطلب من «{line}» بهذا الإجراء.",
            "A case does not leave “{line}” this way.",
            line=present.line.name,
        )

    return rule


def _only_from_second(present: Standing, by: User, at: datetime) -> str:
    if present.case.line == SECOND and "raise" in present.lines[THIRD].enters:
        return ""
    return say(
        "يُرفع الطلب إلى الخط الثالث من الوحدة المختصة.",
        "It is the unit in charge that raises a case to the third line.",
    )


def _nothing_to_decide(present: Standing, by: User, at: datetime) -> str:
    if present.raised is not None:
        return ""
    return say("لا سؤال مرفوعاً ينتظر قراراً.", "Nothing that was raised waits for a decision.")


def _stands_elsewhere(present: Standing, by: User, at: datetime) -> str:
    raised, line = present.raised, present.lines[THIRD]
    if raised is None or _stands_at(raised.to_unit, line.roles, by, at):
        return ""
    # A body without people of its own in the house: the follow-up team writes down what it decided. That is no power
    # to decide owners, so nobody has it by delegation.
    nobody_there = raised.to_unit.kind == Unit.Kind.PARTNER or not deciders(raised, line, at)
    if nobody_there and decides_owner(by, present.case, at, by_delegation=False):
        return ""
    return say(
        "القرار لمن يقف في الخط الثالث لدى {unit}.",
        "It is decided by those who stand at the third line of {unit}.",
        unit=raised.to_unit,
    )


def _stands_at(unit: Unit, roles: tuple[str, ...], by: User, at: datetime) -> bool:
    above = {unit.pk, *directory.units_above(unit)}
    held = [one for one, _ in directory.cells_of(by, Right.DECIDE_RAISED, at)]
    return any(one.role in roles and one.unit_id in above for one in held)


def _no_extension_asked(present: Standing, by: User, at: datetime) -> str:
    if ExtensionRequest.objects.filter(case=present.case, answer="").exists():
        return ""
    return say("لا تمديد ينتظر الموافقة.", "No extension waits for approval.")


def _not_asked(present: Standing, by: User, at: datetime) -> str:
    if present.owner is not None:
        return ""
    return say(
        "لم تُعده وحدتان بعد؛ أحِله كالمعتاد.",
        "Units have not returned it twice; refer it as usual.",
    )


def _not_of_the_team(present: Standing, by: User, at: datetime) -> str:
    if decides_owner(by, present.case, at):
        return ""
    return say("الحسم لفريق المتابعة.", "This is for the follow-up team to decide.")


def _nothing_to_review(present: Standing, by: User, at: datetime) -> str:
    return "" if appeals.offer(present.case, at=at, known=present.reviews).may_ask else appeals.NO_GROUND


def _not_the_reviewer(present: Standing, by: User, at: datetime) -> str:
    if not present.waits_for_review:
        return appeals.NOTHING_WAITS
    return appeals.why_not_reviewed_by(present.case, by, at=at)


def _waits_for_review(present: Standing, by: User, at: datetime) -> str:
    """Nobody ends the review of what they did by putting the case away: it is decided first."""
    if not present.waits_for_review:
        return ""
    return say(
        "طلب المستفيد مراجعة لم يُبت فيها بعد؛ لا يُستبعد الطلب ولا يُضم إلى غيره قبل قرارها.",
        "The beneficiary has asked for a review; before it is decided the case is neither set aside nor joined.",
    )


_RULES: Mapping[str, tuple[Rule, ...]] = {
    "appeal": (_nothing_to_review,),
    "decide_appeal": (_not_the_reviewer,),
    "refer": (_waits_for_decision, _waits_for_owner, _leaving("refer")),
    "return": (_waits_for_decision, _is_bound, _leaving("return")),
    "accept": (_waits_for_decision,),
    "start": (_waits_for_decision,),
    "schedule": (_waits_for_decision,),
    "hold": (_waits_for_decision,),
    "wait_external": (_waits_for_decision,),
    "ask_extension": (_waits_for_decision,),
    "answer_extension": (_no_extension_asked,),
    "resolve": (_waits_for_decision, _not_its_own_to_finish),
    "reject": (_waits_for_decision, _refuses_nobody),
    "exclude": (_refuses_nobody, _waits_for_review),
    "merge": (_waits_for_review,),
    "raise": (_waits_for_decision, _only_from_second, _leaving("raise")),
    "decide": (_nothing_to_decide, _stands_elsewhere),
    "decide_owner": (_waits_for_decision, _not_asked, _not_of_the_team),
}
