"""The register of sites: what is known of each, what may be told, who says so."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bayyina.app.permissions import require
from bayyina.app.site_records import read_site, read_sites
from bayyina.app.site_sufficiency import AtHand, site_standards
from bayyina.app.site_views import SiteRecord
from bayyina.app.site_watching import watch_state
from bayyina.sites.positions import write_position
from bayyina.standards.documentation_standard import LINE_LISTS
from bayyina.typeset.maps import MapSite
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.records.timeline import LONGEST, Mark, timeline
from bayyina.web.sites.images import shown_images
from bayyina.web.sites.maps import site_map


@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    """Every site, with its states and whether it is withheld."""
    who = asking(request)
    require(who.at_work, "export-records")
    found = read_sites(who.at_work)
    rows = [
        {
            "site": site,
            "name": site.name.in_language(who.lang),
            "states": list(
                dict.fromkeys(one.words.in_language(who.lang) for one in site.of("state"))
            ),
        }
        for site in found
    ]
    marks = tuple(_mark(one) for one in found if one.position is not None)
    words = {
        "rows": rows,
        **(site_map(who, marks, request) if marks else {}),
        "unplaced": len(rows) - len(marks),
    }
    return render(request, "sites/sites.html", words)


@require_GET
def site(request: HttpRequest, short_id: str) -> HttpResponse:
    """One site: statements with their sources, what was done to it, evidence, steps."""
    who = asking(request)
    require(who.at_work, "export-records")
    found = read_site(who.at_work, short_id)
    lang = who.lang
    labels = {
        rules.name: getattr(rules.label, lang)
        for rules in site_standards(who.at_work)
        if rules.label is not None
    }
    words = {
        **shown_images(request, who, found),
        "site": found,
        "name": found.name.in_language(lang),
        "position": write_position(found.position).replace("|", ", ") if found.position else "",
        **(site_map(who, (_mark(found),), request) if found.position else {}),
        "timeline": timeline(_marks(who, found), who.says("sites_history"), mirrored=lang == "ar"),
        "at_hand": [
            (
                one,
                labels.get(one.standard, ""),
                _lines(who, one),
                [words.in_language(lang) for words in one.words],
            )
            for one in found.at_hand
        ],
        "decided": [(one, labels.get(one.standard, "")) for one in found.decided],
        "done": sum(step.done for step in found.steps),
        "may_decide": who.may_for("determine", found.number),
        "near": [(one, one.kind.in_language(lang) if one.kind else "") for one in found.facilities],
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


def _mark(site: SiteRecord) -> MapSite:
    """A site that has a position, on a map; a dashed circle is the middle of a district."""
    place = site.position
    if place is None:
        raise ValueError("The site has no position.")
    return MapSite(site.id, place.latitude, place.longitude, site.position_of != "exact")


def _marks(who: Asking, found: SiteRecord) -> list[Mark]:
    """What was done to the ground, with the days that it may have been."""
    told = []
    for event in found.history:
        try:
            first = date.fromisoformat(event.first or "")
            last = date.fromisoformat(event.last or event.first or "")
        except ValueError:
            continue
        if 0 <= last.year - first.year <= LONGEST:
            words = f"\u2066{first}\u2069" if first == last else f"\u2066{first} – {last}\u2069"
            told.append(Mark(event.id, event.label.in_language(who.lang), words, first, last))
    return told


def _lines(who: Asking, at_hand: AtHand) -> list[tuple[str, int]]:
    """Lines of evidence in words, each with how many independent origins it has."""
    origins: dict[str, set[str]] = {}
    for one in at_hand.lines:
        origins.setdefault(one.line, set()).add(one.origin)
    lists = who.at_work.vocabulary.term_lists
    labels = {
        code: lists[name].label(code, who.lang)
        for name in LINE_LISTS
        if name in lists
        for code in lists[name].terms
    }
    return [(labels.get(line, line), len(found)) for line, found in origins.items()]
