"""Deciding about a record under a documentation standard, and about pairs of records."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.deciding import determine_record, judge_pair
from bayyina.app.family_releases import RELEASED
from bayyina.app.notifying import STANDARD as TELLING
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import require
from bayyina.app.record_reading import read_record
from bayyina.app.short_ids import record_number
from bayyina.errors import InputError
from bayyina.web.frame.asking import asking
from bayyina.web.frame.jobs import next_page


@require_GET
def decide(request: HttpRequest, short_id: str) -> HttpResponse:
    """The documentation standards as checklists, for one record."""
    who = asking(request)
    require(who.at_work, "determine", records=[record_number(who.at_work, short_id)])
    document = read_record(who.at_work, short_id)
    standards = own_standards(who.at_work.folder)
    words = {
        "document": document,
        "standards": [
            (name, rules)
            for name, rules in standards.items()
            if document["type"] in who.at_work.vocabulary.kinds_of(rules.applies_to)
        ],
    }
    return render(request, "decisions/decide.html", words)


@require_POST
def determine(request: HttpRequest, short_id: str) -> HttpResponse:
    """Sign a decision about a record."""
    who = asking(request)
    require(who.at_work, "determine", records=[record_number(who.at_work, short_id)])
    lines = [
        f"{key.removeprefix('line-')}={value.strip()}"
        for key, values in request.POST.lists()
        if key.startswith("line-")
        for value in " ".join(str(one) for one in values).split()
    ]
    conditions = [
        f"{key.removeprefix('condition-')}={str(value).strip()}"
        for key, value in request.POST.items()
        if key.startswith("condition-") and str(value).strip()
    ]
    standard = request.POST.get("standard", "")
    # That a family may be told is no finding about the death: it is "released", not "verified".
    usual = RELEASED if standard == TELLING else "verified"
    state = determine_record(
        who.at_work,
        record_id=short_id,
        decision=request.POST.get("decision", usual),
        verdict=request.POST.get("verdict", ""),
        standard=standard,
        reasons=request.POST.get("reasons", ""),
        lines=lines,
        conditions=conditions,
    )
    messages.success(request, who.says("decided", id=short_id, state=state["state"].rstrip(".")))
    return HttpResponseRedirect(next_page(request, f"/records/{short_id}/"))


@require_POST
def judge(request: HttpRequest, short_id: str) -> HttpResponse:
    """Say whether this record and another one are about the same somebody."""
    who = asking(request)
    require(who.at_work, "judge", records=[record_number(who.at_work, short_id)])
    other = request.POST.get("other", "").strip()
    if not other:
        raise InputError("Name the other record.", hint="Its id stands on its page.")
    judge_pair(
        who.at_work,
        record_a=short_id,
        record_b=other,
        verdict=request.POST.get("verdict", ""),
        reasons=request.POST.get("reasons", ""),
    )
    messages.success(request, who.says("judged", one=short_id, other=other))
    return HttpResponseRedirect(f"/records/{short_id}/")
