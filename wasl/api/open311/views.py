"""The calls of Open311 GeoReport v2: each reads what was asked, calls one operation or query, and answers."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from wasl.api.doors import for_programs
from wasl.api.open311 import listing as lists
from wasl.api.open311 import offers as services_of
from wasl.api.open311 import reading, shown, updates
from wasl.api.open311.answers import CONTENT_TYPES, FORMS, Manner, Refused, answer, refusal, wrong
from wasl.api.open311.callers import Caller, reader, writer
from wasl.api.open311.reading import Given
from wasl.api.open311.reports import read_report
from wasl.cases import published
from wasl.catalogue import queries as catalogue
from wasl.core import clock, edition, references
from wasl.core.i18n import say, t
from wasl.directory import queries as directory
from wasl.intake import operations as intake
from wasl.intake.limits import PER_ADDRESS_SECONDS, TooMany
from wasl.intake.reports import Report

DOOR = "api"
CHANGESET = "2026-11-22T00:00:00+04:00"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
MOST_IDS = 500
LONGEST_KEY = 255

_NOTHING = t("لا يوجد شيء بهذا العنوان.", "There is nothing at this address.")
_NO_METHOD = t("لا يقبل هذا العنوان هذه الطريقة. انظر Allow.", "This address does not take this method. See Allow.")
_NO_CODE = t("service_code ناقص.", "service_code was not given.")
_NO_REQUEST = t("service_request_id: لا نجد هذا البلاغ.", "service_request_id: we do not find this report.")
_NO_TOKEN = t("لا نجد هذا الرمز.", "We do not find this token.")
_TOO_MANY_IDS = t("service_request_id: حتى {n} رقم في المرة.", "service_request_id: up to {n} at a time.", n=MOST_IDS)
_BAD_KEY = t(
    "Idempotency-Key: من 1 إلى {n} من حروف ASCII.", "Idempotency-Key: 1 to {n} visible ASCII signs.", n=LONGEST_KEY
)
_REUSED = t("Idempotency-Key هذا أُرسل من قبل مع بلاغ آخر.", "This Idempotency-Key was sent before with another report.")
_TOO_MANY = t(
    "بلاغات كثيرة من هذا الاتصال أو الرقم. انتظر قليلاً ثم أعد الإرسال.",
    "Many reports came from this connection or number. Wait a little, then send it again.",
)

Call = Callable[..., HttpResponse]


def call(*methods: str, scope: str = "open311:read") -> Callable[[Call], Call]:
    """A call of this door: answers in the manner asked for, and refuses in it."""

    def made(view: Call) -> Call:
        @wraps(view)
        def answered(request: HttpRequest, suffix: str = "", **names: str) -> HttpResponse:
            manner = Manner.of(request, suffix)
            if request.method == "OPTIONS":
                return _preflight(methods)
            with translation.override(manner.language):
                try:
                    _check(request, suffix, methods)
                    with edition.once():
                        return view(request, manner, **names)
                except Refused as refused:
                    response = refusal(manner, refused)
            if response.status_code == 405:
                response["Allow"] = ", ".join(methods)
            return response

        answered.keeps_raw_input = True  # type: ignore[attr-defined]  # broken bytes are refused here, in our format
        return for_programs(scope)(answered)

    return made


@call("GET")
def discovery(request: HttpRequest, manner: Manner) -> HttpResponse:
    """Where this door is, what it speaks, and whom to ask."""
    agencies = directory.agencies()
    found = next((agency for agency in agencies if agency.is_default), agencies[0] if agencies else None)
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{settings.WASL_BASE_URL}/open311/v2",
        "changeset": CHANGESET,
        "type": "production" if settings.WASL_MODE == "production" else "test",
        "formats": [content_type.partition(";")[0] for content_type in CONTENT_TYPES.values()],
    }
    content = {
        "changeset": CHANGESET,
        "contact": (found.email or found.phone or str(found.name)) if found else None,
        "key_service": say(
            "اطلب المفتاح (api_key) من الجهة عبر وسيلة التواصل المذكورة.",
            "Ask the agency for a key (api_key) at the contact named here.",
        ),
        "endpoints": [endpoint],
        "jurisdictions": [{"jurisdiction_id": agency.code, "name": str(agency.name)} for agency in agencies],
    }
    return answer(manner, "discovery", content)


@call("GET")
def services(request: HttpRequest, manner: Manner) -> HttpResponse:
    """What may be asked for."""
    at = clock.now()
    caller = reader(request, reading.of_address(request), at=at)
    asking = catalogue.forms(caller.agency, at)
    offered = services_of.offered(caller.agency, at=at)
    rows = [services_of.list_row(service, asks=service.code in asking) for service in offered]
    return answer(manner, "services", rows)


@call("GET")
def service(request: HttpRequest, manner: Manner, code: str) -> HttpResponse:
    """What one service asks beside the usual."""
    at = clock.now()
    caller = reader(request, reading.of_address(request), at=at)
    found = services_of.service(caller.agency, _bare(code), at=at)
    return answer(manner, "service_definition", services_of.definition(found, catalogue.questions(found.pk, at)))


@call("GET", "POST", scope="open311:write")
def requests(request: HttpRequest, manner: Manner) -> HttpResponse:
    """The list of reports, and a new one."""
    return _create(request, manner) if request.method == "POST" else _list(request, manner)


@call("GET")
def request_(request: HttpRequest, manner: Manner, number: str) -> HttpResponse:
    """One report, in a list all the same."""
    at = clock.now()
    caller = reader(request, reading.of_address(request), at=at)
    known = services_of.offers(caller.agency)
    found = published.by_digits(updates.seen_by(caller, known), _digits([_bare(number)]))
    if not found:
        raise Refused((404, _NO_REQUEST))
    return answer(manner, "service_requests", shown.requests(found, caller, known, at=at))


@call("GET")
def token(request: HttpRequest, manner: Manner, token: str) -> HttpResponse:
    """The report of a token. We answer with the report itself at once, so its own number is the only token there is."""
    at = clock.now()
    caller = reader(request, reading.of_address(request), at=at)
    asked = _bare(token)
    found = published.by_digits(updates.seen_by(caller, services_of.offers(caller.agency)), _digits([asked]))
    if not found:
        raise Refused((404, _NO_TOKEN))
    return answer(manner, "service_requests", [{"service_request_id": found[0].reference, "token": asked}])


@call("GET", "POST", scope="open311:write")
def service_request_updates(request: HttpRequest, manner: Manner) -> HttpResponse:
    """What happened to reports, and a word more about one."""
    at = clock.now()
    if request.method == "POST":
        given = reading.of_body(request)
        caller = writer(request, given, at=at, keyed=True)
        number = updates.add(given, caller, key=_key_of_update(request, given), at=at)
        return answer(manner, "service_request_updates", [{"update_id": number}])
    given = reading.of_address(request)
    caller = reader(request, given, at=at)
    span = lists.span(given, zone=caller.agency.zone, at=at)
    asked = _asked_ids(given)
    known = services_of.offers(caller.agency)
    digits = _digits(asked)
    rows = updates.told(span, caller, known, digits) if digits or not asked else []
    return answer(manner, "service_request_updates", rows)


def _list(request: HttpRequest, manner: Manner) -> HttpResponse:
    at = clock.now()
    given = reading.of_address(request)
    caller = reader(request, given, at=at)
    known = services_of.offers(caller.agency)
    seen = updates.seen_by(caller, known)
    if asked := _asked_ids(given):
        found = published.by_digits(seen, _digits(asked))
        return answer(manner, "service_requests", shown.requests(found, caller, known, at=at))
    wanted = lists.listing(given, zone=caller.agency.zone, at=at)
    found = published.page(
        seen,
        wanted.span,
        service_id=_service_asked(given, known),
        is_open=wanted.is_open,
        after=wanted.after,
        skip=wanted.skip,
        size=wanted.size + 1,
    )
    rows = shown.requests(found[: wanted.size], caller, known, at=at)
    response = answer(manner, "service_requests", rows)
    response["Link"] = wanted.links(request, given, found)
    return response


def _create(request: HttpRequest, manner: Manner) -> HttpResponse:
    at = clock.now()
    given = reading.of_body(request)
    caller = writer(request, given, at=at)
    code = given.one("service_code")
    if not code:
        raise wrong(_NO_CODE)
    chosen = services_of.service(caller.agency, code, at=at)
    questions = catalogue.questions(chosen.pk, at)
    report = read_report(given, chosen, questions, agency=caller.agency, language=manner.language, at=at)
    try:
        receipt = _submit(report, caller, key=_key_of_request(request, caller), at=at)
    except intake.IdempotencyConflict:
        raise Refused((422, _REUSED)) from None
    except TooMany:
        raise Refused((429, _TOO_MANY), again=PER_ADDRESS_SECONDS) from None
    reference = receipt.case.reference
    row = {
        "service_request_id": reference,
        "service_notice": say(
            "سُجّل بلاغك برقم {reference}، ونتابعه به.", "Registered as {reference}; follow it by this number.",
            reference=reference,
        ),
        "account_id": given.one("account_id") or None,
    }  # fmt: skip
    return answer(manner, "service_requests", [row])


def _submit(report: Report, caller: Caller, *, key: str, at: datetime) -> intake.Receipt:
    """Register the report, for the program that brought it. A key has a pace of its own."""
    address = "" if caller.api_key is not None else caller.address
    return intake.submit_report(
        report, agency=caller.agency, door=DOOR, key=key, address=address, brought_by=caller.api_key, at=at
    )


def _check(request: HttpRequest, suffix: str, methods: tuple[str, ...]) -> None:
    if suffix and suffix not in FORMS:
        raise Refused((404, _NOTHING))
    if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
        raise Refused((405, _NO_METHOD))


def _preflight(methods: tuple[str, ...]) -> HttpResponse:
    """What a browser asks before a page of another site may call us."""
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join(methods)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _bare(name: str) -> str:
    """The last part of an address without the suffix that names the format."""
    stem, _, suffix = name.rpartition(".")
    return stem if stem and suffix in FORMS else name


def _asked_ids(given: Given) -> list[str]:
    """The reports that are asked for by number."""
    found = [one.strip() for text in given.every("service_request_id") for one in text.split(",") if one.strip()]
    if len(found) > MOST_IDS:
        raise wrong(_TOO_MANY_IDS)
    return found


def _digits(asked: list[str]) -> list[str]:
    """The figures of those that are references at all."""
    return [reference.digits for one in asked if (reference := references.parse(one)) is not None]


def _service_asked(given: Given, known: services_of.Offers) -> int | None:
    code = given.one("service_code")
    if not code:
        return None
    found = known.by_code.get(code)
    if found is None:
        raise Refused((404, services_of.NO_SERVICE))
    return found.pk


def _key_of_request(request: HttpRequest, caller: Caller) -> str:
    """Under which key the report is taken once: that of the sender, or one that nobody sends again."""
    given = _idempotency_key(request)
    return hashlib.sha256(f"open311:{caller.name}:{given}".encode()).hexdigest() if given else secrets.token_hex(32)


def _key_of_update(request: HttpRequest, given: Given) -> str:
    """The same for an update, whose own number at the sender does as well; empty for none."""
    own = given.one("update_id") or given.one("update_id_ext")
    asked = given.one("service_request_id")
    return _idempotency_key(request) or (f"update:{asked}:{own}"[:LONGEST_KEY] if own else "")


def _idempotency_key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not (key.isascii() and (key.isprintable() or not key)):
        raise wrong(_BAD_KEY)
    return key
