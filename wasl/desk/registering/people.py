"""Who may be calling: known people offered while a number or a name is typed, without giving their numbers away.

A person is named in the form by a token signed for the clerk who found them, so nobody walks through numbers of rows.
"""

from dataclasses import dataclass

from django.core import signing

from wasl.cases import queries as cases
from wasl.contacts import queries as contacts
from wasl.contacts.models import AddressKind, Beneficiary
from wasl.core import limits
from wasl.core.text import clean_line
from wasl.desk.registering.presets import Desk

_SALT = "desk-found-person"
# A day's chosen person comes back with the draft.
_TOKEN_SECONDS = 24 * 3600
MOST = 6
# A telephone agent types a few letters for each of ten calls in ten minutes; a harvest of names types thousands.
SEARCHES, SEARCH_SECONDS = 600, 10 * 60


@dataclass(frozen=True)
class Found:
    """One known person as offered: enough to ask "is that you?", not enough to call them."""

    token: str
    person: Beneficiary
    phone: str
    open_cases: int


def find(words: str, desk: Desk) -> list[Found]:
    """The people somebody may mean; nobody once this clerk has searched more than the work needs."""
    words = clean_line(words)
    if not words or not limits.allow(f"desk:find:{desk.user.pk}", SEARCHES, SEARCH_SECONDS):
        return []
    identified = contacts.beneficiaries_with_identity(desk.agency, words)
    known = {person.pk: person for person in (*identified, *contacts.find_people(desk.agency, words, limit=MOST))}
    people = list(known.values())[:MOST]
    counts = cases.open_counts([person.pk for person in people], agency=desk.agency) if people else {}
    return [Found(token_of(person, desk), person, phone_of(person), counts.get(person.pk, 0)) for person in people]


def token_of(person: Beneficiary, desk: Desk) -> str:
    """The name of a person in this clerk's form."""
    return signing.dumps([desk.agency.pk, desk.user.pk, person.pk], salt=_SALT)


def person_of(token: str, desk: Desk) -> Beneficiary | None:
    """The person a form names; nobody for a foreign, old or broken token, or somebody erased meanwhile."""
    try:
        agency_id, user_id, number = signing.loads(token, salt=_SALT, max_age=_TOKEN_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if (agency_id, user_id) != (desk.agency.pk, desk.user.pk):
        return None
    return contacts.beneficiary(number, agency=desk.agency)


def phone_of(person: Beneficiary) -> str:
    """The phone known longest, for pages to show it masked; empty without one."""
    phones = [one.value for one in contacts.addresses(person) if one.kind == AddressKind.PHONE]
    return phones[0] if phones else ""
