"""The loops of blocking: every pair of every block once, weighed by what its rows share."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import prange

from bayyina.linkage.compiling import compiled, compiled_parallel

SLOTS: Final = 3
"""Keys that one rule can give a row."""
STEPS: Final = 8192
"""Steps of the scale on which pairs are counted by weight."""
LOWEST: Final = 64.0
"""Weights from minus this to plus this are told apart."""
PER_STEP: Final = 64.0
"""Steps of the scale in a weight of one."""
NEVER: Final = np.float32(-1e9)
"""A weight that every pair reaches."""
LAST_KEY: Final = 1 << 31
"""Greater than every key."""
_ROUNDING: Final = 0.01
"""More than sums of weights are rounded by."""


@compiled
def _met_before(i: Any, j: Any, rule: Any, key: Any, keys: Any, widths: Any) -> Any:
    """Whether the pair comes together by an earlier rule, or by a smaller key of this one."""
    for r in range(rule + 1):
        first = SLOTS * r
        if widths[r] == 1:
            a = keys[i, first]
            if a >= 0 and a == keys[j, first] and (r < rule or a < key):
                return True
            continue
        for place in range(first, first + widths[r]):
            a = keys[i, place]
            if a < 0 or (r == rule and a >= key):
                continue
            if keys[j, first] == a or keys[j, first + 1] == a or keys[j, first + 2] == a:
                return True
    return False


@compiled_parallel
def not_together(left: Any, right: Any, keys: Any, widths: Any, fresh: Any) -> None:
    """Say of pairs whether no block that is paired wholly has both rows."""
    for pair in prange(len(left)):
        i, j = left[pair], right[pair]
        last = len(widths) - 1
        fresh[pair] = not _met_before(i, j, last, LAST_KEY, keys, widths)


@compiled
def _weight(
    i: Any, j: Any, codes: Any, weights: Any, ends: Any, against: Any, further: Any, least: Any
) -> Any:
    """How promising a pair is: the weights of what it shares, less what speaks against it.

    ``further`` is the most that each step and those after it can add. Once ``least`` is out of
    reach, what is known so far is given, which lies below it.
    """
    total = np.float32(0.0)
    begin = 0
    for what in range(len(ends)):
        if total + further[what] < least:
            return total + further[what]
        end = ends[what]
        a, b = codes[i, begin], codes[j, begin]
        if a >= 0 and b >= 0:
            if end == begin + 1:
                total += weights[i, begin] if a == b else -against[what]
            else:
                shared = False
                for x in range(begin, end):
                    a = codes[i, x]
                    if a < 0:
                        break
                    found = False
                    for y in range(begin, end):
                        found |= codes[j, y] == a
                    if found:
                        total += weights[i, x]
                        shared = True
                if not shared:
                    total -= against[what]
        begin = end
    return total


@compiled
def _most_further(i: Any, codes: Any, weights: Any, ends: Any, further: Any) -> None:
    """The most that a row's pairs can still gain at each step of ``_weight`` and after it.

    A value that both rows have weighs the same for both, so no slot adds more than the
    heaviest value of this row.
    """
    most = np.float32(0.0)
    for what in range(len(ends) - 1, -1, -1):
        begin = ends[what - 1] if what > 0 else 0
        heaviest = np.float32(0.0)
        for x in range(begin, ends[what]):
            if codes[i, x] >= 0:
                heaviest = max(heaviest, weights[i, x])
        most += np.float32(ends[what] - begin) * heaviest
        further[what] = most


@compiled_parallel
def weigh_pairs(
    left: Any, right: Any, codes: Any, weights: Any, ends: Any, against: Any, further: Any,
    result: Any,
) -> None:  # fmt: skip
    """How promising pairs are, whether or not a block holds them; ``further`` is all zero."""
    for pair in prange(len(left)):
        result[pair] = _weight(
            left[pair], right[pair], codes, weights, ends, against, further, NEVER
        )


@compiled
def scan_blocks(
    rows: Any, starts: Any, rules: Any, block_keys: Any, keys: Any, widths: Any, codes: Any,
    weights: Any, ends: Any, against: Any, list_of: Any, between_only: Any, floor: Any, every: Any,
    counted: Any, left: Any, right: Any, out_weight: Any,
) -> Any:  # fmt: skip
    """Go through the pairs of blocks; count each once, or write those that reach the floor.

    With ``every`` above 1, only pairs of about one row in so many are looked at.
    """
    written = 0
    further = np.zeros(len(ends), dtype=np.float32)
    least = NEVER if len(counted) > 0 else np.float32(floor / PER_STEP - LOWEST - _ROUNDING)
    for block in range(len(rules)):
        end = starts[block + 1]
        split = starts[block]
        if between_only:
            while split < end and list_of[rows[split]] == 0:
                split += 1
        for x in range(starts[block], split if between_only else end):
            i = rows[x]
            if every > 1 and ((np.int64(i) * 2654435761) >> 12) % every != 0:
                continue
            _most_further(i, codes, weights, ends, further)
            for y in range(split if between_only else x + 1, end):
                j = rows[y]
                weight = _weight(
                    min(i, j), max(i, j), codes, weights, ends, against, further, least
                )
                step = min(max(int((weight + LOWEST) * PER_STEP), 0), STEPS - 1)
                if len(counted) == 0 and step < floor:
                    continue
                if _met_before(i, j, rules[block], block_keys[block], keys, widths):
                    continue
                if len(counted) > 0:
                    counted[step] += 1
                else:
                    left[written] = min(i, j)
                    right[written] = max(i, j)
                    out_weight[written] = weight
                    written += 1
    return written
