"""The addresses of this room; the live stream `/live/stream` is answered beside Django (live.py)."""

from django.urls import path

from wasl.web import views

app_name = "web"
urlpatterns = [
    path("language", views.language, name="language"),
    path("start", views.start, name="start"),
    path("style", views.style, name="style"),
    path("style/desk", views.style_desk, name="style_desk"),
]
