"""Names compared by place: given name, family name, and the words between."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Bytes, Flags, Ints32, Singles, Words64
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.pair_tables import PairTable, alike_of, collect
from bayyina.linkage.person_names import MOST_WORDS, NameTable
from bayyina.linkage.word_likeness import likeness_of

FUZZY: Final = 191
"""How alike two words are (of 255) from which they may be one word mistyped."""
CLOSE: Final = 224
"""How alike two words are (of 255) from which they are spellings of one word."""

WORD_LEVELS: Final = (
    "missing", "different", "similar", "variant", "same", "initial", "elsewhere",
)  # fmt: skip
"""Levels of the given name and of the family name."""
GIVEN, FAMILY, BEGIN, END = 0, 1, 2, 3
"""Columns of the places of each name's words: together, since pairs come in no order."""
BETWEEN_LEVELS: Final = ("missing", "none", "some", "all of one", "all of several")
"""Levels of the words between."""


class _Known(NamedTuple):
    """What compiled loops know of the words, by their numbers."""

    letters: Words64
    """Which consonants a word has, one bit each."""
    many: Bytes
    """How many of these bits are set."""
    initial: Ints32
    """Code point of the first letter."""
    single: Flags
    """Whether the word is one letter."""
    shares: Singles
    """Logarithm of the share of the rows that have it."""


_ONE, _TWO, _FOUR, _LAST = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_PAIRS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_EIGHTS, _SUM = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)
"""For counting the bits of a number of 64 of them, in parallel (Wegner 1960)."""


@compiled_bare
def _share_letters(words: Any, a: Any, b: Any) -> Any:
    """Whether two words have enough consonants in common to be compared at all."""
    both = words.letters[a] & words.letters[b]
    both -= (both >> _ONE) & _PAIRS
    both = (both & _FOURS) + ((both >> _TWO) & _FOURS)
    both = (both + (both >> _FOUR)) & _EIGHTS
    shared = np.int64((both * _SUM) >> _LAST)
    return 3 * shared >= np.int64(words.many[a]) + np.int64(words.many[b])


@compiled_bare
def _likeness(a: Any, b: Any, words: Any, keys: Any, alike: Any) -> Any:
    """How alike two words are; those that were never compared need not be looked up."""
    if a == b:
        return np.int64(255)
    if not _share_letters(words, a, b):
        return np.int64(0)
    return np.int64(alike_of(keys, alike, a, b))


@compiled_bare
def _collect(
    left: Any, right: Any, begin: Any, of_row: Any, places: Any, others: Any, words: Any,
    keys: Any, new: Any,
) -> Any:  # fmt: skip
    """Note the pairs of words that have to be compared, until there is no room for more."""
    count = 0
    room = len(new) - 2 - MOST_WORDS * MOST_WORDS
    for pair in range(begin, len(left)):
        if count > room:
            return pair, count
        p, q = of_row[left[pair]], of_row[right[pair]]
        if p < 0 or q < 0 or p == q:
            continue
        a, b = places[p, GIVEN], places[q, GIVEN]
        if a >= 0 and b >= 0 and a != b and _share_letters(words, a, b):
            count = collect(keys, a, b, new, count)
        a, b = places[p, FAMILY], places[q, FAMILY]
        if a >= 0 and b >= 0 and a != b and _share_letters(words, a, b):
            count = collect(keys, a, b, new, count)
        for x in range(places[p, BEGIN], places[p, END]):
            for y in range(places[q, BEGIN], places[q, END]):
                if others[x] != others[y] and _share_letters(words, others[x], others[y]):
                    count = collect(keys, others[x], others[y], new, count)
    return len(left), count


@compiled_bare
def _stands_in(word: Any, end_word: Any, places: Any, others: Any, name: Any) -> Any:
    if word == end_word:
        return True
    for x in range(places[name, BEGIN], places[name, END]):  # noqa: SIM110 -- compiled
        if others[x] == word:
            return True
    return False


@compiled_bare
def _word_level(
    a: Any, b: Any, a_end: Any, b_end: Any, p: Any, q: Any, places: Any, others: Any,
    words: Any, keys: Any, alike: Any,
) -> Any:  # fmt: skip
    """Level of two words that stand at the same place of two names."""
    if a < 0 or b < 0:
        return 0
    if a == b:
        return 4
    how = _likeness(a, b, words, keys, alike)
    if how >= CLOSE:
        return 3
    if (words.single[a] or words.single[b]) and words.initial[a] == words.initial[b]:
        return 5
    if _stands_in(a, b_end, places, others, q) or _stands_in(b, a_end, places, others, p):
        return 6
    return 2 if how >= FUZZY else 1


@compiled_bare
def _between(p: Any, q: Any, places: Any, others: Any, words: Any, keys: Any, alike: Any) -> Any:
    """Level of the words between, and the rarity of those that both names have."""
    if places[p, END] - places[p, BEGIN] > places[q, END] - places[q, BEGIN]:
        p, q = q, p
    fewer = places[p, END] - places[p, BEGIN]
    if fewer == 0:
        return 0, 0.0
    used = 0
    matched = 0
    rarity = 0.0
    for x in range(places[p, BEGIN], places[p, END]):
        best, best_at = np.int64(0), -1
        for y in range(places[q, BEGIN], places[q, END]):
            at = y - places[q, BEGIN]
            if used >> at & 1:
                continue
            how = _likeness(others[x], others[y], words, keys, alike)
            if how > best:
                best, best_at = how, at
        if best >= CLOSE:
            used |= 1 << best_at
            matched += 1
            rarity += max(words.shares[others[x]], words.shares[others[places[q, BEGIN] + best_at]])
    if matched == 0:
        return 1, 0.0
    if matched < fewer:
        return 2, rarity
    return (3, rarity) if fewer == 1 else (4, rarity)


@compiled_bare
def _levels(
    left: Any, right: Any, of_row: Any, places: Any, others: Any, words: Any, keys: Any, alike: Any, levels: Any,
    rarity: Any,
) -> None:  # fmt: skip
    for pair in range(len(left)):
        p, q = of_row[left[pair]], of_row[right[pair]]
        if p < 0 or q < 0:
            continue
        a, b, c, d = places[p, GIVEN], places[q, GIVEN], places[p, FAMILY], places[q, FAMILY]
        level = _word_level(a, b, c, d, p, q, places, others, words, keys, alike)
        levels[0, pair] = level
        if level == 3 or level == 4:
            rarity[0, pair] = max(words.shares[a], words.shares[b])
        level = _word_level(c, d, a, b, p, q, places, others, words, keys, alike)
        levels[1, pair] = level
        if level == 3 or level == 4:
            rarity[1, pair] = max(words.shares[c], words.shares[d])
        level, shared = _between(p, q, places, others, words, keys, alike)
        levels[2, pair] = level
        rarity[2, pair] = shared


class NameMeasure:
    """Compares the names of one table; its three parts are measured together."""

    def __init__(self, table: NameTable) -> None:
        self._names = table
        self._words = PairTable(likeness_of(table.words))
        self._places = np.stack(
            [table.given, table.family, table.starts[:-1], table.starts[1:]], axis=1
        )
        bits = np.unpackbits(table.letters.view(np.uint8).reshape(-1, 8), axis=1)
        self._known = _Known(
            table.letters,
            bits.sum(axis=1, dtype=np.uint8),
            np.array([ord(word[0]) for word in table.words], dtype=np.int32),
            np.array([len(word) == 1 for word in table.words], dtype=np.bool_),
            table.log_share.astype(np.float32),
        )

    def prepare(self, left: Ints32, right: Ints32) -> None:
        """Compare the words of pairs of rows that were never compared."""
        names, words = self._names, self._words
        begin = 0
        while begin < len(left):
            begin, count = _collect(
                left, right, begin, names.of_row, self._places, names.others, self._known,
                words.stands[0], words.new,
            )  # fmt: skip
            words.compare_new(count)

    def measure_parts(self, left: Ints32, right: Ints32) -> tuple[Bytes, Singles]:
        """Levels and rarity of given name, family name and words between, shape (3, pairs)."""
        names = self._names
        levels = np.zeros((3, len(left)), dtype=np.uint8)
        rarity = np.zeros((3, len(left)), dtype=np.float32)
        _levels(
            left, right, names.of_row, self._places, names.others, self._known, *self._words.stands, levels, rarity,
        )  # fmt: skip
        return levels, rarity
