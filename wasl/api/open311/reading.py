"""What was asked: parameters of an address, and bodies as forms, with files, or as JSON; all of it UTF-8 or refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from wasl.api.open311.answers import Refused, wrong
from wasl.core.i18n import t
from wasl.core.text import clean, clean_line

# More fields no form of ours has; whoever sends more tries our patience.
MOST_FIELDS = 300
LONGEST_LINE = 2_000
FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](?:\[\])?")

NOT_UTF8 = t("النص ليس بترميز UTF-8 سليم.", "The text is not valid UTF-8.")
_TOO_BIG = t("ما أُرسل أكبر من المسموح.", "What was sent is larger than we take.")
_CUT_OFF = t("وصل الطلب ناقصاً أو تالفاً. أعد إرساله.", "The request came incomplete or broken. Send it again.")
_EMPTY = t("الطلب فارغ.", "The request is empty.")
_NOT_TAKEN = t("أرسل الحقول نموذجاً (form) أو multipart أو JSON.", "Send the fields as a form, as multipart or as JSON.")
_NO_OBJECT = t("أرسل كائن JSON واحداً حقوله نصوص.", "Send one JSON object whose fields are texts.")


@dataclass(frozen=True)
class Given:
    """The fields of a request, each with all its values, as they came."""

    values: dict[str, list[str]] = field(default_factory=dict)
    files: list[UploadedFile] = field(default_factory=list)
    # Names of files that were larger than one may be, and were not read.
    too_big: list[str] = field(default_factory=list)

    def one(self, name: str) -> str:
        """The last value of a field as one cleaned line; empty when it was not given."""
        return clean_line(self.values[name][-1][:LONGEST_LINE]) if name in self.values else ""

    def text(self, name: str) -> str:
        """The last value of a field with its lines, cleaned, however long."""
        return clean(self.values[name][-1]) if name in self.values else ""

    def every(self, *names: str) -> list[str]:
        """All values of these fields, cleaned, without empty ones."""
        lines = (clean_line(value) for name in names for value in self.values.get(name, ()))
        return [line for line in lines if line]

    def attributes(self) -> dict[str, list[str]]:
        """The answers to a service's questions: `attribute[code]`, `attribute[code][]` and repeats of either."""
        found: dict[str, list[str]] = {}
        for name, values in self.values.items():
            if match := _ATTRIBUTE.fullmatch(name):
                found.setdefault(match[1], []).extend(values)
        return found


def of_address(request: HttpRequest) -> Given:
    """The parameters of the address."""
    return Given(_parsed(request.META.get("QUERY_STRING", "").encode("latin-1", "replace")))


def of_body(request: HttpRequest) -> Given:
    """The fields of the body over those of the address. Raises Refused for what cannot be read."""
    given = of_address(request).values
    try:
        if request.content_type == MULTIPART:
            values, files = _multipart(request)
            if not values and not files:
                raise wrong(_EMPTY)
            return Given(given | values, files, list(request.META.get("wasl.too_big", ())))
        body = request.body
    except RequestDataTooBig:
        raise Refused((413, _TOO_BIG)) from None
    except (SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError, OSError):
        raise wrong(_CUT_OFF) from None
    if not body.strip():
        raise wrong(_EMPTY)
    return Given(given | _fields(body, request.content_type or FORM))


def _fields(body: bytes, content_type: str) -> dict[str, list[str]]:
    if content_type == FORM:
        return _parsed(body)
    if content_type == JSON or content_type.endswith("+json"):
        return _of_json(body)
    raise wrong(_NOT_TAKEN)


def _parsed(encoded: bytes) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    if not encoded:
        return values
    try:
        pairs = parse_qsl(encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise wrong(NOT_UTF8) from None
    except ValueError:
        raise wrong(_CUT_OFF) from None
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _multipart(request: HttpRequest) -> tuple[dict[str, list[str]], list[UploadedFile]]:
    request.encoding = "utf-8"
    values = {str(name): [str(value) for value in values] for name, values in request.POST.lists()}
    # Django puts this sign in the place of what it cannot read.
    if any("\ufffd" in text for name, texts in values.items() for text in (name, *texts)):
        raise wrong(NOT_UTF8)
    files = [
        file for name in ("media", "media[]") for file in request.FILES.getlist(name) if isinstance(file, UploadedFile)
    ]
    return values, files


def _of_json(body: bytes) -> dict[str, list[str]]:
    try:
        document = msgspec.json.decode(body)
    except UnicodeDecodeError:
        raise wrong(NOT_UTF8) from None
    except (msgspec.DecodeError, RecursionError):
        raise wrong(_NO_OBJECT) from None
    if not isinstance(document, dict) or len(document) > MOST_FIELDS:
        raise wrong(_NO_OBJECT)
    values: dict[str, list[str]] = {}
    for name, value in _flat(document):
        texts = [_as_text(one) for one in (value if isinstance(value, list) else [value]) if one is not None]
        if texts:
            values.setdefault(name, []).extend(texts)
    return values


def _flat(document: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a document, its attributes under the names that forms give them."""
    for name, value in document.items():
        if name in ("attribute", "attributes") and isinstance(value, dict):
            yield from ((f"attribute[{code}]", one) for code, one in value.items())
        else:
            yield str(name), value


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    raise wrong(_NO_OBJECT)
