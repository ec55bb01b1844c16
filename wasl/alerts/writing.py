"""Writing letters to staff: what could not wait, and the daily digest. A letter, the links in it and the mail that
carries it are made in one transaction; `messaging` sends it, at least once, however often a worker dies.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone, translation

from wasl.accounts.models import User
from wasl.alerts import digest, letters, links, openers, queries
from wasl.alerts.digest import Reader, Section
from wasl.alerts.events import LetterWritten
from wasl.alerts.kinds import DAY, Way
from wasl.alerts.letters import Block, Frame, Point, Written
from wasl.alerts.links import Wanted
from wasl.alerts.models import Alert, Letter
from wasl.core import events, once
from wasl.core.i18n import say
from wasl.core.marks import mark
from wasl.directory import queries as directory
from wasl.directory.models import Agency
from wasl.messaging import operations as messaging
from wasl.messaging import queries as messages
from wasl.messaging.models import Channel, Message

MailState = Alert.MailState
# Whoever got so many mails today that no more go out is tried again later; only what is urgent is.
LATER = timedelta(hours=1)


@transaction.atomic
def write_now(person_id: int, *, at: datetime) -> list[Letter]:
    """Write to a person what is due for mail, one letter for all of an agency's; twice is once.

    What is not urgent and has fallen out of working time meanwhile waits for the next opening.
    """
    waiting = list(queries.waiting_for(person_id, at=at).select_for_update(of=("self",)).select_related("person"))
    if not waiting:
        return []
    person = waiting[0].person
    waiting = _without_closed(waiting, person, at)
    here = {agency.pk: agency for agency in directory.agencies_of(person, at)} if person.is_active else {}
    written = []
    for agency_id, group in groupby(sorted(waiting, key=_agency_of), key=_agency_of):
        alerts = list(group)
        if agency_id not in here:
            _set(alerts, mail_state=MailState.NONE, mail_at=None)
            continue
        due = _without_those_too_early(alerts, person, at)
        if due and (letter := _write_alerts(here[agency_id], person, due, at)):
            written.append(letter)
    return written


@transaction.atomic
def write_digest(person: User, *, at: datetime) -> Letter | None:
    """Write a person's digest of today, unless it was written before; one with nothing to say is kept without a mail.

    None when there is none to write: it is written, it is not the hour of the agency that the person works for, or that
    has no mail account.
    """
    agency = directory.own_agency(person, at) if person.is_active else None
    if agency is None or not queries.is_digest_time(agency, at=at):
        return None
    if messages.account_of(agency, Channel.EMAIL) is None:
        return None
    today = at.astimezone(agency.zone).date()
    letter = Letter(agency=agency, person=person, digest_on=today, made_at=at)
    if not once.add(letter):
        return None
    waiting = _without_closed(list(queries.waiting_for_digest(person, at=at).select_for_update()), person, at)
    with translation.override(person.language), timezone.override(agency.zone):
        written = _digest(letter, person, agency, waiting, today, at)
    if written is not None and _send(letter, agency, person, written, lane="normal", at=at):
        _set(waiting, mail_state=MailState.MAILED, message=letter.message)
    return letter


def _agency_of(alert: Alert) -> int:
    return alert.agency_id


def _without_closed(alerts: list[Alert], person: User, at: datetime) -> list[Alert]:
    """What goes by mail of these: nothing of a case that is closed to the person by now."""
    closed = queries.unknowable(person, alerts, at=at)
    if closed:
        _set([one for one in alerts if one.pk in closed], mail_state=MailState.NONE, mail_at=None)
    return [one for one in alerts if one.pk not in closed]


def _without_those_too_early(alerts: Sequence[Alert], person: User, at: datetime) -> list[Alert]:
    calm = [one for one in alerts if not one.urgent]
    if not calm:
        return list(alerts)
    opens = queries.opening_times([person.pk], agency_id=calm[0].agency_id, at=at)[person.pk]
    if opens <= at:
        return list(alerts)
    _set(calm, mail_at=opens)
    return [one for one in alerts if one.urgent]


def _write_alerts(agency: Agency, person: User, alerts: Sequence[Alert], at: datetime) -> Letter | None:
    if messages.account_of(agency, Channel.EMAIL) is None:
        # Nothing to write from: they stand on the desk, and in the digest once there is an account.
        _set(alerts, mail_state=MailState.DIGEST, mail_at=None)
        return None
    urgent = any(one.urgent for one in alerts)
    letter = Letter.objects.create(agency=agency, person=person, made_at=at)
    with translation.override(person.language), timezone.override(agency.zone):
        written = letters.of_alerts(_frame(agency, person), _points(letter, person, alerts, at), urgent=urgent)
    if _send(letter, agency, person, written, lane="urgent" if urgent else "normal", at=at):
        _set(alerts, mail_state=MailState.MAILED, message=letter.message)
        return letter
    letter.delete()
    _set([one for one in alerts if one.urgent], mail_at=at + LATER)
    _set([one for one in alerts if not one.urgent], mail_state=MailState.DIGEST, mail_at=None)
    return None


def _send(letter: Letter, agency: Agency, person: User, written: Written, *, lane: str, at: datetime) -> bool:
    """Queue the mail of a letter; False when this person got as many today as anybody may."""
    try:
        with transaction.atomic():
            letter.message = _queue(letter, agency, person, written, lane, at)
    except messaging.TooManyAnswers:
        return False
    letter.save(update_fields=["message"])
    fact = LetterWritten(letter.pk, person.pk, letter.digest_on is not None)
    events.publish(fact, agency_id=agency.pk, at=at, people=[person.pk])
    mark("alerts.before_commit")
    return True


def _queue(letter: Letter, agency: Agency, person: User, written: Written, lane: str, at: datetime) -> Message:
    account = messages.account_of(agency, Channel.EMAIL)
    assert account is not None  # asked before
    conversation = messaging.open_conversation(account=account, address=person.email, subject=written.subject, at=at)
    return messaging.queue_message(
        conversation=conversation,
        dedupe_key=f"alerts:letter:{letter.pk}",
        subject=written.subject,
        text=written.text,
        html=written.html,
        language=person.language,
        lane=lane,
        at=at,
    )


def _digest(
    letter: Letter, person: User, agency: Agency, alerts: Sequence[Alert], today: date, at: datetime
) -> Written | None:
    """The digest in words; None when there is nothing to say."""
    blocks: list[Block] = []
    if queries.ways_of([person], DAY)[person.pk] is Way.DIGEST:
        for own in directory.agencies_of(person, at):
            sections = digest.sections_for(Reader(person, own, at))
            blocks += [_block(letter, one, at) for one in sections]
    if alerts:
        shown = alerts[: digest.MOST_LINES]
        title, path = say("تنبيهات", "Alerts"), links.address("alerts:list")
        blocks.append(Block(title, _points(letter, person, shown, at), len(alerts), path))
    return letters.of_day(_frame(agency, person), today, blocks) if blocks else None


def _block(letter: Letter, section: Section, at: datetime) -> Block:
    opened = links.make(letter, [Wanted(line.case_id) for line in section.shown], at=at)
    points = [
        Point(line.title, line.reference, line.note, line.tone, link)
        for line, link in zip(section.shown, opened, strict=True)
    ]
    return Block(section.title, points, section.total, links.whole(section.path) if section.path else "")


def _points(letter: Letter, person: User, alerts: Sequence[Alert], at: datetime) -> list[Point]:
    """Alerts as lines; those of a case that the person may see now with a link to it."""
    seen = openers.addresses_of(person, {one.case_id for one in alerts if one.case_id is not None}, at=at)
    wanted = [one for one in alerts if one.case_id in seen]
    made = links.make(letter, [Wanted(one.case_id, one) for one in wanted if one.case_id is not None], at=at)
    opened = {one.pk: link for one, link in zip(wanted, made, strict=True)}
    return [
        Point(
            one.title.in_language(person.language),
            one.full_reference,
            one.body.in_language(person.language),
            "bad" if one.urgent else "",
            opened.get(one.pk) or (links.whole(one.path) if one.path else ""),
        )
        for one in alerts
    ]


def _frame(agency: Agency, person: User) -> Frame:
    return Frame(str(agency.name), person.name, links.address("web:start"), links.address("alerts:choices"))


def _set(alerts: Iterable[Alert], **values: object) -> None:
    numbers = [one.pk for one in alerts]
    if numbers:
        Alert.objects.filter(pk__in=numbers).update(**values)
