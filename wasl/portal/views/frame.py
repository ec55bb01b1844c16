"""What every page of the site has: an agency, and the cookie of the draft."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from wasl.core import clock
from wasl.core.i18n import t
from wasl.core.text import clean_line
from wasl.directory.models import Agency
from wasl.portal import queries
from wasl.portal.models import Draft
from wasl.portal.operations import RECEIPT_LIFETIME
from wasl.web import pages

DRAFT_COOKIE = "wasl_draft"
DRAFT_PATH = "/report"


class PortalRequest(HttpRequest):
    """A request with the agency whose site it is."""

    agency: Agency


View = Callable[..., HttpResponse]


def of_agency(view: View) -> View:
    """A page that belongs to an agency; the house says so calmly while it has none."""

    @wraps(view)
    def framed(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.agency is None:
            return pages.message(
                request,
                title=t("الموقع قيد الإعداد", "This site is being set up"),
                paragraphs=[t("عد إلينا بعد قليل، أو اتصل بالرقم 1111.", "Please come back soon, or call 1111.")],
                status=503,
            )
        return view(request, *args, **kwargs)

    return framed


def draft_of(request: PortalRequest, *, with_case: bool = False) -> Draft | None:
    """The draft of this browser."""
    secret = request.COOKIES.get(DRAFT_COOKIE, "")
    return queries.draft_of(secret, agency=request.agency, at=clock.now(), with_case=with_case)


def remember_draft(response: HttpResponse, secret: str) -> None:
    """Give the browser the secret of its draft; scripts cannot read it, other sites cannot send it."""
    response.set_cookie(
        DRAFT_COOKIE,
        secret,
        max_age=int(RECEIPT_LIFETIME.total_seconds()),
        path=DRAFT_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def asked(request: HttpRequest, name: str, *, letters: int = 120) -> str:
    """A value of the address, cleaned and not longer than makes sense."""
    return clean_line(request.GET.get(name, ""))[:letters]
