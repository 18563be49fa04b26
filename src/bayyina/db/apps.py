"""Django's entry for the app that owns every domain table."""

from __future__ import annotations

from django.apps import AppConfig


class DbConfig(AppConfig):
    """The tables of a workspace."""

    name = "bayyina.db"
    label = "bayyina"
    verbose_name = "Bayyina"
    default_auto_field = "django.db.models.BigAutoField"
