"""Django's settings. What an operator may choose comes from the environment (`environment.py`, `docs/settings.md`)."""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from wasl.config import environment, journal
from wasl.config.floors import ROOMS
from wasl.core import keys

_chosen = environment.read()

WASL_MODE = _chosen.mode
WASL_HOME = _chosen.home
WASL_BASE_URL = _chosen.base_url
WASL_TRUSTED_PROXIES = list(_chosen.trusted_proxies)
WASL_MAIL_PORT = _chosen.mail_port
WASL_MAIL_BIND = _chosen.mail_bind
WASL_SMTP_URL = _chosen.smtp_url
WASL_MAIL_FROM = _chosen.mail_from
WASL_IMAP_URL = _chosen.imap_url
WASL_INSIDE = _chosen.inside
WASL_ALERT_TO = list(_chosen.alert_to)
WASL_ALERT_HOOK = _chosen.alert_hook
WASL_SEALS_TO = list(_chosen.seals_to)
WASL_SEALS_HOOK = _chosen.seals_hook
WASL_METRICS_FROM = list(_chosen.metrics_from)
WASL_METRICS_TOKEN = _chosen.metrics_token
# The runner's word to its children, in the demo only.
WASL_SMS_SIMULATOR_PORT = os.environ.get("WASL_SMS_SIMULATOR_PORT", "") if WASL_MODE != "production" else ""
WASL_SMS_SIMULATOR_KEY = os.environ.get("WASL_SMS_SIMULATOR_KEY", "") if WASL_MODE != "production" else ""
WASL_LIVE_SCOPES = "wasl.directory.live.scopes"
WASL_LIVE_CLOSED_SCOPES = "wasl.directory.live.closed_scopes"
WASL_STAFF_HOME = "desk:home"


# A case is read with seven rows it names. To weigh every order of so many joins took PostgreSQL 2.5 ms, to follow them
# by number 0.2 ms; up to four tables it still chooses the order itself.
# Compiling a statement of the figures costs a hundred times what it saves; the embedded server has it off as well.
_PLANNING = "-c join_collapse_limit=4 -c jit=off"


def _database(url: str) -> dict[str, Any]:
    """Django's entry for a PostgreSQL address. Pages come from a fixed pool of threads: so does its connection pool."""
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    pool = {"min_size": 1, "max_size": _chosen.web_threads + _chosen.jobs_at_once + 2, "timeout": 5}
    # Of the statements by hand (core.sets) alone: Django's own put their values into the text.
    prepared = {"prepare_threshold": 1}
    options: dict[str, Any] = {"application_name": "wasl", "connect_timeout": 5, "options": _PLANNING, **prepared}
    host = query.pop("host", parts.hostname or "")
    port = query.pop("port", str(parts.port or ""))
    return {
        "ENGINE": "wasl.core.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, **query, **({} if WASL_MODE == "test" else {"pool": pool})},
    }


# Migrations run as the owner of the tables; everything else as a role that may not change what is recorded.
DATABASES = {"default": _database(_chosen.database_url_for(os.environ.get("WASL_DB_ROLE", "app")))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *(f"wasl.{room}" for room in ROOMS),
]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None

MIDDLEWARE = [
    "wasl.web.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "wasl.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wasl.web.middleware.Language",
    "wasl.web.middleware.CalmInput",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wasl.web.middleware.PersonalView",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wasl.accounts.middleware.SessionLimits",
    "wasl.directory.middleware.AgencyOfRequest",
]
ROOT_URLCONF = "wasl.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wasl.web.context.page",
            ]
        },
    }
]

FORM_RENDERER = "wasl.web.selects.FormRenderer"

SECRET_KEY, SECRET_KEY_FALLBACKS = keys.django_secret_keys(WASL_HOME)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["wasl.accounts.backends.StaffBackend"]
PASSWORD_HASHERS = ["wasl.accounts.hashing.StaffHasher"]
LOGIN_URL = "accounts:sign_in"

_is_https = urlsplit(WASL_BASE_URL).scheme == "https"
# Wasl answers under the name it was given, under the names of its agencies, and on the machine itself.
_own_hosts = [urlsplit(WASL_BASE_URL).hostname or "", *_chosen.hosts, "127.0.0.1", "localhost"]
ALLOWED_HOSTS = _own_hosts if WASL_MODE == "production" else ["*"]
SESSION_ENGINE = "wasl.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _is_https
SESSION_COOKIE_AGE = 12 * 3600  # the longest working day
CSRF_COOKIE_SECURE = _is_https
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [WASL_BASE_URL, *(f"https://{host}" for host in _chosen.hosts)]
CSRF_FAILURE_VIEW = "wasl.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
# asgi.py takes over the visitor's scheme from trusted proxies only; Django need not look at the header itself.
SECURE_PROXY_SSL_HEADER = None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frames are forbidden by our own header
    "security.W005",  # sub-domains and
    "security.W021",  # the browsers' list are for whoever owns the domain
    "security.W008",  # http is sent to https by the proxy that ends TLS; behind it, probes ask over plain http
    "security.W009",  # our keys are 256 derived bits in 44 letters, where Django counts letters;
    "security.W025",  # `config.guard` looks at the bits
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # of a form without its files
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["wasl.portal.uploads.CappedUpload"]  # to the disk, no further than the limit of one file

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["wasl.web.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = WASL_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WASL_MODE == "test"
        else "wasl.web.storage.HashedStatics"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

LOGGING = journal.logging_for(_chosen.log)
if WASL_MODE == "test":
    LOGGING = {**LOGGING, "root": {**LOGGING["root"], "level": "WARNING"}}
