"""The page of a facility: acts placed in it, witnesses by id and pseudonym, no names."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from bayyina.app.facility_sheets import facility_sheet, write_facility_sheet
from bayyina.app.rows import RecordRow
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.reporting.facility_pages import FacilitySheet
from tests.app.conftest import Bench, quiet
from tests.app.test_use_cases_are_logged import check_change

MAPPING = """
version = 1
[list]
name = "Invented stays"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
[[acts]]
type = "Detention"
if = {{ column = "from", is_not = [""] }}
when = {{ column = "from" }}
columns = {{ facility = {{ to = "facility" }}, until = {{ to = "last_confirmed" }} }}
[[acts]]
type = "Death"
if = {{ column = "died", is_not = [""] }}
when = {{ column = "died" }}
columns = {{ facility = {{ to = "facility" }} }}
[[acts]]
type = "Release"
if = {{ column = "freed", is_not = [""] }}
when = {{ column = "freed" }}
"""
HEADER = "id,name,from,facility,until,died,freed"
ROWS = (
    "FICT-1,Secret Name,2014-02,Saydnaya,2015-01,,2016-03-01",
    "FICT-2,Other Name,2013-05-12,سجن صيدنايا,,2014-06,",
    "FICT-3,Third Name,2013,branch-215,,,2014-01-01",
)


def sheet(bench: Bench, name: str = "sednaya-prison") -> FacilitySheet:
    return facility_sheet(bench.amal, name, quiet)


@pytest.fixture
def held(bench: Bench) -> Bench:
    """Two people in one facility, one in another."""
    bench.take_in(*ROWS, header=HEADER, mapping=MAPPING)
    return bench


def test_acts_stand_in_order_of_time(held: Bench) -> None:
    found = sheet(held)
    told = [(one.label.en, one.day.en if one.day else None) for one in found.stays]
    assert told == [
        ("Detention", "12 May 2013"),
        ("Detention", "February 2014"),
        ("Death", "June 2014"),
    ]
    assert found.stays[1].until is not None
    assert found.stays[1].until.en == "January 2015"
    assert found.stays[0].sources == ("Invented stays",)
    values = {unit: figure.value for unit, figure in found.figures.items() if figure.value}
    assert values == {"detentions": 2, "deaths": 1, "persons": 2}
    assert found.acts == 3


@pytest.mark.parametrize("name", ["Sednaya", "صيدنايا", "Saydnaya military prison"])
def test_a_facility_is_found_by_each_of_its_names(held: Bench, name: str) -> None:
    assert sheet(held, name).code == "sednaya-prison"


def test_who_was_released_may_be_a_witness(held: Bench) -> None:
    people = [r.number for r in held.amal.store.scan(RecordRow) if r.record_type == "Person"]
    witnesses = sheet(held).witnesses
    assert [(one.record, one.kind) for one in witnesses] == [
        (held.amal.short_id(people[0]), "released")
    ]


def test_no_name_is_on_the_page(held: Bench) -> None:
    files, _ = write_facility_sheet(
        held.amal, sheet(held), languages=("en", "ar"), out_folder=held.folder / "out"
    )
    for lang, (page, pdf) in files.items():
        text = page.read_text(encoding="utf-8")
        text += "".join(one.extract_text() for one in PdfReader(pdf).pages)
        assert "Name" not in text.replace("Names", "")
        assert {"en": "Sednaya prison", "ar": "سجن صيدنايا"}[lang] in text
        assert "FICTIONAL" in text
    assert "Who may have seen it" in files["en"][0].read_text(encoding="utf-8")


def test_writing_is_an_entry_of_the_log(held: Bench) -> None:
    found = sheet(held)
    check_change(
        held.amal,
        "write-facility",
        lambda: write_facility_sheet(
            held.amal, found, languages=("en",), out_folder=held.folder / "out"
        ),
    )


def test_what_is_no_facility_is_refused(held: Bench) -> None:
    person = held.amal.short_id(
        next(r.number for r in held.amal.store.scan(RecordRow) if r.record_type == "Person")
    )
    for name in ("nowhere at all", person, "FICT-99-1", ""):
        with pytest.raises(InputError, match="No facility has"):
            sheet(held, name)
    with pytest.raises(PermissionRefusedError):
        facility_sheet(held.member("dima", "viewer"), "Sednaya", quiet)
