"""Adding up groups in which rows stand, or may stand, for several keys at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from bayyina.figures.dividing import Key

Place = tuple[int, ...]
"""Number of a group for each key; -1 where a record cannot be placed."""


@dataclass
class Tally:
    """Certain and possible counts."""

    certain: int = 0
    """Records certainly inside."""

    possible: int = 0
    """Records possibly inside, the certain ones among them."""

    groups: dict[Place, tuple[int, int]] = field(default_factory=dict)
    """The same for each group."""

    unplaced: int = 0
    """Records certainly inside that no group certainly holds."""

    unplaced_possible: int = 0
    """Records possibly inside that no group certainly holds."""

    def add(self, place: Place, certain: int, possible: int) -> None:
        """Add to the counts of a group."""
        before = self.groups.get(place, (0, 0))
        self.groups[place] = (before[0] + certain, before[1] + possible)


def is_settled(keys: Sequence[Key], numbers: Sequence[int]) -> bool:
    """Whether rows with these numbers certainly stand in all their groups."""
    return all(key.is_settled(number) for key, number in zip(keys, numbers, strict=True))


def own_places(keys: Sequence[Key], numbers: Sequence[int]) -> Iterator[Place]:
    """Groups in which rows stand for certain, -1 for keys that leave it open."""
    choices = [
        key.groups(number) if key.is_settled(number) else (-1,)
        for key, number in zip(keys, numbers, strict=True)
    ]
    return product(*choices)


def open_places(keys: Sequence[Key], numbers: Sequence[int]) -> Iterator[Place]:
    """Groups in which rows may be; none when for some key nothing is stated."""
    return product(*(key.groups(number) for key, number in zip(keys, numbers, strict=True)))


class Spread:
    """Adds rows that are one record each to all groups in which they stand or may stand.

    Years and months are spans, and a span can be long: it is noted at its two ends, and the
    counts in between are summed up once.
    """

    def __init__(self, keys: Sequence[Key], total: Tally) -> None:
        self._keys = keys
        self._total = total
        self._ends: dict[tuple[int, Place], dict[int, int]] = {}

    def add(self, numbers: Place, certain: int, possible: int) -> None:
        """Count records, each with one row that stands at ``numbers``."""
        least = min(numbers)
        if least >= -1:
            self._total.add(numbers, certain, possible)
            if least == -1:
                self._total.unplaced += certain
                self._total.unplaced_possible += possible
            return
        missing = [i for i, number in enumerate(numbers) if number < 0]
        if len(missing) == 1 and self._keys[missing[0]].is_span:
            self._add_one_span(missing[0], numbers, certain, possible)
            return
        for place in own_places(self._keys, numbers):
            self._total.add(place, certain, possible)
        if is_settled(self._keys, numbers):
            return
        self._total.unplaced += certain
        self._total.unplaced_possible += possible
        spans = [i for i, n in enumerate(numbers) if n < -1 and self._keys[i].is_span]
        if len(spans) == 1:
            self._add_span(spans[0], numbers, possible)
            return
        for place in open_places(self._keys, numbers):
            self._total.add(place, 0, possible)

    def finish(self) -> None:
        """Sum up the spans."""
        for (at, place), ends in self._ends.items():
            running = 0
            for number in range(min(ends), max(ends)):
                running += ends.get(number, 0)
                if running:
                    self._total.add((*place[:at], number, *place[at + 1 :]), 0, running)
        self._ends.clear()

    def _add_one_span(self, at: int, numbers: Place, certain: int, possible: int) -> None:
        """Most rows of a span: they certainly stand somewhere for every other key."""
        self._total.add((*numbers[:at], -1, *numbers[at + 1 :]), certain, possible)
        self._total.unplaced += certain
        self._total.unplaced_possible += possible
        options = self._keys[at].options(numbers[at])
        ends = self._ends.setdefault((at, (*numbers[:at], 0, *numbers[at + 1 :])), {})
        ends[options[0]] = ends.get(options[0], 0) + possible
        ends[options[-1] + 1] = ends.get(options[-1] + 1, 0) - possible

    def _add_span(self, at: int, numbers: Place, count: int) -> None:
        options = self._keys[at].options(numbers[at])
        rest = (*numbers[:at], 0, *numbers[at + 1 :])
        for place in open_places(self._keys, rest):
            ends = self._ends.setdefault((at, place), {})
            ends[options[0]] = ends.get(options[0], 0) + count
            ends[options[-1] + 1] = ends.get(options[-1] + 1, 0) - count
