"""What the rules of a mapping make of cells: words, parts, languages, sources, constants."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.errors import MappingError, ValueUnreadableError
from bayyina.model.drafts import ValueDraft
from bayyina.model.places import Gazetteer
from bayyina.model.values import read_value
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables import cell_readers, problems
from bayyina.tables.cell_readers import CellReader
from bayyina.tables.mapping import Mapping
from bayyina.tables.mapping_parts import ColumnRule
from bayyina.tables.sourced_values import source_of
from tests.unit.tables.row_reading import codes, values
from tests.unit.tables.test_mappings import ARRESTS

_PARTS = (Vocabulary.load(), Gazetteer.load())


def test_unknown_markers_state_nothing(reader) -> None:
    body = '[columns]\nname = { to = "name" }\nsex = { to = "sex" }\ndob = { to = "birth_date", unknown_when = ["0"] }\n'
    read = reader(body, "id", "name", "sex", "dob", about_list='unknown_when = ["-", "غير معروف"]')
    reading = read.row(id="1", name="A", sex="غير معروف", dob="0")
    assert [value.property for value in reading.records[0].values] == ["name"]
    assert read.row(id="2", name="A", sex=" - ", dob="غير معروف").status == "accepted"


def test_words_of_the_list(reader) -> None:
    body = (
        '[columns]\nname = { to = "name" }\n'
        'sex = { to = "sex", values = { V = "male", "?" = "", X = "unrecognised" } }\n'
    )
    read = reader(body, "id", "name", "sex")
    assert values(read.row(id="1", name="A", sex=" v "))["sex"] == ValueDraft(
        "sex", "male", original="v"
    )
    assert "sex" not in values(read.row(id="2", name="A", sex="?"))
    third = read.row(id="3", name="A", sex="X")
    assert values(third)["sex"] == ValueDraft("sex", "unrecognised", original="X")
    assert third.status == "accepted"


def test_several_values_in_one_cell(reader) -> None:
    body = '[columns]\njob = { to = "occupation", split = "|" }\n'
    read = reader(body, "id", "job")
    reading = read.row(id="1", job="baker| teacher ||")
    assert [value.value for value in reading.records[0].values] == ["baker", "teacher"]


def test_a_point_in_one_column_or_two(reader) -> None:
    one = reader(
        '[columns]\nat = { to = "position", as = "lat|long" }\n', "id", "at", record="Site"
    )
    two = reader(
        '[columns]\ny = { to = "position", as = "latitude" }\nx = { to = "position", as = "longitude" }\n',
        "id", "x", "y", record="Site",
    )  # fmt: skip
    expected = ValueDraft("position", "33.7385|36.6007")
    assert values(one.row(id="1", at="33.7385|36.6007"))["position"] == expected
    assert values(two.row(id="1", x="36.6007", y="33.7385"))["position"] == expected
    half = two.row(id="2", x="36.6007")
    assert codes(half) == [(problems.VALUE_UNREADABLE, "y + x")]
    assert values(half)["position"].value == "unreadable"


def test_a_date_in_three_columns(reader) -> None:
    body = '[columns]\ny = { to = "birth_date", as = "year" }\nm = { to = "birth_date", as = "month" }\nd = { to = "birth_date", as = "day" }\n'
    read = reader(body, "id", "d", "m", "y")

    def edtf(**cells: str) -> str:
        return values(read.row(**cells))["birth_date"].value

    assert edtf(id="1", y="1980", m="5", d="1") == "1980-05-01"
    assert edtf(id="2", y="1980", m="5") == "1980-05"
    assert edtf(id="3", y="1980") == "1980"
    assert edtf(id="4", y="1980", m="أيار", d="1") == "1980-05-01"
    assert edtf(id="5", y="1980", m="May") == "1980-05"
    assert codes(read.row(id="6", y="1980", m="13", d="1")) == [
        (problems.DATE_UNREADABLE, "y + m + d")
    ]
    assert codes(read.row(id="7", d="1", m="5")) == [(problems.DATE_UNREADABLE, "y + m + d")]


def test_two_columns_make_an_interval_or_a_range(reader) -> None:
    body = '[[acts]]\ntype = "Detention"\nwhen = { from = "a", to = "b" }\n'
    read = reader(body, "id", "a", "b")

    def date(**cells: str) -> ValueDraft:
        return values(read.row(**cells), 1)["date"]

    assert date(id="1", a="2012-03-05", b="2012-05") == ValueDraft(
        "date", "2012-03-05/2012-05", "2012-03-05", "2012-05-31"
    )
    assert date(id="2", a="2012", b="2012").value == "2012"
    assert date(id="3", a="2012")[2:4] == ("2012-01-01", None)
    assert date(id="4", b="2012")[2:4] == (None, "2012-12-31")
    assert read.row(id="5", a="2013", b="2012").status == "warned"
    counts = reader(
        '[columns]\nlow = { to = "value", as = "least" }\nhigh = { to = "value", as = "most" }\n',
        "id", "low", "high", record="Claim",
    )  # fmt: skip
    assert values(counts.row(id="1", low="150", high="600"))["value"][4:6] == (150, 600)
    assert values(counts.row(id="2", low="5"))["value"].value == "at least 5"
    assert values(counts.row(id="3", high="7"))["value"].value == "at most 7"
    assert values(counts.row(id="4", low="7", high="7"))["value"].value == "7"


def test_one_name_in_several_columns(reader) -> None:
    body = '[columns]\na = { to = "name", with = ["b", "c"] }\n'
    read = reader(body, "id", "a", "b", "c")
    assert values(read.row(id="1", a="Samer", c="Almithal"))["name"].value == "Samer Almithal"
    assert read.row(id="2").status == "kept_aside"


def test_columns_with_a_language_at_the_end(reader) -> None:
    read = reader('[columns]\nname = { to = "name" }\n', "id", "name__ar", "name__en")
    stated = read.row(id="1", name__ar="سامر", name__en="Samer").records[0].values
    assert [(value.value, value.lang) for value in stated] == [("سامر", "ar"), ("Samer", "en")]
    own = reader('[columns]\n"name__ar" = { to = "name" }\n', "id", "name__ar")
    assert values(own.row(id="1", name__ar="سامر"))["name"].lang == "ar"


def test_constants_and_certainty(reader) -> None:
    body = (
        '[columns]\nname = { to = "name" }\nkind = { to = "nationality", value = "Invented" }\n'
        '[[acts]]\ntype = "Death"\nalways = true\nwhen = { value = 2012-05 }\n'
        'constants = { manner = "torture", by = { value = "syrian-government-to-2024", certainty = "possible" } }\n'
        'certainty = { column = "sure", values = { A = "confirmed" } }\n'
    ).replace("2012-05", '"2012-05"')
    read = reader(body, "id", "name", "sure")
    reading = read.row(id="1", name="A", sure="A")
    assert values(reading)["nationality"].value == "Invented"
    death = values(reading, 1)
    assert (death["date"].value, death["date"].certainty) == ("2012-05", "confirmed")
    assert (death["by"].value, death["by"].certainty) == ("syrian-government-to-2024", "possible")
    unsure = read.row(id="2", name="A", sure="zz")
    assert codes(unsure) == [(problems.TERM_UNRECOGNISED, "sure")]
    assert values(unsure, 1)["date"].certainty is None


def test_a_constant_that_no_place_has_is_refused(reader) -> None:
    body = '[columns]\nname = { to = "name" }\n[constants]\nbirth_place = "Atlantis"\n'
    with pytest.raises(MappingError, match="the constant `birth_place`"):
        reader(body, "id", "name")


def test_identifiers_get_their_scheme(reader) -> None:
    read = reader('[columns]\nno = { to = "identifier", scheme = "national-no" }\n', "id", "no")
    assert values(read.row(id="1", no="0123"))["identifier"] == ValueDraft(
        "identifier", "national-no:0123", original="0123"
    )
    assert values(read.row(id="2", no="national-no:0123"))["identifier"].original is None


def test_required_columns(reader) -> None:
    body = '[columns]\nname = { to = "name", required = true }\nsex = { to = "sex" }\n'
    read = reader(body, "id", "name", "sex")
    assert codes(read.row(id="1", sex="m")) == [(problems.REQUIRED_MISSING, "name")]
    assert read.row(id="2", name="A").status == "accepted"


def test_optional_columns_may_be_absent(reader) -> None:
    body = '[columns]\nname = { to = "name" }\nage = { to = "age", optional = true }\n'
    assert reader(body, "id", "name").row(id="1", name="A").status == "accepted"
    assert values(reader(body, "id", "name", "age").row(id="1", age="7"))["age"].num_lo == 7
    with pytest.raises(MappingError, match="no column “name”"):
        reader(body, "id", "age")


def test_texts_outside_the_vocabulary_may_be_declared(reader) -> None:
    body = '[columns]\nname = { to = "name" }\ntown = { to = "birth_place", unlisted = true }\n'
    reading = reader(body, "id", "name", "town").row(id="1", name="A", town="Montevideo")
    assert reading.status == "accepted"
    assert values(reading)["birth_place"] == ValueDraft(
        "birth_place", "unrecognised", original="Montevideo"
    )


def test_the_source_of_each_value(reader) -> None:
    body = '[columns]\nname = { to = "name", source = { column = "from", values = { a = "Archive" } } }\nsex = { to = "sex" }\n'
    read = reader(body, "id", "name", "sex", "from")
    reading = read.row(id="1", name="A", sex="m", **{"from": "a"})
    assert {v.property: source_of(v) for v in reading.records[0].values} == {
        "sex": None,
        "name": "Archive",
    }
    copy = pickle.loads(pickle.dumps(reading))  # noqa: S301 - our own bytes
    assert copy == reading
    assert sorted(map(str, map(source_of, copy.records[0].values))) == ["Archive", "None"]
    other = read.row(id="2", name="A", **{"from": "Witness"})
    assert source_of(other.records[0].values[0]) == "Witness"


@settings(max_examples=80, derandomize=True, deadline=None)
@given(text=st.text(min_size=1, max_size=30).filter(lambda text: text.strip() == text))
@pytest.mark.parametrize("name", ["name", "note", "identifier"])
def test_short_ways_lead_where_the_model_leads(name: str, text: str) -> None:
    """Names, texts and identifiers are read apart for speed, never otherwise than by the model."""
    vocabulary, gazetteer = _PARTS
    prop = vocabulary.types["Person"].properties[name]
    scheme = "case-no" if name == "identifier" else None
    rule = ColumnRule(column="c", property=name, lang="ar", scheme=scheme)
    facts = Mapping.parse(ARRESTS, vocabulary).facts
    reader = CellReader(rule, prop, vocabulary, gazetteer, facts)
    prefixed = f"{scheme}:{text}" if scheme and not text.startswith(f"{scheme}:") else text
    try:
        expected = read_value(prop, prefixed, vocabulary=vocabulary, gazetteer=gazetteer, lang="ar")
    except ValueUnreadableError:
        assert reader(text).values[0].value == "unreadable"
        assert reader(text).values[0].original == text
        return
    if name == "identifier":
        expected = expected._replace(original=None if expected.value == text else text)
    assert reader(text).values == (expected,)


def test_a_column_that_never_repeats_itself_is_not_remembered(
    vocabulary: Vocabulary, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_readers, "MOST_REMEMBERED", 50)
    prop = vocabulary.types["Person"].properties["name"]
    facts = Mapping.parse(ARRESTS, vocabulary).facts
    rule = ColumnRule(column="c", property="name")
    repeating = CellReader(rule, prop, vocabulary, gazetteer, facts)
    unique = CellReader(rule, prop, vocabulary, gazetteer, facts)
    for number in range(500):
        assert repeating(f"name {number % 60}").values[0].value == f"name {number % 60}"
        assert unique(f"name {number}").values[0].value == f"name {number}"
    assert len(repeating._remembered) <= 50
    assert len(unique._remembered) == 0
