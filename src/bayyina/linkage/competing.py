"""Candidates that stand beside each other: of several rows as like one, at most one is its person.

Two rows are weighed by what they state. That five rows of a register fit one row of a court's list
equally well is not seen by any of the five pairs; yet at most one of them can be right where the
register repeats hardly anybody. So the odds of a pair are divided by the odds that its rows belong
to others of the same list, or to none:

    odds'(i, j) = odds(i, j) / ((1 - q_i + sum of odds'(i, k)) (1 - q_j + sum of odds'(k, j)))

over the other rows k, where q is the share of a list's rows that stand in the other list. This is
belief propagation for the matchings of two lists (Huang and Jebara, "Approximating the permanent
with belief propagation", 2009); few rounds suffice, since most rows have few candidates.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Doubles, Flags, Ints32, Ints64, Singles
from bayyina.linkage.clustering import FORBIDDEN, ScoredPairs
from bayyina.linkage.components import bounded_components
from bayyina.linkage.pair_kinds import PairKinds

HARDLY_ANY: Final = 0.06
"""Share of a list's rows that may repeat another, up to which its rows are taken for different
people: relatives and namesakes."""
_ROUNDS: Final = 4
_MOST_IN_OTHER: Final = 0.8
_MOST_ODDS: Final = 30.0


class _Side(NamedTuple):
    """The pairs as seen from one of their two rows."""

    rivals: Ints64
    """Number of the row together with the list of the other row, shape (pairs,)."""
    alike: Ints64
    """Number of the row together with the rows that are the other row's person."""
    counted: Flags
    """Pairs whose other row stands in a list that repeats hardly anybody."""
    nobody: Doubles
    """Share of the rows of the row's list that are not in the other one."""


def few_repeats(kinds: PairKinds, prior: Doubles) -> Flags:
    """Sources that repeat hardly anybody, by their number, shape (numbers,)."""
    rows = np.bincount(kinds.of_row, minlength=len(kinds.table))
    own = np.diag(kinds.table)
    repeated = prior[own] * kinds.totals[own]
    found: Flags = (rows > 0) & (repeated <= HARDLY_ANY * rows)
    found[kinds.rest] = False
    return found


def with_rivals(pairs: ScoredPairs, kinds: PairKinds, prior: Doubles) -> Singles:
    """The log-odds of pairs, with regard to the other rows that each of their rows resembles.

    Two lists as a whole are left as they are: there a row is joined to the best of its candidates
    only, which comes to the same, and raising odds for want of rivals made that worse.

    Args:
        pairs: All pairs that may be one person.
        kinds: Sources of their rows.
        prior: Share of pairs of one person, by kind.
    """
    if kinds.rest < 0:
        return pairs.odds
    alone = few_repeats(kinds, prior)
    if not alone.any() or not len(pairs.odds):
        return pairs.odds
    persons = _persons_within(pairs, kinds)
    sides = (
        _side(pairs.left, pairs.right, kinds, prior, alone, persons),
        _side(pairs.right, pairs.left, kinds, prior, alone, persons),
    )
    known = pairs.odds > FORBIDDEN / 2
    odds = np.where(known, np.exp(np.minimum(pairs.odds, _MOST_ODDS).astype(np.float64)), 0.0)
    taken = [np.ones(len(odds)), np.ones(len(odds))]
    for _ in range(_ROUNDS):
        taken = [_taken(sides[0], odds / taken[1]), _taken(sides[1], odds / taken[0])]
    changed = pairs.odds - np.log(taken[0] * taken[1]).astype(np.float32)
    found: Singles = np.where(known, changed, pairs.odds).astype(np.float32)
    return found


def _persons_within(pairs: ScoredPairs, kinds: PairKinds) -> Ints32:
    """Rows of one list that are held to be one person, as the smallest of them, shape (rows,)."""
    of_one = kinds.source[pairs.left] == kinds.source[pairs.right]
    rows = len(kinds.of_row)
    return bounded_components(
        rows, pairs.left[of_one], pairs.right[of_one], pairs.odds[of_one], lowest=0.0, largest=rows
    )


def _side(
    row: Ints32, other: Ints32, kinds: PairKinds, prior: Doubles, alone: Flags, persons: Ints32
) -> _Side:
    lists = len(kinds.table)
    of_other = kinds.of_row[other].astype(np.int64)
    kind = kinds.of(row, other)
    both = np.where(kinds.within, 2.0, 1.0) * prior * kinds.totals
    rows = np.maximum(np.bincount(kinds.of_row, minlength=lists), 1)
    in_other = np.minimum(both[kind] / rows[kinds.of_row[row]], _MOST_IN_OTHER)
    keys = row.astype(np.int64) * lists + of_other
    groups = row.astype(np.int64) << 32 | persons[other]
    return _Side(
        np.unique(keys, return_inverse=True)[1],
        np.unique(groups, return_inverse=True)[1],
        alone[of_other],
        1.0 - in_other,
    )


def _taken(side: _Side, odds: Doubles) -> Doubles:
    """The odds that a row belongs to nobody or to another than this one, for each pair."""
    counted = np.where(side.counted, odds, 0.0)
    every = np.bincount(side.rivals, weights=counted)[side.rivals]
    alike = np.bincount(side.alike, weights=counted)[side.alike]
    others = np.maximum(every - alike, 0.0)
    found: Doubles = np.where(side.counted, side.nobody + others, 1.0)
    return found
