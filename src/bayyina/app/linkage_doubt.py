"""How sure links between lists are, told by pairs that cannot be links.

Two rows of one list that repeats nobody are two people, however alike they look. So pairs of
rows of one list show how many pairs of rows of different lists look as alike by chance: at
each level of the log-odds, the share of true links is one less the ratio of chance pairs to
pairs found. (Spectra are told from noise in this way in proteomics: Elias and Gygi, "Target-decoy
search strategy", Nature Methods 4, 2007.) No label is needed, and whatever is wrong with the
weights of the linkage is put right by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bayyina.linkage.linking import Linkage

FEWEST_DECOYS: Final = 200
"""With fewer pairs within lists nothing can be told from them."""

LIKELY: Final = 0.3
"""Probability from which a link is taken in a draw; below, links are only counted."""

_LEVELS: Final = 30

Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LinkageDoubt:
    """Links between lists with the probability that they are right."""

    lists: Numbers
    """Array (rows,): position of each row's list."""

    left: Numbers
    """Array (links,): one row of each likely link, the most alike first."""

    right: Numbers
    """Array (links,): the other row."""

    chance: Doubles
    """Array (links,): probability that it is right."""

    missed: float
    """Expected number of true links among the unlikely ones; may come out below zero."""

    missed_error: float
    """Standard error of that number."""

    def draw_people(self, rng: np.random.Generator, *, by_chance: bool) -> Numbers:
        """A person for each row: likely links taken, never two rows of one list together.

        Args:
            rng: Random numbers.
            by_chance: Take each link with its probability; otherwise all likely ones.
        """
        taken = rng.random(len(self.chance)) < self.chance if by_chance else self.chance > 0
        parent = list(range(len(self.lists)))
        held = (1 << self.lists).tolist()
        for left, right in zip(self.left[taken].tolist(), self.right[taken].tolist(), strict=True):
            one, two = _root(parent, left), _root(parent, right)
            if one != two and not held[one] & held[two]:
                parent[two] = one
                held[one] |= held[two]
        return np.array([_root(parent, row) for row in range(len(parent))], dtype=np.int64)

    def draw_recall(self, rng: np.random.Generator) -> float:
        """The share of true links that is among the likely ones."""
        found = float(self.chance.sum())
        missed = np.clip(rng.normal(self.missed, self.missed_error, size=64), 0.0, found)
        drawn = missed[(missed > 0) & (missed < found)]
        return (
            found / (found + (float(drawn[0]) if len(drawn) else float(missed[0])))
            if found
            else 1.0
        )


def doubt_of(linkage: Linkage, lists: Numbers) -> LinkageDoubt | None:
    """The doubt of a linkage; None where pairs within lists were not compared.

    Args:
        linkage: What linking found, rows of one list compared with each other too.
        lists: Array (rows,): position of each row's list; no list repeats a person.
    """
    left, right = (np.asarray(rows, dtype=np.int64) for rows in linkage.pairs[:2])
    odds = np.asarray(linkage.pairs.odds, dtype=np.float64)
    apart = lists[left] != lists[right]
    if int((~apart).sum()) < FEWEST_DECOYS or not apart.any():
        return None
    sizes = np.bincount(lists).astype(np.float64)
    within = float((sizes**2).sum() - sizes.sum())
    ratio = (float(sizes.sum()) ** 2 - float((sizes**2).sum())) / within
    chance = _chances(odds, apart, ratio)
    likely = apart & (chance >= LIKELY)
    unlikely, decoys = apart & ~likely, ~apart & (chance < LIKELY)
    order = np.argsort(-odds[likely], kind="stable")
    return LinkageDoubt(
        lists=lists,
        left=left[likely][order],
        right=right[likely][order],
        chance=chance[likely][order],
        missed=float(unlikely.sum()) - ratio * float(decoys.sum()),
        missed_error=float(np.sqrt(unlikely.sum() + ratio**2 * decoys.sum())),
    )


def _chances(odds: Doubles, apart: npt.NDArray[np.bool_], ratio: float) -> Doubles:
    """Probability of each pair by its level of log-odds; it never falls as they rise."""
    edges = np.unique(np.quantile(odds, np.linspace(0.0, 1.0, _LEVELS + 1)))
    levels = max(len(edges) - 1, 1)
    level = np.clip(np.searchsorted(edges, odds, side="right") - 1, 0, levels - 1)
    found = np.bincount(level[apart], minlength=levels).astype(np.float64)
    chance_pairs = ratio * np.bincount(level[~apart], minlength=levels)
    share = np.clip(1.0 - chance_pairs / np.maximum(found, 1.0), 0.0, 1.0) * (found > 0)
    return _rising(share, found)[level]


def _rising(values: Doubles, weights: Doubles) -> Doubles:
    """The nearest values that never fall (pool adjacent violators)."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        blocks.append((value, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, w1, n1), (two, w2, n2) = blocks[-2:]
            both = w1 + w2
            mean = (one * w1 + two * w2) / both if both else 0.0
            blocks[-2:] = [(mean, both, n1 + n2)]
    return np.concatenate([np.full(size, value) for value, _, size in blocks])


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row
