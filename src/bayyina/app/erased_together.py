"""What goes with a record that is erased: its copies, and rows kept aside that speak of it.

A record that came with an import which was undone and repeated stands in the store twice,
and a row of the list that could not be read stands there as it was. Neither is found by
somebody who looks for the record, and both hold what is to go.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from bayyina.app.erased_rows import ERASED_STATE
from bayyina.app.kept_cells import id_marks_of, open_cells
from bayyina.app.rows import ErasureRow, ListRow, RecordRow, StatementRow, batch_of
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.workspace import Workspace
from bayyina.keys.row_marks import RowMarks
from bayyina.keys.sealing import is_sealed

KEPT_ASIDE: Final = "kept_aside"
"""State of a list's row that could not be read."""

SHORTEST_ID: Final = 5
"""Characters of an id from which on it is sought inside cells; a shorter one fills its cell."""

SHORTEST_NAME: Final = 8
"""Characters that a name of at least two words has to have to be sought."""

SHORTEST_TEXT: Final = 40
"""Characters that another text has to have; a shorter one may be anybody's."""


class Telling(NamedTuple):
    """Texts that tell which person is meant."""

    ids: frozenset[str]
    """Ids under which lists name the record."""

    texts: frozenset[str]
    """Its identifiers, its full names, its long texts."""

    def is_in(self, cells: Collection[str]) -> bool:
        """Whether one of the cells holds one of the texts, as whole words."""
        short = {text for text in self.ids if len(text) < SHORTEST_ID}
        sought = sorted((self.ids - short) | self.texts)
        words = "|".join(map(re.escape, sought))
        pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)") if sought else None
        return any(
            cell.strip() in short or (pattern is not None and pattern.search(cell) is not None)
            for cell in cells
        )


class ErasedTogether(NamedTuple):
    """The records that one erasure closes."""

    records: tuple[RecordRow, ...]
    """The one that was named, its copies, and the holders of rows kept aside."""

    kept_aside: tuple[ListRow, ...]
    """The rows kept aside that they hold."""

    beyond: int
    """How many more rows kept aside that cannot go: they were stored before such rows had a key of their own."""

    telling: Telling
    """Texts by which rows about it are known."""

    cells: frozenset[str] = frozenset()
    """Texts of their cells."""

    unread: int = 0
    """How many more rows kept aside are sealed and could not be looked into by this person."""

    @property
    def report_keys(self) -> frozenset[str]:
        """What stands in the column of ids of import reports, in lines about what goes."""
        return self.telling.ids | {text for text in self.cells if len(text) >= SHORTEST_ID}


def erased_together(workspace: Workspace, record: RecordRow) -> ErasedTogether:
    """All that has to go for nothing of a record to stay."""
    records = [record, *_copies(workspace, record)]
    telling = _telling(workspace, records)
    own = {row.number for row in records}
    aside = list(workspace.store.find(ListRow, "state", [KEPT_ASIDE]))
    same = {row.key for row in aside if row.record in own and row.key}
    together = _agreed_together(workspace, record, aside)
    cells = open_cells(workspace, aside)
    marker = RowMarks(workspace.keys.marks)
    marks = frozenset(map(marker.of_id, telling.ids))
    speaking = [
        row
        for row in aside
        if row.cells
        and (
            row.key in same
            or row.record in together
            or not marks.isdisjoint(id_marks_of(row))
            or telling.is_in(cells.get(row.number, ()))
        )
    ]
    holders = {row.record for row in speaking if row.record is not None} - own
    others = workspace.store.find(RecordRow, "number", holders)
    return ErasedTogether(
        (*records, *others),
        tuple(row for row in speaking if row.record is not None),
        sum(row.record is None for row in speaking),
        telling,
        frozenset(text for row in speaking for text in cells.get(row.number, ())),
        sum(bool(row.cells) and row.number not in cells for row in aside if row not in speaking),
    )


def _agreed_together(
    workspace: Workspace, record: RecordRow, aside: Collection[ListRow]
) -> set[int]:
    """Holders of rows kept aside that somebody agreed on together with a record.

    The first of the two people may be cleared and find them, and the second one not.
    """
    store = workspace.store
    batches = {batch_of(row.number) for row in store.find(ErasureRow, "erased", [record.number])}
    holders = {row.record for row in aside if row.record is not None}
    agreed = store.find(ErasureRow, "erased", sorted(holders)) if batches and holders else []
    return {row.erased for row in agreed if batch_of(row.number) in batches}


def _copies(workspace: Workspace, record: RecordRow) -> list[RecordRow]:
    """Records that came with the same id of the same list: imports undone and repeated."""
    if record.list_key is None or record.wrapped_key is None:
        return []
    own = _list_of(workspace, record)
    return [
        row
        for row in workspace.store.find(RecordRow, "list_key", [record.list_key])
        if row.number != record.number
        and row.record_type == record.record_type
        and row.wrapped_key is not None
        and _list_of(workspace, row) == own
    ]


def _list_of(workspace: Workspace, record: RecordRow) -> str | None:
    """What names the list of a record: the same for every import of it."""
    if record.source is None:
        return None
    return workspace.store.find(RecordRow, "number", [record.source])[0].list_key


def _telling(workspace: Workspace, records: Collection[RecordRow]) -> Telling:
    store, types = workspace.store, workspace.vocabulary.types
    numbers = [row.number for row in records]
    ids = {row.list_key for row in records if row.list_key}
    ids |= {
        row.key
        for row in store.find(ListRow, "record", numbers)
        if row.key and row.state not in (KEPT_ASIDE, ERASED_STATE)
    }
    names = {term: pair for pair, term in store.terms().items()}
    texts: set[str] = set()
    for row in SealedRows(workspace).opened(store.find(StatementRow, "record", numbers)):
        record_type, name = names[row.term]
        known = types.get(record_type)
        prop = known.properties.get(name) if known is not None else None
        kind = prop.type if prop is not None else "text"
        said = () if is_sealed(row.value) else (row.value, row.original)
        texts.update(text for text in said if text and _tells(kind, text))
    return Telling(frozenset(ids), frozenset(texts))


def _tells(kind: str, text: str) -> bool:
    """Whether a text of a property of this type tells of one person."""
    if kind == "identifier":
        return len(text) >= SHORTEST_ID
    if kind == "name":
        return len(text) >= SHORTEST_NAME and len(text.split()) > 1
    return kind == "text" and len(text) >= SHORTEST_TEXT
