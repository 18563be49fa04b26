"""Rows to drafts: what is stated, what is warned about, what is kept aside."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.model.drafts import RecordDraft, ValueDraft
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables import problems
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping
from bayyina.tables.problems import KEEPS_ASIDE
from bayyina.tables.seen_keys import SeenKeys
from tests.unit.tables.row_reading import codes, values
from tests.unit.tables.test_mappings import ARRESTS, HEADER

ROW = (
    "FICT-1", "سامر المثال", "Samer Almithal", "", "ذكر", "01/05/1980", "", "2012-05",
    "حمص", "", "شهيد", "", "تعذيب", "heart attack",
)  # fmt: skip


def test_a_row_states_a_person_and_two_acts(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    reader = RowReader(Mapping.parse(ARRESTS, vocabulary), HEADER, vocabulary, gazetteer)
    reading = reader.read(2, ROW, ())
    assert (reading.status, reading.key, reading.problems) == ("accepted", "FICT-1", ())
    assert reading.cells == ROW
    assert reading.records == (
        RecordDraft(
            "Person",
            "FICT-1",
            (
                ValueDraft("name", "سامر المثال", lang="ar"),
                ValueDraft("name", "Samer Almithal", lang="en"),
                ValueDraft("sex", "male", original="ذكر"),
                ValueDraft(
                    "birth_date", "1980-05-01", "1980-05-01", "1980-05-01", original="01/05/1980"
                ),
            ),
        ),
        RecordDraft(
            "Arrest",
            "FICT-1/Arrest:1",
            (
                ValueDraft("date", "2012-05", "2012-05-01", "2012-05-31"),
                ValueDraft("place", "SY04", original="حمص"),
            ),
            (("victim", "FICT-1"),),
        ),
        RecordDraft(
            "Death",
            "FICT-1/Death:1",
            (
                ValueDraft("manner", "torture", original="تعذيب"),
                ValueDraft("stated_cause", "heart attack"),
            ),
            (("victim", "FICT-1"),),
        ),
    )


def test_martyr_means_dead_and_never_how(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    reader = RowReader(Mapping.parse(ARRESTS, vocabulary), HEADER, vocabulary, gazetteer)
    row = ("FICT-2", "سامر", *[""] * 8, "شهيد", "", "", "")
    death = reader.read(2, row, ()).records[1]
    assert (death.type, death.values) == ("Death", ())
    alive = reader.read(3, ("FICT-3", "سامر", *[""] * 8, "أفرج عنه", "2013", "تعذيب", ""), ())
    assert [record.type for record in alive.records] == ["Person"]


def test_no_property_comes_from_an_empty_cell(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    """Whatever cells are empty, their columns state nothing."""
    mapping = Mapping.parse(ARRESTS, vocabulary)
    by_column = {
        rule.column: rule.property
        for block in (mapping.row, *mapping.blocks)
        for rule in block.columns
    }
    for emptied, column in enumerate(HEADER[1:], 1):
        row = tuple("" if index == emptied else cell for index, cell in enumerate(ROW))
        reading = RowReader(mapping, HEADER, vocabulary, gazetteer).read(2, row, ())
        stated = sum(len(record.values) for record in reading.records)
        full = RowReader(mapping, HEADER, vocabulary, gazetteer).read(2, ROW, ())
        expected = sum(len(record.values) for record in full.records)
        if column == "status":
            expected -= 2  # the whole death
        elif column in by_column and ROW[emptied]:
            expected -= 1
        assert stated == expected, column


def test_what_cannot_be_read_is_kept_verbatim_and_reported(
    vocabulary: Vocabulary, gazetteer: Gazetteer
) -> None:
    reader = RowReader(Mapping.parse(ARRESTS, vocabulary), HEADER, vocabulary, gazetteer)
    row = (
        "FICT-1",
        "سامر",
        "",
        "",
        "Z9",
        "31/02/1980",
        "",
        "soon",
        "Atlantis",
        "Branch 999999",
        *[""] * 4,
    )
    reading = reader.read(7, row, ())
    assert reading.status == "warned"
    assert codes(reading) == [
        (problems.TERM_UNRECOGNISED, "sex"),
        (problems.DATE_UNREADABLE, "dob"),
        (problems.DATE_UNREADABLE, "arrest_date"),
        (problems.PLACE_UNRECOGNISED, "governorate"),
        (problems.GROUP_UNRECOGNISED, "branch"),
    ]
    assert values(reading)["sex"] == ValueDraft("sex", "unrecognised", original="Z9")
    assert values(reading)["birth_date"] == ValueDraft(
        "birth_date", "unreadable", original="31/02/1980"
    )
    assert values(reading, 1)["date"].original == "soon"
    assert values(reading, 1)["place"] == ValueDraft("place", "unrecognised", original="Atlantis")
    for problem in reading.problems:
        for private in ("Z9", "31/02", "soon", "Atlantis", "999999", "سامر"):
            assert private not in problem.message


def test_rows_without_a_key_or_with_one_that_was_there_are_kept_aside(reader) -> None:
    read = reader('[columns]\nname = { to = "name" }\n', "id", "name")
    assert read.row(id="FICT-1", name="A").status == "accepted"
    again = read.row(id=" FICT-1 ", name="B")
    missing = read.row(name="C")
    empty = read.row(id="FICT-4")
    assert [r.status for r in (again, missing, empty)] == ["kept_aside"] * 3
    assert codes(again) == [(problems.KEY_DUPLICATE, "id")]
    assert "Row 2" in again.problems[0].message
    assert codes(missing) == [(problems.KEY_MISSING, "id")]
    assert codes(empty) == [(problems.REQUIRED_MISSING, "")]
    assert (again.key, again.records, again.cells) == ("FICT-1", (), (" FICT-1 ", "B"))


def test_rows_that_were_not_whole_stay_aside(reader) -> None:
    read = reader('[columns]\nname = { to = "name" }\n', "id", "name")
    problem = problems.too_few_cells(1, 2)
    reading = read._reader.read(5, ("FICT-1",), (problem,))
    assert (reading.status, reading.key, reading.problems) == ("kept_aside", "", (problem,))
    repaired = read._reader.read(6, ("FICT-1", "A"), (problems.encoding_repaired("x"),))
    assert repaired.status == "warned"


def test_several_rows_may_say_more_of_one_record(reader) -> None:
    body = (
        '[columns]\nname = { to = "name" }\n[[acts]]\ntype = "Burial"\nwhen = { column = "on" }\n'
    )
    read = reader(
        body, "id", "name", "on", record="Site", about_list='repeated_key = "same_record"'
    )
    first, second = read.row(id="S1", name="x", on="2012"), read.row(id="S1", name="x", on="2013")
    third = read.row(id="S1", on="2014")
    assert [r.key for r in (first, second, third)] == ["S1", "S1#2", "S1#3"]
    assert [r.records[0].key for r in (first, second, third)] == ["S1"] * 3
    assert second.records[1].key == "S1#2/Burial:1"
    assert second.records[1].links == (("site", "S1"),)


def test_a_list_without_ids_is_known_by_its_content(reader) -> None:
    body = '[columns]\nname = { to = "name" }\n'
    for unique, expected in (("true", "accepted"), ("false", "kept_aside")):
        read = reader(body, "name", about_list=f"unique_rows = {unique}", key="{ content = true }")
        first, other, again = read.row(name="A"), read.row(name="B"), read.row(name="A")
        assert first.key.startswith("row-")
        assert other.key != first.key
        assert again.status == expected
        if unique == "true":
            assert again.key == f"{first.key}#2" == again.records[0].key
    invented = reader(body, "name", about_list="fictional = true", key="{ content = true }")
    assert invented.row(name="A").key.startswith("FICT-row-")


def test_several_columns_make_one_key(reader) -> None:
    read = reader('[columns]\nname = { to = "name" }\n', "a", "b", "name", key='["a", "b"]')
    assert read.row(a="x", b="1", name="N").key == "x/1"
    assert read.row(a="x", name="N").key == "x/"
    assert codes(read.row(b="1", name="N")) == [(problems.KEY_MISSING, "a, b")]


def test_a_certificate_states_a_person_and_a_death(reader) -> None:
    body = (
        'links = { about = "named" }\n[constants]\nkind = "death_certificate"\n'
        '[[persons]]\nid = "named"\ncolumns = { name = { to = "name" } }\n'
        '[[acts]]\ntype = "Death"\nabout = "named"\nlinks = { certificate = "row" }\n'
        'when = { column = "died" }\n'
    )
    read = reader(body, "id", "name", "died", record="Document")
    document, person, death = read.row(id="C1", name="A", died="2012").records
    assert (document.type, document.links) == ("Document", (("about", "C1/Person:1"),))
    assert (person.type, person.key) == ("Person", "C1/Person:1")
    assert set(death.links) == {("victim", "C1/Person:1"), ("certificate", "C1")}
    nameless = read.row(id="C2", died="2012")
    assert codes(nameless) == [(problems.LINK_WITHOUT_RECORD, "")] * 2
    assert nameless.records[1].links == (("certificate", "C2"),)


def test_links_to_rows_of_this_list_another_list_and_shared_records(reader) -> None:
    body = (
        '[columns]\nname = { to = "name" }\n'
        '[[records]]\nid = "grave"\ntype = "Site"\nkey = "grave"\ncolumns = { town = { to = "locality" } }\n'
        '[[acts]]\ntype = "Burial"\ncolumns = { grave = { to = "site", link = "key" } }\n'
        '[[acts]]\ntype = "Exhumation"\ncolumns = { old = { to = "site", link = "key", list = "Graves" } }\n'
    )
    read = reader(body, "id", "name", "grave", "town", "old")
    person, site, burial, exhumation = read.row(
        id="1", name="A", grave="G7", town="x", old="R9"
    ).records
    assert site.key == "Site:G7"
    assert burial.links == (("victim", "1"), ("site", "Site:G7"))
    assert exhumation.links == (("victim", "1"), ("site", "Graves\x1fR9"))
    assert person.links == ()
    mothers = reader(
        '[columns]\nname = { to = "name" }\n[[records]]\ntype = "Relationship"\nlinks = { person = "row" }\n'
        'columns = { mother = { to = "related_to", link = "key" } }\n',
        "id", "name", "mother",
    )  # fmt: skip
    assert mothers.row(id="1", name="A", mother="2").records[1].links[-1] == ("related_to", "2")


def test_counts_that_contradict_each_other_are_reported_and_kept(reader) -> None:
    body = (
        '[columns]\nn = { to = "person_count" }\ne = { to = "exhumed_count" }\ni = { to = "identified_count" }\n'
        '[[checks]]\nat_most = ["identified_count", "exhumed_count"]\nempty_is_zero = true\n'
    )
    read = reader(body, "id", "n", "e", "i", record="Site")
    assert read.row(id="1", n="10", e="10", i="3").status == "accepted"
    more = read.row(id="2", n="10", e="12", i="13")
    assert codes(more) == [(problems.COUNT_LOGIC, "e"), (problems.COUNT_LOGIC, "i")]
    assert values(more)["exhumed_count"].num_lo == 12
    assert codes(read.row(id="3", i="2")) == [(problems.COUNT_LOGIC, "i")]
    assert read.row(id="4", e="2").status == "accepted"
    assert read.row(id="5", n="at least 10", e="12").status == "accepted"
    assert read.row(id="6", n="5..10", e="11").status == "warned"


def test_dates_in_an_impossible_order_are_reported(reader) -> None:
    body = '[columns]\na = { to = "date" }\nb = { to = "last_use" }\n'
    read = reader(body, "id", "a", "b", record="Site")
    assert codes(read.row(id="1", a="2013-05", b="2013-04-30")) == [(problems.DATE_ORDER, "a")]
    assert read.row(id="2", a="2013-05", b="2013").status == "accepted"


def test_conditions(reader) -> None:
    body = (
        '[columns]\nname = { to = "name" }\n'
        '[[acts]]\ntype = "Arrest"\nif = [{ column = "what", is_not = ["release", ""] }, { column = "name", not_empty = true }]\n'
        '[[acts]]\ntype = "Release"\nif = { column = "what", is = ["Release"] }\n'
        '[[acts]]\ntype = "Sighting"\nif = { column = "what", not_empty = false }\n'
    )
    read = reader(body, "id", "name", "what")

    def acts(**cells: str) -> list[str]:
        return [record.type for record in read.row(**cells).records[1:]]

    assert acts(id="1", name="A", what="arrest") == ["Arrest"]
    assert acts(id="2", name="A", what=" RELEASE ") == ["Release"]
    assert acts(id="3", name="A", what="") == ["Sighting"]
    assert acts(id="4", what="arrest") == []


def test_the_digest_is_of_the_cells_by_column(vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
    mapping = Mapping.parse(ARRESTS, vocabulary)
    turned = tuple(reversed(HEADER))
    first = RowReader(mapping, HEADER, vocabulary, gazetteer).read(2, ROW, ())
    second = RowReader(mapping, turned, vocabulary, gazetteer).read(9, tuple(reversed(ROW)), ())
    assert first.digest == second.digest
    assert len(first.digest) == 32
    moved = (*ROW[:5], "", ROW[5], *ROW[7:])
    assert (
        RowReader(mapping, HEADER, vocabulary, gazetteer).read(2, moved, ()).digest != first.digest
    )


@settings(max_examples=100, derandomize=True, deadline=None)
@given(cells=st.lists(st.text(max_size=20), min_size=len(HEADER), max_size=len(HEADER)))
def test_whatever_the_cells_hold_a_row_is_read_or_kept(cells: list[str]) -> None:
    vocabulary, gazetteer = _PARTS
    reader = RowReader(Mapping.parse(ARRESTS, vocabulary), HEADER, vocabulary, gazetteer)
    reading = reader.read(2, tuple(cells), ())
    assert reading.cells == tuple(cells)
    kept_aside = any(problem.code in KEEPS_ASIDE for problem in reading.problems)
    assert (reading.status == "kept_aside") == kept_aside
    assert bool(reading.records) != kept_aside
    for record in reading.records:
        for value in record.values:
            assert value.value
            is_text = value.property in {"name", "name.father", "note", "stated_cause"}
            if value.value in {"unreadable", "unrecognised"} and not is_text:
                assert value.original is not None or value.value in cells
                assert (value.date_lo, value.num_lo) == (None, None)


_PARTS = (Vocabulary.load(), Gazetteer.load())


@settings(max_examples=30, derandomize=True, deadline=None)
@given(keys=st.lists(st.text(max_size=6), max_size=200))
def test_seen_keys_are_a_dictionary_of_first_rows(keys: list[str]) -> None:
    seen, known = SeenKeys(), dict[str, int]()
    for row, key in enumerate(keys, 2):
        assert seen.first_row(key, row) == known.get(key)
        known.setdefault(key, row)
    assert len(seen) == len(known)


def test_many_keys_take_little_room() -> None:
    seen = SeenKeys()
    for row in range(20_000):
        assert seen.first_row(f"FICT-{row}", row) is None
    assert seen.first_row("FICT-17", 99_999) == 17
    assert len(seen._marks) <= 1 << 15
