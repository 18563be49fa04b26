"""Candidate pairs: rows that share a key, the most promising first, never quadratic.

Every rule gives each row up to three keys. Rows with a key in common are a block; the
smallest blocks of a rule are taken until they would give more than ``pairs_per_row`` times
the rows. Of a block that is too large only neighbours in a sorted order are paired. Of all
pairs that the rules give, those with the greatest sum of weights of what they share are
kept, up to the budget. A name that 100,000 rows bear therefore costs no more than others.

The idea of ranking what blocking gives is that of meta-blocking (Papadakis, Koutrika,
Palpanas, Nejdl, IEEE TKDE 2014); neighbours in a sorted order, Hernandez and Stolfo 1995.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Flags, Ints32, Ints64, Singles
from bayyina.linkage.compiling import compiled

SLOTS: Final = 3
"""Keys that one rule can give a row."""
_WINDOW: Final = 4
_STEPS: Final = 8192
_LOWEST: Final = 64.0
_PER_STEP: Final = 64.0


class Rule(NamedTuple):
    """One way in which rows come together."""

    label: str
    """What the rows share."""
    keys: Ints32
    """Keys of each row, shape (rows, slots); -1 where it has none."""


class Weighed(NamedTuple):
    """Something that makes a pair promising."""

    label: str
    """What it is."""
    codes: Ints32
    """Numbers of each row's values, shape (rows, slots); -1 where there is none."""
    weight: Singles
    """What each value adds if both rows have it, shape (rows, slots)."""
    against: float
    """What it takes away if both rows state values and have none in common."""


class Candidates(NamedTuple):
    """Pairs of rows to be compared."""

    left: Ints32
    """Row of each pair, the smaller number, shape (pairs,)."""
    right: Ints32
    """The other row."""
    weight: Singles
    """How promising each pair is, shape (pairs,)."""
    raw: int
    """How many different pairs the rules gave before the budget."""
    floor: float
    """Weight that a pair needed to be kept."""


class _Blocks(NamedTuple):
    """Rows that share a key, block after block."""

    rows: Ints32
    """The rows, those of one block together, in the promising order."""
    starts: Ints64
    """Where each block begins in ``rows``, and where the last ends."""
    rule: Ints32
    """Rule of each block."""
    key: Ints32
    """Key that the rows of each block share."""


def find_candidates(
    rules: Sequence[Rule],
    weighed: Sequence[Weighed],
    list_of: Ints32,
    *,
    budget: int,
    pairs_per_row: float,
    between_only: bool,
) -> Candidates:
    """The most promising pairs of rows.

    Args:
        rules: The ways in which rows come together.
        weighed: What makes a pair promising.
        list_of: Number of each row's list, shape (rows,).
        budget: Most pairs to give.
        pairs_per_row: Most pairs per row that the blocks of one rule may give.
        between_only: Only pairs of rows of different lists.
    """
    rows = len(list_of)
    keys = np.full((rows, SLOTS * len(rules)), -1, dtype=np.int32)
    for number, rule in enumerate(rules):
        slots = rule.keys.shape[1]
        keys[:, SLOTS * number : SLOTS * number + slots] = rule.keys
    pairing = _Pairing(keys, weighed, list_of, between_only)
    blocks, window_left, window_right = pairing.blocks(len(rules), pairs_per_row * rows)
    window_weight = pairing.weights_of(window_left, window_right)
    counted = np.bincount(_step(window_weight), minlength=_STEPS)
    nothing = np.empty(0, dtype=np.int32)
    pairing.scan(blocks, -1, counted, nothing, nothing, np.empty(0, dtype=np.float32))
    floor, kept = _floor(counted, budget)
    left, right = np.empty(kept, dtype=np.int32), np.empty(kept, dtype=np.int32)
    weight = np.empty(kept, dtype=np.float32)
    promising = _step(window_weight) >= floor
    windows = int(promising.sum())
    left[:windows], right[:windows] = window_left[promising], window_right[promising]
    weight[:windows] = window_weight[promising]
    rest = slice(windows, None)
    pairing.scan(blocks, floor, np.zeros_like(counted), left[rest], right[rest], weight[rest])
    return Candidates(left, right, weight, int(counted.sum()), floor / _PER_STEP - _LOWEST)


class _Pairing:
    """Keys and weights of all rows, as compiled loops read them."""

    def __init__(
        self, keys: Ints32, weighed: Sequence[Weighed], list_of: Ints32, between_only: bool
    ) -> None:
        self._keys = keys
        self._codes = np.ascontiguousarray(np.concatenate([w.codes for w in weighed], axis=1))
        self._weights = np.ascontiguousarray(np.concatenate([w.weight for w in weighed], axis=1))
        widths = [w.codes.shape[1] for w in weighed]
        self._ends = np.cumsum(widths).astype(np.int64)
        self._against = np.array([w.against for w in weighed], dtype=np.float32)
        self._list_of = list_of
        self._between_only = between_only
        self._order = np.lexsort(tuple(w.codes[:, 0] for w in reversed(weighed)))

    def scan(
        self, blocks: _Blocks, floor: int, counted: Ints64, left: Ints32, right: Ints32,
        weight: Singles,
    ) -> None:  # fmt: skip
        """Count the pairs of blocks by weight, and write those that reach the floor."""
        _scan(
            *blocks, self._keys, self._codes, self._weights, self._ends, self._against, self._list_of,
            self._between_only, floor, counted, left, right, weight,
        )  # fmt: skip

    def weights_of(self, left: Ints32, right: Ints32) -> Singles:
        """How promising pairs are, shape (pairs,)."""
        result = np.empty(len(left), dtype=np.float32)
        _weights(left, right, self._codes, self._weights, self._ends, self._against, result)
        return result

    def blocks(self, rules: int, most: float) -> tuple[_Blocks, Ints32, Ints32]:
        """The blocks that are paired wholly, and the neighbours of those that are not.

        The keys of blocks that are too large are struck out, so that ``_scan`` knows which
        pairs come together.
        """
        found, windows = [], [np.empty((0, 2), dtype=np.int32)]
        for rule in range(rules):
            taken, pairs = self._blocks_of(rule, most)
            found.append(taken)
            windows.append(pairs)
        starts = np.cumsum([0, *(len(one.rows) for one in found)])
        blocks = _Blocks(
            np.concatenate([one.rows for one in found]),
            np.r_[
                np.concatenate(
                    [one.starts + start for one, start in zip(found, starts, strict=False)]
                ),
                starts[-1],
            ].astype(np.int64),
            np.concatenate([one.rule for one in found]),
            np.concatenate([one.key for one in found]),
        )
        pairs = np.unique(np.concatenate(windows), axis=0)
        fresh = np.empty(len(pairs), dtype=np.bool_)
        left, right = np.ascontiguousarray(pairs.T)
        _not_together(left, right, self._keys, fresh)
        if self._between_only:
            fresh &= self._list_of[left] != self._list_of[right]
        return blocks, left[fresh], right[fresh]

    def _blocks_of(self, rule: int, most: float) -> tuple[_Blocks, Ints32]:
        slots = self._keys[self._order, SLOTS * rule : SLOTS * (rule + 1)]
        which, slot = np.nonzero(slots >= 0)
        values = slots[which, slot]
        by_key = np.argsort(values, kind="stable")
        values, slot = values[by_key], slot[by_key]
        members = self._order[which[by_key]].astype(np.int32)
        changes = np.ones(len(values), dtype=np.bool_)
        changes[1:] = values[1:] != values[:-1]
        first = np.flatnonzero(changes)
        sizes = np.diff(np.r_[first, len(values)])
        cost = sizes * (sizes - 1) // 2
        if self._between_only and len(first):
            second = np.add.reduceat((self._list_of[members] != 0).astype(np.int64), first)
            cost = second * (sizes - second)
        whole = _small_enough(cost, most)
        row_is_in = np.repeat(whole & (cost > 0), sizes)
        too_large = np.repeat(~whole, sizes)
        self._keys[members[too_large], SLOTS * rule + slot[too_large]] = -1
        several = whole & (cost > 0)
        blocks = _Blocks(
            members[row_is_in],
            np.cumsum(sizes[several]) - sizes[several],
            np.full(int(several.sum()), rule, dtype=np.int32),
            values[first[several]].astype(np.int32),
        )
        return blocks, _neighbours(members[too_large], values[too_large])


def _neighbours(members: Ints32, values: Ints32) -> Ints32:
    """Pairs of rows that stand near each other in a block, shape (pairs, 2)."""
    found = [np.empty((0, 2), dtype=np.int32)]
    for step in range(1, _WINDOW + 1):
        together = values[step:] == values[:-step]
        a, b = members[:-step][together], members[step:][together]
        found.append(np.stack([np.minimum(a, b), np.maximum(a, b)], axis=1))
    return np.concatenate(found)


def _small_enough(cost: Ints64, most: float) -> Flags:
    """Which blocks are paired wholly: the smallest, while their pairs sum to at most ``most``."""
    order = np.argsort(cost, kind="stable")
    whole = np.zeros(len(cost), dtype=np.bool_)
    whole[order] = np.cumsum(cost[order]) <= most
    return whole


def _step(weight: Singles) -> Ints64:
    """The step of the scale on which pairs are counted."""
    steps = (weight.astype(np.float64) + _LOWEST) * _PER_STEP
    return np.clip(steps, 0, _STEPS - 1).astype(np.int64)


def _floor(counted: Ints64, budget: int) -> tuple[int, int]:
    """The least step with which no more than ``budget`` pairs are kept, and how many are."""
    from_above = np.cumsum(counted[::-1])[::-1]
    enough = np.flatnonzero(from_above <= budget)
    if not len(enough):
        return _STEPS, 0
    return int(enough[0]), int(from_above[enough[0]])


@compiled
def _not_together(left: Any, right: Any, keys: Any, fresh: Any) -> None:
    """Say of pairs whether no block that is paired wholly has both rows."""
    for pair in range(len(left)):
        i, j = left[pair], right[pair]
        fresh[pair] = True
        for place in range(keys.shape[1]):
            a = keys[i, place]
            if a >= 0:
                for other in range(3 * (place // 3), 3 * (place // 3) + 3):
                    if keys[j, other] == a:
                        fresh[pair] = False


@compiled
def _met_before(i: Any, j: Any, rule: Any, key: Any, keys: Any) -> Any:
    """Whether the pair comes together by an earlier rule, or by a smaller key of this one."""
    for r in range(rule + 1):
        for place in range(3 * r, 3 * r + 3):
            a = keys[i, place]
            if a < 0 or (r == rule and a >= key):
                continue
            if keys[j, 3 * r] == a or keys[j, 3 * r + 1] == a or keys[j, 3 * r + 2] == a:
                return True
    return False


@compiled
def _weight(i: Any, j: Any, codes: Any, weights: Any, ends: Any, against: Any) -> Any:
    """How promising a pair is: the weights of what it shares, less what speaks against it."""
    total = np.float32(0.0)
    begin = 0
    for what in range(len(ends)):
        if codes[i, begin] >= 0 and codes[j, begin] >= 0:
            shared = False
            for x in range(begin, ends[what]):
                a = codes[i, x]
                if a < 0:
                    break
                for y in range(begin, ends[what]):
                    if codes[j, y] == a:
                        total += weights[i, x]
                        shared = True
                        break
            if not shared:
                total -= against[what]
        begin = ends[what]
    return total


@compiled
def _weights(
    left: Any, right: Any, codes: Any, weights: Any, ends: Any, against: Any, result: Any
) -> None:
    for pair in range(len(left)):
        result[pair] = _weight(left[pair], right[pair], codes, weights, ends, against)


@compiled
def _scan(
    rows: Any, starts: Any, rules: Any, block_keys: Any, keys: Any, codes: Any, weights: Any,
    ends: Any, against: Any, list_of: Any, between_only: Any, floor: Any, counted: Any, left: Any, right: Any,
    out_weight: Any,
) -> Any:  # fmt: skip
    """Go through all pairs of all blocks; count each once, write those that reach the floor."""
    written = 0
    for block in range(len(rules)):
        for x in range(starts[block], starts[block + 1]):
            i = rows[x]
            for y in range(x + 1, starts[block + 1]):
                j = rows[y]
                if between_only and list_of[i] == list_of[j]:
                    continue
                if _met_before(i, j, rules[block], block_keys[block], keys):
                    continue
                weight = _weight(i, j, codes, weights, ends, against)
                step = min(max(int((weight + _LOWEST) * _PER_STEP), 0), _STEPS - 1)
                counted[step] += 1
                if floor >= 0 and step >= floor:
                    left[written] = min(i, j)
                    right[written] = max(i, j)
                    out_weight[written] = weight
                    written += 1
    return written
