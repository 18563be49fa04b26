"""Filling in the targets that a user left out, so that they follow from those given.

A figure that was left out keeps its published value when its whole does, and otherwise
its published proportion to it. Then what was left out gives way, never what was given:
it shrinks, and where that does not do it grows, until sums and limits hold. What still
contradicts itself is the user's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bayyina.scenario.feasibility import nearest
from bayyina.scenario.figures import Limit, Scenario, Sum

_ROUNDS = 20


def complete(given: Mapping[str, int], scenario: Scenario) -> dict[str, int] | None:
    """Return a value for every figure; those given stay as they are.

    None means that no values of the figures left out fit those given.
    """
    return nearest(_Completion(given, scenario).values(), given, scenario)


def value_of(side: tuple[str, ...], values: Mapping[str, int]) -> int:
    """Return the value of one side of a limit."""
    return sum(-values[name[1:]] if name.startswith("-") else values[name] for name in side)


class _Completion:
    """Values that are given, and values that follow."""

    def __init__(self, given: Mapping[str, int], scenario: Scenario) -> None:
        self._given = given
        self._scenario = scenario
        self._sums = {one.whole: one for one in scenario.sums}
        self._values = dict(given)

    def values(self) -> dict[str, int]:
        published = self._scenario.published()
        for figure in self._scenario.figures:
            if figure.id not in self._values:
                whole = figure.part_of
                kept = not whole or self._values[whole] == published[whole]
                share = 1 if kept else self._values[whole] / published[whole]
                self._values[figure.id] = int(figure.published * share + 1e-9)
        for _ in range(_ROUNDS):
            before = dict(self._values)
            for one in self._scenario.sums:
                self._add_up(one)
            for limit in self._scenario.limits:
                self._give_way(limit)
            if self._values == before:
                break
        return {name: self._values[name] for name in published}

    def _add_up(self, one: Sum) -> None:
        """Let the whole follow from its parts, or a part that was left out from the whole."""
        total = sum(self._values[part] for part in one.parts)
        left_out = [part for part in one.parts if part not in self._given]
        if one.whole not in self._given and len(left_out) < len(one.parts):
            self._values[one.whole] = total
        elif left_out:
            missing = self._values[one.whole] - total
            last = left_out[-1]
            self._values[last] = max(0, self._values[last] + missing)

    def _give_way(self, limit: Limit) -> None:
        """Shrink what was left out until the left side is no larger than the right side."""
        excess = value_of(limit.left, self._values) - value_of(limit.right, self._values)
        for name in self._yielding(limit):
            cut = min(max(0, excess), self._values[name])
            self._values[name] -= cut
            excess -= cut

    def _yielding(self, limit: Limit) -> Iterator[str]:
        """Yield the figures left out whose shrinking helps; the last named first."""
        for name in reversed(limit.left):
            if not name.startswith("-"):
                yield from self._parts_left_out(name)
        for name in reversed(limit.right):
            if name.startswith("-"):
                yield from self._parts_left_out(name[1:])

    def _parts_left_out(self, name: str) -> Iterator[str]:
        if name in self._given:
            return
        one = self._sums.get(name)
        follows = one is not None and any(part in self._given for part in one.parts)
        if one is None or not follows:
            yield name
        else:
            yield from (part for part in reversed(one.parts) if part not in self._given)
