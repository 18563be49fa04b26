"""Rows paired: the pairs of blocks that are promising enough, and those two steps apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Ints32, Ints64, Singles
from bayyina.linkage.block_scanning import beside_each_other, layout_for, scan_blocks
from bayyina.linkage.encoding import stands_in
from bayyina.linkage.in_threads import by_slices, in_order
from bayyina.linkage.key_blocks import Blocks, Large
from bayyina.linkage.pair_scanning import (
    A_STEP,
    LOWEST,
    STEPS,
    UNIT,
    VALUES,
    WINDOW,
    Keys,
    Shared,
    choose_pairs,
    count_weights,
    not_together,
    scan_neighbours,
    weigh_pairs,
)
from bayyina.linkage.second_neighbours import Steps, each_once, nearest_rows, two_steps_apart

_MOST_COUNTED: Final = 16_000_000
"""Pairs that are counted one by one before a sample of them does."""
_ROWS_AT_ONCE: Final = 1 << 18
_NEAR: Final = 1.3
"""A pair is near if it shares what is as rare as one row in all rows to this power."""
_NONE: Final = np.empty(0, dtype=np.int32)


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


def shared_values(weighed: Iterable[Weighed], rows: int) -> Shared:
    """What rows may share, as compiled loops read it."""
    one: list[Weighed] = []
    more: list[Weighed] = []
    for kind in weighed:
        (one if kind.codes.shape[1] == 1 else more).append(kind)
    codes, weights = _filled(one, 1, rows)
    many, many_weights = _filled(more, VALUES, rows)
    most = many_weights.sum(axis=1, dtype=np.int32)
    widths = np.array([2 if kind.codes.shape[1] == 2 else VALUES for kind in more], dtype=np.int64)
    return Shared(codes, weights, _against(one), many, many_weights, _against(more), widths, most)


def _filled(kinds: Sequence[Weighed], width: int, rows: int) -> tuple[Ints32, Ints32]:
    codes = np.full((rows, width * len(kinds)), -1, dtype=np.int32)
    weights = np.zeros_like(codes)
    for number, kind in enumerate(kinds):
        own = slice(width * number, width * number + kind.codes.shape[1])
        codes[:, own] = kind.codes
        weights[:, own] = np.where(kind.codes >= 0, _whole(kind.weight), 0)
    return codes, weights


def _against(kinds: Sequence[Weighed]) -> Ints32:
    return _whole(np.array([kind.against for kind in kinds], dtype=np.float32))


def _whole(weights: Singles) -> Ints32:
    return np.round(weights * np.float32(UNIT)).astype(np.int32)


def steps_of(weights: Singles) -> Ints64:
    """The steps of the scale on which pairs are counted."""
    steps = (np.round(weights * np.float32(UNIT)).astype(np.int64) + LOWEST) // A_STEP
    return np.clip(steps, 0, STEPS - 1)


def rows_of(pairs: Ints64) -> tuple[Ints32, Ints32]:
    """The rows of pairs ``smaller << 32 | greater``."""
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def most_promising(candidates: Candidates, most: int) -> tuple[Ints32, Ints32]:
    """Rows of the most promising candidates, in their order; of equal ones, the first."""
    pairs = len(candidates.left)
    if pairs <= most:
        return candidates.left, candidates.right
    counted = np.zeros(2 * LOWEST + 1, dtype=np.int64)
    count_weights(candidates.weight, counted)
    from_above = np.cumsum(counted[::-1])[::-1]
    least = int(np.flatnonzero(from_above >= most)[-1])
    above = int(from_above[least] - counted[least])
    left, right = np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int32)
    choose_pairs(*candidates[:3], least, most - above, left, right)
    return left, right


def _pairs_of(candidates: Candidates) -> Ints64:
    """The other way round."""
    return candidates.left.astype(np.int64) << 32 | candidates.right


class Pairing:
    """Pairs rows by their keys and weighs the pairs by what they share."""

    def __init__(self, keys: Keys, shared: Shared, list_of: Ints32, *, between_only: bool) -> None:
        self._table, self._shared, self._keys = beside_each_other(shared, keys)
        self._list_of = list_of
        self._between_only = between_only

    def neighbours(self, large: Sequence[Large]) -> list[Candidates]:
        """Rows near each other in blocks that are not paired wholly, as far as no other has both."""
        parts = [(one, begin) for one in large for begin in range(0, len(one.rows), _ROWS_AT_ONCE)]
        return list(in_order(lambda part: self._near_in(*part), parts))

    def _near_in(self, large: Large, begin: int) -> Candidates:
        end = min(len(large.rows), begin + _ROWS_AT_ONCE)
        room = WINDOW * (end - begin)
        left, right = np.empty((2, room), dtype=np.int32)
        weight = np.empty(room, dtype=np.float32)
        written = scan_neighbours(
            large.rows, large.places, begin, end, large.rule, self._keys, self._shared,
            self._list_of, self._between_only, left, right, weight,
        )  # fmt: skip
        return Candidates(
            left[:written].copy(), right[:written].copy(), weight[:written].copy(), 0, 0.0
        )

    def count(self, blocks: Blocks) -> Ints64:
        """How many different pairs the blocks give, by weight, shape (steps,).

        Where they give very many, a sample of the rows is looked at, and the counts are scaled.
        """
        every = 1
        while blocks.raw() > _MOST_COUNTED * every:
            every *= 2

        def counted(part: Blocks) -> Ints64:
            result = np.zeros(STEPS, dtype=np.int64)
            self._scan(part, STEPS, every, result, _NONE, _NONE, np.empty(0, dtype=np.float32))
            return result

        return every * sum(in_order(counted, blocks.parts()), np.zeros(STEPS, dtype=np.int64))

    def pairs_from(self, blocks: Blocks, floor: int) -> list[Candidates]:
        """The pairs of the blocks that reach a floor, part by part, whatever the number of threads."""
        return list(in_order(lambda part: self._from_part(part, floor), blocks.parts()))

    def _from_part(self, blocks: Blocks, floor: int) -> Candidates:
        room = int(blocks.raw())
        left, right = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
        weight = np.empty(room, dtype=np.float32)
        nothing = np.zeros(0, dtype=np.int64)
        written = self._scan(blocks, floor, 1, nothing, left, right, weight)
        return Candidates(
            left[:written].copy(), right[:written].copy(), weight[:written].copy(), 0, 0.0
        )

    def _scan(
        self, blocks: Blocks, floor: int, every: int, counted: Ints64, left: Ints32,
        right: Ints32, weight: Singles,
    ) -> int:  # fmt: skip
        largest = int(np.diff(blocks.starts).max(initial=0))
        layout = layout_for(self._table, largest)
        written: int = scan_blocks(
            *blocks[:4], self._keys, self._shared, self._list_of, self._between_only, floor, every,
            layout, counted, left, right, weight,
        )  # fmt: skip
        return written

    def weights_of(self, left: Ints32, right: Ints32) -> Singles:
        """How promising pairs are, shape (pairs,)."""
        result = np.empty(len(left), dtype=np.float32)
        by_slices(
            lambda part: weigh_pairs(left[part], right[part], self._shared, result[part]),
            len(left),
        )
        return result

    def _not_yet(self, steps: Steps, floor: int) -> Steps:
        """The pairs that no block which is paired wholly holds, or that did not reach the floor."""
        left, right = rows_of(steps.pairs)
        fresh = np.empty(len(left), dtype=np.bool_)
        not_together(left, right, self._keys, fresh)
        weight = np.empty(len(left), dtype=np.float32)
        weigh_pairs(left, right, self._shared, weight)
        fresh |= steps_of(weight) < floor
        return Steps(steps.pairs[fresh], steps.weakest[fresh])

    def two_steps_apart(self, kept: Sequence[Candidates], floor: int, most: int) -> Candidates:
        """Pairs that are none of those kept, whose rows are both near a third.

        The first part of what is kept holds the neighbours in blocks that are not paired wholly.
        """
        rows = len(self._list_of)
        least = _NEAR * float(np.log(max(2, rows)))
        nearest = nearest_rows(rows, (one[:3] for one in kept), least=least)
        found = [Steps(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))]
        found += two_steps_apart(nearest, lambda steps: self._not_yet(steps, floor))
        every = each_once(Steps(*(np.concatenate(column) for column in zip(*found, strict=True))))
        beside = ~stands_in(every.pairs, _pairs_of(kept[0]))
        pairs, weakest = every.pairs[beside], every.weakest[beside]
        if len(pairs) > most:
            pairs = pairs[np.sort(np.argsort(-weakest, kind="stable")[:most])]
        left, right = rows_of(pairs)
        return Candidates(left, right, self.weights_of(left, right), 0, 0.0)
