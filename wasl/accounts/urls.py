"""The addresses of signing in and of the own account."""

from django.urls import path

from wasl.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-in/code", views.code, name="code"),
    path("sign-in/enrol", views.enrol, name="enrol"),
    path("sign-in/again", views.again, name="again"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("account/password", views.password, name="password"),
    path("account/preferences", views.preferences, name="preferences"),
    path("account/second-factor", views.second_factor, name="second_factor"),
    path("account/second-factor/app", views.new_app, name="new_app"),
    path("account/second-factor/codes", views.new_codes, name="new_codes"),
    path("account/second-factor/remove", views.remove_app, name="remove_app"),
]
