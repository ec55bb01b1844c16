"""Reports as they are shown: what everybody may know, and more to the program that brought them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

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


def moment(at: datetime | None, caller: Caller) -> str | None:
    """A moment with the offset of the agency's time zone."""
    return at.astimezone(caller.agency.zone).isoformat(timespec="seconds") if at is not None else None


class _Maker:
    """Makes rows of one page: names are looked up once."""

    def __init__(self, caller: Caller, known: Offers) -> None:
        self.caller, self.known, self.language = caller, known, language()
        self.units: dict[int, Unit] = directory.known_units(caller.agency.pk)
        self.states = workflow.states()
        self.names: dict[str, Localized] = {}

    def row(self, case: Published, words: Words | None, photo: str | None, is_own: bool) -> dict[str, Any]:
        service, state = self.known.by_number[case.service_id], self.states[case.state]
        unit = self.units.get(case.unit_id)
        place = self._place(case)
        lat, lon = case.lat, case.lon
        return {
            "service_request_id": case.reference,
            "status": state.open311,
            "status_notes": state.public.in_language(self.language),
            "service_name": service.name.in_language(self.language),
            "service_code": service.code,
            "description": words.description if words else None,
            "agency_responsible": unit.name.in_language(self.language) if unit else None,
            "service_notice": None,
            "requested_datetime": moment(case.registered_at, self.caller),
            "updated_datetime": moment(case.updated_at or case.registered_at, self.caller),
            "expected_datetime": moment(case.due_at, self.caller) if case.is_open else None,
            "address": (words.address if words else "") or place or None,
            "address_id": case.wilayat_code,
            "zipcode": None,
            "lat": _degrees(lat, exact=is_own) if lat is not None else None,
            "long": _degrees(lon, exact=is_own) if lon is not None else None,
            "media_url": photo,
            "extended_attributes": {
                "state": case.state,
                "state_name": state.public.in_language(self.language),
                "agency": self.caller.agency.code,
                "wilayat": case.wilayat_code,
            },
        }

    def _place(self, case: Published) -> str:
        parts = (case.wilayat_name, case.governorate_name)
        named = [published.name_of(part, self.names, self.language) for part in parts if part]
        return ("، " if self.language == "ar" else ", ").join(dict.fromkeys(named))


def _degrees(value: Any, *, exact: bool) -> float:
    return float(value) if exact else round(float(value), DECIMALS_FOR_ALL)
