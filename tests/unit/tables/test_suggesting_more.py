"""Drafts of lists as groups hold them: points, several acts, months of four calendars."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from bayyina.model.drafts import RowReading
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping
from bayyina.tables.reading import open_table
from bayyina.tables.suggesting import suggest


@pytest.fixture
def draft(tmp_path: Path, vocabulary: Vocabulary, gazetteer: Gazetteer):
    """Draft a mapping of a list, and run it on that list."""

    def make(header: list[str], *rows: list[str]) -> tuple[str, Mapping, list[RowReading]]:
        path = tmp_path / "register_2023-08-31.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        table = open_table(path, guess_header=True)
        text = suggest(table, vocabulary, gazetteer)
        mapping = Mapping.parse(text, vocabulary)
        reader = RowReader(mapping, table.header, vocabulary, gazetteer)
        return text, mapping, [reader.read(*row) for row in table.rows()]

    return make


def stated(readings: list[RowReading], name: str) -> list[Any]:
    """Bounds of every stated date of a property, in order of rows."""
    return [
        (draft.date_lo, draft.date_hi)
        for reading in readings
        for record in reading.records
        for draft in record.values
        if draft.property == name
    ]


@pytest.mark.parametrize("name", ["coordinates", "الإحداثيات", "where it lies"])
@pytest.mark.parametrize("point", ["33.60|36.40", "33.60, 36.40"])
def test_points_in_one_column_are_the_position_of_a_site(draft, name: str, point: str) -> None:
    text, mapping, readings = draft(
        ["site no", "site name", "grave type", name],
        ["FICT-S1", "East pit", "mass grave", point],
        ["FICT-S2", "West pit", "mass grave", point],
    )
    assert mapping.row.type == "Site"
    assert {rule.column for rule in mapping.row.columns if rule.property == "position"} == {name}
    assert [reading.status for reading in readings] == ["accepted"] * 2
    assert "Could be an id" not in text


def test_points_in_a_list_of_people_are_recognised_and_left_to_a_person(draft) -> None:
    text, _, readings = draft(
        ["id", "name", "lat|long"], ["FICT-1", "Alif", "33.5|36.2"], ["FICT-2", "Ba", "34.7|36.7"]
    )
    assert "latitude and longitude in one cell. No record of type Person has a position" in text
    assert [reading.status for reading in readings] == ["accepted"] * 2


def test_bare_places_beside_several_acts_are_proposed_for_the_nearest(draft) -> None:
    text, mapping, readings = draft(
        ["id", "name", "Governorate", "District", "arrest date", "death date", "town"],
        ["FICT-1", "Alif", "Homs", "Ar-Rastan", "2013-02-01", "2014-03", "Homs"],
        ["FICT-2", "Ba", "Aleppo", "Afrin", "2012-05", "2015", "Aleppo"],
    )
    proposed = 'Perhaps { to = "place", as = "governorate" } of Arrest, which stands beside it'
    assert proposed in text
    assert proposed.replace("governorate", "district") in text
    assert 'Perhaps { to = "place" } of Death, which stands beside it' in text
    assert [block.type for block in mapping.blocks] == ["Arrest", "Death"]
    assert [reading.status for reading in readings] == ["accepted"] * 2


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("12 شباط 2013", ("2013-02-12", "2013-02-12")),
        ("كانون الأول ٢٠١٢", ("2012-12-01", "2012-12-31")),
        ("١٢ فبراير ٢٠١٣", ("2013-02-12", "2013-02-12")),
        ("أغسطس 2013", ("2013-08-01", "2013-08-31")),
        ("رمضان 1434", ("2013-07-08", "2013-08-08")),
    ],
)
@pytest.mark.parametrize("name", ["تاريخ الاعتقال", "تاريخ الاحتجاز", "Date Arrested (DD/MM/YYYY)"])
def test_months_of_every_calendar(draft, name: str, text: str, bounds: tuple[str, str]) -> None:
    _, mapping, readings = draft(
        ["الرقم", "الاسم الثلاثي", "الجنس", name],
        ["FICT-1", "خالد القنديل", "ذكر", text],
        ["FICT-2", "سمر حداد", "أنثى", text],
    )
    assert [block.type for block in mapping.blocks] == ["Arrest"]
    assert [reading.status for reading in readings] == ["accepted"] * 2
    [(lo, hi), _] = stated(readings, "date")
    assert abs((_day(lo) - _day(bounds[0])).days) <= 1
    assert abs((_day(hi) - _day(bounds[1])).days) <= 1


def test_lists_in_cells_pairs_of_languages_and_formats_in_headers(draft) -> None:
    text, mapping, readings = draft(
        ["Case  No.", "name__ar", "name__en", "Sex M/F", "D.O.B", "nationality", "prison"],
        ["FICT-1", "خالد", "Khaled", "M", "13/05/1980", "Syrian|Turkish", "Adra|Saydnaya"],
        ["FICT-2", "سمر", "Samar", "F", "1975", "Syrian", "Adra"],
    )
    by_column = {rule.column: rule for rule in mapping.row.columns}
    assert (by_column["name__ar"].lang, by_column["name__en"].lang) == ("ar", "en")
    assert by_column["nationality"].split == "|"
    assert {"Sex M/F", "D.O.B"} <= set(by_column)
    assert "some cells hold several values, facility takes one" in text
    assert [reading.status for reading in readings] == ["accepted"] * 2


def _day(text: Any) -> dt.date:
    return dt.date.fromisoformat(str(text))
