"""Names compared by place: given name, family name, and the words between."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import prange

from bayyina.linkage.arrays import Bytes, Ints32, Singles
from bayyina.linkage.compiling import compiled, compiled_parallel
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


@compiled
def _share_letters(letters: Any, a: Any, b: Any) -> Any:
    """Whether two words have enough consonants in common to be compared at all."""
    x, y = letters[a], letters[b]
    both, most = x & y, x | y
    shared = 0
    while both:
        both &= both - np.uint64(1)
        shared += 1
    all_of = 0
    while most:
        most &= most - np.uint64(1)
        all_of += 1
    return 2 * shared >= all_of


@compiled
def _likeness(a: Any, b: Any, letters: Any, keys: Any, alike: Any) -> Any:
    """How alike two words are; those that were never compared need not be looked up."""
    if a == b:
        return np.int64(255)
    if not _share_letters(letters, a, b):
        return np.int64(0)
    return np.int64(alike_of(keys, alike, a, b))


@compiled
def _collect(
    left: Any, right: Any, begin: Any, of_row: Any, places: Any, others: Any, letters: Any,
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
        if a >= 0 and b >= 0 and a != b and _share_letters(letters, a, b):
            count = collect(keys, a, b, new, count)
        a, b = places[p, FAMILY], places[q, FAMILY]
        if a >= 0 and b >= 0 and a != b and _share_letters(letters, a, b):
            count = collect(keys, a, b, new, count)
        for x in range(places[p, BEGIN], places[p, END]):
            for y in range(places[q, BEGIN], places[q, END]):
                if others[x] != others[y] and _share_letters(letters, others[x], others[y]):
                    count = collect(keys, others[x], others[y], new, count)
    return len(left), count


@compiled
def _stands_in(word: Any, end_word: Any, places: Any, others: Any, name: Any) -> Any:
    if word == end_word:
        return True
    for x in range(places[name, BEGIN], places[name, END]):  # noqa: SIM110 -- compiled
        if others[x] == word:
            return True
    return False


@compiled
def _word_level(
    a: Any, b: Any, a_end: Any, b_end: Any, p: Any, q: Any, places: Any, others: Any,
    initial: Any, single: Any, letters: Any, keys: Any, alike: Any,
) -> Any:  # fmt: skip
    """Level of two words that stand at the same place of two names."""
    if a < 0 or b < 0:
        return 0
    if a == b:
        return 4
    how = _likeness(a, b, letters, keys, alike)
    if how >= CLOSE:
        return 3
    if (single[a] or single[b]) and initial[a] == initial[b]:
        return 5
    if _stands_in(a, b_end, places, others, q) or _stands_in(b, a_end, places, others, p):
        return 6
    return 2 if how >= FUZZY else 1


@compiled
def _between(
    p: Any, q: Any, places: Any, others: Any, shares: Any, letters: Any, keys: Any, alike: Any
) -> Any:
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
            how = _likeness(others[x], others[y], letters, keys, alike)
            if how > best:
                best, best_at = how, at
        if best >= CLOSE:
            used |= 1 << best_at
            matched += 1
            rarity += max(shares[others[x]], shares[others[places[q, BEGIN] + best_at]])
    if matched == 0:
        return 1, 0.0
    if matched < fewer:
        return 2, rarity
    return (3, rarity) if fewer == 1 else (4, rarity)


@compiled_parallel
def _levels(
    left: Any, right: Any, of_row: Any, places: Any, others: Any, shares: Any, initial: Any, single: Any, letters: Any, keys: Any, alike: Any, levels: Any,
    rarity: Any,
) -> None:  # fmt: skip
    for pair in prange(len(left)):
        p, q = of_row[left[pair]], of_row[right[pair]]
        if p < 0 or q < 0:
            continue
        a, b, c, d = places[p, GIVEN], places[q, GIVEN], places[p, FAMILY], places[q, FAMILY]
        level = _word_level(a, b, c, d, p, q, places, others, initial, single, letters, keys, alike)
        levels[0, pair] = level
        if level == 3 or level == 4:
            rarity[0, pair] = max(shares[a], shares[b])
        level = _word_level(c, d, a, b, p, q, places, others, initial, single, letters, keys, alike)
        levels[1, pair] = level
        if level == 3 or level == 4:
            rarity[1, pair] = max(shares[c], shares[d])
        level, shared = _between(p, q, places, others, shares, letters, keys, alike)
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
        self._initial = np.array([ord(word[0]) for word in table.words], dtype=np.int32)
        self._single = np.array([len(word) == 1 for word in table.words], dtype=np.bool_)
        self._shares = table.log_share.astype(np.float32)

    def measure_parts(self, left: Ints32, right: Ints32) -> tuple[Bytes, Singles]:
        """Levels and rarity of given name, family name and words between, shape (3, pairs)."""
        names, words = self._names, self._words
        begin = 0
        while begin < len(left):
            begin, count = _collect(
                left, right, begin, names.of_row, self._places, names.others, names.letters,
                words.keys, words.new,
            )  # fmt: skip
            words.compare_new(count)
        levels = np.zeros((3, len(left)), dtype=np.uint8)
        rarity = np.zeros((3, len(left)), dtype=np.float32)
        _levels(
            left, right, names.of_row, self._places, names.others,
            self._shares, self._initial, self._single, names.letters, words.keys, words.alike, levels, rarity,
        )  # fmt: skip
        return levels, rarity
