"""The addresses behind invitations and resets."""

from django.urls import path

from wasl.verification import views

app_name = "verification"
urlpatterns = [
    path("forgot", views.forgot, name="forgot"),
    path("invite/<str:token>", views.invite, name="invite"),
    path("reset/<str:token>", views.reset, name="reset"),
]
