"""Cases on hold: put there, extended, asked for once more, and what happens when nobody looks in time."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.alerts import operations as alerts
from wasl.cases import bars, lines, pending
from wasl.cases.events import (
    CasePutOnHold,
    ExtensionAsked,
    ExtensionRefused,
    HoldReasonEnded,
    HoldReasonSet,
    ReviewMissed,
)
from wasl.cases.models import Case, ExtensionRequest, Hold, HoldReason
from wasl.cases.operations.change import Change, Missing, changing, lock, needed
from wasl.cases.operations.clocks import beneficiary_hears
from wasl.core import events
from wasl.core.i18n import t
from wasl.core.localized import Localized, both
from wasl.directory import queries as directory
from wasl.directory.models import Agency


class LastReason(ValueError):
    """Without any reason nothing could be put on hold."""


@dataclass(frozen=True)
class _Terms:
    """Why, until when, and what the citizen reads."""

    reason: str
    review_on: date
    text: str
    external: bool


def hold(
    case: Case,
    *,
    reason_code: str,
    review_on: date,
    text: str,
    by: User,
    at: datetime,
    external: bool = False,
    version: int | None = None,
) -> Hold | ExtensionRequest:
    """Put the case on hold (or with another body) for a stated reason until a review date. The clock runs on.

    `text` is what the citizen will read. On a held case it is an extension; beyond those that a unit gives itself it is
    asked of the director, and the case stays as it is until the answer. Raises Missing with what is missing.
    """
    terms = _Terms(reason_code, review_on, needed(text, *_PUBLIC_WORDS), external)
    _must_fit(case, terms, at)
    with transaction.atomic():
        number = pending.next_number(lock(case), reason_code, at)
        if number > pending.EXTENSIONS_OF_UNIT and not events.is_history():
            return _ask(case, terms, number, by=by, at=at, version=version)
        return _put(case, terms, number, by=by, at=at, version=version)


_PUBLIC_WORDS = ("اكتب ما سيقرؤه المستفيد.", "Write what the citizen will read.")


def answer_extension(
    case: Case,
    *,
    approve: bool,
    by: User,
    at: datetime,
    reason: str = "",
    review_on: date | None = None,
    version: int | None = None,
) -> Hold | None:
    """Say yes to the extension that was asked for, until another day if one is given; or no, with the reason.

    Refused, the case stays held with its missed review: the unit works on it, or says what else. Raises Missing.
    """
    with transaction.atomic():
        lock(case)
        asked = ExtensionRequest.objects.filter(case=case, answer="").first()
        if asked is None:
            raise Missing(t("لا تمديد ينتظر الموافقة.", "No extension waits for approval."))
        if asked.asked_by_id == by.pk:
            raise Missing(t("لا يوافق أحد على ما طلبه بنفسه.", "Nobody approves what they asked for themselves."))
        asked.answer = ExtensionRequest.Answer.APPROVED if approve else ExtensionRequest.Answer.REFUSED
        asked.answered_at, asked.answered_by, asked.answer_reason = at, by, reason.strip()
        held = None
        if approve:
            terms = _Terms(asked.reason, review_on or asked.review_on, asked.text, asked.external)
            _must_fit(case, terms, at)
            asked.save()
            held = _put(case, terms, asked.number, by=asked.asked_by, at=at, version=version, approved_by=by)
        else:
            words = needed(reason, "اكتب سبب عدم الموافقة.", "Say why it is refused.")
            with changing(case, "answer_extension", by=by, at=at, version=version) as change:
                asked.save()
                change.publish(ExtensionRefused(case.pk, asked.number), text=words)
        _tell_the_unit(case, asked, at)
    return held


def miss_review(hold_id: int, *, at: datetime) -> bool:
    """Say that the day of review has passed without a look: once for each hold, whoever else says so at that moment.

    False where it was said before, or the case is no longer on this hold.
    """
    with transaction.atomic():
        held = Hold.objects.select_related("case").get(pk=hold_id)
        change = Change(lock(held.case_id), None, at)
        first = Hold.objects.filter(pk=hold_id, missed_at__isnull=True, ended_at__isnull=True).update(missed_at=at)
        if first:
            change.publish(
                ReviewMissed(held.case_id, held.pk, change.case.unit_id, held.review_on.isoformat(), held.number)
            )
        return bool(first)


def set_hold_reason(
    agency: Agency, *, code: str, name: Localized, order: int, by: User | None, at: datetime
) -> HoldReason:
    """Let a reason be chosen from now on, under this name."""
    row: HoldReason = HoldReason.objects.update_or_create(
        agency=agency, code=code, defaults={"name": name, "order": order, "ended_at": None}
    )[0]
    events.publish(HoldReasonSet(code), agency_id=agency.pk, by=by, at=at)
    return row


def end_hold_reason(agency: Agency, code: str, *, by: User | None, at: datetime) -> None:
    """Let a reason be chosen no more; cases that are held for it keep it. Raises LastReason. Lock: the agency."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    present = {row.code: row for row in pending.all_reasons(agency.pk) if row.ended_at is None}
    if set(present) <= {code}:
        raise LastReason(t("يبقى سبب واحد على الأقل.", "At least one reason must stay."))
    row = present[code]
    HoldReason.objects.update_or_create(
        agency=agency, code=code, defaults={"name": row.name, "order": row.order, "ended_at": at}
    )
    events.publish(HoldReasonEnded(code), agency_id=agency.pk, by=by, at=at)


def _must_fit(case: Case, terms: _Terms, at: datetime) -> None:
    if sentence := pending.why_not(case, terms.reason, terms.review_on, at):
        raise Missing(sentence)


def _put(
    case: Case,
    terms: _Terms,
    number: int,
    *,
    by: User | None,
    at: datetime,
    version: int | None,
    approved_by: User | None = None,
) -> Hold:
    act = "wait_external" if terms.external else "hold"
    with changing(case, act, by=approved_by or by, at=at, version=version) as change:
        row = change.case
        row.review_on = terms.review_on
        beneficiary_hears(row, at=at)
        Hold.objects.filter(case=row, ended_at__isnull=True).update(ended_at=at)
        held = Hold.objects.create(
            agency_id=row.agency_id,
            case=row,
            unit_id=row.unit_id,
            from_at=at,
            number=number,
            by=by,
            approved_by=approved_by,
            reason=terms.reason,
            review_on=terms.review_on,
            external=terms.external,
        )
        fact = CasePutOnHold(row.pk, terms.reason, terms.review_on.isoformat(), terms.external)
        change.publish(fact, text=terms.text, public=True)
    return held


def _ask(case: Case, terms: _Terms, number: int, *, by: User, at: datetime, version: int | None) -> ExtensionRequest:
    with changing(case, "ask_extension", by=by, at=at, version=version) as change:
        row = change.case
        if ExtensionRequest.objects.filter(case=row, answer="").exists():
            raise Missing(
                t("طُلب التمديد، وينتظر موافقة المدير.", "The extension is asked for and waits for an answer.")
            )
        asked = ExtensionRequest.objects.create(
            agency_id=row.agency_id,
            case=row,
            unit_id=row.unit_id,
            number=number,
            asked_at=at,
            asked_by=by,
            **dataclasses.asdict(terms),
        )
        change.publish(ExtensionAsked(row.pk, terms.reason, terms.review_on.isoformat(), number), text=terms.text)
        _tell(
            row,
            pending.approvers(row, at) or lines.follow_up(row.agency, at).people,
            title=both(f"تمديد تعليق ينتظر موافقتك: {row.reference}", f"A hold waits for your yes: {row.reference}"),
            body=both(f"التمديد رقم {number}.", f"Extension number {number}."),
            key=f"extension {asked.pk}",
            at=at,
        )
    return asked


def _tell_the_unit(case: Case, asked: ExtensionRequest, at: datetime) -> None:
    people = [] if asked.asked_by is None else directory.in_place_of(asked.asked_by, unit=asked.unit, at=at)
    said_yes = asked.answer == ExtensionRequest.Answer.APPROVED
    _tell(
        case,
        people,
        title=both(f"وافق المدير على التمديد: {case.reference}", f"The hold is extended: {case.reference}")
        if said_yes
        else both(f"لم يوافق المدير على التمديد: {case.reference}", f"The extension is refused: {case.reference}"),
        body=both("الموعد الجديد في الطلب.", "The case shows the new date.")
        if said_yes
        else both("استأنفوا العمل أو أحيلوا الطلب.", "Go on with the work, or hand the case on."),
        key=f"extension {asked.pk} answered",
        at=at,
    )


def _tell(case: Case, people: list[User], *, title: Localized, body: Localized, key: str, at: datetime) -> None:
    if not events.is_history():
        alerts.alert(
            agency=case.agency,
            people=bars.unbarred(case, people, at),
            kind="extension",
            title=title,
            body=body,
            at=at,
            case_id=case.pk,
            reference=case.reference,
            dedupe_key=key,
        )
