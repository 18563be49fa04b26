"""One box over ids, list keys and names in both scripts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bayyina.app.finding import find_records
from bayyina.app.permissions import sight
from bayyina.app.short_ids import record_number
from bayyina.web.at_work import quiet
from bayyina.web.frame.asking import asking
from bayyina.web.records.summaries import summaries


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Records that fit a text, best first; names may be misspelt or in the other script."""
    who = asking(request)
    sight(who.at_work, "export-records")
    text = request.GET.get("q", "").strip()
    words: dict[str, object] = {"text": text}
    if text:
        found = find_records(who.at_work, text, quiet, limit=50)
        numbers = [record_number(who.at_work, one["id"]) for one in found["records"]]
        matched = {one["id"]: one for one in found["records"]}
        words |= {
            "rows": [(row, matched[row.id]) for row in summaries(who.at_work, numbers, who.lang)],
            "more": found["more"],
        }
    return render(request, "search/search.html", words)
