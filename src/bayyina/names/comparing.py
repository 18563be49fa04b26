"""Two names compared, every point of the score explained by a part of the name.

A score begins at 1, shared out to the parts. A part that only varies in spelling loses
little, one that contradicts loses most of what the decision needs, so a name with one
contradicting part of three (a brother; a father and his son) is far below one with three
variants; a part that only one name states loses some. ``names.likeness`` holds the
amounts. The score is an indicator for people who decide, never a verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from bayyina.names.keys import share_a_sound
from bayyina.names.likeness import (
    JOINED,
    JOINED_FROM,
    LISTS_AGREE,
    LISTS_DIFFER,
    LISTS_NICKNAME,
    are_joinable,
    likeness,
    listed,
    lost_by,
    lost_by_absence,
    lost_by_order,
    scale_of,
    score_pair,
)
from bayyina.names.structure import NameReading, counted_from, read_name
from bayyina.names.words import Spaces, Word, WordArrays, model_arrays, spaces, word_arrays, word_of

SAME = 0.8
"""Score from which two names are proposed as the same."""

UNSURE = 0.55
"""Score from which a person should look."""

ScorePair = Callable[..., float]

Decision = Literal["same", "different", "unsure"]

_ROLES = {
    1: ("name",),
    2: ("given", "family"),
    3: ("given", "father", "family"),
    4: ("given", "father", "grandfather", "family"),
}


class PartComparison(NamedTuple):
    """What one part of the names adds to the score."""

    a: str
    """The part of the first name as written; empty where it has none."""

    b: str
    """The part of the second name as written; empty where it has none."""

    part: str
    """given, father, grandfather, forefather, family, kunya or name; order, whole or limit for the
    rest."""

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


def decision_of(score: float) -> Decision:
    """What the score of two names proposes."""
    return "same" if score >= SAME else "unsure" if score >= UNSURE else "different"


def compare_tokens(a: str, b: str) -> float:
    """How like two words of names are, 0 to 1, whatever their scripts; symmetric."""
    one, two = word_of(a), word_of(b)
    return _compared_words(*sorted((one, two)))


@lru_cache(maxsize=1 << 18)
def _compared_words(a: Word, b: Word) -> float:
    if not a.form or not b.form:
        return 0.0
    words = word_arrays((a, b))
    return round(float(likeness(0, 1, words, model_arrays(), spaces().table)), 4)


def compare_names(a: str, b: str, *, score_pair: ScorePair = score_pair) -> NameComparison:
    """Compare two whole names in any script.

    Where one side has no letters there is nothing to compare: score 0, unsure, no parts.

    Args:
        a: a name.
        b: another.
        score_pair: ``likeness.score_pair``, or the same compiled.
    """
    one, two = read_name(a), read_name(b)
    if not one.units or not two.units:
        return NameComparison(0.0, "unsure", [])
    pair = _Pair(one, two, score_pair)
    return NameComparison(pair.score, decision_of(pair.score), pair.parts())


class _Pair:
    """One pair of names with the reasons for its score."""

    def __init__(self, a: NameReading, b: NameReading, score_pair: ScorePair) -> None:
        self._names, self._starts = (a, b), counted_from(a, b)
        own = [*a.units[self._starts[0] :], *b.units[self._starts[1] :]]
        first = len(a.units) - self._starts[0]
        self._sizes = (first, len(own) - first)
        self._swapped = self._sizes[0] > self._sizes[1]
        self._words: WordArrays = word_arrays(own)
        self._spaces: Spaces = spaces()
        numbers = np.arange(len(own))
        score = score_pair(
            numbers[:first], numbers[first:], self._words, model_arrays(), self._spaces
        )
        self._joined = self._as_one_word() if score < JOINED else 0.0
        self.score: float = round(max(float(score), self._joined), 4)

    def _as_one_word(self) -> float:
        a, b = self._names
        if not are_joinable(len(a.units), len(b.units), len(a.whole), len(b.whole)):
            return 0.0
        if not share_a_sound(a.whole, b.whole):
            return 0.0
        alike = compare_tokens(a.whole, b.whole)
        return JOINED * alike if alike >= JOINED_FROM else 0.0

    def parts(self) -> list[PartComparison]:
        """The points; they sum to the score."""
        found = [*self._left_aside(), *self._units_compared()]
        rest = round(self.score - sum(part.points for part in found), 4)
        if self._joined and self.score == round(self._joined, 4):
            a, b = (" ".join(name.written) for name in self._names)
            reason = "as one word the names agree: parts are joined in one of them"
            alike = round(self._joined / JOINED, 4)
            found.append(PartComparison(a, b, "whole", alike, rest, reason))
        elif abs(rest) > 0.001:
            reason = "a score is never below 0"
            found.append(PartComparison("", "", "limit", 0.0, rest, reason))
        elif rest:  # of rounding the parts one by one
            found[-1] = found[-1]._replace(points=round(found[-1].points + rest, 4))
        return found

    def _left_aside(self) -> list[PartComparison]:
        sides = [
            name.written[0] if start else ""
            for name, start in zip(self._names, self._starts, strict=True)
        ]
        reason = "a kunya that only one name states adds nothing and takes nothing"
        return [PartComparison(sides[0], sides[1], "kunya", 0.0, 0.0, reason)] if any(sides) else []

    def _units_compared(self) -> list[PartComparison]:
        short, long = min(self._sizes), max(self._sizes)
        partner = [int(place) for place in self._spaces.partner[:short]]
        found = [
            self._both_state(partner.index(place), place, short, long)
            for place in range(long)
            if place in partner
        ]
        order = lost_by_order(short, self._spaces.partner)
        if order:
            found.append(
                PartComparison("", "", "order", 0.0, -order, "the parts stand in another order")
            )
        absent = lost_by_absence(short, long, self._spaces.partner)
        missing = [place for place in range(long) if place not in partner]
        for place in missing:
            points = -round(absent / len(missing), 4)
            a, b = self._sides("", self._written(long=True)[place])
            reason = "only one name states it"
            found.append(PartComparison(a, b, self._role(place, long), 0.0, points, reason))
        return found

    def _both_state(self, i: int, j: int, short: int, long: int) -> PartComparison:
        alike = float(self._spaces.likes[i, j])
        share = 1.0 / short
        points = alike if long == 1 else share - scale_of(short) * lost_by(alike)
        a, b = self._sides(self._written(long=False)[i], self._written(long=True)[j])
        first, second = (i, self._sizes[0] + j) if not self._swapped else (self._sizes[0] + i, j)
        reason = self._reason(alike, first, second)
        return PartComparison(a, b, self._role(j, long), round(alike, 4), round(points, 4), reason)

    def _reason(self, alike: float, first: int, second: int) -> str:
        words = self._words
        if words.identity[first] == words.identity[second]:
            return "the same letters"
        said = listed(first, second, words)
        if said == LISTS_AGREE:
            return "known spellings of one name"
        if said == LISTS_NICKNAME:
            return "a nickname that may stand for the other"
        if said == LISTS_DIFFER:
            return "known spellings of two different names"
        if alike >= 0.8:
            return "spellings that sound alike"
        if words.ending[first] + words.ending[second] == 3 and alike >= 0.05:
            return "one has a feminine ending that the other lacks"
        return "spellings that may be of one name" if alike >= 0.4 else "another name"

    def _written(self, *, long: bool) -> tuple[str, ...]:
        side = int(long != self._swapped)
        return self._names[side].written[self._starts[side] :]

    def _sides(self, short: str, long: str) -> tuple[str, str]:
        return (long, short) if self._swapped else (short, long)

    def _role(self, place: int, long: int) -> str:
        side = int(not self._swapped)
        if self._names[side].has_kunya and not self._starts[side]:
            if place == 0:
                return "kunya"
            place, long = place - 1, long - 1
        if long in _ROLES:
            return _ROLES[long][place]
        if place == long - 1:
            return "family"
        return _ROLES[4][place] if place < 3 else "forefather"
