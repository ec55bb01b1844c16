"""Questions about beneficiaries, always inside one agency."""

import re
from collections.abc import Collection, Iterable

from django.db.models import Q

from wasl.contacts.identity import could_be_identity
from wasl.contacts.models import Address, AddressKind, Beneficiary
from wasl.contacts.names import name_key
from wasl.core import keys
from wasl.core.asked import Asked
from wasl.core.searching import all_begun
from wasl.core.text import clean_line, latin_digits
from wasl.directory.models import Agency

HOME = "968"
LEAST_DIALLED = len("+968") + 4
_NUMBER = re.compile(r"\+?[\d\s().\-/]+")
_ADDRESSES = Asked(lambda beneficiary_id: Address.objects.filter(beneficiary_id=beneficiary_id), int)


def address_for(beneficiary: Beneficiary, kind: str) -> Address | None:
    """Where to reach somebody by this means: a proven address first, else the one known longest; None without any."""
    return best_of(addresses(beneficiary), kind)


def best_of(known: Iterable[Address], kind: str) -> Address | None:
    """The same among addresses in hand."""
    fitting = (address for address in known if address.kind == kind)
    return min(fitting, key=lambda address: (address.verified_at is None, address.pk), default=None)


def addresses(beneficiary: Beneficiary) -> list[Address]:
    """All addresses of somebody, the longest known first. Uses what was prefetched."""
    prefetched = "addresses" in beneficiary.__dict__.get("_prefetched_objects_cache", {})
    found = beneficiary.addresses.all() if prefetched else _ADDRESSES.all(beneficiary.pk)
    return sorted(found, key=lambda address: address.pk)


def beneficiaries_at(agency: Agency, value: str) -> list[Beneficiary]:
    """Everybody of the agency who is reached at this E.164 number or lower-cased e-mail, the longest known first."""
    kind = AddressKind.EMAIL if "@" in value else AddressKind.PHONE
    people = Beneficiary.objects.filter(addresses__agency=agency, addresses__kind=kind, addresses__value=value)
    return list(people.order_by("pk"))


def held_by_nobody_else(agency_id: int, beneficiary_id: int, values: Iterable[str]) -> set[str]:
    """Those of the phones and e-mail addresses that stand with no other person of the agency."""
    wanted = set(values)
    others = Address.objects.filter(agency_id=agency_id, value__in=wanted).exclude(beneficiary_id=beneficiary_id)
    return wanted - set(others.values_list("value", flat=True))


def is_phone_of(beneficiary: Beneficiary, phone: str) -> bool:
    """Whether an E.164 number stands with this very person (for the track page: number and phone)."""
    return Address.objects.filter(beneficiary=beneficiary, kind=AddressKind.PHONE, value=phone).exists()


def find_people(agency: Agency, words: str, *, limit: int = 6) -> list[Beneficiary]:
    """Whom somebody at a telephone or counter may be, by a phone (whole or its beginning), an e-mail or a name.

    Those whose whole number or mail was typed come first; names are met by their folded key, its beginning before its
    middle. Nobody for fewer than three letters or four digits. Erased people are never found.
    """
    words = clean_line(words)
    condition = _by_address(words) or _by_name(words)
    if condition is None:
        return []
    people = Beneficiary.objects.filter(agency=agency, erased_at__isnull=True).prefetch_related("addresses")
    found = list(people.filter(condition[0]).distinct().order_by("pk")[:limit])
    for wider in condition[1:]:
        if len(found) < limit:
            known = [person.pk for person in found]
            found += people.filter(wider).exclude(pk__in=known).distinct().order_by("pk")[: limit - len(found)]
    return found


def _by_address(words: str) -> list[Q] | None:
    if "@" in words:
        address = words.lower()
        return (
            [Q(addresses__kind=AddressKind.EMAIL, addresses__value__startswith=address)] if len(address) > 3 else None
        )
    number = _as_dialled(words)
    if len(number) < LEAST_DIALLED:
        return None
    exactly = Q(addresses__kind=AddressKind.PHONE, addresses__value=number)
    # Two ends, so that the index answers; a "LIKE" alone would not use it under every collation.
    ends = {"addresses__value__gt": number, "addresses__value__lte": number + "9" * 12}
    return [exactly, Q(addresses__kind=AddressKind.PHONE, addresses__value__startswith=number, **ends)]


def _as_dialled(words: str) -> str:
    """The beginning of an E.164 number as far as it was typed; empty for what is no number."""
    written = latin_digits(words)
    if not _NUMBER.fullmatch(written):
        return ""
    digits = re.sub(r"\D", "", written)
    if written.startswith("+") or digits.startswith("00"):
        return f"+{digits.removeprefix('00')}"
    return f"+{HOME}{digits.removeprefix(HOME) if len(digits) > 8 else digits}"


def _by_name(words: str) -> list[Q] | None:
    key = name_key(words)
    if len(key) < 3:
        return None
    within = Q()
    for part in key.split():
        within &= Q(name_key__contains=part)
    return [Q(name_key__startswith=key), within]


def beneficiary(number: int, *, agency: Agency) -> Beneficiary | None:
    """The person of an inner number in an agency; None also for somebody erased."""
    people = Beneficiary.objects.filter(agency=agency, erased_at__isnull=True).prefetch_related("addresses")
    return people.filter(pk=number).first()


def beneficiaries_with_identity(agency: Agency, text: str) -> list[Beneficiary]:
    """Everybody of the agency with this whole identity number, however it was typed; nobody for a part of one."""
    digits = could_be_identity(text)
    if not digits:
        return []
    people = Beneficiary.objects.filter(agency=agency, identity_digest__in=keys.digests(digits, "identity"))
    return list(people.order_by("pk"))


def numbers_named(key: str, *, most: int) -> list[int]:
    """The numbers of people whose name has words that begin as those of this key do, so many at most, of any agency.

    Only to narrow what is then asked within one agency: whoever asks must not tell of others.
    """
    found = Beneficiary.objects.filter(all_begun(key.split(), "name_key"))
    return list(found.values_list("pk", flat=True)[:most])


def known_as(people: Collection[int]) -> set[int]:
    """All numbers under which these beneficiaries are known: those who share an address with one, and themselves."""
    if not people:
        return set()
    values = Address.objects.filter(beneficiary_id__in=people).order_by().values("agency_id", "value")
    shared = Address.objects.filter(agency_id__in=values.values("agency_id"), value__in=values.values("value"))
    return {*people, *shared.order_by().values_list("beneficiary_id", flat=True)}
