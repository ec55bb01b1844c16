"""What happens to an unsent report: started, filled, given photos, sent or forgotten."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from wasl.cases.models import Case
from wasl.core import sets
from wasl.core.files import limits
from wasl.core.models import StoredFile
from wasl.directory.models import Agency
from wasl.portal.models import Draft, DraftPhoto, secret_hash

MOST_PHOTOS = limits.PHOTOS_PER_REPORT
# Somebody interrupted in the evening goes on in the morning; ends before the photos do, which stay staged for a day.
LIFETIME = timedelta(hours=20)
# The page with the number must come up again after a reload or a lost answer.
RECEIPT_LIFETIME = timedelta(days=2)


_FINISH = """
UPDATE portal_draft SET case_id = %s::bigint, data = '{}', expires_at = %s::timestamptz WHERE id = %s::bigint
RETURNING id
"""


class TooManyPhotos(ValueError):
    """A report takes five photos."""


class DraftClosed(Exception):
    """The draft became a case or was thrown away meanwhile; nothing more can be changed in it."""


def start_draft(agency: Agency, *, at: datetime) -> tuple[Draft, str]:
    """A fresh draft with the secret its browser keeps."""
    secret = secrets.token_urlsafe(24)
    draft = Draft.objects.create(
        agency=agency,
        secret_hash=secret_hash(secret),
        key=secrets.token_urlsafe(18),
        created_at=at,
        expires_at=at + LIFETIME,
    )
    return draft, secret


@transaction.atomic
def fill(draft: Draft, values: dict[str, Any]) -> None:
    """Put what was typed into the draft; what is not named stays. Raises DraftClosed."""
    locked = _lock(draft)
    locked.data = {**locked.data, **values}
    locked.save(update_fields=["data"])
    draft.data = locked.data


@transaction.atomic
def add_photo(draft: Draft, file: StoredFile, *, at: datetime) -> None:
    """Put a staged photo into the draft; the same picture twice counts once. Raises TooManyPhotos, DraftClosed."""
    locked = _lock(draft)
    photos = list(locked.photos.select_related("file"))
    if any(photo.file.sha256 == file.sha256 for photo in photos):
        return
    if len(photos) >= MOST_PHOTOS:
        raise TooManyPhotos
    DraftPhoto.objects.create(draft=locked, file=file, added_at=at)
    _count_photos(draft, len(photos) + 1)


@transaction.atomic
def remove_photo(draft: Draft, public_id: str) -> None:
    """Take a photo out of the draft; the sweep of the store removes the file. Raises DraftClosed."""
    locked = _lock(draft)
    locked.photos.filter(file__public_id=public_id).delete()
    _count_photos(draft, locked.photos.count())


def _count_photos(draft: Draft, number: int) -> None:
    Draft.objects.filter(pk=draft.pk).update(photo_count=number)
    draft.photo_count = number


def finish(draft: Draft, case: Case, *, at: datetime) -> None:
    """The report was registered: forget what was typed, keep the way to its receipt for two days."""
    sets.run(_FINISH, [str(case.pk), (at + RECEIPT_LIFETIME).isoformat(), str(draft.pk)])
    draft.case, draft.data = case, {}


def discard(draft: Draft) -> None:
    """The person wants to begin anew."""
    draft.delete()


def sweep_drafts(*, at: datetime) -> int:
    """Remove drafts whose time has passed, with all that was typed; gives their number."""
    over = Draft.objects.filter(expires_at__lte=at)
    number = over.count()
    over.delete()
    return number


def erase(case_ids: list[int]) -> int:
    """Remove what this room still knows of cases whose beneficiary is erased."""
    return Draft.objects.filter(case_id__in=case_ids).delete()[0]


def _lock(draft: Draft) -> Draft:
    locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None or locked.is_sent:
        raise DraftClosed
    return locked
