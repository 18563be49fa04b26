"""Shares: whether a share of a whole agrees with the part that it stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import are_one_origin, ids_of, listed
from bayyina.claims.days import Days
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import CLOSE, are_close, written
from bayyina.claims.rules.differing import LONGEST_GAP
from bayyina.claims.rules.sums import apartness
from bayyina.claims.scopes import ScopeKey

WIDEST: Final = 0.25
"""A part of another source that is further from the share than this is about something else."""


def find_in_shares(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about shares, the wholes they are of, and the parts they stand for."""
    by_whole: dict[str, list[Stated]] = defaultdict(list)
    for claim in facts.claims:
        if claim.claim.share is not None and claim.claim.of is not None:
            by_whole[claim.claim.of].append(claim)
    for name, shares in by_whole.items():
        whole = facts.by_id[name]
        yield from _too_much(whole, shares, facts)
        for share in shares if whole.number is not None else ():
            for part in _parts_meant(share, whole, facts):
                yield from _compare(share, whole, part)


def rounding_of(share: float) -> float:
    """Half a unit of the last place in which a share is given: 0.005 for 0.85."""
    exponent = Decimal(repr(share)).as_tuple().exponent
    places = max(-exponent, 2) if isinstance(exponent, int) else 2
    return 0.5 * 10.0**-places


def _too_much(whole: Stated, shares: Sequence[Stated], facts: ClaimSet) -> Iterator[ClaimFinding]:
    group: list[Stated] = []
    for share in shares:
        if all(apartness(share, other, facts) == "known" for other in group):
            group.append(share)
    total = sum(s.claim.share or 0 for s in group)
    slack = sum(rounding_of(s.claim.share or 0) for s in group)
    if len(group) > 1 and total > 1 + slack + 1e-9:
        yield finding(
            "shares-exceed-whole",
            "contradiction",
            (*ids_of(group), whole.id),
            "certain",
            claims_=listed(group),
            total=f"{total * 100:g} %",
            whole=whole.named(),
        )


def part_key(share: Stated, whole: Stated) -> ScopeKey:
    """The scope that a share of a whole stands for: the whole's, narrowed by the share's."""
    props = {**whole.scope.props, **share.scope.props}
    act = share.scope.key.act or whole.scope.key.act
    ordered = tuple(sorted(props.items(), key=lambda p: p[0]))
    return whole.scope.key._replace(act=act, props=ordered)


def _parts_meant(share: Stated, whole: Stated, facts: ClaimSet) -> list[Stated]:
    if not share.scope.key.props and share.scope.key.act in ("", whole.scope.key.act):
        return []
    found = [
        c
        for c in facts.by_key.get(part_key(share, whole), ())
        if c.id != whole.id and not c.is_heading and _may_be_one_time(c.scope.days, whole)
    ]
    first: dict[str, Stated] = {}
    for claim in sorted(found, key=facts.standing):
        first.setdefault(claim.document, claim)
    return list(first.values())


def _may_be_one_time(days: Days | None, whole: Stated) -> bool:
    other = whole.scope.days
    if days is None or other is None:
        return True
    if not whole.scope.is_stock:
        return days == other
    return max(days.start, other.start) - min(days.end, other.end) <= LONGEST_GAP


def _compare(share: Stated, whole: Stated, part: Stated) -> Iterator[ClaimFinding]:
    stated = share.claim.share
    if whole.number is None or part.number is None or stated is None:
        return
    slack = rounding_of(stated)
    derived = stated * whole.number.stated
    low, high = (stated - slack) * whole.number.low, (stated + slack) * whole.number.high
    near = are_close(derived, part.number.stated, CLOSE)
    if near or (part.number.low <= high and low <= part.number.high):
        yield finding(
            "share-agrees",
            "explained",
            (share.id, whole.id, part.id),
            "likely",
            share=share.named(),
            whole=whole.named(),
            derived=written(round(derived)),
            part=part.named(),
            ratio=f"{100 * part.number.stated / whole.number.stated:.1f} %",
        )
        return
    firm = are_one_origin([share, whole, part]) and part.number.is_exact and whole.number.is_exact
    if firm or are_close(derived, part.number.stated, WIDEST):
        yield finding(
            "share-disagrees",
            "contradiction" if firm else "doubt",
            (share.id, whole.id, part.id),
            "likely" if firm else "possible",
            share=share.named(),
            whole=whole.named(),
            derived=written(round(derived)),
            part=part.named(),
        )
