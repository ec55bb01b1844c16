"""Addresses of the ground floor."""

from django.urls import path

from wasl.core import views

urlpatterns = [path("files/<str:token>", views.signed_file, name="core_file")]
