"""Certain and possible, side by side, as SQL.

A verdict is a pair of conditions on a row: what holds in every reading of its partial
dates, disagreeing sources and missing values, and what holds in at least one. Conditions
are joined part by part, so the bounds are never narrower than the truth; they can be wider
when two conditions rest on the same unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_FALSE: Final = ("FALSE",)
_MANY_SPANS: Final = 40

Parts = tuple[str, ...]
"""Conditions that must all hold; none means TRUE."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two SQL conditions, each in parts; the first implies the second."""

    sure: Parts
    """What must hold for the verdict to be certain."""

    maybe: Parts
    """What must hold for it to be possible."""

    @property
    def certain(self) -> str:
        """Holds in every reading."""
        return _sql(self.sure)

    @property
    def possible(self) -> str:
        """Holds in at least one reading."""
        return _sql(self.maybe)

    @property
    def certain_if_possible(self) -> str:
        """What makes a row certain that is known to be possible."""
        return _sql(tuple(part for part in self.sure if part not in self.maybe))

    def __and__(self, other: Verdict) -> Verdict:
        return Verdict(_and(self.sure, other.sure), _and(self.maybe, other.maybe))

    def __or__(self, other: Verdict) -> Verdict:
        return Verdict(_or(self.sure, other.sure), _or(self.maybe, other.maybe))

    def __invert__(self) -> Verdict:
        return Verdict(_not(self.maybe), _not(self.sure))


def judged(certain: str, possible: str) -> Verdict:
    """The verdict of two SQL conditions, of which the first implies the second."""
    return Verdict(_parts(certain), _parts(possible))


YES: Final = Verdict((), ())
"""Holds for certain."""

NO: Final = Verdict(_FALSE, _FALSE)
"""Holds in no reading."""

MAYBE: Final = Verdict(_FALSE, ())
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
    sure = () if first is None else (f"{lo} >= {first}",)
    maybe = () if first is None else (f"{hi} >= {first}",)
    if last is None:
        return Verdict(sure, maybe)
    return Verdict((*sure, f"{hi} <= {last}"), (*maybe, f"{lo} <= {last}"))


def code_in(column: str, certain: Iterable[int], possible: Iterable[int]) -> Verdict:
    """Whether a code is among those that meet a condition."""
    return Verdict(_in(column, certain), _in(column, possible))


def _in(column: str, codes: Iterable[int]) -> Parts:
    """Neighbouring codes as spans: comparisons are cheaper than looking up in a list."""
    listed = sorted(set(codes))
    if not listed:
        return _FALSE
    spans = [[listed[0], listed[0]]]
    for code in listed[1:]:
        if code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    if len(spans) > _MANY_SPANS:
        return (f"{column} IN (SELECT unnest([{', '.join(map(str, listed))}]))",)
    return (" OR ".join(_span(column, *span) for span in spans),)


def _span(column: str, first: int, last: int) -> str:
    return f"{column} = {first}" if first == last else f"{column} BETWEEN {first} AND {last}"


def _parts(sql: str) -> Parts:
    return () if sql == "TRUE" else (sql,)


def _sql(parts: Parts) -> str:
    if len(parts) == 1:
        return parts[0]
    return " AND ".join(f"({part})" for part in parts) or "TRUE"


def _and(left: Parts, right: Parts) -> Parts:
    if _FALSE in (left, right):
        return _FALSE
    return (*left, *(part for part in right if part not in left))


def _or(left: Parts, right: Parts) -> Parts:
    if () in (left, right):
        return ()
    if left == _FALSE:
        return right
    return left if right == _FALSE else (f"({_sql(left)}) OR ({_sql(right)})",)


def _not(parts: Parts) -> Parts:
    if parts in ((), _FALSE):
        return () if parts == _FALSE else _FALSE
    return (f"NOT ({_sql(parts)})",)
