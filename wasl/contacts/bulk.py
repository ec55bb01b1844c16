"""People of imported history, many at once: found or made as `operations.find_or_make` would one after another."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from django.db import IntegrityError, connection, transaction

from wasl.contacts.matching import Claim, Holding, claim_key, read_claim, whom
from wasl.contacts.models import Address, Beneficiary, BeneficiaryKind, PreferredChannel
from wasl.contacts.operations import LONGEST_NAME
from wasl.core.bulk import Sheet, reserve
from wasl.core.text import clean_line
from wasl.directory.models import Agency

# Whoever else makes the same people at the same time has made them by the next look.
MOST_LOOKS = 3
# People not yet written have numbers beyond all others, so that the oldest of several comes first.
_FIRST_NEW = 2**62

_PERSON = (
    "id",
    "agency_id",
    "kind",
    "gender",
    "full_name",
    "name_key",
    "claim_key",
    "language",
    "preferred_channel",
    "created_at",
)
_ADDRESS = ("agency_id", "beneficiary_id", "kind", "value", "verified_at", "created_at")
_HELD = """
SELECT a.beneficiary_id, b.name_key, a.kind, a.value, a.verified_at IS NOT NULL
FROM contacts_address a JOIN contacts_beneficiary b ON b.id = a.beneficiary_id
WHERE a.agency_id = %s AND a.value = ANY(%s) ORDER BY a.id
"""
_CLAIMED = "SELECT claim_key, id, name_key FROM contacts_beneficiary WHERE agency_id = %s AND claim_key = ANY(%s)"
_VERIFY = """
UPDATE contacts_address a SET verified_at = p.at
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[]) AS p(person, kind, value, at)
WHERE a.beneficiary_id = p.person AND a.kind = p.kind AND a.value = p.value AND a.verified_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Person:
    """What a row of history says of somebody, read: see `read`."""

    claim: Claim
    full_name: str
    language: str
    preferred_channel: str
    kind: str
    gender: str
    at: datetime


def read(
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
) -> Person:
    """Somebody as a source writes of them; `at` is when they are made, if nobody known fits. No database.

    Raises BadPhone, BadEmail; ValueError for a kind that is none.
    """
    return Person(
        claim=read_claim(name, phone, email, proven),
        full_name=clean_line(name)[:LONGEST_NAME],
        language=language,
        preferred_channel=PreferredChannel(preferred_channel or PreferredChannel.SMS).value,
        kind=BeneficiaryKind(kind).value,
        gender=gender,
        at=at,
    )


def find_or_make(agency: Agency, people: Sequence[Person]) -> list[int]:
    """The numbers of the beneficiaries these are, in their order; who is new is made.

    Each counts on what those before it taught, as if `operations.find_or_make` were called one after another.
    """
    for look in range(MOST_LOOKS):
        try:
            with transaction.atomic():
                return _Meeting(agency, people).settle()
        except IntegrityError:
            if look == MOST_LOOKS - 1:
                raise
    raise AssertionError  # pragma: no cover - the loop returns or raises


class _Meeting:
    """The people of one batch among those known already."""

    def __init__(self, agency: Agency, people: Sequence[Person]) -> None:
        self.agency_id, self.people = agency.pk, people
        self.keys = [claim_key(person.claim) for person in people]
        claimed = _claimed(agency.pk, self.keys)
        self.by_key = {key: number for key, number, _ in claimed}
        self.names = {number: name for _, number, name in claimed}
        # Who holds an address: (kind, value) -> person -> what stands there.
        self.held: dict[tuple[str, str], dict[int, Holding]] = {}
        values = {value for person in people for value in person.claim.addresses.values()}
        for holding, value in _holdings(agency.pk, values):
            self.held.setdefault((holding.kind, value), {})[holding.person] = holding
            self.names[holding.person] = holding.name_key
        self.fresh = count(_FIRST_NEW)
        self.made: list[tuple[int, Person, str]] = []
        self.added: dict[tuple[int, str, str], tuple[datetime | None, datetime]] = {}
        self.proved: dict[tuple[int, str, str], datetime] = {}

    def settle(self) -> list[int]:
        """Find or make all of them and write what is new."""
        found = [self._settle(person, key) for person, key in zip(self.people, self.keys, strict=True)]
        numbers = {}
        if self.made:
            written = reserve(Beneficiary, len(self.made))
            numbers = {fresh: number for (fresh, _, _), number in zip(self.made, written, strict=True)}
        self._write(numbers)
        return [numbers.get(number, number) for number in found]

    def _settle(self, person: Person, key: str) -> int:
        claim = person.claim
        holdings = [one for each in claim.addresses.items() for one in self.held.get(each, {}).values()]
        known = whom(claim, holdings) if holdings else None
        if known is None:
            return self._make(person, key)
        if claim.proven & set(claim.addresses):
            self._learn(known, person)
        return known

    def _make(self, person: Person, key: str) -> int:
        number = self.by_key.get(key)
        if number is None:
            number = self.by_key[key] = next(self.fresh)
            self.names[number] = person.claim.name_key
            self.made.append((number, person, key))
        for kind, value in person.claim.addresses.items():
            self._add(number, kind, value, person)
        return number

    def _learn(self, number: int, person: Person) -> None:
        claim = person.claim
        held = {kind for kind, value in claim.addresses.items() if number in self.held.get((kind, value), {})}
        for kind, value in claim.addresses.items():
            if kind not in held:
                self._add(number, kind, value, person)
            elif kind in claim.proven:
                self._prove(number, kind, value, person.at)

    def _add(self, number: int, kind: str, value: str, person: Person) -> None:
        holders = self.held.setdefault((kind, value), {})
        if number not in holders:
            proven = kind in person.claim.proven
            holders[number] = Holding(number, self.names[number], kind, proven)
            self.added[number, kind, value] = (person.at if proven else None, person.at)

    def _prove(self, number: int, kind: str, value: str, at: datetime) -> None:
        holding = self.held[kind, value][number]
        if holding.verified:
            return
        self.held[kind, value][number] = Holding(number, holding.name_key, kind, True)
        if (added := self.added.get((number, kind, value))) is not None:
            self.added[number, kind, value] = (at, added[1])
        else:
            self.proved[number, kind, value] = at

    def _write(self, numbers: dict[int, int]) -> None:
        people, addresses = Sheet(Beneficiary, _PERSON), Sheet(Address, _ADDRESS)
        for fresh, one, key in self.made:
            people.add(
                numbers[fresh],
                self.agency_id,
                one.kind,
                one.gender,
                one.full_name,
                one.claim.name_key,
                key,
                one.language,
                one.preferred_channel,
                one.at,
            )
        for (number, kind, value), (verified_at, created_at) in self.added.items():
            addresses.add(self.agency_id, numbers.get(number, number), kind, value, verified_at, created_at)
        people.write()
        addresses.write()
        if self.proved:
            people_ids, kinds, values = zip(*self.proved, strict=True)
            with connection.cursor() as cursor:
                cursor.execute(_VERIFY, [list(people_ids), list(kinds), list(values), list(self.proved.values())])


def _holdings(agency_id: int, values: Iterable[str]) -> list[tuple[Holding, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [agency_id, list(values)])
        return [
            (Holding(person, name, kind, verified), value) for person, name, kind, value, verified in cursor.fetchall()
        ]


def _claimed(agency_id: int, keys: list[str]) -> list[tuple[str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMED, [agency_id, keys])
        return list(cursor.fetchall())
