"""How each change of the calendars becomes known: published, and told to processes of the release before."""

from datetime import date, datetime

from wasl.accounts.models import User
from wasl.calendars.events import CalendarChanged
from wasl.calendars.models import CalendarEdition, new_token
from wasl.core import events


def tell(
    agency_id: int,
    calendar_id: int | None,
    from_on: date | None,
    to_on: date | None,
    change: str,
    *,
    at: datetime,
    by: User | None,
) -> None:
    """Working time between two days may have become another, in one calendar or (None) in all of the agency."""
    new_edition(agency_id)
    fact = CalendarChanged(calendar_id or 0, _iso(from_on), _iso(to_on), change)
    events.publish(fact, agency_id=agency_id, at=at, by=by)


def new_edition(agency_id: int) -> None:
    """For processes of the release before, which compare the token."""
    CalendarEdition.objects.update_or_create(agency_id=agency_id, defaults={"token": new_token()})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
