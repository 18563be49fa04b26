"""The custody log: its entries, a checkpoint to keep elsewhere, and its check at a click."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.job_kinds import VERIFY_LOG, runner
from bayyina.app.permissions import require
from bayyina.app.proving import latest_checkpoint, log_entries
from bayyina.web.background import start
from bayyina.web.frame.asking import asking

SHOWN: Final = 100
"""So many entries stand on a page."""


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The newest entries, and the last check."""
    who = asking(request)
    entries: list[dict[str, Any]] = log_entries(who.at_work, newest=SHOWN)
    checks = [row for row in who.at_work.store.jobs() if row.kind == VERIFY_LOG]
    last = checks[-1] if checks else None
    words = {
        "entries": list(reversed(entries)),
        "size": who.at_work.store.log_size(),
        "check": last,
        "result": json.loads(last.result) if last is not None and last.result else None,
        "may_verify": who.may("verify-log"),
        "may_checkpoint": who.may("checkpoint"),
    }
    return render(request, "log/log.html", words)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Begin a check of the whole log; it goes on when the page is left."""
    who = asking(request)
    require(who.at_work, "verify-log")
    runner(who.at_work).enqueue(VERIFY_LOG, {})
    start(who.at_work)
    return HttpResponseRedirect("/log/")


@require_POST
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint as a file."""
    document = latest_checkpoint(asking(request).at_work)
    response = HttpResponse(document["checkpoint"], content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="checkpoint.txt"'
    return response
