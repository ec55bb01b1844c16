"""What this door says: answers and refusals, in XML or in JSON, as the specification names their parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from wasl.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, t

XML, JSON = "xml", "json"
FORMS = (XML, JSON)
CONTENT_TYPES: Final = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
# Seconds until a program may try again when the house cannot answer it now.
AGAIN_SECONDS = 10

# What each thing of a list is called, in XML.
_ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "jurisdictions": "jurisdiction",
}
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# No XML may hold these, escaped or not.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MEDIA_TYPES = {"application/json": JSON, "text/json": JSON, "text/xml": XML, "application/xml": XML, "*/*": XML}

# What is said where nothing closer is known, by status.
_SENTENCES = {
    400: t("تعذّرت قراءة الطلب. أرسله كاملاً بترميز UTF-8.", "The request cannot be read. Send it whole, in UTF-8."),
    403: t("لا يُسمح بهذا.", "This is not allowed."),
    404: t("لا يوجد شيء بهذا العنوان.", "There is nothing at this address."),
    405: t("لا يقبل هذا العنوان هذه الطريقة. انظر Allow.", "This address does not take this method. See Allow."),
    413: t("ما أُرسل أكبر من المسموح.", "What was sent is larger than we take."),
    429: t("طلبات كثيرة. انتظر قليلاً ثم أعد الإرسال.", "Too many requests. Wait a little, then send it again."),
    500: t("حدث خلل عندنا وسُجّل. أعد المحاولة لاحقاً.", "Something went wrong here and was noted. Try again later."),
    503: t("الخدمة متوقفة قليلاً. أعد الإرسال كما هو.", "Out of service for a moment. Send it again as it is."),
}


class Refused(Exception):
    """The request is not served. `problems` says each thing to mend, as (code, sentence); the first decides the status.

    `again` is after how many seconds it may be sent again, where waiting helps.
    """

    def __init__(self, *problems: tuple[int, str], again: int = 0) -> None:
        super().__init__(", ".join(str(code) for code, _ in problems))
        self.problems = problems
        self.again = again

    @property
    def status(self) -> int:
        """The status of the whole answer."""
        return self.problems[0][0]


def wrong(*sentences: str) -> Refused:
    """The refusal of input that has to be mended."""
    return Refused(*((400, sentence) for sentence in sentences))


@dataclass(frozen=True)
class Manner:
    """How an answer is to be given."""

    form: str = XML
    language: str = DEFAULT_LANGUAGE

    @classmethod
    def of(cls, request: HttpRequest, suffix: str = "") -> "Manner":
        """As the address asks (".xml", ".json"), else as the headers do; XML and Arabic where nothing is asked."""
        suffix = suffix or request.path.rpartition(".")[2]
        form = suffix if suffix in FORMS else _form_of(request.headers.get("Accept", ""))
        return cls(form, _language_of(request.headers.get("Accept-Language", "")))


def answer(manner: Manner, root: str, content: Any, *, status: int = 200) -> HttpResponse:
    """The answer: `content` is a list of rows or one object, under `root` in XML."""
    body = msgspec.json.encode(content) if manner.form == JSON else xml(root, content)
    response = HttpResponse(body, status=status, content_type=CONTENT_TYPES[manner.form])
    response["Content-Language"] = manner.language
    response["Vary"] = "Accept, Accept-Language, Authorization"
    response["Cache-Control"] = "no-store"
    # City apps run in browsers too; no cookie opens anything here, so any page may ask.
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Link, Retry-After"
    return response


def refusal(manner: Manner, refused: Refused) -> HttpResponse:
    """The list of what is wrong, in the language asked for."""
    with translation.override(manner.language):
        errors = [{"code": code, "description": str(sentence)} for code, sentence in refused.problems]
        response = answer(manner, "errors", errors, status=refused.status)
    if refused.again:
        response["Retry-After"] = str(refused.again)
    return response


def speak(request: HttpRequest, status: int) -> HttpResponse:
    """A refusal that came about outside of the views: an unknown address, broken bytes, a database that is away."""
    sentence = _SENTENCES.get(status, _SENTENCES[500 if status >= 500 else 400])
    again = AGAIN_SECONDS if status in (429, 503) else 0
    return refusal(Manner.of(request), Refused((status, sentence), again=again))


def xml(root: str, content: Any) -> bytes:
    """The document of an answer in UTF-8."""
    document = f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, content)}'
    return document.encode("utf-8")


def _element(name: str, value: Any) -> str:
    if value is None or value == "":
        return f"<{name}/>"
    if isinstance(value, dict):
        inner = "".join([_element(key, one) for key, one in value.items()])
    elif isinstance(value, list):
        item = _ITEMS[name]
        inner = "".join([_element(item, one) for one in value])
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    elif isinstance(value, int | float):
        inner = str(value)
    else:
        inner = _NOT_XML.sub("", str(value)).translate(_ESCAPED)
    return f"<{name}>{inner}</{name}>"


def _form_of(accept: str) -> str:
    best, form = 0.0, XML
    for part in accept.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = _weight(parameters)
        if media_type in _MEDIA_TYPES and weight > best:
            best, form = weight, _MEDIA_TYPES[media_type]
    return form


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _language_of(accepted: str) -> str:
    for tag, weight in parse_accept_lang_header(accepted[:200]) if accepted else ():
        language = tag.partition("-")[0]
        if language in LANGUAGES and weight > 0:
            return language
    return DEFAULT_LANGUAGE
