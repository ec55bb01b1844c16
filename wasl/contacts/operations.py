"""Finding, making and erasing beneficiaries."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import transaction

from wasl.accounts.models import User
from wasl.contacts import identity
from wasl.contacts.emails import parse_email
from wasl.contacts.events import (
    AddressAdded,
    BeneficiaryCorrected,
    BeneficiaryErased,
    IdentityRecorded,
    IdentityRevealed,
)
from wasl.contacts.matching import Claim, Holding, claim_key, read_claim, whom
from wasl.contacts.models import (
    Address,
    AddressKind,
    Beneficiary,
    BeneficiaryKind,
    CorrectedField,
    Correction,
    Gender,
    IdentityReading,
    PreferredChannel,
)
from wasl.contacts.names import name_key
from wasl.contacts.phones import parse_phone
from wasl.core import events, keys, sets
from wasl.core.i18n import t
from wasl.core.text import clean_line
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.directory.rights import Right

LONGEST_NAME = 200
LONGEST_REASON = 300
SHORTEST_REASON = 5
# For which use of the key ring the digests of identity numbers are made.
IDENTITY = "identity"
IDENTITY_FIELDS = ("identity_country", "identity_sealed", "identity_digest", "identity_last")


class NotAllowed(PermissionError):
    """The person has no right to it here."""


class CodeDue(PermissionError):
    """The table asks for the second factor again."""


class ReasonMissing(ValueError):
    """Nothing is shown without a reason; the message says so."""


def find_or_make(
    agency: Agency,
    *,
    name: str,
    phone: str | None = None,
    email: str | None = None,
    language: str = "ar",
    preferred_channel: str = PreferredChannel.SMS,
    kind: str = BeneficiaryKind.CITIZEN,
    gender: str = "",
    proven: Collection[str] = (),
    at: datetime,
) -> Beneficiary:
    """The beneficiary a claim is about, made if nobody known fits; `proven` names the kinds of address the door proved.

    The rules are those of `matching`. What is stored of a known person is never overwritten here; a proven address is
    marked so, and its owner's claim may add further addresses. Two processes with one claim make one person. Costs one
    statement for somebody known, two for somebody new. Raises BadPhone, BadEmail.
    """
    claim = read_claim(name, phone, email, proven)
    person = Beneficiary(
        agency=agency,
        kind=kind,
        gender=gender,
        full_name=clean_line(name)[:LONGEST_NAME],
        name_key=claim.name_key,
        claim_key=claim_key(claim),
        language=language,
        preferred_channel=preferred_channel or PreferredChannel.SMS,
        created_at=at,
    )
    return _settle(person, claim, at=at)


@transaction.atomic
def add_address(
    beneficiary: Beneficiary, *, kind: str, value: str, verified: bool, by: User | None, at: datetime
) -> Address:
    """Add a way to reach somebody whom a clerk or a proof has identified. Raises BadPhone, BadEmail."""
    address, _ = Address.objects.get_or_create(
        agency_id=beneficiary.agency_id,
        beneficiary=beneficiary,
        kind=AddressKind(kind),
        value=parse_phone(value) if kind == AddressKind.PHONE else parse_email(value),
        defaults={"created_at": at},
    )
    if verified and address.verified_at is None:
        address.verified_at = at
        address.save(update_fields=["verified_at"])
    fact = AddressAdded(beneficiary.pk, address.kind, address.verified_at is not None)
    events.publish(fact, agency_id=beneficiary.agency_id, by=by, at=at)
    return address


@transaction.atomic
def correct(
    beneficiary: Beneficiary, *, field: str, value: str, reason: str, by: User, at: datetime, wrong: str = ""
) -> bool:
    """Put right what is wrong about a person and keep the trail; says whether anything changed.

    `wrong` is the phone or e-mail address that `value` replaces; an empty value takes it away. Raises BadPhone,
    BadEmail, ReasonMissing; ValueError for a person who was erased, or a value outside the choices.
    """
    words = clean_line(reason)[:LONGEST_REASON]
    if len(words) < SHORTEST_REASON:
        raise ReasonMissing(t("اذكر سبب التصحيح؛ يُحفظ مع التغيير.", "Say why it is corrected; the reason is kept."))
    row = Beneficiary.objects.select_for_update().get(pk=beneficiary.pk)
    if row.erased_at is not None:
        raise ValueError(t("حُذفت بيانات هذا المستفيد.", "The data of this beneficiary were erased."))
    put = _put_address if field in AddressKind.values else _put_value
    before, after = put(row, CorrectedField(field), value, wrong, at)
    if before == after:
        return False
    Correction.objects.create(
        agency_id=row.agency_id,
        beneficiary=row,
        field=field,
        before_sealed=keys.seal(before) if before else "",
        after_sealed=keys.seal(after) if after else "",
        reason=words,
        by=by,
        at=at,
    )
    events.publish(BeneficiaryCorrected(row.pk, field), agency_id=row.agency_id, by=by, at=at)
    return True


def _put_value(row: Beneficiary, field: CorrectedField, value: str, wrong: str, at: datetime) -> tuple[str, str]:
    name = "full_name" if field == CorrectedField.NAME else str(field)
    before, after = getattr(row, name), clean_line(value)[:LONGEST_NAME]
    choices = {"kind": BeneficiaryKind.values, "gender": ["", *Gender.values], "language": ["ar", "en"]}
    if after not in choices.get(name, [after]):
        raise ValueError(after)
    setattr(row, name, after)
    row.name_key = name_key(row.full_name)
    row.save(update_fields=[name, "name_key"])
    return before, after


def _put_address(row: Beneficiary, field: CorrectedField, value: str, wrong: str, at: datetime) -> tuple[str, str]:
    parse = parse_phone if field == CorrectedField.PHONE else parse_email
    after = parse(value) if value.strip() else ""
    held = Address.objects.filter(beneficiary=row, kind=field, value=parse(wrong) if wrong else "")
    before = next(iter(held.values_list("value", flat=True)), "")
    if before != after:
        held.delete()
        if after:
            known = {"agency_id": row.agency_id, "created_at": at}
            Address.objects.get_or_create(beneficiary=row, kind=field, value=after, defaults=known)
    return before, after


@transaction.atomic
def erase(beneficiary: Beneficiary, *, by: User | None, at: datetime) -> Beneficiary:
    """Take name and addresses of somebody away for good; the row stays for what it answers for. Twice is once."""
    row = Beneficiary.objects.select_for_update().get(pk=beneficiary.pk)
    if row.erased_at is not None:
        return row
    Address.objects.filter(beneficiary=row).delete()
    row.full_name = row.name_key = row.gender = ""
    row.identity_country = row.identity_sealed = row.identity_digest = row.identity_last = ""
    row.claim_key = secrets.token_hex(32)
    row.erased_at = at
    row.save(update_fields=["full_name", "name_key", "gender", "claim_key", "erased_at", *IDENTITY_FIELDS])
    events.publish(BeneficiaryErased(row.pk), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def set_identity(
    beneficiary: Beneficiary, *, number: str, by: User | None, at: datetime, country: str = ""
) -> Beneficiary:
    """Keep the identity number sealed, with a digest to find it by; an empty number takes it away.

    `country` (ISO 3166) where the number alone does not tell. The same number again changes nothing. Raises
    BadIdentity; ValueError for somebody who was erased.
    """
    row = Beneficiary.objects.select_for_update().get(pk=beneficiary.pk)
    if row.erased_at is not None:
        raise ValueError(t("حُذفت بيانات هذا المستفيد.", "The data of this beneficiary were erased."))
    known = identity.parse_identity(number, country) if number.strip() else None
    if known is not None and keys.matches(known.digits, row.identity_digest, IDENTITY):
        same = row.identity_country == known.country
    else:
        same = known is None and not row.identity_sealed
    if not same:
        row.identity_country = known.country if known else ""
        row.identity_sealed = keys.seal(known.digits) if known else ""
        row.identity_digest = keys.digest(known.digits, IDENTITY) if known else ""
        row.identity_last = known.digits[-identity.SHOWN :] if known else ""
        row.save(update_fields=IDENTITY_FIELDS)
        events.publish(IdentityRecorded(row.pk, row.identity_country), agency_id=row.agency_id, by=by, at=at)
    for name in IDENTITY_FIELDS:
        setattr(beneficiary, name, getattr(row, name))
    return row


@transaction.atomic
def reveal_identity(
    beneficiary: Beneficiary,
    *,
    reason: str,
    by: User,
    at: datetime,
    proved: bool = False,
    case_id: int | None = None,
    unit_id: int | None = None,
    assignee_id: int | None = None,
    people: Iterable[int] = (),
) -> str:
    """The whole identity number, for a reason that is kept with who, when and in which case; empty when none is known.

    `unit_id` and `assignee_id` are those of the case in which it is needed; without a unit only whoever may see it in
    the whole agency. `people`: the only ones whose pages may hear of it, where the case is a closed one. `proved`: the
    second factor was shown again in this session. Raises NotAllowed, CodeDue, ReasonMissing.
    """
    right, agency_id = Right.REVEAL_IDENTITY, beneficiary.agency_id
    if not directory.may(by, right, agency_id=agency_id, unit_id=unit_id, assignee_id=assignee_id, at=at):
        raise NotAllowed
    if directory.asks_second_factor_again(by, right, at) and not proved:
        raise CodeDue
    words = clean_line(reason)[:LONGEST_REASON]
    if len(words) < SHORTEST_REASON:
        raise ReasonMissing(
            t("اكتب لماذا تحتاج إلى الرقم؛ يُحفظ السبب.", "Say why you need the number; the reason is kept.")
        )
    row = Beneficiary.objects.get(pk=beneficiary.pk)
    if not row.identity_sealed:
        return ""
    reading = IdentityReading.objects.create(
        agency_id=row.agency_id, beneficiary=row, case_id=case_id, by=by, reason=words, at=at
    )
    fact = IdentityRevealed(row.pk, reading.pk)
    events.publish(fact, agency_id=row.agency_id, case_id=case_id, units=[unit_id], by=by, at=at, people=people)
    return keys.unseal(row.identity_sealed)


@dataclass(frozen=True)
class _Held:
    """An address that equals one of the claim's, and whose it is."""

    number: int
    kind: str
    verified: bool
    person: Beneficiary

    @property
    def holding(self) -> Holding:
        return Holding(self.person.pk, self.person.name_key, self.kind, self.verified)


@cache
def _holding() -> str:
    return f"""
        SELECT a.id, a.kind, a.verified_at IS NOT NULL, {sets.columns(Beneficiary, "b")}
        FROM unnest(%s::text[], %s::text[]) AS asked(kind, value)
        CROSS JOIN LATERAL (
            SELECT id, kind, verified_at, beneficiary_id FROM contacts_address
            WHERE agency_id = %s::bigint AND kind = asked.kind AND value = asked.value OFFSET 0
        ) AS a
        JOIN contacts_beneficiary b ON b.id = a.beneficiary_id ORDER BY a.id
    """  # noqa: S608 (names of our own columns)


def _holders(agency_id: int, claim: Claim) -> list[_Held]:
    if not claim.addresses:
        return []
    rows = sets.run(_holding(), [[*claim.addresses.keys()], [*claim.addresses.values()], str(agency_id)])
    return [_Held(number, kind, verified, sets.made(Beneficiary, person)) for number, kind, verified, *person in rows]


def _learn(person: Beneficiary, claim: Claim, held: list[_Held], *, at: datetime) -> None:
    if not claim.proven & set(claim.addresses):
        return
    unproven = [row.number for row in held if row.kind in claim.proven and not row.verified]
    if unproven:
        Address.objects.filter(pk__in=unproven, verified_at__isnull=True).update(verified_at=at)
    missing = {kind: value for kind, value in claim.addresses.items() if kind not in {row.kind for row in held}}
    if missing:
        _add(person, missing, claim.proven, at=at)


# No savepoint: nothing here is refused once the claim has been read, and each would cost two statements.
@transaction.atomic(savepoint=False)
def _settle(claimed: Beneficiary, claim: Claim, *, at: datetime) -> Beneficiary:
    holders = _holders(claimed.agency_id, claim)
    known = whom(claim, [address.holding for address in holders])
    if known is None:
        return _make(claimed, claim, at=at)
    held = [address for address in holders if address.person.pk == known]
    _learn(held[0].person, claim, held, at=at)
    return held[0].person


@cache
def _making() -> str:
    # The unique claim decides between processes: who comes second is handed the row of the first.
    return f"""
        WITH person AS (
            {sets.insert(Beneficiary)}
            ON CONFLICT (agency_id, claim_key) DO UPDATE SET claim_key = excluded.claim_key RETURNING id
        ), addresses AS (
            INSERT INTO contacts_address (agency_id, kind, value, verified_at, created_at, beneficiary_id)
            SELECT agency_id, kind, value, verified_at, created_at, person.id
            FROM person, json_populate_recordset(NULL::contacts_address, %s::json) ON CONFLICT DO NOTHING
        )
        SELECT id FROM person
    """  # noqa: S608 (constants)


def _make(person: Beneficiary, claim: Claim, *, at: datetime) -> Beneficiary:
    addresses = _rows(person, claim.addresses, claim.proven, at=at)
    [(person.pk,)] = sets.run(_making(), [sets.as_json([person]), sets.as_json(addresses)])
    person._state.adding, person._state.db = False, "default"
    return person


def _add(person: Beneficiary, addresses: Mapping[str, str], proven: frozenset[str], *, at: datetime) -> None:
    Address.objects.bulk_create(_rows(person, addresses, proven, at=at), ignore_conflicts=True)


def _rows(person: Beneficiary, addresses: Mapping[str, str], proven: frozenset[str], *, at: datetime) -> list[Address]:
    return [
        Address(
            agency_id=person.agency_id,
            beneficiary=person,
            kind=kind,
            value=value,
            verified_at=at if kind in proven else None,
            created_at=at,
        )
        for kind, value in addresses.items()
    ]
