"""Consent: what an informant answered, another answer, taking it back with what that changes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from bayyina.app.consenting import (
    answers_document,
    consents_of,
    give_consent,
    withdraw_consent,
)
from bayyina.app.permissions import require
from bayyina.app.recipients import recipients_of_workspace
from bayyina.app.short_ids import record_number
from bayyina.web.at_work import quiet
from bayyina.web.frame.asking import Asking, asking

RECORD = "record-consent"


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, short_id: str) -> HttpResponse:
    """The answers of an informant that stand, and recording another one."""
    who = asking(request)
    workspace = who.at_work
    if request.method == "POST":
        done = give_consent(
            workspace,
            informant=short_id,
            uses=[str(one) for one in request.POST.getlist("use")],
            explained_by=request.POST.get("explained_by", ""),
            explained_in=request.POST.get("explained_in", ""),
            day=request.POST.get("day", "").strip(),
            recipients=[str(one) for one in request.POST.getlist("recipient")],
            way=request.POST.get("way", ""),
            note=request.POST.get("note", ""),
            refused="refused" in request.POST,
        )
        messages.success(request, who.says("consent_recorded", id=done.record))
        return HttpResponseRedirect(f"/records/{short_id}/consent/")
    number = record_number(workspace, short_id)
    may_record = who.may_for(RECORD, number)
    may_read = who.may_for("export-records", number)
    if not may_record:
        require(workspace, "export-records", records=[number])
    answers = consents_of(workspace, short_id) if may_read else []
    words = {
        "id": short_id,
        "answers": [_answer(who, one) for one in answers_document(workspace, answers)][::-1],
        "may_read": may_read,
        "may_record": may_record,
        "uses": terms(who, "consent_purposes"),
        "ways": terms(who, "interview_ways"),
        "recipients": list(recipients_of_workspace(workspace)),
        "today": workspace.clock.now().date().isoformat(),
    }
    return render(request, "families/consent.html", words)


@require_POST
def withdraw(request: HttpRequest, short_id: str) -> HttpResponse:
    """Record that consent was taken back, which holds at once; what left before is listed."""
    who = asking(request)
    done = withdraw_consent(
        who.at_work,
        informant=short_id,
        uses=[str(one) for one in request.POST.getlist("use")],
        recipients=[str(one) for one in request.POST.getlist("recipient")],
        day=request.POST.get("day", "").strip(),
        note=request.POST.get("note", ""),
        progress=quiet,
    )
    (answer,) = answers_document(who.at_work, [done.answer])
    words = {
        "id": short_id,
        "record": done.record,
        "answer": _answer(who, answer),
        "closed": done.closed,
        "affected": done.affected,
    }
    return render(request, "families/withdrawn.html", words)


def terms(who: Asking, name: str) -> list[tuple[str, str]]:
    """The codes of a list of the vocabulary with what people read."""
    found = who.at_work.vocabulary.term_lists[name]
    return [(code, found.label(code, who.lang)) for code in found.terms]


def _answer(who: Asking, answer: dict[str, Any]) -> dict[str, Any]:
    lists = who.at_work.vocabulary.term_lists
    return answer | {
        "state_label": lists["consent_states"].label(answer["state"], who.lang),
        "uses_label": [lists["consent_purposes"].label(one, who.lang) for one in answer["uses"]],
    }
