"""What is said of a linkage as a whole: sizes, decisions, and what the model expects of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayyina.linkage.clustering import FORBIDDEN
from bayyina.linkage.decisions import DecidedPairs, probabilities
from bayyina.linkage.linking import Linkage

HOW = (
    "Mean probability of the joined pairs, and their share of the probability of all compared "
    "pairs, by the model itself; no labels were used. Neither knows of people whose rows share "
    "no key, nor of errors that the model does not foresee: review a sample."
)
"""How precision and recall are estimated."""


class Summary(NamedTuple):
    """A linkage in numbers."""

    clusters: int
    """Groups of rows, those of a single row included."""
    of_several: int
    """Groups of more than one row."""
    same: int
    """Pairs that were joined."""
    unsure: int
    """Pairs that were not, but are worth a look."""
    different: int
    """Further pairs that are told."""
    precision: float | None
    """Estimated share of joined pairs that are one person; None where nothing was joined."""
    recall: float | None
    """Estimated share of the pairs of one person that were joined; None where none are expected."""


def summarise(linkage: Linkage, decided: DecidedPairs) -> Summary:
    """Count and estimate."""
    of_row = linkage.clusters.of_row
    _, sizes = np.unique(of_row, return_counts=True)
    same = np.array([one == "same" for one in decided.decision], dtype=np.bool_)
    joined = float(decided.probability[same].sum())
    missed = _missed(linkage)
    return Summary(
        clusters=len(sizes),
        of_several=int((sizes > 1).sum()),
        same=int(same.sum()),
        unsure=decided.decision.count("unsure"),
        different=decided.decision.count("different"),
        precision=joined / int(same.sum()) if same.any() else None,
        recall=joined / (joined + missed) if joined + missed > 0 else None,
    )


def _missed(linkage: Linkage) -> float:
    """Sum of the probabilities of the compared pairs that were not joined."""
    pairs, of_row = linkage.pairs, linkage.clusters.of_row
    apart = (of_row[pairs.left] != of_row[pairs.right]) & (pairs.odds > FORBIDDEN / 2)
    if linkage.people.list_of.any():
        list_of = linkage.people.list_of
        apart &= list_of[pairs.left] != list_of[pairs.right]
    return float(probabilities(pairs.odds[apart]).sum())
