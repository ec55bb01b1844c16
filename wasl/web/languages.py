"""Which language a page speaks: what the address asks, else what the person chose before, else Arabic.

What the browser announces is not asked: phones here are often set to English by the shop that sold them. Whoever wants
English presses it once; the choice is kept in a cookie for a year.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from wasl.core.i18n import DEFAULT_LANGUAGE, LANGUAGES

COOKIE = "wasl_language"
DIGITS_COOKIE = "wasl_digits"
PARAMETER = "lang"
YEAR = 365 * 24 * 3600
NAMES = {"ar": "العربية", "en": "English"}


def asked(request: HttpRequest) -> str | None:
    """The language in the address, when it is one of ours."""
    return _known(request.GET.get(PARAMETER))


def chosen(request: HttpRequest) -> str | None:
    """The language this browser chose before."""
    return _known(request.COOKIES.get(COOKIE))


def direction(language: str) -> str:
    return "rtl" if language in ("ar", "ur", "fa") else "ltr"


def other(language: str) -> str:
    """The sister language of a page."""
    return "en" if language == DEFAULT_LANGUAGE else DEFAULT_LANGUAGE


def remember(response: HttpResponseBase, language: str) -> None:
    """Keep the choice; also called at sign-in with the language of the person."""
    if _known(language):
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(COOKIE, language, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)


def address_in(request: HttpRequest, language: str) -> str:
    """The absolute address of this page in a language, for the hreflang pair."""
    query = [(key, value) for key, values in request.GET.lists() for value in values if key != PARAMETER]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*query, (PARAMETER, language)])}")


def safe_path(request: HttpRequest, wished: str | None) -> str:
    """A path of our own site to go back to; anything else leads home."""
    if wished and url_has_allowed_host_and_scheme(
        wished, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wished
    return "/"


def _known(language: str | None) -> str | None:
    return language if language in LANGUAGES else None
