"""Files as nobody writes them by hand: thousands of claims of one document."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.claims.checking import check_claims
from bayyina.claims.reading import read_claims
from bayyina.claims.rules import counting


def write(path: Path, *claims: str) -> Path:
    lines = ["version: 1", "claims:"]
    path.write_text("\n".join([*lines, *(f"  - {{{one}}}" for one in claims)]), encoding="utf-8")
    return path


def death(number: int, value: int, period: str, manner: str = "torture") -> str:
    return (
        f"id: c{number}, value: {value}, unit: persons, what: {{act: Death, manner: {manner}}}, "
        f"period: {period}, source: {{document: one, locator: p. {number}}}"
    )


def test_thousands_of_equal_claims_of_one_document_agree(tmp_path: Path) -> None:
    claims = [death(n, 15051, "2011-03/2023-10") for n in range(2000)]
    found = check_claims(read_claims([write(tmp_path / "same.claims.yaml", *claims)]))
    assert [one for one in found if one.grade == "contradiction"] == []


def test_a_sum_that_fails_is_found_among_thousands_of_one_document(tmp_path: Path) -> None:
    claims = [death(n, 5 + n % 40, f"{1800 + n // 12}-{n % 12 + 1:02}") for n in range(2400)]
    year = sum(5 + n % 40 for n in range(1200, 1212))
    claims.append(death(9000, year - 27, "1900"))
    found = check_claims(read_claims([write(tmp_path / "months.claims.yaml", *claims)]))
    [one] = [one for one in found if one.grade == "contradiction"]
    assert "c9000" in one.claims
    assert len(one.claims) == 13


@pytest.mark.parametrize("many", [1, 500])
def test_the_union_of_two_ways_of_dying_is_a_doubt_however_many_claims_there_are(
    tmp_path: Path, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MANY", many)
    executed = (
        "id: e, value: 7872, unit: persons, what: {act: Execution}, period: 2011-03/2023-08, "
        "source: {document: one, locator: p. 9}"
    )
    file = write(tmp_path / "two.claims.yaml", death(1, 15051, "2011-03/2023-10"), executed)
    kinds = {one.kind: set(one.claims) for one in check_claims(read_claims([file]))}
    assert kinds["union-not-sum"] == {"c1", "e"}
