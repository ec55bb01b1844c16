"""Questions about accounts."""

from collections.abc import Iterable

from wasl.accounts.addresses import same_address
from wasl.accounts.models import User


def people_by_address(addresses: Iterable[str]) -> dict[str, User]:
    """The accounts of these addresses, by address; unknown ones are left out."""
    wanted = {same_address(address) for address in addresses}
    return {person.email: person for person in User.objects.filter(email__in=wanted)}


def person_by_address(address: str) -> User | None:
    """The account that signs in with this address, however it is typed."""
    return User.objects.filter(email=same_address(address)).first()
