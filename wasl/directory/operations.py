"""Changing agencies, units and roles. Doors check that the person may; what is checked here holds for everybody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from wasl.accounts import operations as accounts
from wasl.accounts.models import User
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.directory import queries
from wasl.directory.events import (
    AgencyChanged,
    AgencyCreated,
    AgencyEnded,
    AgencyResumed,
    OperatingModeChanged,
    RoleEnded,
    RoleEndSet,
    RoleGranted,
    UnitChanged,
    UnitCreated,
    UnitEnded,
    UnitResumed,
)
from wasl.directory.models import Agency, Membership, OperatingMode, Substitution, Unit, check_time_zone
from wasl.directory.rights import Role, clashes, needs_second_factor, why_exclusive
from wasl.directory.scopes import Held, overlap

AGENCY_CHANGES = frozenset(
    {"name", "short_name", "time_zone", "languages", "phone", "email", "hosts", "governorates"}
    | {"open311_anonymous", "open311_words"}
)
UNIT_CHANGES = frozenset({"name", "kind", "parent", "is_centre", "valid_from"})
# The places in which units are asked for complaints about staff.
STAFF_COMPLAINTS = (0, 1, 2)


class RolesClash(ValueError):
    """Nobody may hold these two roles together."""


class RoleOverlaps(ValueError):
    """The person holds this very role in this very unit in part of the time already."""


class BadPeriod(ValueError):
    """The time ends before it begins, or lies in the past."""


class AgencyRefused(ValueError):
    """The house cannot do without this agency, or its name in addresses is taken."""


class UnitInUse(ValueError):
    """The unit cannot end yet."""


class NotOfThisAgency(ValueError):
    """The two things belong to different agencies."""


class UnderItself(ValueError):
    """A unit would stand under one of its own parts."""


@transaction.atomic
def create_agency(
    *,
    code: str,
    letters: str,
    name: Localized,
    by: User | None,
    at: datetime,
    short_name: Localized | None = None,
    time_zone: str = "Asia/Muscat",
    languages: list[str] | None = None,
    phone: str = "",
    email: str = "",
    hosts: list[str] | None = None,
    governorates: list[str] | None = None,
    open311_anonymous: bool = False,
    open311_words: bool = False,
    centre_code: str = "CENTRE",
    centre_name: Localized | None = None,
) -> Agency:
    """Found an agency together with its contact centre, which is also where cases without a place of their own wait.

    The first agency of the house becomes the default one. `governorates`: the codes of its area; none, the country.
    """
    check_time_zone(time_zone)
    agency = Agency.objects.create(
        code=code,
        letters=letters,
        name=name,
        short_name=short_name or name,
        time_zone=time_zone,
        languages=languages or ["ar", "en"],
        hosts=[host.lower() for host in hosts or []],
        governorates=governorates or [],
        phone=phone,
        email=email,
        open311_anonymous=open311_anonymous,
        open311_words=open311_words,
        is_default=not Agency.objects.filter(is_default=True).exists(),
    )
    events.publish(AgencyCreated(agency.pk, agency.code), agency_id=agency.pk, by=by, at=at)
    create_unit(
        agency=agency,
        code=centre_code,
        kind=Unit.Kind.CENTRE,
        name=centre_name or both("مركز الاتصال", "Contact centre"),
        is_triage=True,
        is_centre=True,
        by=by,
        at=at,
    )
    return agency


@transaction.atomic
def change_agency(agency: Agency, *, by: User | None, at: datetime, **changes: Any) -> Agency:
    """Change what may change of an agency; its code and letters stand in references for good. Raises AgencyRefused."""
    if wrong := set(changes) - AGENCY_CHANGES:
        raise TypeError(f"These cannot change: {sorted(wrong)}")
    row = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if "time_zone" in changes:
        check_time_zone(changes["time_zone"])
    if "hosts" in changes:
        changes["hosts"] = [host.lower() for host in changes["hosts"]]
        _check_hosts(row, changes["hosts"])
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=sorted(changes))
    events.publish(AgencyChanged(row.pk, sorted(changes)), agency_id=row.pk, by=by, at=at)
    return row


@transaction.atomic
def make_default_agency(agency: Agency, *, by: User | None, at: datetime) -> Agency:
    """Show this agency to visitors of pages that name none, in place of the one before. Raises AgencyRefused."""
    row = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if not row.is_active:
        raise AgencyRefused(t("هذه الجهة موقوفة.", "This agency has ended."))
    if not row.is_default:
        Agency.objects.filter(is_default=True).update(is_default=False)
        Agency.objects.filter(pk=row.pk).update(is_default=True)
        events.publish(AgencyChanged(row.pk, ["is_default"]), agency_id=row.pk, by=by, at=at)
    agency.refresh_from_db()
    return agency


@transaction.atomic
def end_agency(agency: Agency, *, by: User | None, at: datetime) -> Agency:
    """Close an agency: its pages and its people's rights end with the next request. Raises AgencyRefused."""
    row = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if not row.is_active:
        return row
    if row.is_default:
        raise AgencyRefused(
            t(
                "هذه الجهة المعتمدة. اختر غيرها معتمدة أولاً.",
                "This is the default agency; make another one default first.",
            )
        )
    row.is_active = False
    row.save(update_fields=["is_active"])
    events.publish(AgencyEnded(row.pk), agency_id=row.pk, by=by, at=at)
    return row


@transaction.atomic
def resume_agency(agency: Agency, *, by: User | None, at: datetime) -> Agency:
    """Open a closed agency again."""
    row = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if not row.is_active:
        row.is_active = True
        row.save(update_fields=["is_active"])
        events.publish(AgencyResumed(row.pk), agency_id=row.pk, by=by, at=at)
    return row


@transaction.atomic
def create_unit(
    *,
    agency: Agency,
    code: str,
    name: Localized,
    by: User | None,
    at: datetime,
    kind: str = Unit.Kind.DEPARTMENT,
    parent: Unit | None = None,
    is_triage: bool = False,
    is_centre: bool = False,
    valid_from: datetime | None = None,
) -> Unit:
    """Add a unit to the agency, from now on unless told otherwise. Raises NotOfThisAgency for a stranger's parent."""
    _check_parent(agency.pk, parent)
    unit = Unit.objects.create(
        agency=agency,
        code=code,
        kind=kind,
        name=name,
        parent=parent,
        is_triage=is_triage,
        is_centre=is_centre,
        valid_from=valid_from or at,
    )
    events.publish(UnitCreated(unit.pk, unit.code), agency_id=agency.pk, by=by, at=at)
    return unit


@transaction.atomic
def change_unit(unit: Unit, *, by: User | None, at: datetime, **changes: Any) -> Unit:
    """Rename or move a unit: name, kind, parent, is_centre, valid_from. Raises NotOfThisAgency, UnderItself."""
    if wrong := set(changes) - UNIT_CHANGES:
        raise TypeError(f"These cannot change: {sorted(wrong)}")
    # One at a time: two units moved under each other at once would make a ring.
    Agency.objects.select_for_update(no_key=True).get(pk=unit.agency_id)
    row = Unit.objects.select_for_update().get(pk=unit.pk)
    parent = changes.get("parent")
    _check_parent(row.agency_id, parent)
    if parent is not None and parent.pk in queries.unit_and_below(row):
        raise UnderItself(
            t("لا تتبع الوحدة نفسها ولا وحدة تحتها.", "A unit cannot stand under itself or under one of its parts.")
        )
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=sorted(changes))
    events.publish(UnitChanged(row.pk, sorted(changes)), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def take_staff_complaints(unit: Unit, order: int, *, by: User | None, at: datetime) -> Unit:
    """Let complaints about staff come to this unit: 1 first, 2 where the first stands in the line, 0 no more.

    Whoever had this place before leaves it. A unit that held some is never forgotten: what it holds stays closed.
    """
    if order not in STAFF_COMPLAINTS:
        raise ValueError(t("اختر الترتيب من القائمة.", "Choose the place from the list."))
    Agency.objects.select_for_update(no_key=True).get(pk=unit.agency_id)
    row = Unit.objects.select_for_update().get(pk=unit.pk)
    if (row.staff_complaints or 0) == order and (order or row.staff_complaints is not None):
        return row
    if order:
        before = Unit.objects.filter(agency_id=row.agency_id, staff_complaints=order).exclude(pk=row.pk)
        for other in before:
            events.publish(UnitChanged(other.pk, ["staff_complaints"]), agency_id=row.agency_id, by=by, at=at)
        before.update(staff_complaints=0)
    row.staff_complaints = order
    row.save(update_fields=["staff_complaints"])
    events.publish(UnitChanged(row.pk, ["staff_complaints"]), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def resume_unit(unit: Unit, *, by: User | None, at: datetime) -> Unit:
    """Let an ended unit work again; one that never ended stays as it is. Raises UnitInUse under an ended parent."""
    row = Unit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit.pk)
    if row.valid_to is None:
        return row
    if row.parent is not None and not row.parent.is_valid(at=at):
        raise UnitInUse(
            t("الوحدة التي تتبعها منتهية. أعدها أولاً.", "The unit it stands under has ended. Resume that first.")
        )
    row.valid_to = None
    row.save(update_fields=["valid_to"])
    events.publish(UnitResumed(row.pk), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def end_unit(unit: Unit, *, by: User | None, at: datetime) -> Unit:
    """Close a unit from now on; its history stays. Raises UnitInUse while units or people still stand in it."""
    row = Unit.objects.select_for_update().get(pk=unit.pk)
    if not row.is_valid(at=at):
        return row
    if row.is_triage:
        raise UnitInUse(t("هذه وحدة الفرز؛ عيّن غيرها أولاً.", "This is the triage unit; name another one first."))
    if Unit.objects.filter(parent=row).valid(at).exists():
        raise UnitInUse(t("أنهِ الوحدات التابعة لها أولاً.", "End the units below it first."))
    if Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), unit=row).exists():
        raise UnitInUse(t("انقل موظفيها أولاً.", "Move its people first."))
    row.valid_to = at
    row.save(update_fields=["valid_to"])
    events.publish(UnitEnded(row.pk), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def move_triage(unit: Unit, *, by: User | None, at: datetime) -> Unit:
    """Make this unit the one that takes whatever no rule has a place for."""
    Agency.objects.select_for_update(no_key=True).get(pk=unit.agency_id)
    Unit.objects.filter(agency_id=unit.agency_id, is_triage=True).update(is_triage=False)
    Unit.objects.filter(pk=unit.pk).update(is_triage=True)
    unit.refresh_from_db()
    events.publish(UnitChanged(unit.pk, ["is_triage"]), agency_id=unit.agency_id, by=by, at=at)
    return unit


@transaction.atomic
def grant_role(
    user: User,
    *,
    role: str,
    unit: Unit,
    by: User | None,
    at: datetime,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> Membership:
    """Give a person a role in a unit, from now on unless `valid_from` lies ahead, for good unless `valid_to` is given.

    Their sessions end, as their rights changed. Raises RolesClash for a pair that nobody may hold at the same time,
    also where one of the two is only lent; RoleOverlaps when the same role is held in a part of the time; BadPeriod;
    ValueError for a role that does not exist. Granting for good what is held for good already changes nothing.
    """
    role = Role(role)
    begins = max(valid_from or at, at)
    check_period(begins, valid_to, at=at)
    person = lock_people([user.pk])[0]
    wished = Held(role, unit.pk, unit.agency_id, begins, valid_to)
    check_clashes(person, wished)
    same = [one for one in _open_roles(person, at) if one.role == role and one.unit_id == unit.pk]
    for one in same:
        if overlap(one.valid_from, one.valid_to, begins, valid_to):
            if one.valid_to is None and valid_to is None and one.valid_from <= begins:
                return one
            raise RoleOverlaps(
                t(
                    "لهذا الموظف دور «{role}» في هذه الوحدة خلال هذه المدة. أنهِه أولاً أو اختر مدة أخرى.",
                    "This person is {role} in this unit during that time already. End it first or choose another time.",
                    role=role.label,
                )
            )
    membership = Membership.objects.create(
        user=person, unit=unit, role=role, valid_from=begins, valid_to=valid_to, granted_by=by
    )
    events.publish(RoleGranted(person.pk, unit.pk, role), agency_id=unit.agency_id, by=by, at=at)
    tell_accounts(user, by=by, at=at)
    return membership


@transaction.atomic
def end_role(membership: Membership, *, by: User | None, at: datetime, on: datetime | None = None) -> Membership:
    """Take a role back, from now on or `on` a later moment; the person's sessions end. One that has ended stays so.

    Raises BadPeriod for a moment behind the end that was set before: a longer time is granted anew.
    """
    row = Membership.objects.select_for_update().select_related("unit", "user").get(pk=membership.pk)
    if row.valid_to is not None and row.valid_to <= at:
        return row
    if on is not None and on > at:
        return _set_end(row, on, by=by, at=at)
    row.valid_to, row.ended_by = max(at, row.valid_from), by
    row.save(update_fields=["valid_to", "ended_by"])
    events.publish(RoleEnded(row.user_id, row.unit_id, row.role), agency_id=row.unit.agency_id, by=by, at=at)
    tell_accounts(membership.user, by=by, at=at)
    return row


def _set_end(row: Membership, on: datetime, *, by: User | None, at: datetime) -> Membership:
    if row.valid_to is not None and on > row.valid_to:
        raise BadPeriod(
            t("لهذا الدور نهاية أقرب. لتمديده امنحه من جديد.", "This role ends earlier. To prolong it, grant it anew.")
        )
    row.valid_to, row.ended_by = max(on, row.valid_from), by
    row.save(update_fields=["valid_to", "ended_by"])
    fact = RoleEndSet(row.user_id, row.unit_id, row.role, row.valid_to.isoformat())
    events.publish(fact, agency_id=row.unit.agency_id, by=by, at=at)
    return row


@transaction.atomic
def set_operating_mode(agency: Agency, *, mode: str, by: User | None, at: datetime) -> OperatingMode:
    """Turn emergency working on or off; the same mode again changes nothing."""
    row, _ = OperatingMode.objects.select_for_update().get_or_create(agency=agency, defaults={"since_at": at})
    if row.mode != OperatingMode.Mode(mode):
        row.mode, row.since_at = OperatingMode.Mode(mode), at
        row.save(update_fields=["mode", "since_at"])
        events.publish(OperatingModeChanged(row.mode), agency_id=agency.pk, by=by, at=at)
    return row


def _check_hosts(agency: Agency, hosts: list[str]) -> None:
    for host in hosts:
        if Agency.objects.filter(hosts__contains=[host]).exclude(pk=agency.pk).exists():
            raise AgencyRefused(
                t("عنوان الموقع «{host}» لجهة أخرى.", "The host name “{host}” belongs to another agency.", host=host)
            )


def _check_parent(agency_id: int, parent: Unit | None) -> None:
    if parent is not None and parent.agency_id != agency_id:
        raise NotOfThisAgency(t("اختر وحدة من الجهة نفسها.", "Choose a unit of the same agency."))


def lock_people(numbers: Iterable[int]) -> list[User]:
    """Hold the rows of these people until the transaction ends, always in the same order; given by number."""
    wanted = sorted(set(numbers))
    return list(User.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))


def check_period(begins: datetime, ends: datetime | None, *, at: datetime) -> None:
    """Raises BadPeriod when the time is empty or over."""
    if ends is not None and (ends <= begins or ends <= at):
        raise BadPeriod(t("اختر نهاية بعد البداية وبعد الآن.", "Choose an end after the beginning and after now."))


def check_clashes(person: User, wished: Held) -> None:
    """Raises RolesClash when the person, or somebody who stands in for them, would be two things nobody may be at once.

    Looks at own and lent roles in all agencies, at the very time of `wished`.
    """
    substitutes = Substitution.objects.filter(absent=person, unit_id=wished.unit_id).values_list(
        "substitute_id", "valid_from", "valid_to"
    )
    times = [(person.pk, (wished.valid_from, wished.valid_to))]
    if wished.for_id is None:
        times += [
            (number, common)
            for number, begins, ends in substitutes
            if (common := overlap(begins, ends, wished.valid_from, wished.valid_to))
        ]
    held = queries.held_by({number for number, _ in times})
    for number, (begins, ends) in times:
        roles = {one.role for one in held[number] if overlap(one.valid_from, one.valid_to, begins, ends)}
        if clash := clashes(wished.role, roles):
            raise _clash(wished.role, min(clash))


def tell_accounts(given: User, *, by: User | None, at: datetime, always: bool = True) -> None:
    """Let accounts know whether own or lent roles, present or to come, ask for the second factor; sessions end.

    With `always` false only when that has changed. On the row as the caller holds it, so that it knows its new epoch.
    """
    held = queries.held_by([given.pk])[given.pk]
    needed = needs_second_factor({one.role for one in held if one.valid_to is None or one.valid_to > at})
    queries.forget(given)
    if always or needed != User.objects.values_list("second_factor_needed", flat=True).get(pk=given.pk):
        accounts.rights_changed(given, second_factor_needed=needed, by=by, at=at)


def _clash(one: str, other: str) -> RolesClash:
    return RolesClash(
        t(
            "لا يجمع شخص واحد بين دور «{one}» ودور «{other}» في الوقت نفسه: {why}.",
            "Nobody may be {one} and {other} at the same time: {why}.",
            one=Role(one).label,
            other=Role(other).label,
            why=why_exclusive(one, other),
        )
    )


def _open_roles(person: User, at: datetime) -> list[Membership]:
    memberships = Membership.objects.filter(user=person).order_by("pk")
    return [membership for membership in memberships if membership.valid_to is None or membership.valid_to > at]
