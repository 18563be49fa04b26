"""Undoing what missed links do to a table: one person on several lists taken for several.

If every record is cut off from the other records of its person with the probability d, a
person with the history S shows as the history R of the records that hold together and as a
person of one list for each record that was cut off. Expected observed counts are then a fixed
mixture of the true ones, and the true ones are found again by the EM algorithm for such
mixtures (Richardson 1972, Lucy 1974; Ding and Fienberg, "Dual system estimation of census
undercount in the presence of matching error", Survey Methodology 20, 1994, do the same for two lists).
Totals of the lists stay as they are.
"""

from __future__ import annotations

import math
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.captures import History

MOST_LISTS: Final = 7
"""With more lists the mixture is too large, and the table is left as it is."""

_ROUNDS: Final = 300


def undo_missed_links(table: CaptureTable, recall: float, rng: np.random.Generator) -> CaptureTable:
    """The table as it would be with all links, given the share that was found.

    Args:
        table: People as they were linked.
        recall: Share of the pairs of records of one person that were linked, above 0, at most 1.
        rng: Rounds the expected counts to whole people.

    Raises:
        ValueError: the share is not one.
    """
    if not 0.0 < recall <= 1.0:
        raise ValueError("A recall lies above 0 and is at most 1.")
    if recall == 1.0 or len(table.lists) > MOST_LISTS or table.impossible:
        return table
    histories = [bits for bits in product((0, 1), repeat=len(table.lists)) if any(bits)]
    mixture = _mixture(histories, 1.0 - math.sqrt(recall))
    place = {history: at for at, history in enumerate(histories)}
    seen = np.zeros(len(histories))
    for row, count in zip(table.histories.tolist(), table.counts, strict=True):
        seen[place[tuple(row)]] = count
    found = seen + 1e-6
    weight = mixture.sum(axis=0)
    for _ in range(_ROUNDS):
        found *= (mixture.T @ (seen / np.maximum(mixture @ found, 1e-12))) / weight
    whole = np.floor(found + rng.random(len(found))).astype(np.int64)
    counts = dict(zip(histories, whole.tolist(), strict=True))
    return CaptureTable.from_counts(table.lists, counts)


def _mixture(histories: list[History], cut: float) -> npt.NDArray[np.float64]:
    """Expected observed people of each history (rows) for one person of each (columns)."""
    place = {history: at for at, history in enumerate(histories)}
    width = len(histories[0])
    alone = [place[tuple(int(i == j) for i in range(width))] for j in range(width)]
    mixture = np.zeros((len(histories), len(histories)))
    for column, history in enumerate(histories):
        on = [j for j, bit in enumerate(history) if bit]
        for kept in product((0, 1), repeat=len(on)):
            chance = (1 - cut) ** sum(kept) * cut ** (len(on) - sum(kept))
            left = [0] * width
            for j, bit in zip(on, kept, strict=True):
                left[j] = bit
                if not bit:
                    mixture[alone[j], column] += chance
            if any(left):
                mixture[place[tuple(left)], column] += chance
    return mixture
