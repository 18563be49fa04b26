"""The map of sites, and the part of it that somebody chose."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from bayyina.app.boundaries import read_boundaries
from bayyina.errors import BayyinaError, PermissionRefusedError
from bayyina.typeset.map_outlines import Area, Window, area_window, window_of
from bayyina.typeset.maps import MapSite, PlaceMap, map_svg, outline_source
from bayyina.web.frame.asking import Asking

WHOLE: Final = "world"
"""The choice that shows the world."""

OWN: Final = "own:"
"""Begins the choice of an area of one's own boundaries."""

_WORLD: Final = Window(-56.0, -170.0, 74.0, 180.0)


def site_map(who: Asking, marks: tuple[MapSite, ...], request: HttpRequest) -> dict[str, Any]:
    """The map for a page, with what can be chosen of it; a dashed circle is a district's middle."""
    problem: BayyinaError | None = None
    areas: tuple[Area, ...] = ()
    try:
        areas = read_boundaries(who.at_work)
    except PermissionRefusedError:
        raise
    except BayyinaError as error:
        problem = error
    asked = request.GET.get("area", "")
    plan = PlaceMap(who.lang, (), marks, who.says("kilometres"), _window(asked, areas), areas)
    return {
        "map": _drawn(plan),
        "source": outline_source(plan),
        "choices": list(_choices(who, areas)),
        "area": asked,
        "map_problem": problem,
    }


def _drawn(plan: PlaceMap) -> SafeString:
    return mark_safe(map_svg(plan))  # noqa: S308 - drawn here, its texts escaped


def _choices(who: Asking, areas: tuple[Area, ...]) -> list[tuple[str, str]]:
    named = [
        (place.code, place.label(who.lang))
        for place in who.at_work.gazetteer.of_level("governorate")
        if area_window(place.code) is not None
    ]
    own = [(f"{OWN}{one.code}", one.code) for one in areas[:200]]
    return [*sorted(named, key=lambda one: one[1]), *own, (WHOLE, who.says("map_world"))]


def _window(asked: str, areas: tuple[Area, ...]) -> Window | None:
    """What a choice shows; None: all, as far as it is needed."""
    if asked == WHOLE:
        return _WORLD
    if asked.startswith(OWN):
        rings = [r for one in areas if one.code == asked.removeprefix(OWN) for r in one.rings]
        found = window_of(point for ring in rings for point in ring) if rings else None
    else:
        found = area_window(asked)
    return found.widened(0.08, 0.2) if found is not None else None
