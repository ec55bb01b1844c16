"""Addresses for whoever keeps the house running."""

from django.urls import URLPattern

app_name = "operation"

urlpatterns: list[URLPattern] = []
