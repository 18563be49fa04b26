"""Backups: made, listed with their ages, checked, taken along; and who holds which keys."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.backing_up import BACK_UP, BACKUP
from bayyina.app.clocks import write_time
from bayyina.app.key_status import key_status
from bayyina.app.members import current_members
from bayyina.app.permissions import require
from bayyina.app.rows import RunRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.db.backup_jobs import MAKE_BACKUP, full_runner
from bayyina.db.backups import BackupKey, Look, verify_backup
from bayyina.db.key_files import key_file
from bayyina.errors import InputError
from bayyina.keys.personal import read_key_file
from bayyina.web.administration.checking import begin, checking_of
from bayyina.web.background import start
from bayyina.web.frame.asking import asking

LISTED: Final = 100
"""So many of the newest backups are listed."""

_NAME: Final = re.compile(r"bayyina-([0-9]{8}T[0-9]{6}Z)\.age")


class Lying(NamedTuple):
    """A backup in the folder of backups."""

    name: str
    """Name of its file."""

    time: str
    """When it was made."""

    days: int
    """How old it is."""

    size: int
    """Its length."""


@require_http_methods(["GET", "POST"])
def backups(request: HttpRequest) -> HttpResponse:
    """The backups that lie there, the making of one, and who holds which keys."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, BACK_UP)
    folder = _folder()
    if request.method == "POST":
        if folder is None:
            raise InputError(
                "This server knows no folder for backups.",
                hint="Start it with `bayyina serve --backups FOLDER`, on another disk.",
            )
        parameters = {
            "folder": str(folder),
            "handles": [str(one) for one in request.POST.getlist("handle")],
            "key_files": "key_files" in request.POST,
            "evidence": "evidence" in request.POST,
        }
        full_runner(workspace).enqueue(MAKE_BACKUP, parameters)
        start(workspace)
        return HttpResponseRedirect("/administration/backups/")
    jobs = [row for row in workspace.store.jobs() if row.kind == MAKE_BACKUP]
    last = jobs[-1] if jobs else None
    result = json.loads(last.result) if last is not None and last.result else None
    if result:
        result["file"] = Path(result["file"]).name
    check = checking_of(workspace.member.handle)
    words = {
        "folder": folder,
        "lying": _lying(folder, workspace.clock.now()) if folder is not None else [],
        "recorded": _recorded(workspace),
        "members": [row.handle for row in current_members(workspace.store)],
        "job": last,
        "is_running": last is not None and last.state in {"queued", "running"},
        "result": result,
        "check": check,
        "found": check.state.to_json() if check is not None and check.state is not None else None,
        "waits": (last is not None and last.state in {"queued", "running"})
        or (check is not None and check.is_running),
        "keys": key_status(workspace),
    }
    return render(request, "administration/backups.html", words)


@require_GET
def take(request: HttpRequest, name: str) -> FileResponse:
    """A backup as it lies there, encrypted."""
    require(asking(request).at_work, BACK_UP)
    file = _file(name)
    response = FileResponse(file.open("rb"), content_type="application/octet-stream",
                            as_attachment=True, filename=name)  # fmt: skip
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
def verify(request: HttpRequest, name: str) -> HttpResponse:
    """Begin a check of a backup with the key of the person at work, whose passphrase opens it."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, BACK_UP)
    file, handle = _file(name), workspace.member.handle
    path = key_file(workspace.folder, handle)
    key = BackupKey(read_key_file(path, request.POST.get("passphrase", "")), path)
    look = Look(read_blobs="evidence" in request.POST, home=workspace.folder)
    begin(handle, name, lambda progress: verify_backup(file, key, look, progress))
    messages.success(request, who.says("backups_check_begun", name=name))
    return HttpResponseRedirect("/administration/backups/")


def _folder() -> Path | None:
    """The folder of backups that the server was started with."""
    named = str(getattr(settings, "BAYYINA_BACKUPS", ""))
    return Path(named) if named else None


def _file(name: str) -> Path:
    folder = _folder()
    if folder is None or not _NAME.fullmatch(name) or not (folder / name).is_file():
        raise InputError("There is no such backup.", code="no-such-record")
    return folder / name


def _lying(folder: Path, now: datetime) -> list[Lying]:
    found = []
    for path in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match and path.is_file():
            made = datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            days = max(0, (now - made).days)
            found.append(Lying(path.name, write_time(made), days, path.stat().st_size))
    return found[:LISTED]


def _recorded(workspace: Workspace) -> list[dict[str, Any]]:
    """The last backups that the log tells of, wherever they were made to."""
    store = workspace.store
    runs = [row for row in store.scan(RunRow) if row.run_kind == BACKUP][-5:]
    times = {row.batch: row.entry_time or row.opened_at for row in store.batches()}
    size = store.log_size()
    return [
        {
            "time": times[batch_of(row.number)],
            "since": max(0, size - int(said["entries"]) - 1),
            "recipients": said["recipients"],
            "sha256": said["sha256"],
        }
        for row in reversed(runs)
        for said in [json.loads(row.parameters)]
    ]
