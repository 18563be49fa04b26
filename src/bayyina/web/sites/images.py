"""Two images of a site over each other, and its series with what was found in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from bayyina.app.evidence_viewing import begin_look
from bayyina.app.own_viewing import looking
from bayyina.app.site_records import read_site
from bayyina.app.site_showing import (
    SiteItem,
    SiteMaterial,
    draw_site_series,
    refuse_withheld,
    site_material,
)
from bayyina.app.site_views import SiteRecord
from bayyina.errors import BayyinaError, InputError, PermissionRefusedError
from bayyina.web.evidence.looks import keep_look, may_still_look
from bayyina.web.evidence.showing import CLEAR, is_clear
from bayyina.web.frame.asking import Asking, asking

PAIR = ("before", "after")
"""Names of the two images in the address."""


@require_POST
def look(request: HttpRequest, short_id: str) -> HttpResponse:
    """Log a look at two images and a series of a site, and show them."""
    who = asking(request)
    found = read_site(who.at_work, short_id)
    refuse_withheld(who.at_work, found)
    material = site_material(who.at_work, found)
    known = {one.id for one in (*material.images, *material.series)}
    said = {name: request.POST.get(name, "") for name in (*PAIR, "series")}
    chosen = {name: one for name, one in said.items() if one}
    if not chosen or not set(chosen.values()) <= known:
        raise InputError("Choose images or a series of this site.")
    for one in dict.fromkeys(chosen.values()):
        begin_look(who.at_work, one, reason=request.POST.get("reason", ""))
        keep_look(request, one)
    return HttpResponseRedirect(f"/sites/{quote(found.id)}/?{urlencode(chosen)}#images")


def shown_images(request: HttpRequest, who: Asking, site: SiteRecord) -> dict[str, Any]:
    """What the page of a site says of its images and series, those that are looked at drawn."""
    material = site_material(who.at_work, site)
    words: dict[str, Any] = {"material": material}
    if material.is_withheld or not (material.images or material.series):
        return words
    words |= _pair(request, who, material)
    series = request.GET.get("series", "")
    if series and may_still_look(request, series):
        try:
            drawn = draw_site_series(who.at_work, site.id, series, lang=who.lang)
        except PermissionRefusedError:
            raise
        except BayyinaError as error:
            words["series_problem"] = error
        else:
            words["chart"] = mark_safe(drawn.chart)  # noqa: S308 - drawn here, its texts escaped
            words["episodes"] = drawn.episodes
    words["chosen"] = {name: request.GET.get(name, "") for name in (*PAIR, "series")}
    return words


def _pair(request: HttpRequest, who: Asking, material: SiteMaterial) -> dict[str, Any]:
    by_id = {one.id: one for one in material.images}
    asked = [by_id.get(request.GET.get(name, "")) for name in PAIR]
    pair = [one for one in asked if one is not None and may_still_look(request, one.id)]
    if not pair:
        return {}
    clear = all(is_clear(request, who, one.id, veilable=True) for one in pair)
    kept = {name: request.GET[name] for name in (*PAIR, "series") if name in request.GET}
    return {
        "pair": [(one, _source(one, clear=clear)) for one in pair],
        "is_clear": clear,
        "day": looking(who.at_work),
        "covered": f"?{urlencode(kept)}#images",
        "uncovered": f"?{urlencode({**kept, CLEAR: '1'})}#images",
    }


def _source(one: SiteItem, *, clear: bool) -> str:
    return f"/evidence/{one.id}/shown" + (f"?{CLEAR}=1" if clear else "")
