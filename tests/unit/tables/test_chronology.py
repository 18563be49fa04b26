"""Dates and ages that cannot be are told, and kept as they are written."""

from __future__ import annotations

import pytest

from bayyina.model.drafts import RowReading
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping

HEADER = ("id", "born", "age", "arrest", "release", "death", "burial", "again")
MAPPING = """
version = 1
[list]
name = "Invented"
asserted_on = 2023-08-31
fictional = true
[row]
record = "Person"
key = "id"
[columns]
born = { to = "birth_date" }
age = { to = "age" }
[[acts]]
type = "Arrest"
when = { column = "arrest" }
[[acts]]
type = "Arrest"
when = { column = "again" }
[[acts]]
type = "Release"
when = { column = "release" }
[[acts]]
type = "Death"
when = { column = "death" }
[[acts]]
type = "Burial"
when = { column = "burial" }
"""


@pytest.fixture
def read(vocabulary: Vocabulary, gazetteer: Gazetteer):
    """Read one row, given by column."""
    reader = RowReader(Mapping.parse(MAPPING, vocabulary), HEADER, vocabulary, gazetteer)
    numbers = iter(range(2, 100))

    def make(**cells: str) -> RowReading:
        number = next(numbers)
        return reader.read(
            number, tuple({"id": f"FICT-{number}", **cells}.get(name, "") for name in HEADER)
        )

    return make


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"born": "1990", "arrest": "1989-12"}, ["date-order"]),
        ({"born": "1990", "death": "1989"}, ["date-order"]),
        ({"arrest": "2013-05-02", "release": "2013-05-01"}, ["date-order"]),
        ({"arrest": "2013-05", "death": "2013-04"}, ["date-order"]),
        ({"death": "2014", "burial": "2013"}, ["date-order"]),
        ({"release": "2015", "death": "2014"}, ["date-order"]),
        ({"arrest": "2014", "again": "2016", "death": "2013"}, ["date-order"]),
        ({"born": "1990", "arrest": "1985", "death": "1984"}, ["date-order"] * 3),
        ({"born": "1850", "arrest": "2013"}, ["age-impossible"]),
        ({"age": "121", "arrest": "2013"}, ["age-impossible"]),
        ({"age": "999", "arrest": "2013"}, ["age-impossible"]),
        ({"death": "2023-09-01"}, ["date-ahead"]),
        ({"born": "2024", "arrest": "2013"}, ["date-ahead", "date-order"]),
    ],
)
def test_what_cannot_be_is_told_and_kept(read, cells: dict[str, str], codes: list[str]) -> None:
    reading = read(**cells)
    assert [problem.code for problem in reading.problems] == codes
    assert reading.status == "warned"
    stated = {
        value.original or value.value
        for record in reading.records
        for value in record.values
        if value.property in ("birth_date", "date", "age")
    }
    assert stated == set(cells.values())
    for problem in reading.problems:
        assert set(problem.column.split(" / ")) & set(cells)
    for problem in reading.problems:
        assert not any(text in problem.message for text in cells.values() if len(text) > 4)


@pytest.mark.parametrize(
    "cells",
    [
        {"born": "1990", "arrest": "1990", "death": "1990"},
        {"arrest": "2013", "release": "2013-01-05", "death": "2013-02"},
        {"arrest": "2013-05", "release": "2013-05-01"},
        {"arrest": "2013", "again": "2015", "release": "2014", "death": "2016"},
        {"born": "1893", "arrest": "2013"},
        {"age": "120", "arrest": "2013"},
        {"age": "0", "death": "2023-08-31"},
        {"death": "2023", "burial": "2023-08"},
        {"arrest": "2013?", "death": "2014~"},
        {"born": "", "arrest": "not known"},
    ],
)
def test_what_can_be_is_not_told(read, cells: dict[str, str]) -> None:
    codes = {problem.code for problem in read(**cells).problems}
    assert not codes & {"date-order", "age-impossible", "date-ahead"}
