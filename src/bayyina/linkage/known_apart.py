"""Rows that are known to be different people, by the group in which each of them stands."""

from __future__ import annotations

from typing import Final

import numpy as np

from bayyina.linkage.arrays import Ints32

NOBODY: Final = -1
"""Group of rows of which nothing of the kind is known."""


def apart_codes(list_of: Ints32, unique: frozenset[int], apart: Ints32 | None) -> Ints32:
    """The group of each row, shape (rows,): no two rows of one group are one person.

    Args:
        list_of: Number of each row's list.
        unique: Numbers of lists that repeat nobody: their rows without a group make one.
        apart: Groups that are known besides; None for none.
    """
    if apart is None:
        codes = np.full(len(list_of), NOBODY, dtype=np.int32)
    else:
        codes = apart.astype(np.int32, copy=True)
    first = int(codes.max(initial=NOBODY)) + 1
    for place, number in enumerate(sorted(unique)):
        codes[(list_of == number) & (codes == NOBODY)] = first + place
    return codes
