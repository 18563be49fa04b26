"""Evidence: the list and the intake, one item with all that is known, looking at it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.annotating import Annotation, annotate_item
from bayyina.app.evidence_items import list_items
from bayyina.app.evidence_reading import erased_item, look_at_item
from bayyina.app.evidence_viewing import begin_look, look_on
from bayyina.app.job_kinds import runner
from bayyina.app.locators import read_locator
from bayyina.app.own_viewing import VIEWS, Viewing, looking, uncover, wish
from bayyina.app.permissions import require
from bayyina.app.server_jobs import ADD_EVIDENCE
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.typeset.languages import LANGUAGES
from bayyina.web.background import start
from bayyina.web.evidence.incoming import keep_files
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.own_jobs import own_jobs
from bayyina.web.records.statements import statement_lines

PAGE: Final = 50
"""Items on a page."""

LOOKS: Final = "looks"
"""Entry of the session with the items whose bytes may be shown, and until when."""

LOOK_SECONDS: Final = 15 * 60
"""So long one logged look lasts."""

TEXT_SHOWN: Final = 64 * 1024
"""Bytes of a text that stand on its page."""

SAID: Final = ("source", "kind", "captured", "received", "brought_by", "consent", "note")
"""What can be said of uploaded files."""

SIDES: Final = ("left", "top", "width", "height")
ANNOTATED: Final = ("from", "to", "page", *SIDES, "note", "lang", "shows")
"""Fields of the form that says what is at one place."""

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
SOUNDS: Final = frozenset({"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/x-wav"})
FILMS: Final = frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime"})
TEXTS: Final = frozenset({"text/plain", "text/csv", "application/json"})
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
    try:
        view = look_at_item(who.at_work, short_id, reason=request.POST.get("reason", ""))
    except InputError:
        if not who.may("open-sealed"):
            raise PermissionRefusedError(f"{short_id} is sealed.") from None
        return render(request, "evidence/sealed.html", {"id": short_id})
    is_open = may_still_look(request, short_id)
    kind = view.item.media_type
    day = looking(who.at_work) if who.may_somewhere(VIEWS) else None
    is_clear = _is_clear(request, who, short_id, _shape(kind)) if is_open else False
    words = {
        "view": view,
        "statements": list(statement_lines(who, view.record, "statements")),
        "may_redact": who.may_for("redact-evidence", view.item.number),
        "may_annotate": who.may("add-evidence") and not view.item.is_sealed,
        "may_bundle": who.may("bundle"),
        "may_look": who.may("download-evidence"),
        "is_open": is_open,
        "is_clear": is_clear,
        "day": looking(who.at_work) if is_clear else day,
        "shape": _shape(kind),
        "text": _text(request, short_id) if is_open and kind in TEXTS else "",
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
    sides = [given[side] for side in SIDES]
    if any(sides):
        parts.append(read_locator(f"region {','.join(sides)}"))
    return ", ".join(parts)


@require_POST
def look(request: HttpRequest, short_id: str) -> HttpResponse:
    """Log a look at the bytes of an item; they are shown, covered, for a while."""
    begin_look(asking(request).at_work, short_id, reason=request.POST.get("reason", ""))
    looks = {key: until for key, until in request.session.get(LOOKS, {}).items() if until > _now()}
    request.session[LOOKS] = looks | {short_id: _now() + LOOK_SECONDS}
    return HttpResponseRedirect(f"/evidence/{quote(short_id)}/#look")


@require_GET
def item_bytes(request: HttpRequest, short_id: str) -> StreamingHttpResponse:
    """The bytes of an item whose look was logged, as they were taken in."""
    if not may_still_look(request, short_id):
        raise PermissionRefusedError(
            "No look at this item is under way.", hint="Say on its page why you look at it."
        )
    found, parts = look_on(asking(request).at_work, short_id)
    is_shown = found.media_type in PICTURES | SOUNDS | FILMS and "take" not in request.GET
    response = StreamingHttpResponse(
        parts, content_type=found.media_type if is_shown else "application/octet-stream"
    )
    response["Content-Length"] = str(found.size)
    response["Content-Security-Policy"] = BYTES_POLICY
    if not is_shown:
        response["Content-Disposition"] = f'attachment; filename="{quote(short_id)}.bin"'
    return response


def _shape(kind: str) -> str:
    """How a browser can show a media type; empty: it cannot, or it would be unsafe."""
    for shape, kinds in (
        ("picture", PICTURES), ("sound", SOUNDS), ("film", FILMS), ("text", TEXTS),
    ):  # fmt: skip
        if kind in kinds:
            return shape
    return ""


def _is_clear(request: HttpRequest, who: Asking, short_id: str, shape: str) -> bool:
    """Whether a picture or film is shown as it is; what they ask for counts towards their day."""
    if shape not in {"picture", "film"}:
        return False
    if request.GET.get("clear") != "1":
        day = looking(who.at_work)
        if day.wishes.is_veiled or day.is_over:
            return False
    uncover(who.at_work, short_id)
    return True


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


def _count(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise InputError("Give a whole number; 0 is no limit.")
    return int(text)


def _text(request: HttpRequest, short_id: str) -> str:
    _, parts = look_on(asking(request).at_work, short_id)
    held = b""
    for part in parts:
        held += part
        if len(held) >= TEXT_SHOWN:
            break
    return held[:TEXT_SHOWN].decode("utf-8", errors="replace")


def may_still_look(request: HttpRequest, short_id: str) -> bool:
    """Whether a look at an item that was logged still lasts."""
    return bool(request.session.get(LOOKS, {}).get(short_id, 0) > _now())


def _now() -> float:
    return time.time()


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= 2000 else 1
