"""Documents that were written into the workspace's folder, and taking them along."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from bayyina.app.permissions import require
from bayyina.app.sealed_papers import require_for_file
from bayyina.app.server_jobs import inside
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.web.frame.asking import asking

FOLDERS: Final = ("papers", "submissions")
"""Folders of the workspace into which documents are written."""

PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "sandbox allow-popups"
)
"""Policy of a written page: its styles are inside it, nothing can be run or sent."""

SHOWN: Final = frozenset({"text/html", "application/pdf", "image/svg+xml", "image/png"})

_PART = re.compile(r"[\w.\-]{1,120}")


def written(workspace: Workspace, *folders: str) -> Iterator[str]:
    """Names, from the workspace's folder on, of the files that lie in some folders of documents."""
    for name in folders:
        place = inside(workspace.folder, name)
        for path in sorted(place.rglob("*")) if place.is_dir() else ():
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(workspace.folder.resolve()).as_posix()


def names_of(workspace: Workspace, files: Mapping[str, Sequence[Path]]) -> list[str]:
    """Names of files that were written just now."""
    root = workspace.folder.resolve()
    return [one.resolve().relative_to(root).as_posix() for own in files.values() for one in own]


@require_GET
def take(request: HttpRequest, folder: str, name: str) -> FileResponse:
    """One written document; a page of it can run or send nothing."""
    workspace = asking(request).at_work
    require(workspace, "report")
    require(workspace, "export-records")
    parts = name.split("/")
    if folder not in FOLDERS or not all(_PART.fullmatch(one) and one.strip(".") for one in parts):
        raise _no_file()
    require_for_file(workspace, parts[-1])
    path = inside(workspace.folder, "/".join([folder, *parts]))
    if not path.is_file():
        raise _no_file()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = FileResponse(path.open("rb"), content_type=kind, as_attachment=kind not in SHOWN)
    response["Content-Security-Policy"] = PAGE_POLICY
    if kind == "text/html":
        response["Content-Type"] = "text/html; charset=utf-8"
        response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _no_file() -> InputError:
    return InputError("There is no such file.", code="no-such-record")
