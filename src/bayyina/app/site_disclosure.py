"""The embargo on sites: what may be told of the position of one whose evidence does not suffice.

Every output that shows statements asks here. Until people have decided that the evidence of a
site suffices, the position of the site, and of images and events of it, is replaced by the
middle of its district (or of a cell of a fixed grid), the same in every output; a place finer
than a sub-district is replaced by its sub-district. The feared consequence of telling too
early is that remains are moved.

The exact position is stored sealed, and stays so when people have decided; what stands in its place
is made of what is in clear beside it, so nothing is opened here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.rows import DeterminationRow, RecordRow, StatementRow, batch_of
from bayyina.app.site_sufficiency import SITE, is_sufficient
from bayyina.app.workspace import Workspace
from bayyina.keys.sealing import is_sealed, mark_in
from bayyina.model.vocabulary import Property
from bayyina.sites.positions import (
    BlurredPosition,
    Box,
    Position,
    cell_of,
    ground_of,
    publishable_position,
    read_position,
    write_position,
)

WITHHELD: Final = "withheld"
"""What stands in place of a position of which nothing may be told."""

EXACT: Final = "exact-positions"
"""Action of who may have exact positions of sites under embargo."""

COARSE_LEVELS: Final = ("country", "governorate", "district", "subdistrict")
"""Levels of places that may be told."""


NEAR_DEGREES: Final = 0.02
"""How far around ground a withheld position, or its cell, still counts as the same: 2 km."""

TAKEN_AT: Final = ("EvidenceItem", "position")
"""Type and property of where an item of evidence was taken."""


class Shown(NamedTuple):
    """What may be told of a statement."""

    value: str | None
    """Its value, or what stands in its place."""

    original: str | None
    """Its wording, where that may be told."""

    blurred: bool
    """Whether something stands in place of what is stated."""


class SitePlace(NamedTuple):
    """Where statements put a site."""

    exact: Position | None
    """Its position, where that is in clear or was opened."""

    cell: Position | None
    """The middle of the cell of the grid in which a sealed position lies."""

    district: Position | None
    """The middle of its district, or of what is around it."""

    def told(self) -> BlurredPosition | None:
        """What may be told of it; None where nothing is known."""
        return publishable_position(self.exact or self.cell, self.district)


class Embargo:
    """The sites that are withheld, and what may be told of each."""

    def __init__(self, workspace: Workspace, withheld: Collection[int]) -> None:
        """``withheld`` are the numbers of the sites' records."""
        self.withheld = frozenset(withheld)
        self._workspace = workspace
        self._names = term_names(workspace) if withheld else {}
        self._told: dict[int, BlurredPosition | None] = {}
        self._ground: dict[int, Box | None] = {}

    def position(self, site: int) -> BlurredPosition | None:
        """What may be told of the position of a site, withheld or not; None: nothing is known."""
        if site not in self._told:
            store = self._workspace.store
            rows = live_statements(store, [site], live_batches(store))
            self._told[site] = site_place(self._workspace, rows).told()
        return self._told[site]

    def covers(self, record: int, rows: Iterable[StatementRow]) -> int | None:
        """The withheld site that a record is or points at; ``rows`` are its statements.

        Also one near which an item of evidence was taken: its position would tell the site's.
        """
        if not self.withheld:
            return None
        if record in self.withheld:
            return record
        for row in rows:
            prop = self._property(row)
            if prop is not None and prop.type == "link" and (row.value or "").isdecimal():
                target = int(row.value or "")
                if target in self.withheld:
                    return target
        taken = (_place_of(row.value) for row in rows if self._names[row.term] == TAKEN_AT)
        return next((site for one in taken if one and (site := self.near(one))), None)

    def near(self, position: Position) -> int | None:
        """A withheld site in whose cell of the grid, or next to it, a position lies.

        Cells decide, of both, so that trying ground after ground tells nothing more.
        """
        around = ground_of(cell_of(position)).widened(NEAR_DEGREES)
        for site in sorted(self.withheld):
            ground = self._ground_of(site)
            if ground is not None and around.meets(ground):
                return site
        return None

    def _ground_of(self, site: int) -> Box | None:
        """The cell in which a site lies; None where nothing is known."""
        if site not in self._ground:
            store = self._workspace.store
            rows = live_statements(store, [site], live_batches(store))
            place = site_place(self._workspace, rows)
            cell = place.cell or (cell_of(place.exact) if place.exact else None)
            self._ground[site] = None if cell is None else ground_of(cell)
        return self._ground[site]

    def shown(self, site: int | None, row: StatementRow) -> Shown:
        """What may be told of a statement of a record that ``covers`` gave a site for.

        Without a site, what stands in place of a position that is sealed all the same.
        """
        if site is None and _cell_beside(row.value) is not None:
            told = self.position(row.record)
            return Shown(WITHHELD if told is None else write_position(told.position), None, True)
        prop = self._property(row) if site is not None else None
        if site is None or prop is None or row.value is None:
            return Shown(row.value, row.wording, False)
        if prop.type == "geopoint":
            told = self.position(site)
            value = WITHHELD if told is None else write_position(told.position)
            return Shown(value, None, True)
        if prop.type == "place":
            coarse = self._coarse(row.value)
            if coarse != row.value:
                return Shown(coarse, None, True)
        return Shown(row.value, row.wording, False)

    def hides(self, row: StatementRow) -> bool:
        """Whether a statement may not be shown as it stands, as a proof of it would."""
        if not self.withheld:
            return False
        store = self._workspace.store
        rows = live_statements(store, [row.record], live_batches(store))
        site = self.covers(row.record, (*rows, row))
        return site is not None and self.shown(site, row).blurred

    def _coarse(self, code: str) -> str:
        gazetteer = self._workspace.gazetteer
        place = gazetteer.get(code)
        while place is not None and place.level not in COARSE_LEVELS:
            place = gazetteer.get(place.parent) if place.parent else None
        return place.code if place is not None else code

    def _property(self, row: StatementRow) -> Property | None:
        record_type, name = self._names[row.term]
        kind = self._workspace.vocabulary.types.get(record_type)
        return kind.properties.get(name) if kind is not None else None


def embargo_of(workspace: Workspace) -> Embargo:
    """The embargo as it stands now."""
    store = workspace.store
    if not any(record_type == SITE for record_type, _ in store.terms()):
        return Embargo(workspace, ())  # nothing was ever said of a site
    batches, erased = live_batches(store), erased_records(store)
    sites = [
        row
        for row in store.find(RecordRow, "record_type", [SITE])
        if batch_of(row.number) in batches and row.number not in erased
    ]
    decided = {row.record for row in store.scan(DeterminationRow)} if sites else set()
    return Embargo(
        workspace,
        [
            row.number
            for row in sites
            if row.number not in decided or not is_sufficient(workspace, row)
        ],
    )


def site_place(workspace: Workspace, rows: Iterable[StatementRow]) -> SitePlace:
    """Where the statements of a site put it: the first position, and the middle of its district."""
    names = term_names(workspace)
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(names[row.term][1], []).append(row.value or "")
    positions = said.get("position", ())
    middles = (middle for code in said.get("place", ()) for middle in _middles(workspace, code))
    return SitePlace(
        next((one for one in map(_in_clear, positions) if one is not None), None),
        next((one for one in map(_cell_beside, positions) if one is not None), None),
        next(middles, None),
    )


def _in_clear(text: str) -> Position | None:
    return None if is_sealed(text) else read_position(text)


def _place_of(text: str | None) -> Position | None:
    """A position in clear, or the middle of the cell beside a sealed one."""
    return _cell_beside(text) or (None if text is None or is_sealed(text) else read_position(text))


def _cell_beside(text: str | None) -> Position | None:
    """The middle of the cell that stands beside a sealed position; None of any other text."""
    return read_position(mark_in(text)) if text is not None and is_sealed(text) else None


def term_names(workspace: Workspace) -> dict[int, tuple[str, str]]:
    """Record type and property by the number of the term."""
    return {number: pair for pair, number in workspace.store.terms().items()}


def _middles(workspace: Workspace, code: str) -> Iterator[Position]:
    """The middle of the district of a place or, where it has none, of what is around it."""
    for level in ("district", "governorate", "country"):
        ancestor = workspace.gazetteer.ancestor(code, level)
        place = workspace.gazetteer.get(ancestor) if ancestor else None
        if place is not None and place.lat is not None and place.lon is not None:
            yield Position(place.lat, place.lon)
