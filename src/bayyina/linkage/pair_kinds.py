"""Kinds of pairs, by where their two rows come from: how often a pair is one person differs.

Between a register and a list of families that asked for the same people, one pair in some hundred
thousand is one person; within the register hardly one in ten millions, since it seldom writes
somebody down twice, although it holds most of all pairs. With one share for all of them the
register's namesakes are joined and the families' people are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Doubles, Flags, Ints32

MOST_SOURCES: Final = 12
"""Sources with the most rows, each of which has kinds of its own."""


class PairKinds(NamedTuple):
    """What kind each pair of rows is of."""

    of_row: Ints32
    """Number of each row's list or source, shape (rows,); those without kinds of their own
    share the last number."""
    source: Ints32
    """Number of each row's list or source, whether or not it has kinds of its own."""
    table: Ints32
    """Kind of the pairs of rows of two numbers, shape (numbers, numbers)."""
    totals: Doubles
    """How many pairs there are of each kind, shape (kinds,)."""
    within: Flags
    """Kinds whose pairs are of one list or source, shape (kinds,)."""
    rest: int
    """Number that rows of sources without kinds of their own share; -1 where there is none."""

    def of(self, left: Ints32, right: Ints32) -> Ints32:
        """The kind of each pair, shape (pairs,)."""
        a, b = self.of_row[left], self.of_row[right]
        kinds: Ints32 = self.table[a, b]
        if self.rest >= 0:
            of_one = (a == self.rest) & (b == self.rest) & (self.source[left] == self.source[right])
            kinds[of_one] = len(self.totals) - 1
        return kinds


def kinds_by_list(list_of: Ints32) -> PairKinds:
    """Kinds by list: 0 within the first, 1 between the two, 2 within the second."""
    second = float(list_of.sum())
    first = len(list_of) - second
    return PairKinds(
        list_of,
        list_of,
        np.array([[0, 1], [1, 2]], dtype=np.int32),
        np.array([first * (first - 1) / 2, first * second, second * (second - 1) / 2]),
        np.array([True, False, True]),
        rest=-1,
    )


def largest_sources(sources: Sequence[str]) -> tuple[str, ...]:
    """Names of the sources with the most rows, which get kinds of their own."""
    counts = Counter(sources)
    found = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_SOURCES]
    return tuple(sorted(found))


def kinds_by_source(sources: Sequence[str], names: Sequence[str]) -> PairKinds:
    """Kinds by source: one for each two of some sources, and two for the pairs of all others.

    The last kind but one is that of pairs of two sources of which one at least has no kinds of its
    own; the last is that of pairs within one of these.

    Args:
        sources: Name of each row's source.
        names: Sources that have kinds of their own.
    """
    own = {name: place for place, name in enumerate(names)}
    numbers = dict(own)
    for name in sources:
        numbers.setdefault(name, len(numbers))
    source = np.array([numbers[name] for name in sources], dtype=np.int32)
    rest = len(own)
    of_row = np.minimum(source, rest).astype(np.int32)
    first, second = np.triu_indices(rest)
    kinds = len(first) + 2
    table = np.full((rest + 1, rest + 1), kinds - 2, dtype=np.int32)
    table[first, second] = table[second, first] = np.arange(len(first), dtype=np.int32)
    sizes = np.bincount(source, minlength=len(numbers)).astype(np.float64)
    totals = np.zeros(kinds)
    totals[: len(first)] = np.where(
        first == second, sizes[first] * (sizes[first] - 1) / 2, sizes[first] * sizes[second]
    )
    totals[-1] = float((sizes[rest:] * (sizes[rest:] - 1) / 2).sum())
    totals[-2] = len(source) * (len(source) - 1) / 2 - totals.sum()
    within = np.zeros(kinds, dtype=np.bool_)
    within[: len(first)] = first == second
    within[-1] = True
    return PairKinds(of_row, source, table, totals, within, rest)
