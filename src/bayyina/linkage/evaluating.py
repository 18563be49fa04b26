"""How good a linkage is where the truth is known: pairwise and B-cubed precision and recall.

B-cubed: Bagga and Baldwin, LREC 1998. Blocking recall is the share of true pairs among the
candidates.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bayyina.linkage.arrays import Ints32, Ints64
from bayyina.linkage.encoding import distinct

Numbers: TypeAlias = NDArray[np.integer[Any]]
"""Numbers of groups or people, one a row."""


class Quality(NamedTuple):
    """How well a grouping fits the truth, each from 0 to 1."""

    precision: float
    """Share of what was joined that belongs together; 1 where nothing was joined."""
    recall: float
    """Share of what belongs together that was joined; 1 where nothing does."""

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def _counts(found: Numbers, truth: Numbers) -> tuple[Ints64, Ints64, Ints64]:
    """Rows of each row's group, of its true group, and of both."""
    joined = found.astype(np.int64) * (int(truth.max(initial=0)) + 1) + truth
    _, places, together = np.unique(joined, return_inverse=True, return_counts=True)
    return np.bincount(found)[found], np.bincount(truth)[truth], together[places]


def pairwise_quality(found: Numbers, truth: Numbers) -> Quality:
    """Quality over pairs of rows.

    Args:
        found: Number of each row's group.
        truth: Number of each row's person.
    """
    of_found, of_truth, together = (part - 1 for part in _counts(found, truth))
    return Quality(_share(together.sum(), of_found.sum()), _share(together.sum(), of_truth.sum()))


def bcubed_quality(found: Numbers, truth: Numbers) -> Quality:
    """Quality over rows: the mean of each row's own precision and recall."""
    if not len(found):
        return Quality(1.0, 1.0)
    of_found, of_truth, together = _counts(found, truth)
    return Quality(float((together / of_found).mean()), float((together / of_truth).mean()))


def linked_quality(
    left: Ints32, right: Ints32, true_left: Ints32, true_right: Ints32, rows: int
) -> Quality:
    """Quality of linked pairs of rows against the true pairs, each pair given once."""
    found = distinct(left.astype(np.int64) * rows + right)
    truth = distinct(true_left.astype(np.int64) * rows + true_right)
    right_ones = float(np.isin(found, truth).sum())
    return Quality(_share(right_ones, len(found)), _share(right_ones, len(truth)))


def blocking_recall(left: Ints32, right: Ints32, truth: Numbers) -> float:
    """Share of the pairs of rows of one person that are among the candidates."""
    sizes = np.bincount(truth)
    return _share((truth[left] == truth[right]).sum(), (sizes * (sizes - 1) // 2).sum())


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else 1.0
