"""The board of photographed bodies, one body with its candidates, and proposing whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.identification_states import STATES, Claimed, state_of
from bayyina.app.identification_words import (
    CONFLICTS,
    SAYS,
    TEXTS,
    found_words,
    lacks_words,
    line_label,
)
from bayyina.app.identification_words import STATES as STATE_WORDS
from bayyina.app.identifying import (
    propose_identification,
    settle_identifications,
    standing_record,
)
from bayyina.app.identifying_evidence import SUPPORTS
from bayyina.app.identifying_leads import Lead, LeadFinder
from bayyina.app.identifying_reading import BODY, STANDARD, Board, board_rows, read_board
from bayyina.app.job_kinds import GROUP_PHOTOGRAPHS, runner
from bayyina.app.lead_rankers import is_on_for
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import require
from bayyina.app.ranked_leads import ranked
from bayyina.app.record_reading import read_record
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.web.at_work import quiet, server
from bayyina.web.background import start
from bayyina.web.evidence.looks import may_still_look
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.identification.checklist import checklist, form_conditions, form_lines
from bayyina.web.own_jobs import own_jobs
from bayyina.web.records.statements import statement_lines
from bayyina.web.records.summaries import Summary, summaries

PAGE: Final = 50
"""Bodies on a page."""

CANDIDATES: Final = 12
"""So many candidates of a body are shown, those that most origins support."""

PHOTOGRAPHS: Final = 40
"""So many photographs of a body are linked."""

MINIMAL: Final = ("disfigurement", "minimal")
"""The statement that the standard's condition asks for."""


class Found(NamedTuple):
    """What is laid beside a body; none of it depends on who asks."""

    leads: tuple[Lead, ...]
    """Candidates."""

    before: int
    """People who were taken before it was photographed."""

    images: tuple[str, ...]
    """Ids of the evidence items of its photographs."""


@require_GET
def bodies(request: HttpRequest) -> HttpResponse:
    """Where every body stands, with counts, a page at a time."""
    who = asking(request)
    workspace = who.at_work
    board = board_of(workspace)
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else ""
    fitting = [one for one in board.states if state in ("", one.state)]
    page = _page_number(request)
    shown = replace(board, states=fitting[(page - 1) * PAGE : page * PAGE])
    words = {
        "board": board,
        "bodies": len(board.states),
        "states": [
            (name, STATE_WORDS[who.lang][name], board.counts[name], name == state)
            for name in STATES
        ],
        "state": state,
        "result": board.result[who.lang],
        "rows": [_row(row, who.lang) for row in board_rows(workspace, shown)],
        "before": page - 1 if page > 1 else 0,
        "after": page + 1 if page * PAGE < len(fitting) else 0,
        "may_write": who.may("import"),
        "waiting": sum("not_settled" in one.conflicts for one in board.states),
        "job": _job(workspace),
    }
    return render(request, "identification/bodies.html", words)


@require_GET
def body(request: HttpRequest, short_id: str) -> HttpResponse:
    """One body: card, photographs, who claims it, candidates by independent origins."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "export-records")
    number = standing_record(workspace, short_id, BODY).number
    board = board_of(workspace)
    state = next((one for one in board.states if one.body == number), None)
    if state is None:
        raise InputError(f"There is no body {short_id} on the board.", code="no-such-record")
    (row,) = board_rows(workspace, replace(board, states=[state]))
    found, program = _found(workspace, number)
    document = read_record(workspace, short_id)
    claims = [one for one in board.cases.claims if one.body == number]
    named = [lead.person for lead in found.leads[:CANDIDATES]] + [one.person for one in claims]
    people = _people(workspace, named, who.lang)
    minimal = next(
        (
            one["id"]
            for one in document["statements"]
            if (one["property"], one.get("value")) == MINIMAL
        ),
        "",
    )
    of_claims = [_claim(who, one, board, found.leads, people) for one in claims]
    words = {
        "row": _row(row, who.lang),
        "statements": list(statement_lines(who, document, "statements")),
        "state": STATE_WORDS[who.lang][state.state],
        "result": board.result[who.lang],
        "person": people.get(state.person),
        "images": [(one, may_still_look(request, one)) for one in found.images[:PHOTOGRAPHS]],
        "more_images": max(0, len(found.images) - PHOTOGRAPHS),
        "window": TEXTS[who.lang]["window"].format(n=found.before),
        "claims": of_claims,
        "minimal": minimal,
        "program": program,
        "leads": [_lead(who, one, people) for one in found.leads[:CANDIDATES]],
        "more_leads": max(0, len(found.leads) - CANDIDATES),
        "may_propose": who.may("import"),
        "may_decide": who.may("determine"),
        "standard": STANDARD,
        "people_needed": own_standards(workspace.folder)[STANDARD].people,
    }
    return render(request, "identification/body.html", words)


@require_POST
def propose(request: HttpRequest, short_id: str) -> HttpResponse:
    """Record that a body may be a person's, with what that rests on."""
    who = asking(request)
    basis = [str(one) for one in request.POST.getlist("line")]
    basis += request.POST.get("more", "").split()
    made = propose_identification(
        who.at_work,
        body=short_id,
        person=request.POST.get("person", "").strip(),
        basis=basis,
        only_candidate="candidate" in request.POST,
    )
    messages.success(request, who.says("identify_proposed", id=made["record"]))
    return HttpResponseRedirect(f"/identification/{short_id}/")


@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Write into the records what the signatures came to."""
    who = asking(request)
    done = settle_identifications(who.at_work, quiet)
    messages.success(request, who.says("identify_settled", count=len(done)))
    return HttpResponseRedirect("/identification/")


@require_POST
def group(request: HttpRequest) -> HttpResponse:
    """Group photographs into bodies by the numbers on their cards, in the background."""
    who = asking(request)
    require(who.at_work, "import")
    runner(who.at_work).enqueue(GROUP_PHOTOGRAPHS, {})
    start(who.at_work)
    return HttpResponseRedirect("/identification/")


def board_of(workspace: Workspace) -> Board:
    """The board of today, kept until the log grows.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    today = workspace.clock.now().date()
    return server().remembered(f"bodies {today}", lambda: read_board(workspace, quiet))


def _found(workspace: Workspace, body_number: int) -> tuple[Found, str]:
    """What is laid beside a body, and the program that ranked it for the person at work."""

    def look(leads: Sequence[Lead], finder: LeadFinder) -> Found:
        images = tuple(workspace.short_id(item) for item in finder.images_of(body_number))
        return Found(tuple(leads), finder.fits_window(body_number), images)

    def unranked() -> Found:
        finder = LeadFinder(workspace, quiet)
        return look(finder.leads(body_number), finder)

    if is_on_for(workspace):  # an order that two reviewers alone may see is kept for nobody
        finder = LeadFinder(workspace, quiet)
        program, leads = ranked(workspace, finder, body_number)
        return look(leads, finder), program
    today = workspace.clock.now().date()
    return server().remembered(f"leads {today} {body_number}", unranked), ""


def _row(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    return {
        **row,
        "state_label": STATE_WORDS[lang][row["state"]],
        "conflicts": [CONFLICTS[lang][code] for code in row["conflicts"]],
    }


def _people(workspace: Workspace, numbers: Sequence[int], lang: str) -> dict[int, Summary]:
    wanted = list(dict.fromkeys(one for one in numbers if one))
    return {record_number(workspace, one.id): one for one in summaries(workspace, wanted, lang)}


def _lead(who: Asking, lead: Lead, people: Mapping[int, Summary]) -> dict[str, Any]:
    workspace, lang = who.at_work, who.lang
    vocabulary, short = workspace.vocabulary, workspace.short_id
    there = cited(workspace, lead)
    rules = own_standards(workspace.folder)[STANDARD]
    return {
        "person": people.get(lead.person),
        "id": short(lead.person),
        "origins": lead.origins,
        "face": lead.face,
        "lines": [
            {
                "says": one.says,
                "verdict": SAYS[lang][one.says],
                "label": line_label(vocabulary, one.line, lang),
                "found": found_words(vocabulary, one, lang),
                "cites": short(one.cites),
                "source": one.source,
                "value": f"{one.line}={short(one.cites)}" if one.says == SUPPORTS else "",
            }
            for one in lead.lines
        ],
        "sets": checklist(rules, vocabulary, there, lang),
        "lacks": lacks_words(vocabulary, lead.lacks, lang),
    }


def cited(workspace: Workspace, lead: Lead, *, but: int = 0) -> dict[str, list[str]]:
    """Ids of what supports a candidate, by line; ``but`` is a record that cannot cite itself."""
    there: dict[str, list[str]] = {}
    for one in lead.lines:
        if one.says == SUPPORTS:
            found = there.setdefault(one.line, [])
            text = workspace.short_id(one.cites)
            if one.cites != but and text not in found:
                found.append(text)
    return there


def _claim(
    who: Asking,
    claim: Claimed,
    board: Board,
    leads: Sequence[Lead],
    people: Mapping[int, Summary],
) -> dict[str, Any]:
    workspace = who.at_work
    lead = next((one for one in leads if one.person == claim.person), None)
    there = cited(workspace, lead, but=claim.record) if lead is not None else {}
    sets = checklist(
        own_standards(workspace.folder)[STANDARD], workspace.vocabulary, there, who.lang
    )
    decided = board.cases.decided.get(claim.record)
    return {
        "id": workspace.short_id(claim.record),
        "person": people.get(claim.person),
        "state": STATE_WORDS[who.lang][state_of(claim)],
        "signed": decided.people if decided is not None else (),
        "made_here": claim.made_here,
        "by_family": claim.by_family,
        "lines": form_lines(sets),
        "conditions": form_conditions(sets),
    }


def _job(workspace: Workspace) -> Any:
    """The newest grouping of the person at work, while it runs or if it failed."""
    jobs = own_jobs(workspace, GROUP_PHOTOGRAPHS)
    return jobs[-1] if jobs and jobs[-1].state in {"queued", "running", "failed"} else None


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= 2000 else 1
