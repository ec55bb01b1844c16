"""The mark every URL carries: who may come through this door.

`public` and `signed_in` stand here; `directory.doors.requires(right)` sets the same mark with a right. A test walks all
URLs and refuses a view without one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    """Who may come in: kind is public, signed_in, right or key.

    `right` names the row of the permission table, or of a key its scope.
    """

    kind: str
    right: str | None = None


def mark(view: View, door: Door) -> View:
    """Set the mark on a view that keeps its own guard."""
    view.door = door  # type: ignore[attr-defined]
    return view


def door_of(view: Callable[..., Any]) -> Door | None:
    """The mark of a view, also of a class-based one."""
    return getattr(view, "door", None) or getattr(getattr(view, "view_class", None), "door", None)


def public(view: View) -> View:
    """Everybody may come in."""
    return mark(view, Door("public"))


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever has signed in; others are sent to sign in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return mark(guarded, Door("signed_in"))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page; a fragment asked by htmx makes the whole page go there."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
        return response
    return redirect_to_login(request.get_full_path())


def private_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages whose address is a secret: not stored, not indexed, and the address is told to no other site."""

    @wraps(view)
    def hushed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.hushed = True  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        # Not "no-referrer": with it browsers send our own forms with `Origin: null`, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return hushed


def cleans_input(view: View) -> View:
    """For views whose form cleans NUL characters itself and shows the input again, instead of the calm 400 page."""
    view.cleans_input = True  # type: ignore[attr-defined]
    return view


def keeps_raw_input(view: View) -> View:
    """For doors of machines that store what they are sent byte for byte before anybody tries to understand it."""
    view.keeps_raw_input = True  # type: ignore[attr-defined]
    return view
