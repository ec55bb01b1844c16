"""The addresses of this room."""

from django.urls import path

from wasl.alerts import views

app_name = "alerts"
urlpatterns = [
    path("alerts", views.alert_list, name="list"),
    path("alerts/count", views.count, name="count"),
    path("alerts/read", views.read_all, name="read_all"),
    path("alerts/<int:number>/read", views.read_one, name="read_one"),
    path("alerts/<int:number>/open", views.open_alert, name="open"),
    path("alerts/link/<str:token>", views.open_link, name="link"),
    path("me/alerts", views.choices, name="choices"),
]
