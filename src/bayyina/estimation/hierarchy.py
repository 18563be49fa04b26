"""Hierarchical log-linear models: which terms they hold, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt


def terms_up_to(lists: int, order: int) -> list[int]:
    """All terms of at most ``order`` lists as bit masks, the intercept first, then by order."""
    return [
        sum(1 << j for j in chosen)
        for size in range(order + 1)
        for chosen in combinations(range(lists), size)
    ]


def facets(term: int) -> list[int]:
    """The terms that have one list less."""
    return [term & ~(1 << j) for j in range(term.bit_length()) if term >> j & 1]


def generators(terms: Iterable[int]) -> list[int]:
    """The terms that are in no other: they name a hierarchical model."""
    held = [int(t) for t in terms]
    return [t for t in held if t and not any(t != other and t & other == t for other in held)]


def written(terms: Iterable[int], labels: Sequence[str]) -> str:
    """A model in brackets, such as ``[123,14,34]``.

    Args:
        terms: bit masks of lists.
        labels: the number, from 1, under which each list is written; joined lists have
            several, as ``8+9``.
    """
    separator = "" if all(len(label) == 1 for label in labels) else "."
    parts = [
        sorted((labels[j] for j in range(term.bit_length()) if term >> j & 1), key=_by_number)
        for term in generators(terms)
    ]
    parts.sort(key=lambda part: (-len(part), [_by_number(label) for label in part]))
    return "[" + ",".join(separator.join(part) for part in parts) + "]"


def _by_number(label: str) -> int:
    return int(label.partition("+")[0])


@cache
def hierarchical_models(lists: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """All hierarchical models that hold every main effect, the saturated one excepted.

    Returns:
        Terms (P,) and a mask (M, P) of the terms of each model. There are 8 models of
        three lists, 113 of four and 6,893 of five; beyond that they are too many.
    """
    terms = terms_up_to(lists, lists - 1)
    position = {term: i for i, term in enumerate(terms)}
    below = [[position[f] for f in facets(term)] for term in terms]
    first = lists + 1
    models: list[list[bool]] = []

    def extend(model: list[bool], at: int) -> None:
        if at == len(terms):
            models.append(model.copy())
            return
        extend(model, at + 1)
        if all(model[i] for i in below[at]):
            model[at] = True
            extend(model, at + 1)
            model[at] = False

    extend([True] * first + [False] * (len(terms) - first), first)
    mask = np.array(models, dtype=np.bool_)
    mask = mask[np.lexsort((np.arange(len(mask)), mask.sum(axis=1)))]
    return np.array(terms, dtype=np.int64), mask
