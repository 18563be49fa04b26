"""Pairs of people that the linkage is unsure of, side by side, decided with a key or a click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.job_kinds import LINK_PEOPLE, runner
from bayyina.app.permissions import require
from bayyina.app.reviewing import Decided, decide_pairs, next_pairs, review_state
from bayyina.app.reviewing_pairs import show_pair
from bayyina.linkage.reasons import level_in_words
from bayyina.web.at_work import quiet, server
from bayyina.web.background import start
from bayyina.web.frame.asking import Asking, asking

SKIPPED = "skipped"
"""Entry of the session with the pairs that a person has put off."""

PERSON: Final = "Person"
"""Record type of the two sides."""

LISTED: Final = 25
"""So many pairs are listed."""

REASON = "reason"
"""Entry of the session with the reason given last, offered for the next pair."""


@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """How far the review has come, what the sample tells, and the pairs that matter most."""
    who = asking(request)
    require(who.at_work, "judge")
    job = next(
        (row for row in reversed(list(who.at_work.store.jobs())) if row.kind == LINK_PEOPLE), None
    )
    words = {
        "linking": job,
        "is_linking": job is not None and job.state in {"queued", "running"},
        "state": server().remembered("pairs", lambda: review_state(who.at_work, quiet)),
        "pairs": server().remembered(
            "next pairs", lambda: next_pairs(who.at_work, quiet, limit=LISTED)
        ),
    }
    return render(request, "review/review.html", words)


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Look for records that may be about the same person; what is unsure waits for people."""
    workspace = asking(request).at_work
    require(workspace, "judge")
    runner(workspace).enqueue(LINK_PEOPLE, {})
    start(workspace)
    return HttpResponseRedirect("/review/")


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, pair_id: str) -> HttpResponse:
    """Both records of a pair, why they were linked, and the decision."""
    who = asking(request)
    require(who.at_work, "judge")
    if request.method == "POST":
        verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "").strip()
        if verdict == "later":
            request.session[SKIPPED] = [*request.session.get(SKIPPED, [])[-500:], pair_id]
        else:
            decide_pairs(who.at_work, [Decided(pair_id, verdict, reason)], quiet)
            request.session[REASON] = reason
            messages.success(
                request, who.says("review_kept", pair=pair_id, verdict=who.says(f"judge_{verdict}"))
            )
        put_off = set(request.session.get(SKIPPED, []))
        waiting = next_pairs(who.at_work, quiet, limit=len(put_off) + 1)
        following = next((one["id"] for one in waiting if one["id"] not in put_off), None)
        return HttpResponseRedirect(f"/review/{following}/" if following else "/review/")
    document = show_pair(who.at_work, pair_id, quiet)
    words = {
        "document": document,
        "sides": [_side(who, side) for side in document["sides"]],
        "reasons": [
            one
            | {
                "words": level_in_words(
                    one["field"], one["level"], "ar" if who.lang == "ar" else "en"
                )
            }
            for one in document["reasons"]
        ],
        "reason": request.session.get(REASON, ""),
    }
    return render(request, "review/pair.html", words)


def _side(who: Asking, side: Mapping[str, Any]) -> dict[str, Any]:
    """One record of a pair with its properties and values in words."""
    people = who.at_work.vocabulary.types[PERSON].properties

    def label(name: str) -> str:
        return people[name].label[who.lang] if name in people else name

    return {
        **side,
        "names": [{**one, "label": label(one["part"])} for one in side["names"]],
        "told": [
            (label(name), who.labels.label(name, value, who.lang))
            for name, value in side["stated"].items()
        ],
        "acts": [
            {
                "label": who.at_work.vocabulary.types[act["type"]].label[who.lang],
                "told": [
                    who.labels.label(name, value, who.lang)
                    for name, value in act.items()
                    if name not in {"record", "type"}
                ],
            }
            for act in side["acts"]
        ],
    }
