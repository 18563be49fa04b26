"""Images and series of a site that are kept as evidence, for the page of the site.

An item belongs to a site by its statement that it shows it. Of a site under embargo nothing is
given to those who may not have exact positions: an image tells a place as its position does.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from bayyina.app.drawing_series import chart_of
from bayyina.app.evidence_items import Item, find_item, read_items
from bayyina.app.evidence_reading import write_bytes
from bayyina.app.evidence_showing import DRAWN
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.evidence_viewing import viewable_item
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import allows, allows_for, require
from bayyina.app.rows import StatementRow, batch_of
from bayyina.app.site_disclosure import EXACT
from bayyina.app.site_records import read_site
from bayyina.app.site_reporting import episode_line
from bayyina.app.site_views import SiteRecord
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.keys.sealing import is_sealed
from bayyina.media.viewing.running import turn
from bayyina.reporting.site_pages import EpisodeLine
from bayyina.sites.dating import date_series
from bayyina.sites.series_files import read_series
from bayyina.typeset.series_charts import series_svg
from bayyina.vault.private_folders import private_folder

IMAGES: Final = DRAWN | {"image/jpeg", "image/png", "image/gif", "image/webp"}
SERIES: Final = frozenset({"text/csv", "text/plain"})

LARGEST_SERIES: Final = 1 << 20
"""Bytes of a series that is dated for a page: some decades of images; more would hold the server up."""


class SiteItem(NamedTuple):
    """An item that shows a site."""

    id: str
    """Short id."""

    day: str
    """When it was made, as it is stated; empty where nobody says."""

    name: str
    """What it is called."""


class SiteMaterial(NamedTuple):
    """What is kept of a site in images."""

    images: tuple[SiteItem, ...]
    """Pictures, the earliest first."""

    series: tuple[SiteItem, ...]
    """Files that may be series of measurements."""

    is_withheld: bool
    """Whether the embargo keeps all of it from the member at work."""


class DrawnSeries(NamedTuple):
    """A series that was dated."""

    chart: str
    """SVG."""

    episodes: tuple[EpisodeLine, ...]
    """What was found in it, in order of time."""


def site_material(workspace: Workspace, site: SiteRecord) -> SiteMaterial:
    """Images and series of a site that the member at work may look at.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    if site.embargo and not allows(workspace.member, EXACT):
        return SiteMaterial((), (), is_withheld=True)
    items = [one for one in _items(workspace, site.number) if one.size and not one.is_sealed]
    days = _days(workspace, [one.number for one in items])
    images, series = [], []
    for one in items:
        told = SiteItem(one.id, days.get(one.number, ""), one.names[0] if one.names else "")
        if one.media_type in IMAGES:
            images.append(told)
        elif one.media_type in SERIES and one.size <= LARGEST_SERIES:
            series.append(told)
    images.sort(key=lambda one: one.day or "9999")
    return SiteMaterial(tuple(images), tuple(series), is_withheld=False)


def draw_site_series(workspace: Workspace, site: str, item: str, *, lang: str) -> DrawnSeries:
    """The chart of a series of a site, with what was found in it.

    Raises:
        InputError: it is no series of this site, or cannot be read as one.
        PermissionRefusedError: the member may not look at it, or the site is under embargo.
        BusyError: too much is shown at this moment.
    """
    found = read_site(workspace, site)
    if item not in {one.id for one in site_material(workspace, found).series}:
        refuse_withheld(workspace, found)
        raise InputError(f"{item} is no series of {site}.", code="no-such-series")
    held = viewable_item(workspace, item)
    with turn():
        with private_folder(workspace.folder, room=held.size) as folder:
            path = folder / f"{held.id}.csv"
            write_bytes(workspace, held, path)
            series = read_series(path)
        dating = date_series(series)
        chart = series_svg(chart_of(series, dating, lang=lang))
    return DrawnSeries(chart, tuple(episode_line(one, lang) for one in dating.episodes))


def refuse_withheld(workspace: Workspace, site: SiteRecord) -> None:
    """Refuse what shows a site under embargo to those who may not have exact positions.

    Raises:
        PermissionRefusedError: the member may not.
    """
    require(workspace, "export-records")
    if site.embargo and not allows(workspace.member, EXACT):
        raise PermissionRefusedError(
            f"{site.id} is under embargo: its images are not shown.",
            hint="Two people decide that its evidence suffices.",
            code="embargo",
        )


def _items(workspace: Workspace, site: int) -> list[Item]:
    store, batches = workspace.store, live_batches(workspace.store)
    term = store.terms().get((EVIDENCE, "shows"))
    rows = store.find(StatementRow, "value", [str(site)])
    numbers = sorted({one.record for one in rows if one.term == term})
    stated = live_statements(store, numbers, batches)
    shown = {one.record for one in stated if one.term == term and one.value == str(site)}
    may = [
        number
        for number in sorted(shown)
        if batch_of(number) in batches
        and allows_for(store, workspace.member, "download-evidence", [number])
    ]
    return read_items(workspace, [find_item(workspace, workspace.short_id(one)) for one in may])


def _days(workspace: Workspace, numbers: list[int]) -> dict[int, str]:
    store = workspace.store
    term = store.terms().get((EVIDENCE, "captured_on"))
    return {
        one.record: one.value
        for one in live_statements(store, numbers, live_batches(store))
        if one.term == term and one.value and not is_sealed(one.value)
    }
