"""By which means somebody is told: the wish, what we have, and the nearest in between. A pure table.

A wish for a call is a call, as some people do not read. A wish for a text message is e-mail where we have an address,
as it is the nearest written word while no text messages can be sent; a call otherwise.
"""

from dataclasses import dataclass

EMAIL, CALL = "email", "call"
_ORDER = {"call": (CALL, EMAIL), "email": (EMAIL, CALL), "sms": (EMAIL, CALL)}


@dataclass(frozen=True)
class Addresses:
    """How a person can be reached; empty where unknown."""

    email: str = ""
    phone: str = ""


def choose(wished: str, addresses: Addresses, *, can_mail: bool) -> str:
    """ "email", "call", or empty when there is no way. `can_mail`: has the agency an account to write from?"""
    possible = {EMAIL: bool(addresses.email) and can_mail, CALL: bool(addresses.phone)}
    return next((means for means in _ORDER.get(wished, (EMAIL, CALL)) if possible[means]), "")
