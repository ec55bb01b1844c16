"""Questions about beneficiaries, always inside one agency."""

from wasl.contacts.models import Address, AddressKind, Beneficiary
from wasl.directory.models import Agency


def address_for(beneficiary: Beneficiary, kind: str) -> Address | None:
    """Where to reach somebody by this means: a proven address first, else the one known longest; None without any."""
    known = [address for address in addresses(beneficiary) if address.kind == kind]
    return min(known, key=lambda address: (address.verified_at is None, address.pk), default=None)


def addresses(beneficiary: Beneficiary) -> list[Address]:
    """All addresses of somebody, the longest known first. Uses what was prefetched."""
    return sorted(beneficiary.addresses.all(), key=lambda address: address.pk)


def beneficiaries_at(agency: Agency, value: str) -> list[Beneficiary]:
    """Everybody of the agency who is reached at this E.164 number or lower-cased e-mail, the longest known first."""
    kind = AddressKind.EMAIL if "@" in value else AddressKind.PHONE
    people = Beneficiary.objects.filter(addresses__agency=agency, addresses__kind=kind, addresses__value=value)
    return list(people.order_by("pk"))


def is_phone_of(beneficiary: Beneficiary, phone: str) -> bool:
    """Whether an E.164 number stands with this very person (for the track page: number and phone)."""
    return Address.objects.filter(beneficiary=beneficiary, kind=AddressKind.PHONE, value=phone).exists()
