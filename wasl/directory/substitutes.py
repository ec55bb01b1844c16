"""Standing in for an absent colleague: appointed for a time, ended early, never lent on.

The person may name somebody for the own absence; whoever manages the unit may do so for others. What holds for
everybody is checked here; that the person may is checked by the doors (`may_appoint`).
"""

from datetime import datetime, timedelta

from django.db import transaction

from wasl.accounts.models import User
from wasl.core import events
from wasl.core.i18n import say, t
from wasl.directory import operations, queries
from wasl.directory.events import SubstituteAppointed, SubstitutionEnded
from wasl.directory.models import Substitution, Unit
from wasl.directory.rights import Right
from wasl.directory.scopes import Held, overlap

# The longest leave the civil service knows is that of a mother, 98 days; longer needs a role, not a substitute.
LONGEST = timedelta(days=120)


class CannotStandIn(ValueError):
    """This person cannot stand in for that one then; the message says why."""


def may_appoint(user: User, *, absent: User, unit: Unit, at: datetime) -> bool:
    """May the person say who stands in for `absent` in this unit: for oneself, or as whoever manages the unit?"""
    if user.pk == absent.pk:
        return queries.is_member(user, unit_id=unit.pk, at=at)
    return queries.may(user, Right.MANAGE_SUBSTITUTES, agency_id=unit.agency_id, unit_id=unit.pk, at=at)


@transaction.atomic
def appoint_substitute(
    absent: User,
    *,
    substitute: User,
    unit: Unit,
    valid_from: datetime,
    valid_to: datetime,
    by: User | None,
    at: datetime,
) -> Substitution:
    """Lend the roles that `absent` holds in the unit to `substitute` for a time, no longer than LONGEST.

    The substitute's sessions end where a lent role asks for the second factor and none was needed before. Raises
    BadPeriod, RolesClash, CannotStandIn.
    """
    begins = max(valid_from, at)
    operations.check_period(begins, valid_to, at=at)
    if valid_to - begins > LONGEST:
        raise operations.BadPeriod(
            t("أقصى مدة للنيابة {n} يوماً.", "Somebody may stand in for {n} days at most.", n=LONGEST.days)
        )
    operations.lock_people([absent.pk, substitute.pk])
    _check_people(absent, substitute, by=by)
    _check_place(substitute, unit, begins=begins, at=at)
    _check_circle(absent, substitute, begins, valid_to)
    _check_times(absent, substitute, unit, begins, valid_to)
    for lent in _lent(absent, unit, begins, valid_to):
        operations.check_clashes(substitute, lent)
    row = Substitution.objects.create(
        absent=absent,
        substitute=substitute,
        unit=unit,
        valid_from=begins,
        valid_to=valid_to,
        appointed_by=by,
        appointed_at=at,
    )
    fact = SubstituteAppointed(
        row.pk, absent.pk, substitute.pk, unit.pk, row.valid_from.isoformat(), row.valid_to.isoformat()
    )
    events.publish(fact, agency_id=unit.agency_id, by=by, at=at)
    operations.tell_accounts(substitute, by=by, at=at, always=False)
    return row


@transaction.atomic
def end_substitution(substitution: Substitution, *, by: User | None, at: datetime) -> Substitution:
    """The colleague is back, or cannot stand in after all: what was lent ends now. Twice is once."""
    row = Substitution.objects.select_for_update().select_related("unit", "substitute").get(pk=substitution.pk)
    if row.valid_to <= max(at, row.valid_from):
        return row
    row.valid_to, row.ended_by = max(at, row.valid_from), by
    row.save(update_fields=["valid_to", "ended_by"])
    fact = SubstitutionEnded(row.pk, row.absent_id, row.substitute_id, row.unit_id)
    events.publish(fact, agency_id=row.unit.agency_id, by=by, at=at)
    operations.tell_accounts(row.substitute, by=by, at=at, always=False)
    return row


def _check_people(absent: User, substitute: User, *, by: User | None) -> None:
    if absent.pk == substitute.pk:
        raise CannotStandIn(t("اختر زميلاً غير الغائب نفسه.", "Choose a colleague other than the absent person."))
    if by is not None and by.pk == substitute.pk:
        raise CannotStandIn(
            t("لا يعيّن أحد نفسه نائباً. اطلب ذلك من مشرف آخر.", "Nobody appoints themselves. Ask another supervisor.")
        )
    if not substitute.is_active:
        raise CannotStandIn(t("حساب هذا الموظف موقوف.", "The account of this person is not active."))


def _check_place(substitute: User, unit: Unit, *, begins: datetime, at: datetime) -> None:
    here = any(
        held.agency_id == unit.agency_id and held.for_id is None and (held.is_valid(at) or held.is_valid(begins))
        for held in queries.held_by([substitute.pk])[substitute.pk]
    )
    if not here:
        raise CannotStandIn(t("اختر زميلاً من الجهة نفسها.", "Choose a colleague of the same agency."))


def _check_times(absent: User, substitute: User, unit: Unit, begins: datetime, ends: datetime) -> None:
    if not _lent(absent, unit, begins, ends):
        raise CannotStandIn(
            t("ليس للغائب دور في هذه الوحدة خلال هذه المدة.", "The absent person has no role in this unit then.")
        )
    for other in Substitution.objects.filter(absent=absent, unit=unit).select_related("substitute"):
        if overlap(other.valid_from, other.valid_to, begins, ends):
            raise CannotStandIn(
                t(
                    "ينوب عنه {name} في هذه المدة. أنهِ تلك النيابة أولاً.",
                    "{name} stands in during that time already. End that first.",
                    name=other.substitute.name,
                )
            )
    for own in Substitution.objects.filter(absent=substitute):
        if overlap(own.valid_from, own.valid_to, begins, ends):
            raise CannotStandIn(
                t(
                    "{name} غائب أيضاً في هذه المدة، ولا تنتقل النيابة من شخص إلى آخر.",
                    "{name} is away then too, and standing in is never passed on.",
                    name=substitute.name,
                )
            )


def _check_circle(absent: User, substitute: User, begins: datetime, ends: datetime) -> None:
    """Raises CannotStandIn when, at some moment, everybody in a row stands in for the next and the last for the first.

    Where they stand in does not matter: somebody who is away is away from all units.
    """
    names = [absent.name, substitute.name]
    rows: list[tuple[User, list[str], datetime, datetime]] = [(substitute, names, begins, ends)]
    seen = {substitute.pk}
    while rows:
        person, names, first, last = rows.pop()
        for row in Substitution.objects.filter(absent=person).select_related("substitute").order_by("pk"):
            times = overlap(row.valid_from, row.valid_to, first, last)
            if times is None:
                continue
            if row.substitute_id == absent.pk:
                raise CannotStandIn(_circle([*names, absent.name]))
            if row.substitute_id not in seen:
                seen.add(row.substitute_id)
                rows.append((row.substitute, [*names, row.substitute.name], times[0], times[1] or last))


def _circle(names: list[str]) -> str:
    arrow = say(" ثم ", ", then ")
    return say(
        "تدور النيابة في حلقة خلال هذه المدة: {names}. كلٌّ منهم غائب ينوب عنه الآخر، فلا يبقى من يعمل. اختر غيره.",
        "Standing in would run in a circle then: {names}. Each is away and replaced by the next, so nobody is left. "
        "Choose somebody else.",
        names=arrow.join(names),
    )


def _lent(absent: User, unit: Unit, begins: datetime, ends: datetime) -> list[Held]:
    """The absent person's own roles in the unit, cut to the time."""
    return [
        Held(held.role, unit.pk, unit.agency_id, *times, for_id=absent.pk)
        for held in queries.held_by([absent.pk])[absent.pk]
        if held.for_id is None
        and held.unit_id == unit.pk
        and (times := overlap(held.valid_from, held.valid_to, begins, ends))
    ]
