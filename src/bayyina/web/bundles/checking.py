"""A bundle that somebody brings: uploaded, checked in the background, every fault named."""

from __future__ import annotations

import json
import secrets
import shutil
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from bayyina.app.bundle_checking import CHECK_BUNDLE
from bayyina.app.job_kinds import runner
from bayyina.app.permissions import require
from bayyina.app.rows import JobRow
from bayyina.errors import InputError, StorageError
from bayyina.web.background import start
from bayyina.web.frame.asking import asking
from bayyina.web.own_jobs import own_jobs

LISTED: Final = 20
"""So many of a person's last checks are listed."""

INCOMING: Final = "incoming"
"""Folder of the workspace with uploads, which ``bayyina lock`` removes."""

NAME: Final = 120
"""So many characters of the upload's name are kept."""


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Upload a bundle to be checked; and what was checked before."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "bundle")
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None or not upload.name:
            raise InputError("No file was chosen.", hint="Choose a bundle and send it.")
        folder = f"{INCOMING}/check-{secrets.token_hex(8)}"
        place = workspace.folder / folder
        try:
            place.mkdir(parents=True, mode=0o700)
            with (place / "bundle").open("wb") as file:
                for chunk in upload.chunks():
                    file.write(chunk)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise StorageError(
                f"The upload could not be kept: {error.strerror}.",
                hint="Make room on the disk of the server, and send it again.",
            ) from error
        parameters = {
            "folder": folder,
            "name": upload.name[:NAME],
            "key": request.POST.get("key", "").strip(),
        }
        job = runner(workspace).enqueue(CHECK_BUNDLE, parameters)
        start(workspace)
        return HttpResponseRedirect(f"/bundles/check/{job.job}/")
    made = [
        (row, _result(row)) for row in list(reversed(own_jobs(workspace, CHECK_BUNDLE)))[:LISTED]
    ]
    return render(request, "bundles/check.html", {"made": made})


@require_GET
def checked(request: HttpRequest, number: int) -> HttpResponse:
    """One check: whether the bundle holds, what was changed in it, what it does not show."""
    who = asking(request)
    require(who.at_work, "bundle")
    row = next((one for one in own_jobs(who.at_work, CHECK_BUNDLE) if one.job == number), None)
    if row is None:
        raise InputError("There is no such check of yours.", code="no-such-record")
    result = _result(row)
    words = {
        "job": row,
        "name": json.loads(row.parameters)["name"],
        "is_running": row.state in {"queued", "running"},
        "result": result,
        "failed": [one for one in result["checks"] if one["asked"] and not one["ok"]]
        if result
        else [],
        "limits": [one[who.lang] for one in result["limits"]] if result else [],
    }
    return render(request, "bundles/checked.html", words)


def _result(row: JobRow) -> dict[str, Any] | None:
    return dict(json.loads(row.result)) if row.result else None
