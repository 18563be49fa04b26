"""Values from foreign files made into data that JSON and a terminal can hold, within bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from bayyina.errors import InputError

MAX_DEPTH: Final = 24
MAX_TEXT: Final = 20_000
"""Characters of one text that are kept."""

MAX_ITEMS: Final = 2_000
"""Entries of one list or mapping that are kept."""

MAX_VALUES: Final = 20_000
"""Values of one file that are kept, all together."""


class DamagedFileError(InputError):
    """A file from outside does not follow its own format."""

    code = "media-damaged"


class FileLimitError(InputError):
    """A file from outside asks for more than the limits of reading it allow."""

    code = "media-limit"


def plain_text(text: str, limit: int = MAX_TEXT) -> str:
    """The text without what UTF-8 cannot hold (written as escapes), cut at the limit."""
    cut = text if len(text) <= limit else text[:limit] + f"… ({len(text)} characters)"
    return cut.encode("utf-8", "backslashreplace").decode("utf-8")


def one_line(text: str, limit: int = 300) -> str:
    """The text for a terminal: control characters and direction marks as escapes.

    A name may hold a line break, an escape sequence that moves the cursor, or a mark that
    turns the direction of writing; shown as they are, they could hide what a line says.
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in plain_text(text, limit)
    )


class _Budget:
    """How many values may still be kept."""

    def __init__(self, values: int) -> None:
        self.left = values


def plain(value: Any) -> Any:
    """The value as plain JSON data: bounded in depth, length and number."""
    return _plain(value, MAX_DEPTH, _Budget(MAX_VALUES))


def _plain(value: Any, depth: int, budget: _Budget) -> Any:
    budget.left -= 1
    if isinstance(value, str):
        return plain_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 1 << 63 else plain_text(hex(value), 200)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return plain_text(bytes(value[:1_000]).hex())
    if depth <= 0 or budget.left <= 0:
        return "… (left out: too deep or too many values)"
    if isinstance(value, Mapping):
        return _plain_mapping(value, depth, budget)
    if isinstance(value, list | tuple | set | frozenset):
        items = list(value)
        kept = [_plain(item, depth - 1, budget) for item in items[: min(MAX_ITEMS, budget.left)]]
        left_out = len(items) - len(kept)
        return [*kept, f"… ({left_out} more)"] if left_out else kept
    return plain_text(str(value))


def _plain_mapping(value: Mapping[Any, Any], depth: int, budget: _Budget) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for number, (key, item) in enumerate(value.items()):
        if number >= MAX_ITEMS or budget.left <= 0:
            kept["…"] = f"{len(value) - number} more"
            break
        kept[plain_text(str(key), 300)] = _plain(item, depth - 1, budget)
    return kept
