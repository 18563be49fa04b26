"""Submissions of KoBo and ODK as tables: CSV and XLSX exports, groups that repeat, attachments.

ODK Central writes one table for the form and one for each group that repeats, joined by ``KEY``
and ``PARENT_KEY``; KoBo writes sheets joined by ``_index`` and ``_parent_index`` or by
``_submission__uuid``. Counts are told, not answers, which may be about people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from bayyina.media.plain_data import plain_text

MEDIA_NAME: Final = re.compile(
    r"[^/\\\n]{1,200}\.(?:jpe?g|png|heic|webp|mp4|mov|m4a|mp3|3gp|3gpp|amr|aac|wav|ogg|opus|pdf|docx?|xlsx?)",
    re.IGNORECASE,
)
"""An answer that is the name of a file."""

MAX_NAMED: Final = 200
MAX_SHEETS: Final = 60
MAX_SHEET_ROWS: Final = 200_000
_INSTANCE: Final = re.compile(r"instanceid$", re.IGNORECASE)
_OWN_KEYS: Final = ("KEY", "_uuid", "_index", "_id")
_PARENT_KEYS: Final = ("PARENT_KEY", "_submission__uuid", "_parent_index", "_submission__id")
_JOINED: Final[Mapping[str, str]] = {
    "PARENT_KEY": "KEY", "_submission__uuid": "_uuid", "_parent_index": "_index",
    "_submission__id": "_id",
}  # fmt: skip
"""Which column of the parent a column of a group points at."""


def read_sheets(path: Path) -> dict[str, list[list[str]]]:
    """The sheets of a workbook as text; none where it cannot be read as one."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {
            name: [
                [str(cell) for cell in row]
                for row in islice(book.get_sheet_by_name(name).iter_rows(), MAX_SHEET_ROWS)
            ]
            for name in book.sheet_names[:MAX_SHEETS]
        }
    except (CalamineError, OSError, ValueError):
        return {}


def tables_of_forms(
    tables: Mapping[str, Sequence[Sequence[str]]], there: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """What the tables that hold submissions hold: how many, their groups, their attachments.

    Args:
        tables: Rows of each table, the header first, by the table's name.
        there: Names of the files that came with them, without folders.
    """
    media = set(there)
    keys = _keys(tables)
    for name, rows in tables.items():
        header = [title.strip() for title in rows[0]] if rows else []
        parent = next((title for title in _PARENT_KEYS if title in header), None)
        own = next((n for n, title in enumerate(header) if _INSTANCE.search(title)), None)
        if own is None:
            own = next((header.index(title) for title in _OWN_KEYS[:2] if title in header), None)
        if own is None and parent is None:
            continue
        yield _table(name, rows, header, own, parent, keys, media)


def _table(
    name: str,
    rows: Sequence[Sequence[str]],
    header: Sequence[str],
    own: int | None,
    parent: str | None,
    keys: Mapping[str, set[str]],
    media: set[str],
) -> dict[str, Any]:
    filled = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    found: dict[str, Any] = {"form": plain_text(name, 200)}
    if parent is None:
        ids = [row[own].strip() for row in filled if own is not None and len(row) > own]
        given = [one for one in ids if one]
        found["submissions"] = len(given)
        if len(given) > len(set(given)):
            found["submitted_twice"] = len(given) - len(set(given))
    else:
        at = header.index(parent)
        pointed = [row[at].strip() for row in filled if len(row) > at]
        known = keys[_JOINED[parent]]
        found["rows_of_a_group"] = len(filled)
        found["without_submission"] = sum(one not in known for one in pointed)
    named = [cell.strip() for row in filled for cell in row if MEDIA_NAME.fullmatch(cell.strip())]
    unique = list(dict.fromkeys(named))
    found["attachments"] = [plain_text(n, 200) for n in unique if n in media][:MAX_NAMED]
    found["attachments_missing"] = [plain_text(n, 200) for n in unique if n not in media][:MAX_NAMED]  # fmt: skip
    return found


def _keys(tables: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, set[str]]:
    """The ids of rows by the name of the column that holds them, over all tables."""
    keys: dict[str, set[str]] = {name: set() for name in _OWN_KEYS}
    for rows in tables.values():
        header = [title.strip() for title in rows[0]] if rows else []
        for name in _OWN_KEYS:
            if name in header:
                at = header.index(name)
                keys[name].update(row[at].strip() for row in rows[1:] if len(row) > at)
    return keys
