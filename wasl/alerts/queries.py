"""Questions about alerts."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from wasl.accounts.models import User
from wasl.alerts import openers
from wasl.alerts.kinds import AlertKind, Way
from wasl.alerts.models import Alert, DigestRule, Letter, Wish
from wasl.calendars import queries as calendars
from wasl.calendars.working_time import NeverOpens, WorkingTime
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.messaging.delivery import FAILED
from wasl.messaging.models import Conversation

# From its hour on, so long is a digest still written when the house was down; later it would tell of a day gone by.
DIGEST_HOURS = 10


def alerts_of(person: Any, *, at: datetime) -> QuerySet[Alert]:
    """What the person was told by agencies that they work for now, the newest first; nothing of a case of which they
    must not hear any more.
    """
    return openers.known_to(person, given_to(person, at=at), at=at)


def given_to(person: Any, *, at: datetime) -> QuerySet[Alert]:
    """The same with what they must not hear of any more."""
    agencies = [agency.pk for agency in directory.agencies_of(person, at)]
    return Alert.objects.filter(person_id=person.pk, agency_id__in=agencies).order_by("-pk")


def unknowable(person: User, alerts: Sequence[Alert], *, at: datetime) -> set[int]:
    """The numbers of those alerts of whose cases the person must not hear any more."""
    told = {one.pk for one in alerts if one.case_id is not None}
    if not told:
        return set()
    return told - set(openers.known_to(person, Alert.objects.filter(pk__in=told), at=at).values_list("pk", flat=True))


def listed(person: Any, *, unread_only: bool, kind: str = "", at: datetime) -> QuerySet[Alert]:
    """The person's list: unread first, then the newest; of one kind where one is named."""
    found = alerts_of(person, at=at).select_related("agency")
    if unread_only:
        found = found.filter(read_at__isnull=True)
    if kind:
        found = found.filter(kind=kind)
    return found.order_by(Case(When(read_at__isnull=True, then=Value(0)), default=Value(1)), "-pk")


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


def digest_rule(agency: Agency) -> DigestRule:
    """When the agency sends its digest."""
    return DigestRule.objects.filter(agency=agency).first() or DigestRule(agency=agency)


def waiting_for(person_id: int, *, at: datetime) -> QuerySet[Alert]:
    """What is due for mail to a person now, the oldest first."""
    waiting = Alert.objects.filter(person_id=person_id, mail_state=Alert.MailState.WAITING, mail_at__lte=at)
    return waiting.select_related("agency").order_by("pk")


def waiting_for_digest(person: User, *, at: datetime) -> QuerySet[Alert]:
    """What the next digest of a person will tell, the oldest first."""
    agencies = [agency.pk for agency in directory.agencies_of(person, at)]
    waiting = Alert.objects.filter(person=person, agency_id__in=agencies, mail_state=Alert.MailState.DIGEST)
    return waiting.order_by("pk")


def people_to_write_to(*, at: datetime) -> list[int]:
    """To whom mail is due now."""
    due = Alert.objects.filter(mail_state=Alert.MailState.WAITING, mail_at__lte=at)
    return sorted(set(due.values_list("person_id", flat=True)))


def people_without_digest(*, at: datetime) -> list[int]:
    """Who should get a digest today and has not, in agencies whose hour has come: whoever is at work today."""
    found: set[int] = set()
    for agency in directory.agencies():
        if is_digest_time(agency, at=at):
            found |= _without_digest(agency, at.astimezone(agency.zone).date(), at)
    return sorted(found)


def is_digest_time(agency: Agency, *, at: datetime) -> bool:
    """Are digests of the agency written now?"""
    rule, hour = digest_rule(agency), at.astimezone(agency.zone).hour
    return rule.is_on and rule.hour <= hour < rule.hour + DIGEST_HOURS


def _without_digest(agency: Agency, today: date, at: datetime) -> set[int]:
    people = {one.user_id for one in directory.members_of_agency(agency.pk, at)}
    people -= set(Letter.objects.filter(person__in=people, digest_on=today).values_list("person_id", flat=True))
    people -= directory.absent_people(people, at)
    units = _units_of(sorted(people), agency_id=agency.pk, at=at)
    works = {unit: bool(_working_time(agency.pk, unit, at).hours_on(today)) for unit in set(units.values())}
    return {person for person, unit in units.items() if works[unit]}


def last_letter_failed(person: Any) -> bool:
    """Could the newest letter to the person not be delivered?"""
    sent = Letter.objects.filter(person_id=person.pk, message__isnull=False)
    newest = sent.order_by("-pk").values_list("message__state", flat=True).first()
    return newest in FAILED


def is_letter(conversation: Conversation) -> bool:
    """Is this one of our own letters to staff, so that an answer to it is no case of a citizen?"""
    return Letter.objects.filter(message__conversation=conversation).exists()


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
        return _working_time(agency_id, unit_id, at).next_open(at)
    except NeverOpens:
        return at


def _working_time(agency_id: int, unit_id: int | None, at: datetime) -> WorkingTime:
    calendar = calendars.calendar_of(agency_id, unit_id, at=at)
    return calendars.working_time(agency_id=agency_id, calendar_id=calendar)
