"""Settings of the house. What an operator may choose comes from the environment (`environment.py`, `docs/settings.md`)."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent
WASL_MODE = os.environ.get("WASL_MODE", "demo")
WASL_HOME = Path(os.environ.get("WASL_HOME", "var")).resolve()
WASL_BASE_URL = os.environ.get("WASL_BASE_URL", "http://127.0.0.1:8000")
WASL_TRUSTED_PROXIES: list[str] = []
WASL_LIVE_SCOPES = "wasl.directory.live.scopes"

ROOMS = [
    "core", "web", "channels", "accounts", "directory", "calendars", "places", "catalogue", "contacts", "messaging",
    "tasks", "notices", "routing", "sla", "verification", "cases", "intake", "portal", "desk", "config",
]  # fmt: skip


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"application_name": "wasl", **query},
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql://owner@127.0.0.1:5499/wasl"))}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *(f"wasl.{room}" for room in ROOMS if (PACKAGE / room / "apps.py").exists()),
]
SECRET_KEY = "development"
AUTH_USER_MODEL = "accounts.User" if (PACKAGE / "accounts" / "models.py").exists() else "auth.User"
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = WASL_HOME / "static"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "wasl.config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORMAT_MODULE_PATH = ["wasl.web.formats"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
MIDDLEWARE: list[str] = []
