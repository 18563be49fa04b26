"""Names compared by place: given name, family name, and the words between."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Bytes, Flags, Ints32, Singles, Words64
from bayyina.linkage.compiling import compiled_bare, compiled_within
from bayyina.linkage.pair_tables import Notes, PairTable, answered, look_up
from bayyina.linkage.person_names import NameTable
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


@compiled_within
def _share_letters(words: Any, a: Any, b: Any) -> Any:
    """Whether two words have enough consonants in common to be compared at all."""
    both = words.letters[a] & words.letters[b]
    both -= (both >> _ONE) & _PAIRS
    both = (both & _FOURS) + ((both >> _TWO) & _FOURS)
    both = (both + (both >> _FOUR)) & _EIGHTS
    shared = np.int64((both * _SUM) >> _LAST)
    return 3 * shared >= np.int64(words.many[a]) + np.int64(words.many[b])


@compiled_within
def _likeness(a: Any, b: Any, words: Any, entries: Any, notes: Any) -> Any:
    """How alike two words are; those with too few consonants in common need not be looked up."""
    if a == b:
        return np.int64(255)
    if not _share_letters(words, a, b):
        return np.int64(0)
    return look_up(entries, a, b, notes)


@compiled_within
def _stands_in(word: Any, end_word: Any, places: Any, others: Any, name: Any) -> Any:
    if word == end_word:
        return True
    for x in range(places[name, BEGIN], places[name, END]):  # noqa: SIM110 -- compiled
        if others[x] == word:
            return True
    return False


@compiled_within
def _word_level(
    a: Any, b: Any, a_end: Any, b_end: Any, p: Any, q: Any, places: Any, others: Any,
    words: Any, entries: Any, notes: Any,
) -> Any:  # fmt: skip
    """Level of two words that stand at the same place of two names."""
    if a < 0 or b < 0:
        return 0
    if a == b:
        return 4
    how = _likeness(a, b, words, entries, notes)
    if how >= CLOSE:
        return 3
    if (words.single[a] or words.single[b]) and words.initial[a] == words.initial[b]:
        return 5
    if _stands_in(a, b_end, places, others, q) or _stands_in(b, a_end, places, others, p):
        return 6
    return 2 if how >= FUZZY else 1


@compiled_bare
def _between(p: Any, q: Any, places: Any, others: Any, words: Any, entries: Any, notes: Any) -> Any:
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
            how = _likeness(others[x], others[y], words, entries, notes)
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
    left: Any, right: Any, of_row: Any, places: Any, others: Any, words: Any, entries: Any,
    notes: Any, levels: Any, rarity: Any,
) -> Any:  # fmt: skip
    """Write levels and rarity of pairs of rows; gives how many could not be answered."""
    unanswered = 0
    for pair in range(len(left)):
        p, q = of_row[left[pair]], of_row[right[pair]]
        if p < 0 or q < 0:
            continue
        missed = notes.counts[1]
        a, b, c, d = places[p, GIVEN], places[q, GIVEN], places[p, FAMILY], places[q, FAMILY]
        level = _word_level(a, b, c, d, p, q, places, others, words, entries, notes)
        levels[0, pair] = level
        if level == 3 or level == 4:
            rarity[0, pair] = max(words.shares[a], words.shares[b])
        level = _word_level(c, d, a, b, p, q, places, others, words, entries, notes)
        levels[1, pair] = level
        if level == 3 or level == 4:
            rarity[1, pair] = max(words.shares[c], words.shares[d])
        if places[p, BEGIN] < places[p, END] and places[q, BEGIN] < places[q, END]:
            level, shared = _between(p, q, places, others, words, entries, notes)
            levels[2, pair] = level
            rarity[2, pair] = shared
        if notes.counts[1] > missed:
            notes.again[unanswered] = pair
            unanswered += 1
    return unanswered


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

    def measure_parts(self, left: Ints32, right: Ints32) -> tuple[Bytes, Singles]:
        """Levels and rarity of given name, family name and words between, shape (3, pairs)."""
        names = self._names
        levels = np.zeros((3, len(left)), dtype=np.uint8)
        rarity = np.zeros((3, len(left)), dtype=np.float32)

        def measure(which: Ints32 | None, entries: Words64, notes: Notes) -> int:
            a, b = (left, right) if which is None else (left[which], right[which])
            now = levels if which is None else np.zeros((3, len(a)), dtype=np.uint8)
            rare = rarity if which is None else np.zeros((3, len(a)), dtype=np.float32)
            unanswered: int = _levels(
                a, b, names.of_row, self._places, names.others, self._known, entries, notes,
                now, rare,
            )  # fmt: skip
            if which is not None:
                levels[:, which], rarity[:, which] = now, rare
            return unanswered

        answered(self._words, len(left), measure)
        return levels, rarity
