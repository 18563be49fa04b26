"""Blocks of rows that share a key: the small ones whole, of the large ones neighbours in an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Flags, Ints32, Ints64
from bayyina.linkage.encoding import sorted_stably
from bayyina.linkage.in_threads import in_order
from bayyina.linkage.pair_scanning import SLOTS, STRUCK, WINDOW, Keys

_PART: Final = 4_000_000
_FEW: Final = 8
"""Rows of which no more than one in so many are chosen are sorted by themselves."""
_MARKS: Final = 1 << 22


class Rule(NamedTuple):
    """One way in which rows come together."""

    label: str
    """What the rows share."""
    keys: Ints32
    """Keys of each row, shape (rows, slots); -1 where it has none."""


class Blocks(NamedTuple):
    """Rows that share a key, block after block."""

    rows: Ints32
    """The rows, those of one block together, in the promising order."""
    starts: Ints64
    """Where each block begins in ``rows``, and where the last ends."""
    rule: Ints32
    """Rule of each block."""
    key: Ints32
    """Key that the rows of each block share."""
    cost: Ints64
    """Most pairs that each block gives: between lists, those of a row of the one with one of the
    other, which are few where nearly all rows are of one list."""

    def raw(self) -> int:
        """Most pairs that the blocks give together."""
        return int(self.cost.sum())

    def parts(self) -> Iterator[Blocks]:
        """The blocks in parts of about the same number of pairs."""
        before = np.cumsum(self.cost)
        cuts = np.searchsorted(before, np.arange(_PART, self.raw() + 1, _PART)) + 1
        ends = np.unique(np.concatenate([[0], cuts, [len(self.rule)]]))
        for begin, end in pairwise(ends.tolist()):
            rule, key, cost = self.rule[begin:end], self.key[begin:end], self.cost[begin:end]
            yield Blocks(self.rows, self.starts[begin : end + 1], rule, key, cost)


class Large(NamedTuple):
    """Rows of the blocks of one rule that are not paired wholly, block after block."""

    rule: int
    """The rule."""
    rows: Ints32
    """The rows, those of one block together, in the promising order."""
    places: Ints32
    """Place of each in that order, further from the next block's than neighbours are."""


class Found(NamedTuple):
    """What blocks there are."""

    blocks: Blocks
    """The blocks that are paired wholly."""
    large: list[Large]
    """Those of which only neighbours are paired."""


def keys_side_by_side(rules: Iterable[Rule], rows: int) -> Keys:
    """The keys of all rules; one after the other is asked for, since keys of many rows are large."""
    single: list[Ints32] = []
    several: list[Ints32] = []
    before: list[tuple[int, int, int]] = []
    for rule in rules:
        is_several = rule.keys.shape[1] > 1
        if before and _is_idle(rule.keys, several if is_several else single):
            continue
        before.append((len(single), len(several), len(several) if is_several else -1))
        (several if is_several else single).append(rule.keys)
    before.append((len(single), len(several), -1))
    singles, severals, own = np.array(before, dtype=np.int64).T.copy()
    one = np.empty((rows, len(single)), dtype=np.int32)
    for number, keys in enumerate(single):
        one[:, number] = keys[:, 0]
    more = np.full((rows, SLOTS * len(several)), -1, dtype=np.int32)
    for number, keys in enumerate(several):
        more[:, SLOTS * number : SLOTS * number + keys.shape[1]] = _without_repeats(keys)
    return Keys(one, more, singles, severals, own)


def _is_idle(keys: Ints32, earlier: Sequence[Ints32]) -> bool:
    """Whether a rule brings nobody together whom an earlier one with the same keys does not."""
    few = slice(0, _MARKS >> 8)
    return bool((keys < 0).all()) or any(
        np.array_equal(keys[few], one[few]) and np.array_equal(keys, one) for one in earlier
    )


def _without_repeats(keys: Ints32) -> Ints32:
    """The keys of each row with those struck out that it has in an earlier slot already."""
    kept = keys.copy()
    for slot in range(1, keys.shape[1]):
        for earlier in range(slot):
            kept[keys[:, slot] == keys[:, earlier], slot] = -1
    return kept


class Blocking:
    """Finds the blocks of the rules.

    The keys of blocks that are too large are struck out of the keys of all rows, so that it is
    known which pairs come together.
    """

    def __init__(self, keys: Keys, list_of: Ints32, order: Ints64, *, between_only: bool) -> None:
        """Take the keys of all rows, each row's list, and the rows in the promising order."""
        self._keys = keys
        self._list_of = list_of
        self._between_only = between_only
        self._order = order
        self._rank = np.empty(len(order), dtype=np.int32)
        self._rank[order] = np.arange(len(order), dtype=np.int32)

    def blocks(self, most: float) -> Found:
        """The blocks, those of one rule of at most so many pairs together."""
        rules = range(len(self._keys.own) - 1)
        every = list(in_order(lambda rule: self._blocks_of(rule, most), rules))
        found = [blocks for blocks, _ in every]
        starts = np.cumsum([0, *(len(one.rows) for one in found)])
        begins = [one.starts + start for one, start in zip(found, starts, strict=False)]
        blocks = Blocks(
            np.concatenate([one.rows for one in found]),
            np.r_[np.concatenate(begins), starts[-1]].astype(np.int64),
            np.concatenate([one.rule for one in found]),
            np.concatenate([one.key for one in found]),
            np.concatenate([one.cost for one in found]),
        )
        return Found(blocks, [large for _, large in every])

    def _slots(self, rule: int) -> Ints32:
        """The columns of a rule's keys, not copied."""
        own = self._keys.own[rule]
        if own >= 0:
            return self._keys.several[:, SLOTS * own : SLOTS * (own + 1)]
        at = self._keys.single_before[rule]
        return self._keys.single[:, at : at + 1]

    def _blocks_of(self, rule: int, most: float) -> tuple[Blocks, Large]:
        slots = self._slots(rule)
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
        large = Large(rule, members[too_large], _places(sizes[~whole]))
        slots[large.rows, slot[too_large]] = STRUCK - large.places
        rows = members[taken]
        if self._between_only:  # the rows of the first list first
            rows = rows[np.lexsort((self._list_of[rows], values[taken]))]
        blocks = Blocks(
            rows,
            np.cumsum(sizes[several]) - sizes[several],
            np.full(int(several.sum()), rule, dtype=np.int32),
            values[first[several]].astype(np.int32),
            cost[several].astype(np.int64),
        )
        return blocks, large

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


def _places(sizes: Ints64) -> Ints32:
    """Places of the rows of blocks of some sizes, one block after the other."""
    gaps = np.repeat(np.arange(len(sizes), dtype=np.int64) * (WINDOW + 1), sizes)
    return (np.arange(len(gaps)) + gaps).astype(np.int32)


def _small_enough(cost: Ints64, most: float) -> Flags:
    """Which blocks are paired wholly: the smallest, while their pairs sum to at most ``most``."""
    order = np.argsort(cost, kind="stable")
    whole = np.zeros(len(cost), dtype=np.bool_)
    whole[order] = np.cumsum(cost[order]) <= most
    return whole
