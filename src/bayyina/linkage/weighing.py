"""Levels of agreement turned into log-odds, pair after pair, in a compiled loop."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log1p
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Bytes, Doubles, Flags, Ints32, Singles
from bayyina.linkage.compiling import compiled_bare, compiled_within

_BEYOND: Final = 40.0
"""From here on the logarithm of a sum is that of its greater part, to sixteen digits."""
_MOST: Final = 60.0


class Weights(NamedTuple):
    """What the levels of all comparisons weigh."""

    same: Doubles
    """For one person, shape (kinds, comparisons, levels)."""
    kin: Doubles
    """For relatives, same shape."""
    usual: Doubles
    """Usual rarity at each level; 0 where rarity is not regarded, shape (comparisons, levels)."""
    of_family: Flags
    """Comparisons of what relatives share, shape (comparisons,)."""
    support: Doubles
    """What each level adds to what outweighs a contradiction, shape (comparisons, levels)."""
    contradicts: Flags
    """Levels that contradict each other, same shape."""
    prior: Doubles
    """Logarithm of the share of pairs of one person, by kind."""
    kin_prior: Doubles
    """The same of relatives."""
    rest: Doubles
    """The same of all others."""
    enough: float
    """Support from which a contradiction is outweighed."""
    held: float
    """Most that the log-odds are where it is not."""


def padded(rows: Sequence[Sequence[float]]) -> Doubles:
    """Rows of different lengths as one table, zeros behind the last of each."""
    table = np.zeros((len(rows), max((len(row) for row in rows), default=0)))
    for place, row in enumerate(rows):
        table[place, : len(row)] = row
    return table


@compiled_within
def _log_of_sum(a: Any, b: Any) -> Any:
    """Logarithm of the sum of two numbers that are given by their logarithms."""
    greater, apart = max(a, b), abs(a - b)
    return greater if apart > _BEYOND else greater + log1p(exp(-apart))


@compiled_bare
def _write(levels: Any, rarity: Any, kind: Any, weights: Any, odds: Any) -> None:
    for pair in range(levels.shape[1]):
        k = kind[pair]
        same, kin, support = 0.0, 0.0, 0.0
        contradicted = False
        for place in range(levels.shape[0]):
            level = levels[place, pair]
            if level == 0:  # missing: weighs nothing
                continue
            same += weights.same[k, place, level]
            kin += weights.kin[k, place, level]
            support += weights.support[place, level]
            contradicted |= weights.contradicts[place, level]
            usual = weights.usual[place, level]
            if usual < 0.0:
                rarer = usual - rarity[place, pair]
                same += rarer
                if weights.of_family[place]:
                    kin += rarer
        against = _log_of_sum(weights.rest[k], weights.kin_prior[k] + kin)
        found = same + weights.prior[k] - against
        if contradicted and support < weights.enough:
            found = min(found, weights.held)
        odds[pair] = found


def weigh(levels: Bytes, rarity: Singles, kind: Ints32, weights: Weights) -> Singles:
    """Log-odds of pairs of which levels and rarity are measured, shape (pairs,)."""
    odds = np.empty(levels.shape[1], dtype=np.float32)
    _write(levels, rarity, kind, weights, odds)
    return odds


@compiled_bare
def _choose(odds: Any, least: Any, kept: Any, total: Any) -> Any:
    count = 0
    chance = 0.0
    for pair in range(len(odds)):
        value = np.float64(odds[pair])
        chance += 1.0 / (1.0 + exp(-min(max(value, -_MOST), _MOST)))
        if value > least:
            kept[count] = pair
            count += 1
    total[0] = chance
    return count


def noteworthy(odds: Singles, least: float) -> tuple[Ints32, float]:
    """Numbers of the pairs with log-odds above the least, and the sum of all probabilities."""
    kept, total = np.empty(len(odds), dtype=np.int32), np.zeros(1)
    count = _choose(odds, least, kept, total)
    return kept[:count], float(total[0])
