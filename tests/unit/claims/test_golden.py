"""The published claims that are shipped: every known conflict is found, and no other one."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bayyina.claims.checking import check_claims
from bayyina.claims.claim_set import ClaimSet, make_claim_set
from bayyina.claims.reading import published_names, read_claims, shipped_words
from bayyina.standards.claims_file import Bounds, Claim, ClaimsFile
from tests.unit.claims.conftest import Found, summary

C, D, E = "contradiction", "doubt", "explained"

GOLDEN = [
    ("a title over-states", C, "heading-differs", "disappeared-title disappeared held"),
    ("a rounded", E, "rounded-restatement", "held-heading held"),
    ("a rounded", E, "rounded-restatement", "held held-rounded"),
    ("a rounded", E, "rounded-restatement", "disappeared disappeared-rounded"),
    ("a rounded", E, "rounded-restatement", "torture-deaths torture-deaths-rounded"),
    (
        "b different scopes",
        E,
        "different-scope",
        "disappeared all-disappeared news-missing disappeared-202406 disappeared-202408",
    ),
    ("b shares agree", E, "share-agrees", "all-disappeared-share all-disappeared disappeared"),
    ("c application", C, "dates-contradict", "enab-order-filing release-filing court-filing"),
    ("d joint statement", C, "dates-contradict", "snhr-joint-statement court-joint-statement"),
    ("d note and announcement", E, "steps-of-one-matter", "snhr-note-canada court-note-canada"),
    ("e day of the vote", C, "dates-contradict", "news-vote-date assembly-vote-date"),
    ("e votes", C, "different-values", "news-vote-for assembly-vote-for"),
    ("f article 42.2", C, "citation-does-not-fit", "enab-order-basis"),
    ("f article 41", C, "citations-differ", "snhr-measures-basis enab-order-basis"),
    ("g before the order", C, "phase-contradicted", "enab-order-levelling enab-order-date"),
    (
        "h three months",
        D,
        "duration-wrong",
        "enab-order-elapsed enab-order-date enab-order-statement",
    ),
    ("i sixteen", E, "same-value", "torture-deaths-2023 since-order-killed"),
    ("i 836", E, "same-value", "registry-2018 caesar-known"),
    ("j heading only", D, "heading-unsupported", "field-court-disappeared-heading"),
    ("k union", D, "union-not-sum", "torture-deaths field-court-executed"),
    (
        "l missing addends",
        D,
        "missing-addends",
        (
            "methods methods-physical methods-neglect methods-sexual methods-psychological"
            " methods-labor methods-hospitals methods-dissociation methods-execution"
        ),
    ),
    ("m certificates", D, "ambiguous", "certificates-2022 certificates"),
    ("m axis", D, "axis-not-stated", "certificates-2022"),
    ("m other unit", D, "heading-unsupported", "certificates-heading certificates"),
    (
        "n burials",
        D,
        "extrapolation",
        "bodies-per-truck trucks-per-trip trips-per-week years-of-burials",
    ),
    (
        "o caption",
        D,
        "dates-contradict",
        "enab-order-levelling enab-order-caption enab-qutayfah-levelling",
    ),
    ("p year of the interview", D, "year-not-stated", "cbs-interview"),
    ("p same month", D, "year-not-stated", "congress-testimony"),
    ("v hundreds or thousands", D, "different-values", "interviewed-body interviewed-note"),
    ("arrest warrant", C, "term-does-not-fit", "news-warrant"),
    ("ratified", C, "treaty-action-wrong", "snhr-cat-ratified"),
    ("ratified", C, "treaty-action-wrong", "enab-order-cat-ratified"),
    (
        "twenty days",
        D,
        "waiting-period",
        "since-order-arrests since-order-disappeared since-order-released",
    ),
    (
        "digit swap",
        D,
        "out-of-line",
        "all-disappeared-children disappeared-202406-children all-disappeared disappeared-202406",
    ),
]
"""What must be found: what it is about, class, kind, claims."""


def shipped() -> ClaimSet:
    return read_claims(published_names())


def found_in(facts: ClaimSet) -> Found:
    return summary(check_claims(facts))


@pytest.fixture(scope="module")
def found() -> Found:
    return found_in(shipped())


@pytest.mark.parametrize(("what", "grade", "kind", "claims"), GOLDEN)
def test_each_known_conflict_is_found(
    found: Found, what: str, grade: str, kind: str, claims: str
) -> None:
    assert (grade, kind, frozenset(claims.split())) in found, what


def test_there_is_no_contradiction_beside_the_known_ones(found: Found) -> None:
    expected = {(kind, frozenset(claims.split())) for _, g, kind, claims in GOLDEN if g == C}
    assert {(kind, claims) for grade, kind, claims in found if grade == C} == expected


@pytest.mark.parametrize(
    "claims",
    [
        "field-court-commuted field-court-executed field-court-sentences",
        "caesar-known caesar-new caesar-identified",
        "since-order-released since-order-disappeared since-order-arrests",
        "ohchr-documented ohchr-estimated ohchr-civilians",
        "caesar-photographs-detainees caesar-photographs-others caesar-photographs",
        "torture-deaths-children torture-deaths-women torture-deaths",
        "disappeared-children held-children",
        "disappeared-women held-women",
        "disappeared held",
        "certificates-2022 certificates",
    ],
)
def test_sums_and_parts_that_hold_raise_nothing(found: Found, claims: str) -> None:
    arithmetic = {
        "sum-fails",
        "part-larger-than-whole",
        "parts-exceed-whole",
        "parts-fall-short",
        "narrower-exceeds-broader",
    }
    named = frozenset(claims.split())
    assert not [f for f in found if f[1] in arithmetic and f[2] <= named]


TIMES = ("year", "years", "month", "months", "week", "weeks", "km")


def scrambled(facts: ClaimSet, factor: int, seed: int) -> tuple[ClaimSet, dict[str, str]]:
    """The claims without relations, with other ids, in another order, all counts multiplied."""
    chance = random.Random(seed)
    ids = {claim.id: f"c{chance.getrandbits(64):x}" for claim in facts.claims}

    def other(claim: Claim) -> Claim:
        value = claim.value
        if isinstance(value, Bounds):
            low, high = value.low, value.high
            value = Bounds(low and low * factor, high and high * factor)
        elif isinstance(value, int | float) and claim.unit not in TIMES:
            value = value * factor
        asserted = claim.asserted
        if asserted is not None:
            asserted = replace(asserted, of=ids.get(asserted.of, asserted.of))
        return replace(
            claim,
            id=ids[claim.id],
            value=value,
            part_of=ids.get(claim.part_of or ""),
            of=ids.get(claim.of or ""),
            between=tuple(ids[name] for name in claim.between) if claim.between else None,
            asserted=asserted,
            note=None,
            source=replace(claim.source, quote=None, title=None, url=None),
        )

    claims = [other(stated.claim) for stated in facts.claims]
    chance.shuffle(claims)
    content = ClaimsFile(version=1, claims=tuple(claims))
    lines = [None] * len(claims)
    return make_claim_set([("scrambled", content, lines)], shipped_words()), ids


@pytest.mark.parametrize("factor", [1, 3, 7, 10])
def test_findings_follow_from_scopes_not_from_ids_numbers_order_or_relations(
    factor: int,
) -> None:
    facts, ids = scrambled(shipped(), factor, seed=factor)
    found = found_in(facts)
    for what, grade, kind, claims in GOLDEN:
        assert (grade, kind, frozenset(ids[name] for name in claims.split())) in found, what
    contradictions = [f for f in found if f[0] == C]
    assert len(contradictions) == len([row for row in GOLDEN if row[1] == C])


def test_findings_read_in_both_languages_and_say_what_would_settle_them() -> None:
    for one in check_claims(shipped()):
        assert set(one.detail) == set(one.resolution) == {"en", "ar"}
        for text in (*one.detail.values(), *one.resolution.values()):
            assert text.strip()
            assert "{" not in text
            assert "None" not in text
        assert one.rule.endswith(".")
        assert one.claims


def test_a_finding_keeps_its_id_when_claims_are_added() -> None:
    alone = {f.id for f in check_claims(read_claims(["order-news-2023-11"]))}
    together = {f.id for f in check_claims(shipped())}
    assert alone
    assert alone <= together


def test_the_witness_who_says_at_times_gives_no_total() -> None:
    (one,) = [f for f in check_claims(shipped()) if f.kind == "extrapolation"]
    assert "187,8" in one.detail["en"]
    assert "751," in one.detail["en"]
    assert one.certainty == "certain"


def test_the_levelled_grave_lies_before_the_order() -> None:
    (one,) = [f for f in check_claims(shipped()) if f.kind == "phase-contradicted"]
    assert "lies before" in one.detail["en"]
    assert "2023-11-16" in one.detail["en"]
