"""What happens around every view. Order in the settings:

RequestContext, SecurityHeaders, (WhiteNoise), Session, Language, CalmInput, Csrf, Authentication, PersonalView,
Messages, then whatever rooms above add (agency and its time zone).
"""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation

from wasl.core.i18n import DEFAULT_LANGUAGE
from wasl.web import client, errors, figures, languages, logs, traffic

Answer = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("wasl.web")
requests = logging.getLogger("wasl.requests")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_FORM = "application/x-www-form-urlencoded"


class RequestContext:
    """Give each request an id, name it in the logs and in the answer; count it, and write one line about it.

    The line has ids and the route ("t/<code>"), never the address itself: that may be somebody's private link.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = _given_id(request) or secrets.token_hex(8)
        began = time.perf_counter()
        with logs.context(request_id=request_id):
            response = self.get_response(request)
            self._note(request, response, time.perf_counter() - began)
        response["X-Request-Id"] = request_id
        return response

    @staticmethod
    def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        kind = traffic.kind_of(request)
        traffic.note(kind, response.status_code, seconds)
        if kind == traffic.STATIC:
            return
        match = request.resolver_match
        told = {
            "route": f"/{match.route}" if match is not None else "",
            "method": request.method if request.method in _METHODS else "other",
            "status": response.status_code,
            "duration_ms": round(seconds * 1000, 1),
            # Only what was asked for already: a line in the log is worth no query.
            "agency_id": getattr(getattr(request, "agency", None), "pk", None),
            "user_id": getattr(getattr(request, "_cached_user", None), "pk", None),
        }
        requests.info("request", extra=told)


class SecurityHeaders:
    """Headers that make the browser refuse what our pages never need. A view may set a stricter one itself."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.headers = headers()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        return response


class Language:
    """Speak the language of the address or of the cookie, else Arabic; show the digits the person wished."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = languages.asked(request)
        figures.set_digits(request.COOKIES.get(languages.DIGITS_COOKIE, ""))
        with translation.override(asked or languages.chosen(request) or DEFAULT_LANGUAGE):
            response = self.get_response(request)
            response.setdefault("Content-Language", translation.get_language() or DEFAULT_LANGUAGE)
            response = errors.shown(request, response)
        if asked and asked != languages.chosen(request):
            languages.remember(response, asked)
        return response


class PersonalView:
    """Where a browser has chosen nothing yet, the language and digits of the person who signed in count."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._apply(request, request.user)
        return self.get_response(request)

    @staticmethod
    def _apply(request: HttpRequest, user: Any) -> None:
        wished = getattr(user, "language", "")
        if wished in languages.NAMES and not (languages.asked(request) or languages.chosen(request)):
            translation.activate(wished)
        if languages.DIGITS_COOKIE not in request.COOKIES:
            figures.set_digits(getattr(user, "digits", ""))


class CalmInput:
    """Answer broken input with a calm page: broken UTF-8, NUL characters, forms too big or cut off on the way."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _broken_address(request):
            return errors.page(request, 400)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or not _is_form(request) or getattr(view, "keeps_raw_input", False):
            return None
        try:
            broken = _broken_form(request, nul_allowed=getattr(view, "cleans_input", False))
        except RequestDataTooBig:
            return errors.page(request, 413)
        except (SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError, UnicodeError, OSError):
            return errors.page(request, 400)
        return errors.page(request, 400) if broken else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RequestDataTooBig):
            return errors.page(request, 413)
        if isinstance(exception, ValueError) and "NUL" in str(exception):
            # PostgreSQL keeps no NUL; one that came another way than by a form ends here.
            return errors.page(request, 400)
        return None


def headers() -> dict[str, str]:
    """The security headers, with the hosts that the settings allow for map tiles."""
    tiles = " ".join(getattr(settings, "WASL_TILE_HOSTS", ()))
    policy = {
        "default-src": "'self'",
        "img-src": f"'self' data: blob: {tiles}".strip(),
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    }


def _given_id(request: HttpRequest) -> str | None:
    given = request.headers.get("X-Request-Id", "")
    trusted = client.is_trusted(request.META.get("REMOTE_ADDR", ""), tuple(settings.WASL_TRUSTED_PROXIES))
    return given if trusted and _REQUEST_ID.match(given) else None


def _broken_address(request: HttpRequest) -> bool:
    if "\x00" in request.path or any("\x00" in value for value in request.COOKIES.values()):
        return True
    return _broken_bytes(request.META.get("QUERY_STRING", ""))


def _broken_form(request: HttpRequest, *, nul_allowed: bool) -> bool:
    if request.content_type == _FORM and _broken_bytes(request.body.decode("latin-1"), nul_allowed=nul_allowed):
        return True
    parts = (text for key, values in request.POST.lists() for text in (key, *values))
    return not nul_allowed and _has_nul(parts)


def _broken_bytes(encoded: str, *, nul_allowed: bool = False) -> bool:
    try:
        plain = unquote_to_bytes(encoded.encode("latin-1", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        return True
    return not nul_allowed and "\x00" in plain


def _has_nul(texts: Iterable[Any]) -> bool:
    return any(isinstance(text, str) and "\x00" in text for text in texts)


def _is_form(request: HttpRequest) -> bool:
    return request.content_type in (_FORM, "multipart/form-data")
