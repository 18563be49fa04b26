"""Certain and possible, side by side, as SQL.

A verdict is a pair of conditions on a row: what holds in every reading of its partial
dates, disagreeing sources and missing values, and what holds in at least one. Conditions
are joined part by part, so the bounds are never narrower than the truth; they can be wider
when two conditions rest on the same unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_TRUE, _FALSE = "TRUE", "FALSE"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two SQL conditions; the first implies the second."""

    certain: str
    """Holds in every reading."""

    possible: str
    """Holds in at least one reading."""

    def __and__(self, other: Verdict) -> Verdict:
        return Verdict(_and(self.certain, other.certain), _and(self.possible, other.possible))

    def __or__(self, other: Verdict) -> Verdict:
        return Verdict(_or(self.certain, other.certain), _or(self.possible, other.possible))

    def __invert__(self) -> Verdict:
        return Verdict(_not(self.possible), _not(self.certain))


YES = Verdict(_TRUE, _TRUE)
"""Holds for certain."""

NO = Verdict(_FALSE, _FALSE)
"""Holds in no reading."""

MAYBE = Verdict(_FALSE, _TRUE)
"""Nothing is known about it."""


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """What holds when all hold."""
    total = YES
    for verdict in verdicts:
        total &= verdict
    return total


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """What holds when at least one holds."""
    total = NO
    for verdict in verdicts:
        total |= verdict
    return total


def within(lo: str, hi: str, first: int | None, last: int | None) -> Verdict:
    """Whether a span lies between two bounds, both included; None for an open one."""
    certain = [f"{lo} >= {first}"] if first is not None else []
    possible = [f"{hi} >= {first}"] if first is not None else []
    certain += [f"{hi} <= {last}"] if last is not None else []
    possible += [f"{lo} <= {last}"] if last is not None else []
    return Verdict(" AND ".join(certain) or _TRUE, " AND ".join(possible) or _TRUE)


def code_in(column: str, certain: Iterable[int], possible: Iterable[int]) -> Verdict:
    """Whether a code is among those that meet a condition."""
    return Verdict(_in(column, certain), _in(column, possible))


def _in(column: str, codes: Iterable[int]) -> str:
    listed = sorted(codes)
    if not listed:
        return _FALSE
    text = ", ".join(map(str, listed))
    if len(listed) > 200:
        return f"{column} IN (SELECT unnest([{text}]))"
    return f"{column} IN ({text})"


def _and(left: str, right: str) -> str:
    if _FALSE in (left, right):
        return _FALSE
    if left == _TRUE:
        return right
    return left if right == _TRUE else f"({left}) AND ({right})"


def _or(left: str, right: str) -> str:
    if _TRUE in (left, right):
        return _TRUE
    if left == _FALSE:
        return right
    return left if right == _FALSE else f"({left}) OR ({right})"


def _not(part: str) -> str:
    if part in (_TRUE, _FALSE):
        return _FALSE if part == _TRUE else _TRUE
    return f"NOT ({part})"
