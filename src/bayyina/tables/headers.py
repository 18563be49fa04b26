"""The header of a table: one name for each column, none empty, none twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bayyina.errors import FileUnreadableError

MAX_COLUMNS: Final = 2_000
"""Most columns that a list may have."""


def clean_header(cells: Sequence[str], label: str, row: int = 1) -> tuple[str, ...]:
    """Check a header and give its column names.

    Blanks around names are left out, and so are empty names at the right end, which
    spreadsheet programs write for columns that were once used.

    Raises:
        FileUnreadableError: A name is empty or used twice, or there are no columns.
    """
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise FileUnreadableError(
            f"{label} has no header row.", hint="The first row must name the columns."
        )
    if len(names) > MAX_COLUMNS:
        raise FileUnreadableError(
            f"{label} has {len(names)} columns; a list has at most {MAX_COLUMNS}.",
            hint="Check that it is a table and how its cells are separated.",
        )
    _refuse_empty(names, label, row)
    _refuse_duplicates(names, label, row)
    return tuple(names)


def _refuse_empty(names: list[str], label: str, row: int) -> None:
    empty = [str(index) for index, name in enumerate(names, 1) if not name]
    if empty:
        raise FileUnreadableError(
            f"{label}: column {_listing(empty)} has no name in the header (row {row}).",
            hint="Name every column; below title rows, say header_row = … under [list].",
        )


def _refuse_duplicates(names: list[str], label: str, row: int) -> None:
    places: dict[str, list[str]] = {}
    for index, name in enumerate(names, 1):
        places.setdefault(name, []).append(str(index))
    twice = [f"“{name}” (columns {_listing(at)})" for name, at in places.items() if len(at) > 1]
    if twice:
        raise FileUnreadableError(
            f"{label}: the header (row {row}) names {_listing(twice)} more than once.",
            hint="Give each column its own name.",
        )


def _listing(items: list[str]) -> str:
    shown = items[:5]
    if len(items) > 5:
        return f"{', '.join(shown)} and {len(items) - 5} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
