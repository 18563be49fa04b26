"""Which row names the columns, when title rows stand above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from bayyina.errors import FileUnreadableError

_LOOKED_AT: Final = 50
"""Rows in which a header is looked for."""
_MOST_IN_TITLE: Final = 0.5
"""Share of the columns that a title row may fill."""
_NUMBER = re.compile(r"[\d\s.,/:%+-]+")


def guess_header_row(rows: Iterable[Sequence[str]]) -> int | None:
    """Guess the header's row number, from 1; None when it is the first row with anything in it.

    It is the first row that fills as many cells as any other does, if the rows above it fill
    half of them at most, and its cells are different words.
    """
    looked_at = [[cell.strip() for cell in row if cell.strip()] for row in islice(rows, _LOOKED_AT)]
    width = max(map(len, looked_at), default=0)
    at = next((at for at, cells in enumerate(looked_at) if len(cells) == width), 0)
    header, above = looked_at[at : at + 1], [cells for cells in looked_at[:at] if cells]
    if not above or max(map(len, above)) > _MOST_IN_TITLE * width:
        return None
    names = header[0]
    if len(set(names)) < len(names) or any(_NUMBER.fullmatch(name) for name in names):
        return None
    return at + 1


def no_header_there(label: str, row: int) -> FileUnreadableError:
    """What to say when the row that a mapping names is blank or absent."""
    return FileUnreadableError(
        f"{label} has no header in row {row}.",
        hint="Correct header_row under [list] in the mapping; the first row is 1.",
    )
