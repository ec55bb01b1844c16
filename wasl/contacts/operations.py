"""Finding, making and erasing beneficiaries."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.contacts.emails import parse_email
from wasl.contacts.events import AddressAdded, BeneficiaryErased
from wasl.contacts.matching import Claim, Holding, whom
from wasl.contacts.models import Address, AddressKind, Beneficiary, BeneficiaryKind, PreferredChannel
from wasl.contacts.names import name_key
from wasl.contacts.phones import parse_phone
from wasl.core import events
from wasl.core.text import clean_line
from wasl.directory.models import Agency

LONGEST_NAME = 200


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
    statement for somebody known, three for somebody new. Raises BadPhone, BadEmail.
    """
    claim = Claim(name_key(name), _addresses(phone, email), frozenset(proven))
    person = Beneficiary(
        agency=agency,
        kind=kind,
        gender=gender,
        full_name=clean_line(name)[:LONGEST_NAME],
        name_key=claim.name_key,
        claim_key=_claim_key(claim),
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
def erase(beneficiary: Beneficiary, *, by: User | None, at: datetime) -> Beneficiary:
    """Take name and addresses of somebody away for good; the row stays for what it answers for. Twice is once."""
    row = Beneficiary.objects.select_for_update().get(pk=beneficiary.pk)
    if row.erased_at is not None:
        return row
    Address.objects.filter(beneficiary=row).delete()
    row.full_name = row.name_key = row.gender = ""
    row.claim_key = secrets.token_hex(32)
    row.erased_at = at
    row.save(update_fields=["full_name", "name_key", "gender", "claim_key", "erased_at"])
    events.publish(BeneficiaryErased(row.pk), agency_id=row.agency_id, by=by, at=at)
    return row


def _addresses(phone: str | None, email: str | None) -> dict[str, str]:
    given: dict[str, str] = {}
    if phone:
        given[AddressKind.PHONE.value] = parse_phone(phone)
    if email:
        given[AddressKind.EMAIL.value] = parse_email(email)
    return given


def _holders(agency: Agency, claim: Claim) -> list[Address]:
    if not claim.addresses:
        return []
    rows = Address.objects.filter(
        agency=agency, kind__in=claim.addresses.keys(), value__in=claim.addresses.values()
    ).select_related("beneficiary")
    return list(rows.order_by("id"))


def _holding(address: Address) -> Holding:
    return Holding(address.beneficiary_id, address.beneficiary.name_key, address.kind, address.verified_at is not None)


def _learn(person: Beneficiary, claim: Claim, held: list[Address], *, at: datetime) -> None:
    if not claim.proven & set(claim.addresses):
        return
    unproven = [row.pk for row in held if row.kind in claim.proven and row.verified_at is None]
    if unproven:
        Address.objects.filter(pk__in=unproven, verified_at__isnull=True).update(verified_at=at)
    missing = {kind: value for kind, value in claim.addresses.items() if kind not in {row.kind for row in held}}
    if missing:
        _add(person, missing, claim.proven, at=at)


# No savepoint: nothing here is refused once the claim has been read, and each would cost two statements.
@transaction.atomic(savepoint=False)
def _settle(claimed: Beneficiary, claim: Claim, *, at: datetime) -> Beneficiary:
    holders = _holders(claimed.agency, claim)
    known = whom(claim, [_holding(address) for address in holders])
    if known is None:
        return _make(claimed, claim, at=at)
    held = [address for address in holders if address.beneficiary_id == known]
    _learn(held[0].beneficiary, claim, held, at=at)
    return held[0].beneficiary


def _make(person: Beneficiary, claim: Claim, *, at: datetime) -> Beneficiary:
    # The unique claim decides between processes: who comes second is handed the row of the first.
    [made] = Beneficiary.objects.bulk_create(
        [person], update_conflicts=True, unique_fields=["agency", "claim_key"], update_fields=["claim_key"]
    )
    if claim.addresses:
        _add(made, claim.addresses, claim.proven, at=at)
    return made


def _add(person: Beneficiary, addresses: Mapping[str, str], proven: frozenset[str], *, at: datetime) -> None:
    rows = [
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
    Address.objects.bulk_create(rows, ignore_conflicts=True)


def _claim_key(claim: Claim) -> str:
    """One digest for one claim. A proven e-mail alone is its owner; a claim without any address meets nobody."""
    if not claim.addresses:
        return secrets.token_hex(32)
    proven_email = claim.addresses.get(AddressKind.EMAIL.value) if AddressKind.EMAIL.value in claim.proven else None
    parts = ["proven", proven_email] if proven_email else [claim.name_key, *_sorted(claim.addresses)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _sorted(addresses: Mapping[str, str]) -> list[str]:
    return [f"{kind}:{addresses[kind]}" for kind in sorted(addresses)]
