"""The register of sites: what is known of each, what may be told, who says so."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bayyina.app.permissions import require
from bayyina.app.site_records import read_site, read_sites
from bayyina.app.site_watching import watch_state
from bayyina.sites.positions import write_position
from bayyina.web.frame.asking import asking


@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    """Every site, with its states and whether it is withheld."""
    who = asking(request)
    require(who.at_work, "export-records")
    rows = [
        {
            "site": site,
            "name": site.name.in_language(who.lang),
            "states": list(
                dict.fromkeys(one.words.in_language(who.lang) for one in site.of("state"))
            ),
        }
        for site in read_sites(who.at_work)
    ]
    return render(request, "sites/sites.html", {"rows": rows})


@require_GET
def site(request: HttpRequest, short_id: str) -> HttpResponse:
    """One site: statements with their sources, what was done to it, evidence, steps."""
    who = asking(request)
    require(who.at_work, "export-records")
    found = read_site(who.at_work, short_id)
    lang = who.lang
    words = {
        "site": found,
        "name": found.name.in_language(lang),
        "position": write_position(found.position) if found.position else "",
        "watch": watch_state(who.at_work, found.number),
        "statements": [
            (one, one.label.in_language(lang), one.words.in_language(lang))
            for one in found.statements
            if one.property not in {"name", "position"} and one.lang in {None, lang}
        ],
        "history": [
            (
                event,
                event.label.in_language(lang),
                "; ".join(
                    f"{one.label.in_language(lang)}: {one.words.in_language(lang)}"
                    for one in event.statements
                ),
            )
            for event in found.history
        ],
        "steps": [(step, step.words.in_language(lang)) for step in found.steps],
    }
    return render(request, "sites/site.html", words)
