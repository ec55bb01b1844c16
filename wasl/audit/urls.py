"""Addresses of the audit log."""

from django.urls import path

from wasl.audit import views
from wasl.audit.fairness import views as fairness

app_name = "audit"

urlpatterns = [
    path("", views.log, name="log"),
    path("file", views.log_file, name="log_file"),
    path("reads", views.reads, name="reads"),
    path("reads/file", views.reads_file, name="reads_file"),
    path("fairness/", fairness.overview, name="fairness"),
    path("fairness/file", fairness.overview_file, name="fairness_file"),
    path("fairness/jumps", fairness.jumps, name="jumps"),
    path("fairness/jumps/file", fairness.jumps_file, name="jumps_file"),
    path("fairness/taken", fairness.taken, name="taken"),
    path("fairness/signs", fairness.signs, name="signs"),
]
