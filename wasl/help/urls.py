"""Addresses of the help pages."""

from django.urls import path

from wasl.help import views

app_name = "help"

urlpatterns = [
    path("", views.home, name="home"),
    path("citizen", views.citizen, name="citizen"),
    path("tour", views.demo_tour, name="tour"),
    path("<str:code>", views.role, name="role"),
]
