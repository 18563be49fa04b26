"""Saved searches: keeping them, looking through them, sharing them, and what is new in them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from bayyina.app.saved_searches import (
    READS,
    SavedSearch,
    forget_search,
    keep_search,
    look_through,
    one_search,
    own_searches,
    share_search,
    shared_searches,
    withdraw_search,
)
from bayyina.errors import BayyinaError
from bayyina.web.at_work import server
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.records.facets import FACETS, library_query

UNCOUNTED = -1
"""Number of a search that is not counted: a text, or a search that nothing answers any more."""


@require_http_methods(["GET", "POST"])
def searches(request: HttpRequest) -> HttpResponse:
    """The searches of the person at work and those that are shared; keeping another one."""
    who = asking(request)
    if request.method == "POST":
        address = request.POST.get("address", "")
        keep_search(
            who.at_work,
            name=request.POST.get("name", ""),
            address=address,
            tells="tells" in request.POST,
            seen=found_by(who, address),
        )
        return HttpResponseRedirect("/searches/")
    may_share = who.may(READS)
    words = {
        "own": [
            (one, found_by(who, one.address), fresh(who, one)) for one in own_searches(who.at_work)
        ],
        "shared": [(one, found_by(who, one.address)) for one in shared_searches(who.at_work)]
        if may_share
        else [],
        "may_share": may_share,
    }
    return render(request, "searches/searches.html", words)


@require_POST
def look(request: HttpRequest, search_id: str) -> HttpResponse:
    """Show what a search of one's own finds; what is new is known from then on."""
    who = asking(request)
    one = one_search(who.at_work, search_id)
    look_through(who.at_work, search_id, found_by(who, one.address))
    return HttpResponseRedirect(one.address)


@require_POST
def share(request: HttpRequest, search_id: str) -> HttpResponse:
    """Let others see a search of one's own."""
    share_search(asking(request).at_work, search_id)
    return HttpResponseRedirect("/searches/")


@require_POST
def withdraw(request: HttpRequest, search_id: str) -> HttpResponse:
    """Share a search no longer."""
    withdraw_search(asking(request).at_work, search_id)
    return HttpResponseRedirect("/searches/")


@require_POST
def forget(request: HttpRequest, search_id: str) -> HttpResponse:
    """Remove a search of one's own."""
    forget_search(asking(request).at_work, search_id)
    return HttpResponseRedirect("/searches/")


def found_by(who: Asking, address: str) -> int:
    """How many records a search of the library finds; ``UNCOUNTED`` for others."""
    parts = urlsplit(address)
    if parts.path != "/records/" or not who.may(READS) or not who.may("count"):
        return UNCOUNTED
    asked = {k: v for k, v in parse_qsl(parts.query) if k in {"unit", *FACETS}}
    if asked.get("unit") not in who.at_work.vocabulary.units:
        return UNCOUNTED
    try:
        return server().count(who.at_work, library_query(asked)).range[1]
    except BayyinaError:  # what it asks for is in the workspace no longer
        return UNCOUNTED


def fresh(who: Asking, one: SavedSearch) -> int:
    """How many records more than at the last look a search finds, if its owner wants to know."""
    found = found_by(who, one.address) if one.tells else UNCOUNTED
    return max(0, found - one.seen) if one.seen != UNCOUNTED and found != UNCOUNTED else 0
