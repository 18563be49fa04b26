"""Uploading evidence in parts, for the script of the evidence page; without it the plain form does."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from bayyina.app.job_kinds import runner
from bayyina.app.permissions import require
from bayyina.app.server_jobs import ADD_EVIDENCE
from bayyina.errors import BayyinaError, BusyError, CheckFailedError, InputError
from bayyina.web.background import start
from bayyina.web.evidence.parts import (
    Upload,
    add_part,
    begin_upload,
    finish_upload,
    read_upload,
    remove_upload,
)
from bayyina.web.frame.asking import asking

SAID = ("source", "kind", "captured", "received", "brought_by", "consent", "note")
"""What can be said of uploaded files."""

LARGEST_LIST = 1024 * 1024
"""Bytes of the list of files that begins an upload."""


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin an upload: names and sizes of its files, and what is said of them, as JSON."""
    workspace = asking(request).at_work
    require(workspace, "add-evidence")
    asked = _asked(request)
    files = [(name[:500], size) for name, size in asked["files"]]
    said: dict[str, Any] = {name: str(asked.get(name, "")).strip() for name in SAID}
    said["sealed"] = bool(asked.get("sealed"))
    return JsonResponse(_told(begin_upload(workspace, files, said)), status=201)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """How far an upload is; a POST throws it away."""
    workspace = asking(request).at_work
    require(workspace, "add-evidence")
    if request.method == "POST":
        remove_upload(workspace, token)
        return JsonResponse({"removed": token})
    return JsonResponse(_told(read_upload(workspace, token)))


@require_POST
def part(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Add a part to a file: ``from`` in the address, its SHA-256 in ``X-Part-SHA256``."""
    workspace = asking(request).at_work
    require(workspace, "add-evidence")
    first = request.GET.get("from", "")
    if not (first.isascii() and first.isdecimal() and len(first) < 16):
        raise InputError("Say at which byte the part begins.")
    digest = request.headers.get("X-Part-SHA256", "")
    try:
        now = add_part(workspace, token, number, int(first), request, digest)  # type: ignore[arg-type]
    except (BusyError, CheckFailedError) as error:
        return _resumable(error, read_upload(workspace, token), number)
    return JsonResponse({"received": now.received})


@require_POST
def finish(request: HttpRequest, token: str) -> HttpResponse:
    """Hand a complete upload over to the intake, which tells of each file what became of it."""
    workspace = asking(request).at_work
    require(workspace, "add-evidence")
    folder = finish_upload(workspace, token)
    runner(workspace).enqueue(ADD_EVIDENCE, {"folder": folder})
    start(workspace)
    return JsonResponse({"href": "/evidence/"})


def _resumable(error: BayyinaError, state: Upload, number: int) -> HttpResponse:
    """What went wrong with a part, and where to go on."""
    told = {"received": state.files[number].received, "message": error.message}
    return JsonResponse(told, status=409 if isinstance(error, BusyError) else 422)


def _told(state: Upload) -> dict[str, Any]:
    files = [{"name": f.name, "size": f.size, "received": f.received} for f in state.files]
    return {"token": state.token, "files": files}


def _asked(request: HttpRequest) -> dict[str, Any]:
    try:
        asked = json.loads(request.read(LARGEST_LIST + 1))
        files = [(one["name"] + "", int(one["size"])) for one in asked["files"]]
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise InputError("The list of files could not be read.") from error
    return {**asked, "files": files}
