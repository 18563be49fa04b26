"""Django settings of the web application.

Accounts, sessions of sign-in attempts and second factors are tables of the libraries; they live
in a small database of their own beside the records (``bayyina.web.serving`` names it), so that
the records' database holds nothing but what the custody log covers.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

ACCOUNTS_VARIABLE = "BAYYINA_ACCOUNTS_DATABASE"
"""Environment variable with the path of the accounts' SQLite file."""

HOSTS_VARIABLE = "BAYYINA_HOSTS"
"""Environment variable with the names, separated by commas, that the server answers to."""

HTTPS_VARIABLE = "BAYYINA_HTTPS"
"""``1`` behind a proxy that speaks TLS: cookies are then sent over TLS alone."""

INQUIRIES_VARIABLE = "BAYYINA_INQUIRIES"
"""``1``: the page on which families ask about somebody is open to whoever reaches the server."""

BAYYINA_INQUIRIES = os.environ.get(INQUIRIES_VARIABLE) == "1"

BACKUPS_VARIABLE = "BAYYINA_BACKUPS"
"""Environment variable with the folder of backups; empty: none are made from a browser."""

BAYYINA_BACKUPS = os.environ.get(BACKUPS_VARIABLE, "")

# Keys that people unlock live in memory, so nobody stays signed in after a restart anyway.
SECRET_KEY = secrets.token_urlsafe(64)
DEBUG = False
ALLOWED_HOSTS = [
    name for name in os.environ.get(HOSTS_VARIABLE, "127.0.0.1,localhost,[::1]").split(",") if name
]
IS_HTTPS = os.environ.get(HTTPS_VARIABLE) == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # pages of second factors use its words for days
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "bayyina.db",
    "bayyina.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "bayyina.web.frame.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "bayyina.web.frame.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bayyina.web.frame.middleware.PersonAtWork",
    "bayyina.web.api.middleware.InterfaceAnswers",
    "bayyina.web.accounts.second_factor.SecondFactor",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "bayyina.web.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bayyina.web.frame.context.frame",
            ],
            "libraries": {"say": "bayyina.web.templatetags.say"},
            "builtins": ["bayyina.web.templatetags.say"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get(ACCOUNTS_VARIABLE, ":memory:"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# ----- language and time -----
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
USE_I18N = True
FORMAT_MODULE_PATH = ["bayyina.web.formats"]  # one way of writing numbers in pages and reports
USE_TZ = True
TIME_ZONE = "UTC"

# ----- files -----
STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# ----- accounts -----
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "bayyina.web.accounts.backend.KeyFileBackend",
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "bayyina.web.accounts.adapter.MembersOnly"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_SESSION_REMEMBER = False
# django-axes counts failed passphrases; codes of second factors are counted here, by account.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key", "login": "", "reauthenticate": "10/15m/user"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Bayyina"
MFA_ADAPTER = "bayyina.web.accounts.second_factor.SealedFactors"
MFA_PASSKEY_LOGIN_ENABLED = False  # a passkey is a second factor: the passphrase opens the key
MFA_TRUST_ENABLED = False  # no browser is remembered: each signing in asks for both
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "bayyina.web.accounts.lockout.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# ----- sessions and headers -----
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SESSION_COOKIE_NAME = "__Host-bayyina_session" if IS_HTTPS else "bayyina_session"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "__Host-bayyina_csrf" if IS_HTTPS else "bayyina_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "bayyina.web.frame.views.form_expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = True  # a proxy that does not say https would show passphrases
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # What people typed never goes into a log; a failing request is shown by its number.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "axes": {"level": "CRITICAL"},
        "waitress.queue": {"level": "ERROR"},  # that requests wait is no error
    },
}
