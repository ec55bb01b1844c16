"""Fixtures of this room's tests: the room alone, without the rooms above it."""

import pytest
from django.test import Client

from wasl.web import navigation


@pytest.fixture
def room_alone(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the middleware of this room and of Django, and the addresses of `tests/urls.py`; sessions without tables."""
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(
        navigation.NavItem("الرئيسية", "calm", icon="house", order=1),
        navigation.NavItem("العرض", "web:style", icon="layout-grid", order=2),
        navigation.NavItem("المكتب", "web:style_desk", icon="list-checks", surface="staff", badge=lambda request: 3),
        navigation.NavItem("الخصوصية", "calm", surface="footer"),
    )
    settings.ROOT_URLCONF = "wasl.web.tests.urls"
    settings.LOGIN_URL = "/sign-in"
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    settings.MIDDLEWARE = [
        "wasl.web.middleware.RequestContext",
        "wasl.web.middleware.SecurityHeaders",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "wasl.web.middleware.Language",
        "wasl.web.middleware.CalmInput",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "wasl.web.middleware.PersonalView",
        "django.contrib.messages.middleware.MessageMiddleware",
    ]


@pytest.fixture
def visitor(room_alone: None) -> Client:
    """A browser of somebody unknown; errors of the server come as pages."""
    return Client(raise_request_exception=False)
