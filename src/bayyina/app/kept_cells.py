"""What rows kept aside hold: their cells, sealed or not, and why they were kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from bayyina.app.clearances import opener_of
from bayyina.app.row_sealing import NOTHING
from bayyina.app.rows import ListRow, RecordRow
from bayyina.app.workspace import Workspace
from bayyina.custody.sealed_later import KEPT_CELLS
from bayyina.errors import BayyinaError
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.sealing import is_sealed


def open_cells(workspace: Workspace, rows: Iterable[ListRow]) -> dict[int, list[str]]:
    """The cells of rows kept aside, by number; those that the member cannot open are absent.

    Whoever shows them logs that first: see ``opening_sealed``.
    """
    found, sealed = {}, []
    for row in rows:
        if row.cells and is_sealed(row.cells):
            sealed.append(row)
        elif row.cells:
            found[row.number] = cell_texts(row.cells)
    opener = opener_of(workspace)
    if not sealed or not opener.keys:
        return found
    keys = _record_keys(workspace, sealed)
    for row in sealed:
        text, key = _sealed_text(row), keys.get(row.record or 0)
        if key is None or row.record is None or not opener.opens(text):
            continue
        try:
            found[row.number] = cell_texts(opener.open(text, row.record, key, KEPT_CELLS).value)
        except (BayyinaError, ValueError):
            continue
    return found


def reasons_of(row: ListRow) -> list[str]:
    """Codes of why a row was kept aside; none where that was not stored."""
    return [code for code in _part(row, 1).split("|") if code not in ("", NOTHING)]


def id_marks_of(row: ListRow) -> frozenset[str]:
    """Keyed marks of the ids that a sealed row kept aside names: see ``RowMarks.of_id``."""
    return frozenset(_part(row, 2).split("|")) - {""}


def _part(row: ListRow, place: int) -> str:
    parts = (row.cells or "").split(" ")
    return parts[place] if is_sealed(row.cells) and len(parts) > place else ""


def cell_texts(cells: str) -> list[str]:
    """The texts in the cells of a row kept aside: a JSON array, or an object that holds one."""
    content = json.loads(cells)
    if isinstance(content, Mapping):
        content = json.loads(str(content["cells"]))
    return [str(cell) for cell in content]


def _sealed_text(row: ListRow) -> str:
    return (row.cells or "").partition(" ")[0]


def _record_keys(workspace: Workspace, rows: Sequence[ListRow]) -> dict[int, bytes]:
    wrap = KeyWrap(workspace.keys.case_key)
    records = {row.record for row in rows if row.record is not None}
    return {
        row.number: wrap.open_record(row.number, bytes(row.wrapped_key))
        for row in workspace.store.find(RecordRow, "number", sorted(records))
        if row.wrapped_key is not None
    }
