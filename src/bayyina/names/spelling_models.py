"""The weights of letter groups, loaded: Arabic with Latin, Latin with Latin, Arabic with Arabic.

The files ``data/*.weights.txt`` hold one pair of groups and its weight on a line. Those of
Latin letters were learned by ``scripts/learn_name_weights.py``; those of Arabic with Arabic
are set by hand. Pairs of single letters that are not in a file have its floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from bayyina.names.alignment import IMPOSSIBLE, Weights

ARABIC, LATIN, OTHER = 0, 1, 2
"""Numbers of the scripts."""

ACROSS = 2
"""Number of the model Arabic with Latin; those within a script have the script's number."""

LETTERS = ("ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژڤگ", "abcdefghijklmnopqrstuvwxyz")
"""Letters of the normal forms, by script."""


class SpellingModel(NamedTuple):
    """How groups of letters of two sides correspond."""

    first: Mapping[str, int]
    """Numbers of the groups of the first side; 0 is the empty group, 1 an unknown letter."""

    second: Mapping[str, int]
    """Numbers of the groups of the second side; within one script those of the first."""

    weights: Weights
    """Weight by number of the first and of the second group."""

    constants: tuple[float, float, float]
    """Of the logistic curve: level, of the best sum, of the letters of both words."""


def _loaded(name: str, first_letters: str, second_letters: str) -> SpellingModel:
    path = files("bayyina.names").joinpath("data", f"{name}.weights.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    level, of_sum, of_length = map(float, rows[0][1:])
    floor = float(rows[1][1])
    first = _numbers(first_letters)
    second = first if first_letters == second_letters else _numbers(second_letters)
    for one, two, _ in rows[2:]:
        first.setdefault(one, len(first))
        second.setdefault(two, len(second))
    weights = np.full((len(first), len(second)), IMPOSSIBLE, dtype=np.float32)
    weights[np.ix_(_singles(first), _singles(second))] = floor
    weights[0, 0] = IMPOSSIBLE
    for one, two, weight in rows[2:]:
        weights[first[one], second[two]] = float(weight)
    return SpellingModel(first, second, weights, (level, of_sum, of_length))


def _numbers(letters: str) -> dict[str, int]:
    return {group: number for number, group in enumerate(("", "?", *letters))}


def _singles(groups: Mapping[str, int]) -> list[int]:
    """The empty group and those of one letter, at the edge of a word or within."""
    return [number for group, number in groups.items() if len(group.strip("^$")) <= 1]


@lru_cache(maxsize=1)
def spelling_models() -> tuple[SpellingModel, SpellingModel, SpellingModel]:
    """Arabic with Arabic, Latin with Latin, Arabic with Latin."""
    arabic, latin = LETTERS
    return (
        _loaded("arabic-arabic", arabic, arabic),
        _loaded("latin-latin", latin, latin),
        _loaded("arabic-latin", arabic, latin),
    )
