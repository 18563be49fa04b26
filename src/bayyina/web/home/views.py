"""How things stand: headline figures as of a day, the log, what was done last."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bayyina.app.jobs import visible_jobs
from bayyina.app.live import sequenced_batches
from bayyina.app.members import handles_by_uuid
from bayyina.errors import QueryError
from bayyina.web.at_work import server
from bayyina.web.frame.asking import asking
from bayyina.web.home.queues import queues

HEADLINES: Final = (
    ("headline_persons", "count persons"),
    ("headline_held", "count persons held"),
    ("headline_arrests", "count arrests"),
    ("headline_deaths", "count deaths"),
    ("headline_torture", "count persons with Death(manner=torture)"),
    ("headline_sites", "count sites"),
)
"""Figures of the first page, by key of their names."""

LATEST: Final = 12
"""So many entries of the log are shown."""


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    who = asking(request)
    workspace = who.at_work
    day = _day(request)
    figures = []
    if who.may("count"):
        for key, query in HEADLINES:
            asked = f"{query} as of {day}" if day else query
            try:
                figures.append((key, server().count(workspace, asked)))
            except QueryError:
                continue  # a vocabulary without such records has no such headline
    people = server().remembered("handles", lambda: handles_by_uuid(workspace.store))
    entries = sequenced_batches(workspace.store)
    words = {
        "queues": queues(who),
        "figures": figures,
        "day": day or "",
        "uncounted": server().uncounted(workspace),
        "size": workspace.store.log_size(),
        "latest": [
            (
                row.entry,
                (row.entry_time or "")[:16].replace("T", " "),
                row.action,
                people.get(row.actor, "?"),
            )
            for row in reversed(entries[-LATEST:])
        ],
        "jobs": [row for row in visible_jobs(workspace) if row.state in {"queued", "running"}],
    }
    return render(request, "home/home.html", words)


def _day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return None
