"""The board of certificates: whom a leaked paper may be about, matches and their signatures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.certificate_matches import (
    STATES,
    MatchState,
    match_states,
    propose_match,
    settle_matches,
)
from bayyina.app.certificate_words import CERTIFICATE_WORDS, certificate_reason
from bayyina.app.identification_words import lacks_words
from bayyina.app.identifying import standing_record
from bayyina.app.matching_certificates import (
    DOCUMENT,
    STANDARD,
    Candidate,
    Paper,
    match_certificates,
)
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import require
from bayyina.app.record_reading import read_record
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.web.at_work import quiet, server
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.identification.checklist import checklist, form_conditions, form_lines
from bayyina.web.records.statements import statement_lines
from bayyina.web.records.summaries import Summary, summaries

PAGE: Final = 50
"""Papers on a page."""


@require_GET
def papers(request: HttpRequest) -> HttpResponse:
    """Papers with what speaks for their first candidate, and where every match stands."""
    who = asking(request)
    workspace = who.at_work
    found, matches = _papers(workspace), _matches(workspace)
    page = _page_number(request)
    shown = found[(page - 1) * PAGE : page * PAGE]
    people = _people(
        workspace, [one.candidates[0].person for one in shown if one.candidates], who.lang
    )
    counts = Counter(one.state for one in matches)
    words = {
        "counts": [(state, counts[state]) for state in STATES],
        "papers": len(found),
        "with_candidates": sum(bool(one.candidates) for one in found),
        "rows": [
            {
                "id": workspace.short_id(one.document),
                "kind": who.labels.label("kind", one.kind, who.lang),
                "candidates": len(one.candidates),
                "first": people.get(one.candidates[0].person) if one.candidates else None,
                "agrees": _told(one.candidates[0], "agrees", who.lang) if one.candidates else "",
                "differs": _told(one.candidates[0], "differs", who.lang) if one.candidates else "",
            }
            for one in shown
        ],
        "matches": [
            {
                "id": workspace.short_id(one.record),
                "document": workspace.short_id(one.document),
                "person": workspace.short_id(one.person),
                "state": one.state,
                "people": one.people,
                "conflicts": one.conflicts,
                "waits": one.state != one.stated,
            }
            for one in matches[:PAGE]
        ],
        "waiting": sum(one.state != one.stated for one in matches),
        "before": page - 1 if page > 1 else 0,
        "after": page + 1 if page * PAGE < len(found) else 0,
        "may_write": who.may("import"),
    }
    return render(request, "identification/papers.html", words)


@require_GET
def paper(request: HttpRequest, short_id: str) -> HttpResponse:
    """One paper beside its candidates, part by part, with the standard as a checklist."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "export-records")
    number = standing_record(workspace, short_id, DOCUMENT).number
    found = next((one for one in _papers(workspace) if one.document == number), None)
    if found is None:
        raise InputError(
            f"{short_id} is no death certificate and no register extract.", code="no-such-record"
        )
    document = read_record(workspace, short_id)
    matches = [one for one in _matches(workspace) if one.document == number]
    numbers = [one.person for one in found.candidates] + [one.person for one in matches]
    people = _people(workspace, numbers, who.lang)
    words = {
        "id": short_id,
        "kind": who.labels.label("kind", found.kind, who.lang),
        "statements": list(statement_lines(who, document, "statements")),
        "candidates": [_candidate(who, short_id, one, people) for one in found.candidates],
        "matches": [_match(who, short_id, one, found, people) for one in matches],
        "may_propose": who.may("import"),
        "may_decide": who.may("determine"),
        "standard": STANDARD,
        "people_needed": own_standards(workspace.folder)[STANDARD].people,
    }
    return render(request, "identification/paper.html", words)


@require_POST
def propose_paper(request: HttpRequest, short_id: str) -> HttpResponse:
    """Record that a paper may be about a person, with what that rests on."""
    who = asking(request)
    basis = [str(one) for one in request.POST.getlist("line")]
    basis += request.POST.get("more", "").split()
    made = propose_match(
        who.at_work,
        document=short_id,
        person=request.POST.get("person", "").strip(),
        basis=basis,
    )
    messages.success(request, who.says("identify_proposed", id=made["record"]))
    return HttpResponseRedirect(f"/identification/papers/{short_id}/")


@require_POST
def settle_papers(request: HttpRequest) -> HttpResponse:
    """Bring timelines in line with the signatures; nobody is notified."""
    who = asking(request)
    done = settle_matches(who.at_work, quiet)
    messages.success(request, who.says("papers_settled", count=len(done)))
    return HttpResponseRedirect("/identification/papers/")


def _papers(workspace: Workspace) -> list[Paper]:
    require(workspace, "export-records")
    return server().remembered("papers", lambda: match_certificates(workspace, quiet))


def _matches(workspace: Workspace) -> list[MatchState]:
    require(workspace, "export-records")
    return server().remembered("matches", lambda: match_states(workspace, quiet))


def _people(workspace: Workspace, numbers: Sequence[int], lang: str) -> dict[int, Summary]:
    wanted = list(dict.fromkeys(numbers))
    return {record_number(workspace, one.id): one for one in summaries(workspace, wanted, lang)}


def _told(one: Candidate, says: str, lang: str) -> str:
    found = [CERTIFICATE_WORDS[lang][part.part] for part in one.parts if part.says == says]
    return ("، " if lang == "ar" else ", ").join(found)


def _candidate(
    who: Asking, document: str, one: Candidate, people: Mapping[int, Summary]
) -> dict[str, Any]:
    workspace, lang = who.at_work, who.lang
    words = CERTIFICATE_WORDS[lang]
    rules = own_standards(workspace.folder)[STANDARD]
    return {
        "id": workspace.short_id(one.person),
        "person": people.get(one.person),
        "joined": one.joined,
        "parts": [
            {
                "part": words[part.part],
                "says": part.says,
                "verdict": words[part.says],
                "paper": part.paper,
                "of_person": part.person,
                "reason": certificate_reason(part.reason, lang),
            }
            for part in one.parts
        ],
        "values": [f"{line}={document}" for line in one.lines],
        "sets": checklist(rules, workspace.vocabulary, dict.fromkeys(one.lines, (document,)), lang),
        "lacks": lacks_words(workspace.vocabulary, one.lacks, lang),
    }


def _match(
    who: Asking, document: str, one: MatchState, found: Paper, people: Mapping[int, Summary]
) -> dict[str, Any]:
    workspace = who.at_work
    candidate = next((this for this in found.candidates if this.person == one.person), None)
    lines = candidate.lines if candidate is not None else ()
    rules = own_standards(workspace.folder)[STANDARD]
    sets = checklist(rules, workspace.vocabulary, dict.fromkeys(lines, (document,)), who.lang)
    return {
        "id": workspace.short_id(one.record),
        "person": people.get(one.person),
        "state": one.state,
        "signed": one.people,
        "conflicts": one.conflicts,
        "lines": form_lines(sets),
        "conditions": form_conditions(sets),
    }


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= 2000 else 1
