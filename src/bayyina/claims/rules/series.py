"""Figures over time: periods that make up a longer one, and parts that jump out of line."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.days import Days
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import is_digit_swap, written
from bayyina.claims.rules.sums import check_sum
from bayyina.claims.scopes import ScopeKey

LEAST_PERIODS: Final = 2
MOST_PERIODS: Final = 400

STEADY: Final = 0.25
"""A whole that changed by less than this share between two days is steady."""

JUMP: Final = 1.5
"""A part that grew or shrank by more than this factor beside a steady whole is out of line."""

LEAST_COUNT: Final = 30
"""Smaller parts vary too much by themselves."""


def find_in_periods(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about counts of shorter periods that exactly fill a longer one."""
    for key, claims in facts.by_key.items():
        if not key.act or claims[0].scope.is_stock or len(claims) <= LEAST_PERIODS:
            continue
        by_document: dict[str, list[Stated]] = defaultdict(list)
        for claim in claims:
            if claim.scope.days is not None and claim.scope.days.is_bounded:
                by_document[claim.document].append(claim)
        for members in by_document.values():
            yield from _filled(members)


def _filled(claims: Sequence[Stated]) -> Iterator[ClaimFinding]:
    starts: dict[int, list[Stated]] = defaultdict(list)
    seen: Counter[Days] = Counter()
    for claim in claims:
        days = claim.scope.days
        if days is None:
            continue
        seen[days] += 1
        if seen[days] <= 2:  # two counts of one period are no addend, and neither are more
            starts[days.start].append(claim)
    for whole in claims:
        for shortest in (True, False):
            chain = _chain(whole, starts, shortest=shortest)
            if chain is not None:
                yield from check_sum(whole, chain, "certain")
                break


def _chain(
    whole: Stated, starts: dict[int, list[Stated]], *, shortest: bool
) -> list[Stated] | None:
    """Periods that follow each other from the first to the last day of a longer one."""
    days = whole.scope.days
    if days is None:
        return None
    chain: list[Stated] = []
    day = days.start
    while day <= days.end and len(chain) < MOST_PERIODS:
        following = [
            (claim.scope.days.end, claim)
            for claim in starts.get(day, ())
            if claim.scope.days is not None
            and claim.scope.days.end <= days.end
            and claim.scope.days != days
        ]
        ends = {end for end, _ in following}
        if not following:
            return None
        end = min(ends) if shortest else max(ends)
        chosen = [claim for last, claim in following if last == end]
        if len(chosen) != 1:
            return None  # two counts of one period: another rule's matter
        chain.append(chosen[0])
        day = end + 1
    return chain if len(chain) >= LEAST_PERIODS and day == days.end + 1 else None


def find_out_of_line(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about parts that changed much between two dates while their wholes did not."""
    series: dict[tuple[ScopeKey, ScopeKey], list[tuple[Stated, Stated]]] = defaultdict(list)
    for name, parts in facts.parts.items():
        whole = facts.by_id[name]
        for part in parts if whole.number is not None else ():
            if part.number is not None and part.number.is_exact:
                series[whole.scope.key, part.scope.key].append((whole, part))
    for pairs in series.values():
        for earlier, later in pairwise(sorted(pairs, key=_moment)):
            yield from _jump(earlier, later)


def _moment(pair: tuple[Stated, Stated]) -> tuple[int, int]:
    days = pair[0].scope.days
    return (days.end if days is not None else 0, pair[0].position)


def _jump(earlier: tuple[Stated, Stated], later: tuple[Stated, Stated]) -> Iterator[ClaimFinding]:
    wholes = [claim.number.stated for claim, _ in (earlier, later) if claim.number is not None]
    parts = [claim.number.stated for _, claim in (earlier, later) if claim.number is not None]
    if len(wholes) < 2 or len(parts) < 2 or min(wholes) <= 0 or min(parts) <= 0:
        return
    if max(parts) < LEAST_COUNT or earlier[0].id == later[0].id:
        return
    if earlier[0].scope.days == later[0].scope.days and earlier[0].scope.days is not None:
        return
    if earlier[0].document == later[0].document and earlier[0].scope.days is None:
        return
    steady = abs(math.log(wholes[1] / wholes[0])) < math.log(1 + STEADY)
    drift = abs(math.log(parts[1] / parts[0]) - math.log(wholes[1] / wholes[0]))
    if not steady or drift < math.log(JUMP):
        return
    swapped = is_digit_swap(parts[0], parts[1])
    yield finding(
        "out-of-line",
        "doubt",
        (earlier[1].id, later[1].id, earlier[0].id, later[0].id),
        "likely" if swapped else "possible",
        variant="swap" if swapped else "",
        earlier=earlier[1].named(),
        later=later[1].named(),
        factor=written(round(max(parts) / min(parts), 2)),
        whole_change=f"{100 * abs(wholes[1] / wholes[0] - 1):.1f} %",
    )
