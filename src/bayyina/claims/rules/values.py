"""Figures of one fact: values that exclude each other, restatements, lower bounds."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, Literal

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import are_one_origin, bounds_of, cannot_both_hold, ids_of, listed
from bayyina.claims.days import Days
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import (
    CLOSE,
    are_close,
    is_digit_swap,
    is_rounding,
    significant_digits,
    written,
)
from bayyina.claims.scopes import ScopeKey

Certainty = Literal["certain", "likely", "possible"]

FAR_APART: Final = 3
"""Values of one document further apart than this are rarely meant for one fact."""

TELLING_DIGITS: Final = 3
"""Digits that two lower bounds need before an exchange of two is taken for a misprint."""

MOST_PAIRS: Final = 40
"""Claims of one fact beyond which only the lowest and the highest are compared."""


def find_in_equal_scopes(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about figures whose scopes are equal, or that are declared to be one fact."""
    for key, claims in facts.by_key.items():
        if len(claims) > 1 and _says_enough(key):
            for group in same_days(claims):
                yield from _compare(group, facts)
    for relation in facts.relations:
        if relation.same_fact is not None:
            named = [facts.by_id[name] for name in relation.same_fact]
            yield from _compare([c for c in named if c.number is not None], facts, declared=True)


def _says_enough(key: ScopeKey) -> bool:
    return bool(key.act) and (bool(key.unit) or bool(key.props))


def same_days(claims: Sequence[Stated]) -> Iterator[list[Stated]]:
    """Groups of claims of the same days; a stock's days may be told less exactly."""
    by_days: dict[Days | None, list[Stated]] = defaultdict(list)
    for claim in claims:
        days = claim.scope.days
        if claim.scope.is_stock and days is not None:
            month = Days(days.end // 31, days.end // 31)
            by_days[month].append(claim)
        else:
            by_days[days].append(claim)
    for group in by_days.values():
        if len(group) > 1:
            yield group


def _compare(
    group: Sequence[Stated], facts: ClaimSet, *, declared: bool = False
) -> Iterator[ClaimFinding]:
    conflicting: dict[str, Stated] = {}
    excluded: list[tuple[Stated, Stated]] = []
    swapped: dict[str, Stated] = {}
    near: dict[str, Stated] = {}
    bounds: dict[str, Stated] = {}
    for one, other in combinations(_ends(group), 2):
        if one.is_heading != other.is_heading and one.document == other.document:
            continue  # headings are held to their texts by a rule of their own
        if not declared and (facts.are_kin(one, other) or facts.are_kept_apart(one, other)):
            continue
        if one.number is None or other.number is None:
            continue
        as_list = are_one_origin([one, other]) and one.document == other.document
        kinds = {one.number.kind, other.number.kind}
        if one.number.stated == other.number.stated:
            continue
        if cannot_both_hold(one, other, as_list=as_list):
            excluded.append((one, other))
            conflicting.update({one.id: one, other.id: other})
        elif _may_be_misprint(one, other):
            swapped.update({one.id: one, other.id: other})
        elif _are_rounded(one, other) and kinds != {"range"}:
            near.update({one.id: one, other.id: other})
        elif "lower" in kinds:
            bounds.update({one.id: one, other.id: other})
    if conflicting:
        yield _different(list(conflicting.values()), excluded, declared=declared)
    if swapped:
        yield _misprinted(list(swapped.values()))
    if near:
        yield _restated(list(near.values()))
    if bounds and not conflicting:
        yield _lower_bounds(list(bounds.values()))


def _may_be_misprint(one: Stated, other: Stated) -> bool:
    """Whether two lower bounds, which can both hold, differ by two exchanged digits."""
    if one.number is None or other.number is None or not _is_firm(one, other):
        return False
    values = (one.number.stated, other.number.stated)
    return is_digit_swap(*values) and min(map(significant_digits, values)) >= TELLING_DIGITS


def _are_rounded(one: Stated, other: Stated) -> bool:
    if one.number is None or other.number is None:
        return False
    values = (one.number.stated, other.number.stated)
    return is_rounding(*values) if _is_firm(one, other) else are_close(*values)


def _misprinted(claims: list[Stated]) -> ClaimFinding:
    claims.sort(key=lambda c: c.position)
    return finding("digit-swap", "doubt", ids_of(claims), "possible", claims_=listed(claims))


def _ends(group: Sequence[Stated]) -> Sequence[Stated]:
    if len(group) <= MOST_PAIRS:
        return group
    ordered = sorted(group, key=lambda c: c.number.stated if c.number else 0)
    return [*ordered[: MOST_PAIRS // 2], *ordered[-MOST_PAIRS // 2 :]]


def _different(
    claims: list[Stated], pairs: Sequence[tuple[Stated, Stated]], *, declared: bool
) -> ClaimFinding:
    claims.sort(key=lambda c: c.position)
    swapped = any(
        a.number is not None
        and b.number is not None
        and is_digit_swap(a.number.stated, b.number.stated)
        for a, b in pairs
    )
    undated = any(c.scope.days is None for c in claims)
    firm = all(_is_firm(a, b) for a, b in pairs)
    certainty: Certainty = "likely" if undated or not firm else "certain"
    is_one_list = len({c.document for c in claims}) == 1
    likely_others = is_one_list and any(_are_far_apart(a, b) for a, b in pairs)
    is_sure = declared or not (likely_others or (undated and not are_one_origin(claims)))
    vague = any(c.number is not None and c.number.kind == "vague" for c in claims)
    return finding(
        "digit-swap" if swapped else "different-values",
        "contradiction" if is_sure and not vague else "doubt",
        ids_of(claims),
        certainty if is_sure else "possible",
        claims_=listed(claims),
    )


def _are_far_apart(one: Stated, other: Stated) -> bool:
    """Whether one document more likely means two facts that its scopes do not tell apart."""
    values = sorted(c.number.stated for c in (one, other) if c.number is not None)
    return len(values) == 2 and values[1] > FAR_APART * values[0]


def _is_firm(one: Stated, other: Stated) -> bool:
    return all(c.number is not None and c.number.is_exact for c in (one, other))


def _restated(claims: list[Stated]) -> ClaimFinding:
    claims.sort(key=lambda c: c.position)
    return finding(
        "rounded-restatement", "explained", ids_of(claims), "likely", claims_=listed(claims)
    )


def _lower_bounds(claims: list[Stated]) -> ClaimFinding:
    claims.sort(key=lambda c: c.position)
    highest = max(claims, key=lambda c: c.number.lo if c.number else -math.inf)
    return finding(
        "lower-bounds",
        "explained",
        ids_of(claims),
        "likely",
        claims_=listed(claims),
        highest=highest.named(),
    )


def restates(one: Stated, other: Stated) -> bool:
    """Whether one number is another one, rounded: near it, and allowed by its comparator."""
    if one.number is None or other.number is None:
        return False
    return are_close(one.number.stated, other.number.stated, CLOSE)


def gap_text(one: Stated, other: Stated) -> str:
    """The difference of two numbers as a percentage of the lesser."""
    least = min(bounds_of(c, as_list=True)[0] for c in (one, other))
    values = [c.number.stated for c in (one, other) if c.number is not None]
    return written(round(100 * (max(values) - min(values)) / least)) if least else "∞"
