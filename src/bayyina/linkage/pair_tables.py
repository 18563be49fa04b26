"""Each pair of values is compared once: a table from pairs of numbers to how alike they are.

Open addressing in two arrays, so that compiled loops can look up and collect. A pair's key is
``smaller << 32 | greater``; 0 is never a key, since a value is not paired with itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from bayyina.linkage.arrays import Bytes, Ints32, Words64
from bayyina.linkage.compiling import compiled_bare

Alike = Callable[[Ints32, Ints32], Bytes]
"""Gives how alike pairs of numbered values are, 0 to 255, shape (pairs,)."""

MOST_NEW: Final = 1 << 18
"""Pairs of values that are collected before they are compared."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


@compiled_bare
def place_of(keys: Any, key: Any) -> Any:
    """Where a key stands, or the free place where it would."""
    mask = np.uint64(len(keys) - 1)
    place = ((key * _MULTIPLIER) >> _SHIFT) & mask
    while keys[place] != 0 and keys[place] != key:
        place = (place + np.uint64(1)) & mask
    return place


@compiled_bare
def key_of(a: Any, b: Any) -> Any:
    """The key of a pair, whatever its order."""
    if a < b:
        return (np.uint64(a) << _SHIFT) | np.uint64(b)
    return (np.uint64(b) << _SHIFT) | np.uint64(a)


@compiled_bare
def alike_of(keys: Any, alike: Any, a: Any, b: Any) -> Any:
    """How alike two values are, 0 to 255; 0 for a pair that the table has not."""
    if a == b:
        return np.uint8(255)
    place = place_of(keys, key_of(a, b))
    if keys[place] == 0:
        return np.uint8(0)
    return alike[place]


@compiled_bare
def collect(keys: Any, a: Any, b: Any, new: Any, count: Any) -> Any:
    """Note a pair that the table has not yet; gives how many are noted now."""
    if a == b:
        return count
    key = key_of(a, b)
    place = place_of(keys, key)
    if keys[place] == 0:
        keys[place] = key
        new[count] = key
        return count + 1
    return count


@compiled_bare
def _write(keys: Any, alike: Any, new_keys: Any, new_alike: Any) -> None:
    for number in range(len(new_keys)):
        place = place_of(keys, new_keys[number])
        keys[place] = new_keys[number]
        alike[place] = new_alike[number]


class PairTable:
    """Pairs of values that were met, and how alike they are."""

    def __init__(self, compare: Alike) -> None:
        self.stands: tuple[Words64, Bytes] = _empty(4 * MOST_NEW)
        """Keys by place, 0 where a place is free, and how alike the values of each key are, 0
        to 255; as one, since both are replaced together."""
        self.new: Words64 = np.zeros(MOST_NEW, dtype=np.uint64)
        """Where compiled loops note the keys that they met first."""
        self._compare = compare
        self._filled = 0

    def compare_new(self, count: int) -> None:
        """Compare the first ``count`` noted pairs, and make room for as many as can be noted.

        Other threads may look up meanwhile what was compared before: a key once written stays
        where it is, and greater arrays replace both at once.
        """
        fresh = np.sort(self.new[:count])
        if count:
            first = (fresh >> _SHIFT).astype(np.int32)
            second = (fresh & np.uint64(0xFFFFFFFF)).astype(np.int32)
            _write(*self.stands, fresh, self._compare(first, second))
            self._filled += count
        if 2 * (self._filled + MOST_NEW) > len(self.stands[0]):
            self._grow()

    def _grow(self) -> None:
        keys, alike = self.stands
        taken = keys != 0
        greater = _empty(2 * len(keys))
        _write(*greater, keys[taken], alike[taken])
        self.stands = greater


def _empty(places: int) -> tuple[Words64, Bytes]:
    return np.zeros(places, dtype=np.uint64), np.zeros(places, dtype=np.uint8)
