"""Doing something to many records of the library at once: what it would do is shown first.

Nothing is done that could not be done record by record: each change goes through the same use
case, with its permission and its two people, and stands in the log for each record by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.cases import assign_records
from bayyina.app.deciding import determine_record
from bayyina.app.live import live_batches
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import sight
from bayyina.app.reviewing import Decided, decide_pairs
from bayyina.app.rows import CaseRow, DeterminationRow, MemberRow, RecordRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.errors import BayyinaError, InputError
from bayyina.figures.relations import PERSON
from bayyina.web.at_work import quiet
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.records.summaries import summaries

MOST: Final = 100
"""Records that something is done to at once."""

VERDICTS: Final = ("for", "against")
SAME: Final = ("same", "different", "unsure")


class Outcome(NamedTuple):
    """What became of one record or pair."""

    id: str
    """Short id."""

    words: str
    """What was done, or why not."""

    is_done: bool
    """Whether it was."""


@require_GET
def bulk(request: HttpRequest) -> HttpResponse:
    """The chosen records, and what the person at work may do to all of them."""
    who = asking(request)
    workspace = who.at_work
    seen = sight(workspace, "export-records")
    ids = _ids(request.GET.getlist("ids"))
    numbers = [record_number(workspace, one) for one in ids]
    rows = summaries(workspace, [n for n in numbers if seen.covers(n)], who.lang)
    kinds = {row.record_type for row in workspace.store.find(RecordRow, "number", numbers)}
    decided = _decided(who, numbers)
    words = {
        "rows": [(row, decided.get(row.id, [])) for row in rows],
        "ids": " ".join(row.id for row in rows),
        "left_out": len(ids) - len(rows),
        "may_bundle": who.may("bundle"),
        "may_judge": who.may_somewhere("judge") and len(rows) > 1 and kinds == {PERSON},
        "may_determine": who.may_somewhere("determine"),
        "may_assign": who.may("manage-cases"),
        "cases": [row.code for row in workspace.store.scan(CaseRow) if "/" not in row.code],
        "standards": [
            (name, getattr(rules.label, who.lang, ""))
            for name, rules in sorted(own_standards(workspace.folder).items())
        ],
    }
    return render(request, "records/bulk.html", words)


@require_POST
def bulk_bundle(request: HttpRequest) -> HttpResponse:
    """Go on to a bundle of the records, where what may leave is decided."""
    ids = _ids(request.POST.getlist("ids"))
    return HttpResponseRedirect(f"/bundles/?{urlencode({'ids': ' '.join(ids)})}")


@require_POST
def bulk_determine(request: HttpRequest) -> HttpResponse:
    """Sign the same decision about each record, as one of the two people that it needs."""
    who = asking(request)
    sight(who.at_work, "determine")
    ids = _ids(request.POST.getlist("ids"))
    asked = {
        name: request.POST.get(name, "").strip()
        for name in ("standard", "verdict", "reasons", "decision")
    }
    lines = request.POST.get("lines", "").split()
    outcomes = [_determined(who, one, asked, lines) for one in ids]
    return _told(request, outcomes)


@require_POST
def bulk_judge(request: HttpRequest) -> HttpResponse:
    """Say of every pair of the chosen people whether they are the same person."""
    who = asking(request)
    sight(who.at_work, "judge")
    ids = _ids(request.POST.getlist("ids"))
    verdict = request.POST.get("verdict", "")
    if verdict not in SAME:
        raise InputError("Say whether they are the same, different, or whether you are unsure.")
    reasons = request.POST.get("reasons", "").strip()
    if len(ids) < 2 or len(ids) > 10:
        raise InputError("Choose from two to ten people.")
    # "Same" joins each with the first; of "different" every pair is said.
    first = ids[0]
    pairs = (
        [(first, one) for one in ids[1:]]
        if verdict == "same"
        else [(a, b) for place, a in enumerate(ids) for b in ids[place + 1 :]]
    )
    decisions = [Decided(f"{one}:{other}", verdict, reasons) for one, other in pairs]
    decide_pairs(who.at_work, decisions, quiet)
    return _told(
        request, [Outcome(f"{a} {b}", who.says(f"bulk_{verdict}"), True) for a, b in pairs]
    )


@require_POST
def bulk_assign(request: HttpRequest) -> HttpResponse:
    """Let the records belong to a case."""
    who = asking(request)
    ids = _ids(request.POST.getlist("ids"))
    assign_records(who.at_work, case=request.POST.get("case", ""), records=ids)
    messages.success(request, who.says("bulk_assigned", count=len(ids)))
    return HttpResponseRedirect("/records/")


def _determined(who: Asking, one: str, asked: dict[str, str], lines: Sequence[str]) -> Outcome:
    try:
        state = determine_record(
            who.at_work,
            record_id=one,
            decision=asked["decision"] or "verified",
            verdict=asked["verdict"],
            standard=asked["standard"],
            reasons=asked["reasons"],
            lines=lines,
        )
    except BayyinaError as error:
        return Outcome(one, error.message, False)
    return Outcome(one, state["state"].rstrip("."), True)


def _decided(who: Asking, numbers: Sequence[int]) -> dict[str, list[tuple[str, str, str]]]:
    """Who decided what about each record: person, decision, verdict."""
    store = who.at_work.store
    batches = live_batches(store)
    people = {row.number: row.handle for row in store.scan(MemberRow)}
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in store.find(DeterminationRow, "record", numbers):
        if batch_of(row.number) in batches:
            said = (people.get(row.member, "?"), row.decision, row.verdict)
            found.setdefault(who.at_work.short_id(row.record), []).append(said)
    return found


def _told(request: HttpRequest, outcomes: Sequence[Outcome]) -> HttpResponse:
    words = {"outcomes": outcomes, "done": sum(one.is_done for one in outcomes)}
    return render(request, "records/bulk_done.html", words)


def _ids(given: Sequence[str]) -> list[str]:
    """Short ids, each once, in the order given.

    Raises:
        InputError: there are none, or too many.
    """
    ids = list(dict.fromkeys(one for text in given for one in text.split()))
    if not ids:
        raise InputError("No record is chosen.", hint="Tick records in the library first.")
    if len(ids) > MOST:
        raise InputError(f"At most {MOST} records at once.", hint="Choose fewer.")
    return ids
