"""The algebra of scopes: one relation for each pair, whichever way one looks."""

from __future__ import annotations

import math

import pytest

from bayyina.claims.claim_set import ClaimSet
from bayyina.claims.numbers import is_digit_swap, read_number, significant_digits, written
from bayyina.claims.scopes import BroaderScopes, relation_of
from bayyina.claims.words import Relation
from bayyina.standards.claims_file import Bounds
from tests.unit.claims.conftest import read

MIRRORED = {Relation.WITHIN: Relation.CONTAINS, Relation.CONTAINS: Relation.WITHIN}


def pair(one: str, other: str) -> ClaimSet:
    source = "value: 1, source: {document: a}"
    return read(f"claims:\n  - {{id: x, {one}, {source}}}\n  - {{id: y, {other}, {source}}}\n")


def what(said: str, more: str = "period: 2015") -> str:
    return f"unit: persons, what: {{{said}}}, {more}"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (what("act: Death"), what("act: Death"), Relation.EQUAL),
        (what("act: Death, by: sdf"), what("act: Death"), Relation.WITHIN),
        (what("act: Death, by: sdf"), what("act: Death, by: hts"), Relation.DISJOINT),
        (
            what("act: Death, by: military-intelligence"),
            what("act: Death, by: Syrian regime"),
            Relation.WITHIN,
        ),
        (
            what("act: Death, manner: summary_execution"),
            what("act: Death, manner: execution"),
            Relation.WITHIN,
        ),
        (what("act: Death, place: SY0303"), what("act: Death, place: SY03"), Relation.WITHIN),
        (what("act: Death, place: SY03"), what("act: Death, place: SY04"), Relation.DISJOINT),
        (what("act: Death, sex: women"), what("act: Death, sex: children"), Relation.DISJOINT),
        (what("act: Death, by: sdf"), what("act: Death, sex: male"), Relation.OVERLAP),
        (what("act: Death, by: a band"), what("act: Death, by: a gang"), Relation.UNKNOWN),
        (what("act: Death, by: [sdf, hts]"), what("act: Death, by: sdf"), Relation.CONTAINS),
        (what("act: Death"), what("act: Arrest"), Relation.UNKNOWN),
        (what("act: Death"), what("act: Death", "period: 2016"), Relation.DISJOINT),
        (what("act: Death"), what("act: Death", "period: 2015/2016"), Relation.WITHIN),
        (what("act: Death"), what("act: Death", "period: 2015-06/2016"), Relation.OVERLAP),
        (what("act: Death"), what("act: Death", "note: undated"), Relation.UNKNOWN),
        (
            what("act: Custody", "as_of: 2023-08"),
            what("act: Custody", "as_of: 2023-08-31"),
            Relation.EQUAL,
        ),
        (
            what("act: Custody", "as_of: 2023-08"),
            what("act: Custody", "period: 2011-03/2023-08"),
            Relation.EQUAL,
        ),
        (
            what("act: Custody", "as_of: 2023-08"),
            what("act: Custody", "as_of: 2022-08"),
            Relation.UNKNOWN,
        ),
        (
            what("act: Death", "period: 2015, axis: occurred"),
            what("act: Death", "period: 2015, axis: documented"),
            Relation.UNKNOWN,
        ),
        (
            what("act: Death", "period: 2015, population: those with names"),
            what("act: Death"),
            Relation.UNKNOWN,
        ),
        (
            what("act: Death", "period: 2015, party: sdf"),
            what("act: Death, by: sdf"),
            Relation.EQUAL,
        ),
        ("unit: deaths, what: {act: Death}", "unit: persons, what: {act: Death}", Relation.EQUAL),
        (
            "unit: death_sentences, what: {act: Sentence}",
            "unit: sentences, what: {act: Sentence}",
            Relation.WITHIN,
        ),
        ("unit: bodies, what: {act: Death}", "unit: persons, what: {act: Death}", Relation.UNKNOWN),
        (what("act: Vote, votes: 1"), what("act: Vote, votes: 2"), Relation.DISJOINT),
        (what("act: Custody, charged: true"), what("act: Custody, charged: no"), Relation.DISJOINT),
    ],
)
def test_two_scopes(one: str, other: str, expected: Relation) -> None:
    facts = pair(one, other)
    x, y = (facts.by_id[name].scope for name in "xy")
    assert relation_of(x, y, facts.words) is expected
    assert relation_of(y, x, facts.words) is MIRRORED.get(expected, expected)


def test_broader_scopes_are_found_without_looking_at_all() -> None:
    facts = read(
        "claims:\n"
        + "".join(
            f"  - {{id: c{n}, value: 1, unit: persons, what: {{act: Death{said}}}, source: {{document: a}}}}\n"
            for n, said in enumerate(
                (
                    ", by: military-intelligence, place: SY0303, sex: male",
                    ", by: syrian-government-to-2024, place: SY03",
                    ", sex: male",
                    "",
                    ", sex: female",
                    ", by: sdf",
                )
            )
        )
    )
    keys = [claim.scope.key for claim in facts.claims]
    above = BroaderScopes(keys, facts.words)
    assert set(above.of(keys[0])) == {keys[1], keys[2], keys[3]}
    assert list(above.of(keys[3])) == []


@pytest.mark.parametrize(
    ("value", "comparator", "bounds"),
    [
        (100, None, (100, 100)),
        (100, "at least", (100, math.inf)),
        (100, "no fewer than", (100, math.inf)),
        (100, "fewer than", (0, 100)),
        (100, "about", (90, 110)),
        (100, "nearly", (90, 102)),
        (100, "order of magnitude", (100, 999)),
        (Bounds(low=5, high=9), None, (5, 9)),
        (Bounds(low=5), None, (5, math.inf)),
        (Bounds(high=9), None, (0, 9)),
    ],
)
def test_numbers_as_bounds(
    value: int | Bounds, comparator: str | None, bounds: tuple[float, float]
) -> None:
    number = read_number(value, comparator)
    assert (number.lo, number.hi) == pytest.approx(bounds)
    assert number.lo <= number.stated <= number.hi


def test_digits() -> None:
    assert is_digit_swap(3105, 1305)
    assert is_digit_swap(12, 21)
    assert not is_digit_swap(3105, 3105)
    assert not is_digit_swap(3105, 1350)
    assert not is_digit_swap(3105, 31050)
    assert not is_digit_swap(1.5, 5.1)
    assert significant_digits(1500) == 2
    assert significant_digits(0.5) == 0
    assert written(15051) == "15,051"
    assert written(0.85) == "0.85"
    assert written(math.inf) == "∞"
