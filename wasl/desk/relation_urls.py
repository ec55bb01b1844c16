"""Where conflicts of interest are declared: one's own, and those of the colleagues one looks after."""

from django.urls import path

from wasl.desk.views import relations

app_name = "relations"
urlpatterns = [
    path("me/relations", relations.own, name="own"),
    path("relations", relations.colleagues, name="colleagues"),
    path("relations/declare", relations.declare, name="declare"),
]
