"""Bodies and addresses read into their Structs; what does not fit is refused with its place, in both languages."""

import hashlib
import re
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar

import msgspec
from django.http import HttpRequest, UnreadablePostError
from django.http.request import RawPostDataException

from wasl.api.v1.bodies import ProblemPart
from wasl.api.v1.problems import Refused, wrong
from wasl.core.files.limits import FILE_BYTES
from wasl.core.i18n import t

# The longest body of words that anything here takes, with every letter written as an escape.
LARGEST_BODY = 256 * 1024
JSON = "application/json"
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

Read = TypeVar("Read", bound=msgspec.Struct)

# What msgspec says, in our words. A pattern's groups are put into the sentences.
_SENTENCES: list[tuple[str, str, str]] = [
    (r"Object missing required field `(?P<name>.*)`", "الحقل «{name}» مطلوب.", "The field “{name}” is needed."),
    (
        r"Object contains unknown field `(?P<name>.*)`",
        "لا يوجد حقل باسم «{name}» هنا.",
        "There is no field “{name}” here.",
    ),
    (r"Expected `str` of length >= (?P<n>\d+)", "أقصر من {n}.", "Shorter than {n}."),
    (r"Expected `str` of length <= (?P<n>\d+)", "أطول من {n} حرفاً.", "Longer than {n} characters."),
    (r"Expected `(?:array|object)` of length >= (?P<n>\d+)", "أقل من {n}.", "Fewer than {n}."),
    (r"Expected `(?:array|object)` of length <= (?P<n>\d+)", "أكثر من {n}.", "More than {n}."),
    (r"Expected `\w+` >= (?P<n>\S+)", "أقل من {n}.", "Less than {n}."),
    (r"Expected `\w+` <= (?P<n>\S+)", "أكثر من {n}.", "More than {n}."),
    (r"Invalid enum value (?P<value>.+)", "ليس من القيم المقبولة: {value}", "Not one of the values taken: {value}"),
    (
        r"(?:Invalid RFC3339 encoded datetime|Expected `datetime`.*)",
        "اكتب اللحظة مع فرق التوقيت، مثل 2026-11-29T13:30:00+04:00.",
        "Write the moment with its offset, like 2026-11-29T13:30:00+04:00.",
    ),
    (r"Invalid RFC3339 encoded date", "اكتب اليوم هكذا: 2026-11-29.", "Write the day like 2026-11-29."),
    (
        r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`",
        "المتوقع {wanted}، والوارد {got}.",
        "Expected {wanted}, got {got}.",
    ),
]
_PLACE = re.compile(r"^(?P<said>.*?)(?: - at `(?P<key>key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_NAMED = re.compile(r"^Object (?:missing required|contains unknown) field `(?P<name>.*)`$", re.DOTALL)


def body(request: HttpRequest, wanted: type[Read]) -> tuple[Read, bytes]:
    """The body as its Struct, and as it came. No body counts as an empty object where nothing is needed."""
    raw = raw_body(request)
    if not raw and not _needs_something(wanted):
        return wanted(), raw
    if not _is_json(request):
        raise Refused("unsupported-type")
    try:
        try:
            return msgspec.json.decode(raw, type=wanted), raw
        except msgspec.ValidationError as problem:
            if "got `float`" not in str(problem):
                raise
            return msgspec.convert(_whole(msgspec.json.decode(raw)), type=wanted), raw
    except msgspec.ValidationError as problem:
        raise _invalid(problem) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("malformed") from None


def _whole(read: Any) -> Any:
    """The same with whole numbers as such: JSON knows one kind of number, and some programs write all of theirs 1.0."""
    if isinstance(read, dict):
        return {name: _whole(value) for name, value in read.items()}
    if isinstance(read, list):
        return [_whole(value) for value in read]
    return int(read) if isinstance(read, float) and read.is_integer() else read


def raw_body(request: HttpRequest) -> bytes:
    """What was sent, as far as it is taken at all."""
    if _declared(request) > LARGEST_BODY:
        raise Refused("too-large")
    try:
        raw = request.read(LARGEST_BODY + 1)
    except (UnreadablePostError, RawPostDataException, OSError):
        raise Refused("malformed") from None
    if len(raw) > LARGEST_BODY:
        raise Refused("too-large")
    return bytes(raw)


def file(request: HttpRequest) -> tuple[IO[bytes], str]:
    """The body as a file to be read once more, and its fingerprint."""
    if _declared(request) > FILE_BYTES:
        raise Refused("too-large")
    taken, digest, size = SpooledTemporaryFile(max_size=1024 * 1024), hashlib.sha256(), 0  # noqa: SIM115
    try:
        while block := request.read(64 * 1024):
            size += len(block)
            if size > FILE_BYTES:
                raise Refused("too-large")
            digest.update(block)
            taken.write(block)
    except (UnreadablePostError, RawPostDataException, OSError):
        raise Refused("malformed") from None
    taken.seek(0)
    return taken, digest.hexdigest()


def query(request: HttpRequest, wanted: type[Read]) -> Read:
    """The parameters of the address as their Struct; each at most once."""
    given: dict[str, str] = {}
    for name, values in request.GET.lists():
        if len(values) > 1:
            part = ProblemPart(str(t("ورد أكثر من مرة.", "Given more than once.")), parameter=name)
            raise Refused("invalid", errors=[part])
        given[name] = values[0]
    try:
        read = msgspec.convert(given, type=wanted, strict=False)
    except msgspec.ValidationError as problem:
        raise _invalid(problem, in_address=True) from None
    misread = [part for name, text in given.items() for part in _misread(name, text, getattr(read, name))]
    if misread:
        raise Refused("invalid", errors=misread)
    return read


def _misread(name: str, text: str, read: Any) -> list[ProblemPart]:
    """What was taken for something it is not: the word "null" for nothing, which is wished for by leaving the parameter
    out; and "2026" for a moment of 1970, so many seconds after its beginning.
    """
    if read is not None and not (isinstance(read, datetime) and ":" not in text):
        return []
    said = "Invalid RFC3339 encoded datetime" if isinstance(read, datetime) else ""
    return [ProblemPart(str(_in_words(said)), parameter=name)]


def moment(value: datetime | None, pointer: str) -> datetime | None:
    """A moment that can be reckoned with. Refuses those of other ages."""
    if value is None:
        return None
    try:
        fits = EARLIEST <= value.astimezone(UTC) <= LATEST
    except OverflowError:
        fits = False
    if not fits:
        raise wrong(pointer, t("هذا الوقت بعيد جداً.", "This time is too far away."))
    return value


def _invalid(problem: msgspec.ValidationError, *, in_address: bool = False) -> Refused:
    found = _PLACE.match(str(problem))
    said, path = (found["said"], found["path"] or "") if found else (str(problem), "")
    pointer = "".join("/" + part for part in re.findall(r"[^.\[\]]+", path))
    named = _NAMED.match(said)
    if named:
        pointer += "/" + named["name"].replace("~", "~0").replace("/", "~1")
    detail = str(_in_words(said))
    if in_address:
        return Refused("invalid", errors=[ProblemPart(detail, parameter=pointer.lstrip("/"))])
    return Refused("invalid", errors=[ProblemPart(detail, pointer=pointer)])


def _in_words(said: str) -> Any:
    for pattern, arabic, english in _SENTENCES:
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found:
            return t(arabic, english, **found.groupdict())
    return t("القيمة لا توافق الوصف.", "The value does not fit the description.")


def _needs_something(wanted: type[msgspec.Struct]) -> bool:
    return any(field.required for field in msgspec.structs.fields(wanted))


def _is_json(request: HttpRequest) -> bool:
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    return request.content_type == JSON and charset in ("utf-8", "utf8")


def _declared(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if str(length).isdecimal() else 0
