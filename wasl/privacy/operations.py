"""Doing what people may ask of us with their data. Who asks never decides; who decides an erasure never does it."""

import tempfile
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from wasl.accounts.models import User
from wasl.contacts.models import Beneficiary
from wasl.core import events, files, personal
from wasl.core.i18n import t
from wasl.core.localized import Localized
from wasl.core.models import StoredFile
from wasl.core.personal import Subject
from wasl.core.text import clean_line
from wasl.directory.models import Agency
from wasl.privacy import queries
from wasl.privacy.events import (
    AccessFileMade,
    AccessFileTaken,
    LegalHoldEnded,
    LegalHoldSet,
    NoticeTextSet,
    PersonErased,
    PrivacyAsked,
    PrivacyDecided,
    RetentionRan,
    RetentionSet,
)
from wasl.privacy.exporting import write_access_file
from wasl.privacy.models import LegalHold, NoticeText, PrivacyRequest, RetentionRule, RetentionRun

ANSWER_WITHIN = timedelta(days=45)  # what the law of Oman gives
FILE_LASTS = timedelta(days=7)
MOST_FILE_BYTES = 4 * 1024**3
SHORTEST_REASON = 5
BATCH = 200

Kind, State = PrivacyRequest.Kind, PrivacyRequest.State


class Refused(ValueError):
    """It cannot be done; the sentence says why and what to do first."""


@transaction.atomic
def ask(person: Beneficiary, *, kind: str, checked: str, by: User, at: datetime) -> PrivacyRequest:
    """Record what a person asks for. `checked` says how it was made sure that it is this person. Raises Refused."""
    words = _words(checked)
    if person.erased_at is not None:
        raise Refused(t("حُذفت بيانات هذا المستفيد من قبل.", "The data of this person were erased before."))
    Beneficiary.objects.select_for_update().get(pk=person.pk)
    if PrivacyRequest.objects.filter(beneficiary=person, kind=kind, state__in=(State.ASKED, State.APPROVED)).exists():
        raise Refused(t("سُجل هذا الطلب من قبل ولم يُنفذ بعد.", "This was asked before and is not done yet."))
    day = (at + ANSWER_WITHIN).astimezone(person.agency.zone).date()
    asked = PrivacyRequest.objects.create(
        agency=person.agency, beneficiary=person, kind=Kind(kind), asked_by=by, asked_at=at, due_on=day, checked=words
    )
    events.publish(PrivacyAsked(asked.pk, asked.kind), agency_id=asked.agency_id, by=by, at=at)
    return asked


@transaction.atomic
def decide(asked: PrivacyRequest, *, approve: bool, reason: str = "", by: User, at: datetime) -> PrivacyRequest:
    """A second person approves or refuses (with a reason). An approved copy is made by the worker. Raises Refused."""
    row = PrivacyRequest.objects.select_for_update().get(pk=asked.pk)
    if row.state != State.ASKED:
        raise Refused(t("قُرر في هذا الطلب من قبل.", "This was decided before."))
    if row.asked_by_id == by.pk:
        raise Refused(t("لا يوافق أحد على طلب سجله بنفسه.", "Nobody approves what they asked for themselves."))
    row.state = State.APPROVED if approve else State.REFUSED
    row.decided_by, row.decided_at = by, at
    row.decision_reason = clean_line(reason)[:300] if approve else _words(reason)
    row.save()
    events.publish(PrivacyDecided(row.pk, approve), agency_id=row.agency_id, by=by, at=at)
    if approve and row.kind == Kind.ACCESS:
        from wasl.privacy.jobs import make_access_file

        make_access_file.defer(number=row.pk)
    return row


@transaction.atomic
def make_file(asked: PrivacyRequest, *, at: datetime) -> PrivacyRequest:
    """Make the file of an approved request; one that was made before stays as it is."""
    # Of the request alone: whoever registers a case of the agency meanwhile must not wait for a large file.
    known = PrivacyRequest.objects.select_for_update(of=("self",)).select_related("agency", "beneficiary")
    row = known.get(pk=asked.pk)
    if row.kind != Kind.ACCESS or row.state != State.APPROVED:
        return row
    subject = queries.told_of(row.beneficiary)
    language = row.beneficiary.language
    with tempfile.TemporaryFile() as out:
        with translation.override(language):
            counts = write_access_file(out, subject, language=language, zone=row.agency.zone, at=at)
        out.seek(0)
        stored = files.store_raw(
            out,
            agency_id=row.agency_id,
            name=f"wasl-data-{row.public_id}.zip",
            at=at,
            content_type="application/zip",
            max_bytes=MOST_FILE_BYTES,
        )
    files.keep([stored])
    row.file, row.file_until, row.counts = stored, at + FILE_LASTS, counts
    row.state, row.done_at = State.DONE, at
    row.save()
    events.publish(AccessFileMade(row.pk, sum(counts.values())), agency_id=row.agency_id, at=at)
    return row


@transaction.atomic
def take_file(asked: PrivacyRequest, *, by: User, at: datetime) -> StoredFile:
    """The file to hand over; each taking is recorded. Raises Refused when its week is over."""
    if not asked.has_file(at=at) or asked.file is None:
        raise Refused(t("انتهت مدة الملف. اطلب نسخة جديدة.", "The file has expired. Ask for a new copy."))
    events.publish(AccessFileTaken(asked.pk), agency_id=asked.agency_id, by=by, at=at)
    return asked.file


@transaction.atomic
def erase(asked: PrivacyRequest, *, by: User, at: datetime) -> PrivacyRequest:
    """Carry out an approved erasure in all rooms at once. Raises Refused while something hinders it."""
    # The person too: whoever sets a hold or registers a case waits here, or came before and is seen below.
    known = PrivacyRequest.objects.select_for_update(of=("self", "beneficiary")).select_related("beneficiary")
    row = known.get(pk=asked.pk)
    if row.kind != Kind.ERASURE or row.state != State.APPROVED:
        raise Refused(t("لم يُوافق على هذا الحذف.", "This erasure is not approved."))
    if by.pk in (row.decided_by_id, row.asked_by_id):
        raise Refused(
            t("ينفذ الحذف شخص غير من طلبه ومن وافق عليه.", "Somebody other than who asked and who approved erases.")
        )
    hindrances = queries.what_hinders_erasure(row.beneficiary)
    if hindrances:
        raise Refused(" ".join(hindrances))
    subject = queries.subject_of(row.beneficiary)
    row.counts = {one.code: one.erase(subject, at=at) for one in reversed(personal.holdings())}
    row.state, row.done_by, row.done_at = State.DONE, by, at
    row.save()
    _forget_files(PrivacyRequest.objects.filter(beneficiary=row.beneficiary, file__isnull=False))
    _mask_proof(row.beneficiary_id, subject)
    events.publish(PersonErased(row.pk, row.beneficiary_id), agency_id=row.agency_id, by=by, at=at)
    return row


@transaction.atomic
def set_hold(person: Beneficiary, *, reason: str, by: User, at: datetime) -> LegalHold:
    """The data of a person must stay until the hold ends; setting it twice is once. Raises Refused without a reason."""
    words = _words(reason)
    Beneficiary.objects.select_for_update().get(pk=person.pk)
    known = queries.hold_on(person)
    if known is not None:
        return known
    hold = LegalHold.objects.create(agency_id=person.agency_id, beneficiary=person, reason=words, set_by=by, set_at=at)
    events.publish(LegalHoldSet(hold.pk, person.pk), agency_id=person.agency_id, by=by, at=at)
    return hold


@transaction.atomic
def end_hold(person: Beneficiary, *, by: User, at: datetime) -> None:
    """The data need not stay any longer; nothing happens where there is no hold."""
    hold = LegalHold.objects.select_for_update().filter(beneficiary=person, ended_at__isnull=True).first()
    if hold is not None:
        hold.ended_by, hold.ended_at = by, at
        hold.save(update_fields=["ended_by", "ended_at"])
        events.publish(LegalHoldEnded(hold.pk), agency_id=hold.agency_id, by=by, at=at)


@transaction.atomic
def set_notice_text(
    agency: Agency, *, channel: str, text: Localized | None, at: datetime, by: User | None = None
) -> NoticeText | None:
    """Write a new version of what a channel tells; None goes back to the words of the house.

    Equal words change nothing.
    """
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    own = NoticeText.objects.filter(agency=agency, channel=channel)
    present = own.filter(valid_to__isnull=True).first()
    if (present.text if present else None) == text:
        return present
    own.filter(valid_to__isnull=True).update(valid_to=at)
    version = (own.order_by("-version").values_list("version", flat=True).first() or 0) + 1
    written = None
    if text is not None:
        written = NoticeText.objects.create(
            agency=agency, channel=channel, version=version, text=text, valid_from=at, set_by=by
        )
    events.publish(NoticeTextSet(channel, version if written else 0), agency_id=agency.pk, by=by, at=at)
    return written


@transaction.atomic
def set_retention(
    agency: Agency, *, code: str, days: int, enabled: bool, at: datetime, by: User | None = None
) -> RetentionRule:
    """Say how long a class of records is kept. Raises Refused for less than the class allows."""
    known = next(one for one in personal.retentions() if one.code == code)
    if days < known.least_days:
        raise Refused(
            t("أقل مدة لهذا النوع {n} يوماً.", "The shortest time for this class is {n} days.", n=known.least_days)
        )
    rule, _ = RetentionRule.objects.update_or_create(
        agency=agency, code=code, defaults={"days": days, "enabled": enabled}
    )
    events.publish(RetentionSet(code, days, enabled), agency_id=agency.pk, by=by, at=at)
    return rule


def sweep(agency: Agency, *, at: datetime) -> RetentionRun | None:
    """Let go what the agency has kept long enough, in small transactions; a second run finds nothing left."""
    counts: dict[str, int] = {}
    for rule in queries.rules(agency, at=at):
        if rule.enabled:
            counts[rule.retention.code] = _sweep_class(agency, rule, at)
    if not any(counts.values()):
        return None
    with transaction.atomic():
        run = RetentionRun.objects.create(agency=agency, at=at, counts=counts)
        events.publish(RetentionRan(run.pk, sum(counts.values())), agency_id=agency.pk, at=at)
    return run


def _sweep_class(agency: Agency, rule: queries.Rule, at: datetime) -> int:
    before, swept = at - timedelta(days=rule.days), 0
    while True:
        # Read anew for each batch: a hold that is set meanwhile counts at once.
        done = rule.retention.sweep(agency.pk, before, queries.kept(agency.pk), at, BATCH)
        swept += done
        if done < BATCH:
            return swept


@transaction.atomic
def forget_expired_files(*, at: datetime) -> int:
    """Files whose week is over go; the requests stay as proof."""
    return _forget_files(PrivacyRequest.objects.filter(file__isnull=False, file_until__lte=at))


def _forget_files(requests: QuerySet[PrivacyRequest]) -> int:
    rows = list(requests.select_related("file"))
    files.forget([row.file for row in rows if row.file is not None])
    PrivacyRequest.objects.filter(pk__in=[row.pk for row in rows]).update(file=None, file_until=None)
    return len(rows)


def _mask_proof(beneficiary_id: int, subject: Subject) -> None:
    """The requests and holds of somebody erased stay as proof, without what names them."""
    nobody = Subject(subject.agency_id, 0)
    parts = sorted({part for name in subject.names for part in name.split() if len(part) > 2}, key=len, reverse=True)

    def without(words: str) -> str:
        words = personal.masked(words, nobody)
        for part in parts:
            words = words.replace(part, personal.MASK)
        return words

    for asked in PrivacyRequest.objects.filter(beneficiary_id=beneficiary_id):
        asked.checked, asked.decision_reason = without(asked.checked), without(asked.decision_reason)
        asked.save(update_fields=["checked", "decision_reason"])
    for hold in LegalHold.objects.filter(beneficiary_id=beneficiary_id):
        hold.reason = without(hold.reason)
        hold.save(update_fields=["reason"])


def _words(reason: str) -> str:
    words = clean_line(reason)[:300]
    if len(words) < SHORTEST_REASON:
        raise Refused(
            t("اكتب جملة قصيرة تبين السبب؛ تُحفظ مع الطلب.", "Write a short sentence; it is kept with the request.")
        )
    return words
