"""Django settings for work without a web server: the tables, and nothing else.

A workspace's own database is added as a connection of its own when it is opened
(``bayyina.db.connecting``); the default connection below is never written to.
"""

from __future__ import annotations

SECRET_KEY = "not used: nothing is signed with it outside the web application"  # noqa: S105
INSTALLED_APPS = ["bayyina.db"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
