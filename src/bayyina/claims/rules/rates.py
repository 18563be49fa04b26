"""Rates: numbers for each load, week or day, and what they come to when multiplied out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import ids_of
from bayyina.claims.days import Days
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import LOOSE, are_close, written
from bayyina.model.label_folding import fold_label
from bayyina.standards.claim_words import forms_of

DAYS_OF: Final = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
"""Length of the units of time, days."""

REGULAR: Final = frozenset({"throughout", "always", "constant", "every", "regular", "average"})
"""Words for a rate that held all the time."""


def find_in_rates(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about rates: what they come to, and why they may not be multiplied out."""
    rates = [c for c in facts.claims if c.number is not None and c.claim.per is not None]
    for rate in rates:
        if not _is_chained_from(rate, rates):
            yield from _judge(rate, rates, facts)


def singular(word: str) -> str:
    """A unit or word for time in its singular, folded."""
    folded = fold_label(word)
    return next((f for f in forms_of(folded) if f in DAYS_OF), folded.removesuffix("s"))


def _is_chained_from(rate: Stated, rates: Sequence[Stated]) -> bool:
    """Whether another rate of the document is for each of what this one counts."""
    unit = singular(rate.claim.unit or "")
    return any(
        other is not rate
        and other.document == rate.document
        and singular(other.claim.per or "") == unit
        for other in rates
    )


def _chain(rate: Stated, rates: Sequence[Stated]) -> list[Stated]:
    """The rate, then what its loads come to in a time: bodies a load, loads a week."""
    chain = [rate]
    while singular(chain[-1].claim.per or "") not in DAYS_OF:
        per = singular(chain[-1].claim.per or "")
        following = [
            r
            for r in rates
            if r not in chain
            and r.document == rate.document
            and singular(r.claim.unit or "") == per
        ]
        if not following:
            break
        chain.append(following[0])
    return chain


def _judge(rate: Stated, rates: Sequence[Stated], facts: ClaimSet) -> Iterator[ClaimFinding]:
    chain = _chain(rate, rates)
    duration, days = _duration(rate, chain, facts)
    low = high = 1.0
    for link in chain:
        if link.number is not None and link.number.kind == "range":
            low, high = low * link.number.low, high * link.number.high
        elif link.number is not None:
            low, high = low * link.number.stated, high * link.number.stated
    per_time = singular(chain[-1].claim.per or "")
    total = None
    if per_time in DAYS_OF and days is not None:
        times = days / DAYS_OF[per_time]
        total = (low * times, high * times)
        yield from _against_totals(rate, chain, total, facts)
    if not _is_regular(chain) and not (total and _has_agreeing_total(rate, total, facts)):
        yield finding(
            "extrapolation",
            "doubt",
            (*ids_of(chain), *([duration.id] if duration is not None else [])),
            "certain" if any(c.claim.regularity for c in chain) else "likely",
            variant="computed" if total is not None else "",
            rate=rate.named(),
            regularity=next((c.claim.regularity for c in chain if c.claim.regularity), "")
            or {"en": "not stated", "ar": "غير مذكور"},
            low=written(round(total[0])) if total else "",
            high=written(round(total[1])) if total else "",
            unit=rate.claim.unit or "",
        )


def _is_regular(chain: Sequence[Stated]) -> bool:
    said = [fold_label(c.claim.regularity or "") for c in chain]
    return any(said) and all(word in REGULAR or not word for word in said)


def _duration(
    rate: Stated, chain: Sequence[Stated], facts: ClaimSet
) -> tuple[Stated | None, float | None]:
    """How long the rate is said to have held: its period, or a length of time beside it."""
    for link in chain:
        days = link.scope.days
        if days is not None and days.is_bounded and not link.scope.is_stock:
            return None, float(days.length)
    for claim in facts.claims:
        unit = singular(claim.claim.unit or "")
        same = claim.document == rate.document and claim.scope.key.act == rate.scope.key.act
        if same and unit in DAYS_OF and claim.number is not None and claim.claim.per is None:
            return claim, claim.number.stated * DAYS_OF[unit]
    return None, None


def _totals(rate: Stated, facts: ClaimSet) -> list[Stated]:
    key = rate.scope.key._replace(per="")
    return [c for c in facts.by_key.get(key, ()) if c.document == rate.document and key.act]


def _has_agreeing_total(rate: Stated, total: tuple[float, float], facts: ClaimSet) -> bool:
    return any(_agrees(claim, total) for claim in _totals(rate, facts))


def _agrees(claim: Stated, total: tuple[float, float]) -> bool:
    if claim.number is None:
        return False
    inside = total[0] <= claim.number.high and claim.number.low <= total[1]
    return inside or are_close(claim.number.stated, (total[0] + total[1]) / 2, LOOSE / 2)


def _against_totals(
    rate: Stated, chain: Sequence[Stated], total: tuple[float, float], facts: ClaimSet
) -> Iterator[ClaimFinding]:
    for claim in _totals(rate, facts):
        days = claim.scope.days
        own = rate.scope.days
        if own is not None and days is not None and own != days:
            continue
        agrees = _agrees(claim, total)
        yield finding(
            "rate-agrees" if agrees else "rate-disagrees",
            "explained" if agrees else "doubt",
            (*ids_of(chain), claim.id),
            "likely",
            rate=rate.named(),
            total=claim.named(),
            low=written(round(total[0])),
            high=written(round(total[1])),
        )


def find_in_durations(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about lengths of time between two events of the file."""
    for claim in facts.claims:
        if claim.claim.between is None or claim.number is None:
            continue
        unit = singular(claim.claim.unit or "")
        start, end = (facts.by_id[name] for name in claim.claim.between)
        first, last = start.days or start.scope.days, end.days or end.scope.days
        if unit in DAYS_OF and first is not None and last is not None:
            yield from _elapsed(claim, unit, (start, first), (end, last))


def _elapsed(
    claim: Stated, unit: str, start: tuple[Stated, Days], end: tuple[Stated, Days]
) -> Iterator[ClaimFinding]:
    number = claim.number
    if number is None or not (start[1].is_bounded and end[1].is_bounded):
        return
    least = (end[1].start - start[1].end) / DAYS_OF[unit]
    most = (end[1].end - start[1].start) / DAYS_OF[unit]
    almost = claim.claim.comparator in ("nearly", "almost")
    low, high = number.lo, number.stated if almost else number.hi
    if number.kind == "exact":
        low, high = number.stated - 0.5, number.stated + 0.5
    if low <= most and least <= high:
        return
    real = least if least > high else most
    close = are_close(real, number.stated, LOOSE)
    yield finding(
        "duration-wrong",
        "doubt" if close else "contradiction",
        (claim.id, start[0].id, end[0].id),
        "certain",
        claim=claim.named(),
        start=start[0].named(),
        end=end[0].named(),
        real=written(round(real, 2)),
        unit=claim.claim.unit or "",
        days=written(round(real * DAYS_OF[unit])),
    )
