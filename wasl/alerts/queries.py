"""Questions about alerts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from wasl.accounts.models import User
from wasl.alerts.kinds import AlertKind, Way
from wasl.alerts.models import Alert, Wish
from wasl.calendars import queries as calendars
from wasl.calendars.working_time import NeverOpens
from wasl.directory import queries as directory


def alerts_of(person: Any, *, at: datetime) -> QuerySet[Alert]:
    """What the person was told by agencies that they work for now, the newest first."""
    agencies = [agency.pk for agency in directory.agencies_of(person, at)]
    return Alert.objects.filter(person_id=person.pk, agency_id__in=agencies).order_by("-pk")


def unread_count(person: Any, *, at: datetime) -> int:
    """The number on the bell."""
    return alerts_of(person, at=at).filter(read_at__isnull=True).count()


def ways_of(people: Iterable[User], kind: AlertKind) -> dict[int, Way]:
    """How alerts of a kind go to these people, by number."""
    numbers = [person.pk for person in people]
    wished = dict(Wish.objects.filter(person__in=numbers, kind=kind.code).values_list("person_id", "way"))
    return {number: kind.way(wished.get(number)) for number in numbers}


def wishes_of(person: Any) -> dict[str, Way]:
    """What the person chose, by kind; only what differs from the usual way."""
    return {kind: Way(way) for kind, way in Wish.objects.filter(person_id=person.pk).values_list("kind", "way")}


def opening_times(numbers: Sequence[int], *, agency_id: int, at: datetime) -> dict[int, datetime]:
    """When these people are at work: the moment itself in the working time of their unit, else its next opening; the
    moment itself too where work never begins again.
    """
    if not numbers:
        return {}
    units = _units_of(numbers, agency_id=agency_id, at=at)
    return {number: _opening(agency_id, units.get(number), at) for number in numbers}


def _units_of(numbers: Sequence[int], *, agency_id: int, at: datetime) -> dict[int, int]:
    """The unit of the oldest role of their own in the agency."""
    found = {}
    for number, roles in directory.held_by(numbers).items():
        own = [held for held in roles if held.agency_id == agency_id and held.for_id is None and held.is_valid(at)]
        if own:
            found[number] = own[0].unit_id
    return found


def _opening(agency_id: int, unit_id: int | None, at: datetime) -> datetime:
    try:
        return calendars.working_time(agency_id=agency_id).next_open(at)
    except NeverOpens:
        return at
