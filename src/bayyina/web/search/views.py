"""One box over ids, list keys, names in both scripts, and the words of documents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bayyina.app.finding import find_records
from bayyina.app.permissions import sight
from bayyina.app.rows import RecordRow
from bayyina.app.searching_texts import TextFound, find_texts
from bayyina.app.short_ids import record_number
from bayyina.web.at_work import quiet
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.records.summaries import Summary, summaries


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Records that fit a text, best first; names may be misspelt or in the other script."""
    who = asking(request)
    sight(who.at_work, "export-records")
    text = request.GET.get("q", "").strip()
    words: dict[str, object] = {"text": text}
    if text:
        found = find_records(who.at_work, text, quiet, limit=50, with_names=False)
        numbers = [record_number(who.at_work, one["id"]) for one in found["records"]]
        matched = {one["id"]: one for one in found["records"]}
        words |= {
            "rows": [(row, matched[row.id]) for row in summaries(who.at_work, numbers, who.lang)],
            "more": found["more"],
        }
        words["texts"] = _texts(who, text) if not words["rows"] or len(text) > 2 else []
    return render(request, "search/search.html", words)


def _texts(who: Asking, text: str) -> list[tuple[Summary, TextFound, str]]:
    """Records whose texts hold the words, each with what the property is called."""
    workspace = who.at_work
    hits = find_texts(workspace, text, quiet)
    rows = {row.id: row for row in summaries(workspace, [one.record for one in hits], who.lang)}
    store = workspace.store
    kinds = {
        r.number: r.record_type for r in store.find(RecordRow, "number", [h.record for h in hits])
    }
    told = []
    for hit in hits:
        row = rows.get(workspace.short_id(hit.record))
        if row is not None:
            prop = workspace.vocabulary.types[kinds[hit.record]].properties[hit.property]
            told.append((row, hit, prop.label[who.lang]))
    return told
