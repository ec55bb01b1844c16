"""Questions the pages ask: the draft of a browser, and what of the catalogue is offered now."""

from copy import copy
from datetime import datetime

from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.core.asked import Asked
from wasl.core.models import StoredFile
from wasl.directory.models import Agency
from wasl.portal.models import Draft, secret_hash

_DRAFT = Asked(lambda digest, agency_id: Draft.objects.filter(secret_hash=digest, agency_id=agency_id), str, int)
_DRAFT_WITH_CASE = Asked(
    lambda digest, agency_id: Draft.objects.filter(secret_hash=digest, agency_id=agency_id).select_related(
        "case__agency", "case__unit", "case__service", "case__beneficiary"
    ),
    str,
    int,
)


def draft_of(secret: str, *, agency: Agency, at: datetime, with_case: bool = False) -> Draft | None:
    """The draft this browser holds the secret of, unless its time has passed; with the case it became, if wanted."""
    if not secret:
        return None
    draft = (_DRAFT_WITH_CASE if with_case else _DRAFT).one(secret_hash(secret), agency.pk)
    if draft is None or draft.is_over(at=at):
        return None
    draft.agency = agency
    return draft


def photos_of(draft: Draft) -> list[StoredFile]:
    """The photos of a draft that are still there, in the order they were added."""
    if not draft.photo_count:
        return []
    photos = draft.photos.exclude(file__state=StoredFile.State.GONE).select_related("file")
    return [photo.file for photo in photos]


def offered_service(agency: Agency, code: str, *, at: datetime) -> Service | None:
    """The service of this code if the agency offers it now."""
    service = catalogue.known_services(agency.pk).get(code)
    return copy(service) if service is not None and service.is_offered(at=at) else None
