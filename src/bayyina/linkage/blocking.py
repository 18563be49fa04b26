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

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, NamedTuple

import numba
import numpy as np

from bayyina.linkage.arrays import Flags, Ints32, Ints64, Singles
from bayyina.linkage.encoding import distinct, sorted_stably, stands_in
from bayyina.linkage.pair_scanning import (
    LOWEST,
    PER_STEP,
    SLOTS,
    STEPS,
    not_together,
    scan_blocks,
    weigh_pairs,
)
from bayyina.linkage.second_neighbours import Steps, each_once, nearest_rows, two_steps_apart

_WINDOW: Final = 4
_MOST_COUNTED: Final = 16_000_000
"""Pairs that are counted one by one before a sample of them does."""
_PART: Final = 4_000_000
_FEW: Final = 8
"""Rows of which no more than one in so many are chosen are sorted by themselves."""
_MARKS: Final = 1 << 22
_NEAR: Final = 1.3
"""A pair is near if it shares what is as rare as one row in all rows to this power."""
_MOST_BY_STEPS: Final = 0.25
"""Most of the budget that pairs two steps apart take."""


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

    def costs(self) -> Ints64:
        """Most pairs that each block gives."""
        sizes = np.diff(self.starts)
        costs: Ints64 = sizes * (sizes - 1) // 2
        return costs

    def raw(self) -> int:
        """Most pairs that the blocks give together."""
        return int(self.costs().sum())

    def parts(self) -> Iterator[_Blocks]:
        """The blocks in parts of about the same number of pairs."""
        before = np.cumsum(self.costs())
        cuts = np.searchsorted(before, np.arange(_PART, self.raw() + 1, _PART)) + 1
        ends = np.unique(np.concatenate([[0], cuts, [len(self.rule)]]))
        for begin, end in pairwise(ends.tolist()):
            yield _Blocks(
                self.rows, self.starts[begin : end + 1], self.rule[begin:end], self.key[begin:end]
            )


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
    pairing = _Pairing(*_side_by_side(rules, len(list_of)), list(weighed), list_of, between_only)
    blocks, window_left, window_right = pairing.blocks(most_of_rule)
    windows = Candidates(
        window_left, window_right, pairing.weights_of(window_left, window_right), 0, 0.0
    )
    counted = np.bincount(_step(windows.weight), minlength=STEPS) + pairing.count(blocks)
    floor, _ = _floor(counted, budget)
    promising = _step(windows.weight) >= floor
    kept = [
        Candidates(
            windows.left[promising], windows.right[promising], windows.weight[promising], 0, 0.0
        ),
        *pairing.pairs_from(blocks, floor),
    ]
    floor = _trim(kept, floor, budget)
    if not between_only:
        further = pairing.two_steps_apart(kept, floor, int(_MOST_BY_STEPS * budget))
        floor = _trim(kept, floor, budget - len(further.left))
        kept.append(further)
    del pairing, blocks, windows, window_left, window_right
    return _together(kept, int(counted.sum()), floor / PER_STEP - LOWEST)


def _trim(parts: list[Candidates], floor: int, budget: int) -> int:
    """Leave out the least promising pairs, where the estimated floor let too many through."""
    counted = np.zeros(STEPS, dtype=np.int64)
    for part in parts:
        counted += np.bincount(_step(part.weight), minlength=STEPS)
    if counted.sum() <= budget:
        return floor
    floor, _ = _floor(counted, budget)
    for number, part in enumerate(parts):
        kept = _step(part.weight) >= floor
        parts[number] = Candidates(part.left[kept], part.right[kept], part.weight[kept], 0, 0.0)
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


def _side_by_side(rules: Iterable[Rule], rows: int) -> tuple[Ints32, Ints64]:
    """The keys of all rules, ``SLOTS`` columns for each, and how many of them each rule uses."""
    columns: list[Ints32] = []
    widths: list[int] = []
    for rule in rules:
        width = rule.keys.shape[1]
        keys = np.full((rows, SLOTS), -1, dtype=np.int32)
        keys[:, :width] = _without_repeats(rule.keys)
        columns.append(keys)
        widths.append(width)
    return np.concatenate(columns, axis=1), np.array(widths, dtype=np.int64)


def _without_repeats(keys: Ints32) -> Ints32:
    """The keys of each row with those struck out that it has in an earlier slot already."""
    kept = keys.copy()
    for slot in range(1, keys.shape[1]):
        for earlier in range(slot):
            kept[keys[:, slot] == keys[:, earlier], slot] = -1
    return kept


class _Pairing:
    """Keys and weights of all rows, as compiled loops read them."""

    def __init__(
        self,
        keys: Ints32,
        widths: Ints64,
        weighed: Sequence[Weighed],
        list_of: Ints32,
        between_only: bool,
    ) -> None:
        self._keys = keys
        self._widths = widths
        self._codes = np.ascontiguousarray(np.concatenate([w.codes for w in weighed], axis=1))
        self._weights = np.ascontiguousarray(np.concatenate([w.weight for w in weighed], axis=1))
        self._ends = np.cumsum([w.codes.shape[1] for w in weighed]).astype(np.int64)
        self._against = np.array([w.against for w in weighed], dtype=np.float32)
        self._list_of = list_of
        self._between_only = between_only
        self._order = np.lexsort(tuple(w.codes[:, 0] for w in reversed(weighed)))
        self._rank = np.empty(len(self._order), dtype=np.int32)
        self._rank[self._order] = np.arange(len(self._order), dtype=np.int32)

    def count(self, blocks: _Blocks) -> Ints64:
        """How many different pairs the blocks give, by weight, shape (steps,).

        Where they give very many, a sample of the rows is looked at, and the counts are scaled.
        """
        every = 1
        while blocks.raw() > _MOST_COUNTED * every:
            every *= 2
        counted = np.zeros(STEPS, dtype=np.int64)
        nothing = (np.empty(0, dtype=np.int32),) * 2
        self._scan(blocks, STEPS, every, counted, *nothing, np.empty(0, dtype=np.float32))
        return counted * every

    def pairs_from(self, blocks: _Blocks, floor: int) -> list[Candidates]:
        """The pairs of the blocks that reach a floor, part by part, whatever the number of threads."""
        with ThreadPoolExecutor(max_workers=max(1, numba.get_num_threads())) as pool:
            return list(pool.map(lambda part: self._from_part(part, floor), blocks.parts()))

    def _from_part(self, blocks: _Blocks, floor: int) -> Candidates:
        room = int(blocks.raw())
        left, right = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
        weight = np.empty(room, dtype=np.float32)
        nothing = np.zeros(0, dtype=np.int64)
        written = self._scan(blocks, floor, 1, nothing, left, right, weight)
        return Candidates(
            left[:written].copy(), right[:written].copy(), weight[:written].copy(), 0, 0.0
        )

    def _scan(
        self, blocks: _Blocks, floor: int, every: int, counted: Ints64, left: Ints32,
        right: Ints32, weight: Singles,
    ) -> int:  # fmt: skip
        written: int = scan_blocks(
            *blocks, self._keys, self._widths, self._codes, self._weights, self._ends, self._against,
            self._list_of, self._between_only, floor, every, counted, left, right, weight,
        )  # fmt: skip
        return written

    def weights_of(self, left: Ints32, right: Ints32) -> Singles:
        """How promising pairs are, shape (pairs,)."""
        result = np.empty(len(left), dtype=np.float32)
        weigh_pairs(
            left, right, self._codes, self._weights, self._ends, self._against,
            np.zeros_like(self._against), result,
        )  # fmt: skip
        return result

    def two_steps_apart(self, kept: Sequence[Candidates], floor: int, most: int) -> Candidates:
        """Pairs that are none of those kept, whose rows are both near a third.

        The first part of what is kept holds the neighbours in blocks that are not paired wholly.
        """
        rows = len(self._keys)
        least = _NEAR * float(np.log(max(2, rows)))
        nearest = nearest_rows(rows, (one[:3] for one in kept), least=least)
        found = [Steps(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))]
        for steps in two_steps_apart(nearest):
            left, right = _rows_of(steps.pairs)
            fresh = np.empty(len(left), dtype=np.bool_)
            not_together(left, right, self._keys, self._widths, fresh)
            fresh |= _step(self.weights_of(left, right)) < floor
            found.append(Steps(steps.pairs[fresh], steps.weakest[fresh]))
        every = each_once(Steps(*(np.concatenate(column) for column in zip(*found, strict=True))))
        beside = ~stands_in(every.pairs, _pairs_of(kept[0]))
        pairs, weakest = every.pairs[beside], every.weakest[beside]
        if len(pairs) > most:
            pairs = pairs[np.sort(np.argsort(-weakest, kind="stable")[:most])]
        left, right = _rows_of(pairs)
        return Candidates(left, right, self.weights_of(left, right), 0, 0.0)

    def blocks(self, most: float) -> tuple[_Blocks, Ints32, Ints32]:
        """The blocks that are paired wholly, and the neighbours of those that are not.

        The keys of blocks that are too large are struck out, so that ``_scan`` knows which
        pairs come together.
        """
        found, windows = [], [np.empty(0, dtype=np.int64)]
        for rule in range(len(self._widths)):
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
        pairs = distinct(np.concatenate(windows))
        left, right = _rows_of(pairs)
        fresh = np.empty(len(pairs), dtype=np.bool_)
        not_together(left, right, self._keys, self._widths, fresh)
        return blocks, left[fresh], right[fresh]

    def _blocks_of(self, rule: int, most: float) -> tuple[_Blocks, Ints64]:
        slots = self._keys[:, SLOTS * rule : SLOTS * (rule + 1)]
        meeting = self._meeting(slots)
        rows = self._in_order(np.asarray(meeting.any(axis=1)))
        which, slot = np.nonzero(meeting[rows])
        values = slots[rows[which], slot]
        values, by_key = sorted_stably(values)
        slot = slot[by_key]
        members = rows[which[by_key]].astype(np.int32)
        changes = np.ones(len(values), dtype=np.bool_)
        changes[1:] = values[1:] != values[:-1]
        first = np.flatnonzero(changes)
        sizes = np.diff(np.r_[first, len(values)])
        cost = sizes * (sizes - 1) // 2
        if self._between_only and len(first):
            second = np.add.reduceat((self._list_of[members] != 0).astype(np.int64), first)
            cost = second * (sizes - second)
        whole = _small_enough(cost, most)
        several = whole & (cost > 0)
        taken = np.repeat(several, sizes)
        too_large = np.repeat(~whole, sizes)
        self._keys[members[too_large], SLOTS * rule + slot[too_large]] = -1
        rows = members[taken]
        if self._between_only:  # the rows of the first list first
            rows = rows[np.lexsort((self._list_of[rows], values[taken]))]
        blocks = _Blocks(
            rows,
            np.cumsum(sizes[several]) - sizes[several],
            np.full(int(several.sum()), rule, dtype=np.int32),
            values[first[several]].astype(np.int32),
        )
        list_of = self._list_of if self._between_only else None
        return blocks, _neighbours(members[too_large], values[too_large], list_of)

    def _in_order(self, chosen: Flags) -> Ints64:
        """The chosen rows in the promising order."""
        rows = np.flatnonzero(chosen)
        if len(rows) > len(chosen) // _FEW:
            every: Ints64 = self._order[chosen[self._order]]
            return every
        few: Ints64 = rows[np.argsort(self._rank[rows])]
        return few

    def _meeting(self, slots: Ints32) -> Flags:
        """Which keys may bring rows together: between lists, those that both may have."""
        stated: Flags = slots >= 0
        if not self._between_only:
            return stated
        second = self._list_of != 0
        marks = np.zeros((2, _MARKS), dtype=np.bool_)
        for number, rows in enumerate((~second, second)):
            marks[number, slots[rows][stated[rows]] % _MARKS] = True
        meeting: Flags = stated & (marks[0] & marks[1])[slots % _MARKS]
        return meeting


def _rows_of(pairs: Ints64) -> tuple[Ints32, Ints32]:
    """The rows of pairs ``smaller << 32 | greater``."""
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def _pairs_of(candidates: Candidates) -> Ints64:
    """The other way round."""
    return candidates.left.astype(np.int64) << 32 | candidates.right


def _neighbours(members: Ints32, values: Ints32, list_of: Ints32 | None) -> Ints64:
    """Pairs of rows that stand near each other in a block: ``smaller << 32 | greater``.

    With ``list_of``, only pairs of rows of different lists.
    """
    found = [np.empty(0, dtype=np.int64)]
    for step in range(1, _WINDOW + 1):
        together = values[step:] == values[:-step]
        if list_of is not None:
            together &= list_of[members[step:]] != list_of[members[:-step]]
        a, b = members[:-step][together], members[step:][together]
        smaller = np.minimum(a, b).astype(np.int64)
        found.append(smaller << 32 | np.maximum(a, b))
    return np.concatenate(found)


def _small_enough(cost: Ints64, most: float) -> Flags:
    """Which blocks are paired wholly: the smallest, while their pairs sum to at most ``most``."""
    order = np.argsort(cost, kind="stable")
    whole = np.zeros(len(cost), dtype=np.bool_)
    whole[order] = np.cumsum(cost[order]) <= most
    return whole


def _step(weight: Singles) -> Ints64:
    """The step of the scale on which pairs are counted."""
    steps = (weight.astype(np.float64) + LOWEST) * PER_STEP
    return np.clip(steps, 0, STEPS - 1).astype(np.int64)


def _floor(counted: Ints64, budget: int) -> tuple[int, int]:
    """The least step with which no more than ``budget`` pairs are kept, and how many are."""
    from_above = np.cumsum(counted[::-1])[::-1]
    enough = np.flatnonzero(from_above <= budget)
    if not len(enough):
        return STEPS, 0
    return int(enough[0]), int(from_above[enough[0]])
