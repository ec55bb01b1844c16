"""Photos and papers that came while a case is being taken down: staged at once, and named in the form under a seal."""

from datetime import datetime

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from wasl.core import files
from wasl.core.files import limits
from wasl.core.i18n import t
from wasl.core.models import StoredFile
from wasl.desk.registering.presets import Desk

_SALT = "desk-register-files"
MOST = limits.PHOTOS_PER_REPORT
TOO_MANY = t("يكفي الطلب {n} ملفات.", "{n} files are enough.", n=MOST)
BUSY = t("تعذّر حفظ الملف الآن. أعد المحاولة بعد لحظات.", "The file could not be kept just now. Please try again.")


def sealed(held: list[StoredFile], desk: Desk) -> str:
    """The hidden value that names the held files; empty for none."""
    if not held:
        return ""
    return signing.dumps([desk.agency.pk, desk.user.pk, [file.public_id for file in held]], salt=_SALT)


def unsealed(value: str, desk: Desk) -> list[StoredFile]:
    """The files a form names; none for a foreign or broken value, without those that are gone by now."""
    try:
        agency_id, user_id, public_ids = signing.loads(value, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return []
    if (agency_id, user_id) != (desk.agency.pk, desk.user.pk):
        return []
    return [file for public_id in public_ids if (file := _staged(public_id, desk)) is not None]


def take(request: HttpRequest, held: list[StoredFile], desk: Desk, *, at: datetime) -> list[str]:
    """Stage the files of a form and put them to `held`; gives a sentence for each that was not taken."""
    refused = []
    for upload in request.FILES.getlist("photos"):
        if isinstance(upload, UploadedFile) and (sentence := _take(upload, held, desk, at=at)):
            refused.append(f"{files.safe_name(upload.name or '')}: {sentence}")
    return refused


def _take(upload: UploadedFile, held: list[StoredFile], desk: Desk, *, at: datetime) -> str:
    if len(held) >= MOST:
        return TOO_MANY
    try:
        stored = files.store(upload, agency_id=desk.agency.pk, name=upload.name or "", at=at)
    except files.FileRefused as refusal:
        return refusal.message
    except (files.DecoderBusy, files.FileStoreFull):
        return BUSY
    if all(stored.sha256 != one.sha256 for one in held):
        held.append(stored)
    return ""


def _staged(public_id: str, desk: Desk) -> StoredFile | None:
    try:
        file = files.file_by_public_id(public_id, agency_id=desk.agency.pk)
    except files.FileGone:
        return None
    return file if file.state == StoredFile.State.STAGED else None
