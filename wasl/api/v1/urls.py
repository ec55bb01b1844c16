"""The addresses of this part of the machine door."""

from django.urls import URLPattern

app_name = "v1"
urlpatterns: list[URLPattern] = []
