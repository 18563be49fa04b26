"""Mapping files: the examples of the format, and every fault with its line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from bayyina.errors import FileUnreadableError, MappingError
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.mapping import Mapping, check_mapping
from bayyina.tables.toml_lines import key_lines

ARRESTS = """\
version = 1
[list]
name = "Arrest register, central office"      # becomes the Source
asserted_on = 2023-08-31                       # the release's date; drives "known at"
release = "partial"                            # "complete": rows that vanish are withdrawn
unique_rows = true                             # two rows of this list are two people
[row]
record = "Person"
key = "case_no"                                # the list's own id: makes a re-import an update
[columns]                                      # column -> property of the row's record
full_name_ar = { to = "name", lang = "ar" }
full_name_en = { to = "name", lang = "en" }
father       = { to = "name.father", lang = "ar" }
sex          = { to = "sex", values = { M = "male", F = "female", "ذكر" = "male", "أنثى" = "female" } }
dob          = { to = "birth_date", date = ["%Y-%m-%d", "%d/%m/%Y", "%Y"] }
notes        = { to = "note" }
[[acts]]                                       # acts this row reports about the record
type = "Arrest"
when = { column = "arrest_date" }
columns = { governorate = { to = "place", as = "governorate" }, branch = { to = "by", as = "group" } }
[[acts]]
type = "Death"
if = { column = "status", is = ["died", "متوفى", "شهيد"] }      # "martyr" means dead, never how
when = { column = "death_date" }
columns = { manner = { to = "manner", values = { "تعذيب" = "torture" } }, cause_on_certificate = { to = "stated_cause" } }
"""

HEADER = (
    "case_no", "full_name_ar", "full_name_en", "father", "sex", "dob", "notes", "arrest_date",
    "governorate", "branch", "status", "death_date", "manner", "cause_on_certificate",
)  # fmt: skip


def test_the_example_of_the_format_is_read(vocabulary: Vocabulary) -> None:
    mapping = Mapping.parse(ARRESTS, vocabulary)
    mapping.check_header(HEADER)
    assert mapping.name == "Arrest register, central office"
    assert (mapping.asserted_on, mapping.release) == ("2023-08-31", "partial")
    assert (mapping.unique_rows, mapping.fictional) == (True, False)
    assert [block.type for block in mapping.blocks] == ["Arrest", "Death"]
    assert mapping.blocks[0].links == (("victim", "row"),)
    assert mapping.record_keys("A-17") == ("A-17", "A-17/Arrest:1", "A-17/Death:1")
    assert mapping.unused((*HEADER, "office")) == ("office",)
    assert pickle.loads(pickle.dumps(mapping)) == mapping  # noqa: S301 - our own bytes


def changed(old: str, new: str) -> str:
    assert old in ARRESTS
    return ARRESTS.replace(old, new, 1)


FAULTS = {
    "no version": (changed("version = 1\n", ""), None, "the first line must be `version = 1`"),
    "another version": (changed("version = 1", "version = 2"), 1, "reads version 1"),
    "no list": (changed("[list]", "[lists]"), 2, "did you mean `list`?"),
    "unknown key": (changed("unique_rows", "unique_row"), 6, "`unique_row`: this key is not known here (did you mean `unique_rows`?)"),
    "no date of release": (changed("asserted_on", "# asserted_on"), 2, "`asserted_on` is missing"),
    "half a date of release": (changed("2023-08-31", '"2023-08"'), 4, "a whole date such as 2023-08-31"),
    "wrong word": (changed('"partial"', '"parcial"'), 5, "did you mean `partial`?"),
    "a flag in quotation marks": (changed("= true", '= "true"'), 6, "true or false is needed"),
    "unknown type": (changed('record = "Person"', 'record = "Persona"'), 8, "no record type `Persona` (did you mean `Person`?)"),
    "only a heading": (changed('record = "Person"', 'record = "Act"'), 8, "`Act` is only a heading"),
    "no key": (changed("key = ", "# key = "), 7, "the column with the list's own id"),
    "unknown property": (changed("name.father", "name.fathr"), 13, "`Person` has no property `name.fathr` (did you mean `name.father`?)"),
    "no property": (changed('{ to = "note" }', "{ }"), 16, "the key `to` is missing"),
    "unknown term": (changed('M = "male"', 'M = "mail"'), 14, "the list `sexes` has no term `mail` (did you mean `male`?)"),
    "wrong date format": (changed('"%d/%m/%Y"', '"%d/%m/%q"'), 15, "`dob`"),
    "a date for a text": (changed('{ to = "note" }', '{ to = "note", date = "%Y" }'), 16, "`note` is no date"),
    "wrong level": (changed('as = "governorate"', 'as = "governate"'), 20, "did you mean `governorate`?"),
    "as of a text": (changed('{ to = "note" }', '{ to = "note", as = "x" }'), 16, "`as` does not belong to `note`"),
    "unknown act": (changed('"Arrest"\n', '"Arest"\n'), 18, "no record type `Arest` (did you mean `Arrest`?)"),
    "no column in when": (changed('{ column = "arrest_date" }', "{ }"), 19, "give either `column`"),
    "a condition of nothing": (changed(', is = ["died", "متوفى", "شهيد"]', ""), 23, "say what must hold"),
    "a key of when": (changed("column = \"death_date\"", 'colum = "death_date"'), 24, "did you mean `column`?"),
    "a link that is none": (changed('{ to = "note" }', '{ to = "note", link = "key" }'), 16, "`note` is no link"),
    "a scheme of a text": (changed('{ to = "note" }', '{ to = "note", scheme = "x" }'), 16, "is no identifier"),
    "a language that is none": (changed('"name", lang = "ar"', '"name", lang = "Arabic"'), 11, "is no language tag"),
    "half a point": (changed("[columns] ", '[columns]\nyear = { to = "birth_date", as = "month" } #'), 10, 'as = "year" too'),
    "an act of nothing": (ARRESTS + '[[acts]]\ntype = "Torture"\n', 26, "write always = true"),
    "an unknown block": (ARRESTS + '[[acts]]\ntype = "Release"\nalways = true\nabout = "child"\n', 26, "no block of the mapping has the id `child`"),
    "a link to the wrong type": (ARRESTS + '[[acts]]\ntype = "Release"\nalways = true\nlinks = { facility = "row" }\n', 26, "links to `Facility`, not to `Person`"),
    "a check of no count": (ARRESTS + '[[checks]]\nat_most = ["name", "birth_date"]\n', 26, "`name` is no count"),
    "an id twice": (ARRESTS + '[[persons]]\nid = "x"\nalways = true\n[[persons]]\nid = "x"\nalways = true\n', 30, "is used twice"),
    "a constant that is none": (ARRESTS + '[constants]\nsex = "femal"\n', 27, "has no term `femal` (did you mean `female`?)"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_names_file_line_and_what_was_meant(
    write, vocabulary: Vocabulary, fault: str
) -> None:
    text, line, expected = FAULTS[fault]
    path = write(text, "list.mapping.toml")
    with pytest.raises(MappingError) as caught:
        Mapping.load(path, vocabulary)
    message = str(caught.value)
    assert expected in message or any(
        expected in f.message for f in check_mapping(path, vocabulary)
    )
    assert str(path) in message
    lines = [found.line for found in check_mapping(path, vocabulary) if expected in found.message]
    assert lines == [line]


def test_all_faults_are_found_at_once(write, vocabulary: Vocabulary) -> None:
    text = ARRESTS.replace("name.father", "x").replace('"Death"', '"Deth"').replace("dob  ", "dob-")
    path = write(text.replace('"note"', '"notes"'), "list.mapping.toml")
    assert [found.line for found in check_mapping(path, vocabulary)] == [13, 16, 22]
    with pytest.raises(MappingError, match=r"line 13.*2 more: run `bayyina check`"):
        Mapping.load(path, vocabulary)


def test_a_text_that_is_not_toml(write, vocabulary: Vocabulary) -> None:
    path = write("version = 1\n[columns]\nالاسم = { to = 'name' }\n", "list.mapping.toml")
    with pytest.raises(MappingError, match="line 3: this is not TOML") as caught:
        Mapping.load(path, vocabulary)
    assert "quotation marks" in caught.value.hint
    assert [found.line for found in check_mapping(path, vocabulary)] == [3]


def test_a_file_that_is_not_utf_8(write, vocabulary: Vocabulary) -> None:
    path = write("version = 1\nname = 'سامر'".encode("windows-1256"), "list.mapping.toml")
    with pytest.raises(FileUnreadableError, match="line 2: the mapping is not UTF-8"):
        Mapping.load(path, vocabulary)
    with pytest.raises(FileUnreadableError, match="There is no file"):
        Mapping.load(path.with_name("absent.toml"), vocabulary)


def test_a_list_that_lacks_columns_is_refused_with_the_nearest_name(
    vocabulary: Vocabulary,
) -> None:
    mapping = Mapping.parse(ARRESTS, vocabulary)
    header = [name for name in HEADER if name not in {"dob", "status"}] + ["d.o.b"]
    with pytest.raises(MappingError) as caught:
        mapping.check_header(header)
    assert "“dob” (did you mean `d.o.b`?)" in caught.value.message
    assert "“status”" in caught.value.message
    assert "“d.o.b”" in caught.value.hint


def test_the_date_of_release_in_the_name_of_the_file(vocabulary: Vocabulary) -> None:
    text = changed("2023-08-31", '{ file_name = "list_%Y-%m-%d.csv" }')
    mapping = Mapping.parse(text, vocabulary)
    assert mapping.for_file(Path("x/list_2024-02-06.csv")).asserted_on == "2024-02-06"
    with pytest.raises(MappingError, match="does not follow"):
        mapping.for_file(Path("list.csv"))
    with pytest.raises(MappingError, match="stands in the name"):
        _ = mapping.asserted_on
    wrong = changed("2023-08-31", '{ file_name = "list_%Y.csv" }')
    with pytest.raises(MappingError, match="%Y, %m and %d"):
        Mapping.parse(wrong, vocabulary)


def test_the_reading_digest_changes_with_how_cells_are_read_only(vocabulary: Vocabulary) -> None:
    def digest(text: str) -> str:
        return Mapping.parse(text, vocabulary).reading_digest

    assert digest(changed("2023-08-31", "2023-09-30")) == digest(ARRESTS)
    assert digest(changed("# becomes the Source", "")) == digest(ARRESTS)
    assert digest(changed('release = "partial"', 'release = "complete"')) == digest(ARRESTS)
    assert digest(changed('M = "male"', 'H = "male"')) != digest(ARRESTS)
    assert digest(changed("[list]", '[list]\nlang = "ar"')) != digest(ARRESTS)


def test_lines_of_keys() -> None:
    text = '\na = 1\n[b]\n"c d" = """\nx = 1\n"""\n[[e]]\nf.g = 1\n[[e]]\nf = {\n}\n[e.h]\ni = 2\n'
    assert key_lines(text) == {
        ("a",): 2,
        ("b",): 3,
        ("b", "c d"): 4,
        ("e", 0): 7,
        ("e", 0, "f", "g"): 8,
        ("e", 1): 9,
        ("e", 1, "f"): 10,
        ("e", 1, "h"): 12,
        ("e", 1, "h", "i"): 13,
    }


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[3] / "examples" / "mappings").glob("*.toml")), ids=lambda p: p.name
)  # fmt: skip
def test_the_shipped_examples_are_sound(path: Path, vocabulary: Vocabulary) -> None:
    assert check_mapping(path, vocabulary) == []
