"""What somebody sees after too many failed attempts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """The page that asks to wait; the same whether there is such a member or not."""
    del response, credentials
    return render(request, "account/lockout.html", status=429)
