"""What an agency starts with: the week and the proposed holidays of its country."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.calendars import queries
from wasl.calendars.countries import WeekSpans, country_of
from wasl.calendars.models import Holiday, WorkingCalendar
from wasl.calendars.operations.holidays import from_proposal
from wasl.calendars.operations.telling import tell
from wasl.calendars.operations.weeks import write_hours
from wasl.core.localized import Localized, both
from wasl.directory.models import Agency

DEFAULT_CODE, CENTRE_CODE = "work", "centre"


@dataclass(frozen=True)
class StartingCalendar:
    """A calendar of an agency that is founded; no week: always open."""

    code: str
    name: Localized
    week: WeekSpans | None


def starting_calendars(agency: Agency) -> list[StartingCalendar]:
    """The working week of the agency's country, which is its default, and a calendar that is always open."""
    return [
        StartingCalendar(DEFAULT_CODE, both("الدوام الرسمي", "Office hours"), country_of(agency).week),
        StartingCalendar(
            CENTRE_CODE, both("مركز الاتصال على مدار الساعة", "Contact centre, round the clock"), week=None
        ),
    ]


@transaction.atomic
def load_starting_calendars(
    agency: Agency, *, at: datetime, years: Iterable[int] = range(2025, 2029), by: User | None = None
) -> None:
    """Give an agency its country's working week, a calendar that is always open, and the proposed holidays.

    The country is that of its time zone, else Oman. Nothing happens to an agency that has a default calendar already.
    What it has of calendars and holidays without one stays as it is; the rest comes beside it.
    """
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if queries.default_calendar(agency.pk) is not None:
        return
    known = set(WorkingCalendar.objects.filter(agency=agency).values_list("code", flat=True))
    for one in starting_calendars(agency):
        if one.code not in known:
            _add(agency, one, at)
    WorkingCalendar.objects.filter(agency=agency, code=DEFAULT_CODE).update(is_default=True, valid_to=None)
    missing = queries.missing_proposals(agency, country=country_of(agency).code, years=years, at=None)
    Holiday.objects.bulk_create(from_proposal(agency, proposal) for proposal in missing)
    tell(agency.pk, None, None, None, "calendars_loaded", at=at, by=by)


def _add(agency: Agency, one: StartingCalendar, at: datetime) -> None:
    calendar = WorkingCalendar.objects.create(
        agency=agency, code=one.code, name=one.name, always_open=one.week is None, valid_from=at
    )
    if one.week is not None:
        write_hours(calendar, one.week, from_on=None)
