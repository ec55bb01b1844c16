"""Addresses of the figures."""

from django.urls import path

from wasl.analytics import views

app_name = "analytics"

urlpatterns = [
    path("", views.dashboard, name="home"),
    path("cases", views.case_list, name="cases"),
    path("figures.csv", views.table, name="table"),
    path("definitions", views.definitions, name="definitions"),
]
