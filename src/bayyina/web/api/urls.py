"""Addresses of the interface, all below ``/api/v1/``."""

from __future__ import annotations

from bayyina.web.api.answering import api
from bayyina.web.api.changing import router

api.add_router("", router)

urlpatterns = api.urls[0]
