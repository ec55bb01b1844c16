"""The addresses of this part of the machine door."""

from django.urls import URLPattern

app_name = "open311"
urlpatterns: list[URLPattern] = []
