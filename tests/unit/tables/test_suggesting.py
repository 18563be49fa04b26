"""Drafted mappings: they load, run on their own list, and leave doubts to a person."""

from __future__ import annotations

import csv
import datetime as dt
import os
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayyina.errors import FileUnreadableError
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

    def make(
        header: list[str], rows: list[list[str]], name="register_2023-08-31.csv"
    ) -> tuple[str, Any, list[RowReading]]:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        table = open_table(path)
        text = suggest(table, vocabulary, gazetteer)
        reader = RowReader(Mapping.parse(text, vocabulary), table.header, vocabulary, gazetteer)
        return text, tomllib.loads(text), [reader.read(*row) for row in table.rows()]

    return make


def test_an_english_register(draft) -> None:
    header = [
        "Case No",
        "Full name",
        "Full name (Arabic)",
        "Gender",
        "Date of birth",
        "Arrest date",
        "Place of arrest",
        "Date of death",
        "Remarks",
        "Colour",
    ]
    rows = [
        [f"FICT-{n}", f"Person {n}", f"شخص {n}", "MF"[n % 2], f"{13 + n}/05/1980", "2012-05", "Homs", "", "x", "blue"]
        for n in range(9)
    ]  # fmt: skip
    rows[3][7] = "03/2013"
    text, content, readings = draft(header, rows)
    assert content["list"]["asserted_on"] == dt.date(2023, 8, 31)
    assert content["list"]["fictional"] is True
    assert content["row"] == {"record": "Person", "key": "Case No"}
    assert content["columns"] == {
        "Full name": {"to": "name"},
        "Full name (Arabic)": {"to": "name", "lang": "ar"},
        "Gender": {"to": "sex"},
        "Date of birth": {"to": "birth_date", "date": ["%d/%m/%Y"]},
        "Remarks": {"to": "note"},
    }
    assert content["acts"] == [
        {"type": "Arrest", "when": {"column": "Arrest date"}, "columns": {"Place of arrest": {"to": "place"}}},
        {"type": "Death", "when": {"column": "Date of death"}},
    ]  # fmt: skip
    assert '# "Colour": 100% filled' in text
    assert [reading.status for reading in readings] == ["accepted"] * 9
    assert [len(reading.records) for reading in readings] == [2, 2, 2, 3, 2, 2, 2, 2, 2]


def test_an_arabic_register(draft) -> None:
    header = [
        "الرقم",
        "الاسم الأول",
        "اسم الأب",
        "الكنية",
        "اسم الأم",
        "الجنس",
        "تاريخ الولادة",
        "تاريخ الاعتقال",
        "محافظة الاعتقال",
        "الخانة",
    ]
    rows = [
        [str(n), "سامر", "محمد", "المثال", "ليلى", "ذكر", "1980", "آذار 2012", "حمص", "12"]
        for n in range(5)
    ]
    _, content, readings = draft(header, rows)
    assert content["row"]["key"] == "الرقم"
    assert content["columns"]["اسم الأب"] == {"to": "name.father", "lang": "ar"}
    assert content["columns"]["الخانة"] == {"to": "register_number"}
    assert content["acts"][0]["columns"] == {
        "محافظة الاعتقال": {"to": "place", "as": "governorate"}
    }
    assert {reading.status for reading in readings} == {"accepted"}


def test_a_spanish_register_of_graves_in_two_columns_of_degrees(draft) -> None:
    header = [
        "NUMERO_REGISTRO",
        "DENOMINACION_FOSA",
        "ESTADO_ACTUAL",
        "NUMERO_PERSONAS_FOSA",
        "x",
        "y",
    ]
    rows = [[f"{n}/2009", f"Fosa {n}", "NO INTERVENIDA", "3", "-3.5", "40.1"] for n in range(12)]
    text, content, readings = draft(header, rows)
    assert content["row"] == {"record": "Site", "key": "NUMERO_REGISTRO"}
    assert content["columns"]["x"] == {"to": "position", "as": "longitude"}
    assert "ESTADO_ACTUAL" not in content["columns"]
    assert '# "ESTADO_ACTUAL": 100% filled' in text
    assert '#   values = { "NO INTERVENIDA" = "unrecognised"' in text
    assert {reading.status for reading in readings} == {"accepted"}


def test_a_french_register(draft) -> None:
    header = [
        "Numéro de dossier",
        "Nom",
        "Prénom",
        "Sexe",
        "Date de naissance",
        "Lieu de naissance",
        "Remarques",
    ]
    rows = [[str(n), "Exemple", "Samir", "homme", "13/05/1980", "Homs", ""] for n in range(4)]
    _, content, _ = draft(header, rows)
    assert content["row"]["key"] == "Numéro de dossier"
    assert content["columns"]["Sexe"] == {"to": "sex", "values": {"homme": "male"}}
    assert content["columns"]["Lieu de naissance"] == {"to": "birth_place"}
    assert "Remarques" not in content["columns"]


def test_m_beside_v_is_not_taken_for_a_man(draft) -> None:
    _, content, _ = draft(["id", "nombre", "sexo"], [[str(n), "A", "VM"[n % 2]] for n in range(8)])
    assert content["columns"]["sexo"]["values"] == {"V": "male", "M": "unrecognised"}


def test_an_order_of_day_and_month_that_is_not_clear_is_left_open(draft) -> None:
    text, content, _ = draft(["id", "name", "dob"], [[str(n), "A", "03/04/1980"] for n in range(4)])
    assert "date" not in content["columns"].get("dob", {})
    remark = next(line for line in text.splitlines() if line.startswith('"dob"')).partition("#")[2]
    assert "day first" in remark
    assert '["%m/%d/%Y"]' in remark
    text, *_ = draft(["id", "name", "dob"], [[str(n), "A", "1980-04-03"] for n in range(4)])
    assert "day first" not in text
    _, content, _ = draft(
        ["id", "name", "dob"], [[str(n), "A", f"04/{13 + n}/1980"] for n in range(4)]
    )
    assert content["columns"]["dob"]["date"] == ["%m/%d/%Y"]


def test_a_list_without_ids(draft) -> None:
    text, content, readings = draft(["name", "age"], [["A", "7"], ["B", "7"]])
    assert content["row"]["key"] == {"content": True}
    assert "# No column speaks of an act" in text
    assert [reading.status for reading in readings] == ["accepted"] * 2


def test_ids_that_repeat_far_down_the_list_are_said(draft) -> None:
    rows = [[str(n if n != 3_900 else 7), f"A{n}"] for n in range(4_000)]
    text, content, readings = draft(["id", "name"], rows)
    assert content["row"]["key"] == "id"
    assert "# 1 rows have a key" in text
    assert sum(reading.status == "kept_aside" for reading in readings) == 1


def test_no_text_of_the_list_stands_in_the_draft(draft) -> None:
    header = ["id", "name", "story", "mother name", "phone"]
    rows = [[str(n), f"Secret{n}", f"Private{n} text", f"Hidden{n}", f"555{n}"] for n in range(50)]
    text, _, _ = draft(header, rows)
    assert not any(word in text for word in ("Secret", "Private", "Hidden", "555"))


def test_the_sheet_is_written_down(
    tmp_path: Path, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "القائمة"
    book.active.append(["id", "name"])
    book.active.append([1, "A"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    mapping = Mapping.parse(suggest(open_table(path), vocabulary, gazetteer), vocabulary)
    assert mapping.sheet == "القائمة"
    assert mapping.asserted_on == "2020-09-13"


WORDS = st.sampled_from(
    ["id", "name", "Full name", "sex", "الجنس", "dob", "Arrest date", "date", "x", "y", "lat", "lon", "age", "notes",
     "branch", "prison", "court", "fosa", "people", "national id", "place of death", 'a "quoted" name', "a\\b", "#", "name__ar", "name__en"]
)  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(
        ["", "M", "ذكر", "2012-05", "13/05/2012", "حمص", "7", "35.5", "a|b", "?", "215"]
    ),
    st.text(max_size=8),
)


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), header=st.lists(WORDS, min_size=1, max_size=8, unique=True))
def test_every_draft_loads_and_runs_on_its_own_list(
    draft, data: st.DataObject, header: list[str]
) -> None:
    row = st.lists(CELLS, min_size=len(header), max_size=len(header))
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    try:
        _, _, readings = draft(header, rows)
    except FileUnreadableError:
        return  # such as a table of control characters
    assert len(readings) <= len(rows)


@pytest.mark.parametrize("column", ["المحافظة", "Governorate"])
def test_a_place_of_nobody_is_that_of_the_only_act(draft, column: str) -> None:
    rows = [[f"n{n}", "2013-05-01", place] for n, place in enumerate(["حلب", "Homs", "Idleb"] * 3)]
    text, mapping, _ = draft(["Full name", "Date of death", column], rows)
    [act] = mapping["acts"]
    assert act["type"] == "Death"
    assert act["columns"][column] == {"to": "place", "as": "governorate"}
    assert "is this its place?" in text


def test_a_place_of_nobody_stays_unsure_with_two_acts_or_other_values(draft) -> None:
    header = ["Full name", "Date of death", "Arrest date", "Governorate"]
    _, mapping, _ = draft(header, [["n", "2013-05-01", "2012-01-02", "Homs"]] * 3)
    assert all("Governorate" not in act.get("columns", {}) for act in mapping["acts"])
    header = ["Full name", "Date of death", "Governorate"]
    rows = [["n", "2013-05-01", word] for word in ("blue", "green", "red")]
    text, mapping, _ = draft(header, rows)
    assert all("columns" not in act for act in mapping["acts"])
    assert '# "Governorate"' in text


@pytest.mark.parametrize("column", ["سبب الوفاة", "Cause of death"])
def test_a_cause_of_death_is_what_somebody_stated_and_never_the_manner(draft, column: str) -> None:
    rows = [[f"n{n}", "2013-05-01", "shelling"] for n in range(3)]
    _, mapping, _ = draft(["Full name", "Date of death", column], rows)
    [act] = mapping["acts"]
    assert act["columns"][column]["to"] == "stated_cause"
    assert "manner" not in str(act)


def test_of_several_sheets_the_one_with_the_most_rows_is_drafted(
    tmp_path: Path, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["About this list"])
    register = book.create_sheet("Register 2023")
    register.append(["Case No", "Full name"])
    for n in range(5):
        register.append([f"FICT-{n}", f"Name {n}"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    with pytest.raises(FileUnreadableError, match="has 2 sheets"):
        open_table(path)
    table = open_table(path, guess_header=True)
    text = suggest(table, vocabulary, gazetteer)
    assert tomllib.loads(text)["list"]["sheet"] == "Register 2023"
    assert '# It has the most rows. The other sheets, with their rows: "Notes" (1).' in text
    assert Mapping.parse(text, vocabulary).sheet == "Register 2023"


def test_columns_that_are_nearly_an_id_are_named_with_what_they_lack(draft) -> None:
    rows = [[f"FICT-{n % 8}", f"C{n}" if n else "", f"Name {n}", "blue"] for n in range(10)]
    text, content, _ = draft(["Case No", "File", "Full name", "Colour"], rows)
    assert content["row"]["key"] == {"content": True}
    assert '# Could be an id: "Case No", 2 of 10 rows repeat the text of an earlier one.' in text
    assert '# Could be an id: "File", filled in 90% of the rows.' in text
    assert "Name 3" not in text
    assert 'Could be an id: "Colour"' not in text


def test_words_that_cannot_be_read_are_ready_to_be_given_a_meaning(draft) -> None:
    rows = [[f"FICT-{n}", f"Name {n}", ("M", "F", "M", "weiblich")[n % 4]] for n in range(12)]
    text, content, _ = draft(["Case No", "Full name", "Gender"], rows)
    assert "values" not in content["columns"]["Gender"]
    line = next(part for part in text.splitlines() if part.startswith("#   values = "))
    assert '{ weiblich = "unrecognised" }' in line
    assert "female" in line.partition("# words to put: ")[2]
    filled = tomllib.loads(line.removeprefix("#   ").replace("unrecognised", "female"))
    assert filled == {"values": {"weiblich": "female"}}
