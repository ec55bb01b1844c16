"""Conflicts of interest: what members of the staff are to people the house serves, and where that meets somebody.

Somebody is told by a phone, an e-mail or an identity number: those of the account itself, what its owner declared as
their own, and those of declared relatives. A name alone says nothing. A declaration holds wherever its person works; it
is read by the agency that keeps it. All declarations stand in memory (numbers of cards as digests only).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from wasl.accounts.models import User
from wasl.contacts import identity
from wasl.contacts.emails import parse_email
from wasl.contacts.events import RelationDeclared, RelationEnded
from wasl.contacts.models import Address, Beneficiary, Relation, RelationKind
from wasl.contacts.operations import IDENTITY, LONGEST_NAME, LONGEST_REASON, SHORTEST_REASON
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core import edition, events, keys
from wasl.core.i18n import t
from wasl.core.text import clean_line
from wasl.directory.models import Agency
from wasl.directory.scopes import Scope

MOST = 40
_REMEMBERED = "_wasl_people_tied"


class CannotDeclare(ValueError):
    """This cannot be declared or ended so; the message says why."""


@dataclass(frozen=True)
class Tie:
    """What one declaration is told by, and when it holds."""

    values: frozenset[str]
    valid_from: datetime
    valid_to: datetime | None

    def is_valid(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


# --- declaring


@transaction.atomic
def declare(
    user: User,
    *,
    agency: Agency,
    kind: str,
    by: User,
    at: datetime,
    name: str = "",
    phone: str = "",
    email: str = "",
    number: str = "",
    reason: str = "",
) -> Relation:
    """Say that somebody reached so, or with this identity number, is the person (kind "self") or close to them.

    For another person than `by` with the reason. Raises CannotDeclare, BadPhone, BadEmail, BadIdentity.
    """
    User.objects.select_for_update().get(pk=user.pk)
    known = identity.parse_identity(number) if number.strip() else None
    row = Relation(
        agency=agency,
        user=user,
        kind=_kind(kind),
        name=clean_line(name)[:LONGEST_NAME],
        phone=parse_phone(phone) if phone.strip() else "",
        email=parse_email(email) if email.strip() else "",
        identity_country=known.country if known else "",
        identity_sealed=keys.seal(known.digits) if known else "",
        identity_last=known.digits[-identity.SHOWN :] if known else "",
        reason=clean_line(reason)[:LONGEST_REASON],
        declared_by=by,
        valid_from=at,
    )
    _check(row, known.digits if known else "", at)
    row.save()
    fact = RelationDeclared(row.pk, user.pk, row.kind)
    events.publish(fact, agency_id=agency.pk, by=by, at=at)
    return row


@transaction.atomic
def end(relation: Relation, *, by: User, reason: str, at: datetime) -> Relation:
    """Let a declaration hold no longer, with the reason; the row stays. Twice is once. Raises CannotDeclare."""
    row: Relation = Relation.objects.select_for_update().get(pk=relation.pk)
    if row.valid_to is not None:
        return row
    if by.pk == row.user_id != row.declared_by_id:
        raise CannotDeclare(
            t(
                "صرّح بهذا غيرك، فلا ينهيه إلا من يدير فريقك أو مدير النظام.",
                "Somebody else declared this: only whoever leads your team or an administrator ends it.",
            )
        )
    words = clean_line(reason)[:LONGEST_REASON]
    if len(words) < SHORTEST_REASON:
        raise CannotDeclare(t("اكتب لماذا لم يعد التصريح قائماً.", "Say why it no longer holds."))
    row.valid_to, row.ended_by, row.end_reason = at, by, words
    row.save(update_fields=["valid_to", "ended_by", "end_reason"])
    events.publish(RelationEnded(row.pk, row.user_id), agency_id=row.agency_id, by=by, at=at)
    return row


def _kind(kind: str) -> str:
    if kind not in RelationKind.values:
        raise CannotDeclare(t("اختر الصلة من القائمة.", "Choose the tie from the list."))
    return kind


def _check(row: Relation, digits: str, at: datetime) -> None:
    if not (row.phone or row.email or digits):
        raise CannotDeclare(
            t(
                "اكتب هاتفاً أو بريداً أو رقم هوية: الاسم وحده لا يُعرف به أحد.",
                "Write a phone, an e-mail or an identity number: nobody is told by a name alone.",
            )
        )
    if row.declared_by_id != row.user_id and len(row.reason) < SHORTEST_REASON:
        raise CannotDeclare(t("اكتب سبب التصريح نيابة عن زميلك.", "Say why you declare this for a colleague."))
    running = Relation.objects.filter(user_id=row.user_id, valid_to__isnull=True)
    if running.count() >= MOST:
        raise CannotDeclare(t("لا يزيد ما يُصرّح به على {n}.", "No more than {n} can be declared.", n=MOST))
    same = running.filter(agency_id=row.agency_id, kind=row.kind, phone=row.phone, email=row.email)
    if any(not digits or digits == _digits(one) for one in same if bool(digits) == bool(one.identity_sealed)):
        raise CannotDeclare(t("هذا مصرّح به من قبل.", "This is declared already."))


def _digits(row: Relation) -> str:
    return keys.unseal(row.identity_sealed) if row.identity_sealed else ""


# --- reading declarations


def of_person(user: User) -> list[Relation]:
    """What stands declared of a person, ended ones too; running ones first, then the newest."""
    rows = Relation.objects.filter(user_id=user.pk).select_related("declared_by", "ended_by", "agency")
    return sorted(rows, key=lambda row: (row.valid_to is not None, -row.valid_from.timestamp(), -row.pk))


def within(scopes: Iterable[Scope], people: Collection[int], *, most: int) -> list[Relation]:
    """Declarations that these scopes reach, the newest first: those of whole agencies, else of these people there."""
    where = Q(pk__in=[])
    for scope in scopes:
        here = Q(agency_id=scope.agency_id)
        where |= here if scope.unit_ids is None else here & Q(user_id__in=people)
    rows = Relation.objects.filter(where).select_related("user", "declared_by", "ended_by", "agency")
    return list(rows.order_by("-valid_from", "-pk")[:most])


# --- where they meet somebody


def ties_of(user: User, at: datetime) -> frozenset[str]:
    """By what a person and their declared relatives are told now: phones, e-mails, digests of identity numbers."""
    own = {user.email.lower(), _phone(user.phone)} - {""}
    declared = (tie.values for tie in _declared().get(user.pk, ()) if tie.is_valid(at))
    return frozenset(own).union(*declared)


def values_of(people: "Collection[int] | QuerySet[Any]") -> frozenset[str]:
    """By what beneficiaries of these numbers are told, in the same words; one statement."""
    addresses = Address.objects.filter(beneficiary_id__in=people).order_by().values_list("value")
    numbers = Beneficiary.objects.filter(pk__in=people).exclude(identity_digest="").values_list("identity_digest")
    return frozenset(value for (value,) in addresses.union(numbers, all=True))


def values_by_person(people: Collection[int]) -> dict[int, frozenset[str]]:
    """The same of each of them; one statement."""
    addresses = Address.objects.filter(beneficiary_id__in=people).order_by().values_list("beneficiary_id", "value")
    numbers = Beneficiary.objects.filter(pk__in=people).exclude(identity_digest="").order_by()
    found: dict[int, set[str]] = {}
    for number, value in addresses.union(numbers.values_list("pk", "identity_digest"), all=True) if people else ():
        found.setdefault(number, set()).add(value)
    return {number: frozenset(values) for number, values in found.items()}


def values_given(*, phone: str = "", email: str = "", number: str = "") -> frozenset[str]:
    """The same of somebody who is not written down yet; nothing is asked of the database."""
    digits = identity.could_be_identity(number) if number else ""
    found = {phone, email.lower(), *(keys.digests(digits, IDENTITY) if digits else ())}
    return frozenset(found - {""})


def people_tied(user: User, agency_ids: Collection[int], at: datetime) -> frozenset[int]:
    """The beneficiaries of these agencies who are the person or a declared relative; nearly always none.

    One statement, asked once for the same ties of the same object: a request has an object of its own.
    """
    ties, agencies = ties_of(user, at), frozenset(agency_ids)
    if not ties or not agencies:
        return frozenset()
    known: Mapping[Any, frozenset[int]] = getattr(user, _REMEMBERED, {})
    if (agencies, ties) not in known:
        reached = Address.objects.filter(agency_id__in=agencies, value__in=ties, kind__in=("phone", "email"))
        carded = Beneficiary.objects.filter(agency_id__in=agencies, identity_digest__in=ties).exclude(
            identity_digest=""
        )
        found = reached.order_by().values_list("beneficiary_id").union(carded.values_list("pk"), all=True)
        setattr(user, _REMEMBERED, {**known, (agencies, ties): frozenset(number for (number,) in found)})
    return getattr(user, _REMEMBERED)[agencies, ties]  # type: ignore[no-any-return]


def _declared() -> dict[int, tuple[Tie, ...]]:
    def read() -> dict[int, tuple[Tie, ...]]:
        found: dict[int, tuple[Tie, ...]] = {}
        for row in Relation.objects.order_by("pk"):
            found[row.user_id] = (*found.get(row.user_id, ()), _tie(row))
        return found

    return edition.kept(("contacts.relations",), read)


def _tie(row: Relation) -> Tie:
    digits = _digits(row)
    # Under every key, as what a beneficiary's row has may be older or newer than the declaration.
    numbers = keys.digests(digits, IDENTITY) if digits else []
    return Tie(frozenset({row.phone, row.email, *numbers} - {""}), row.valid_from, row.valid_to)


@lru_cache(maxsize=4096)
def _phone(text: str) -> str:
    try:
        return parse_phone(text) if text else ""
    except BadPhone:
        return ""
