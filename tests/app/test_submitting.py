"""Submissions: filled from records, refused without consent, never sent."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyrage
import pytest
from pypdf import PdfReader

from bayyina.app.deciding import determine_record
from bayyina.app.rows import RecordRow, RunRow
from bayyina.app.sealed_papers import Handing
from bayyina.app.submitting import PreparedSubmission, prepare_submission
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.reporting.submissions.form_file import load_form, shipped_forms
from tests.app.conftest import Bench
from tests.app.test_use_cases_are_logged import check_change

MAPPING = """
version = 1
[list]
name = "Invented inquiries of families"
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
type = "ReportedDisappearance"
if = {{ column = "steps", is_not = [""] }}
columns = {{ steps = {{ to = "steps_taken" }} }}
[[acts]]
type = "FamilyContact"
if = {{ column = "consent", is_not = [""] }}
columns = {{ consent = {{ to = "consent" }}, use = {{ to = "consent_for" }}, phone = {{ to = "phone" }} }}
[[acts]]
type = "Death"
if = {{ column = "died", is_not = [""] }}
when = {{ column = "died" }}
[[acts]]
type = "FamilyNotification"
if = {{ column = "told", is_not = [""] }}
when = {{ column = "told" }}
"""
HEADER = "id,name_ar,name_en,arrested,place,by,steps,consent,use,phone,died,told"
STATE = "syrian-government-to-2024"
PHONE = "+963-000-FICTIONAL"
WHOLE = (
    f"FICT-1,فلان الفلاني,Fulan al-Fulani,2023-12-20,Homs,{STATE},asked at the branch,"
    f"given,un_bodies,{PHONE},,"
)


@pytest.fixture
def prepared(bench: Bench, tmp_path: Path) -> Any:
    """Takes a row in and prepares a form about its person."""

    def prepare(row: str, form: str = "wgeid", **more: Any) -> PreparedSubmission:
        result = bench.take_in(row, header=HEADER, mapping=MAPPING, asserted_on="2024-02-01")
        return prepare_submission(
            bench.amal,
            form=form,
            person=f"FICT-{result.batch}-{more.pop('position', 1)}",
            languages=("en", "ar"),
            out_folder=tmp_path / "out",
            as_of=more.pop("as_of", date(2024, 2, 21)),
            **more,
        )

    return prepare


def test_a_whole_case_fills_the_six_elements(prepared: Any, bench: Bench) -> None:
    done = prepared(WHOLE, submitter="An invented association, an invented street")
    filled = done.submission
    assert filled.is_complete
    assert filled.urgency == "urgent"
    given = {answer.element.id for answer in filled.answers if answer.is_given}
    assert {"name", "date", "place", "responsible", "steps", "submitter"} <= given
    pages = {lang: paths[0].read_text(encoding="utf-8") for lang, paths in done.files.items()}
    assert "20 December 2023" in pages["en"]
    assert "20 كانون الأول 2023" in pages["ar"]
    assert "فلان الفلاني" in pages["en"]
    assert "FICTIONAL" in pages["en"].upper()
    text = "".join(page.extract_text() for page in PdfReader(done.files["en"][1]).pages)
    assert "Fulan al-Fulani" in text
    assert "nothing has been sent" in text
    run = [row for row in bench.amal.store.scan(RunRow) if row.run_kind == "submission"]
    assert len(run) == 1


def test_preparing_is_an_entry_of_the_log(bench: Bench, tmp_path: Path) -> None:
    result = bench.take_in(WHOLE, header=HEADER, mapping=MAPPING)
    check_change(
        bench.amal,
        "prepare-submission",
        lambda: prepare_submission(
            bench.amal,
            form="wgeid",
            person=f"FICT-{result.batch}-1",
            languages=("en",),
            out_folder=tmp_path / "out",
        ),
    )


def test_a_year_alone_does_not_meet_the_minimum(prepared: Any) -> None:
    done = prepared(WHOLE.replace("2023-12-20", "2013"), submitter="An invented association")
    assert not done.submission.is_complete
    assert any("not known to the day" in one.en for one in done.submission.warnings)


def test_an_arrest_is_not_told_as_torture(prepared: Any) -> None:
    filled = prepared(WHOLE, form="torture", submitter="An invented association").submission
    given = {answer.element.id: answer for answer in filled.answers if answer.is_given}
    assert "custody" in given
    assert not {"date", "place", "responsible", "form"} & set(given)
    assert any("No record of the kind Torture" in one.en for one in filled.warnings)


def test_a_part_of_a_name_is_not_a_second_name(bench: Bench, tmp_path: Path) -> None:
    result = bench.take_in(
        WHOLE + ",عمر",
        header=HEADER + ",father",
        mapping=MAPPING.replace(
            "[[acts]]", 'father = {{ to = "name.father", lang = "ar" }}\n[[acts]]', 1
        ),
    )
    done = prepare_submission(
        bench.amal,
        form="wgeid",
        person=f"FICT-{result.batch}-1",
        languages=("en",),
        out_folder=tmp_path / "out",
    )
    answers = {answer.element.id: answer for answer in done.submission.answers}
    assert {fact.words.en for fact in answers["name"].facts} == {"فلان الفلاني", "Fulan al-Fulani"}
    assert [fact.words.en for fact in answers["name_parts"].facts] == ["Father's name: عمر"]


def test_what_is_sealed_stays_out_of_every_file(prepared: Any) -> None:
    done = prepared(WHOLE)
    for paths in done.files.values():
        assert PHONE not in paths[0].read_text(encoding="utf-8")
        assert PHONE not in "".join(page.extract_text() for page in PdfReader(paths[1]).pages)


CHILD = "قطصضظغ"
"""Name of a child, whose record is sealed."""


@pytest.fixture
def child(bench: Bench) -> str:
    """Short id of a child of the list, whose name is sealed."""
    row = f"{WHOLE.replace('فلان الفلاني', CHILD)},2010-03-04"
    mapping = MAPPING.replace("[[acts]]", 'born = {{ to = "birth_date" }}\n[[acts]]', 1)
    result = bench.take_in(row, header=HEADER + ",born", mapping=mapping, asserted_on="2024-02-01")
    return f"FICT-{result.batch}-1"


def written(workspace: Workspace, person: str, folder: Path, **more: Any) -> PreparedSubmission:
    return prepare_submission(
        workspace, form="wgeid", person=person, languages=("ar",), out_folder=folder,
        as_of=date(2024, 2, 21), **more,
    )  # fmt: skip


def test_a_form_about_a_child_is_refused_until_it_is_said_who_reads_it(
    bench: Bench, child: str, tmp_path: Path
) -> None:
    size = bench.amal.store.log_size()
    with pytest.raises(InputError) as refused:
        written(bench.amal, child, tmp_path / "out")
    assert refused.value.code == "in-clear-not-chosen"
    assert bench.amal.store.log_size() == size, "nothing was opened"
    assert not (tmp_path / "out").exists()


def test_a_form_about_a_child_is_encrypted_or_in_clear_and_the_log_says_which(
    bench: Bench, child: str, tmp_path: Path
) -> None:
    identity = pyrage.x25519.Identity.generate()
    key = str(identity.to_public())
    sealed = written(bench.amal, child, tmp_path / "a", handing=Handing((key,)))
    assert not sealed.in_clear
    (page, pdf) = sealed.files["ar"]
    assert (page.name, pdf.name) == ("wgeid.ar.html.age", "wgeid.ar.pdf.age")
    assert {path.name for path in (tmp_path / "a").rglob("*")} == {page.name, pdf.name}
    assert CHILD.encode() not in page.read_bytes()
    assert CHILD in pyrage.decrypt(page.read_bytes(), [identity]).decode()
    names = [fact for answer in sealed.submission.answers for fact in answer.facts
             if fact.words.ar == CHILD]  # fmt: skip
    assert names
    assert {fact.statement for fact in names} <= sealed.sealed
    clear = written(bench.amal, child, tmp_path / "b", handing=Handing(in_clear=True))
    assert clear.in_clear
    assert clear.files["ar"][0].name == "wgeid.in-clear.ar.html"
    runs = [one for one in bench.amal.store.scan(RunRow) if one.run_kind == "submission"]
    assert [json.loads(one.parameters)["written"] for one in runs] == ["encrypted to 1", "in clear"]
    with pytest.raises(InputError):
        written(bench.amal, child, tmp_path / "c", handing=Handing(("age1nonsense",)))


def test_what_is_missing_is_listed_and_stops_nothing(prepared: Any) -> None:
    done = prepared(f"FICT-1,فلان,,2013-05,,,,given,un_bodies,{PHONE},,")
    filled = done.submission
    assert not filled.is_complete
    assert filled.urgency == "standard"
    assert {"place", "responsible", "steps", "submitter"} <= {one.id for one in filled.missing}
    assert all(path.is_file() for paths in done.files.values() for path in paths)
    assert "يضاف حين يعرف" in done.files["ar"][0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arrested", "urgency"),
    [
        ("2023-11-21", "urgent"),
        ("2023-11-20", "standard"),
        ("2023-11", "perhaps urgent"),
        ("2024-02-20", "urgent"),
        ("2013", "standard"),
    ],
)
def test_within_three_months_a_case_is_urgent(prepared: Any, arrested: str, urgency: str) -> None:
    done = prepared(f"FICT-1,فلان,,{arrested},Homs,,,given,un_bodies,,,")
    assert done.submission.urgency == urgency


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("FICT-1,فلان,,2013-05,Homs,,,,,,,", "no-consent"),
        ("FICT-1,فلان,,2013-05,Homs,,,given,courts,,,", "no-consent"),
        ("FICT-1,فلان,,2013-05,Homs,,,not_asked,un_bodies,,,", "no-consent"),
        ("FICT-1,فلان,,2013-05,Homs,,,refused,un_bodies,,,", "consent-withdrawn"),
        ("FICT-1,فلان,,2013-05,Homs,,,withdrawn,un_bodies,,,", "consent-withdrawn"),
        ("FICT-1,فلان,,2013-05,Homs,,,given,un_bodies,,2014,", "family-not-told"),
    ],
)
def test_what_may_not_go_out_is_refused(
    prepared: Any, row: str, code: str, tmp_path: Path, bench: Bench
) -> None:
    done = prepared(row)
    assert done.submission.refusal is not None
    assert done.submission.refusal.code == code
    assert done.files == {}
    assert not (tmp_path / "out").exists()
    assert not [one for one in bench.amal.store.scan(RunRow) if one.run_kind == "submission"]


TOLD = "FICT-1,فلان,,2013-05,Homs,,,given,un_bodies,,2014,2020-01-05"
"""A row of a list that says that the family was told of the death."""


def test_that_a_family_was_told_is_a_claim_until_two_people_say_so(
    prepared: Any, bench: Bench, tmp_path: Path
) -> None:
    first = prepared(TOLD)
    assert first.submission.refusal is not None
    assert first.submission.refusal.code == "family-not-told"
    (death,) = bench.amal.store.find(RecordRow, "record_type", ["Death"])
    (person,) = bench.amal.store.find(RecordRow, "record_type", ["Person"])
    for handle, code in (("badr", "family-not-told"), ("chams", None)):
        decide(bench.member(handle, "verifier"), bench.amal.short_id(death.number))
        done = written(bench.amal, bench.amal.short_id(person.number), tmp_path / handle)
        assert (done.submission.refusal.code if done.submission.refusal else None) == code


def decide(workspace: Workspace, record: str) -> None:
    """Decide that the family may be told."""
    determine_record(
        workspace, record_id=record, decision="released", verdict="for",
        standard="family-may-be-told", reasons="The list says that they were told in 2020.",
        lines=[f"list_entry={record}"],
    )  # fmt: skip


def test_the_committee_cannot_take_a_state_that_is_no_party(prepared: Any) -> None:
    refusal = prepared(WHOLE, form="ced").submission.refusal
    assert refusal is not None
    assert refusal.code == "not-a-party"
    assert "wgeid" in refusal.resolution.en
    assert "wgeid" in refusal.resolution.ar


def test_an_old_treaty_status_is_warned_of(prepared: Any) -> None:
    warnings = prepared(WHOLE, form="ced", as_of=date(2026, 11, 21)).submission.warnings
    assert any("last looked up on 2024-02-01" in one.en for one in warnings)


def test_a_state_that_is_a_party_is_taken(prepared: Any) -> None:
    party = prepared(WHOLE, form="ced", state="IRQ", as_of=date(2024, 6, 1)).submission
    assert party.refusal is None


@pytest.mark.parametrize("name", shipped_forms())
def test_every_form_asks_for_a_submitter_and_for_consent(name: str) -> None:
    form = load_form(name)
    assert sum(element.submitter for element in form.elements) == 1
    assert form.consent_for
    ids = [element.id for element in form.elements]
    assert len(ids) == len(set(ids))


def test_only_people_are_submitted_and_only_by_those_who_may(bench: Bench, tmp_path: Path) -> None:
    result = bench.take_in(WHOLE, header=HEADER, mapping=MAPPING)
    viewer = bench.member("noor", "viewer")
    for workspace, person, error in (
        (bench.amal, f"FICT-{result.batch}-0", InputError),
        (bench.amal, f"FICT-{result.batch}-99", InputError),
        (viewer, f"FICT-{result.batch}-1", PermissionRefusedError),
    ):
        with pytest.raises(error):
            prepare_submission(
                workspace, form="wgeid", person=person, languages=("en",), out_folder=tmp_path
            )
