"""The database's own figures beside published claims. All FICTIONAL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bayyina.app.comparing_claims import ComparedClaim, compare_claims
from bayyina.claims.reading import read_claims
from bayyina.errors import PermissionRefusedError
from tests.app.conftest import Bench

PEOPLE = [
    f"FICT-{n},Person {n},{'M' if n % 3 else 'F'},1990,12/05/{2013 + n % 2},Homs,{status},{death}"
    for n, (status, death) in enumerate([("held", "")] * 12 + [("died", "2015-03-04")] * 8)
]
LATER = ["FICT-90,Person 90,M,1990,12/05/2013,Homs,died,2015-03-05"]

Compare = Callable[..., dict[str, ComparedClaim]]


def nothing(done: int, total: int | None, what: str) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def compare(bench: Bench, tmp_path: Path) -> Compare:
    bench.take_in(*PEOPLE)

    def compared(*lines: str) -> dict[str, ComparedClaim]:
        path = tmp_path / "x.claims.yaml"
        body = "\n".join(
            f"  - {{{line}, source: {{document: a, published: 2023-09-01}}}}" for line in lines
        )
        path.write_text(f"version: 1\nclaims:\n{body}\n", encoding="utf-8")
        found = compare_claims(bench.amal, read_claims([path]), nothing)
        return {one.claim.id: one for one in found}

    return compared


def test_questions_are_made_from_scopes(compare: Compare) -> None:
    found = compare(
        "id: dead, value: 8, comparator: at least, unit: persons, what: {act: Death}, period: 2015",
        "id: arrests, value: 20, unit: arrests, what: {act: Arrest, place: Homs}, period: 2013/2014",
        "id: women, value: 7, unit: persons, what: {act: Arrest, sex: female}, period: 2013/2014",
        "id: held, value: 12, unit: persons, what: {act: Custody}, as_of: 2023-08-31",
    )
    assert {name: (one.verdict, one.value) for name, one in found.items()} == {
        "dead": ("agrees", 8),
        "arrests": ("agrees", 20),
        "women": ("agrees", 7),
        "held": ("agrees", 12),
    }
    assert found["dead"].query == "count persons with Death in 2015 known at 2023-09-01"


def test_what_became_known_later_explains(compare: Compare, bench: Bench) -> None:
    bench.take_in(*PEOPLE, *LATER, asserted_on="2023-12-31")
    (one,) = compare("id: dead, value: 9, unit: persons, what: {act: Death}, period: 2015").values()
    assert (one.verdict, one.dimension, one.value) == ("explained", "known_at", 8)
    assert one.dimension_text("en") == "what became known after the publication"
    assert [o.value for o in one.others if o.dimension == "known_at"] == [9]


def test_rounding_explains_and_what_nothing_explains_differs(compare: Compare) -> None:
    found = compare(
        "id: rounded, value: 20, unit: persons, what: {act: Death}, period: 2015",
        "id: tens, value: 10, unit: persons, what: {act: Death}, period: 2015",
        "id: near, value: 8, comparator: about, unit: persons, what: {act: Death}, period: 2015",
    )
    assert found["rounded"].verdict == "differs"
    assert found["near"].verdict == "agrees"
    assert found["tens"].verdict == "differs"
    many = compare("id: x, value: 8000, unit: persons, what: {act: Death}, period: 2015")
    assert many["x"].verdict == "differs"
    assert many["x"].others


def test_what_cannot_be_asked_says_why(compare: Compare) -> None:
    found = compare(
        "id: own, value: 5, unit: persons, what: {act: Displacement}, period: 2015",
        "id: unit, value: 5, unit: methods, what: {act: Torture}",
        "id: word, value: 5, unit: persons, what: {act: Death, by: a band}",
        "id: rate, value: 5, unit: persons, what: {act: Death}, per: day",
        "id: asked, value: 20, unit: people, what: {act: Presence}, query: count persons",
        "id: wrong, value: 20, unit: people, what: {act: Presence}, query: count nothing",
    )
    assert {name for name, one in found.items() if one.verdict == "not asked"} == {
        "own",
        "unit",
        "word",
        "rate",
        "wrong",
    }
    assert found["own"].reason == "`displacement` is no act of the vocabulary"
    assert all(one.reason for one in found.values() if one.verdict == "not asked")
    assert (found["asked"].verdict, found["asked"].value) == ("agrees", 20)


def test_who_may_not_count_may_not_compare(bench: Bench) -> None:
    reader = bench.member("dima", "data-protection")
    with pytest.raises(PermissionRefusedError):
        compare_claims(reader, read_claims(["series"]), nothing)
