"""Giving alerts, reading them, and saying how one wishes to be told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache

from django.db import transaction

from wasl.accounts.models import User
from wasl.alerts import kinds, queries
from wasl.alerts.events import AlertGiven, DigestRuleSet
from wasl.alerts.kinds import AlertKind, Way
from wasl.alerts.models import Alert, DigestRule, Wish
from wasl.core import events, sets
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.text import clean_line
from wasl.directory.models import Agency
from wasl.messaging.delivery import PRIORITIES

MailState = Alert.MailState
URGENT = PRIORITIES["urgent"]
# A word to open desks holds 8,000 bytes (PostgreSQL's NOTIFY), and the number of everybody who may hear it.
_IN_ONE_FACT = 200
_STATES = {Way.AT_ONCE: MailState.WAITING, Way.DIGEST: MailState.DIGEST, Way.DESK: MailState.NONE}


@transaction.atomic
def alert(
    *,
    agency: Agency,
    people: Iterable[User],
    kind: str,
    title: Localized,
    body: Localized,
    at: datetime,
    case_id: int | None = None,
    reference: str = "",
    urgent: bool = False,
    path: str = "",
    dedupe_key: str,
) -> list[Alert]:
    """Tell people of the house, each once per `dedupe_key`; gives the alerts that are new.

    Belongs into the transaction of the act it tells of. Who is told is the caller's matter: `directory.queries` knows
    who stands where (`standing`) and who stands in for a person (`in_place_of`). Inactive people are left out. Neither
    title nor body may hold what a beneficiary is called or said. `path` is the page it opens where it tells of no one
    case. An urgent one goes by mail at once, at any hour.
    What is recorded as history tells nobody. Raises kinds.UnknownKind.
    """
    known = kinds.kind_of(kind)
    chosen = {person.pk: person for person in people if person.is_active}
    if not chosen or events.is_history():
        return []
    ways = queries.ways_of(chosen.values(), known)
    opens = queries.opening_times(
        [number for number, way in ways.items() if way is Way.AT_ONCE], agency_id=agency.pk, at=at
    )
    rows = [
        Alert(
            agency_id=agency.pk,
            person_id=number,
            kind=known.code,
            title=_line(title),
            body=_line(body),
            case_id=case_id,
            reference=reference,
            urgent=urgent,
            path=path,
            created_at=at,
            mail_state=MailState.WAITING if urgent else _STATES[way],
            mail_at=at if urgent else opens.get(number),
            dedupe_key=dedupe_key,
        )
        for number, way in sorted(ways.items())
    ]
    given = _add(rows)
    if given:
        _publish(given, known, agency=agency, urgent=urgent, at=at)
    if urgent:
        _write_at_once(given)
    return given


@transaction.atomic
def read(person: User, numbers: Iterable[int] | None = None, *, at: datetime) -> int:
    """Mark alerts of the person as seen, all of them without `numbers`; gives how many were new to them.

    What was seen on the desk is not sent by mail any more.
    """
    own = Alert.objects.filter(person=person, read_at__isnull=True)
    if numbers is not None:
        own = own.filter(pk__in=list(numbers))
    # Held in the order in which letters hold them too, so that neither waits for the other for ever.
    held = list(own.select_for_update().order_by("pk").values_list("pk", flat=True))
    own = Alert.objects.filter(pk__in=held)
    unsent = own.filter(mail_state__in=(MailState.WAITING, MailState.DIGEST))
    unsent.update(mail_state=MailState.NONE, mail_at=None)
    return own.update(read_at=at)


def withdraw(case_id: int, *, besides: Iterable[int]) -> int:
    """Take back what people were told of a case that is closed to them now, but for those with these numbers."""
    return Alert.objects.filter(case_id=case_id).exclude(person_id__in=list(besides)).delete()[0]


@transaction.atomic
def wish(person: User, *, kind: str, way: str) -> None:
    """Say how alerts of a kind shall come from now on. Raises UnknownKind; ValueError for what cannot be chosen."""
    known = kinds.kind_of(kind)
    if way not in known.ways:
        raise ValueError(f"{kind} cannot come {way!r}")
    if Way(way) is known.usual:
        Wish.objects.filter(person=person, kind=kind).delete()
        return
    Wish.objects.update_or_create(person=person, kind=kind, defaults={"way": way})


@transaction.atomic
def wish_all(person: User, wishes: Mapping[str, str]) -> None:
    """The same for many kinds."""
    for kind, way in wishes.items():
        wish(person, kind=kind, way=way)


@transaction.atomic
def set_digest(agency: Agency, *, hour: int, is_on: bool, by: User | None, at: datetime) -> DigestRule:
    """Say at which hour of its day an agency sends the digest, and whether. Raises ValueError for no hour of a day."""
    if not 0 <= hour <= 23:
        raise ValueError(t("اختر ساعة من 0 إلى 23.", "Choose an hour from 0 to 23."))
    rule, _ = DigestRule.objects.update_or_create(agency=agency, defaults={"hour": hour, "is_on": is_on})
    events.publish(DigestRuleSet(hour, is_on), agency_id=agency.pk, by=by, at=at)
    return rule


def _add(rows: Sequence[Alert]) -> list[Alert]:
    """Insert those that are new, with their numbers; waits for whoever is about to give the same."""
    by_person = {row.person_id: row for row in rows}
    given = []
    for number, person_id in sets.run(_insert(), [sets.as_json(rows)]):
        row = by_person[person_id]
        row.pk = number
        row._state.adding, row._state.db = False, "default"
        given.append(row)
    return given


@cache
def _insert() -> str:
    return f"{sets.insert(Alert)} ON CONFLICT DO NOTHING RETURNING id, person_id"


def _publish(given: Sequence[Alert], kind: AlertKind, *, agency: Agency, urgent: bool, at: datetime) -> None:
    for first in range(0, len(given), _IN_ONE_FACT):
        some = given[first : first + _IN_ONE_FACT]
        fact = AlertGiven(kind.code, [row.pk for row in some], urgent)
        events.publish(fact, agency_id=agency.pk, at=at, people=[row.person_id for row in some])


def _write_at_once(given: Sequence[Alert]) -> None:
    from wasl.alerts.jobs import write_now

    for row in given:
        write_now.defer(person_id=row.person_id, once=f"alerts of {row.person_id}", priority=URGENT)


def _line(text: Localized) -> Localized:
    return Localized({code: clean_line(words) for code, words in text.items()})
