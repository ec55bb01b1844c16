"""What happened to reports, told and taken, as the strictest clients of Open311 do it (service request updates)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from wasl.api.open311 import shown
from wasl.api.open311.answers import Refused, wrong
from wasl.api.open311.callers import Caller
from wasl.api.open311.listing import MOST_ROWS
from wasl.api.open311.offers import Offers
from wasl.api.open311.reading import Given
from wasl.api.open311.reports import LONGEST_DESCRIPTION, picture_addresses, stored, within
from wasl.cases import operations as cases
from wasl.cases import published, workflow
from wasl.cases import queries as case_queries
from wasl.cases.models import Case
from wasl.cases.published import Happening, Seen, Span
from wasl.contacts import emails, phones
from wasl.contacts import queries as contacts
from wasl.core.i18n import language, t
from wasl.intake import pictures
from wasl.partners import operations as keys
from wasl.partners import queries as partners

# fact -> the state it leads to, and the word that clients of this call know for it
_TOLD = {
    "CaseAcknowledged": ("acknowledged", "OPEN"),
    "CaseReferred": ("referred", "OPEN"),
    "ReferralAccepted": ("accepted", "INVESTIGATING"),
    "WorkStarted": ("in_progress", "IN_PROGRESS"),
    "WorkScheduled": ("scheduled", "ACTION_SCHEDULED"),
    "BeneficiaryAsked": ("pending_beneficiary", "OPEN"),
    "CasePutOnHold": ("pending_internal", "OPEN"),
    "CaseResolved": ("resolved", "FIXED"),
    "CaseRejected": ("rejected", "NO_FURTHER_ACTION"),
    "CaseClosed": ("closed", "CLOSED"),
    "CaseReopened": ("reopened", "OPEN"),
    "CaseMerged": ("duplicate", "DUPLICATE"),
    "CaseWithdrawn": ("withdrawn", "CLOSED"),
}
# Words of staff to the citizen that change no state: only the program that brought the report hears them.
_SAID = "ReplyWritten"

_NO_CASE = t("service_request_id: لا نجد هذا البلاغ.", "service_request_id: we do not find this report.")
_NO_WORDS = t("description ناقص: اكتب ما تود إضافته.", "description was not given: write what to add.")
_REUSED = t("المفتاح نفسه أُرسل مع محتوى آخر.", "The same key was sent with other content.")
_AT_WORK = t("الإرسال الأول لم ينته بعد.", "The first sending is not finished yet.")


def told(span: Span, caller: Caller, known: Offers, digits: Sequence[str]) -> list[dict[str, Any]]:
    """What happened to reports within a span, the oldest first; words of staff for the program that brought them."""
    seen = seen_by(caller, known)
    kinds = [*_TOLD, *([_SAID] if caller.api_key is not None else [])]
    found = published.happenings(seen, kinds, from_at=span.from_at, to_at=span.to_at, digits=digits, size=MOST_ROWS)
    own = frozenset[int]()
    if caller.api_key is not None and found:
        own = partners.brought_by(caller.api_key, {one.case_number for one in found})
    rows = (_row(one, caller, is_own=one.case_number in own) for one in found)
    return [row for row in rows if row is not None]


def seen_by(caller: Caller, known: Offers) -> Seen:
    """Whose reports the caller sees."""
    return Seen(caller.agency.pk, known.public, known.others, caller.api_key.pk if caller.api_key else None)


def _row(one: Happening, caller: Caller, *, is_own: bool) -> dict[str, Any] | None:
    words = (one.words or "").strip() if is_own else ""
    if one.kind == _SAID and not words:
        return None
    state, status = _TOLD.get(one.kind, (one.state, ""))
    wording = workflow.states()[state]
    return {
        "update_id": str(one.number),
        "service_request_id": one.reference,
        "status": status or wording.open311.upper(),
        "updated_datetime": shown.moment(one.at, caller.agency.zone),
        "description": words or wording.public.in_language(language()),
        "extended_attributes": {"state": state, "state_name": wording.public.in_language(language())},
    }


@dataclass(frozen=True)
class Addition:
    """What a program adds to a report: words, pictures, and whose they are."""

    reference: str
    words: str
    email: str
    phone: str
    pictures: tuple[str, ...]

    @property
    def body(self) -> str:
        """Equal for two sendings of the same."""
        return json.dumps([self.reference, self.words, self.email, self.phone, self.pictures], ensure_ascii=False)


def read_addition(given: Given) -> Addition:
    """What is to be added. Raises Refused with everything that has to be mended."""
    problems: list[str] = []
    words = within("description", given.text("description"), LONGEST_DESCRIPTION, problems)
    addresses = picture_addresses(given, problems)
    if not given.text("description") and not addresses and not given.files:
        problems.append(_NO_WORDS)
    if problems:
        raise wrong(*problems)
    return Addition(
        given.one("service_request_id"), words, _email(given.one("email")), _phone(given.one("phone")), addresses
    )


def add(given: Given, caller: Caller, *, key: str, at: datetime) -> str:
    """Add what a program sends to a report, once under its key; gives the number of the update. Raises Refused."""
    addition = read_addition(given)
    case = _case(addition, caller)
    files = stored(given, agency_id=caller.agency.pk, at=at)
    asked = addition.body + "".join(sorted(file.sha256 for file in files))
    whose = f"open311:{caller.name}"
    try:
        with transaction.atomic():
            kept = keys.take(caller=whose, key=key, request=asked, at=at) if key else None
            if kept is not None:
                return keys.body_of(kept).decode()
            record = cases.add_information(case, text=addition.words, channel="api", files=files, at=at)
            pictures.expect(case, addition.pictures, at=at)
            number = str(record.pk)
            if key:
                keys.keep(caller=whose, key=key, status=200, content_type="text/plain", body=number.encode())
            return number
    except keys.KeyReused:
        raise Refused((422, _REUSED)) from None
    except keys.StillAtWork:
        raise Refused((503, _AT_WORK), again=1) from None
    except cases.NotNow as problem:
        raise wrong(problem.sentence) from None
    except cases.Missing as problem:
        raise wrong(problem.args[0]) from None


def _case(addition: Addition, caller: Caller) -> Case:
    """The report, if the program brought it or knows how its sender is reached; else as if it did not exist."""
    case = case_queries.by_reference(addition.reference, agency=caller.agency)
    if case is None or not (_is_brought(case, caller) or _is_of_sender(case, addition)):
        raise Refused((404, _NO_CASE))
    return case


def _is_brought(case: Case, caller: Caller) -> bool:
    return caller.api_key is not None and bool(partners.brought_by(caller.api_key, [case.pk]))


def _is_of_sender(case: Case, addition: Addition) -> bool:
    if case.beneficiary is None:
        return False
    known = {address.value for address in contacts.addresses(case.beneficiary)}
    return bool(known & {value for value in (addition.email, addition.phone) if value})


def _email(text: str) -> str:
    try:
        return emails.parse_email(text) if text else ""
    except emails.BadEmail:
        return ""


def _phone(text: str) -> str:
    try:
        return phones.parse_phone(text) if text else ""
    except phones.BadPhone:
        return ""
