"""Whether the name of a file may tell of somebody: by a word, or by a long number."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Final

_WORDS: Final = re.compile(r"[^\W\d_]{3,}")

_ESCAPED: Final = re.compile(r"(?:\\x[0-9a-f]{2})+")

_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+")

_LONG_NUMBER: Final = re.compile(r"(?<!\d)(?!(?:19|20)\d{12}(?!\d))\d{9,}")
"""A number that is no day and no time: of a telephone, a register, a card."""


def tells_of_somebody(name: str, plain_words: AbstractSet[str]) -> bool:
    """Whether a name or path has a word that is not plain, or a number longer than a time."""
    text = _ESCAPED.sub(_unescaped, name)
    words = {found.group() for found in _WORDS.finditer(text.casefold())}
    return not words <= plain_words or _LONG_NUMBER.search(text) is not None


def escaped(raw: str) -> str:
    """Bytes of a name given in hex, as they stand in its text; itself where it is not hex."""
    return re.sub("..", r"\\x\g<0>", raw) if _HEX.fullmatch(raw) else raw


def _unescaped(match: re.Match[str]) -> str:
    """What bytes of a name that is no UTF-8 say, read as older Arabic systems wrote them."""
    return bytes.fromhex(match.group().replace("\\x", "")).decode("cp1256", "replace")
