"""Which keys a list has shown already, in little memory.

A million Python strings in a dictionary weigh over 100 MB. Kept here are 64 bits of
each key's digest and the row number, in two arrays: 24 MB for a million keys. Two different
keys with the same 64 bits (for a million keys, three chances in a hundred million) would
keep the later row aside as a duplicate; it would not be lost.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import Final

_FIRST_BITS: Final = 12
_PERSON: Final = b"bayyina.row-key"


class SeenKeys:
    """A set of keys that knows in which row each was first."""

    def __init__(self) -> None:
        self._allocate(_FIRST_BITS)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def first_row(self, key: str, row: int) -> int | None:
        """Remember a key; give the row where it was seen before, or None."""
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, person=_PERSON)
        mark = int.from_bytes(digest.digest(), "big") or 1
        slot = self._slot(mark)
        if self._marks[slot]:
            return self._rows[slot]
        self._marks[slot] = mark
        self._rows[slot] = row
        self._count += 1
        if 3 * self._count > 2 * len(self._marks):
            self._grow()
        return None

    def _slot(self, mark: int) -> int:
        """Find the slot of a mark, or the free slot where it belongs (linear probing)."""
        marks, mask = self._marks, self._mask
        slot = mark & mask
        while marks[slot] and marks[slot] != mark:
            slot = (slot + 1) & mask
        return slot

    def _allocate(self, bits: int) -> None:
        self._bits = bits
        self._mask = (1 << bits) - 1
        self._marks = array("Q", bytes(8 << bits))
        self._rows = array("L", bytes(array("L").itemsize << bits))

    def _grow(self) -> None:
        old_marks, old_rows = self._marks, self._rows
        self._allocate(self._bits + 1)
        for mark, row in zip(old_marks, old_rows, strict=True):
            if mark:
                slot = self._slot(mark)
                self._marks[slot] = mark
                self._rows[slot] = row
