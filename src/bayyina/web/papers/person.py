"""Papers about one person: a dossier, a plain letter to the family, forms of UN bodies and courts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bayyina.app.permissions import require
from bayyina.app.person_papers import write_dossier, write_letter
from bayyina.app.record_reading import read_record
from bayyina.app.sealed_papers import Handing
from bayyina.app.short_ids import record_number
from bayyina.app.submitting import prepare_submission
from bayyina.errors import InputError
from bayyina.reporting.submissions.form_file import load_form, shipped_forms
from bayyina.reporting.submissions.preparing import Submission
from bayyina.typeset.languages import LANGUAGES
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.papers.written import written

LONGEST = 2000
"""Characters of the name and address of who submits."""


@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, short_id: str) -> HttpResponse:
    """What can be written about a person, and what was; nothing is sent."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "report")
    require(workspace, "export-records")
    record_number(workspace, short_id)
    filled: Submission | None = None
    if request.method == "POST":
        filled = _write(who, request, short_id)
        if filled is None or filled.refusal is None:
            messages.success(request, who.says("writings_written"))
            return HttpResponseRedirect(request.path)
    forms = {name: load_form(name) for name in shipped_forms()}
    folders = [f"submissions/{name}-{short_id}" for name in forms]
    words = {
        "id": short_id,
        "type": read_record(workspace, short_id)["type"],
        "forms": [
            (name, one.title.in_language(who.lang), one.body.in_language(who.lang))
            for name, one in forms.items()
        ],
        "files": list(written(workspace, f"papers/{short_id}", *folders)),
        "refused": _refusal(filled, who.lang),
    }
    return render(request, "papers/person.html", words, status=400 if filled else 200)


def _write(who: Asking, request: HttpRequest, short_id: str) -> Submission | None:
    """Write what was asked for; the form, where it was one."""
    workspace, kind = who.at_work, request.POST.get("kind", "")
    languages = [one for one in request.POST.getlist("lang") if one in LANGUAGES] or [who.lang]
    folder = workspace.folder / "papers" / short_id
    keys = tuple(request.POST.get("recipient", "").split())
    handing = Handing(keys, "in_clear" in request.POST)
    if kind == "letter":
        write_letter(workspace, short_id, languages=languages, out_folder=folder, handing=handing)
    elif kind == "dossier":
        write_dossier(workspace, short_id, languages=languages, out_folder=folder, handing=handing)
    elif kind in shipped_forms():
        return prepare_submission(
            workspace,
            form=kind,
            person=short_id,
            languages=languages,
            out_folder=workspace.folder / "submissions" / f"{kind}-{short_id}",
            submitter=request.POST.get("submitter", "").strip()[:LONGEST],
            handing=handing,
        ).submission
    else:
        raise InputError("There is no such paper.", hint="Choose one of the list.")
    return None


def _refusal(filled: Submission | None, lang: str) -> dict[str, Any] | None:
    if filled is None or filled.refusal is None:
        return None
    return {
        "reason": filled.refusal.reason.in_language(lang),
        "resolution": filled.refusal.resolution.in_language(lang),
        "warnings": [one.in_language(lang) for one in filled.warnings],
    }
