"""Rows that hold nothing any more because what they said was sealed afterwards."""

from __future__ import annotations

from typing import Any, Final

from bayyina.app.ports import Store
from bayyina.app.rows import ListRow, StatementRow
from bayyina.custody.leaves import WORDING_EMPTIED
from bayyina.keys.sealing import is_sealed

SEAL: Final = "seal"
"""Action of the entries that seal what stood in clear; the same as in ``custody.sealed_later``."""


def is_kept_sealed(store: Store, kind: str, row: Any) -> bool:
    """Whether a row is empty and its content is sealed in another one that came later."""
    if kind == "statement":
        if row.original != WORDING_EMPTIED and any(
            cell is not None for cell in (row.value, row.original, row.num_lo, row.num_hi)
        ):
            return False
        column = "value" if row.original is None else "original"
        return any(
            later.supersedes == row.number
            and later.term == row.term
            and is_sealed(getattr(later, column))
            for later in store.find(StatementRow, "record", [row.record])
        )
    if kind == "list_row" and row.record is not None and row.cells is None and not row.digest:
        return any(
            later.number > row.number and later.source == row.source and is_sealed(later.cells)
            for later in store.find(ListRow, "record", [row.record])
        )
    return False
