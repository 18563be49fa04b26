"""Links of rows to records of this list and of others: found, or said not to be."""

from __future__ import annotations

import csv

from bayyina.app.rows import StatementRow
from tests.app.conftest import ROWS, Bench

HEADER = "id,name,mother,other"

MAPPING = """
version = 1
[list]
name = "Register of invented families"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
[[records]]
type = "Relationship"
links = {{ person = "row" }}
columns = {{ mother = {{ to = "related_to", link = "key" }} }}
[[records]]
id = "elsewhere"
type = "Relationship"
links = {{ person = "row" }}
columns = {{ other = {{ to = "related_to", link = "key", list = "Register of invented arrests" }} }}
"""


def lines(bench: Bench) -> list[dict[str, str]]:
    """The report, row by row."""
    text = (bench.folder / "rows.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def kept(bench: Bench) -> list[str]:
    """Wordings of links whose target was not found."""
    rows = bench.amal.store.scan(StatementRow)
    return sorted(row.original or "" for row in rows if row.value == "unrecognised")


def test_a_row_may_point_at_any_row_before_it(bench: Bench) -> None:
    rows = ("FICT-2,Ba,,", "FICT-1,Alif,FICT-2,", "FICT-3,Ta,FICT-2,")
    dry = bench.take_in(*rows, header=HEADER, mapping=MAPPING, dry_run=True)
    result = bench.take_in(*rows, header=HEADER, mapping=MAPPING)
    for one in (dry, result):
        assert (one.rows.accepted, one.rows.warned, one.rows.problems) == (3, 0, {})
    assert kept(bench) == []


def test_a_key_that_no_row_before_it_has_is_told(bench: Bench) -> None:
    rows = ("FICT-1,Alif,FICT-2,", "FICT-2,Ba,FICT-99,")
    for is_dry in (True, False):
        result = bench.take_in(*rows, header=HEADER, mapping=MAPPING, dry_run=is_dry)
        assert (result.rows.warned, result.rows.problems) == (2, {"link-not-found": 2})
    assert [(line["status"], line["columns"]) for line in lines(bench)] == [
        ("warned", "mother")
    ] * 2
    assert "no row before this one has this key" in lines(bench)[1]["message"]
    assert "FICT-99" not in lines(bench)[1]["message"]
    assert kept(bench) == ["FICT-2", "FICT-99"]


def test_a_list_or_a_key_of_it_that_is_not_there_is_told(bench: Bench) -> None:
    row = "FICT-7,Alif,,FICT-1"
    bench.take_in(row, header=HEADER, mapping=MAPPING)
    assert "holds no list of that name" in lines(bench)[0]["message"]
    assert "“Register of invented arrests”" in lines(bench)[0]["message"]
    bench.take_in(*ROWS)
    result = bench.take_in(
        "FICT-8,Ba,,FICT-1", "FICT-9,Ta,,FICT-77", header=HEADER, mapping=MAPPING
    )
    assert (result.rows.accepted, result.rows.warned) == (1, 1)
    assert "that list has no record with this key" in lines(bench)[1]["message"]
    links = [text for text in kept(bench) if ": " in text]
    assert links == [f"Register of invented arrests: FICT-{number}" for number in (1, 77)]
