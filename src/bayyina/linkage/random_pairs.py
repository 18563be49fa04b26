"""How random pairs agree: the share of each level among strangers, and how rare what they share is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from bayyina.linkage.arrays import Doubles, Ints32
from bayyina.linkage.comparisons import AllMeasured, Comparisons
from bayyina.linkage.kind_weights import LevelCounts, count_inverse, count_levels

RANDOM_PAIRS: Final = 1_500_000
FEW_PAIRS: Final = 20_000
"""All pairs of two hundred rows: from here on the rows speak for themselves."""
USUAL_PAIRS: Final = 40.0
"""Pairs as which the usual shares count."""


def rows_say_little(rows: int) -> bool:
    """Whether so few rows are linked that what is usual weighs more than what they say."""
    return rows * (rows - 1) // 2 < FEW_PAIRS


def random_pairs(
    list_of: Ints32, random: np.random.Generator, between_only: bool
) -> tuple[Ints32, Ints32]:
    """Pairs of different rows, drawn evenly; all pairs where there are few."""
    rows = len(list_of)
    if rows * (rows - 1) // 2 <= RANDOM_PAIRS and not between_only:
        first, second = np.triu_indices(rows, 1)
        return first.astype(np.int32), second.astype(np.int32)
    if between_only:
        begin = rows - int(list_of.sum())
        if begin in (0, rows):
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
        left = random.integers(0, begin, RANDOM_PAIRS, dtype=np.int32)
        right = random.integers(begin, rows, RANDOM_PAIRS, dtype=np.int32)
        return left, right
    left = random.integers(0, rows, RANDOM_PAIRS, dtype=np.int32)
    right = random.integers(0, rows, RANDOM_PAIRS, dtype=np.int32)
    apart = left != right
    return left[apart], right[apart]


def among_random_pairs(
    comparisons: Comparisons, pairs: tuple[Ints32, Ints32]
) -> tuple[list[Doubles], list[Doubles]]:
    """Shares of the levels, and the mean logarithm of the rarity at each."""
    counted = _counted(comparisons, pairs, count_levels)
    shares = [
        _shares(one.pairs, of.strangers)
        for one, of in zip(counted, comparisons.compared, strict=True)
    ]
    return shares, [
        _usual(one, one.rarities / np.maximum(one.pairs, 1.0), of.rare_levels)
        for one, of in zip(counted, comparisons.compared, strict=True)
    ]


def among_namesakes(
    comparisons: Comparisons, pairs: tuple[Ints32, Ints32]
) -> tuple[list[Doubles], list[Doubles]]:
    """The same for many sources, where by far the most pairs are namesakes (``count_inverse``)."""
    compared = comparisons.compared
    counted = _counted(comparisons, pairs, lambda measured: count_inverse(measured, compared))
    shares = [
        _shares(one.pairs, of.strangers)
        for one, of in zip(counted, comparisons.compared, strict=True)
    ]
    return shares, [
        _usual(
            one,
            -np.log(np.maximum(one.rarities, 1.0) / np.maximum(one.pairs, 1.0)),
            frozenset() if of.of_sex else of.rare_levels,
        )
        for one, of in zip(counted, compared, strict=True)
    ]


def _counted(
    comparisons: Comparisons,
    pairs: tuple[Ints32, Ints32],
    count: Callable[[AllMeasured], list[LevelCounts]],
) -> list[LevelCounts]:
    """Counts of the levels of pairs, for each comparison."""
    found = [
        [LevelCounts(np.zeros(len(one.level_names)), np.zeros(len(one.level_names)))]
        for one in comparisons.compared
    ]
    for part in comparisons.measure_each(*pairs, lambda _, measured: count(measured)):
        for place, of_one in enumerate(found):
            size = len(of_one[0].pairs)
            of_one[0] = LevelCounts(
                *(a + b[:size] for a, b in zip(of_one[0], part[place], strict=True))
            )
    return [one for (one,) in found]


def _shares(counts: Doubles, usually: Sequence[float]) -> Doubles:
    """Shares of the levels where both rows state something; none is nothing.

    Few pairs are drawn to what is usual: of six rows, two that are one person would otherwise say
    that strangers often share their names.
    """
    stated = counts[1:] + 0.5
    if counts[1:].sum() < FEW_PAIRS:
        stated += USUAL_PAIRS * np.array(usually[1:])
    return with_missing(stated)


def with_missing(stated: Doubles) -> Doubles:
    """The levels as shares of those that are stated, with 1 for the level of what is missing."""
    shares: Doubles = np.concatenate([[1.0], stated / stated.sum()])
    return shares


def _usual(counted: LevelCounts, mean: Doubles, rare: frozenset[int]) -> Doubles:
    """Usual rarity at each level: the mean where pairs were seen, 0 where it is not regarded."""
    usual = np.zeros(len(mean))
    for level in rare:
        if counted.pairs[level] >= 1:
            usual[level] = min(mean[level], -1e-6)
        else:
            usual[level] = np.log(0.5 / max(1.0, counted.pairs[1:].sum()))
    return usual
