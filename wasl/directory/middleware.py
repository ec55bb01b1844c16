"""Which agency a request is about, and in which time zone its days are."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wasl.core import edition
from wasl.core.clock import now
from wasl.directory import queries
from wasl.directory.current import current_agency
from wasl.directory.models import Agency
from wasl.web.doors import door_of

Answer = Callable[[HttpRequest], HttpResponse]


class AgencyOfRequest:
    """Set `request.agency` and its time zone. Staff pages are about the agency of the person, public ones about the
    agency of the host name; a door for programs finds out by itself, from the key. Stands last, after authentication.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            # Pages that are only looked at change no configuration: one edition holds for all of their questions.
            with edition.once() if request.method in ("GET", "HEAD") else nullcontext():
                return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        door = door_of(view)
        if door is not None and door.kind == "key":
            return
        agency = self._agency(request, staff=door is not None and door.kind != "public")
        request.agency = agency  # type: ignore[attr-defined]
        timezone.activate(agency.zone if agency is not None else ZoneInfo("UTC"))

    @staticmethod
    def _agency(request: HttpRequest, *, staff: bool) -> Agency | None:
        if staff and request.user.is_authenticated:
            own = queries.own_agency(request.user, now())
            if own is not None:
                return own
        try:
            return current_agency(request)
        except queries.NoAgency:
            return None
