"""Pages of the frame itself: the choice of language, and what went wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from bayyina.typeset.languages import LANGUAGES
from bayyina.web.frame.middleware import LANGUAGE_COOKIE


@require_GET
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the chosen language, and go back to the page that it was chosen on."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    if code in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, code, max_age=365 * 24 * 3600, httponly=True, samesite="Strict"
        )
    return response


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What is shown when a form's secret does not fit."""
    del reason
    return render(request, "frame/form_expired.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page."""
    del exception
    return render(request, "frame/not_found.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Something went wrong that nobody foresaw; nothing of it is shown."""
    return render(request, "frame/failed.html", status=500)
