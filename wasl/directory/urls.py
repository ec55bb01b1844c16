"""The addresses of this room."""

from django.urls import path

from wasl.directory.views import delegations, me, team

app_name = "directory"
urlpatterns = [
    path("me", me.me, name="me"),
    path("me/absence", me.absence, name="absence"),
    path("me/delegations", delegations.own, name="delegations"),
    path("delegations", delegations.everybodys, name="all_delegations"),
    path("delegations/<int:number>/end", delegations.end, name="end_delegation"),
    path("people/<int:number>/rights", team.person_rights, name="person_rights"),
    path("team", team.team, name="team"),
    path("team/substitutes", team.appoint, name="appoint_substitute"),
    path("team/substitutes/<int:number>/end", team.end_substitution, name="end_substitution"),
    path("team/roles", team.grant_role, name="grant_role"),
    path("team/roles/<int:number>/end", team.end_role, name="end_role"),
]
