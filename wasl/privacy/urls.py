"""Addresses of the pages about people's data."""

from django.urls import path

from wasl.privacy import views

app_name = "privacy"

urlpatterns = [
    path("", views.home, name="home"),
    path("persons/<int:number>", views.person, name="person"),
    path("persons/<int:number>/ask", views.ask, name="ask"),
    path("persons/<int:number>/correct", views.correct, name="correct"),
    path("persons/<int:number>/hold", views.hold, name="hold"),
    path("persons/<int:number>/hold/end", views.end_hold, name="end_hold"),
    path("requests/<str:public_id>/decide", views.decide, name="decide"),
    path("requests/<str:public_id>/erase", views.erase, name="erase"),
    path("requests/<str:public_id>/file", views.take, name="take"),
]
