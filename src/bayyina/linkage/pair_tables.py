"""Each pair of values is compared once: a table from pairs of numbers to how alike they are.

Open addressing in one array, so that compiled loops can look up without waiting for anybody: an
entry holds the smaller number, the greater (28 bits each) and how alike the values are (8 bits),
and is written at once. 0 is never an entry, since a value is not paired with itself. What a loop
does not find it notes; the noted pairs are compared, and the loop goes through what it could not
answer again.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Bytes, Ints32, Ints64, Words64
from bayyina.linkage.compiling import compiled_bare, compiled_within
from bayyina.linkage.encoding import distinct

Alike = Callable[[Ints32, Ints32], Bytes]
"""Gives how alike pairs of numbered values are, 0 to 255, shape (pairs,)."""

ABSENT: Final = -1
"""How alike two values are of which that is not known yet."""
_FIRST: Final = 1 << 16
_NOTED: Final = 1 << 17
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)
_NUMBER, _ALIKE = np.uint64(28), np.uint64(8)
_LAST, _ALIKE_BITS = np.uint64((1 << 28) - 1), np.uint64(255)


class Notes(NamedTuple):
    """What a compiled loop did not find."""

    keys: Words64
    """Pairs of values, as entries that say 0; there may not be room for all."""
    counts: Ints64
    """How many are noted, and how many were not found, shape (2,)."""
    again: Ints32
    """Numbers of the pairs of rows that could not be answered."""


def notes_for(pairs: int) -> Notes:
    """Room for the notes of so many pairs of rows."""
    room = min(_NOTED, 4 * pairs + 64)
    return Notes(
        np.empty(room, dtype=np.uint64),
        np.zeros(2, dtype=np.int64),
        np.empty(pairs, dtype=np.int32),
    )


@compiled_within
def _entry_of(a: Any, b: Any) -> Any:
    """The entry of a pair, whatever its order, that says 0."""
    low, high = np.uint64(min(a, b)), np.uint64(max(a, b))
    return (low << _NUMBER | high) << _ALIKE


@compiled_within
def _place_of(entries: Any, key: Any) -> Any:
    """Where the entry of a pair stands, or the free place where it would."""
    mask = np.uint64(len(entries) - 1)
    place = ((key * _MULTIPLIER) >> _SHIFT) & mask
    while entries[place] != 0 and entries[place] & ~_ALIKE_BITS != key:
        place = (place + np.uint64(1)) & mask
    return place


@compiled_within
def look_up(entries: Any, a: Any, b: Any, notes: Any) -> Any:
    """How alike two different values are, 0 to 255; ``ABSENT``, and noted, where not known."""
    key = _entry_of(a, b)
    mask = np.uint64(len(entries) - 1)
    place = ((key * _MULTIPLIER) >> _SHIFT) & mask
    # Each place is read once: another thread may write the entry of another pair into a free one.
    entry = entries[place]
    while entry != 0:
        if entry & ~_ALIKE_BITS == key:
            return np.int64(entry & _ALIKE_BITS)
        place = (place + np.uint64(1)) & mask
        entry = entries[place]
    if notes.counts[0] < len(notes.keys):
        notes.keys[notes.counts[0]] = key
        notes.counts[0] += 1
    notes.counts[1] += 1
    return np.int64(ABSENT)


@compiled_bare
def _absent(entries: Any, keys: Any, found: Any) -> None:
    for number in range(len(keys)):
        found[number] = entries[_place_of(entries, keys[number])] == 0


@compiled_bare
def _write(entries: Any, keys: Any, alike: Any) -> None:
    for number in range(len(keys)):
        entries[_place_of(entries, keys[number])] = keys[number] | np.uint64(alike[number])


@compiled_bare
def _move(entries: Any, greater: Any) -> None:
    for place in range(len(entries)):
        entry = entries[place]
        if entry != 0:
            greater[_place_of(greater, entry & ~_ALIKE_BITS)] = entry


class PairTable:
    """Pairs of values that were met, and how alike they are."""

    def __init__(self, compare: Alike) -> None:
        """Take the comparison of values, which are fewer than 2 to the power of 28."""
        self.entries: Words64 = np.zeros(_FIRST, dtype=np.uint64)
        """The entries by place, 0 where a place is free. Threads look up while one writes: an
        entry stays where it is, and a greater array takes the place of this one at once."""
        self._compare = compare
        self._filled = 0
        self._lock = Lock()

    def compare_new(self, notes: Notes) -> None:
        """Compare the pairs that were noted, as far as nobody did meanwhile."""
        keys = distinct(notes.keys[: notes.counts[0]])
        with self._lock:
            absent = np.empty(len(keys), dtype=np.bool_)
            _absent(self.entries, keys, absent)
            keys = keys[absent]
            if not len(keys):
                return
            first = (keys >> (_NUMBER + _ALIKE)).astype(np.int32)
            second = (keys >> _ALIKE & _LAST).astype(np.int32)
            alike = self._compare(first, second)
            self._filled += len(keys)
            places = len(self.entries)
            while 2 * self._filled > places:
                places *= 2
            if places > len(self.entries):
                greater = np.zeros(places, dtype=np.uint64)
                _move(self.entries, greater)
                _write(greater, keys, alike)
                self.entries = greater
            else:
                _write(self.entries, keys, alike)


def answered(
    table: PairTable, pairs: int, measure: Callable[[Ints32 | None, Words64, Notes], int]
) -> None:
    """Measure pairs of rows, those again that could not be answered, until all are.

    Args:
        table: Where it is looked up how alike values are.
        pairs: How many pairs of rows there are.
        measure: Measures the pairs with some numbers, all with None, and notes what it did not
            find; gives how many it could not answer.
    """
    which: Ints32 | None = None
    while True:
        notes = notes_for(pairs if which is None else len(which))
        unanswered = measure(which, table.entries, notes)
        if not unanswered:
            return
        table.compare_new(notes)
        which = (
            notes.again[:unanswered].copy() if which is None else which[notes.again[:unanswered]]
        )
