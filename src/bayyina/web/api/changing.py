"""Changing through the interface: lists, evidence, judgements, taking back. Long work is a job."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form
from ninja.files import UploadedFile

from bayyina.app.deciding import judge_pair
from bayyina.app.file_names import without_folders
from bayyina.app.job_kinds import REFRESH_SNAPSHOT, runner
from bayyina.app.permissions import sight
from bayyina.app.rows import JobRow
from bayyina.app.server_jobs import ADD_EVIDENCE, IMPORT_LIST
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from bayyina.tables.mapping import Mapping
from bayyina.web.api.answering import at_work
from bayyina.web.api.reading import REFUSED, router
from bayyina.web.api.shapes import Job, JudgementRequest, Recorded, Undone, UndoRequest
from bayyina.web.background import start
from bayyina.web.evidence.incoming import keep_files
from bayyina.web.evidence.views import SAID
from bayyina.web.lists.incoming import keep

__all__ = ["router"]


@router.post("/lists", response={202: Job, **REFUSED}, summary="Take a list in")
def take_list(
    request: HttpRequest,
    file: Annotated[UploadedFile, File(...)],
    mapping: Annotated[UploadedFile, File(...)],
    *,
    dry_run: Annotated[bool, Form(False)] = False,
    confirm_withdrawals: Annotated[bool, Form(False)] = False,
) -> Any:
    """Take a list in with its mapping, as a job; with ``dry_run`` only say what would change."""
    workspace = at_work(request)
    sight(workspace, "import")  # in some case at least; the import asks for the one it is for
    one = keep(workspace, file)
    try:
        one.mapping.write_bytes(mapping.read())
        Mapping.load(one.mapping, workspace.vocabulary)
    except BayyinaError:
        one.remove()
        raise
    parameters = {
        "file": f"incoming/{one.token}/{one.name}",
        "mapping": f"incoming/{one.token}/{one.mapping.name}",
        "dry_run": dry_run,
        "confirm": confirm_withdrawals,
    }
    row = runner(workspace).enqueue(IMPORT_LIST, parameters)
    if not dry_run:
        runner(workspace).enqueue(REFRESH_SNAPSHOT, {})
    start(workspace)
    return 202, _job(workspace, row)


@router.post("/evidence", response={202: Job, **REFUSED}, summary="Take evidence in")
def take_evidence(
    request: HttpRequest,
    files: Annotated[list[UploadedFile], File(...)],
    said: Annotated[str, Form("{}")] = "{}",
) -> Any:
    """Take files in as evidence, as a job; ``said`` is a JSON object of what is known of them."""
    workspace = at_work(request)
    sight(workspace, "add-evidence")
    folder = keep_files(workspace, files, _said(said))
    row = runner(workspace).enqueue(ADD_EVIDENCE, {"folder": folder})
    start(workspace)
    return 202, _job(workspace, row)


@router.get("/jobs/{number}", response={200: Job, **REFUSED}, summary="How work stands")
def job(request: HttpRequest, number: int) -> Any:
    """How background work of the token's owner stands, and what it came to."""
    workspace = at_work(request)
    return _job(workspace, _own(workspace, number))


@router.post("/jobs/{number}/cancel", response={200: Job, **REFUSED}, summary="Cancel work")
def cancel(request: HttpRequest, number: int) -> Any:
    """Cancel work; what it had begun is taken back."""
    workspace = at_work(request)
    _own(workspace, number)
    runner(workspace).cancel(number)
    return _job(workspace, _own(workspace, number))


@router.post("/batches/{batch}/undo", response={200: Undone, **REFUSED}, summary="Take back")
def undo(request: HttpRequest, batch: int, body: UndoRequest) -> Any:
    """Take an import, a judgement or a linkage back: it stands no longer and is kept."""
    undone = undo_batch(at_work(request), batch=batch, reason=body.reason)
    return {
        "batch": undone.batch,
        "judgements": undone.judgements,
        "determinations": undone.determinations,
    }


@router.post("/judgements", response={201: Recorded, **REFUSED}, summary="Judge a pair")
def judge(request: HttpRequest, body: JudgementRequest) -> Any:
    """Say whether two records are about the same somebody; the same words are taken once."""
    batch = judge_pair(
        at_work(request),
        record_a=body.a,
        record_b=body.b,
        verdict=body.verdict,
        reasons=body.reasons,
        is_once=True,
    )
    return 201, {"batch": batch}


def _said(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    known = {*SAID, "sealed"}
    if not isinstance(content, dict) or not set(content) <= known:
        raise InputError(
            "What is said of the files is a JSON object of known words.",
            hint=f"Known are: {', '.join(sorted(known))}.",
        )
    said: dict[str, Any] = {name: str(content.get(name, "")).strip() for name in SAID}
    said["sealed"] = content.get("sealed") is True
    return said


def _own(workspace: Workspace, number: int) -> JobRow:
    for row in workspace.store.jobs():
        if row.job == number and row.actor == workspace.actor:
            return row
    raise InputError("There is no such work of yours.", code="no-such-job")


def _job(workspace: Workspace, row: JobRow) -> Job:
    """A job as it is told; where the server keeps its files is told to nobody."""
    result = without_folders(workspace.folder, row.result)
    return Job(
        job=row.job,
        kind=row.kind,
        state=row.state,
        done=row.done,
        total=row.total,
        message=without_folders(workspace.folder, row.message),
        result=json.loads(result) if result else None,
    )
