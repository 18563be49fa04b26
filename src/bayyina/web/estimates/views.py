"""Estimates over the lists of the workspace: the question, the refusal or the range, what moves it."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from bayyina.app.estimate_jobs import ESTIMATE
from bayyina.app.job_kinds import runner
from bayyina.app.output_decisions import refuse_hidden
from bayyina.app.permissions import require
from bayyina.errors import InputError
from bayyina.web.at_work import server
from bayyina.web.background import start
from bayyina.web.frame.asking import asking
from bayyina.web.own_jobs import own_jobs

LISTED: Final = 20
"""So many of a person's last estimates are listed."""

STATED: Final = ("one_population", "independent", "populations_differ", "dependent")
"""What people state of the lists, in their own words."""

MOST_SEEDS: Final = 2**32


@require_http_methods(["GET", "POST"])
def estimates(request: HttpRequest) -> HttpResponse:
    """The question to estimate from, and what was asked before."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "count")
    if request.method == "POST":
        query = request.POST.get("q", "").strip()
        if not query:
            raise InputError("Say whom to estimate.", hint="Such as: count persons with Death.")
        declared: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in STATED}
        parameters = {
            "query": query,
            "lists": [
                one.strip() for one in request.POST.get("lists", "").split("|") if one.strip()
            ],
            "by": request.POST.get("by", "").replace(",", " ").split(),
            "declared": declared | {"open_population": "open_population" in request.POST},
            "seed": _seed(request.POST.get("seed", "1")),
            "sensitivity": "sensitivity" in request.POST,
        }
        job = runner(workspace).enqueue(ESTIMATE, parameters)
        start(workspace)
        return HttpResponseRedirect(f"/figures/estimates/{job.job}/")
    words = {
        "query": request.GET.get("q", "")[:2000],
        "stated": [(name, f"estimate_{name}") for name in STATED],
        "made": [
            (row, json.loads(row.parameters)["query"])
            for row in list(reversed(own_jobs(workspace, ESTIMATE)))[:LISTED]
        ],
    }
    return render(request, "estimates/estimates.html", words)


@require_GET
def estimate(request: HttpRequest, number: int) -> HttpResponse:
    """One estimate, or why there is none, with its pictures."""
    who = asking(request)
    require(who.at_work, "count")
    row = next((one for one in own_jobs(who.at_work, ESTIMATE) if one.job == number), None)
    if row is None:
        raise InputError("There is no such estimate of yours.", code="no-such-record")
    result = json.loads(row.result) if row.result else None
    said = result["said"][who.lang] if result else {}
    words = {
        "job": row,
        "asked": json.loads(row.parameters),
        "is_running": row.state in {"queued", "running"},
        "result": result,
        "said": said,
        "overlap": _picture(said.get("overlap", "")),
        "plot": _picture(said.get("plot", "")),
    }
    return render(request, "estimates/estimate.html", words)


@require_GET
def taken(request: HttpRequest, number: int) -> HttpResponse:
    """An estimate as one file: what was asked, what came of it in both languages, its digest."""
    who = asking(request)
    require(who.at_work, "count")
    row = next(
        (one for one in own_jobs(who.at_work, ESTIMATE) if one.job == number and one.result), None
    )
    if row is None:
        raise InputError("There is no such estimate of yours.", code="no-such-record")
    query = json.loads(row.result)["query"]
    with server().engine(who.at_work) as engine:
        counted = engine.count(query).to_json()
        refuse_hidden(who.at_work, engine, {"documented": counted})
    document = {
        "fictional": who.at_work.identity.fictional,
        "asked": json.loads(row.parameters),
        "answer": json.loads(row.result),
    }
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    mark = "FICTIONAL-" if who.at_work.identity.fictional else ""
    response["Content-Disposition"] = f'attachment; filename="{mark}estimate-{number}.json"'
    return response


def _picture(svg: str) -> str:
    """A drawing as an address that the page itself holds."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" if svg else ""


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < MOST_SEEDS):
        raise InputError(f"{text} is no seed.", hint="Write a whole number such as 1.")
    return int(text)
