"""By which means somebody is told: the wish, what we have, and the nearest in between. A pure table.

A wish for a call is a call, as some people do not read. A wish for a text message is one where the agency can send them
to this number; else e-mail, as it is the nearest written word, and a call otherwise.
"""

from dataclasses import dataclass

EMAIL, SMS, CALL = "email", "sms", "call"
_ORDER = {"call": (CALL, EMAIL), "email": (EMAIL, SMS, CALL), "sms": (SMS, EMAIL, CALL)}


@dataclass(frozen=True)
class Addresses:
    """How a person can be reached; empty where unknown."""

    email: str = ""
    phone: str = ""


def choose(wished: str, addresses: Addresses, *, can_mail: bool, can_text: bool = False) -> str:
    """ "email", "sms", "call", or empty when there is no way.

    `can_mail`: has the agency an account to write from? `can_text`: may it send text messages to this very number?
    """
    has_phone = bool(addresses.phone)
    possible = {EMAIL: bool(addresses.email) and can_mail, SMS: has_phone and can_text, CALL: has_phone}
    return next((means for means in _ORDER.get(wished, _ORDER[EMAIL]) if possible[means]), "")
