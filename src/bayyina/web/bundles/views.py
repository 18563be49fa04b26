"""Bundles: what to put in, for whom, what was left out and why, the check, the file."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.bundle_jobs import FOLDER, MAKE_BUNDLE, SUFFIX
from bayyina.app.bundled_records import PURPOSES
from bayyina.app.bundling import BundleOrder
from bayyina.app.exporting import LEVELS
from bayyina.app.job_kinds import runner
from bayyina.app.permissions import require
from bayyina.app.rows import JobRow
from bayyina.app.workspace import Workspace
from bayyina.bundle.limits import LIMITS, NO_STAMP, NO_WITNESS
from bayyina.bundle.sealing import open_sealed_file, read_recipients
from bayyina.errors import InputError
from bayyina.keys.age_keys import age_identity, age_recipient
from bayyina.keys.personal import PersonalKey
from bayyina.vault.private_folders import private_folder
from bayyina.web.at_work import TOKEN, server
from bayyina.web.background import start
from bayyina.web.frame.asking import asking
from bayyina.web.own_jobs import own_jobs

LISTED: Final = 20
"""So many of a person's last bundles are listed."""

CHUNK: Final = 256 * 1024
"""Bytes that are sent at a time."""

_TOKEN = re.compile(r"[0-9a-f]{16}")
_SET = re.compile(r"full|redacted")


@require_http_methods(["GET", "POST"])
def bundles(request: HttpRequest) -> HttpResponse:
    """Bundles that the person at work made, and the making of another one."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "bundle")
    if request.method == "POST":
        token = secrets.token_hex(8)
        recipients = request.POST.get("recipients", "").split()
        read_recipients(recipients)
        order = _order(request)
        if not recipients:
            key = PersonalKey.generate()
            recipients = [age_recipient(key.public.box)]
            secret = age_identity(key.box.private_bytes_raw()).encode()
            server().keep_secret(request.session.get(TOKEN), token, secret)
        parameters = {
            "token": token,
            "order": order.definition() | {"whole_case": order.whole_case},
            "redacted": "redacted" in request.POST,
            "recipients": recipients,
            "own": not request.POST.get("recipients", "").strip(),
        }
        runner(workspace).enqueue(MAKE_BUNDLE, parameters)
        start(workspace)
        return HttpResponseRedirect(f"/bundles/{token}/")
    words = {
        "made": [_listed(row) for row in list(reversed(own_jobs(workspace, MAKE_BUNDLE)))[:LISTED]],
        "ids": request.GET.get("ids", "")[:2000],
        "query": request.GET.get("q", "")[:2000],
        "purposes": [(one, who.labels.label("consent_for", one, who.lang)) for one in PURPOSES],
        "levels": list(LEVELS),
        "usual": BundleOrder(""),
    }
    return render(request, "bundles/bundles.html", words)


@require_GET
def bundle(request: HttpRequest, token: str) -> HttpResponse:
    """One bundle: how far it is, what it holds and lacks, whether it holds, its files."""
    who = asking(request)
    require(who.at_work, "bundle")
    row = _job(who.at_work, token)
    result = json.loads(row.result) if row.result else None
    asked = json.loads(row.parameters)
    limits = {one.code: getattr(one, who.lang) for one in (*LIMITS, NO_WITNESS, NO_STAMP)}
    may_open = not asked["own"] or server().secret(request.session.get(TOKEN), token) is not None
    for one in result["sets"] if result else ():
        one["is_there"] = _file(who.at_work, token, one["set"]).is_file()
        one["limits"] = [limits[code] for code in one["limits"] if code in limits]
        one["reasons"] = sorted(one["reasons"].items(), key=lambda pair: -pair[1])
    words = {
        "token": token,
        "job": row,
        "is_running": row.state in {"queued", "running"},
        "asked": asked["order"],
        "purpose": who.labels.label("consent_for", asked["order"]["purpose"], who.lang),
        "is_own": asked["own"],
        "recipients": asked["recipients"],
        "may_open": may_open,
        "result": result,
    }
    return render(request, "bundles/bundle.html", words)


@require_POST
def take(request: HttpRequest, token: str) -> StreamingHttpResponse:
    """A set as one file: encrypted to its recipients, or in plain for who made it just now."""
    workspace = asking(request).at_work
    require(workspace, "bundle")
    row = _job(workspace, token)
    which = request.POST.get("set", "")
    file = _file(workspace, token, which)
    if not file.is_file():
        raise InputError("There is no such file any more.", code="no-such-record")
    name = f"bundle-{token}-{which}"
    if not json.loads(row.parameters)["own"]:
        return _sent(_parts(file), f"{name}{SUFFIX}", file.stat().st_size)
    secret = server().secret(request.session.get(TOKEN), token)
    if secret is None:
        raise InputError(
            "The key of this bundle was forgotten when you signed out.",
            hint="Make the bundle again, or name a recipient.",
        )
    return _sent(_opened(workspace, file, secret.decode()), f"{name}.tar", None)


@require_POST
def remove(request: HttpRequest, token: str) -> HttpResponse:
    """Remove the files of a bundle from the server; that it was made stays in the log."""
    workspace = asking(request).at_work
    require(workspace, "bundle")
    _job(workspace, token)
    shutil.rmtree(workspace.folder / FOLDER / token, ignore_errors=True)
    return HttpResponseRedirect(f"/bundles/{token}/")


def _order(request: HttpRequest) -> BundleOrder:
    values = {name: request.POST.get(name, "").strip() for name in ("title", "query")}
    usual = BundleOrder("")
    return BundleOrder(
        title=values["title"],
        ids=tuple(request.POST.get("ids", "").split()),
        query=values["query"],
        whole_case="whole_case" in request.POST,
        level=request.POST.get("level", usual.level),
        redacted_level=request.POST.get("redacted_level", usual.redacted_level),
        purpose=request.POST.get("purpose", usual.purpose),
    )


def _job(workspace: Workspace, token: str) -> JobRow:
    """The newest job about a bundle of the person at work."""
    for row in reversed(own_jobs(workspace, MAKE_BUNDLE)):
        if json.loads(row.parameters)["token"] == token:
            return row
    raise InputError("There is no such bundle of yours.", code="no-such-record")


def _listed(row: JobRow) -> dict[str, Any]:
    asked = json.loads(row.parameters)
    return {
        "token": asked["token"],
        "title": asked["order"]["title"],
        "what": asked["order"]["query"] or " ".join(asked["order"]["ids"][:10]),
        "whole": bool(asked["order"]["whole_case"]),
        "state": row.state,
    }


def _file(workspace: Workspace, token: str, which: str) -> Path:
    if not _TOKEN.fullmatch(token) or not _SET.fullmatch(which):
        raise InputError("There is no such file.", code="no-such-record")
    return workspace.folder / FOLDER / token / f"{which}{SUFFIX}"


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while part := stream.read(CHUNK):
            yield part


def _opened(workspace: Workspace, file: Path, identity: str) -> Iterator[bytes]:
    """The bytes in plain; what was decrypted for it is removed when they were sent."""
    with private_folder(workspace.folder, room=None) as aside:
        plain = aside / "bundle.tar"
        open_sealed_file(file, plain, identity)
        yield from _parts(plain)


def _sent(parts: Iterator[bytes], name: str, size: int | None) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    if size is not None:
        response["Content-Length"] = str(size)
    return response
