"""Delegating powers: a colleague decides certain things in one's name for a time, within limits, revocable at once.

Only what is one's own by a role can be given, so nothing is ever passed on; what the grantor loses, the delegate loses
at the same moment. One grants in one's own name only; the doors ask for nothing more. A limit by amount there is not:
no act of the house bears an amount.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from wasl.accounts.models import User
from wasl.core import events
from wasl.core.i18n import say, t
from wasl.core.text import clean_line
from wasl.directory import operations, queries
from wasl.directory.events import DelegationRevoked, PowersDelegated
from wasl.directory.models import Agency, Delegation, Unit
from wasl.directory.rights import Reach, Right, Role, clashes, grant, why_exclusive
from wasl.directory.scopes import Held, below, overlap

# What may be decided in another's name; everything else needs the role itself.
POWERS = (Right.APPROVE_PENDING, Right.SET_IMPORTANCE, Right.REJECT, Right.CLOSE, Right.DECIDE_OWNER)
LONGEST = timedelta(days=366)
# How far up it holds, in words. The classes are named by routing, which stands above this room.
CLASS_LIMITS = {
    "P1": ("كل الدرجات، والحرجة منها", "Every class, the critical ones too"),
    "P2": ("العاجلة وما دونها", "Urgent and below"),
    "P3": ("العادية وما دونها", "Normal and below"),
    "P4": ("المنخفضة وحدها", "Low only"),
}
# They see no case, or change nothing: no delegation makes them.
NEVER = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
# Whoever asks for the first does not say yes to it by delegation.
ASKED_BY = {Right.APPROVE_PENDING: Right.HOLD}


class CannotDelegate(ValueError):
    """This cannot be delegated so; the message says why."""


def own_powers(person: User, at: datetime) -> list[Right]:
    """What the person holds by a role of their own and may delegate."""
    return [power for power in POWERS if _own_grounds(person, power, at)]


@transaction.atomic
def delegate(
    grantor: User,
    *,
    to: User,
    agency: Agency,
    unit: Unit | None,
    powers: Collection[str],
    gravest: str,
    reason: str,
    valid_from: datetime,
    valid_to: datetime,
    at: datetime,
) -> Delegation:
    """Let `to` use these powers in the grantor's name, in the unit and below (None: as far as the grantor reaches), for
    cases of the class `gravest` and slighter ones. Raises CannotDelegate, BadPeriod.
    """
    begins = _period(valid_from, valid_to, at=at)
    operations.lock_people([grantor.pk, to.pk])
    chosen = _powers(powers)
    words = clean_line(reason)[:300]
    if not words:
        raise CannotDelegate(t("اكتب سبب التفويض.", "Say why you delegate."))
    if gravest not in queries.CLASSES:
        raise CannotDelegate(t("اختر أعلى درجة يشملها التفويض.", "Choose the gravest class it holds for."))
    _check_people(grantor, to, agency, at=at)
    for power in chosen:
        _check_power(grantor, to, power, agency, unit, at=at)
    _check_sight(to, agency, unit, at=at)
    _check_twice(grantor, to, unit, chosen, begins, valid_to)
    row = Delegation.objects.create(
        agency=agency,
        grantor=grantor,
        delegate=to,
        unit=unit,
        powers=[power.value for power in chosen],
        gravest=gravest,
        reason=words,
        valid_from=begins,
        valid_to=valid_to,
        given_at=at,
    )
    fact = PowersDelegated(
        row.pk,
        grantor.pk,
        to.pk,
        unit.pk if unit else None,
        row.powers,
        gravest,
        begins.isoformat(),
        valid_to.isoformat(),
    )
    events.publish(fact, agency_id=agency.pk, by=grantor, at=at)
    queries.forget(to)
    return row


@transaction.atomic
def revoke(delegation: Delegation, *, by: User, at: datetime) -> Delegation:
    """End it now: the grantor takes it back, or the delegate gives it back. Twice is once. Raises CannotDelegate."""
    row: Delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if by.pk not in {row.grantor_id, row.delegate_id}:
        raise CannotDelegate(t("لا ينهي التفويض إلا طرفاه.", "Only its two people end a delegation."))
    if row.revoked_at is not None or row.valid_to <= at:
        return row
    row.revoked_at, row.revoked_by = at, by
    row.save(update_fields=["revoked_at", "revoked_by"])
    fact = DelegationRevoked(row.pk, row.grantor_id, row.delegate_id)
    events.publish(fact, agency_id=row.agency_id, by=by, at=at)
    queries.forget(by)
    return row


@transaction.atomic
def end(delegation: Delegation, *, reason: str, by: User, at: datetime) -> Delegation:
    """End a delegation between others, as whoever looks after the people of the agency; both hear why. Twice is once.

    Raises CannotDelegate.
    """
    words = clean_line(reason)[:300]
    if not words:
        raise CannotDelegate(t("اكتب سبب الإنهاء؛ يصل إلى الطرفين.", "Say why it ends; both sides hear it."))
    if not queries.may(by, Right.END_DELEGATIONS, agency_id=delegation.agency_id, at=at):
        raise CannotDelegate(t("ليس لك إنهاء تفويض بين آخرين.", "You may not end a delegation between others."))
    row: Delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if row.revoked_at is not None or row.valid_to <= at:
        return row
    row.revoked_at, row.revoked_by, row.end_reason = at, by, words
    row.save(update_fields=["revoked_at", "revoked_by", "end_reason"])
    fact = DelegationRevoked(row.pk, row.grantor_id, row.delegate_id)
    events.publish(fact, agency_id=row.agency_id, by=by, at=at)
    return row


def _period(valid_from: datetime, valid_to: datetime, *, at: datetime) -> datetime:
    if valid_from < at:
        raise operations.BadPeriod(t("لا يبدأ تفويض في الماضي.", "A delegation does not begin in the past."))
    operations.check_period(valid_from, valid_to, at=at)
    if valid_to - valid_from > LONGEST:
        raise operations.BadPeriod(t("أقصى مدة للتفويض سنة.", "A delegation lasts a year at most."))
    return valid_from


def _powers(asked: Collection[str]) -> list[Right]:
    chosen = [power for power in POWERS if power.value in set(asked)]
    if not chosen or len(chosen) != len(set(asked)):
        raise CannotDelegate(t("اختر من الصلاحيات المعروضة.", "Choose among the powers that are offered."))
    return chosen


def _check_people(grantor: User, to: User, agency: Agency, *, at: datetime) -> None:
    if grantor.pk == to.pk:
        raise CannotDelegate(t("لا يفوّض أحد نفسه.", "Nobody delegates to themselves."))
    if not to.is_active:
        raise CannotDelegate(t("حساب هذا الموظف موقوف.", "The account of this person is not active."))
    roles = _own_roles(to, at)
    if not any(held.agency_id == agency.pk for held in roles):
        raise CannotDelegate(t("اختر زميلاً من الجهة نفسها.", "Choose a colleague of the same agency."))
    if barred := sorted({held.role for held in roles} & NEVER):
        raise CannotDelegate(
            t(
                "لا يُفوَّض «{role}»: المدقق لا يغيّر شيئاً، ومدير النظام لا يرى الطلبات.",
                "“{role}” takes no delegation: an auditor changes nothing, an administrator sees no cases.",
                role=Role(barred[0]).label,
            )
        )


def _check_power(grantor: User, to: User, power: Right, agency: Agency, unit: Unit | None, *, at: datetime) -> None:
    grounds = [held for held in _own_grounds(grantor, power, at) if _reaches(held, power, agency, unit)]
    if not grounds:
        raise CannotDelegate(_not_own(grantor, power, at))
    theirs = {held.role for held in _own_roles(to, at)}
    for held in grounds:
        if other := min(clashes(held.role, theirs), default=""):
            raise CannotDelegate(
                t(
                    "لا تجتمع «{power}» مع دوره «{role}»: {why}.",
                    "“{power}” does not go with their role “{role}”: {why}.",
                    power=power.label,
                    role=Role(other).label,
                    why=why_exclusive(held.role, other),
                )
            )
    asks = ASKED_BY.get(power)
    if asks and any(_reaches(held, asks, agency, unit) for held in _own_grounds(to, asks, at)):
        raise CannotDelegate(
            t(
                "زميلك هو من يطلب هذا في هذه الوحدة، ولا يوافق أحد على ما طلبه بنفسه. اختر غيره.",
                "This colleague asks for it in this unit, and nobody says yes to their own asking. Choose another.",
            )
        )


def _not_own(grantor: User, power: Right, at: datetime) -> str:
    if queries.has_right(grantor, power, at):
        return t(
            "«{power}» ليست لك بدورك في هذا النطاق، بل بنيابة أو تفويض أو في وحدة أخرى، ولا يُفوَّض ما فُوّض.",
            "“{power}” is not yours by a role of your own there: what was lent or delegated is never passed on.",
            power=power.label,
        )
    return t("«{power}» ليست من صلاحياتك.", "“{power}” is not one of your rights.", power=power.label)


def _check_sight(to: User, agency: Agency, unit: Unit | None, *, at: datetime) -> None:
    unit_id = unit.pk if unit is not None else None
    if not queries.may(to, Right.READ_CASE, agency_id=agency.pk, unit_id=unit_id, at=at):
        raise CannotDelegate(
            t(
                "لا يقرأ زميلك طلبات هذا النطاق، فلا يقرر فيها. اختر وحدته أو زميلاً آخر.",
                "This colleague cannot read the cases there, so could not decide them. Choose their unit, or another.",
            )
        )


def _check_twice(
    grantor: User, to: User, unit: Unit | None, powers: Collection[Right], begins: datetime, ends: datetime
) -> None:
    where = Q() if unit is None else Q(unit=unit) | Q(unit__isnull=True)
    for other in Delegation.objects.filter(where, grantor=grantor, delegate=to, revoked_at__isnull=True):
        common = [power for power in powers if power.value in other.powers]
        if common and overlap(other.valid_from, other.valid_to, begins, ends):
            raise CannotDelegate(
                t(
                    "فوّضته «{power}» في هذه المدة من قبل. أنهِ ذلك التفويض أولاً.",
                    "You have delegated “{power}” to them for that time already. End that delegation first.",
                    power=common[0].label,
                )
            )


def _own_roles(person: User, at: datetime) -> list[Held]:
    roles = queries.held_by([person.pk])[person.pk]
    return [held for held in roles if held.for_id is None and held.is_valid(at)]


def _own_grounds(person: User, power: Right, at: datetime) -> list[Held]:
    found = [(held, grant(held.role, power)) for held in _own_roles(person, at)]
    return [held for held, cell in found if cell is not None and cell.reach is not Reach.OWN]


def _reaches(held: Held, power: Right, agency: Agency, unit: Unit | None) -> bool:
    """Does the role give the power in the unit? Without a unit, wherever it gives it."""
    cell = grant(held.role, power)
    if held.agency_id != agency.pk or cell is None:
        return False
    if unit is None or cell.reach is Reach.AGENCY:
        return True
    parts: dict[int, list[int]] = {}
    for one in queries.known_units(agency.pk).values():
        if one.parent_id is not None:
            parts.setdefault(one.parent_id, []).append(one.pk)
    return unit.pk in below(held.unit_id, parts)


def classes_of(classes: Collection[str] | None) -> str:
    """How far up a delegation of these classes reaches, in words; None: every class."""
    return say(*CLASS_LIMITS[min(classes) if classes else queries.GRAVEST_OF_ALL])


def sentence_of(delegation: Delegation) -> str:
    """Its limits in words: the classes, and the unit."""
    where = (
        str(delegation.unit)
        if delegation.unit is not None
        else say("حيث تصل صلاحية المفوِّض", "wherever the grantor reaches")
    )
    classes = say(*CLASS_LIMITS[delegation.gravest])
    return say("{classes}، {where}", "{classes}, {where}", classes=classes, where=where)
