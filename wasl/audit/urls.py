"""Addresses of the audit log."""

from django.urls import path

from wasl.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.log, name="log"),
    path("file", views.log_file, name="log_file"),
    path("reads", views.reads, name="reads"),
    path("reads/file", views.reads_file, name="reads_file"),
]
