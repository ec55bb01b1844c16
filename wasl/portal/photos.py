"""Photos on their way in: each is taken or refused by itself, and the person is told which and why."""

from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from wasl.core import files as store
from wasl.core.files import limits
from wasl.core.i18n import t
from wasl.core.models import StoredFile
from wasl.portal import operations
from wasl.portal.models import Draft
from wasl.portal.uploads import files_of, too_big


@dataclass(frozen=True)
class Refused:
    """A file that was not taken: its name as it may be shown, and the sentence."""

    name: str
    sentence: str

    @property
    def is_not_now(self) -> bool:
        """Whether it would be taken later."""
        return self.sentence in (BUSY, FULL)


TOO_MANY = t(
    "يكفي البلاغ {n} صور. احذف صورة لتضيف أخرى.",
    "{n} photos are enough. Remove one to add another.",
    n=limits.PHOTOS_PER_REPORT,
)
NOT_A_PHOTO = t(
    "هذا الملف ليس صورة. أرسل صورة JPEG أو PNG أو HEIC.", "This is not a photo. Send a JPEG, PNG or HEIC picture."
)
PDF = "application/pdf"
TOO_MANY_FILES = t("يكفي {n} ملفات.", "{n} files are enough.", n=limits.PHOTOS_PER_REPORT)
NOT_A_FILE = t("أرسل صورة JPEG أو PNG أو HEIC، أو ملف PDF.", "Send a JPEG, PNG or HEIC picture, or a PDF.")
BUSY = t("الخدمة مشغولة الآن. أعد إضافة الصورة بعد دقيقة.", "We are busy just now. Add the photo again in a minute.")
RETRY_SECONDS = "30"
FULL = t("تعذّر حفظ الصورة الآن. أرسل بلاغك دونها.", "We cannot keep the photo now. Send your report without it.")


def take_into_draft(request: HttpRequest, draft: Draft, *, at: datetime) -> list[Refused]:
    """Put the photos of the form into the draft; gives those that were not taken."""
    refused = _oversized(request)
    for upload in files_of(request, "photos"):
        file, refusal = _take(upload, agency_id=draft.agency_id, at=at)
        if file is not None:
            try:
                operations.add_photo(draft, file, at=at)
            except operations.TooManyPhotos:
                refusal = TOO_MANY
        if refusal:
            refused.append(Refused(store.safe_name(upload.name or ""), refusal))
    return refused


def take(
    request: HttpRequest, *, agency_id: int, at: datetime, documents: bool = False
) -> tuple[list[StoredFile], list[Refused]]:
    """The photos of a form that adds to a case, at most five, and those that were not taken; with `documents` PDF
    files too.
    """
    taken: list[StoredFile] = []
    refused = _oversized(request)
    for upload in files_of(request, "photos"):
        if len(taken) >= limits.PHOTOS_PER_REPORT:
            refused.append(Refused(store.safe_name(upload.name or ""), TOO_MANY_FILES if documents else TOO_MANY))
            continue
        file, refusal = _take(upload, agency_id=agency_id, at=at, documents=documents)
        if file is not None:
            taken.append(file)
        else:
            refused.append(Refused(store.safe_name(upload.name or ""), refusal))
    return taken, refused


def _oversized(request: HttpRequest) -> list[Refused]:
    sentence = store.FileRefused("too_big", limit=limits.FILE_BYTES // limits.MEGABYTE).message
    return [Refused(store.safe_name(name), sentence) for name in too_big(request)]


def _take(
    upload: UploadedFile, *, agency_id: int, at: datetime, documents: bool = False
) -> tuple[StoredFile | None, str]:
    try:
        file = store.store(upload, agency_id=agency_id, name=upload.name or "", at=at)
    except store.FileRefused as refusal:
        return None, refusal.message
    except store.DecoderBusy:
        return None, BUSY
    except store.FileStoreFull:
        return None, FULL
    if store.is_picture(file) or (documents and file.content_type == PDF):
        return file, ""
    return None, NOT_A_FILE if documents else NOT_A_PHOTO
