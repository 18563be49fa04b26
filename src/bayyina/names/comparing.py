"""Two names compared, every point of the score explained by a part of the name.

The score begins at 1. Each part of the longer name can lose points: all of its share and more
where the parts contradict each other, a little where one spelling is a variant of the
other, some where the part is missing on one side. So a name with one contradicting part out of three (a
brother, a father and his son) scores far below one with three variants. The score is an
indicator for people who decide, never a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import permutations
from typing import Literal, NamedTuple

from rapidfuzz.distance import JaroWinkler

from bayyina.names.keys import skeleton, sound_keys
from bayyina.names.normal_forms import normal_form, script_of, tokens

SAME = 0.8
"""Score from which two names are proposed as the same."""

UNSURE = 0.55
"""Score from which a person should look."""

Decision = Literal["same", "different", "unsure"]


class PartComparison(NamedTuple):
    """What one part of the names adds to the score."""

    a: str
    """The part of the first name; empty where it has none."""

    b: str
    """The part of the second name; empty where it has none."""

    part: str
    """Which part of the name: given, father, grandfather, family, or word."""

    score: float
    """How like the two parts are, 0 to 1."""

    points: float
    """What it adds to the score of the names; all points sum to the score."""

    reason: str
    """Why, in words."""


class NameComparison(NamedTuple):
    """Two names compared."""

    score: float
    """From 0 to 1."""

    decision: Decision
    """same, different or unsure."""

    parts: list[PartComparison]
    """The points of the score, by part of the name."""


@lru_cache(maxsize=1 << 20)
def compare_tokens(a: str, b: str) -> float:
    """How like two words of names are, 0 to 1, whatever their scripts; symmetric."""
    left, right = normal_form(a), normal_form(b)
    if left == right:
        return 1.0 if left else 0.0
    if script_of(left) == script_of(right):
        spelled = JaroWinkler.similarity(left, right)
        if left[:-1] == right or right[:-1] == left:
            spelled = min(spelled, 0.6)
    else:
        spelled = 0.85
    if skeleton(left) == skeleton(right):
        return round(max(spelled, 0.85), 4)
    if set(sound_keys(left)) & set(sound_keys(right)):
        return round(max(min(spelled, 0.8), 0.75), 4)
    sounded = JaroWinkler.similarity(skeleton(left), skeleton(right))
    return round(min(spelled, 0.7) * sounded**2, 4)


def compare_names(a: str, b: str) -> NameComparison:
    """Compare two whole names in any script."""
    return _compared(tokens(a), tokens(b))


def compare_many(pairs: Iterable[tuple[str, str]]) -> list[NameComparison]:
    """Compare pairs of names; each pair of words is scored once."""
    return [compare_names(a, b) for a, b in pairs]


def _compared(a: tuple[str, ...], b: tuple[str, ...]) -> NameComparison:
    if not a or not b:
        return NameComparison(0.0, "different", [])
    short, long_, swapped = (a, b, False) if len(a) <= len(b) else (b, a, True)
    chosen = _best_places(short, long_)
    parts = []
    weight = 1.0 / len(long_)
    for place, word in enumerate(long_):
        if place in chosen:
            other = short[chosen.index(place)]
            alike = compare_tokens(other, word)
            lost = weight * 4.0 * max(0.0, 0.9 - alike)
            reason = "the same" if alike == 1.0 else "variants" if alike > 0.7 else "another name"
        else:
            other, alike, lost, reason = "", 0.0, weight * 0.6, "not stated on one side"
        first, second = (word, other) if swapped else (other, word)
        parts.append(PartComparison(first, second, "word", alike, weight - lost, reason))
    raw = sum(part.points for part in parts)
    score = round(min(1.0, max(0.0, raw)), 4)
    decision: Decision = "same" if score >= SAME else "unsure" if score >= UNSURE else "different"
    return NameComparison(score, decision, parts)


def _best_places(short: tuple[str, ...], long_: tuple[str, ...]) -> tuple[int, ...]:
    if len(long_) > 5:
        return tuple(range(len(short)))
    return max(
        permutations(range(len(long_)), len(short)),
        key=lambda places: sum(
            compare_tokens(word, long_[place]) for word, place in zip(short, places, strict=True)
        ),
    )
