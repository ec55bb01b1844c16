"""What is checked about a session with every request."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse

from wasl.accounts import operations, sessions
from wasl.core.clock import now
from wasl.core.i18n import say

# What a page asks by itself (a number that changed) says so; a desk nobody sits at shall not stay signed in by it.
BY_ITSELF = "X-Wasl-By-Itself"


class SessionLimits:
    """End sessions that were idle too long or lasted too long. Stands after authentication and messages.

    That a session also ends with a deactivation, a new password or a change of roles needs nothing here: the hash in
    the session then differs from the person's, who is loaded with each request anyway. Once a minute it is noted that
    the person is there; otherwise this costs no statement.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if sessions.is_over(request.session):
                auth.logout(request)
                messages.info(request, say("انتهت جلستك. ادخل من جديد.", "Your session has ended. Sign in again."))
            elif BY_ITSELF not in request.headers and sessions.touch(request.session):
                operations.note_presence(request.user, at=now())
        return self.get_response(request)
