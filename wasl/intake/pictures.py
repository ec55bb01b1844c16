"""Pictures that a report names by their address: expected with the case, fetched later from behind the fence.

Whatever goes wrong, the case stands; a note on it says which picture could not be fetched and why.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from django.db import transaction

from wasl.cases import operations as cases
from wasl.cases.models import Case
from wasl.core import files, http
from wasl.core.files import limits
from wasl.core.i18n import say_in
from wasl.core.models import StoredFile
from wasl.intake.models import RemotePicture

# A picture store that is down for a quarter of an hour is waited for: 15, 30, 60 … seconds between the tries.
MOST_ATTEMPTS = 7
FIRST_WAIT = timedelta(seconds=15)
MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
State = RemotePicture.State

# Why a picture is not there, for the note of the case.
_REASONS = {
    "inside": ("العنوان داخل شبكة مغلقة", "the address lies in a closed network"),
    "bad_address": ("العنوان غير صالح", "the address is not valid"),
    "redirects": ("العنوان يحوّل إلى غيره مرات كثيرة", "the address leads on too often"),
    "not_found": ("لا توجد صورة بهذا العنوان", "there is no picture at this address"),
    "too_big": ("الملف أكبر من الحد", "the file is larger than the limit"),
    "not_a_picture": ("ما في العنوان ليس صورة", "what lies there is not a picture"),
    "unheard": ("لم يُجب الموقع الآخر", "the other site did not answer"),
}


class GivenUp(Exception):
    """The picture will not come. `reason` is a key of the reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotYet(Exception):
    """It did not come this time."""


def expect(case: Case, addresses: Collection[str], *, at: datetime) -> None:
    """Have the pictures at these addresses fetched, once the transaction that registers the case is committed."""
    from wasl.intake.jobs import fetch_picture

    if not addresses:
        return
    expected = RemotePicture.objects.bulk_create(
        RemotePicture(agency_id=case.agency_id, case=case, url=address, created_at=at) for address in addresses
    )
    fetch_picture.defer_many([{"number": one.pk} for one in expected])


def fetch(number: int, *, at: datetime) -> None:
    """Fetch one picture and put it to its case, or try again later, or give up and say so on the case."""
    row = RemotePicture.objects.select_related("case").filter(pk=number, state=State.WAITING).first()
    if row is None:
        return
    try:
        file = _stored(row, at=at)
    except GivenUp as problem:
        _give_up(row, problem.reason, at=at)
    except (NotYet, files.DecoderBusy, files.FileStoreFull):
        _again_or_give_up(row, at=at)
    else:
        _add(row, file, at=at)


def _stored(row: RemotePicture, *, at: datetime) -> StoredFile:
    """The picture in our store, its content looked at. Raises GivenUp, NotYet, DecoderBusy, FileStoreFull."""
    content = _fetched(row.url)
    name = urlsplit(row.url).path.rpartition("/")[2] or "photo"
    try:
        file = files.store(content, agency_id=row.agency_id, name=name, at=at)
    except files.FileRefused as refusal:
        raise GivenUp("too_big" if refusal.reason == "too_big" else "not_a_picture") from None
    if not files.is_picture(file):
        files.forget([file])
        raise GivenUp("not_a_picture")
    return file


def _fetched(url: str) -> bytes:
    """What lies at an address; each address that it leads on to passes the fence anew. Raises GivenUp, NotYet."""
    for _ in range(MOST_REDIRECTS + 1):
        try:
            answer = http.call("GET", url, max_answer=limits.FILE_BYTES)
        except http.Refused as refusal:
            raise GivenUp(refusal.reason if refusal.reason in _REASONS else "bad_address") from None
        except http.TooLarge:
            raise GivenUp("too_big") from None
        except (http.NotReached, http.Unheard) as problem:
            raise NotYet from problem
        if answer.status in _REDIRECTS and "location" in answer.headers:
            url = _led_to(url, answer.headers["location"])
            continue
        return _content(answer)
    raise GivenUp("redirects")


def _content(answer: http.Answer) -> bytes:
    if answer.status == 200:
        return answer.body
    if answer.status in (408, 425, 429) or answer.status >= 500:
        raise NotYet
    raise GivenUp("not_found")


def _led_to(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise GivenUp("bad_address") from None


def _again_or_give_up(row: RemotePicture, *, at: datetime) -> None:
    from wasl.intake.jobs import fetch_picture

    row.attempts += 1
    if row.attempts >= MOST_ATTEMPTS:
        _give_up(row, "unheard", at=at)
        return
    with transaction.atomic():
        RemotePicture.objects.filter(pk=row.pk, state=State.WAITING).update(attempts=row.attempts)
        fetch_picture.defer(at=at + FIRST_WAIT * 2 ** (row.attempts - 1), number=row.pk)


@transaction.atomic
def _add(row: RemotePicture, file: StoredFile, *, at: datetime) -> None:
    if _end(row, State.FETCHED, "", at=at):
        cases.add_files(row.case, files=[file], public=True, by=None, at=at)


@transaction.atomic
def _give_up(row: RemotePicture, reason: str, *, at: datetime) -> None:
    host = urlsplit(row.url).hostname or ""
    if not _end(row, State.GIVEN_UP, reason, at=at):
        return
    arabic, english = _REASONS[reason]
    note = say_in(
        "ar",
        "أرسل التطبيق رابط صورة من {host} وتعذّر جلبها: {why}.",
        "The app sent the address of a picture at {host}, which could not be fetched: {why}.",
        host=host,
        why=say_in("ar", arabic, english),
    )
    cases.add_note(row.case, text=note, by=None, at=at)


def _end(row: RemotePicture, state: str, reason: str, *, at: datetime) -> bool:
    """Close the matter of a picture, once, and forget its address."""
    waiting = RemotePicture.objects.filter(pk=row.pk, state=State.WAITING)
    return bool(waiting.update(state=state, reason=reason, done_at=at, url=""))
