"""Consent: by informant and use, taken back at once, and what left before is named."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.building_reports import build_reports
from bayyina.app.bundling import BundleOrder, create_bundle
from bayyina.app.case_scopes import case_of
from bayyina.app.cases import add_case
from bayyina.app.changed_since import changes_since
from bayyina.app.changes import change
from bayyina.app.consenting import (
    answers_document,
    consents_of,
    give_consent,
    withdraw_consent,
)
from bayyina.app.counting import count_figure, open_engine, open_figure
from bayyina.app.deciding import judge_pair
from bayyina.app.estimating import capture_histories
from bayyina.app.exporting import Exported, export_records
from bayyina.app.importing import import_list
from bayyina.app.publishing import publish_report
from bayyina.app.recipients import find_recipient, name_recipient
from bayyina.app.released_outputs import RestsOn
from bayyina.app.rows import RecordRow
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from bayyina.keys.sealing import is_sealed
from bayyina.model.drafts import ValueDraft
from bayyina.tables.mapping import Mapping
from tests.app.conftest import Bench, quiet
from tests.app.test_linking_workspace import link as link_people
from tests.app.test_publishing import REPORT
from tests.app.test_use_cases_are_logged import check_change

MAPPING = """
version = 1
[list]
name = "Interviews with an invented witness"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
[[acts]]
type = "Arrest"
when = {{ column = "arrest" }}
columns = {{ place = {{ to = "place", as = "governorate" }} }}
"""
LIST = MAPPING.replace("Interviews with an invented witness", "A list")
HEADER = "id,name,arrest,place"
TOLD = "FICT-W1,Told Bywitness,2013-05-12,Homs"
LISTED = "FICT-L1,Listed Person,2013-06-01,Hama"


def source_of(workspace: Workspace, batch: int) -> str:
    """Short id of the source of an import."""
    rows = workspace.store.find(RecordRow, "record_type", ["Source"])
    return next(workspace.short_id(r.number) for r in rows if r.number >> 32 == batch)


@pytest.fixture
def witness(bench: Bench) -> str:
    """An invented witness who told of one person; a list tells of another."""
    bench.take_in(LISTED, header=HEADER, mapping=LIST)
    done = bench.take_in(TOLD, header=HEADER, mapping=MAPPING)
    source = source_of(bench.amal, done.batch or 0)
    with change(bench.amal, "describe") as writer:
        row = bench.amal.store.find(RecordRow, "number", [record_number(bench.amal, source)])[0]
        draft = ValueDraft("kind", "witness")
        writer.add_statement(row.number, writer.record_key(row), "Source", draft, None)
        writer.finish({})
    return source


def give(workspace: Workspace, informant: str, *uses: str, **more: Any) -> None:
    words = {"explained_by": "amal", "explained_in": "ar", **more}
    give_consent(workspace, informant=informant, uses=uses, **words)


def export(bench: Bench, recipient: str | None = None, **more: Any) -> tuple[str, Exported]:
    out = bench.folder / "out.csv"
    done = export_records(
        bench.amal, form="csv", out=out, progress=quiet, recipient=recipient, **more
    )
    return out.read_text(encoding="utf-8"), done


def rules(done: Exported) -> set[str]:
    return {one["rule"] for one in done.left_out}


def test_nobody_outside_receives_what_a_witness_was_not_asked_about(
    bench: Bench, witness: str
) -> None:
    for recipient in ("public", "court", "un-body", "partner", "training"):
        text, done = export(bench, recipient)
        assert "Told Bywitness" not in text, recipient
        assert "Listed Person" in text, recipient
        assert "no_consent" in rules(done)
    assert "Told Bywitness" in export(bench)[0]
    give(bench.amal, witness, "court")
    assert "Told Bywitness" in export(bench, "court")[0]
    assert "Told Bywitness" not in export(bench, "public")[0]


def test_a_refusal_to_one_recipient_is_about_that_one(bench: Bench, witness: str) -> None:
    give(bench.amal, witness, "court", "share")
    give(bench.amal, witness, "share", recipients=["partner"], refused=True)
    assert "Told Bywitness" not in export(bench, "partner")[0]
    assert "Told Bywitness" in export(bench, "court")[0]
    give(bench.amal, witness, "share")
    assert "Told Bywitness" in export(bench, "partner")[0]


def test_a_withdrawal_of_one_use_stops_that_use_and_no_other(bench: Bench, witness: str) -> None:
    give(bench.amal, witness, "court", "publish", "analyse")
    done = withdraw_consent(bench.amal, informant=witness, uses=["publish"], progress=quiet)
    assert done.closed == 0
    text, public = export(bench, "public")
    assert "Told Bywitness" not in text
    assert "refused" in rules(public)
    assert "Told Bywitness" in export(bench, "court")[0]


def test_a_whole_withdrawal_stops_every_use_figures_too(bench: Bench, witness: str) -> None:
    give(bench.amal, witness, "store", "analyse", "court")

    def arrests() -> int:
        with open_engine(bench.amal, quiet) as engine:
            return int(engine.count("count arrests").value)

    assert arrests() == 2
    done = withdraw_consent(bench.amal, informant=witness, progress=quiet)
    assert done.closed > 0
    assert arrests() == 1
    for recipient in (None, "court", "public"):
        assert "Told Bywitness" not in export(bench, recipient)[0]
    out = bench.folder / "bundle"
    order = BundleOrder("FICTIONAL", whole_case=True)
    create_bundle(bench.amal, order, out=out, progress=quiet)
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert b"Bywitness" not in everything
    assert b"Listed Person" in everything


def test_what_left_before_is_listed_and_what_does_not_rest_on_the_witness_is_not(
    bench: Bench, witness: str, tmp_path: Path
) -> None:
    give(bench.amal, witness, "court", "publish", "analyse")
    _, with_witness = export(bench, "court")
    _, without = export(bench, query="count arrests with place=Hama")
    definition = tmp_path / "yearly.report.md"
    definition.write_text(REPORT, encoding="utf-8")
    built = build_reports(
        bench.amal, name=str(definition), languages=("en",), out_folder=tmp_path, progress=quiet
    )
    made = create_bundle(
        bench.amal, BundleOrder("FICTIONAL", whole_case=True), out=tmp_path / "b", progress=quiet
    )
    done = withdraw_consent(bench.amal, informant=witness, progress=quiet)
    found = {one.batch: one for one in done.affected}
    assert found[with_witness.batch].rests == "rests"
    assert found[with_witness.batch].recipients == ("court",)
    assert without.batch not in found
    assert found[built.batch].rests == "rests"
    assert {one.kind for one in done.affected} == {"export", "report", "bundle"}
    assert made[0].written.manifest in {one.what for one in done.affected}


def test_runs_of_numbers_stay_small() -> None:
    kept = RestsOn.of([5, 6, 7, 9, 12, 13])
    assert kept.to_json() == {"records": "5-7 9-9 12-13", "queries": [], "size": 0}


def test_answers_are_kept_with_who_explained_them(bench: Bench, witness: str) -> None:
    give(bench.amal, witness, "court", day="2023-12", note="not before the spring")
    withdraw_consent(bench.amal, informant=witness, uses=["court"], progress=quiet)
    first, second = consents_of(bench.amal, witness)
    assert (first.state, first.purposes, first.date) == ("given", frozenset({"courts"}), "2023-12")
    assert (is_sealed(first.said["explained_by"]), first.said["explained_in"]) == (True, "ar")
    (shown,) = answers_document(bench.amal, [first])
    assert (shown["explained_by"], shown["note"], shown["sealed"]) == (
        None,
        None,
        ["explained_by", "note"],
    )
    assert second.state == "withdrawn"
    whole = withdraw_consent(bench.amal, informant=witness, progress=quiet)
    assert "being_told" not in whole.answer.purposes
    assert {"keeping", "statistics", "courts"} <= whole.answer.purposes


def test_consent_is_an_entry_of_the_log(bench: Bench, witness: str) -> None:
    check_change(bench.amal, "record-consent", lambda: give(bench.amal, witness, "court"))
    check_change(
        bench.amal,
        "withdraw-consent",
        lambda: withdraw_consent(bench.amal, informant=witness, progress=quiet),
    )


def test_what_cannot_be_an_answer_is_refused(bench: Bench, witness: str) -> None:
    for informant, uses, more in (
        (witness, ("fun",), {}),
        (witness, (), {}),
        (witness, ("court",), {"explained_by": " "}),
        (witness, ("court",), {"explained_in": ""}),
        (witness, ("court",), {"recipients": ["nobody"]}),
        (witness, ("court",), {"way": "by owl"}),
        ("FICT-99-1", ("court",), {}),
    ):
        with pytest.raises(InputError):
            give(bench.amal, informant, *uses, **more)
    viewer = bench.member("noor", "viewer")
    with pytest.raises(PermissionRefusedError):
        give(viewer, witness, "court")
    with pytest.raises(PermissionRefusedError):
        withdraw_consent(viewer, informant=witness, progress=quiet)


def test_public_places_and_days_are_coarse(bench: Bench, witness: str) -> None:
    give(bench.amal, witness, "publish", "court")

    def days(recipient: str) -> set[str]:
        export(bench, recipient)
        with (bench.folder / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        return {row["value"] for row in rows if row["property"] == "date"}

    assert days("public") == {"2013-05", "2013-06"}
    assert days("training") == set() or days("training") == {"2013"}
    assert days("court") == {"2013-05-12", "2013-06-01"}
    assert json.dumps(export(bench, "public")[1].left_out).count("coarser") >= 1


def test_a_draft_that_counts_what_was_taken_back_is_not_released(
    bench: Bench, witness: str, tmp_path: Path
) -> None:
    definition = tmp_path / "yearly.report.md"
    definition.write_text(REPORT, encoding="utf-8")

    def build() -> Path:
        out = tmp_path / "out"
        return build_reports(
            bench.amal, name=str(definition), languages=("en",), out_folder=out, progress=quiet
        ).twin

    bench.member("badr", "verifier")
    twin = build()
    withdraw_consent(bench.amal, informant=witness, progress=quiet)
    with pytest.raises(CheckFailedError, match="taken back since"):
        publish_report(bench.as_member("badr"), twin, reasons="read")
    assert publish_report(bench.as_member("badr"), build(), reasons="read").people == ("badr",)


def test_a_recipient_is_named_after_a_kind_and_consent_may_be_for_it_alone(
    bench: Bench, witness: str
) -> None:
    def name(identifier: str = "court-a", kind: str = "court", arabic: str = "محكمة") -> None:
        name_recipient(
            bench.amal, identifier=identifier, kind=kind, english="Court A", arabic=arabic
        )

    check_change(bench.amal, "name-recipient", name)
    assert find_recipient(bench.amal, "court-a").purpose == "court"
    give(bench.amal, witness, "court", recipients=["court-a"])
    assert "Told Bywitness" in export(bench, "court-a")[0]
    assert "Told Bywitness" not in export(bench, "court")[0]
    for wrong in ({"identifier": "court"}, {"identifier": "X"}, {"kind": "friend"}, {"arabic": ""}):
        with pytest.raises(InputError):
            name(**wrong)
    for wrong in ({"kind": "internal"}, {"identifier": "public"}):
        with pytest.raises(InputError):
            name(**wrong)
    with pytest.raises(InputError):
        export(bench, "nobody")


def test_a_later_release_does_not_bring_back_what_was_taken_back(
    bench: Bench, witness: str
) -> None:
    withdraw_consent(bench.amal, informant=witness, progress=quiet)
    changed = TOLD.replace("Homs", "Hama")
    for dry_run in (True, False):
        with pytest.raises(CheckFailedError, match="took back"):
            bench.take_in(
                changed,
                header=HEADER,
                mapping=MAPPING,
                asserted_on="2023-10-31",
                dry_run=dry_run,
            )
    assert "Told Bywitness" not in export(bench)[0]
    give(bench.amal, witness, "store", "analyse")
    bench.take_in(changed, header=HEADER, mapping=MAPPING, asserted_on="2023-10-31")
    with open_engine(bench.amal, quiet) as engine:
        assert engine.count("count arrests").value == 2


def test_whoever_holds_a_role_for_one_case_answers_for_that_case_alone(bench: Bench) -> None:
    add_case(bench.amal, code="HAMA", title="Hama")
    bench.take_in(LISTED, header=HEADER, mapping=LIST)
    file = bench.folder / "told.csv"
    file.write_text(f"{HEADER}\n{TOLD}\n", encoding="utf-8")
    text = MAPPING.format(asserted_on="2023-08-31", release="partial")
    done = import_list(
        bench.amal,
        file=file,
        mapping=Mapping.parse(text, bench.amal.vocabulary),
        report=bench.folder / "rows2.csv",
        progress=quiet,
        case="HAMA",
    )
    inside, outside = source_of(bench.amal, done.batch or 0), source_of(bench.amal, 3)
    dima = bench.member("dima", "intake@HAMA")
    give(dima, inside, "court")
    with pytest.raises(PermissionRefusedError):
        give(dima, outside, "court")
    give(bench.amal, outside, "court")
    assert [one.informant for one in consents_of(dima)] == [record_number(dima, inside)]
    record = consents_of(dima)[0].record
    assert case_of(bench.amal.store, record) == "HAMA"


PERSONS = LIST.replace("A list", "People")
SAME = "FICT-L1,Listed Person,2013-06-01,Hama"


def person_of(bench: Bench, batch: int) -> str:
    rows = bench.amal.store.find(RecordRow, "record_type", ["Person"])
    return next(bench.amal.short_id(r.number) for r in rows if r.number >> 32 == batch)


def test_a_person_who_takes_back_being_counted_is_in_no_figure_from_then_on(
    bench: Bench, tmp_path: Path
) -> None:
    one = bench.take_in(LISTED, "FICT-L2,Other Person,2013-06-01,Hama", header=HEADER, mapping=LIST)
    twice = bench.take_in(SAME, header=HEADER, mapping=PERSONS)
    person = person_of(bench, one.batch or 0)
    again = person_of(bench, twice.batch or 0)
    judge_pair(bench.amal, record_a=person, record_b=again, verdict="same", reasons="FICTIONAL")
    size = bench.amal.store.log_size()

    def counted(query: str) -> int:
        return count_figure(bench.amal, query, quiet).value

    def exported() -> str:
        return export(bench)[0]

    assert counted("count persons with Arrest") == 2
    assert counted("count arrests") == 3
    definition = tmp_path / "yearly.report.md"
    definition.write_text(REPORT, encoding="utf-8")
    built = build_reports(
        bench.amal, name=str(definition), languages=("en",), out_folder=tmp_path, progress=quiet
    )
    bench.member("badr", "verifier")
    withdraw_consent(bench.amal, informant=person, uses=["analyse"], progress=quiet)
    assert counted("count persons with Arrest") == 1
    assert counted("count persons") == 1
    assert counted("count arrests by governorate") == 1
    assert counted("count persons with Arrest lenient") == 1
    assert counted(f"count persons with Arrest recorded at {size}") == 2
    opened = [one["id"] for one in open_figure(bench.amal, "count persons", quiet)]
    assert len(opened) == 1
    assert not {person, again} & set(opened)
    captures = capture_histories(bench.amal, "count persons with Arrest", quiet)
    assert captures.table.documented == 1
    assert "Listed Person" not in exported()
    assert "Other Person" in exported()
    with pytest.raises(CheckFailedError, match="taken back since"):
        publish_report(bench.as_member("badr"), built.twin, reasons="read")
    # a later release says it again; it is still not counted
    bench.take_in(
        SAME.replace("Hama", "Homs"), header=HEADER, mapping=PERSONS, asserted_on="2023-10-31"
    )
    assert counted("count persons with Arrest") == 1
    give(bench.amal, person, "analyse")
    assert counted("count persons with Arrest") == 2


def test_who_takes_back_for_one_recipient_is_still_counted(bench: Bench) -> None:
    done = bench.take_in(LISTED, header=HEADER, mapping=LIST)
    person = person_of(bench, done.batch or 0)
    withdraw_consent(
        bench.amal, informant=person, uses=["analyse"], recipients=["partner"], progress=quiet
    )
    assert count_figure(bench.amal, "count persons", quiet).value == 1


def test_an_answer_about_consent_lets_no_older_figure_stand(bench: Bench) -> None:
    done = bench.take_in(LISTED, header=HEADER, mapping=LIST)
    person = person_of(bench, done.batch or 0)
    size = bench.amal.store.log_size()
    bench.take_in(SAME, header=HEADER, mapping=PERSONS)
    added = changes_since(bench.amal, size)
    assert added is not None
    assert added.is_more
    size = bench.amal.store.log_size()
    withdraw_consent(bench.amal, informant=person, uses=["analyse"], progress=quiet)
    answered = changes_since(bench.amal, size)
    assert answered is not None
    assert not answered.is_more


def test_who_is_found_to_be_somebody_who_answered_lets_no_older_figure_stand(bench: Bench) -> None:
    done = bench.take_in(LISTED, header=HEADER, mapping=LIST)
    person = person_of(bench, done.batch or 0)
    withdraw_consent(bench.amal, informant=person, uses=["analyse"], progress=quiet)
    done = bench.take_in(SAME, header=HEADER, mapping=PERSONS)
    again = person_of(bench, done.batch or 0)
    size = bench.amal.store.log_size()
    judge_pair(bench.amal, record_a=person, record_b=again, verdict="same", reasons="FICTIONAL")
    joined = changes_since(bench.amal, size)
    assert joined is not None
    assert not joined.is_more
    size = bench.amal.store.log_size()
    link_people(bench.amal)
    linked = changes_since(bench.amal, size)
    assert linked is not None
    assert not linked.is_more
