"""What an address of the JSON interface is: one row says its method, scope, right, bodies and problems; the door, the
document and the page are made from it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from wasl.api.v1 import problems, reading
from wasl.api.v1.bodies import NoQuery, ProblemPart
from wasl.api.v1.calling import Caller, admitted
from wasl.api.v1.problems import Refused
from wasl.cases.operations import Missing, NotNow, OutOfOrder, StaleCase, TooLate
from wasl.core import edition
from wasl.core.files import DecoderBusy, FileGone, FileRefused, FileStoreFull
from wasl.core.i18n import language, t
from wasl.directory.rights import Right
from wasl.intake.limits import PER_CONTACT_SECONDS, TooMany
from wasl.partners import operations as partners

JSON = "application/json"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_VERSION = re.compile(r'"v([0-9]{1,9})"')
_BUSY_SECONDS = "5"


@dataclass(frozen=True)
class Endpoint:
    """One method of one address.

    One of the `scopes` is asked of every key (none: any key will do), `right` of the person behind it. `fresh`: the
    version that was read must be named.
    `kept`: with an Idempotency-Key the answer is kept for whoever sends the same again.
    """

    method: str
    path: str
    name: str
    tag: str
    scopes: tuple[str, ...]
    right: Right | None
    summary: tuple[str, str]
    run: Callable[["Call"], "Answer | HttpResponseBase"]
    about: tuple[str, str] = ("", "")
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] = NoQuery
    answer: type[msgspec.Struct] | None = None
    status: int = 200
    problems: tuple[str, ...] = ()
    fresh: bool = False
    takes_file: bool = False
    gives_file: bool = False
    partners: bool = True
    staff: bool = True

    @property
    def kept(self) -> bool:
        return self.method == "POST"


@dataclass
class Call:
    """One request to one endpoint, read and admitted."""

    caller: Caller
    given: Mapping[str, str]
    query: Any = None
    body: Any = None
    file: Any = None
    version: int = 0
    request: HttpRequest = field(default_factory=HttpRequest)
    # What tells this request from another under the same idempotency key.
    fingerprint: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True)
class Answer:
    """What an endpoint gives: a body, and what stands about it in the headers."""

    body: msgspec.Struct
    etag: str = ""
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def version_tag(version: int) -> str:
    """The ETag of a case of this version."""
    return f'"v{version}"'


def served(endpoints: Mapping[str, Endpoint], request: HttpRequest, given: Mapping[str, str]) -> HttpResponseBase:
    """The answer to a request at the address of these endpoints (method -> endpoint)."""
    with translation.override(problems.language_of(request)), edition.once():
        try:
            answer = _answered(endpoints, request, given)
        except Refused as refused:
            answer = problems.response(refused)
        except Exception as fault:
            refused_so = _refusal_of(fault)
            if refused_so is None:
                raise
            answer = problems.response(refused_so)
        answer["Vary"] = "Accept-Language, Authorization"
        return answer


def _answered(endpoints: Mapping[str, Endpoint], request: HttpRequest, given: Mapping[str, str]) -> HttpResponseBase:
    method = "GET" if request.method == "HEAD" else request.method or ""
    endpoint = endpoints.get(method)
    if endpoint is None:
        raise Refused("method-not-allowed", headers={"Allow": ", ".join(_methods(endpoints))})
    call = Call(admitted(request, endpoint.scopes), given, request=request)
    _for_whom(endpoint, call.caller)
    call.query = reading.query(request, endpoint.query)
    if endpoint.fresh:
        call.version = _version(request)
    if endpoint.takes_file:
        call.file, digest = reading.file(request)
        call.fingerprint = f"{request.method} {request.get_full_path()} {digest}"
    elif endpoint.body is not None:
        call.body, raw = reading.body(request, endpoint.body)
        call.fingerprint = _fingerprint(request, raw)
    if endpoint.kept:
        return _once(endpoint, call)
    return _shown(endpoint, call, endpoint.run(call))


def _for_whom(endpoint: Endpoint, caller: Caller) -> None:
    if caller.person is None and not endpoint.partners:
        raise Refused("for-staff")
    if caller.person is not None and not endpoint.staff:
        raise Refused("not-yours")
    if endpoint.right is not None:
        caller.must_have(endpoint.right)


def _once(endpoint: Endpoint, call: Call) -> HttpResponseBase:
    """Do it; under an idempotency key, once: the answer is kept in the transaction of the act."""
    key = call.idempotency_key = _idempotency_key(call.request)
    if not key:
        return _shown(endpoint, call, endpoint.run(call))
    with transaction.atomic():
        kept = partners.take(caller=call.caller.name, key=key, request=call.fingerprint, at=call.caller.at)
        if kept is not None:
            return _again(endpoint, partners.body_of(kept), kept.status or endpoint.status)
        answer = _shown(endpoint, call, endpoint.run(call))
        assert isinstance(answer, HttpResponse)
        partners.keep(
            caller=call.caller.name,
            key=key,
            status=answer.status_code,
            content_type=JSON,
            body=answer.content,
        )
    return answer


def _again(endpoint: Endpoint, content: bytes, status: int) -> HttpResponse:
    """The kept answer, with the headers that its body tells."""
    answer = _json(content, status)
    told = msgspec.json.decode(content)
    if "version" in told and "reference" in told:
        answer["ETag"] = version_tag(told["version"])
    if status == 201 and "reference" in told:
        answer["Location"] = f"/api/v1/cases/{told['reference']}"
    answer["Idempotency-Replayed"] = "true"
    return answer


def _shown(endpoint: Endpoint, call: Call, given: "Answer | HttpResponseBase") -> HttpResponseBase:
    if isinstance(given, HttpResponseBase):
        return given
    content = msgspec.json.encode(given.body)
    etag = given.etag
    if endpoint.method == "GET":
        etag = etag or f'"{hashlib.sha256(content).hexdigest()[:24]}"'
        if is_known(call.request, etag):
            return _not_modified(etag)
    answer = _json(content, endpoint.status)
    if etag:
        answer["ETag"] = etag
    if given.location:
        answer["Location"] = given.location
    for name, value in given.headers.items():
        answer[name] = value
    return answer


def _json(content: bytes, status: int) -> HttpResponse:
    answer = HttpResponse(content, status=status, content_type=JSON)
    answer["Content-Language"] = language()
    answer["Cache-Control"] = "private, no-cache"
    return answer


def is_known(request: HttpRequest, etag: str) -> bool:
    """Does the program have this version already?"""
    asked = request.headers.get("If-None-Match", "")
    known = {one.strip().removeprefix("W/") for one in asked.split(",")}
    return etag in known or "*" in known


def _not_modified(etag: str) -> HttpResponse:
    answer = HttpResponse(status=304)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _version(request: HttpRequest) -> int:
    asked = request.headers.get("If-Match")
    if asked is None:
        raise Refused("version-needed")
    found = _VERSION.fullmatch(asked.strip().removeprefix("W/"))
    if found is None:
        detail = t('اكتب النسخة هكذا: "v17"', 'Write the version like "v17"')
        raise Refused("invalid", errors=[ProblemPart(str(detail), header="If-Match")])
    return int(found[1])


def _idempotency_key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return ""
    if not _KEY.fullmatch(key):
        detail = t("من 1 إلى 255 حرفاً لاتينياً بلا مسافات.", "1 to 255 ASCII characters without blanks.")
        raise Refused("invalid", errors=[ProblemPart(str(detail), header="Idempotency-Key")])
    return key


def _fingerprint(request: HttpRequest, raw: bytes) -> str:
    return f"{request.method} {request.get_full_path()} {hashlib.sha256(raw).hexdigest()}"


def _methods(endpoints: Mapping[str, Endpoint]) -> list[str]:
    return [*endpoints, *(["HEAD"] if "GET" in endpoints else [])]


def _refusal_of(fault: Exception) -> Refused | None:
    """What operations refuse, as a problem; None for what is no refusal."""
    for kinds, said in _REFUSALS:
        if isinstance(fault, kinds):
            return said(fault)
    return None


def _stale(fault: Any) -> Refused:
    version = fault.current.version
    return Refused("stale", version=version, headers={"ETag": version_tag(version)})


def _unprocessable(fault: Any) -> Refused:
    return Refused("unprocessable", str(getattr(fault, "message", "") or fault))


def _out_of_order(fault: Any) -> Refused:
    return Refused("unprocessable", errors=[ProblemPart(str(fault), pointer="/ahead")])


def _file_gone(fault: Any) -> Refused:
    sentence = t("لم يعد الملف موجوداً. ارفعه من جديد.", "The file is gone. Upload it again.")
    return Refused("unprocessable", errors=[ProblemPart(str(sentence), pointer="/files")])


_REFUSALS: list[tuple[Any, Callable[[Any], Refused]]] = [
    (StaleCase, _stale),
    (NotNow, lambda fault: Refused("wrong-state", fault.sentence)),
    (
        TooLate,
        lambda fault: Refused("wrong-state", t("انتهت مهلة إعادة الفتح.", "The time for reopening has passed.")),
    ),
    (OutOfOrder, _out_of_order),
    ((Missing, FileRefused), _unprocessable),
    (FileGone, _file_gone),
    ((FileStoreFull, DecoderBusy), lambda fault: Refused("busy", headers={"Retry-After": _BUSY_SECONDS})),
    (partners.KeyReused, lambda fault: Refused("key-reused")),
    (partners.StillAtWork, lambda fault: Refused("still-at-work", headers={"Retry-After": "1"})),
    (TooMany, lambda fault: Refused("too-fast", headers={"Retry-After": str(PER_CONTACT_SECONDS)})),
]
