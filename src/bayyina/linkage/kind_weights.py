"""What levels of agreement weigh more or less in pairs of some kind than in all pairs.

An office that writes down its own province only gives no evidence by the province; a list in
Latin letters never agrees with one in Arabic letter by letter. So how often strangers agree is
counted for each kind of pairs (``pair_kinds``), and how often people agree with themselves is
estimated for it, both drawn to what holds for all kinds where pairs are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayyina.linkage.arrays import Bytes, Doubles, Ints32, Ints64
from bayyina.linkage.comparisons import AllMeasured, Compared, Comparisons
from bayyina.linkage.pair_kinds import PairKinds

_PAIRS_OF_KIND: Final = 20_000
_FEWEST_PAIRS: Final = 2_000.0
"""Kinds with fewer pairs are taken as all others are."""
_DRAWN_TO_ALL: Final = 20.0
"""Pairs of strangers at a level that weigh as much as what is known of all kinds."""
_MATCHES_DRAWN: Final = 200.0
"""The same of pairs of one person."""
_MOST: Final = 6.0
_MOST_LEVELS: Final = 16
"""More than any comparison has."""


class LevelCounts(NamedTuple):
    """Pairs at each level of one comparison."""

    pairs: Doubles
    """How many, shape (levels,)."""
    rarities: Doubles
    """Sum over them of the logarithm of the share of what they have in common, or of the inverse
    of that share, shape (levels,)."""


def count_levels(measured: AllMeasured) -> list[LevelCounts]:
    """Count the levels of pairs, for each comparison, and sum up the logarithms of shares."""
    return [
        _count(levels, rarity)
        for levels, rarity in zip(measured.levels, measured.rarity, strict=True)
    ]


def count_inverse(measured: AllMeasured, compared: Sequence[Compared]) -> list[LevelCounts]:
    """Count the levels of pairs, for each comparison, and sum up the inverses of shares.

    Their mean makes the evidence of strangers' agreements one on the average, so that the many
    namesakes of a long list are not taken for people found. The given name is counted among pairs
    that are not of two sexes: it tells the sex, and both together would weigh one thing twice.
    """
    sexes = [place for place, one in enumerate(compared) if one.of_sex]
    of_one_sex = ~(measured.levels[sexes] == 1).any(axis=0)
    inverse = np.exp(-measured.rarity)
    return [
        _count(levels[of_one_sex], more[of_one_sex])
        if sexes and place == 0
        else _count(levels, more)
        for place, (levels, more) in enumerate(zip(measured.levels, inverse, strict=True))
    ]


def _count(levels: Bytes, values: NDArray[Any]) -> LevelCounts:
    return LevelCounts(
        np.bincount(levels, minlength=_MOST_LEVELS).astype(np.float64),
        np.bincount(levels, weights=values, minlength=_MOST_LEVELS).astype(np.float64),
    )


class AmongStrangers(NamedTuple):
    """How strangers agree, by kind of pairs."""

    u: list[Doubles]
    """Share of each level, for each comparison, shape (kinds, levels)."""
    more: list[Doubles]
    """What rarity adds more at a level than it does in all pairs, on the average, same shape."""


def among_strangers(
    comparisons: Comparisons,
    kinds: PairKinds,
    u: Sequence[Doubles],
    usual: Sequence[Doubles],
    random: np.random.Generator,
) -> AmongStrangers:
    """Compare random pairs of each kind.

    Args:
        comparisons: What is compared.
        kinds: Kinds of the pairs.
        u: Share of each level among all pairs, for each comparison.
        usual: Usual rarity at each level.
        random: Draws the pairs.
    """
    several = [np.tile(one, (len(kinds.totals), 1)) for one in u]
    more = [np.zeros_like(one) for one in several]
    rows_of = [np.flatnonzero(kinds.of_row == number) for number in range(len(kinds.table))]
    for a, b in zip(*np.triu_indices(max(0, kinds.rest)), strict=True):
        kind = kinds.table[a, b]
        if kinds.totals[kind] < _FEWEST_PAIRS:
            continue
        left = random.choice(rows_of[a], _PAIRS_OF_KIND).astype(np.int32)
        right = random.choice(rows_of[b], _PAIRS_OF_KIND).astype(np.int32)
        counts = _counted(comparisons, left[left != right], right[left != right])
        for place, one in enumerate(counts):
            size = len(u[place])
            several[place][kind] = _drawn_shares(one.pairs[:size], u[place])
            rare = usual[place] < 0.0
            mean = one.rarities[:size] + _DRAWN_TO_ALL * np.exp(-usual[place])
            mean /= one.pairs[:size] + _DRAWN_TO_ALL
            more[place][kind][rare] = (-np.log(mean) - usual[place])[rare]
    return AmongStrangers(several, more)


def _counted(comparisons: Comparisons, left: Ints32, right: Ints32) -> list[LevelCounts]:
    """Counts of the levels of some pairs."""
    parts = list(
        comparisons.measure_each(
            left, right, lambda _, measured: count_inverse(measured, comparisons.compared)
        )
    )
    return [
        LevelCounts(*(np.sum([one[part] for one in of_one], axis=0) for part in (0, 1)))
        for of_one in zip(*parts, strict=True)
    ]


def _drawn_shares(pairs: Doubles, u: Doubles) -> Doubles:
    """Shares of levels, drawn to those of all kinds where few pairs were seen."""
    stated = pairs[1:].sum()
    shares = u.copy()
    if stated > 0.0:
        known = (pairs[1:] + _DRAWN_TO_ALL) / (stated + _DRAWN_TO_ALL / u[1:])
        shares[1:] = known / known.sum()
    return shares


class KindWeights:
    """Works out what levels weigh in each kind beyond what they weigh in all."""

    def __init__(
        self,
        compared: Sequence[Compared],
        u: Sequence[Doubles],
        kinds: PairKinds,
        strangers: AmongStrangers,
    ) -> None:
        self._compared = compared
        self._u = u
        self._kinds = len(kinds.totals)
        self._strangers = strangers

    def more(
        self,
        place: int,
        levels: Bytes,
        kind: Ints64,
        same: NDArray[Any],
        m: Doubles,
    ) -> Doubles:
        """What the levels of one comparison weigh more by kind, shape (kinds, levels).

        Args:
            place: Which comparison.
            levels: Level of each pattern.
            kind: Kind of each pattern.
            same: Expected pairs of one person of each pattern.
            m: Shares of the levels among pairs of one person, of all kinds.
        """
        size = len(m)
        cells = kind * size + levels
        counts = np.bincount(cells, weights=same, minlength=self._kinds * size)
        counts = counts.reshape(self._kinds, size)[:, 1:]
        own = (counts + _MATCHES_DRAWN * m[1:]) / (
            counts.sum(axis=1, keepdims=True) + _MATCHES_DRAWN
        )
        weights = np.log(m[1:] / self._u[place][1:])
        whole = np.log(own / self._strangers.u[place][:, 1:]) + self._strangers.more[place][:, 1:]
        whole[:, 0] = np.minimum(whole[:, 0], 0.0)  # to differ never speaks for one person
        partial = self._compared[place].partial
        if partial:
            whole[:, partial - 1] = np.minimum(
                whole[:, partial - 1], whole[:, partial:].min(axis=1)
            )
        found = np.zeros((self._kinds, size))
        found[:, 1:] = np.clip(whole - weights, -_MOST, _MOST)
        return found
