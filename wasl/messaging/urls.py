"""The addresses that providers call."""

from django.urls import path

from wasl.messaging import views

app_name = "messaging"
urlpatterns = [path("hooks/sms/<str:token>", views.hook, name="hook")]
