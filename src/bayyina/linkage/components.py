"""Rows that hang together by links: the groups that clustering looks at one by one."""

from __future__ import annotations

from typing import Any

import numpy as np

from bayyina.linkage.arrays import Flags, Ints32, Ints64, Singles
from bayyina.linkage.compiling import compiled_bare


@compiled_bare
def _root(parent: Any, row: Any) -> Any:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@compiled_bare
def _joined(parent: Any, left: Any, right: Any, chosen: Any) -> None:
    for pair in range(len(left)):
        if chosen[pair]:
            a, b = _root(parent, left[pair]), _root(parent, right[pair])
            if a < b:
                parent[b] = a
            elif b < a:
                parent[a] = b
    for row in range(len(parent)):
        parent[row] = _root(parent, row)


def components(rows: int, left: Ints32, right: Ints32, chosen: Flags) -> Ints32:
    """The smallest row that each row hangs together with, by the chosen pairs, shape (rows,)."""
    parent = np.arange(rows, dtype=np.int32)
    _joined(parent, left, right, chosen)
    return parent


def bounded_components(
    rows: int, left: Ints32, right: Ints32, score: Singles, *, lowest: float, largest: int
) -> Ints32:
    """Components by pairs of at least a score; the score is raised where one is too large."""
    floor = np.full(rows, lowest, dtype=np.float32)
    while True:
        chosen = score >= np.maximum(floor[left], floor[right])
        parent = components(rows, left, right, chosen)
        sizes = np.bincount(parent, minlength=rows)
        too_large = sizes[parent] > largest
        if not too_large.any():
            return parent
        floor[too_large] += 1.0


def members_of(parent: Ints32) -> tuple[Ints32, Ints64]:
    """Rows sorted by component, and where each component begins; the last start is the end."""
    order = np.argsort(parent, kind="stable").astype(np.int32)
    ordered = parent[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    return order, np.r_[starts, len(parent)].astype(np.int64)
