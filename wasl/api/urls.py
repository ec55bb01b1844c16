"""The addresses of the machine door."""

from django.urls import include, path

urlpatterns = [
    path("open311/v2/", include("wasl.api.open311.urls")),
    path("api/v1/", include("wasl.api.v1.urls")),
]
