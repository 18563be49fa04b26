"""Finding a text wherever it stands, however it is written: case, marks, digits and spaces aside.

More is found rather than less, because what is missed is read by everybody. Letters are
compared after Unicode compatibility decomposition without combining marks, so a name with
vowel signs, joined forms or direction marks inside is the same name; so are the Arabic forms
of one letter (hamza seats, final ya and ta), digits of all scripts, and any run of spaces,
line breaks, hyphens and low lines. A hyphen at the end of a line is also read as if it were
not there. Another spelling is another text.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

_SAME: Final = str.maketrans(
    {
        "ة": "ه", "ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ہ": "ه", "ە": "ه", "ـ": "",
        "’": "'", "‘": "'", "ʼ": "'", "ʾ": "'", "ʿ": "'", "`": "'", "´": "'",
        "‐": " ", "‑": " ", "‒": " ", "–": " ", "—": " ", "−": " ", "-": " ", "_": " ",
        "ı": "i",
    }
)  # fmt: skip
_DROPPED: Final = frozenset({"Mn", "Me", "Cf"})
_BROKEN: Final = re.compile(r"(?<=\w)[-\u00ad\u2010]\s*\n\s*(?=\w)")
_TOKEN: Final = re.compile(r"\w+")


class Span(NamedTuple):
    """A text that was found."""

    start: int
    """Characters before it."""

    end: int
    """Characters up to its end."""

    which: int
    """Index of what was looked for."""


class Folded(NamedTuple):
    """A text as it is compared."""

    text: str
    """The folded text."""

    places: array[int]
    """For each of its characters, where it comes from."""

    length: int
    """Characters of the text that was folded."""


@lru_cache(maxsize=65_536)
def _fold_character(character: str) -> str:
    """A character as it is compared; a space for white space, nothing for what is dropped."""
    if character.isspace():
        return " "
    apart = unicodedata.normalize("NFKD", character.casefold()).casefold()
    kept = []
    for one in apart.translate(_SAME):
        if unicodedata.category(one) in _DROPPED:
            continue
        digit = unicodedata.decimal(one, None)
        kept.append(" " if one.isspace() else one if digit is None else str(digit))
    return "".join(kept)


def fold(text: str, *, skipped: Iterable[tuple[int, int]] = ()) -> Folded:
    """A text as it is compared, without the spans that are skipped."""
    made: list[str] = []
    places: array[int] = array("Q")
    gaps = dict(skipped)
    position, is_space = 0, True
    while position < len(text):
        if position in gaps:
            position = gaps[position]
            continue
        for one in _fold_character(text[position]):
            if one == " " and is_space:
                continue
            is_space = one == " "
            made.append(one)
            places.append(position)
        position += 1
    return Folded("".join(made), places, len(text))


@lru_cache(maxsize=8_192)
def _needle(text: str) -> str:
    """A text that is looked for, as it is compared; the same few are looked for in many cells."""
    return fold(text).text.strip()


def find_texts(text: str, wanted: Sequence[str], *, whole_words: bool = False) -> list[Span]:
    """Where any of these texts stands in another, in order; spans may overlap."""
    needles = [_needle(one) for one in wanted]
    found = list(_found(fold(text), needles, whole_words))
    gaps = [match.span() for match in _BROKEN.finditer(text)]
    if gaps:
        found += _found(fold(text, skipped=gaps), needles, whole_words)
    return sorted(set(found))


def _found(folded: Folded, needles: Sequence[str], whole_words: bool) -> Iterator[Span]:
    hay = folded.text
    for which, needle in enumerate(needles):
        start = hay.find(needle) if needle else -1
        while start >= 0:
            end = start + len(needle)
            if not whole_words or _stands_alone(hay, start, end):
                yield Span(folded.places[start], _end_of(folded, end), which)
            start = hay.find(needle, start + 1)


def _end_of(folded: Folded, end: int) -> int:
    """Where a found text ends: with the marks that follow its last letter."""
    after = folded.places[end - 1] + 1
    following = folded.places[end] if end < len(folded.places) else folded.length
    return max(after, following)


def _stands_alone(hay: str, start: int, end: int) -> bool:
    before, after = hay[start - 1 : start], hay[end : end + 1]
    return not (before.isalnum() or after.isalnum())


def replace_spans(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """The text with marks in place of spans; what overlaps gets the mark of the first."""
    made: list[str] = []
    at = 0
    for start, end, mark in sorted(spans, key=lambda one: (one[0], -one[1])):
        if start >= at:
            made += [text[at:start], mark]
        at = max(at, end)
    made.append(text[at:])
    return "".join(made)


class KnownTexts:
    """Many texts that are looked for as whole words at once."""

    def __init__(self, texts: Iterable[str], *, least: int) -> None:
        """Know the texts that have at least ``least`` letters or digits."""
        self._by_first: dict[str, set[str]] = defaultdict(set)
        for one in texts:
            folded = fold(one).text.strip()
            first = _TOKEN.search(folded)
            if first is not None and sum(c.isalnum() for c in folded) >= least:
                self._by_first[first[0]].add(folded[first.start() :])

    def stand_in(self, text: str) -> bool:
        """Whether any of them stands in a text."""
        if not self._by_first:
            return False
        hay = fold(text).text
        return any(
            hay.startswith(one, token.start())
            and not hay[token.start() + len(one) : token.start() + len(one) + 1].isalnum()
            for token in _TOKEN.finditer(hay)
            for one in self._by_first.get(token[0], ())
        )
