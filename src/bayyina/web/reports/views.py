"""Reports: build one, look at it, sign it, take its files along."""

from __future__ import annotations

import json
import mimetypes
import re
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.drafting_reports import SavedReport, saved_reports
from bayyina.app.job_kinds import runner
from bayyina.app.permissions import require
from bayyina.app.publishing import (
    publish_report,
    read_twin,
    recipients_of,
    signatures,
    was_built_here,
)
from bayyina.app.report_differences import small_differences
from bayyina.app.revising import compare_report
from bayyina.app.server_jobs import BUILD_REPORT
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from bayyina.reporting.definitions import Definition, built_in_reports
from bayyina.web.at_work import quiet, server
from bayyina.web.background import start
from bayyina.web.frame.asking import asking

FOLDER: Final = "reports"
"""Folder in the workspace."""

PAGE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; sandbox allow-popups"
"""Policy of a report's own page: styles are inside it, nothing can be run or sent."""

_PART = re.compile(r"[\w.\-]{1,120}")


@require_http_methods(["GET", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """What can be built, and what was built."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "report")
    if request.method == "POST":
        name = request.POST.get("name", "")
        own = saved_reports(workspace)
        if name not in built_in_reports() and name not in own:
            raise InputError(f"There is no report named {name}.", hint="Choose one of the list.")
        settings = {
            key.removeprefix("set-"): value.strip()
            for key, value in request.POST.items()
            if key.startswith("set-") and isinstance(value, str) and value.strip()
        }
        definition = (
            Definition.parse(own[name].text, settings)
            if name in own
            else Definition.load(name, settings)
        )
        parameters = {"name": name, "settings": settings, "folder": definition.name}
        runner(workspace).enqueue(BUILD_REPORT, parameters)
        start(workspace)
        return HttpResponseRedirect("/reports/")
    jobs = [row for row in workspace.store.jobs() if row.kind == BUILD_REPORT]
    words = {
        "definitions": [
            *(_described(Definition.parse(one.text)) for one in own_readable(workspace)),
            *(_described(Definition.load(name)) for name in built_in_reports()),
        ],
        "built": built_reports(workspace),
        "jobs": [row for row in jobs if row.state in {"queued", "running"}],
        "failed": jobs[-1] if jobs and jobs[-1].state == "failed" else None,
    }
    return render(request, "reports/reports.html", words)


@require_GET
def report(request: HttpRequest, folder: str) -> HttpResponse:
    """One built report: its files, who signed it."""
    who = asking(request)
    require(who.at_work, "report")
    path = _folder(who.at_work, folder)
    twin = read_twin(path / f"{folder}.json")
    signed = signatures(who.at_work, twin.digest)
    words = {
        "folder": folder,
        "title": _title(path / f"{folder}.json", who.lang) or folder,
        "digest": twin.digest,
        "files": sorted(str(one.relative_to(path)) for one in path.rglob("*") if one.is_file()),
        "page": f"{folder}.{who.lang}.html"
        if (path / f"{folder}.{who.lang}.html").is_file()
        else "",
        "was_built_here": was_built_here(who.at_work, twin),
        "signed": signed,
        "recipients": recipients_of(who.at_work, twin.digest),
        "is_published": len({one.person for one in signed}) >= 2,
        "may_publish": who.may("publish"),
        "differences": server().remembered(
            f"differences {twin.digest}",
            lambda: small_differences(who.at_work, twin.content, twin.digest),
        )
        if who.may("publish")
        else None,
        "entered_by": sorted({one.person for one in signed if one.has_entered}),
    }
    return render(request, "reports/report.html", words)


@require_GET
def report_file(request: HttpRequest, folder: str, name: str) -> HttpResponse | FileResponse:
    """A file of a built report; its page can be looked at, and can run or send nothing."""
    who = asking(request)
    require(who.at_work, "report")
    parts = name.split("/")
    if not all(_PART.fullmatch(part) and part.strip(".") for part in parts):
        raise InputError("There is no such file.", code="no-such-record")
    path = _folder(who.at_work, folder).joinpath(*parts)
    if not path.is_file():
        raise InputError("There is no such file.", code="no-such-record")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    shown = kind in {"text/html", "application/pdf", "image/svg+xml", "image/png"}
    response = FileResponse(path.open("rb"), content_type=kind, as_attachment=not shown)
    response["Content-Security-Policy"] = PAGE_POLICY
    if kind == "text/html":
        response["X-Frame-Options"] = "SAMEORIGIN"
        response["Content-Type"] = "text/html; charset=utf-8"
    return response


@require_POST
def publish(request: HttpRequest, folder: str) -> HttpResponse:
    """Sign a built report; the second person's signature releases it."""
    who = asking(request)
    named = [
        line.strip() for line in request.POST.get("recipients", "").splitlines() if line.strip()
    ]
    publish_report(
        who.at_work,
        _folder(who.at_work, folder) / f"{folder}.json",
        reasons=request.POST.get("reasons", ""),
        recipients=named,
    )
    return HttpResponseRedirect(f"/reports/{folder}/")


@require_GET
def since(request: HttpRequest, folder: str) -> HttpResponse:
    """Which figures of a built report have changed since, by how much and why."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "report")
    path = _folder(workspace, folder) / f"{folder}.json"
    day = workspace.clock.now().date().isoformat()
    ledger = server().remembered(
        f"since {day} {folder} {path.stat().st_mtime_ns}",
        lambda: compare_report(workspace, path, quiet),
    )
    words = {
        "folder": folder,
        "title": _title(path, who.lang) or folder,
        "ledger": ledger,
        "changed": [
            (one, one.title.get(who.lang) or one.id, one.now - one.published)
            for one in ledger.changed
        ],
        "same": len(ledger.revisions) - len(ledger.changed),
    }
    return render(request, "reports/since.html", words)


def _folder(workspace: Workspace, name: str) -> Path:
    path = workspace.folder / FOLDER / name
    if not _PART.fullmatch(name) or not name.strip(".") or not path.is_dir():
        raise InputError("There is no such report.", hint="Build it first.", code="no-such-record")
    return path


def own_readable(workspace: Workspace) -> list[SavedReport]:
    """The workspace's own definitions that can be built."""
    return [one for one in saved_reports(workspace).values() if one.titles]


def _described(definition: Definition) -> dict[str, Any]:
    return {
        "name": definition.report,
        "titles": definition.titles,
        "parameters": list(definition.parameters.values()),
    }


def built_reports(workspace: Workspace) -> list[dict[str, Any]]:
    """The reports that lie in the workspace's folder, with who signed them."""
    root = workspace.folder / FOLDER
    found = []
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        try:
            twin = read_twin(path / f"{path.name}.json")
        except BayyinaError:
            continue
        people = {one.person for one in signatures(workspace, twin.digest)}
        found.append(
            {"folder": path.name, "people": sorted(people), "is_published": len(people) >= 2}
        )
    return found


def _title(twin: Path, lang: str) -> str:
    content = json.loads(twin.read_text(encoding="utf-8"))
    title = content.get("title", {})
    return str(title.get(lang, "")) if isinstance(title, dict) else str(title)
