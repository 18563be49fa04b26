"""Simulated populations in which people are unequally easy to find and lists depend on each other.

They are what the combined method was calibrated on, and what its failures are reported for. Nothing in
them is taken from a real table.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.preconditions import reasons_against

FEWEST_DOCUMENTED = 30
"""Simulated tables with fewer documented people are drawn again."""

_FARTHEST = 40.0
"""Populations of which a smaller share than one in this many is documented are drawn again."""


class Population(NamedTuple):
    """A simulated table with its truth."""

    table: CaptureTable
    """What the lists would hold."""

    true_size: int
    """People in the population, on a list or not."""


def simulate(rng: np.random.Generator) -> Population:
    """One population of 80 to 12,000 people on 3 to 6 lists.

    Each list has its own chance of holding a person. People differ by a normal quality
    that all lists see (with loadings), often also by a group that some lists reach better
    than others; and for three pairs in ten, being on one list raises (or lowers) the chance
    of the next, as when one organisation refers people to another.
    """
    while True:
        lists = int(rng.choice([3, 4, 5, 6], p=[0.35, 0.35, 0.2, 0.1]))
        size = int(np.exp(rng.uniform(np.log(80.0), np.log(12000.0))))
        table = _table(_captures(rng, lists, size))
        if table is None or table.documented < FEWEST_DOCUMENTED or reasons_against(table):
            continue
        if size <= _FARTHEST * table.documented:
            return Population(table, size)


def _captures(rng: np.random.Generator, lists: int, size: int) -> npt.NDArray[np.bool_]:
    chances = rng.normal(rng.uniform(-3.8, -1.6), 0.8, lists)
    loadings = np.exp(rng.normal(0.0, 0.3, lists))
    quality = rng.normal(0.0, 1.0, size) * abs(rng.normal(0.0, 0.8))
    logits = chances + quality[:, None] * loadings
    if rng.random() < 0.6:
        groups = int(rng.integers(2, 4))
        member = rng.choice(groups, size, p=rng.dirichlet(np.full(groups, 2.0)))
        logits = logits + rng.normal(0.0, 0.7, (groups, lists))[member]
    referrals = np.where(
        np.triu(rng.random((lists, lists)) < 0.3, 1), rng.normal(0.4, 0.7, (lists, lists)), 0.0
    )
    held = np.zeros((size, lists), dtype=np.bool_)
    for j in range(lists):
        logit = logits[:, j] + held @ referrals[:, j]
        held[:, j] = rng.random(size) < 1.0 / (1.0 + np.exp(-logit))
    return held


def _table(held: npt.NDArray[np.bool_]) -> CaptureTable | None:
    """The counts of histories, or None when a list is empty."""
    if not held.any(axis=0).all():
        return None
    rows, counts = np.unique(held[held.any(axis=1)], axis=0, return_counts=True)
    names = tuple(f"list {j + 1}" for j in range(held.shape[1]))
    return CaptureTable(names, rows.astype(np.uint8), counts.astype(np.int64))
