"""The guard of staff pages: the right stands at the door, and whoever lacks it finds no door at all."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from wasl.accounts import sessions
from wasl.core.clock import now
from wasl.directory import queries
from wasl.directory.rights import Right
from wasl.web.doors import Door, mark, to_sign_in

Page = Callable[..., HttpResponse]

# A form that was opened after the code was shown may take an hour to fill.
FORM_LIMIT = timedelta(hours=1)


def requires(right: Right) -> Callable[[Page], Page]:
    """Only for people who have the right somewhere; the page itself asks about the thing it shows.

    Strangers are sent to sign in and come back; people without the right see what a wrong address shows. Where the
    table asks for the second factor again, the person shows a code first.
    """

    def guard(view: Page) -> Page:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            at = now()
            if not queries.has_right(request.user, right, at):
                raise Http404
            if queries.asks_second_factor_again(request.user, right, at) and not _proved(request):
                return to_second_factor(request)
            return view(request, *args, **kwargs)

        return mark(guarded, Door("right", right.value))

    return guard


def may_now(
    request: HttpRequest, right: Right, *, agency_id: int, unit_id: int | None = None, assignee_id: int | None = None
) -> bool:
    """Has the person the right on this thing in this very session? No, while a code that the table asks for is due."""
    at = now()
    if queries.asks_second_factor_again(request.user, right, at) and not _proved(request):
        return False
    return queries.may(request.user, right, agency_id=agency_id, unit_id=unit_id, assignee_id=assignee_id, at=at)


def code_is_due(request: HttpRequest, right: Right) -> bool:
    """Would the door of this right ask for the second factor again now?"""
    return queries.asks_second_factor_again(request.user, right, now()) and not _proved(request)


def _proved(request: HttpRequest) -> bool:
    limit = sessions.SECOND_STEP_LIMIT if request.method in ("GET", "HEAD") else FORM_LIMIT
    return sessions.proved_within(request.session, limit)


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """Send to the page that asks for the code, and back here after it."""
    back = request.get_full_path() if request.method == "GET" else request.path
    where = f"{reverse('accounts:again')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = where
        return response
    return HttpResponseRedirect(where)
