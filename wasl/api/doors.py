"""The mark of doors for programs: no browser comes through them, so no form token is asked; a key is."""

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from wasl.web.doors import Door, mark

Page = Callable[..., HttpResponse]


def for_programs(scope: str) -> Callable[[Page], Page]:
    """A door that programs open with a key of this scope; the view itself admits the key and says how it refuses."""

    def guard(view: Page) -> Page:
        marked: Page = mark(csrf_exempt(view), Door("key", scope))
        return marked

    return guard
