"""Evidence: the list and the intake, one item with all that is known, looking at it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.annotating import Annotation, annotate_item
from bayyina.app.evidence_items import list_items
from bayyina.app.evidence_reading import erased_item, look_at_item
from bayyina.app.evidence_showing import read_part
from bayyina.app.evidence_viewing import begin_look, look_on, viewable_item
from bayyina.app.job_kinds import runner
from bayyina.app.locators import read_locator
from bayyina.app.own_viewing import VIEWS, Viewing, looking, wish
from bayyina.app.permissions import require
from bayyina.app.server_jobs import ADD_EVIDENCE
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.typeset.languages import LANGUAGES
from bayyina.web.background import start
from bayyina.web.evidence.incoming import keep_files
from bayyina.web.evidence.looks import keep_look, may_still_look, refuse_unlooked
from bayyina.web.evidence.marks import marks_of
from bayyina.web.evidence.showing import (
    CLEAR,
    FILMS,
    PICTURES,
    SOUNDS,
    VEILED,
    content_of,
    is_clear,
    shape_of,
)
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.own_jobs import own_jobs
from bayyina.web.records.statements import statement_lines

PAGE: Final = 50
"""Items on a page."""

SAID: Final = ("source", "kind", "captured", "received", "brought_by", "consent", "note")
"""What can be said of uploaded files."""

SIDES: Final = ("left", "top", "width", "height")
ANNOTATED: Final = ("from", "to", "page", "place", *SIDES, "note", "lang", "shows")
"""Fields of the form that says what is at one place."""

GOING_ON: Final = "The look that was begun goes on."
"""Reason in the log of opening a sealed item's page again while its look lasts."""

LARGEST_PART: Final = 4 << 20
"""Bytes of one answer to a player that asks for a part."""

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
BYTES_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"
"""Policy of an item's own bytes: they can run, load and send nothing."""


@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest) -> HttpResponse:
    """The newest items, and the upload of files."""
    who = asking(request)
    workspace = who.at_work
    if request.method == "POST":
        require(workspace, "add-evidence")
        files = [one for one in request.FILES.getlist("files") if one.name]
        if not files:
            raise InputError("No file was chosen.", hint="Choose files and send them again.")
        said: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in SAID}
        said["sealed"] = "sealed" in request.POST
        folder = keep_files(workspace, files, said)
        runner(workspace).enqueue(ADD_EVIDENCE, {"folder": folder})
        start(workspace)
        return HttpResponseRedirect("/evidence/")
    items = list(reversed(list_items(workspace)))
    page = _page_number(request)
    jobs = own_jobs(workspace, ADD_EVIDENCE)
    last = jobs[-1] if jobs else None
    words = {
        "items": items[(page - 1) * PAGE : page * PAGE],
        "count": len(items),
        "page": page,
        "before": page - 1 if page > 1 else 0,
        "after": page + 1 if page * PAGE < len(items) else 0,
        "may_add": who.may("add-evidence"),
        "kinds": _terms(who, "evidence_kinds"),
        "consents": _terms(who, "consent_states"),
        "job": last,
        "is_running": last is not None and last.state in {"queued", "running"},
        "result": json.loads(last.result) if last is not None and last.result else None,
    }
    return render(request, "evidence/evidence.html", words)


@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, short_id: str) -> HttpResponse:
    """What is known of an item; its bytes only after a look that is logged."""
    who = asking(request)
    erased = erased_item(who.at_work, short_id)
    if erased is not None:
        return render(request, "evidence/erased.html", {"id": short_id})
    is_open = may_still_look(request, short_id)
    reason = request.POST.get("reason", "") or (GOING_ON if is_open else "")
    try:
        view = look_at_item(who.at_work, short_id, reason=reason)
    except InputError:
        if not who.may("open-sealed"):
            raise PermissionRefusedError(f"{short_id} is sealed.") from None
        return render(request, "evidence/sealed.html", {"id": short_id})
    shape, lines = (
        shape_of(view.item.media_type),
        list(statement_lines(who, view.record, "statements")),
    )
    day = looking(who.at_work) if who.may_somewhere(VIEWS) else None
    clear = False
    shown: dict[str, Any] = {}
    if is_open:
        clear = is_clear(
            request, who, short_id, veilable=shape in VEILED or "capture" in request.GET
        )
        shown = content_of(request, who, view.item, clear=clear)
    may_annotate = who.may("add-evidence") and not view.item.is_sealed
    may_redact = who.may_for("redact-evidence", view.item.number)
    page = int(shown.get("page", 0))
    marks = marks_of(lines)
    words = {
        "view": view,
        "statements": lines,
        "marks": marks,
        "boxes": [one for one in marks if one.box and (not page or one.page in (0, page))],
        "spans": [one for one in marks if one.first],
        "may_redact": may_redact,
        "may_annotate": may_annotate,
        "may_mark": may_annotate or (may_redact and shape in {"picture", "pages", "sound"}),
        "may_bundle": who.may("bundle"),
        "may_look": who.may("download-evidence"),
        "is_open": is_open,
        "is_clear": clear,
        "is_veiled": shape in VEILED or bool(shown.get("source")),
        "day": looking(who.at_work) if clear else day,
        "shape": shape,
        "shown": shown,
        "page": page,
        "query": _query(request),
    }
    return render(request, "evidence/item.html", words)


@require_POST
def annotate(request: HttpRequest, short_id: str) -> HttpResponse:
    """Keep what somebody says of one region, span or page of an item."""
    who = asking(request)
    given = {name: request.POST.get(name, "").strip() for name in ANNOTATED}
    lang = given["lang"] if given["lang"] in LANGUAGES else who.lang
    said = Annotation(_place(given), given["note"], lang, given["shows"])
    annotate_item(who.at_work, short_id, said)
    messages.success(request, who.says("annotated"))
    return HttpResponseRedirect(f"/evidence/{quote(short_id)}/#annotate")


def _place(given: Mapping[str, str]) -> str:
    """The locator that the fields come to: a time or page and a region, as far as they are given."""
    parts = []
    if given["from"] or given["to"]:
        parts.append("time " + "-".join(one for one in (given["from"], given["to"]) if one))
    elif given["page"]:
        parts.append(f"page {given['page']}")
    elif given["place"]:
        parts.append(given["place"])
    sides = [given[side] for side in SIDES]
    if any(sides):
        parts.append(read_locator(f"region {','.join(sides)}"))
    return ", ".join(parts)


@require_POST
def look(request: HttpRequest, short_id: str) -> HttpResponse:
    """Log a look at the bytes of an item; they are shown, covered, for a while."""
    begin_look(asking(request).at_work, short_id, reason=request.POST.get("reason", ""))
    keep_look(request, short_id)
    return HttpResponseRedirect(f"/evidence/{quote(short_id)}/#look")


@require_GET
def item_bytes(request: HttpRequest, short_id: str) -> HttpResponse | StreamingHttpResponse:
    """The bytes of an item whose look was logged, as they were taken in; a part, if asked for."""
    refuse_unlooked(request, short_id)
    who = asking(request)
    found = viewable_item(who.at_work, short_id)
    is_shown = found.media_type in PICTURES | SOUNDS | FILMS and "take" not in request.GET
    kind = found.media_type if is_shown else "application/octet-stream"
    asked = _asked_part(request.headers.get("Range", ""), found.size) if is_shown else None
    response: HttpResponse | StreamingHttpResponse
    if asked is not None:
        first, last = asked
        body = read_part(who.at_work, short_id, first, last)
        response = HttpResponse(body, content_type=kind, status=206)
        response["Content-Range"] = f"bytes {first}-{first + len(body) - 1}/{found.size}"
        response["Content-Length"] = str(len(body))
    else:
        _, parts = look_on(who.at_work, short_id)
        response = StreamingHttpResponse(parts, content_type=kind)
        response["Content-Length"] = str(found.size)
    if is_shown:
        response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = BYTES_POLICY
    if not is_shown:
        response["Content-Disposition"] = f'attachment; filename="{quote(short_id)}.bin"'
    return response


def _asked_part(said: str, size: int) -> tuple[int, int] | None:
    """The bytes that a player asks for, of one range at most; None: the whole (RFC 9110, 14.2)."""
    found = _RANGE.fullmatch(said.strip())
    if found is None or size == 0 or not (found[1] or found[2]):
        return None
    if found[1]:
        first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    else:
        first, last = max(0, size - int(found[2])), size - 1
    if first >= size or last < first:
        return None
    return first, min(last, size - 1, first + LARGEST_PART - 1)


@require_http_methods(["GET", "POST"])
def viewing(request: HttpRequest) -> HttpResponse:
    """How the person at work wants to look at violent material, and how their day stands."""
    who = asking(request)
    if request.method == "POST":
        wishes = Viewing(
            daily=_count(request, "daily"),
            minutes=_count(request, "minutes"),
            is_veiled="veiled" in request.POST,
            is_muted="muted" in request.POST,
        )
        wish(who.at_work, wishes)
        messages.success(request, who.says("viewing_kept"))
        return HttpResponseRedirect("/evidence/viewing/")
    return render(request, "evidence/viewing.html", {"day": looking(who.at_work)})


def _terms(who: Asking, name: str) -> list[tuple[str, str]]:
    """The terms of a list of the vocabulary: each code with what people read for it."""
    terms = who.at_work.vocabulary.term_lists[name]
    return [(code, terms.label(code, who.lang)) for code in terms.terms]


def _query(request: HttpRequest) -> dict[str, str]:
    """Links of the page that cover or uncover what it shows, and stay at the same part of it."""
    kept = {name: request.GET[name] for name in ("page", "capture") if name in request.GET}
    return {
        "covered": f"?{urlencode(kept)}",
        "uncovered": f"?{urlencode({**kept, CLEAR: '1'})}",
    }


def _count(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise InputError("Give a whole number; 0 is no limit.")
    return int(text)


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= 2000 else 1
