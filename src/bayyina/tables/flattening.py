r"""An object inside an object becomes columns: the rule by which JSON becomes a row.

- ``{"origin": {"page": 3}}`` gives the column ``origin.page``.
- A list of texts or numbers gives one cell with ``|`` between the items; a ``|`` inside
  an item is written ``\|`` (``split_items`` undoes this).
- A list of objects gives one column for each of their keys, with ``|`` between the
  items, empty where an object lacks the key, so that positions correspond.
- Numbers stay as they are written, true and false are words, null is empty.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

MAX_DEPTH: Final = 20
"""Most levels of objects inside objects."""
SEPARATOR: Final = "|"
"""Stands between several values of one cell."""

Cells = dict[str, str]
"""One object, flattened: column to text."""

_UNESCAPED_BAR = re.compile(r"(?<!\\)\|")


class FlattenError(ValueError):
    """An object cannot become a row; the text says why."""


def pairs_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of pairs; refuses a key that is empty or stands twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise FlattenError("a key stands in it twice")
    if "" in made:
        raise FlattenError("a key of it is empty")
    return made


def flatten(value: dict[str, Any]) -> Cells:
    """Turn an object into columns and texts.

    Raises:
        FlattenError: Two of its keys become the same column, or it is nested too deeply.
    """
    cells: Cells = {}
    _flatten_into(cells, "", value, 0)
    return cells


def split_items(text: str, separator: str = SEPARATOR) -> list[str]:
    """Split a cell into its items, trimmed, empty ones left out."""
    if separator != SEPARATOR or "\\" not in text:
        parts = text.split(separator)
    else:
        parts = [part.replace("\\|", "|") for part in _UNESCAPED_BAR.split(text)]
    return [part for item in parts if (part := item.strip())]


def _flatten_into(cells: Cells, prefix: str, value: dict[str, Any], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise FlattenError("it is nested too deeply")
    for key, inner in value.items():
        name = f"{prefix}{' '.join(key.split())}"
        if isinstance(inner, dict):
            _flatten_into(cells, f"{name}.", inner, depth + 1)
        elif isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
            _flatten_items(cells, name, inner, depth + 1)
        else:
            _put(cells, name, _text(inner))


def _flatten_items(cells: Cells, name: str, items: list[Any], depth: int) -> None:
    """Flatten a list of objects; items that are no objects go into the column itself."""
    rows: list[Cells] = []
    for item in items:
        row: Cells = {}
        if isinstance(item, dict):
            _flatten_into(row, f"{name}.", item, depth)
        else:
            row[name] = _text(item)
        rows.append(row)
    for column in dict.fromkeys(key for row in rows for key in row):
        texts = [_escaped(row.get(column, "")) for row in rows]
        _put(cells, column, SEPARATOR.join(texts) if any(texts) else "")


def _put(cells: Cells, name: str, text: str) -> None:
    if name in cells:
        raise FlattenError("two of its keys become the same column")
    cells[name] = text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    items = [_escaped(_item(item)) for item in value]
    return SEPARATOR.join(item for item in items if item)


def _item(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else _text(value)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|") if "|" in text else text
