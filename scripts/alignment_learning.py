"""Weights of letter groups learned from pairs of spellings: first by counting, then by contrast.

Counting is expectation-maximisation over all segmental alignments of each pair
(Jiampojamarn, Kondrak, Sherif: Applying many-to-many alignments, NAACL 2007). The weight of
a pair of groups is the mean of log P(x|y) and log P(y|x). Contrast then moves weights so
that a name's own spelling is above its nearest wrong ones (softmax over candidates, AdaGrad,
drawn back towards the counted weights).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bayyina.names.alignment import GROUP, IMPOSSIBLE, LONGEST_WORD, encode
from bayyina.names.keys import skeleton
from bayyina.names.likeness import best_sum

SPACE = LONGEST_WORD + 2
FLOOR = -6.0
_best_sum = njit(best_sum)


@dataclass(frozen=True)
class Words:
    """Words as arrays."""

    codes: NDArray[np.int16]
    """Shape (words, LONGEST_WORD, GROUP)."""

    lengths: NDArray[np.int64]
    """Letters of each word."""


def words_of(words: Sequence[str], inventory: Mapping[str, int]) -> Words:
    """Encode words for the compiled functions."""
    codes = np.full((len(words), LONGEST_WORD, GROUP), -1, np.int16)
    lengths = np.zeros(len(words), np.int64)
    for number, word in enumerate(words):
        own = encode(word, inventory)
        codes[number, : len(own)] = own
        lengths[number] = len(own)
    return Words(codes, lengths)


def make_inventory(
    words: Iterable[str],
    alphabet: str,
    *,
    longest: int,
    often: int,
    most: int,
    always: Sequence[str] = (),
) -> dict[str, int]:
    """Numbers of letter groups: letters, frequent groups, and both at a word's edges."""
    seen: Counter[str] = Counter()
    for word in words:
        for start in range(len(word)):
            for length in range(1, min(longest, len(word) - start) + 1):
                group = word[start : start + length]
                seen[group] += 1
                seen[f"^{group}"] += start == 0
                seen[f"{group}$"] += start + length == len(word)
    inventory = {"": 0, "?": 1}
    groups = [*alphabet, *always]
    long_ = [(count, g) for g, count in seen.items() if len(g.strip("^$")) > 1 and g.isalpha()]
    groups += [g for count, g in sorted(long_, reverse=True)[:most] if count >= often]
    edges = [g for g, count in sorted(seen.items()) if not g.isalpha() and count >= often // 2]
    groups += [g for g in edges if len(g.strip("^$")) < GROUP and g.strip("^$") in set(groups)]
    for group in groups:
        inventory.setdefault(group, len(inventory))
    return inventory


@njit(nogil=True)
def _forward(a: Any, b: Any, chance: Any, sums: Any) -> float:
    n, m = a.shape[0], b.shape[0]
    for i in range(n + 1):
        for j in range(m + 1):
            total = 1.0 if i == 0 and j == 0 else 0.0
            for p in range(min(i, GROUP) + 1):
                x = a[i - p, p - 1] if p else 0
                if x < 0:
                    continue
                for q in range(min(j, GROUP) + 1):
                    if p + q == 0 or p + q > 4:
                        continue
                    y = b[j - q, q - 1] if q else 0
                    if y >= 0:
                        total += sums[i - p, j - q] * chance[x, y]
            sums[i, j] = total
    return float(sums[n, m])


@njit(nogil=True)
def _expected(
    codes_a: Any, lengths_a: Any, codes_b: Any, lengths_b: Any, chance: Any, weight: Any
) -> Any:
    counts = np.zeros(chance.shape)
    ahead, back = np.zeros((SPACE, SPACE)), np.zeros((SPACE, SPACE))
    for k in range(len(lengths_a)):
        a, b = codes_a[k, : lengths_a[k]], codes_b[k, : lengths_b[k]]
        n, m = lengths_a[k], lengths_b[k]
        whole = _forward(a, b, chance, ahead)
        if whole <= 1e-280:
            continue
        back[: n + 1, : m + 1] = 0.0
        back[n, m] = 1.0
        for i in range(n, -1, -1):
            for j in range(m, -1, -1):
                if back[i, j] == 0.0:
                    continue
                for p in range(min(i, GROUP) + 1):
                    x = a[i - p, p - 1] if p else 0
                    if x < 0:
                        continue
                    for q in range(min(j, GROUP) + 1):
                        if p + q == 0 or p + q > 4:
                            continue
                        y = b[j - q, q - 1] if q else 0
                        if y >= 0 and chance[x, y] > 0.0:
                            part = chance[x, y] * back[i, j]
                            back[i - p, j - q] += part
                            counts[x, y] += weight[k] * ahead[i - p, j - q] * part / whole
    return counts


def counted(
    a: Words,
    b: Words,
    first: NDArray[Any],
    weight: NDArray[Any],
    *,
    rounds: int = 6,
    both_ways: bool = False,
) -> NDArray[Any]:
    """Expected counts of pairs of groups after some rounds, from a first guess of chances."""
    chance = first / first.sum()
    counts = first
    for _ in range(rounds):
        counts = _expected(a.codes, a.lengths, b.codes, b.lengths, chance, weight)
        if both_ways:
            counts = (counts + counts.T) / 2
        counts[counts < 0.05] = 0.0
        # A little is taken from every pair of groups, so that rare long groups die out.
        chance = np.where(counts > 0, np.maximum(counts - 0.3, 1e-3), 0.0)
        chance /= chance.sum()
    return counts


def weights_of(
    counts: NDArray[Any], single_a: Sequence[int], single_b: Sequence[int]
) -> NDArray[Any]:
    """Weights of pairs of groups; single letters are never worse than ``FLOOR``."""
    of_a = np.log(np.maximum(counts, 1e-9) / (counts.sum(1, keepdims=True) + 1.0))
    of_b = np.log(np.maximum(counts, 1e-9) / (counts.sum(0, keepdims=True) + 1.0))
    weights = (of_a + of_b) / 2
    weights[0, :], weights[:, 0] = of_b[0, :], of_a[:, 0]
    weights[counts < 1.0] = IMPOSSIBLE
    block = np.ix_([0, *single_a], [0, *single_b])
    weights[block] = np.maximum(weights[block], FLOOR)
    weights[0, 0] = IMPOSSIBLE
    return np.asarray(weights)


@njit(nogil=True)
def _add_path(a: Any, b: Any, weights: Any, table: Any, change: Any, amount: float) -> None:
    i, j = a.shape[0], b.shape[0]
    while i > 0 or j > 0:
        found = False
        for p in range(min(i, GROUP) + 1):
            x = a[i - p, p - 1] if p else 0
            if x < 0:
                continue
            for q in range(min(j, GROUP) + 1):
                if p + q == 0:
                    continue
                y = b[j - q, q - 1] if q else 0
                if y < 0:
                    continue
                if table[i - p, j - q] + weights[x, y] >= table[i, j] - 1e-6:
                    change[x, y] += amount
                    i, j, found = i - p, j - q, True
                    break
            if found:
                break
        if not found:
            return


@njit(nogil=True)
def _contrast(
    order: Any,
    codes_a: Any,
    lengths_a: Any,
    codes_b: Any,
    lengths_b: Any,
    own: Any,
    others: Any,
    weight: Any,
    weights: Any,
    start: Any,
    steps: Any,
    rate: float,
    pull: float,
) -> Any:
    table, change = np.zeros((SPACE, SPACE)), np.zeros(weights.shape)
    count = others.shape[1]
    sums = np.zeros(count + 1)
    first = 0
    for done, k in enumerate(order):
        a = codes_a[k, : lengths_a[k]]
        for r in range(count + 1):
            c = own[k] if r == 0 else others[k, r - 1]
            sums[r] = (
                _best_sum(a, codes_b[c, : lengths_b[c]], weights, table) if c >= 0 else IMPOSSIBLE
            )
        top = sums.max()
        first += sums[0] == top
        whole = np.exp(sums - top).sum()
        for r in range(count + 1):
            chance = math.exp(sums[r] - top) / whole
            amount = weight[k] * ((1.0 if r == 0 else 0.0) - chance)
            if abs(amount) > 1e-3:
                c = own[k] if r == 0 else others[k, r - 1]
                _best_sum(a, codes_b[c, : lengths_b[c]], weights, table)
                _add_path(a, codes_b[c, : lengths_b[c]], weights, table, change, amount)
        if done % 64 == 63:
            for x in range(weights.shape[0]):
                for y in range(weights.shape[1]):
                    if weights[x, y] > IMPOSSIBLE / 2:
                        slope = change[x, y] - 64 * pull * (weights[x, y] - start[x, y])
                        if slope != 0.0:
                            steps[x, y] += slope * slope
                            weights[x, y] += rate * slope / math.sqrt(steps[x, y] + 1.0)
                        change[x, y] = 0.0
    return first / len(order)


@dataclass(frozen=True)
class Examples:
    """Pairs to learn from."""

    pairs: Sequence[tuple[str, str]]
    """First and second spelling, normal forms."""

    weight: NDArray[np.float64]
    """How much each counts."""


def contrasted(
    examples: Examples,
    a: Words,
    inventory_b: Mapping[str, int],
    start: NDArray[Any],
    *,
    seed: int,
    rounds: int = 4,
    both_ways: bool = False,
) -> NDArray[Any]:
    """Weights moved so that own spellings stand above near wrong ones; the mean of late rounds."""
    pool = sorted({second for _, second in examples.pairs})
    place = {word: number for number, word in enumerate(pool)}
    own: dict[str, set[int]] = {}
    near: dict[str, list[int]] = {}
    for first, second in examples.pairs:
        own.setdefault(first, set()).add(place[second])
        if both_ways:
            own[first].add(place.get(first, -1))
    for number, word in enumerate(pool):
        near.setdefault(skeleton(word), []).append(number)
    b = words_of(pool, inventory_b)
    random = np.random.default_rng(seed)
    weights, steps = start.copy(), np.zeros_like(start)
    kept = []
    gold = np.array([place[second] for _, second in examples.pairs])
    for round_ in range(rounds):
        others = _wrong_ones(examples.pairs, own, near, len(pool), random)
        order = random.permutation(len(examples.pairs))
        right = _contrast(
            order, a.codes, a.lengths, b.codes, b.lengths, gold, others, examples.weight, weights, start, steps, 0.1, 0.0005,
        )  # fmt: skip
        if both_ways:
            weights = (weights + weights.T) / 2
        print(f"  round {round_ + 1}: own spelling first {right:.3f}", flush=True)
        if round_ >= rounds // 2:
            kept.append(weights.copy())
    return np.asarray(np.mean(kept, axis=0))


def _wrong_ones(
    pairs: Sequence[tuple[str, str]],
    own: Mapping[str, set[int]],
    near: Mapping[str, list[int]],
    size: int,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    others = np.full((len(pairs), 60), -1, np.int64)
    for number, (first, second) in enumerate(pairs):
        alike = {*near.get(skeleton(first), ()), *near.get(skeleton(second), ())} - own[first]
        chosen = sorted(alike)
        if len(chosen) > 30:
            chosen = [chosen[i] for i in random.choice(len(chosen), 30, replace=False)]
        chosen += [int(i) for i in random.integers(0, size, 30) if int(i) not in own[first]]
        others[number, : len(chosen)] = chosen
    return others
