"""The pages of intake: what to report, the form, who is here already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from bayyina.app.entering import PERSON, act_types, enter_report
from bayyina.app.finding import find_records
from bayyina.app.own_drafts import keep_draft, own_drafts, read_draft, throw_away
from bayyina.app.permissions import allows, require
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from bayyina.web.at_work import quiet
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.intake.fields import SOURCE, Part, name_of, part, problems, report_of
from bayyina.web.records.summaries import Summary, summaries

ALIKE: Final = 0.75
"""People whose names score at least this are shown before a new one is made."""

SHOWN: Final = 8
"""So many of them are shown."""

LONGEST: Final = 20_000
"""Characters of one field."""

UNTYPED: Final = frozenset({"csrfmiddlewaretoken", "action", "draft"})
"""Fields of a form that are no part of what was typed."""


@require_GET
def intake(request: HttpRequest) -> HttpResponse:
    """What can be reported, and what was begun."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "import")
    types = workspace.vocabulary.types
    words = {
        "types": [(name, types[name].label[who.lang]) for name in act_types(workspace)],
        "drafts": [
            (draft, _type_label(who, draft.fields.get("type", "")), name_of(draft.fields))
            for draft in own_drafts(workspace)
        ],
    }
    return render(request, "intake/intake.html", words)


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One report: typed, checked, kept as a draft, taken in."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "import")
    if request.method == "GET":
        return _blank(request, who)
    typed = _typed(request)
    draft, action = request.POST.get("draft", ""), request.POST.get("action", "check")
    if action == "throw-away":
        throw_away(workspace, draft)
        return HttpResponseRedirect("/intake/")
    if action == "draft":
        keep_draft(workspace, typed, draft)
        messages.success(request, who.says("intake_kept"))
        return HttpResponseRedirect("/intake/")
    return _take(request, who, typed, draft, save=action == "save")


@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """People whose names are like the one that is being typed: a part of the page."""
    who = asking(request)
    require(who.at_work, "import")
    found = _alike(who, name_of({name: str(text) for name, text in request.GET.items()}))
    return render(request, "intake/near.html", {"near": found, "chosen": ""})


def _blank(request: HttpRequest, who: Asking) -> HttpResponse:
    typed: dict[str, str] = {"type": request.GET.get("type", ""), "lang": who.lang}
    draft = request.GET.get("draft", "")
    if draft:
        typed = dict(read_draft(who.at_work, draft).fields)
    if request.GET.get("person"):
        typed["person_id"] = request.GET["person"]
    return _page(request, who, typed, draft, checked=False)


def _take(
    request: HttpRequest, who: Asking, typed: dict[str, str], draft: str, *, save: bool
) -> HttpResponse:
    parts = _parts(who, typed, checked=True)
    is_settled = bool(typed.get("person_id") or typed.get("is_new"))
    found = [] if is_settled else _alike(who, name_of(typed))
    problem: BayyinaError | None = None
    if save and not problems(parts) and not found:
        try:
            entered = enter_report(who.at_work, report_of(typed))
        except InputError as error:
            problem = error
        else:
            if draft:
                throw_away(who.at_work, draft)
            messages.success(request, who.says("intake_taken", statements=entered.statements))
            return HttpResponseRedirect(f"/records/{entered.act or entered.person}/")
    return _page(
        request, who, typed, draft, checked=True, problem=problem, stopped=save and bool(found)
    )


def _page(
    request: HttpRequest,
    who: Asking,
    typed: Mapping[str, str],
    draft: str,
    *,
    checked: bool,
    problem: BayyinaError | None = None,
    stopped: bool = False,
) -> HttpResponse:
    parts = _parts(who, typed, checked=checked)
    faults = problems(parts)
    reasons = who.at_work.vocabulary.term_lists["unknown_reasons"].terms
    person_id = typed.get("person_id", "")
    words = {
        "parts": parts,
        "typed": typed,
        "type": typed.get("type", ""),
        "type_label": _type_label(who, typed.get("type", "")),
        "said_on": typed.get("said_on", ""),
        "person_id": person_id,
        "person": _person(who, person_id) if person_id else None,
        "is_new": bool(typed.get("is_new")),
        "near": _alike(who, name_of(typed)) if checked and not person_id else [],
        "chosen": person_id,
        "reasons": [(code, term.label[who.lang]) for code, term in reasons.items()],
        "draft": draft,
        "checked": checked,
        "faults": faults,
        "problem": problem,
        "stopped": stopped,
    }
    status = 400 if problem or (checked and faults) else 200
    return render(request, "intake/report.html", words, status=status)


def _parts(who: Asking, typed: Mapping[str, str], *, checked: bool) -> list[Part]:
    kind = typed.get("type", "")
    if kind and kind not in act_types(who.at_work):
        raise InputError(f"{kind} is nothing that can be reported here.", code="no-such-type")
    parts = [part(who, "source", SOURCE, typed, checked=checked)]
    parts.append(part(who, "person", PERSON, typed, checked=checked))
    if kind:
        parts.append(part(who, "act", kind, typed, checked=checked))
    return parts


def _typed(request: HttpRequest) -> dict[str, str]:
    typed = {name: str(text) for name, text in request.POST.items() if name not in UNTYPED and text}
    if any(len(text) > LONGEST for text in typed.values()):
        raise InputError(f"A field holds at most {LONGEST:,} characters.", hint="Divide the text.")
    return typed


def _alike(who: Asking, name: str) -> list[Summary]:
    """People who are here already and are named like this."""
    if not name or not _may_find(who.at_work):
        return []
    try:
        found = find_records(who.at_work, name[:400], quiet, limit=50)["records"]
    except InputError:
        return []
    numbers = [
        record_number(who.at_work, one["id"])
        for one in found
        if one["type"] == PERSON and one["matched"] == "name" and one["score"] >= ALIKE
    ]
    return summaries(who.at_work, numbers[:SHOWN], who.lang)


def _may_find(workspace: Workspace) -> bool:
    return allows(workspace.member, "export-records")


def _person(who: Asking, short_id: str) -> Summary | None:
    found = summaries(who.at_work, [record_number(who.at_work, short_id)], who.lang)
    return found[0] if found else None


def _type_label(who: Asking, name: str) -> str:
    kind = who.at_work.vocabulary.types.get(name)
    return kind.label[who.lang] if kind else ""
