"""Scopes within scopes: narrower figures that exceed broader ones, and series that fall."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, Literal

import numpy as np

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import are_one_origin, bounds_of
from bayyina.claims.days import OPEN_END, OPEN_START
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import CLOSE, are_close
from bayyina.claims.scopes import NEAR_DAYS, BroaderScopes

MOST_FOUND: Final = 50
"""Findings of one pair of scopes that are given; a list that is wrong throughout has more."""

MOST_TRIED: Final = 5000
"""Pairs of one pair of scopes that are looked at one by one."""

_BLOCK: Final = 1000
_UNDATED: Final = (-1, -1)


def find_in_nested_scopes(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about figures of which one counts among the other by its scope."""
    keys = [key for key in facts.by_key if key.act and key.unit]
    above = BroaderScopes(keys, facts.words)
    for key in keys:
        claims = facts.by_key[key]
        for broader in above.of(key):
            yield from _pairs(claims, facts.by_key[broader], facts)
        if len(claims) > 1 and not claims[0].scope.is_stock:
            yield from _pairs(claims, claims, facts)


def find_in_series(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about counts from one day on that are lower later than earlier."""
    for key, claims in facts.by_key.items():
        series: dict[int, list[Stated]] = defaultdict(list)
        for claim in claims if key.act and key.unit else ():
            days = claim.scope.days
            if days is not None and days.is_bounded and not claim.scope.is_stock:
                series[days.start].append(claim)
        for members in series.values():
            members.sort(key=_last_day)
            yield from _falls(members, facts)


def _last_day(claim: Stated) -> tuple[int, int]:
    return (claim.scope.days.end if claim.scope.days is not None else 0, claim.position)


def _falls(series: Sequence[Stated], facts: ClaimSet) -> Iterator[ClaimFinding]:
    highest: Stated | None = None
    for claim in series:
        if highest is not None and highest.scope.days != claim.scope.days:
            made = _judge(highest, claim, facts)
            if made is not None:
                yield made
        if highest is None or _low(claim) > _low(highest):
            highest = claim


def _low(claim: Stated) -> float:
    return claim.number.low if claim.number is not None else 0


def _pairs(
    narrow: Sequence[Stated], broad: Sequence[Stated], facts: ClaimSet
) -> Iterator[ClaimFinding]:
    found = 0
    for one, other in islice(_candidates(narrow, broad), MOST_TRIED):
        if one is other or (narrow is broad and _is_one_series(one, other)):
            continue
        made = _judge(one, other, facts)
        if made is not None:
            found += 1
            yield made
        if found >= MOST_FOUND:
            return


def _is_one_series(one: Stated, other: Stated) -> bool:
    """Whether both count from the same day on, or over the same days."""
    first, second = one.scope.days, other.scope.days
    return first == second or (
        first is not None and second is not None and first.start == second.start
    )


def _candidates(
    narrow: Sequence[Stated], broad: Sequence[Stated]
) -> Iterator[tuple[Stated, Stated]]:
    """Pairs in which the narrower number is the greater and its days lie in the broader's."""
    a, b = _arrays(narrow), _arrays(broad)
    slack = NEAR_DAYS if narrow[0].scope.is_stock else 0
    for start in range(0, len(narrow), _BLOCK):
        part = a[start : start + _BLOCK]
        within = (part[:, None, 0] >= b[None, :, 0] - slack) & (
            part[:, None, 1] <= b[None, :, 1] + slack
        )
        greater = part[:, None, 2] > b[None, :, 3]
        for i, j in zip(*np.nonzero(within & greater), strict=True):
            yield narrow[start + int(i)], broad[int(j)]


def _arrays(claims: Sequence[Stated]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Rows of first day, last day, least value and greatest stated value.

    Claims without days get a day of their own, so that they lie within each other only.
    """
    rows = np.empty((len(claims), 4))
    for index, claim in enumerate(claims):
        days = claim.scope.days
        number = claim.number
        start, end = (days.start, days.end) if days is not None else _UNDATED
        low = number.low if number is not None else 0
        high = number.high if number is not None else math.inf
        rows[index] = (start, end, low, high)
    return rows


def _judge(one: Stated, other: Stated, facts: ClaimSet) -> ClaimFinding | None:
    """What follows when the first counts among the second by its scope, and is greater."""
    if one.is_heading or other.is_heading or _is_open(one, other):
        return None
    if facts.are_kept_apart(one, other) or facts.are_kin(one, other):
        return None
    if one.number is None or other.number is None:
        return None
    as_list = are_one_origin([one, other])
    low = bounds_of(one, as_list=as_list)[0]
    high = bounds_of(other, as_list=as_list)[1]
    if low > high and not are_close(low, high, CLOSE):
        grade: Literal["contradiction", "doubt"] = "contradiction"
    elif one.number.low > other.number.high and not are_close(one.number.low, other.number.high):
        grade = "doubt"
    else:
        return None
    if one.scope.days is None and one.document != other.document:
        grade = "doubt"
    falls = one.scope.key == other.scope.key and _is_one_series(one, other)
    return finding(
        "series-falls" if falls else "narrower-exceeds-broader",
        grade,
        (one.id, other.id),
        "likely" if grade == "contradiction" else "possible",
        one=one.named(),
        other=other.named(),
    )


def _is_open(one: Stated, other: Stated) -> bool:
    """Whether days without an end say too little to lay one period into another."""
    return any(
        c.scope.days is not None
        and not c.scope.is_stock
        and (c.scope.days.start == OPEN_START or c.scope.days.end == OPEN_END)
        and one.scope.days != other.scope.days
        for c in (one, other)
    )
