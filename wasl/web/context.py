"""What every template may ask of its page: `page.language`, `page.public_nav`, `page.organisation`, `page.now`, …

Everything is worked out when a template asks, so that a fragment pays for nothing it does not show.
"""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from wasl.core import clock
from wasl.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, language, say
from wasl.web import languages, navigation


class Page:
    """The frame of a page. An upper room may set `request.agency` (name, short_name, phone, email)."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.language = language()
        self.direction = languages.direction(self.language)
        self.other = languages.other(self.language)
        self.other_name = languages.NAMES[self.other]

    @cached_property
    def agency(self) -> Any:
        return getattr(self.request, "agency", None)

    @property
    def organisation(self) -> str:
        return str(getattr(self.agency, "name", "") or say("مركز التواصل البلدي", "Municipal Contact Centre"))

    @property
    def phone(self) -> str:
        return str(getattr(self.agency, "phone", "") or "1111")

    @property
    def email(self) -> str:
        return str(getattr(self.agency, "email", "") or "")

    @property
    def is_demo(self) -> bool:
        return bool(settings.WASL_MODE == "demo")

    @property
    def path(self) -> str:
        """This page without the language in its address, to come back to."""
        query = self.request.GET.copy()
        query.pop(languages.PARAMETER, None)
        return self.request.path + (f"?{query.urlencode()}" if query else "")

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """The hreflang pair with its default; pages with a secret in the address tell none."""
        if self.request.method != "GET" or getattr(self.request, "hushed", False):
            return []
        pairs = [(one, languages.address_in(self.request, one)) for one in LANGUAGES]
        return [*pairs, ("x-default", languages.address_in(self.request, DEFAULT_LANGUAGE))]

    @property
    def home(self) -> str:
        return str(navigation.address_or("portal:home", "/"))

    @property
    def staff_home(self) -> str:
        return reverse("web:start")

    @property
    def search_url(self) -> str:
        """The search of cases, for whoever reads them."""
        return str(navigation.address_or("desk:search", "")) if self.reads_cases else ""

    @cached_property
    def reads_cases(self) -> bool:
        """May the person read cases anywhere? Other staff have nothing to search and no stream of facts to follow."""
        user = getattr(self.request, "user", None)
        return not getattr(user, "is_authenticated", False) or navigation.is_open(self.request, "read_case")

    @property
    def help_url(self) -> str:
        """Help about this screen: the name of its address goes along, with the kind of row it shows."""
        home = navigation.address_or("help:home", "")
        match = self.request.resolver_match
        if not home or match is None:
            return str(home)
        kind = match.kwargs.get("kind", "")
        return f"{home}?{urlencode({'at': f'{match.view_name}:{kind}' if kind else match.view_name})}"

    @property
    def tour_url(self) -> str:
        """The walk through the demo; nothing outside it."""
        return str(navigation.address_or("help:tour", "")) if self.is_demo else ""

    @property
    def sign_out_url(self) -> str:
        return str(navigation.address_or("accounts:sign_out", ""))

    @property
    def user_name(self) -> str:
        user = self.request.user
        return str(getattr(user, "name", "") or user.get_username())

    @cached_property
    def public_nav(self) -> list[navigation.ShownItem]:
        return navigation.items_for(self.request, "public")

    @cached_property
    def footer_nav(self) -> list[navigation.ShownItem]:
        return navigation.items_for(self.request, "footer")

    @cached_property
    def staff_nav(self) -> list[navigation.ShownItem]:
        return navigation.items_for(self.request, "staff")

    @cached_property
    def bar_nav(self) -> list[navigation.ShownItem]:
        """What stands in the bar above staff pages; nothing for strangers."""
        user = getattr(self.request, "user", None)
        return navigation.items_for(self.request, "bar") if getattr(user, "is_authenticated", False) else []

    @cached_property
    def user_nav(self) -> list[navigation.ShownItem]:
        return navigation.items_for(self.request, "user")

    @property
    def now(self) -> Any:
        return clock.now()

    @property
    def language_url(self) -> str:
        return reverse("web:language")


def page(request: HttpRequest) -> dict[str, Page]:
    """The context processor."""
    return {"page": Page(request)}
