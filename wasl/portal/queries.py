"""Questions the pages ask: the draft of a browser, and what of the catalogue is offered now."""

from datetime import datetime

from wasl.catalogue import queries as catalogue
from wasl.catalogue.models import Service
from wasl.core.models import StoredFile
from wasl.directory.models import Agency
from wasl.portal.models import Draft, secret_hash


def draft_of(secret: str, *, agency: Agency, at: datetime) -> Draft | None:
    """The draft this browser holds the secret of, unless its time has passed."""
    if not secret:
        return None
    drafts = Draft.objects.select_related("agency", "case__agency", "case__unit", "case__service", "case__beneficiary")
    draft = drafts.filter(secret_hash=secret_hash(secret), agency=agency).first()
    return None if draft is None or draft.is_over(at=at) else draft


def photos_of(draft: Draft) -> list[StoredFile]:
    """The photos of a draft that are still there, in the order they were added."""
    if not draft.photo_count:
        return []
    photos = draft.photos.exclude(file__state=StoredFile.State.GONE).select_related("file")
    return [photo.file for photo in photos]


def offered_service(agency: Agency, code: str, *, at: datetime) -> Service | None:
    """The service of this code if the agency offers it now."""
    try:
        service = catalogue.service_by_code(agency, code)
    except Service.DoesNotExist:
        return None
    return service if service.is_valid(at=at) else None
