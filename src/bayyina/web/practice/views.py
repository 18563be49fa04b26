"""Learning by doing: the four journeys, the files they begin with, the changed byte."""

from __future__ import annotations

import io
import tarfile
from typing import Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.practice_steps import JOURNEYS
from bayyina.app.practising import COLLEAGUES, FOLDER, FOUNDER, handed_out
from bayyina.errors import FileUnreadableError, InputError
from bayyina.web.frame.asking import asking
from bayyina.web.frame.practice import CHOSEN, practice_here, shown

MOST: Final = 64 << 20
"""Bytes of a bundle that the page for the changed byte takes."""

YEAR: Final = 365 * 24 * 3600


@require_GET
def practice(request: HttpRequest) -> HttpResponse:
    """The journeys; where the workspace is for real work, how one for practice is made."""
    who = asking(request)
    here = practice_here()
    words = {
        "is_here": here is not None,
        "journeys": [shown(who, here, one) for one in JOURNEYS.values()] if here else [],
        "named": [(name, f"practice_{name}", f"practice_{name}_about") for name in JOURNEYS],
        "people": [FOUNDER, *COLLEAGUES],
        "files": handed_out(who.at_work.folder) if here else [],
    }
    return render(request, "practice/practice.html", words)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Choose the journey whose panel stands beside every page; none puts the panel away."""
    name = request.POST.get("journey", "")
    journey = JOURNEYS.get(name)
    response = HttpResponseRedirect(f"/practice/{name}/" if journey else "/practice/")
    if journey:
        response.set_cookie(CHOSEN, name, max_age=YEAR, httponly=True, samesite="Strict")
    else:
        response.delete_cookie(CHOSEN, samesite="Strict")
    return response


@require_GET
def journey(request: HttpRequest, name: str) -> HttpResponse:
    """One journey: its story, its steps with what was done, its files."""
    who = asking(request)
    here = practice_here()
    found = JOURNEYS.get(name)
    if found is None or here is None:
        raise InputError("There is no such journey.", code="no-such-record")
    words = {
        "one": shown(who, here, found),
        "about": who.says(f"practice_{name}_about"),
        "end": who.says(f"practice_{name}_end"),
        "files": handed_out(who.at_work.folder) if name == "monday" else [],
        "has_byte": name == "cross",
    }
    return render(request, "practice/journey.html", words)


@require_GET
def file(request: HttpRequest, name: str) -> FileResponse:
    """One of the invented files that people take in themselves."""
    folder = asking(request).at_work.folder
    if practice_here() is None or name not in handed_out(folder):
        raise InputError("There is no such file.", code="no-such-record")
    return FileResponse((folder / FOLDER / name).open("rb"), as_attachment=True, filename=name)


@require_http_methods(["GET", "POST"])
def one_byte(request: HttpRequest) -> HttpResponse:
    """Give back a bundle in which one byte of one file is another one, as an opponent might."""
    if practice_here() is None:
        raise InputError("There is no such page.", code="no-such-record")
    upload = request.FILES.get("file")
    if request.method == "GET":
        return render(request, "practice/one_byte.html")
    if upload is None or not upload.name or (upload.size or 0) > MOST:
        raise InputError("No file was chosen.", hint="Choose the redacted set that you took along.")
    response = HttpResponse(change_one_byte(upload.read()), content_type="application/octet-stream")
    response["Content-Disposition"] = 'attachment; filename="FICTIONAL-changed.tar"'
    return response


def change_one_byte(archive: bytes) -> bytes:
    """The same tar archive but for one byte in the middle of its largest payload file.

    Raises:
        FileUnreadableError: it is no tar archive with a payload.
    """
    try:
        with tarfile.TarFile(fileobj=io.BytesIO(archive)) as opened:
            parts = [one for one in opened if one.isfile() and "/data/" in f"/{one.name}"]
            rows = [one for one in parts if one.name.endswith((".jsonl", ".json"))] or parts
            target = max(rows, key=lambda one: one.size, default=None)
    except tarfile.TarError:
        target = None
    if target is None or not target.size:
        raise FileUnreadableError(
            "This is no bundle as it was taken along.",
            hint="Choose the redacted set, in plain, as its page gave it.",
            code="no-bundle",
        )
    place = target.offset_data + target.size // 2
    changed = bytearray(archive)
    while changed[place] in b'"\\{}[]:,\n':
        place += 1
    changed[place] = ord("7") if changed[place] != ord("7") else ord("3")
    return bytes(changed)
