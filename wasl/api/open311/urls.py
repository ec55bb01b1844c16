"""The addresses of this part of the machine door: each with a suffix for the format, and without one."""

from collections.abc import Callable, Iterator

from django.http import HttpResponse
from django.urls import URLPattern, path

from wasl.api.open311 import views

app_name = "open311"


def _collection(address: str, view: Callable[..., HttpResponse]) -> Iterator[URLPattern]:
    yield path(address, view, name=address)
    yield path(f"{address}.<str:suffix>", view, name=f"{address}_in")


urlpatterns: list[URLPattern] = [
    *_collection("discovery", views.discovery),
    *_collection("services", views.services),
    path("services/<str:code>", views.service, name="service"),
    *_collection("requests", views.requests),
    path("requests/<str:number>", views.request_, name="request"),
    path("tokens/<str:token>", views.token, name="token"),
    *_collection("servicerequestupdates", views.service_request_updates),
]
