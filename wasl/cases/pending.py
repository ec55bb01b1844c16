"""Cases on hold: for which reasons, until when at the latest, how often, and who says yes to more.

Source: the workshop's model (domain, section 10, 6). The reasons are rows of an agency; what it has not changed is as
the house begins with.
"""

from collections.abc import Mapping
from datetime import date, datetime

from wasl.accounts.models import User
from wasl.calendars import queries as calendars
from wasl.calendars.working_time import WorkingTime
from wasl.cases import workflow
from wasl.cases.models import Case, Hold, HoldReason
from wasl.core import edition
from wasl.core.i18n import say
from wasl.core.localized import Localized, both
from wasl.directory import queries as directory
from wasl.directory.rights import Right
from wasl.web import moments

USUAL_REASONS: Mapping[str, Localized] = {
    "materials": both("مواد أو قطع غيار", "Materials or spare parts"),
    "budget": both("اعتماد مالي", "Budget approval"),
    "other_body": both("جهة أخرى", "Another body"),
    "access": both("تعذر الوصول إلى الموقع", "No access to the place"),
    "weather": both("أنواء مناخية", "Weather"),
    "study": both("دراسة فنية", "Technical study"),
}

# A held case is looked at again within so many working days of its unit.
REVIEW_WITHIN_DAYS = 10
# So often a unit extends a hold itself; the next time the director says yes or no.
EXTENSIONS_OF_UNIT = 2
# A hold for the same reason within so many working days of the last one goes on counting.
CONTINUES_WITHIN_DAYS = 10
# What has been held for longer stands in the bulletin, with its cause.
BULLETIN_AFTER_DAYS = 60


def reasons(agency_id: int) -> dict[str, Localized]:
    """What can be chosen today, in the order of the form."""
    return {code: name for code, (name, holds) in _all_reasons(agency_id).items() if holds}


def reason_words(agency_id: int, code: str) -> Localized:
    """A reason in words, of former times too; its code where nobody knows it."""
    name, _ = _all_reasons(agency_id).get(code, (both(code, code), False))
    return name


def all_reasons(agency_id: int) -> list[HoldReason]:
    """Every reason of the agency, ended ones too; those it never changed as rows that are not stored."""
    stored = {row.code: row for row in HoldReason.objects.filter(agency_id=agency_id)}
    usual = [
        HoldReason(agency_id=agency_id, code=code, name=name, order=10 * place)
        for place, (code, name) in enumerate(USUAL_REASONS.items(), start=1)
        if code not in stored
    ]
    return sorted([*usual, *stored.values()], key=lambda row: (row.order, row.code))


def last_review_day(case: Case, at: datetime) -> date:
    """The last day on which a case that is put on hold now must be looked at again, by the calendar of its unit."""
    time = _working_time(case, at)
    return time.working_day_after(time.local_day(at), REVIEW_WITHIN_DAYS)


def _working_time(case: Case, at: datetime) -> WorkingTime:
    calendar = calendars.calendar_of(case.agency_id, case.unit_id, at=at)
    return calendars.working_time(agency_id=case.agency_id, calendar_id=calendar)


def why_not(case: Case, reason: str, review_on: date, at: datetime) -> str:
    """What is wrong with holding the case for this reason until that day, as a sentence; empty when nothing is."""
    if reason not in reasons(case.agency_id):
        return say("اختر سبب التعليق من القائمة.", "Choose the reason from the list.")
    last = last_review_day(case, at)
    if at.astimezone(case.agency.zone).date() < review_on <= last:
        return ""
    return say(
        "اختر موعد مراجعة بعد اليوم وخلال {n} أيام عمل، أي حتى {last}.",
        "Choose a review date after today and within {n} working days: {last} at the latest.",
        n=REVIEW_WITHIN_DAYS,
        last=moments.day_text(last),
    )


def next_number(case: Case, reason: str, at: datetime) -> int:
    """Which extension another hold for this reason would be: 0 for a first hold.

    A hold that follows another at once extends it, whatever its reason. One that follows later, after work went on,
    continues the count of the last hold for the same reason while that ended no more than ten working days ago: a case
    that is worked on for an hour between two holds has waited all the same. Later, or for another reason, it is a new
    matter and begins anew.
    """
    if case.state in workflow.HELD:
        present = Hold.objects.filter(case=case, ended_at__isnull=True).first()
        # One that was held before holds were counted has had its first one.
        return present.number + 1 if present is not None else 1
    last = Hold.objects.filter(case=case, reason=reason, ended_at__isnull=False).order_by("-pk").first()
    if last is None or last.ended_at is None or not _is_soon(case, last.ended_at, at):
        return 0
    return last.number + 1


def _is_soon(case: Case, ended_at: datetime, at: datetime) -> bool:
    time = _working_time(case, at)
    return time.local_day(at) <= time.working_day_after(time.local_day(ended_at), CONTINUES_WITHIN_DAYS)


def needs_director(case: Case, at: datetime) -> bool:
    """Would another hold have to be asked for, if only for some reason?"""
    spent = Hold.objects.filter(case=case, number__gte=EXTENSIONS_OF_UNIT)
    if case.state in workflow.HELD:
        return spent.filter(ended_at__isnull=True).exists()
    return any(held.ended_at is not None and _is_soon(case, held.ended_at, at) for held in spent)


def approvers(case: Case, at: datetime) -> list[User]:
    """Who says yes or no to a further extension: the director, or whoever stands in."""
    return directory.people_with(Right.APPROVE_PENDING, unit=case.unit, at=at)


def _all_reasons(agency_id: int) -> dict[str, tuple[Localized, bool]]:
    return edition.kept(("cases.hold_reasons", agency_id), lambda: _read_reasons(agency_id))


def _read_reasons(agency_id: int) -> dict[str, tuple[Localized, bool]]:
    return {row.code: (row.name, row.ended_at is None) for row in all_reasons(agency_id)}
