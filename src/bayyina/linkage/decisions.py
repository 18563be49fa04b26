"""Decisions about pairs: those of one person, those that a person should look at, and others."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Doubles, Flags, Ints32, Singles
from bayyina.linkage.clustering import FORBIDDEN
from bayyina.linkage.components import members_of
from bayyina.linkage.linking import Linkage

SAME: Final = "same"
DIFFERENT: Final = "different"
UNSURE: Final = "unsure"
UNSURE_FROM: Final = 0.1
"""Probability from which a pair that was not joined is worth a look."""
_LISTED_FROM: Final = 0.01
_MOST_LISTED: Final = 200


class DecidedPairs(NamedTuple):
    """Pairs with their probability and decision, in the order of their rows."""

    left: Ints32
    """The smaller row."""
    right: Ints32
    """The greater row."""
    probability: Doubles
    """That the rows are one person, by the model, from 0 to 1."""
    decision: list[str]
    """same, different or unsure."""


def probabilities(odds: Singles) -> Doubles:
    """Probabilities of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds.astype(np.float64), -700, 700))))


def decided_pairs(linkage: Linkage) -> DecidedPairs:
    """The pairs to be told: all of one cluster, and those that are not ruled out.

    Where there are two lists, only pairs between them are told. Of clusters of more than
    200 rows only pairs that were compared are.
    """
    people, pairs, of_row = linkage.people, linkage.pairs, linkage.clusters.of_row
    joined = of_row[pairs.left] == of_row[pairs.right]
    listed = (joined | (pairs.odds > _log_odds(_LISTED_FROM))) & (pairs.odds > FORBIDDEN / 2)
    if people.list_of.any():
        listed &= people.list_of[pairs.left] != people.list_of[pairs.right]
    left, right, odds = (part[listed] for part in pairs)
    more_left, more_right = _untold(linkage, left, right)
    if len(more_left):
        left = np.concatenate([left, more_left])
        right = np.concatenate([right, more_right])
        odds = np.concatenate([odds, linkage.odds_of(more_left, more_right)])
        order = np.lexsort((right, left))
        left, right, odds = left[order], right[order], odds[order]
    chance = probabilities(odds)
    same = of_row[left] == of_row[right]
    return DecidedPairs(left, right, chance, _decisions(same, chance))


def _decisions(same: Flags, chance: Doubles) -> list[str]:
    number = np.where(same, 0, np.where(chance >= UNSURE_FROM, 1, 2))
    words = (SAME, UNSURE, DIFFERENT)
    return [words[one] for one in number.tolist()]


def _log_odds(probability: float) -> float:
    return float(np.log(probability / (1.0 - probability)))


def _untold(linkage: Linkage, left: Ints32, right: Ints32) -> tuple[Ints32, Ints32]:
    """Pairs of one cluster that are not among the given ones."""
    list_of = linkage.people.list_of
    rows = len(list_of)
    members, starts = members_of(linkage.clusters.of_row)
    firsts: list[Ints32] = []
    seconds: list[Ints32] = []
    for number in np.flatnonzero(np.diff(starts) > 1):
        here = np.sort(members[starts[number] : starts[number + 1]])
        if len(here) <= _MOST_LISTED:
            a, b = np.triu_indices(len(here), 1)
            firsts.append(here[a])
            seconds.append(here[b])
    if not firsts:
        return left[:0], right[:0]
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    if list_of.any():
        between = list_of[first] != list_of[second]
        first, second = first[between], second[between]
    told = left.astype(np.int64) * rows + right
    fresh = ~np.isin(first.astype(np.int64) * rows + second, told)
    return first[fresh], second[fresh]
