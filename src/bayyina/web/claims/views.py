"""Published claims and what contradicts what, with what would settle it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bayyina.app.permissions import require
from bayyina.claims.checking import check_claims
from bayyina.claims.claim_set import ClaimSet
from bayyina.claims.findings import CLASSES, ClaimFinding
from bayyina.claims.reading import published_names, read_claims
from bayyina.web.frame.asking import asking


@require_GET
def claims(request: HttpRequest) -> HttpResponse:
    """Findings about the published claims, of one class or all."""
    who = asking(request)
    require(who.at_work, "count")
    facts, findings = _checked()
    chosen = request.GET.get("class", "")
    counts = Counter(found.grade for found in findings)
    shown = [
        {
            "found": found,
            "detail": found.detail[who.lang],
            "resolution": found.resolution[who.lang],
            "where": [
                (name, facts.by_id[name].document, facts.by_id[name].claim.source.locator)
                for name in found.claims
            ],
        }
        for found in findings
        if chosen not in CLASSES or found.grade == chosen
    ]
    words = {
        "findings": shown,
        "claims": len(facts.claims),
        "classes": [(name, f"claims_{name}", counts[name]) for name in CLASSES],
        "chosen": chosen,
    }
    return render(request, "claims/claims.html", words)


@lru_cache(maxsize=1)
def _checked() -> tuple[ClaimSet, list[ClaimFinding]]:
    """The shipped claims, which do not change while the program runs."""
    facts = read_claims(list(published_names()))
    return facts, check_claims(facts)
