"""What a report tells of orders and of sites: documents that its twin keeps.

Of a site only what is public is told: no person's name, the kind of a source in place of who it
is, and of a withheld site nothing but its id, its kind, its states and the middle of its district.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from bayyina.app.monitoring_orders import find_case
from bayyina.app.rewinding import Moment
from bayyina.app.site_records import read_site, read_sites
from bayyina.app.site_views import SiteEvent, SiteRecord, SiteStatement
from bayyina.app.workspace import Workspace
from bayyina.errors import SmallFileError
from bayyina.orders.documents import status_document
from bayyina.orders.status import case_status
from bayyina.reporting.definitions import Block, Definition

TOLD_OF_WITHHELD: Final = frozenset({"kind", "state"})
"""Properties of a withheld site that may be told: they say nothing of where it is."""

TOLD: Final = TOLD_OF_WITHHELD | {
    "place",
    "locality",
    "date",
    "last_use",
    "used_by",
    "person_count",
    "exhumed_count",
    "identified_count",
    "trenches",
    "length_m",
}
"""Properties of other sites that may be told: no free text about people, no step of an inquiry."""


def order_documents(
    workspace: Workspace, definition: Definition, moment: Moment
) -> dict[str, Mapping[str, Any]]:
    """The status of the case of each order block, by the block's id.

    Without a day of its own, a block shows the day that the report is counted for.

    Raises:
        SmallFileError: there is no such case, or the day is none.
    """
    return {
        block.id: status_document(
            case_status(
                find_case(workspace.folder, block.subjects["case"]), _day(workspace, block, moment)
            )
        )
        for block in definition.of_kind("order")
    }


def site_documents(
    workspace: Workspace, definition: Definition
) -> dict[str, list[Mapping[str, Any]]]:
    """What may be told of the sites of each site block and map, by the block's id.

    Raises:
        InputError: there is no such site.
        PermissionRefusedError: the member may not read records.
    """
    found = {
        block.id: [_site(workspace, read_site(workspace, block.subjects["site"]))]
        for block in definition.of_kind("site")
    }
    for block in definition.of_kind("map"):
        if block.subjects.get("sites"):
            found[block.id] = [_site(workspace, one) for one in read_sites(workspace)]
    return found


def middles(workspace: Workspace) -> Callable[[str], tuple[float, float] | None]:
    """Tells the middle of an area by its code."""

    def position(code: str) -> tuple[float, float] | None:
        place = workspace.gazetteer.get(code)
        if place is None or place.lat is None or place.lon is None:
            return None
        return place.lat, place.lon

    return position


def _day(workspace: Workspace, block: Block, moment: Moment) -> date:
    text = block.subjects.get("as-of", "")
    if not text:
        return moment.known_at or moment.recorded_day or workspace.clock.now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SmallFileError(
            f"The order '{block.id}': '{text}' is no day.", hint="Write it as 2024-02-21."
        ) from error


def _site(workspace: Workspace, site: SiteRecord) -> Mapping[str, Any]:
    return {
        "id": site.id,
        "name": None if site.embargo else _words(site.name),
        "withheld": site.embargo,
        "as_of": workspace.clock.now().date().isoformat(),
        "position": None
        if site.position is None
        else [round(site.position.latitude, 4), round(site.position.longitude, 4)],
        "position_of": site.position_of,
        "statements": [
            {
                "property": one.property,
                "label": _words(one.label),
                "said": _words(one.words),
                "source": _source(workspace, one),
                "statement": one.id,
            }
            for one in site.statements
            if _is_told(workspace, site, one)
        ],
        "history": [] if site.embargo else [_event(workspace, one) for one in site.history],
    }


def _is_told(workspace: Workspace, site: SiteRecord, one: SiteStatement) -> bool:
    level = workspace.vocabulary.types["Site"].properties[one.property].level
    told = TOLD_OF_WITHHELD if site.embargo else TOLD
    return one.property in told and level not in ("restricted", "sealed")


def _event(workspace: Workspace, event: SiteEvent) -> Mapping[str, Any]:
    said: dict[str, SiteStatement] = {}
    for one in event.statements:
        said.setdefault(one.property, one)
    days = [said[name].words for name in ("date", "end_date") if name in said]
    kind = said["kind"].words if "kind" in said else event.label
    return {
        "id": event.id,
        "what": _words(kind),
        "date": {lang: " – ".join(day.in_language(lang) for day in days) for lang in ("en", "ar")},
        "source": _source(workspace, event.statements[0]) if event.statements else None,
    }


def _source(workspace: Workspace, one: SiteStatement) -> dict[str, str] | None:
    """The kind of the source; never who it is."""
    if one.source is None or not one.source.kind:
        return None
    kinds = workspace.vocabulary.term_lists["source_kinds"]
    return {lang: kinds.label(one.source.kind, lang) for lang in ("en", "ar")}


def _words(words: Any) -> dict[str, str]:
    return {lang: words.in_language(lang) for lang in ("en", "ar")}
