"""Which list a person asked for, and what stands in it: from the address through the grammar to the cases they may see.

Page, live rows, counts, paper, sheet and acts on many all come through here, so they always speak of the same list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone

from wasl.accounts.models import User
from wasl.cases import queries as cases
from wasl.cases.models import Case, covered_by
from wasl.catalogue import queries as catalogue
from wasl.contacts import queries as contacts
from wasl.contacts.identity import could_be_identity
from wasl.contacts.phones import BadPhone, parse_phone
from wasl.core import references
from wasl.desk import columns, narrowing, queries, tabs
from wasl.desk.models import ListHabits, SavedView
from wasl.desk.narrowing import Narrowing
from wasl.directory import queries as directory
from wasl.directory.models import Agency, Unit
from wasl.directory.rights import Right
from wasl.directory.scopes import Scope
from wasl.places import queries as places


@dataclass
class Person:
    """Who looks at lists, and what is worked out about them once for a request."""

    user: User
    at: datetime

    @cached_property
    def agencies(self) -> list[Agency]:
        return directory.agencies_of(self.user, self.at)

    @cached_property
    def own_units(self) -> frozenset[int]:
        return directory.own_units(self.user, self.at)

    @cached_property
    def visible(self) -> QuerySet[Case]:
        """The cases the person may read. Whatever a list says, it is taken from these."""
        return cases.visible_to(self.user, at=self.at)

    @cached_property
    def contact(self) -> list[Scope]:
        """Where names and numbers of beneficiaries may be looked for; nowhere where a code is due again."""
        if directory.asks_second_factor_again(self.user, Right.READ_CONTACT, self.at):
            return []
        return directory.scopes_of(self.user, Right.READ_CONTACT, self.at)

    @cached_property
    def roles(self) -> list[str]:
        """The codes of the roles that let the person read cases, oldest first."""
        return [held.role for held, _ in directory.cells_of(self.user, Right.READ_CASE, self.at)]

    @cached_property
    def habits(self) -> ListHabits:
        return queries.habits_of(self.user)

    @cached_property
    def saved(self) -> list[SavedView]:
        return queries.views_of(self.user, at=self.at, agency_ids=[agency.pk for agency in self.agencies])

    @cached_property
    def midnight(self) -> datetime:
        """When today began where the person works; the zone of the agency is active in a request."""
        return timezone.localtime(self.at).replace(hour=0, minute=0, second=0, microsecond=0)

    @cached_property
    def units(self) -> list[Unit]:
        """The units of the person's agencies, by code."""
        return [unit for agency in self.agencies for unit in directory.known_units_of(agency, self.at)]

    @cached_property
    def names(self) -> narrowing.Names:
        """What units, services and wilayats are called, by number as it stands in an address."""
        services = [service for agency in self.agencies for service in catalogue.named_services(agency, at=self.at)]
        towns = [wilayat for _, wilayats in places.place_tree() for wilayat in wilayats]
        return narrowing.Names(
            {str(unit.pk): str(unit) for unit in self.units},
            {str(service.pk): str(service.name) for service in services},
            {str(wilayat.pk): str(wilayat.name) for wilayat in towns},
        )


@dataclass
class List:
    """One list of one person: a tab or a saved view, with what was narrowed by hand on top."""

    person: Person
    code: str
    base: Mapping[str, str]
    given: Mapping[str, str]
    saved: SavedView | None = None
    label: Any = ""

    @cached_property
    def narrowing(self) -> Narrowing:
        """Everything that narrows it; whose cases it shows is always said."""
        usual = {"whose": tabs.usual_whose(self.person.roles)}
        return narrowing.joined(usual, self.base, self.given)

    @property
    def is_changed(self) -> bool:
        """Does it differ from the tab or view as it stands?"""
        own = narrowing.joined({"whose": self.narrowing.whose}, self.base)
        return own != replace(self.narrowing, whose=own.whose)

    @cached_property
    def columns(self) -> list[columns.Column]:
        """What the person chose for this view, else what came with it."""
        return columns.chosen(self.person.habits.columns_of(self.code) or (self.saved.columns if self.saved else []))

    @cached_property
    def _reached(self) -> list[int] | None:
        return _reached_at(self.narrowing.q, self.person)

    @cached_property
    def visible(self) -> QuerySet[Case]:
        """The cases the filters are then asked of."""
        found = self.person.visible
        if self.narrowing.whose == "unit":
            found = found.filter(unit_id__in=self.person.own_units)
        if self._reached is not None:
            found = found.filter(covered_by(self.person.contact), beneficiary_id__in=self._reached)
        return found

    @cached_property
    def filters(self) -> cases.Filters:
        person = self.person
        filters = narrowing.filters_of(self.narrowing, user_id=person.user.pk, at=person.at, midnight=person.midnight)
        words = "" if self._reached is not None else filters.words
        return replace(filters, words=words, names_within=person.contact)

    def query(self, **changes: str | None) -> str:
        """The address of this list with some filters set, or taken back by None."""
        given = {"view": self.code, "whose": self.narrowing.whose} | dict(self.given) | changes
        for name in [name for name, value in given.items() if value is None]:
            given[name] = ""
        # An empty value says something only where the view itself has one.
        return urlencode({name: value for name, value in given.items() if value or self.base.get(name)})

    def with_whose(self, whose: str) -> "List":
        """The same list for other people's cases."""
        return replace(self, given={**self.given, "whose": whose})


def asked(person: Person, query: Mapping[str, str]) -> List:
    """The list an address names; the one the person begins with when it names none that they see."""
    code, alias = query.get("view", ""), {}
    if code in tabs.ALIASES:
        code, whose = tabs.ALIASES[code]
        alias = {"whose": whose}
        if whose == "all" and query.get("q", "").strip() and not query.get("state"):
            # Who looks for words or a number looks among the finished ones too, and the newest are found first.
            alias |= {"state": "any", "order": "newest"}
    elif not code or not _is_known(person, code):
        code = person.habits.pinned
    given = alias | narrowing.read({name: value for name, value in query.items() if name != "whose" or value})
    return _named(person, code, alias | given)


def _is_known(person: Person, code: str) -> bool:
    return code in tabs.TABS or any(view.public_id == code for view in person.saved)


def _named(person: Person, code: str, given: Mapping[str, str]) -> List:
    if code in tabs.TABS or not code:
        tab = tabs.TABS.get(code, tabs.TABS["open"])
        return List(person, tab.code, tab.filters, given, label=tab.label)
    view = next((view for view in person.saved if view.public_id == code), None)
    if view is None:
        return _named(person, "open", given)
    return List(person, view.public_id, narrowing.read(view.filters), given, saved=view, label=view.name)


def of_view(person: Person, view: SavedView) -> List:
    """A saved view as it stands."""
    return List(person, view.public_id, narrowing.read(view.filters), {}, saved=view, label=view.name)


def counts(person: Person, present: List) -> dict[str, dict[str, int]]:
    """How many cases wait behind each tab and saved view, and behind each side of the switch, in one statement."""
    whose = {"whose": present.narrowing.whose}
    behind = {f"view {code}": List(person, code, tab.filters, whose) for code, tab in tabs.TABS.items()}
    behind |= {f"view {view.public_id}": of_view(person, view) for view in person.saved}
    behind |= {f"whose {side}": present.with_whose(side) for side in narrowing.WHOSE}
    found = cases.counts({name: (one.visible, one.filters) for name, one in behind.items()})
    told: dict[str, dict[str, int]] = {"view": {}, "whose": {}}
    for name, number in found.items():
        group, _, code = name.partition(" ")
        told[group][code] = number
    return told


def _reached_at(words: str, person: Person) -> list[int] | None:
    """Who is reached at the number or e-mail somebody typed, or has it as identity number; None when it is none of
    these, or not theirs to ask.
    """
    value = address_in(words)
    is_identity = bool(could_be_identity(words)) and references.parse(words) is None
    if not person.contact or not (value or is_identity):
        return None
    reached = (
        [one.pk for agency in person.agencies for one in contacts.beneficiaries_at(agency, value)] if value else []
    )
    known = [one.pk for agency in person.agencies for one in contacts.beneficiaries_with_identity(agency, words)]
    return reached + known


def address_in(words: str) -> str:
    """The telephone number or e-mail address that the words are; empty for all else."""
    if not words or references.parse(words) is not None:
        return ""
    if "@" in words:
        return words.strip().lower()
    try:
        return parse_phone(words)
    except BadPhone:
        return ""
