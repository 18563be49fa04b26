"""Candidate pairs: rows that share a key, the most promising first, never quadratic.

Every rule gives each row up to three keys. Rows with a key in common are a block; the
smallest blocks of a rule are taken until they would give more than ``most_of_rule`` pairs. Of a block that is too large only neighbours in a sorted order are paired. Of all
pairs that the rules give, those with the greatest sum of weights of what they share are
kept, up to the budget. A name that 100,000 rows bear therefore costs no more than others.
Within one list, rows that are both near a third row are candidates too (``second_neighbours``).

The idea of ranking what blocking gives is that of meta-blocking (Papadakis, Koutrika,
Palpanas, Nejdl, IEEE TKDE 2014); neighbours in a sorted order, Hernandez and Stolfo 1995.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from bayyina.linkage.arrays import Ints32, Ints64
from bayyina.linkage.in_threads import in_order
from bayyina.linkage.key_blocks import Blocking, Rule, keys_side_by_side
from bayyina.linkage.pair_scanning import A_STEP, LOWEST, STEPS, UNIT, count_weights
from bayyina.linkage.pairing import Candidates, Pairing, Weighed, shared_values

_MOST_BY_STEPS: Final = 0.25
"""Most of the budget that pairs two steps apart take."""


def find_candidates(
    rules: Iterable[Rule],
    weighed: Iterable[Weighed],
    list_of: Ints32,
    *,
    budget: int,
    most_of_rule: float,
    between_only: bool,
) -> Candidates:
    """The most promising pairs of rows.

    Args:
        rules: The ways in which rows come together; one after the other, since the keys of very
            many rows are large.
        weighed: What makes a pair promising.
        list_of: Number of each row's list, shape (rows,).
        budget: Most pairs to give.
        most_of_rule: Most pairs that the blocks of one rule may give.
        between_only: Only pairs of rows of different lists.
    """
    kinds = list(weighed)
    order = _promising_order(kinds)
    shared = shared_values(kinds, len(list_of))
    del kinds
    keys = keys_side_by_side(rules, len(list_of))
    found = Blocking(keys, list_of, order, between_only=between_only).blocks(most_of_rule)
    pairing = Pairing(keys, shared, list_of, between_only=between_only)
    del keys, shared  # are held a second time
    windows = pairing.neighbours(found.large)
    blocks = found.blocks
    counted = sum(in_order(_counts, windows), pairing.count(blocks))
    floor, _ = _floor(counted, budget)
    kept = [_sorted([_from(part, floor) for part in windows])]
    del windows
    kept += pairing.pairs_from(blocks, floor)
    floor = _trim(kept, floor, budget)
    if not between_only:
        further = pairing.two_steps_apart(kept, floor, int(_MOST_BY_STEPS * budget))
        floor = _trim(kept, floor, budget - len(further.left))
        kept.append(further)
    del pairing, blocks, found
    return _together(kept, int(counted.sum()), (floor * A_STEP - LOWEST) / UNIT)


def _promising_order(weighed: Sequence[Weighed]) -> Ints64:
    """Rows by the values that they may share, those with equal ones beside each other."""
    return np.lexsort(tuple(kind.codes[:, 0] for kind in reversed(weighed)))


def _counts(pairs: Candidates) -> Ints64:
    """How many pairs there are by weight, shape (steps,)."""
    counted = np.zeros(2 * LOWEST + 1, dtype=np.int64)
    count_weights(pairs.weight, counted)
    by_step = np.add.reduceat(counted, np.arange(0, 2 * LOWEST, A_STEP))
    return np.asarray(by_step, dtype=np.int64)


def _sorted(parts: Sequence[Candidates]) -> Candidates:
    """The pairs of all parts by their rows."""
    nobody = np.empty(0, dtype=np.int32)
    left = np.concatenate([nobody, *(part.left for part in parts)])
    right = np.concatenate([nobody, *(part.right for part in parts)])
    weight = np.concatenate([np.empty(0, dtype=np.float32), *(part.weight for part in parts)])
    order = np.argsort(left.astype(np.int64) << 32 | right)
    return Candidates(left[order], right[order], weight[order], 0, 0.0)


def _from(pairs: Candidates, floor: int) -> Candidates:
    """The pairs that reach a floor."""
    if floor <= 0:
        return pairs
    least = (floor * A_STEP - LOWEST) / UNIT if floor < STEPS else np.inf
    kept = pairs.weight >= np.float32(least)
    return Candidates(pairs.left[kept], pairs.right[kept], pairs.weight[kept], 0, 0.0)


def _trim(parts: list[Candidates], floor: int, budget: int) -> int:
    """Leave out the least promising pairs, where the estimated floor let too many through."""
    counted = np.zeros(STEPS, dtype=np.int64)
    for one in in_order(_counts, parts):
        counted += one
    if counted.sum() <= budget:
        return floor
    floor, _ = _floor(counted, budget)
    for number, part in enumerate(in_order(lambda part: _from(part, floor), parts)):
        parts[number] = part
    return floor


def _together(parts: list[Candidates], raw: int, floor: float) -> Candidates:
    """The pairs of all parts, which are emptied on the way: there are very many."""
    lefts, rights, weights = ([part[column] for part in parts] for column in range(3))
    parts.clear()
    left = np.concatenate(lefts)
    lefts.clear()
    right = np.concatenate(rights)
    rights.clear()
    return Candidates(left, right, np.concatenate(weights), raw, floor)


def _floor(counted: Ints64, budget: int) -> tuple[int, int]:
    """The least step with which no more than ``budget`` pairs are kept, and how many are."""
    from_above = np.cumsum(counted[::-1])[::-1]
    enough = np.flatnonzero(from_above <= budget)
    if not len(enough):
        return STEPS, 0
    return int(enough[0]), int(from_above[enough[0]])
