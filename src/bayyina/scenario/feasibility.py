"""Whole numbers for figures left out, such that every sum and limit holds.

The sums and limits are linear. Figures are eliminated one after the other (Fourier-Motzkin),
which leaves exact bounds for each of them given those before it; then each takes the value
within its bounds that is nearest to the one wanted. The system has some thirty rows of few
figures each, so this takes milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from bayyina.scenario.figures import Scenario


class _Row(NamedTuple):
    """A condition: the weighted figures together are no larger than the bound."""

    weights: tuple[tuple[str, int], ...]
    """Figure ids in alphabetical order with their weights; none is 0."""

    bound: int
    """What they may not exceed."""


def nearest(
    wanted: Mapping[str, int], given: Mapping[str, int], scenario: Scenario
) -> dict[str, int] | None:
    """Return values that hold together, near those wanted; None when there are none.

    Args:
        wanted: a value for every figure; a figure named earlier keeps its own more readily.
        given: values that stay as they are.
        scenario: the figures with their sums and limits.
    """
    free = [name for name in wanted if name not in given]
    rows = _tightest(_filled(_rows(scenario), given))
    stages = []
    for name in reversed(free):
        stages.append((name, [row for row in rows if name in dict(row.weights)]))
        rows = _without(name, rows)
    if any(row.bound < 0 for row in rows):
        return None
    values = dict(given)
    for name, own in reversed(stages):
        low, high = _bounds(name, _filled(own, values))
        if low > high:
            return None
        values[name] = int(min(max(wanted[name], low), high))
    return {name: values[name] for name in wanted}


def conflict(given: Mapping[str, int], scenario: Scenario) -> dict[str, int]:
    """Return the fewest given values that cannot stand together, of values that cannot."""
    kept = dict(given)
    zeros = dict.fromkeys(scenario.published(), 0)
    for name in given:
        others = {other: value for other, value in kept.items() if other != name}
        if nearest(zeros, others, scenario) is None:
            kept = others
    return kept


def _rows(scenario: Scenario) -> Iterator[_Row]:
    for figure in scenario.figures:
        yield _row({figure.id: -1}, 0)
    for one in scenario.sums:
        parts = dict.fromkeys(one.parts, 1)
        yield _row({**parts, one.whole: -1}, 0)
        yield _row({**dict.fromkeys(one.parts, -1), one.whole: 1}, 0)
    for limit in scenario.limits:
        left = {name.removeprefix("-"): -1 if name[0] == "-" else 1 for name in limit.left}
        right = {name.removeprefix("-"): 1 if name[0] == "-" else -1 for name in limit.right}
        yield _row({**left, **right}, 0)


def _row(weights: Mapping[str, int], bound: int) -> _Row:
    """The row in lowest terms; whole numbers let the bound be rounded down."""
    kept = tuple(sorted((name, weight) for name, weight in weights.items() if weight))
    divisor = math.gcd(*(weight for _, weight in kept)) or 1
    return _Row(tuple((name, weight // divisor) for name, weight in kept), bound // divisor)


def _filled(rows: Iterable[_Row], values: Mapping[str, int]) -> Iterator[_Row]:
    """Put the values in place of their figures."""
    for row in rows:
        known = sum(weight * values[name] for name, weight in row.weights if name in values)
        rest = {name: weight for name, weight in row.weights if name not in values}
        yield _row(rest, row.bound - known)


def _tightest(rows: Iterable[_Row]) -> list[_Row]:
    """Of rows with the same weights, the one with the smallest bound; idle rows are dropped."""
    bounds: dict[tuple[tuple[str, int], ...], int] = {}
    for weights, bound in rows:
        if weights or bound < 0:
            bounds[weights] = min(bound, bounds.get(weights, bound))
    return [_Row(weights, bound) for weights, bound in bounds.items()]


def _without(name: str, rows: Iterable[_Row]) -> list[_Row]:
    """What the rows say about the other figures."""
    weighted = [(dict(row.weights).get(name, 0), row) for row in rows]
    above = [row for weight, row in weighted if weight > 0]
    below = [row for weight, row in weighted if weight < 0]
    others = [row for weight, row in weighted if weight == 0]
    joined = (_joined(name, upper, lower) for upper in above for lower in below)
    return _tightest([*others, *joined])


def _joined(name: str, upper: _Row, lower: _Row) -> _Row:
    """The sum of two rows, each taken as often as makes the figure vanish."""
    high, low = dict(upper.weights), dict(lower.weights)
    times_upper, times_lower = -low[name], high[name]
    weights = {
        one: times_upper * high.get(one, 0) + times_lower * low.get(one, 0) for one in high | low
    }
    return _row(weights, times_upper * upper.bound + times_lower * lower.bound)


def _bounds(name: str, rows: Iterable[_Row]) -> tuple[float, float]:
    """The smallest and the largest value of the only figure left in the rows."""
    low, high = 0.0, math.inf
    for weights, bound in rows:
        weight = dict(weights).get(name, 0)
        if weight > 0:
            high = min(high, bound // weight)
        elif weight < 0:
            low = max(low, -(bound // -weight))
    return low, high
