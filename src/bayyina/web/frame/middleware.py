"""What happens around every request: headers, language, the person at work, errors in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from allauth.core.exceptions import (
    ImmediateHttpResponse,
    RateLimited,
    ReauthenticationRequired,
)
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation

from bayyina.errors import BayyinaError, BusyError, PermissionRefusedError
from bayyina.typeset.languages import LANGUAGES
from bayyina.web.at_work import TOKEN, server
from bayyina.web.faults import log_fault
from bayyina.web.frame.asking import Asking
from bayyina.web.kept_figures import one_state

CONTROL: Final = (ReauthenticationRequired, ImmediateHttpResponse, RateLimited)
"""What the accounts library raises to answer otherwise; nothing failed."""

Answer = Callable[[HttpRequest], HttpResponse]

LANGUAGE_COOKIE: Final = "bayyina_language"

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "font-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy: nothing from elsewhere, no inline script or style."""

OPEN_PATHS: Final = ("/account/", "/static/", "/language/", "/inquiry/")
"""What can be asked for without being signed in."""

READING: Final = ("GET", "HEAD")
"""Methods of requests that change nothing: all of their figures may stand for one state."""

INTERFACE: Final = "/api/"
"""Begins every address of the programming interface, where tokens count and sessions do not."""


class SecurityHeaders:
    """Headers that forbid the browser to load, send or keep anything elsewhere."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class ChosenLanguage:
    """The language that the person chose, else the one that their browser asks for."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language."""
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        if chosen not in LANGUAGES:
            asked = translation.get_language_from_request(request).split("-")[0]
            chosen = asked if asked in LANGUAGES else "en"
        request.LANGUAGE_CODE = chosen
        with translation.override(chosen):
            response = self._answer(request)
        response.headers["Content-Language"] = chosen
        response.headers["Vary"] = "Cookie, Accept-Language"
        return response


class PersonAtWork:
    """Puts the workspace of the person at work into the request; others go and sign in."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the sign-in page."""
        if request.path.startswith(INTERFACE):
            return self._answer(request)
        workspace = None
        if request.user.is_authenticated:
            workspace = server().at_work(request.session.get(TOKEN))
            if workspace is None or workspace.member.handle != request.user.get_username():
                server().forget(request.session.get(TOKEN))
                request.session.flush()
                workspace = None
        request.asking = Asking(workspace, request.LANGUAGE_CODE)  # type: ignore[attr-defined]
        if workspace is None and not request.path.startswith(OPEN_PATHS):
            target = request.get_full_path() if request.method == "GET" else "/"
            query = f"?next={quote(target, safe='/')}" if target != "/" else ""
            return HttpResponseRedirect(f"/account/login/{query}")
        if request.method not in READING:
            return self._answer(request)
        with one_state():
            return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """An error raised on purpose, in words; others are shown by Django without detail."""
        if isinstance(error, CONTROL):
            return None
        if not isinstance(error, BayyinaError):
            log_fault("A page", error)
            return None
        status = 400
        if isinstance(error, PermissionRefusedError):
            status = 403
        elif isinstance(error, BusyError):
            status = 409
        elif error.code.startswith("no-such-"):
            status = 404
        words = {"error": error}
        return render(request, "frame/refused.html", words, status=status)
