"""The one address of places."""

from django.urls import path

from wasl.places import views

app_name = "places"

urlpatterns = [
    path("places/boundaries.json", views.boundaries, name="boundaries"),
]
