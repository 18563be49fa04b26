"""The dossier of a person and the letter to a family: what is told, and what never is."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from bayyina.app.consenting import withdraw_consent
from bayyina.app.deciding import determine_record
from bayyina.app.family_releases import is_released
from bayyina.app.person_papers import (
    WrittenDossier,
    WrittenLetter,
    write_dossier,
    write_letter,
)
from bayyina.app.rows import RecordRow
from bayyina.app.sealed_papers import Handing
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from bayyina.reporting.family_letter import DEADLY, EVENTS, GRAVE, unknowns
from tests.app.conftest import Bench, quiet
from tests.app.test_use_cases_are_logged import check_change

MAPPING = """
version = 1
[list]
name = "Invented inquiries"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name_ar = {{ to = "name", lang = "ar" }}
name_en = {{ to = "name", lang = "en" }}
[[acts]]
type = "Arrest"
if = {{ column = "arrested", is_not = [""] }}
when = {{ column = "arrested" }}
columns = {{ place = {{ to = "place", as = "governorate" }}, by = {{ to = "by", as = "group" }} }}
[[acts]]
type = "Torture"
if = {{ column = "method", is_not = [""] }}
columns = {{ method = {{ to = "methods" }} }}
[[acts]]
type = "FamilyContact"
if = {{ column = "phone", is_not = [""] }}
columns = {{ phone = {{ to = "phone" }} }}
[[acts]]
type = "Death"
if = {{ column = "died", is_not = [""] }}
when = {{ column = "died" }}
columns = {{ manner = {{ to = "manner" }} }}
[[acts]]
type = "Sentence"
if = {{ column = "penalty", is_not = [""] }}
columns = {{ penalty = {{ to = "penalty" }} }}
"""
HEADER = "id,name_ar,name_en,arrested,place,by,method,phone,died,manner,penalty"
STATE = "syrian-government-to-2024"
PHONE = "+963-000-FICTIONAL"
HELD = f"FICT-1,فلان الفلاني,Fulan al-Fulani,2013-05-12,Homs,{STATE},rape,{PHONE},,,"
DEAD = f"FICT-1,فلان الفلاني,Fulan al-Fulani,2013-05-12,Homs,{STATE},dulab,{PHONE},2014-02,torture,"
SENTENCED = "FICT-1,فلان الفلاني,Fulan al-Fulani,2013-05-12,Homs,,,,,,death"


def take_in(bench: Bench, row: str) -> str:
    """The short id of the person of a row."""
    bench.take_in(row, header=HEADER, mapping=MAPPING)
    return of_type(bench.amal, "Person")


def of_type(workspace: Workspace, record_type: str) -> str:
    rows = [row for row in workspace.store.scan(RecordRow) if row.record_type == record_type]
    return workspace.short_id(rows[-1].number)


def letter(bench: Bench, person: str) -> WrittenLetter:
    return write_letter(
        bench.amal, person, languages=("en", "ar"), out_folder=bench.folder / "out",
        handing=Handing(in_clear=True),
    )  # fmt: skip


def dossier(bench: Bench, person: str) -> WrittenDossier:
    return write_dossier(
        bench.amal, person, languages=("en", "ar"), out_folder=bench.folder / "out",
        handing=Handing(in_clear=True),
    )  # fmt: skip


def pages(files: dict[str, tuple[Path, ...]]) -> dict[str, str]:
    """Page and PDF as text, by language."""
    return {
        lang: paths[0].read_text(encoding="utf-8")
        + "".join(page.extract_text() for page in PdfReader(paths[1]).pages)
        for lang, paths in files.items()
    }


def release(bench: Bench, *handles: str, verdict: str = "for") -> None:
    death = of_type(bench.amal, "Death")
    for handle in handles:
        determine_record(
            bench.as_member(handle),
            record_id=death,
            decision="released",
            verdict=verdict,
            standard="family-may-be-told",
            reasons="the aunt asked for it",
            lines=[f"list_entry={death}"] if verdict == "for" else [],
        )


def test_a_letter_says_what_is_known_and_what_is_not(bench: Bench) -> None:
    done = letter(bench, take_in(bench, HELD))
    text = pages(dict(done.files))
    assert "Arrest on 12 May 2013, Homs, by" in text["en"]
    assert "اعتقال بتاريخ 12 أيار 2013، حمص" in text["ar"]
    assert "Fulan al-Fulani" in text["en"]
    assert "فلان الفلاني" in text["ar"]
    assert unknowns(done.letter) == ("where now", "alive")
    assert "whether Fulan al-Fulani is alive" in text["en"]
    assert "without your consent" in text["en"]
    assert "FICTIONAL" in text["en"].upper()


def test_no_sealed_value_and_no_torture_is_in_a_letter(bench: Bench) -> None:
    text = pages(dict(letter(bench, take_in(bench, HELD)).files))
    for page in text.values():
        assert PHONE not in page
        assert "rape" not in page.lower()
        assert "اغتصاب" not in page
        assert "Invented inquiries" not in page


def test_a_death_is_told_only_after_two_people_decided(bench: Bench) -> None:
    person = take_in(bench, DEAD)
    for handle in ("badr", "chams"):
        bench.member(handle, "verifier")
    out = bench.folder / "out"

    def refused() -> None:
        with pytest.raises(CheckFailedError, match="two people have not decided") as error:
            letter(bench, person)
        assert error.value.code == "family-not-told"
        assert not out.exists()

    refused()
    release(bench, "badr")
    refused()
    release(bench, "chams")
    done = letter(bench, person)
    assert [one.type for one in done.letter.events] == ["Arrest", "Death"]
    text = pages(dict(done.files))
    assert "Death in February 2014" in text["en"]
    assert "sorry for your loss" in text["en"]
    assert "buried" in unknowns(done.letter)
    assert "alive" not in unknowns(done.letter)
    assert "torture" not in text["en"].lower()


def test_whoever_takes_it_back_stops_the_letter(bench: Bench) -> None:
    person = take_in(bench, DEAD)
    for handle in ("badr", "chams"):
        bench.member(handle, "verifier")
    release(bench, "badr", "chams")
    assert letter(bench, person).withheld == ()
    release(bench, "chams", verdict="against")
    with pytest.raises(CheckFailedError):
        letter(bench, person)


@pytest.mark.parametrize(
    ("row", "code"), [(HELD, "nothing-may-be-told"), (DEAD, "family-not-told")]
)
def test_no_letter_says_that_nothing_is_known_of_somebody_who_took_consent_back(
    bench: Bench, row: str, code: str
) -> None:
    """What may not leave is not "what we do not know": whether they live would be a lie."""
    person = take_in(bench, row)
    withdraw_consent(bench.amal, informant=person, progress=quiet)
    with pytest.raises(CheckFailedError) as refused:
        letter(bench, person)
    assert refused.value.code == code
    assert not (bench.folder / "out").exists()


def test_another_decision_about_the_death_releases_nothing(bench: Bench) -> None:
    take_in(bench, DEAD)
    death = of_type(bench.amal, "Death")
    for handle in ("badr", "chams"):
        determine_record(
            bench.member(handle, "verifier"),
            record_id=death,
            decision="verified",
            verdict="for",
            standard="family-may-be-told",
            reasons="it is so",
            lines=[f"list_entry={death}"],
        )
    rows = [row.number for row in bench.amal.store.scan(RecordRow) if row.record_type == "Death"]
    assert not is_released(bench.amal, rows[0])


def test_a_sentence_is_kept_back_and_said_to_be(bench: Bench) -> None:
    done = letter(bench, take_in(bench, SENTENCED))
    assert [one.type for one in done.letter.events] == ["Arrest"]
    assert done.withheld == (of_type(bench.amal, "Sentence"),)
    assert "Sentenced" not in pages(dict(done.files))["en"]


def test_a_dossier_holds_all_that_is_not_sealed(bench: Bench) -> None:
    person = take_in(bench, DEAD)
    done = dossier(bench, person)
    text = pages(dict(done.files))
    assert [one.type for one in done.dossier.events] == ["Arrest", "Death", "Torture"]
    assert done.dossier.withheld > 0
    for page in text.values():
        assert PHONE not in page
    assert "Dulab" in text["en"]
    assert "Invented inquiries" in text["en"]
    assert "Nobody has decided" in text["en"]
    assert "12 أيار 2013" in text["ar"]
    bench.member("badr", "verifier")
    release(bench, "badr")
    decided = dossier(bench, person)
    assert [one.decision for one in decided.dossier.decisions] == ["released"]
    assert "badr" in pages(dict(decided.files))["en"]


def test_sealed_methods_are_in_no_dossier(bench: Bench) -> None:
    text = pages(dict(dossier(bench, take_in(bench, HELD)).files))
    assert "rape" not in text["en"].lower()
    assert "اغتصاب" not in text["ar"]


def test_writing_is_an_entry_of_the_log(bench: Bench) -> None:
    person = take_in(bench, HELD)
    check_change(bench.amal, "write-letter", lambda: letter(bench, person), opens_sealed=True)
    check_change(bench.amal, "write-dossier", lambda: dossier(bench, person), opens_sealed=True)


def test_who_may_not_and_what_is_no_person(bench: Bench) -> None:
    person = take_in(bench, HELD)
    arrest = of_type(bench.amal, "Arrest")
    with pytest.raises(InputError, match="not the record of a person"):
        letter(bench, arrest)
    with pytest.raises(InputError):
        dossier(bench, "FICT-99-1")
    viewer = bench.member("dima", "viewer")
    for write in (write_letter, write_dossier):
        with pytest.raises(PermissionRefusedError):
            write(viewer, person, languages=("en",), out_folder=bench.folder / "out")


def test_every_deadly_event_is_grave_and_can_be_told() -> None:
    assert DEADLY < GRAVE
    assert set(EVENTS) >= GRAVE
