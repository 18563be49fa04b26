"""What is owed to people: tasks with their days; and telling a family of a death, step by step."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bayyina.app.notifying import (
    AGREED,
    IN_PERSON,
    PROPOSED,
    UNDECIDED,
    Telling,
    agree_telling,
    propose_telling,
    record_telling,
    telling_of,
    tellings,
)
from bayyina.app.tasks import add_task, finish_task, list_tasks
from bayyina.errors import InputError
from bayyina.web.families.consents import RECORD, terms
from bayyina.web.frame.asking import Asking, asking

SHOWN = 200
"""So many tasks, and tellings, are listed."""


@require_http_methods(["GET", "POST"])
def tasks(request: HttpRequest) -> HttpResponse:
    """What is owed, the nearest day first; and writing down what else is."""
    who = asking(request)
    workspace = who.at_work
    if request.method == "POST":
        made = add_task(
            workspace,
            about=request.POST.get("about", "").strip(),
            kind=request.POST.get("kind", ""),
            what=request.POST.get("what", ""),
            due=_day(request.POST.get("due", "")),
        )
        messages.success(request, who.says("task_added", id=made.id))
        return HttpResponseRedirect("/tasks/")
    everything = request.GET.get("all") == "1"
    kinds = dict(terms(who, "task_kinds"))
    found = list_tasks(workspace, everything=everything)
    words = {
        "tasks": [(one, kinds.get(one.kind, one.kind)) for one in found[:SHOWN]],
        "everything": everything,
        "kinds": list(kinds.items()),
        "about": request.GET.get("about", "")[:60],
        "may_record": who.may_somewhere(RECORD),
        "tellings": [_told(who, one) for one in tellings(workspace)[:SHOWN]],
    }
    return render(request, "families/tasks.html", words)


@require_POST
def done(request: HttpRequest, short_id: str) -> HttpResponse:
    """Write down that a task was done, and what came of it."""
    who = asking(request)
    found = finish_task(who.at_work, short_id, outcome=request.POST.get("outcome", ""))
    messages.success(request, who.says("task_done", id=found.id))
    return HttpResponseRedirect("/tasks/")


@require_GET
def telling(request: HttpRequest, short_id: str) -> HttpResponse:
    """How far telling the family of one death has come, and the step that comes next."""
    who = asking(request)
    found = telling_of(who.at_work, short_id)
    words = {
        "one": _told(who, found),
        "may_decide": who.may("determine"),
        "may_record": who.may_somewhere(RECORD),
        "is_undecided": found.state == UNDECIDED,
        "is_proposed": found.state == PROPOSED,
        "is_agreed": found.state == AGREED,
        "ways": [one for one in terms(who, "notification_ways") if one[0] != "not_told"],
        "usual": IN_PERSON,
        "today": who.at_work.clock.now().date().isoformat(),
    }
    return render(request, "families/telling.html", words)


@require_POST
def decide_telling(request: HttpRequest, short_id: str) -> HttpResponse:
    """Propose, or as a second person agree, that the family may be told."""
    who = asking(request)
    decide = agree_telling if request.POST.get("step") == "agree" else propose_telling
    found = decide(
        who.at_work,
        death=short_id,
        risk=request.POST.get("risk", ""),
        lines=request.POST.get("lines", "").split(),
    )
    messages.success(request, who.says("telling_now", state=_state(who, found)))
    return HttpResponseRedirect(f"/records/{short_id}/telling/")


@require_POST
def told(request: HttpRequest, short_id: str) -> HttpResponse:
    """Write down that the family was told."""
    who = asking(request)
    found, record, _ = record_telling(
        who.at_work,
        death=short_id,
        day=_day(request.POST.get("day", "")),
        way=request.POST.get("way", IN_PERSON),
        content=request.POST.get("content", ""),
        why_not_in_person=request.POST.get("why", ""),
    )
    messages.success(request, who.says("telling_recorded", id=record, state=_state(who, found)))
    return HttpResponseRedirect(f"/records/{short_id}/telling/")


def _told(who: Asking, found: Telling) -> dict[str, object]:
    return {
        "record": found.record,
        "people": found.people,
        "state": _state(who, found),
        "decided_by": found.decided_by,
        "since": found.since,
    }


def _state(who: Asking, found: Telling) -> str:
    return who.says(f"telling_{found.state}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError(f"{text} is not a day.", hint="Write it as 2024-02-21.") from error
