"""What one person may do, how far, because of what and until when; and what not, with who could. For the pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wasl.accounts.models import User
from wasl.core.i18n import t
from wasl.directory import delegations, queries
from wasl.directory.models import Unit
from wasl.directory.rights import SCOPES, Grant, Reach, Right, Role, grant
from wasl.directory.scopes import Held, below

NAMED_UNITS = 4
NAMED_PEOPLE = 3

# In the order of the page. What stands in no group comes last, so that a new right is never left out.
GROUPS: tuple[tuple[str, str, tuple[Right, ...]], ...] = (
    (
        t("الاطلاع", "Reading"),
        "eye",
        (
            Right.READ_CASE,
            Right.READ_NOTES,
            Right.READ_CONTACT,
            Right.REVEAL_IDENTITY,
            Right.READ_CONFIDENTIAL,
            Right.READ_COMPARTMENT,
            Right.READ_DASHBOARDS,
            Right.READ_AGEING,
            Right.READ_WEEKLY_LIST,
            Right.EXPORT_CASES,
        ),
    ),
    (
        t("استقبال الطلبات والتواصل", "Taking in and talking"),
        "message-square",
        (
            Right.REGISTER_CASE,
            Right.FIND_PERSON,
            Right.REPLY,
            Right.ASK_BENEFICIARY,
            Right.ADD_NOTE,
            Right.ADD_FILE,
            Right.ASK_APPEAL,
            Right.TELL_OF_STAFF,
            Right.RECORD_IDENTITY,
            Right.DO_TASKS,
            Right.UNPARK,
        ),
    ),
    (
        t("معالجة الطلبات", "Working on cases"),
        "wrench",
        (
            Right.CLASSIFY,
            Right.REFER,
            Right.OPEN_INBOX,
            Right.ANSWER_REFERRAL,
            Right.RAISE_CASE,
            Right.ASSIGN,
            Right.CHANGE_IMPORTANCE,
            Right.SET_IMPORTANCE,
            Right.SCHEDULE,
            Right.START_WORK,
            Right.HOLD,
            Right.ESCALATE,
            Right.RESOLVE,
            Right.REJECT,
            Right.REJECT_UNREFERRED,
            Right.CLOSE,
            Right.REOPEN,
            Right.MERGE,
        ),
    ),
    (
        t("قرارات فوق الوحدة", "Decisions above the unit"),
        "gavel",
        (
            Right.FOLLOW_UP_UNITS,
            Right.DECIDE_OWNER,
            Right.DECIDE_RAISED,
            Right.DECIDE_APPEAL,
            Right.APPROVE_PENDING,
            Right.LIFT_COMPARTMENT,
        ),
    ),
    (
        t("الزملاء والوحدة", "Colleagues and unit"),
        "users-round",
        (
            Right.MANAGE_MEMBERS,
            Right.MANAGE_SUBSTITUTES,
            Right.READ_RIGHTS,
            Right.READ_RELATIONS,
            Right.DECLARE_RELATIONS,
            Right.SHARE_VIEWS,
        ),
    ),
    (
        t("النظام والرقابة", "The system and its control"),
        "shield-check",
        (
            Right.MANAGE_PEOPLE,
            Right.MANAGE_UNITS,
            Right.CONFIGURE,
            Right.MANAGE_CHANNELS,
            Right.MANAGE_KEYS,
            Right.READ_CONFIG,
            Right.READ_HEALTH,
            Right.READ_AUDIT,
            Right.READ_FAIRNESS,
            Right.READ_CLASS_CHANGES,
            Right.READ_DELEGATIONS,
            Right.END_DELEGATIONS,
            Right.READ_PRIVACY,
            Right.ASK_PRIVACY,
            Right.APPROVE_PRIVACY,
            Right.RUN_PRIVACY,
        ),
    ),
)


@dataclass(frozen=True)
class Reason:
    """One ground for a right: how far it reaches, the role and unit that bring it, in whose place, until when."""

    where: str
    role: str
    unit: str
    cell: Grant
    until: datetime | None
    absent: str = ""
    # Whose power it is by delegation, and up to which class.
    grantor: str = ""
    classes: str = ""


@dataclass(frozen=True)
class Line:
    """One right the person has, with all its grounds."""

    label: str
    reasons: list[Reason]


@dataclass(frozen=True)
class Lacking:
    """One right the person lacks: the roles that have it, and colleagues of the agency who hold one of them."""

    label: str
    roles: list[str]
    people: list[str]


@dataclass
class Group:
    """Rights that belong together."""

    title: str
    icon: str
    allowed: list[Line] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)


def explain(person: User, at: datetime) -> list[Group]:
    """All rights of the house in groups, each as one the person has or lacks now; seven statements at most."""
    held = [one for one in queries.held_by([person.pk])[person.pk] if person.is_active and one.is_valid(at)]
    delegated = queries.delegated_to(person, at)
    words = _Words([*held, *delegated])
    could = _who_could({one.agency_id for one in held}, person, at)
    groups = []
    for title, icon, rights in _all_groups():
        group = Group(title, icon)
        for right in rights:
            grounds = [*held, *(one for one in delegated if _gives(one, right))]
            reasons = [words.reason(one, cell, person) for one in grounds if (cell := grant(one.role, right))]
            if reasons:
                group.allowed.append(Line(right.label, _shortest(reasons)))
            else:
                roles = list(SCOPES[right])
                people = sorted({name for role in roles for name in could.get(role, ())})[:NAMED_PEOPLE]
                group.lacking.append(Lacking(right.label, [role.label for role in roles], people))
        groups.append(group)
    return groups


def _gives(held: Held, right: Right) -> bool:
    """Is the right among the powers that are delegated? What is one's own is nobody else's to decide."""
    cell = grant(held.role, right)
    powers = held.delegated.powers if held.delegated is not None else frozenset()
    return right in powers and cell is not None and cell.reach is not Reach.OWN


def _all_groups() -> Iterable[tuple[str, str, tuple[Right, ...]]]:
    yield from GROUPS
    named = {right for _, _, rights in GROUPS for right in rights} | {Right.SIGN_IN}
    if others := tuple(right for right in Right if right not in named):
        yield t("أخرى", "Others"), "list", others


def _shortest(reasons: list[Reason]) -> list[Reason]:
    """Without grounds that say the same twice."""
    return list(dict.fromkeys(reasons))


def _who_could(agency_ids: set[int], person: User, at: datetime) -> dict[Role, list[str]]:
    """Names of active colleagues by role, in the person's agencies."""
    found: dict[Role, list[str]] = {}
    for agency_id in sorted(agency_ids):
        for membership in queries.members_of_agency(agency_id, at):
            if membership.user_id != person.pk and membership.role in set(Role):
                found.setdefault(Role(membership.role), []).append(membership.user.name)
    return found


class _Words:
    """Reach and ground in words, from the tree of units read once."""

    def __init__(self, held: list[Held]) -> None:
        units = list(Unit.objects.within({one.agency_id for one in held}).select_related("agency"))
        self._units = {unit.pk: unit for unit in units}
        self._parts: dict[int, list[int]] = {}
        for unit in units:
            if unit.parent_id is not None:
                self._parts.setdefault(unit.parent_id, []).append(unit.pk)
        absent = {one.for_id for one in held if one.for_id}
        self._people = {person.pk: person.name for person in User.objects.filter(pk__in=absent)}

    def reason(self, held: Held, cell: Grant, person: Any) -> Reason:
        unit = self._units[held.unit_id]
        role = str(Role(held.role).label)
        absent = self._people.get(held.for_id or 0, "")
        if (limits := held.delegated) is not None:
            where = self._named(limits.unit_id) if limits.unit_id is not None else str(self._where(held, cell, ""))
            classes = delegations.classes_of(limits.classes) if limits.classes is not None else ""
            return Reason(where, role, str(unit), cell, held.valid_to, grantor=absent, classes=classes)
        return Reason(str(self._where(held, cell, absent)), role, str(unit), cell, held.valid_to, absent)

    def _where(self, held: Held, cell: Grant, absent: str) -> str:
        unit = self._units[held.unit_id]
        if cell.reach is Reach.AGENCY:
            return t("كل {agency}", "All of {agency}", agency=str(unit.agency))
        if cell.reach is Reach.OWN and absent:
            return t("ما أُسند إلى {name}", "What is assigned to {name}", name=absent)
        if cell.reach is Reach.OWN:
            return t("ما أُسند إلى الشخص نفسه", "What is assigned to the person")
        if cell.reach is Reach.SEAT:
            return str(unit)
        if cell.reach is Reach.SHARED:
            return t("ما أُحيل إلى {units}", "What was referred to {units}", units=self._named(held.unit_id))
        if cell.reach is Reach.CLASS:
            return t(
                "{units}، وكل طلب بلغ أعلى درجة في الجهة",
                "{units}, and every case of the gravest class in the agency",
                units=self._named(held.unit_id),
            )
        return self._named(held.unit_id)

    def _named(self, unit_id: int) -> str:
        """The unit and what lies below it, the first few by name."""
        inside = sorted(below(unit_id, self._parts) - {unit_id}, key=lambda number: self._units[number].code)
        names = [str(self._units[number]) for number in (unit_id, *inside[: NAMED_UNITS - 1])]
        more = len(inside) + 1 - len(names)
        joined = str(t("، ", ", ")).join(names)
        return str(t("{names} و{n} غيرها", "{names} and {n} more", names=joined, n=more)) if more else joined
