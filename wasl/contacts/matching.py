"""Who a claim is about: the rules by which a name with a phone or e-mail meets a known person, or nobody.

A claim without proof can be anybody's. It meets a record only when name and *all* its addresses stand there already, so
that it teaches us nothing new about a stranger: who knows a neighbour's name and phone cannot add an e-mail of their
own and read the neighbour's notices. A door that proved an address (an authenticated sender, a one-time code, a clerk
who called back) meets more, in this order:

1. a proven e-mail that the record had proven before, whatever name the mail carries today;
2. a proven address and the same name;
3. all addresses and the same name.

Among several, a record with a proven address comes first, then the oldest.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from wasl.contacts.emails import parse_email
from wasl.contacts.names import name_key
from wasl.contacts.phones import parse_phone


@dataclass(frozen=True)
class Claim:
    """What a door heard: the key of the name, the addresses by kind, and which kinds the door has proved."""

    name_key: str
    addresses: Mapping[str, str]
    proven: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Holding:
    """One address of one known person that equals one of the claim's."""

    person: int
    name_key: str
    kind: str
    verified: bool


def read_claim(name: str, phone: str | None, email: str | None, proven: Collection[str] = ()) -> Claim:
    """The claim of a name with what was written as phone and e-mail. Raises BadPhone, BadEmail."""
    addresses: dict[str, str] = {}
    if phone:
        addresses["phone"] = parse_phone(phone)
    if email:
        addresses["email"] = parse_email(email)
    return Claim(name_key(name), addresses, frozenset(proven))


def claim_key(claim: Claim) -> str:
    """One digest for one claim. A proven e-mail alone is its owner; a claim without any address meets nobody."""
    if not claim.addresses:
        return secrets.token_hex(32)
    proven_email = claim.addresses.get("email") if "email" in claim.proven else None
    given = [f"{kind}:{claim.addresses[kind]}" for kind in sorted(claim.addresses)]
    parts = ["proven", proven_email] if proven_email else [claim.name_key, *given]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def whom(claim: Claim, holdings: Iterable[Holding]) -> int | None:
    """The known person the claim is about, None when it is about somebody new."""
    people: dict[int, list[Holding]] = {}
    for holding in holdings:
        people.setdefault(holding.person, []).append(holding)
    meetings = [
        (order, not any(held.verified for held in holdings), person)
        for person, holdings in people.items()
        if (order := _how(claim, holdings)) is not None
    ]
    return min(meetings)[2] if meetings else None


def _how(claim: Claim, holdings: list[Holding]) -> int | None:
    """Which of the three rules meets, None for none."""
    if any(held.verified and held.kind == "email" and held.kind in claim.proven for held in holdings):
        return 1
    if holdings[0].name_key != claim.name_key:
        return None
    if any(held.kind in claim.proven for held in holdings):
        return 2
    return 3 if {held.kind for held in holdings} == set(claim.addresses) else None
