"""Addresses for whoever keeps the house running. (`/healthz`, `/readyz` and `/metrics` are answered before Django.)"""

from django.urls import path

from wasl.operation import views

app_name = "operation"

urlpatterns = [path("health", views.health, name="health")]
