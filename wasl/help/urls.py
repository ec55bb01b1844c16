"""Addresses of the help pages."""

from django.urls import URLPattern

app_name = "help"

urlpatterns: list[URLPattern] = []
