"""Reports as they are shown: what everybody may know, and more to the program that brought them."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from wasl.api.open311.callers import Caller
from wasl.api.open311.offers import Offers
from wasl.cases import published, workflow
from wasl.cases.published import Published, Words
from wasl.core import files
from wasl.core.i18n import language
from wasl.core.localized import Localized
from wasl.directory import queries as directory
from wasl.directory.models import Unit
from wasl.partners import queries as partners

# Strangers see the place to about eleven metres: enough to find a pothole, too little to point at a door.
DECIMALS_FOR_ALL = 4


def requests(cases: Sequence[Published], caller: Caller, known: Offers, *, at: datetime) -> list[dict[str, Any]]:
    """The rows of these reports, in their order."""
    if not cases:
        return []
    numbers = [case.number for case in cases]
    own = partners.brought_by(caller.api_key, numbers) if caller.api_key is not None else frozenset()
    worded = numbers if caller.agency.open311_words else sorted(own)
    words = published.words_of(worded) if worded else {}
    photos = photo_links(sorted(own), at=at) if own else {}
    maker = _Maker(caller, known)
    return [maker.row(case, words.get(case.number), photos.get(case.number), case.number in own) for case in cases]


def photo_links(numbers: Sequence[int], *, at: datetime) -> dict[int, str]:
    """Where the photos of these cases can be fetched during the next minutes, without what the camera wrote in them."""
    links = {}
    for number, file_id in published.photos_of(numbers).items():
        try:
            links[number] = settings.WASL_BASE_URL + files.signed_url(files.file_by_id(file_id), "public", at=at)
        except files.FileGone:
            continue
    return links


def moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    """A moment with the offset of the agency's time zone."""
    return at.astimezone(zone).isoformat(timespec="seconds") if at is not None else None


class _Maker:
    """Makes rows of one page: names are looked up once."""

    def __init__(self, caller: Caller, known: Offers) -> None:
        self.known, self.language = known, language()
        self.agency_code, self.zone = caller.agency.code, caller.agency.zone
        self.units: dict[int, Unit] = directory.known_units(caller.agency.pk)
        self.names: dict[str, Localized] = {}
        self.state = cache(self._state)
        self.service = cache(self._service)
        self.unit = cache(self._unit)
        self.place = cache(self._place)

    def row(self, case: Published, words: Words | None, photo: str | None, is_own: bool) -> dict[str, Any]:
        code, name = self.service(case.service_id)
        status, state_name = self.state(case.state)
        place = self.place(case.wilayat_name, case.governorate_name)
        lat, lon, zone = case.lat, case.lon, self.zone
        return {
            "service_request_id": case.reference,
            "status": status,
            "status_notes": state_name,
            "service_name": name,
            "service_code": code,
            "description": words.description if words else None,
            "agency_responsible": self.unit(case.unit_id),
            "service_notice": None,
            "requested_datetime": moment(case.registered_at, zone),
            "updated_datetime": moment(case.updated_at or case.registered_at, zone),
            "expected_datetime": moment(case.due_at, zone) if case.is_open else None,
            "address": (words.address if words else "") or place or None,
            "address_id": case.wilayat_code,
            "zipcode": None,
            "lat": _degrees(lat, exact=is_own) if lat is not None else None,
            "long": _degrees(lon, exact=is_own) if lon is not None else None,
            "media_url": photo,
            "extended_attributes": {
                "state": case.state,
                "state_name": state_name,
                "agency": self.agency_code,
                "wilayat": case.wilayat_code,
            },
        }

    def _state(self, code: str) -> tuple[str, str]:
        state = workflow.states()[code]
        return state.open311, state.public.in_language(self.language)

    def _service(self, number: int) -> tuple[str, str]:
        service = self.known.by_number[number]
        return service.code, service.name.in_language(self.language)

    def _unit(self, number: int) -> str | None:
        unit = self.units.get(number)
        return unit.name.in_language(self.language) if unit else None

    def _place(self, *parts: str | None) -> str:
        named = [published.name_of(part, self.names, self.language) for part in parts if part]
        return ("، " if self.language == "ar" else ", ").join(dict.fromkeys(named))


def _degrees(value: Any, *, exact: bool) -> float:
    return float(value) if exact else round(float(value), DECIMALS_FOR_ALL)
