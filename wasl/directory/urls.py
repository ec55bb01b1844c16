"""The addresses of this room."""

from django.urls import path

from wasl.directory import views

app_name = "directory"
urlpatterns = [path("me", views.me, name="me")]
