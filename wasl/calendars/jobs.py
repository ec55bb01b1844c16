"""What the worker does for calendars by itself."""

from wasl.calendars import operations, queries
from wasl.calendars.countries import COUNTRIES, country_of
from wasl.core import clock
from wasl.core.jobs import periodic
from wasl.directory import queries as directory

YEARS_AHEAD = 2


@periodic("23 2 1 * *", name="calendars.propose_coming_years")
def propose_coming_years(timestamp: int) -> None:
    """Each month propose what the public table knows of the years to come, for agencies in a country it knows."""
    at = clock.now()
    zones = {country.zone for country in COUNTRIES.values()}
    for agency in directory.agencies():
        if agency.time_zone in zones and queries.default_calendar(agency.pk) is not None:
            year = at.astimezone(agency.zone).year
            years = range(year, year + YEARS_AHEAD + 1)
            operations.propose_holidays(agency, country=country_of(agency).code, years=years, at=at)
