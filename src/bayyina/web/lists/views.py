"""Taking a list in: upload, mapping, trial, import, the report by rows, and taking it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.job_kinds import REFRESH_SNAPSHOT, runner
from bayyina.app.permissions import require
from bayyina.app.proving import log_entries
from bayyina.app.rows import JobRow
from bayyina.app.server_jobs import IMPORT_LIST
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from bayyina.tables.mapping import Mapping
from bayyina.web.background import start
from bayyina.web.frame.asking import asking
from bayyina.web.lists.earlier import mapping_taken_in, mappings_taken_in
from bayyina.web.lists.incoming import all_incoming, draft, incoming, keep
from bayyina.web.lists.remarks import first_remarks, report_lines
from bayyina.web.own_jobs import own_jobs
from bayyina.web.refusals import ENGLISH


@require_http_methods(["GET", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """What was taken in, with its undoing; and the upload of another list."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "import")
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None or not upload.name:
            raise InputError("No file was chosen.", hint="Choose a list and send it again.")
        one = keep(workspace, upload)
        try:
            draft(workspace, one)
        except BayyinaError:
            one.remove()
            raise
        return HttpResponseRedirect(f"/lists/incoming/{one.token}/")
    taken = log_entries(workspace, action="import")
    words = {
        "taken": list(reversed(taken)),
        "waiting": list(all_incoming(workspace)),
        "may_undo": who.may("undo"),
    }
    return render(request, "lists/lists.html", words)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """One uploaded list: its first rows, its mapping, what an import would change, the import."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "import")
    one = incoming(workspace, token)
    problem: BayyinaError | None = None
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action == "remove":
            one.remove()
            return HttpResponseRedirect("/lists/")
        if action == "earlier":
            one.mapping.write_text(
                mapping_taken_in(workspace, request.POST.get("earlier", "")), encoding="utf-8"
            )
            return HttpResponseRedirect(f"/lists/incoming/{token}/")
        one.mapping.write_text(
            request.POST.get("mapping", "").replace("\r\n", "\n"), encoding="utf-8"
        )
        try:
            Mapping.load(one.mapping, workspace.vocabulary)
        except BayyinaError as error:
            problem = error
        else:
            _begin(workspace, token, one.name, action, confirm="confirm" in request.POST)
            return HttpResponseRedirect(f"/lists/incoming/{token}/")
    header, rows = one.preview()
    job = _latest(workspace, token)
    words = {
        "one": one,
        "header": header,
        "rows": rows,
        "mapping": one.mapping_text(),
        "earlier": mappings_taken_in(workspace),
        "problem": problem,
        "job": job,
        "is_running": job is not None and job.state in {"queued", "running"},
        "result": json.loads(job.result) if job is not None and job.result else None,
        "remarks": first_remarks(_report(workspace, job), who.lang) if job and job.result else [],
    }
    return render(request, "lists/upload.html", words, status=400 if problem else 200)


@require_GET
def rows_report(
    request: HttpRequest, token: str
) -> HttpResponse | FileResponse | StreamingHttpResponse:
    """The report by rows of the last trial or import of an uploaded list, in the reader's language."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "import")
    incoming(workspace, token)
    job = _latest(workspace, token)
    if job is None or not job.result:
        raise InputError("There is no report by rows yet.", hint="Try the list first.")
    path = _report(workspace, job)
    if who.lang == ENGLISH:
        return FileResponse(path.open("rb"), as_attachment=True, filename="rows.csv")
    answer = StreamingHttpResponse(report_lines(path, who.lang), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="rows.csv"'
    return answer


@require_POST
def undo(request: HttpRequest, batch: int) -> HttpResponse:
    """Take an import back."""
    who = asking(request)
    require(who.at_work, "undo")
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise InputError("Say why the list is taken back.", hint="The reason stands in the log.")
    undone = undo_batch(who.at_work, batch=batch, reason=reason)
    messages.success(
        request,
        who.says(
            "lists_undone",
            batch=batch,
            judgements=undone.judgements,
            determinations=undone.determinations,
        ),
    )
    return HttpResponseRedirect("/lists/")


def _begin(workspace: Workspace, token: str, name: str, action: str, *, confirm: bool) -> None:
    if action not in {"try", "import"}:
        raise InputError("Say whether to try the list or to take it in.")
    parameters: dict[str, Any] = {
        "file": f"incoming/{token}/{name}",
        "mapping": f"incoming/{token}/list.import.toml",
        "dry_run": action == "try",
        "confirm": confirm,
    }
    runner(workspace).enqueue(IMPORT_LIST, parameters)
    if action == "import":
        runner(workspace).enqueue(REFRESH_SNAPSHOT, {})
    start(workspace)


def _report(workspace: Workspace, job: JobRow) -> Path:
    """Where the report by rows of a job lies."""
    name = json.loads(job.result or "{}")["report"].replace("\\", "/").split("/")[-1]
    return workspace.folder / "imports" / str(name)


def _latest(workspace: Workspace, token: str) -> JobRow | None:
    """The newest job about an uploaded list, of the person at work."""
    found = [
        row
        for row in own_jobs(workspace, IMPORT_LIST)
        if json.loads(row.parameters)["file"].startswith(f"incoming/{token}/")
    ]
    return found[-1] if found else None
