"""Loading the country's places, and an agency's additions to them."""

from datetime import datetime

from django.db import connection, transaction

from wasl.accounts.models import User
from wasl.core import events
from wasl.core.localized import Localized
from wasl.core.text import clean_line
from wasl.directory.models import Agency
from wasl.places import starting_data
from wasl.places.events import AreaAdded
from wasl.places.models import Area, Governorate, PlacesEdition, Wilayat, new_token

# Any fixed number of our own: two processes that start together must not load twice.
LOADING_LOCK = 0x57A5_91AC


@transaction.atomic
def load_starting_places(*, at: datetime) -> None:
    """Write governorates, wilayats and well-known areas from the starting files; a second run corrects and adds.

    Centres that somebody surveyed are left as they are. The places are the country's, so no agency's fact is published.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING_LOCK])
    governorates = _load_governorates()
    wilayats = _load_wilayats(governorates)
    for code, name in starting_data.areas():
        Area.objects.get_or_create(wilayat=wilayats[code], agency=None, name=name)
    PlacesEdition.objects.update_or_create(pk=1, defaults={"token": new_token(), "loaded_at": at})


@transaction.atomic
def add_area(agency: Agency, *, wilayat: Wilayat, name: Localized, at: datetime, by: User | None = None) -> Area:
    """Add a village or quarter that only this agency offers; the one that is there already is given back."""
    tidy = Localized({language: clean_line(text) for language, text in name.items()})
    area, is_new = Area.objects.get_or_create(wilayat=wilayat, agency=agency, name=tidy)
    if is_new:
        events.publish(AreaAdded(area.pk, wilayat.pk), agency_id=agency.pk, at=at, by=by)
    return area


def _load_governorates() -> dict[str, Governorate]:
    shapes = starting_data.shapes()
    names = {row.governorate_code: row.governorate_name for row in starting_data.wilayats()}
    return {
        code: Governorate.objects.update_or_create(
            code=code, defaults={"name": name, "shape": shapes[code], "order": order}
        )[0]
        for order, (code, name) in enumerate(names.items())
    }


def _load_wilayats(governorates: dict[str, Governorate]) -> dict[str, Wilayat]:
    surveyed = set(Wilayat.objects.filter(centre_is_approximate=False).values_list("code", flat=True))
    loaded = {}
    for order, row in enumerate(starting_data.wilayats()):
        known = {"governorate": governorates[row.governorate_code], "name": row.name, "order": order}
        centre = {} if row.code in surveyed else {"lat": row.lat, "lon": row.lon}
        loaded[row.code], _ = Wilayat.objects.update_or_create(code=row.code, defaults=known | centre)
    return loaded
