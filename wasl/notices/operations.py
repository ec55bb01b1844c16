"""The verbs of notices."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from wasl.accounts.models import User
from wasl.calendars import queries as calendars
from wasl.calendars.working_time import NeverOpens
from wasl.channels.email.compose import direction
from wasl.channels.email.quotes import REPLY_ABOVE
from wasl.channels.sms import gateway, segments
from wasl.channels.sms.exchange import MAX_PARTS
from wasl.contacts import queries as contacts
from wasl.contacts.models import Beneficiary
from wasl.contacts.phones import is_mobile
from wasl.core import events, once, references
from wasl.core.asked import Asked
from wasl.core.i18n import LANGUAGES, say_in, t
from wasl.core.localized import Localized
from wasl.core.models import EventRecord
from wasl.directory.models import Agency, Unit
from wasl.messaging import delivery
from wasl.messaging import operations as messaging
from wasl.messaging import queries as messages
from wasl.messaging.models import Conversation, Message
from wasl.notices import callers, means, queries, wording
from wasl.notices.events import TemplateSaved
from wasl.notices.means import Addresses
from wasl.notices.models import Notice, Template
from wasl.notices.starting import Wording, starting_wordings
from wasl.tasks import operations as tasks
from wasl.tasks import queries as task_queries
from wasl.tasks.models import Task
from wasl.web import moments
from wasl.web.plain import without_marks

State = Notice.State
# A notice with a coalesce key waits so long before it goes, so that the next fact of the same act can take its place…
COALESCE_HOLD = timedelta(seconds=10)
# …and takes the place of those not sent yet that are no older than this.
COALESCE_WITHIN = timedelta(minutes=1)
# Working hours of the agency within which an owed call should be made.
CALL_WITHIN = timedelta(hours=8)
# How long a phone number is kept for the case that a mail bounces after it was taken.
BOUNCES_WITHIN = timedelta(days=7)
_MAIL_FAILED = ("تعذر البريد، يُرجى الاتصال: {what}", "Mail failed, please call: {what}")
_TEXT_FAILED = ("تعذرت الرسالة النصية، يُرجى الاتصال: {what}", "Text message failed, please call: {what}")


class UnknownPlace(ValueError):
    """The wording has a {place} that this notice knows no value for; `places` names it."""

    def __init__(self, places: str) -> None:
        super().__init__(
            t(
                "هذا الإشعار لا يعرف: {places}. اختر من القيم المعروضة.",
                "This notice does not know: {places}. Choose among the values shown.",
                places=places,
            )
        )
        self.places = places


class TooLong(ValueError):
    """The text message would make more parts than anybody wants to get."""

    def __init__(self) -> None:
        super().__init__(
            t(
                "الرسالة النصية أطول من {n} أجزاء. اختصرها.",
                "The text message makes more than {n} parts. Shorten it.",
                n=MAX_PARTS,
            )
        )


_OF_MESSAGE = Asked(
    lambda message_id: (
        Notice.objects.select_for_update(of=("self",))
        .select_related("agency", "beneficiary")
        .filter(message_id=message_id)
        .order_by("pk")[:1]
    ),
    int,
)


@dataclass(frozen=True)
class Sample:
    """What a notice would say: the subject of a letter, and the text."""

    subject: str
    text: str


@dataclass(frozen=True)
class Written:
    """A wording in one language, its values put in; `html` is empty for a text message."""

    subject: str
    text: str
    html: str


@transaction.atomic
def tell(
    *,
    agency: Agency,
    template: str,
    language: str,
    wished_channel: str,
    addresses: Addresses,
    values: Mapping[str, Any],
    dedupe_key: str,
    at: datetime,
    event: EventRecord | None = None,
    beneficiary: Beneficiary | None = None,
    case_id: int | None = None,
    reference: str = "",
    unit: Unit | None = None,
    conversation: Conversation | None = None,
    lane: str = "normal",
    campaign: str = "",
    coalesce_key: str = "",
    answers_mail: bool = False,
    by_person: bool = False,
) -> Notice:
    """Tell one person one thing by the means nearest to the wish; the same dedupe key again tells nothing.

    A message goes into the conversation of that `reference` and address, or into the one given if that is of the chosen
    means. `answers_mail` marks an automatic answer to what somebody wrote (loop breaker), `by_person` words that a
    member of staff wrote. A notice always comes to a visible end. Raises NoSuchTemplate.
    """
    chosen = _means(agency, wished_channel, addresses)
    notice = Notice(
        agency=agency,
        dedupe_key=dedupe_key[:200],
        event_id=event.pk if event else None,
        case_id=case_id,
        template=template,
        beneficiary=beneficiary,
        channel_wished=wished_channel,
        channel_used=chosen,
        language=language,
        phone=addresses.phone,
        unit=unit,
        reference=reference,
        lane=lane,
        campaign=campaign,
        coalesce_key=coalesce_key,
        created_at=at,
    )
    if not once.add(notice):
        return Notice.objects.get(agency=agency, dedupe_key=notice.dedupe_key)
    if not chosen:
        _end(notice, State.UNREACHABLE, at)
        return notice
    told = queries.wording_for(agency, template, at=at, channel=means.SMS if chosen == means.SMS else means.EMAIL)
    if chosen == means.CALL:
        _open_call(notice, told, values, at)
        return notice
    if chosen == means.SMS and _is_declined(notice, told):
        _end(notice, State.DECLINED, at)
        return notice
    _take_place_of_earlier(notice, at)
    if conversation is None or conversation.account.channel != chosen:
        conversation = _conversation(notice, chosen, addresses.phone if chosen == means.SMS else addresses.email, at)
    automatic = "" if by_person else "auto-replied" if answers_mail else "auto-generated"
    _queue_message(notice, conversation, written(told, values, agency, language, chosen), automatic, at)
    return notice


def sample(
    agency: Agency, template: str, *, channel: str, language: str, values: Mapping[str, Any], at: datetime
) -> Sample:
    """What would be told in these words by mail or text message, without telling anybody. Raises NoSuchTemplate."""
    told = queries.wording_for(agency, template, at=at, channel=channel)
    texts = _texts(values, agency, language)
    text = wording.plain(told.body.in_language(language), texts)
    subject = wording.plain(told.subject.in_language(language), texts)
    return Sample(subject, without_marks(text) if channel == means.SMS else text)


@transaction.atomic
def follow_message(message: Message, *, at: datetime) -> None:
    """What became of a message is what became of its notice.

    One that could not be delivered is followed by the next means: after a text message e-mail, and a call in the end.
    """
    notice = _OF_MESSAGE.one(message.pk)
    if notice is None or (notice.finished_at is not None and not _may_still_change(notice, message)):
        return
    if message.state in delivery.FAILED and notice.task_id is None and _fall_back_to_mail(notice, message, at):
        return
    if message.state in delivery.FAILED and notice.phone and notice.task_id is None:
        _fall_back_to_call(notice, message, at)
    elif message.state in (Message.State.SENT, Message.State.DELIVERED, *delivery.FAILED):
        _end(notice, message.state, at)


@transaction.atomic
def follow_task(task: Task, *, at: datetime) -> None:
    """A call that reached the person has told them; one that could not, has not."""
    failed = task.outcome in (Task.Outcome.NOT_REACHED, Task.Outcome.NOT_NEEDED)
    for notice in Notice.objects.select_for_update(of=("self",)).filter(task=task, finished_at__isnull=True):
        _end(notice, State.PERMANENT_FAILURE if failed else State.DELIVERED, at)


def forget_phones(*, at: datetime) -> int:
    """Empty the phones of notices whose mail can hardly bounce any more; gives their number."""
    old = Notice.objects.filter(state=State.SENT, finished_at__lt=at - BOUNCES_WITHIN).exclude(phone="")
    return old.update(phone="")


@transaction.atomic
def save_template(
    *,
    agency: Agency | None,
    code: str,
    subject: Localized,
    body: Localized,
    by: User | None,
    at: datetime,
    channel: str = means.EMAIL,
) -> Template:
    """Put a new wording in force; the old one stays, ended. Without an agency: for the house.

    Raises UnknownPlace, TooLong.
    """
    check_wording(code=code, channel=channel, subject=subject, body=body)
    end_template(agency=agency, code=code, channel=channel, by=None, at=at)
    template = Template.objects.create(
        agency=agency, code=code, channel=channel, subject=subject, body=body, valid_from=at
    )
    if agency is not None:
        events.publish(TemplateSaved(template.pk, code), agency_id=agency.pk, by=by, at=at)
    return template


def check_wording(*, code: str, channel: str, subject: Localized, body: Localized) -> None:
    """May this be the wording of that notice? Raises UnknownPlace, TooLong."""
    known = starting_wordings().get(code)
    used = set().union(*(wording.places(text) for text in [*subject.values(), *body.values()]))
    if known is not None and not used <= known.values:
        raise UnknownPlace(", ".join(sorted(used - known.values)))
    if channel == means.SMS and any(segments.count(text).parts > MAX_PARTS for text in body.values()):
        raise TooLong


@transaction.atomic
def end_template(*, agency: Agency | None, code: str, channel: str, by: User | None, at: datetime) -> int:
    """Go back to the wording of the house; gives how many wordings ended."""
    present = Template.objects.filter(agency=agency, code=code, channel=channel, valid_to__isnull=True)
    ended = [template.pk for template in present]
    # A wording that was in force for no moment at all was never one.
    Template.objects.filter(pk__in=ended).update(valid_to=at)
    if by is not None and agency is not None:
        for pk in ended:
            events.publish(TemplateSaved(pk, code), agency_id=agency.pk, by=by, at=at)
    return len(ended)


@transaction.atomic
def load_starting_templates(*, at: datetime) -> int:
    """Write the starting wordings as rows of the house where it has none, for the admin to edit; gives how many."""
    there = set(Template.objects.filter(agency__isnull=True, valid_to__isnull=True).values_list("code", flat=True))
    missing = [told for code, told in starting_wordings().items() if code not in there]
    rows = [Template(code=told.code, subject=told.subject, body=told.body, valid_from=at) for told in missing]
    return len(Template.objects.bulk_create(rows))


@transaction.atomic
def erase(beneficiary: Beneficiary) -> int:
    """Empty what notices hold of a person; gives their number."""
    return Notice.objects.filter(beneficiary=beneficiary).update(phone="", beneficiary=None)


@transaction.atomic
def forget_case(case_id: int) -> int:
    """Empty what notices hold of a case whose words go; gives their number."""
    return Notice.objects.filter(case_id=case_id).update(phone="")


def _means(agency: Agency, wished: str, addresses: Addresses) -> str:
    text_account = messages.account_of(agency, means.SMS) if addresses.phone else None
    can_text = (
        text_account is not None
        and is_mobile(addresses.phone)
        and gateway.may_write_to(text_account.settings, addresses.phone)
    )
    can_mail = messages.account_of(agency, means.EMAIL) is not None
    return means.choose(wished, addresses, can_mail=can_mail, can_text=can_text)


def _is_declined(notice: Notice, told: Wording) -> bool:
    return not told.is_essential and messages.has_opted_out(notice.agency, means.SMS, notice.phone)


def _queue_message(
    notice: Notice, conversation: Conversation, words: Written, automatic: str, at: datetime, *, key: str = ""
) -> None:
    try:
        notice.message = messaging.queue_message(
            conversation=conversation,
            dedupe_key=f"notice:{notice.dedupe_key}{key}"[:200],
            subject=words.subject,
            text=words.text,
            html=words.html,
            language=notice.language,
            automatic=automatic,
            lane=notice.lane,
            hold=COALESCE_HOLD if notice.coalesce_key and not key else None,
            at=at,
        )
        notice.save(update_fields=["message"])
    except messaging.TooManyAnswers:
        _end(notice, State.SUPPRESSED, at)


def _conversation(notice: Notice, channel: str, address: str, at: datetime) -> Conversation:
    account = messages.account_of(notice.agency, channel)
    if account is None:  # closed between two statements: nothing to write from
        raise LookupError(f"no {channel} account")
    parsed = references.parse(notice.reference)
    return messaging.open_conversation(
        account=account,
        address=address,
        beneficiary=notice.beneficiary,
        reference=parsed.digits if parsed else "",
        at=at,
    )


def _take_place_of_earlier(notice: Notice, at: datetime) -> None:
    if not notice.coalesce_key:
        return
    for earlier in queries.to_coalesce(notice.agency, notice.coalesce_key, at=at, within=COALESCE_WITHIN):
        if earlier.message is not None and messaging.cancel(earlier.message):
            _end(earlier, State.SUPERSEDED, at)


def _open_call(notice: Notice, told: Wording, values: Mapping[str, Any], at: datetime) -> None:
    """One call for all that is to be said in a case until somebody takes it: newer words take the place of older."""
    title = Localized({each: _call_title(told, values, notice.agency, each) for each in LANGUAGES})
    note = wording.plain(told.body.in_language(notice.language), _texts(values, notice.agency, notice.language))
    notice.task = _owed_call(notice, title, note, at)
    for earlier in Notice.objects.filter(task=notice.task, finished_at__isnull=True).exclude(pk=notice.pk):
        _end(earlier, State.SUPERSEDED, at)
    notice.channel_used, notice.state = means.CALL, State.SENDING
    notice.save(update_fields=["task", "channel_used", "state"])


def _owed_call(notice: Notice, title: Localized, note: str, at: datetime) -> Task:
    """The call that waits for somebody to take it, with the newer words; a new one when none does.

    Two tellings at the same moment both find none: they choose the same dedupe key, so that one of them opens it and
    the other waits for that and gives it its words.
    """
    if notice.case_id is None:
        return _new_call(notice, title, note, f"notice:{notice.dedupe_key}", at)
    person = notice.beneficiary_id or 0
    for more in itertools.count():
        waiting = task_queries.open_call_for(
            agency_id=notice.agency_id, case_id=notice.case_id, beneficiary=notice.beneficiary
        )
        if waiting is None:
            number = task_queries.calls_begun(
                agency_id=notice.agency_id, case_id=notice.case_id, beneficiary=notice.beneficiary
            )
            waiting = _new_call(notice, title, note, f"call:{notice.case_id}:{person}:{number + more}", at)
        if tasks.renew(waiting, title=title, note=note, due_at=_call_due(waiting.agency_id, waiting.unit_id, at)):
            return waiting
    raise AssertionError  # the count has no end


def _new_call(notice: Notice, title: Localized, note: str, dedupe_key: str, at: datetime) -> Task:
    unit = callers.unit_for(notice.case_id) or task_queries.centre_unit(notice.agency, at=at)
    return tasks.open_task(
        agency=notice.agency,
        unit=unit,
        kind=Task.Kind.CALL,
        title=title,
        note=note,
        language=notice.language,
        beneficiary=notice.beneficiary,
        phone=notice.phone,
        case_id=notice.case_id,
        reference=notice.reference,
        due_at=_call_due(notice.agency_id, unit.pk, at),
        dedupe_key=dedupe_key[:200],
        at=at,
    )


def _call_due(agency_id: int, unit_id: int, at: datetime) -> datetime:
    calendar = calendars.calendar_of(agency_id, unit_id, at=at)
    try:
        return calendars.working_time(agency_id=agency_id, calendar_id=calendar).add(at, CALL_WITHIN)
    except NeverOpens:
        return at + CALL_WITHIN


def _fall_back_to_mail(notice: Notice, message: Message, at: datetime) -> bool:
    """Write the words of a failed text message by e-mail; False when that cannot be."""
    if notice.channel_used != means.SMS or notice.beneficiary is None:
        return False
    address = contacts.address_for(notice.beneficiary, means.EMAIL)
    if address is None or messages.account_of(notice.agency, means.EMAIL) is None:
        return False
    words = _letter(notice.agency, notice.language, message.subject, message.text, wording.as_html(message.text, {}))
    conversation = _conversation(notice, means.EMAIL, address.value, at)
    notice.channel_used, notice.state, notice.finished_at = means.EMAIL, State.TEMPORARY_FAILURE, None
    notice.save(update_fields=["channel_used", "state", "finished_at"])
    _queue_message(notice, conversation, words, message.automatic, at, key=":mail")
    return True


def _fall_back_to_call(notice: Notice, message: Message, at: datetime) -> None:
    failed = _TEXT_FAILED if notice.channel_used == means.SMS else _MAIL_FAILED
    title = Localized({each: say_in(each, *failed, what=message.subject) for each in LANGUAGES})
    notice.task = _new_call(notice, title, message.text, f"notice:{notice.dedupe_key}", at)
    notice.channel_used, notice.state, notice.finished_at = means.CALL, State.TEMPORARY_FAILURE, None
    notice.save(update_fields=["task", "channel_used", "state", "finished_at"])


def _may_still_change(notice: Notice, message: Message) -> bool:
    """A bounce or a receipt may come after the server took the message; after a failure a receipt may know better."""
    if notice.state == State.SENT:
        return message.state in (Message.State.PERMANENT_FAILURE, Message.State.DELIVERED)
    return notice.state == State.TECHNICAL_FAILURE and message.state == Message.State.DELIVERED


def _end(notice: Notice, state: str, at: datetime) -> None:
    notice.state, notice.finished_at = state, at
    # The phone was kept for the fall-back only; after "sent" a bounce may still come.
    if state != State.SENT:
        notice.phone = ""
    notice.save(update_fields=["state", "finished_at", "phone"])


def written(told: Wording, values: Mapping[str, Any], agency: Agency, language: str, channel: str) -> Written:
    """What is sent: a letter, or a text message without the invisible marks, as each of them costs room."""
    texts = _texts(values, agency, language)
    subject = wording.plain(told.subject.in_language(language), texts)
    body = told.body.in_language(language)
    if channel == means.SMS:
        return Written(subject, without_marks(wording.plain(body, texts)), "")
    shown = told.body.language_shown(language)
    return _letter(agency, shown, subject, wording.plain(body, texts), wording.as_html(body, texts))


def _letter(agency: Agency, shown: str, subject: str, text: str, html: SafeString) -> Written:
    """Subject, text and HTML, with the line that replies are written above and who we are below."""
    marker = REPLY_ABOVE.get(shown, REPLY_ABOVE["en"])
    footer = _footer(agency, shown)
    context = {
        "language": shown,
        "direction": direction(shown),
        "subject": subject,
        "agency_name": agency.name.in_language(shown),
        "body": html,
        "marker": marker,
        "footer": footer,
    }
    return Written(
        subject,
        "\n\n".join([marker, text, "\n".join(["--", *footer])]),
        render_to_string("notices/mail.html", context),
    )


def _call_title(told: Wording, values: Mapping[str, Any], agency: Agency, language: str) -> str:
    return wording.plain(told.subject.in_language(language), _texts(values, agency, language))


def _footer(agency: Agency, language: str) -> list[str]:
    lines = [agency.name.in_language(language)]
    if agency.phone:
        lines.append(say_in(language, "هاتف: {phone}", "Phone: {phone}", phone=f"\u2066{agency.phone}\u2069"))
    return lines


def _texts(values: Mapping[str, Any], agency: Agency, language: str) -> dict[str, str]:
    with translation.override(language), timezone.override(agency.zone):
        return {name: _text(value, language) for name, value in values.items()}


def _text(value: Any, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Localized):
        return value.in_language(language)
    if isinstance(value, datetime):
        return moments.moment_text(value)
    if isinstance(value, date):
        return moments.day_text(value)
    return str(value)
