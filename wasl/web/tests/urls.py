"""Addresses for the tests of this room: its own, and a few doors that misbehave."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from wasl.web import doors, pages


@doors.public
def calm(request: HttpRequest) -> HttpResponse:
    return pages.message(request, title="هدوء", paragraphs=["<b>"])


@doors.public
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("for the test")


@doors.public
def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@csrf_exempt
@doors.public
def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(repr(request.POST.get("words")))


@csrf_exempt
@doors.cleans_input
@doors.public
def tolerant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(repr(request.POST.get("words")))


@doors.public
@doors.private_page
def secret(request: HttpRequest) -> HttpResponse:
    return pages.message(request, title="سر")


@doors.signed_in
def inside(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


urlpatterns = [
    path("", include("wasl.web.urls")),
    path("calm", calm, name="calm"),
    path("broken", broken),
    path("forbidden", forbidden),
    path("echo", echo),
    path("tolerant", tolerant),
    path("secret", secret),
    path("inside", inside),
    path("sign-in", calm, name="sign_in"),
]
handler400 = "wasl.web.errors.bad_request"
handler403 = "wasl.web.errors.permission_denied"
handler404 = "wasl.web.errors.page_not_found"
handler500 = "wasl.web.errors.server_error"
