"""What an agency starts with: the week and the proposed holidays of its country."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from wasl.accounts.models import User
from wasl.calendars import proposals
from wasl.calendars.countries import country_of
from wasl.calendars.models import Holiday, WorkingCalendar
from wasl.calendars.operations.holidays import from_proposal
from wasl.calendars.operations.telling import tell
from wasl.calendars.operations.weeks import write_hours
from wasl.core.localized import both
from wasl.directory.models import Agency

DEFAULT_CODE, CENTRE_CODE = "work", "centre"


@transaction.atomic
def load_starting_calendars(
    agency: Agency, *, at: datetime, years: Iterable[int] = range(2025, 2029), by: User | None = None
) -> None:
    """Give an agency its country's working week, a calendar that is always open, and the proposed holidays.

    The country is that of its time zone, else Oman. Nothing happens to an agency that has calendars already.
    """
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    if WorkingCalendar.objects.filter(agency=agency).exists():
        return
    country = country_of(agency)
    work = WorkingCalendar.objects.create(
        agency=agency, code=DEFAULT_CODE, name=both("الدوام الرسمي", "Office hours"), is_default=True, valid_from=at
    )
    write_hours(work, country.week, from_on=None)
    WorkingCalendar.objects.create(
        agency=agency,
        code=CENTRE_CODE,
        name=both("مركز الاتصال على مدار الساعة", "Contact centre, round the clock"),
        always_open=True,
        valid_from=at,
    )
    Holiday.objects.bulk_create(
        from_proposal(agency, proposal) for proposal in proposals.holidays_of(country.code, years)
    )
    tell(agency.pk, None, None, None, "calendars_loaded", at=at, by=by)
