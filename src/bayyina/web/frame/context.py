"""What every template can use."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.http import HttpRequest

from bayyina import __version__
from bayyina.typeset.languages import LANGUAGES, language_of
from bayyina.web.at_work import server
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.later import loaded

PRACTICE: Final = "practice.json"
"""File in a workspace that says that it is for practice."""


class Area(NamedTuple):
    """An area of the application in the navigation."""

    path: str
    """Where it begins."""

    key: str
    """Key of its name in the wording."""

    action: str
    """What one must be allowed to do to see it; empty: nothing."""


AREAS = (
    Area("/", "area_home", ""),
    Area("/records/", "area_records", "export-records"),
    Area("/figures/", "area_figures", "count"),
    Area("/intake/", "area_intake", "import"),
    Area("/lists/", "area_lists", "import"),
    Area("/evidence/", "area_evidence", "export-records"),
    Area("/review/", "area_review", "judge"),
    Area("/identification/", "area_identification", "export-records"),
    Area("/inquiries/", "area_inquiries", "record-consent"),
    Area("/reports/", "area_reports", "report"),
    Area("/bundles/", "area_bundles", "bundle"),
    Area("/orders/", "area_orders", "count"),
    Area("/claims/", "area_claims", "count"),
    Area("/sites/", "area_sites", "export-records"),
    Area("/facilities/", "area_facilities", "report"),
    Area("/log/", "area_log", ""),
    Area("/administration/", "area_administration", "manage-members"),
)
"""The areas in the order of the navigation."""

NARROWED: Final = frozenset({"/evidence/"})
"""Areas that show whoever has a role for one case what belongs to it."""


def _is_open(who: Asking, area: Area) -> bool:
    if area.path in NARROWED:
        return who.may_somewhere(area.action)
    return not area.action or who.may(area.action)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Language, direction, the person at work, the areas they may see."""
    who = asking(request)
    language = language_of(who.lang)
    areas = [
        {
            "path": area.path,
            "key": area.key,
            "is_here": request.path == area.path
            or (area.path != "/" and request.path.startswith(area.path)),
        }
        for area in AREAS
        if who.workspace is not None and _is_open(who, area)
    ]
    other = next(one for code, one in LANGUAGES.items() if code != who.lang)
    return {
        "lang": who.lang,
        "direction": language.direction,
        "other_language": other,
        "here": request.get_full_path(),
        "workspace": who.workspace,
        "who": who,
        "areas": areas,
        "is_fictional": server().is_fictional,
        "program_version": __version__,
    } | _practice(request)


def _practice(request: HttpRequest) -> dict[str, Any]:
    """The panel of a practice workspace; elsewhere what knows the journeys is not loaded."""
    here = server()
    if not (here.is_fictional and (here.equipment.folder / PRACTICE).is_file()):
        return {"is_practice": False}
    panel: dict[str, Any] = loaded("bayyina.web.frame.practice").panel(request)
    return panel
