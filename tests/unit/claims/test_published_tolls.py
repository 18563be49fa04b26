"""Ranges of many wars by one hand: a large real set without declared relations.

The set is internally consistent almost throughout, so that a checker that cries wolf is
seen at once. Rows stay in the data set; failure messages hold counts only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bayyina.claims.checking import check_claims
from bayyina.claims.claim_set import ClaimSet, make_claim_set
from bayyina.claims.reading import shipped_words
from bayyina.standards.claims_file import Bounds, Claim, ClaimsFile, ClaimSource

pytestmark = pytest.mark.data

ROLL_UPS = (("grand", ""), ("military", "combatant"), ("civilian", "civilian"))
SIDES = (("military_killed", "combatant"), ("civilians_killed_directly", "civilian"))


def bounds_of(low: float | None, high: float | None) -> Bounds | None:
    return None if low is None and high is None else Bounds(low=low, high=high)


def claims_of(war: dict[str, Any]) -> Iterator[Claim]:
    name, totals = war["war_id"], war["totals"]
    period = f"{war['start_year']}/{war['end_year'] or '..'}"
    known: set[str] = set()

    def made(claim: str, value: Bounds | None, whole: str, **what: str) -> Iterator[Claim]:
        if value is not None:
            known.add(claim)
            yield Claim(
                claim,
                ClaimSource(name),
                value=value,
                unit="persons",
                what={"act": "Death", "conflict": name, **{k: v for k, v in what.items() if v}},
                period=period,
                part_of=whole if whole in known else None,
            )

    for key, group in ROLL_UPS:
        value = bounds_of(totals.get(f"{key}_low"), totals.get(f"{key}_high"))
        yield from made(f"{name}:{key}", value, f"{name}:grand" if group else "", group=group)
    for number, side in enumerate(war["sides"]):
        for key, group in SIDES:
            part = side.get(key) or {}
            claim = f"{name}:{number}:{group}"
            whole = f"{name}:{'military' if group == 'combatant' else 'civilian'}"
            value = bounds_of(part.get("low"), part.get("high"))
            yield from made(claim, value, whole, side=side["name"], group=group)
            for place, piece in enumerate(part.get("breakdown") or []):
                value = bounds_of(piece.get("low"), piece.get("high"))
                said = {"side": side["name"], "group": group, "cause": piece.get("cause") or "?"}
                said["victims"] = piece.get("victims_group") or "?"
                yield from made(f"{claim}:{place}", value, claim, **said)


@pytest.fixture(scope="module")
def tolls(test_data: Path) -> ClaimSet:
    folder = test_data / "records" / "casualty_sources" / "per_war"
    wars = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.json"))]
    claims = tuple(claim for war in wars for claim in claims_of(war))
    lines = [None] * len(claims)
    return make_claim_set([("tolls", ClaimsFile(1, claims), lines)], shipped_words())


def test_the_one_sum_that_fails_is_found_and_no_other(tolls: ClaimSet) -> None:
    assert len(tolls.claims) > 700
    found = Counter((f.grade, f.kind) for f in check_claims(tolls))
    contradictions = {kind: n for (grade, kind), n in found.items() if grade == "contradiction"}
    assert contradictions == {"parts-exceed-whole": 1}
    assert sum(n for (grade, _), n in found.items() if grade == "doubt") <= 3


def test_a_planted_conflict_is_found_among_all(tolls: ClaimSet) -> None:
    before = {f.id for f in check_claims(tolls)}
    part = next(c for c in tolls.claims if c.claim.part_of and c.number and c.number.low > 100)
    whole = tolls.by_id[part.claim.part_of or ""].claim
    planted = Claim(
        "planted",
        whole.source,
        value=Bounds(low=10**9, high=10**9),
        unit=whole.unit,
        what=part.claim.what,
        period=whole.period,
        part_of=whole.id,
    )
    claims = (*(c.claim for c in tolls.claims), planted)
    facts = make_claim_set([("t", ClaimsFile(1, claims), [None] * len(claims))], tolls.words)
    new = [f for f in check_claims(facts) if f.id not in before]
    assert [(f.grade, f.kind, f.claims) for f in new if "planted" in f.claims][:1] == [
        ("contradiction", "part-larger-than-whole", ("planted", whole.id))
    ]
