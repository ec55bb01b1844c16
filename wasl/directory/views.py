"""The page that tells people what they may do, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wasl.core.clock import now
from wasl.directory import queries
from wasl.directory.permission_table import allowed_to
from wasl.web.doors import signed_in


@signed_in
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """My roles, and each right with its reach and the role that brings it."""
    at = now()
    context = {"roles": queries.roles_of(request.user, at), "allowed": allowed_to(request.user, at)}
    return render(request, "directory/me.html", context)
