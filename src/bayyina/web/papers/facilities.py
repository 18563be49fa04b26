"""Facilities: who was held or served there and when, who may have seen it."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from bayyina.app.facility_sheets import FACILITY, facility_sheet, write_facility_sheet
from bayyina.app.permissions import require
from bayyina.app.rows import RecordRow
from bayyina.reporting.facility_pages import FacilitySheet, facility_page
from bayyina.typeset.html_pages import html_content
from bayyina.typeset.languages import LANGUAGES
from bayyina.web.at_work import quiet, server
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.papers.written import written
from bayyina.web.records.summaries import summaries

LISTED = 500
"""So many facilities of the workspace's own are listed."""


@require_GET
def facilities(request: HttpRequest) -> HttpResponse:
    """Facilities of the vocabulary and of the records, to choose one."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "report")
    require(workspace, "export-records")
    named = request.GET.get("named", "").strip()[:200]
    if named:
        return HttpResponseRedirect(f"/facilities/{quote(named, safe='')}/")
    known = [
        (code, str(one.label[who.lang])) for code, one in workspace.vocabulary.facilities.items()
    ]
    rows = workspace.store.find(RecordRow, "record_type", [FACILITY])
    own = [row.number for row in rows if row.wrapped_key is not None][:LISTED]
    words = {
        "known": sorted(known, key=lambda one: one[1]),
        "own": summaries(workspace, own, who.lang),
    }
    return render(request, "papers/facilities.html", words)


@require_http_methods(["GET", "POST"])
def facility(request: HttpRequest, named: str) -> HttpResponse:
    """What the records say of a facility; and writing it as pages to take along."""
    who = asking(request)
    workspace = who.at_work
    sheet = _sheet(who, named)
    folder = f"papers/facility-{sheet.code}"
    if request.method == "POST":
        write_facility_sheet(
            workspace, sheet, languages=tuple(LANGUAGES), out_folder=workspace.folder / folder
        )
        messages.success(request, who.says("writings_written"))
        return HttpResponseRedirect(request.path)
    page = facility_page(sheet, who.lang, is_fictional=workspace.identity.fictional)
    words = {
        "title": page.title,
        "code": sheet.code,
        # Every piece of the page was escaped when its blocks were written.
        "content": mark_safe(html_content(page)),  # noqa: S308
        "files": list(written(workspace, folder)),
        "may_bundle": who.may("bundle"),
        "question": f'count persons with Detention(facility="{sheet.code}")',
    }
    return render(request, "papers/facility.html", words)


def _sheet(who: Asking, named: str) -> FacilitySheet:
    workspace = who.at_work
    require(workspace, "report")
    require(workspace, "export-records")
    day = workspace.clock.now().date().isoformat()
    return server().remembered(
        f"facility {day} {named}", lambda: facility_sheet(workspace, named, quiet)
    )
