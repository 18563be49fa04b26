"""The loops of blocking: every pair of every block once, weighed by what its rows share."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from bayyina.linkage.compiling import compiled

SLOTS: Final = 3
"""Keys that one rule can give a row."""
STEPS: Final = 8192
"""Steps of the scale on which pairs are counted by weight."""
LOWEST: Final = 64.0
"""Weights from minus this to plus this are told apart."""
PER_STEP: Final = 64.0
"""Steps of the scale in a weight of one."""


@compiled
def not_together(left: Any, right: Any, keys: Any, fresh: Any) -> None:
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
def weigh_pairs(
    left: Any, right: Any, codes: Any, weights: Any, ends: Any, against: Any, result: Any
) -> None:
    """How promising pairs are, whether or not a block holds them."""
    for pair in range(len(left)):
        result[pair] = _weight(left[pair], right[pair], codes, weights, ends, against)


@compiled
def scan_blocks(
    rows: Any, starts: Any, rules: Any, block_keys: Any, keys: Any, codes: Any, weights: Any,
    ends: Any, against: Any, list_of: Any, between_only: Any, floor: Any, every: Any,
    counted: Any, left: Any, right: Any, out_weight: Any,
) -> Any:  # fmt: skip
    """Go through the pairs of blocks; count each once, or write those that reach the floor.

    With ``every`` above 1, only pairs of about one row in so many are looked at.
    """
    written = 0
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
            for y in range(split if between_only else x + 1, end):
                j = rows[y]
                weight = _weight(min(i, j), max(i, j), codes, weights, ends, against)
                step = min(max(int((weight + LOWEST) * PER_STEP), 0), STEPS - 1)
                if len(counted) == 0 and step < floor:
                    continue
                if _met_before(i, j, rules[block], block_keys[block], keys):
                    continue
                if len(counted) > 0:
                    counted[step] += 1
                else:
                    left[written] = min(i, j)
                    right[written] = max(i, j)
                    out_weight[written] = weight
                    written += 1
    return written
