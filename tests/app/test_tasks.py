"""What is owed to people: promised answers, objections with a day, no interview without a need."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bayyina.app.consenting import give_consent
from bayyina.app.exporting import export_records
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.rows import RecordRow
from bayyina.app.sealing_existing import seal_due, seal_records
from bayyina.app.tasks import (
    Task,
    add_task,
    again_without_need,
    finish_task,
    list_tasks,
    record_objection,
)
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change

TESTIMONIES = """
version = 1
[list]
name = "Invented interviews"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Testimony"
key = "id"
[columns]
who = {{ to = "pseudonym", lang = "en" }}
held = {{ to = "date" }}
"""


@pytest.fixture
def person(bench: Bench) -> str:
    bench.take_in(*ROWS)
    rows = bench.amal.store.find(RecordRow, "record_type", ["Person"])
    return bench.amal.short_id(rows[0].number)


def add(workspace: Workspace, about: str, **more: object) -> Task:
    words = {"kind": "feedback", "what": "call", "due": date(2024, 1, 15), **more}
    return add_task(workspace, about=about, **words)  # type: ignore[arg-type]


def test_a_promise_has_a_day_and_is_overdue_after_it(bench: Bench, person: str) -> None:
    task = add(bench.amal, person)
    assert (task.about, task.due, task.is_overdue) == (person, "2024-01-15", False)
    bench.clock.moment += timedelta(days=30)
    assert [one.is_overdue for one in list_tasks(bench.amal)] == [True]
    assert finish_task(bench.amal, task.id, outcome="called").outcome == "called"
    assert list_tasks(bench.amal) == []
    assert [one.done for one in list_tasks(bench.amal, everything=True)] == ["2024-01-31"]
    with pytest.raises(InputError):
        finish_task(bench.amal, task.id, outcome="again")


def test_an_objection_holds_at_once_and_has_a_day(bench: Bench, person: str) -> None:
    def public() -> str:
        out = bench.folder / "out.csv"
        export_records(bench.amal, form="csv", out=out, progress=quiet, recipient="public")
        return out.read_text(encoding="utf-8")

    assert "Alif One" in public()
    task = record_objection(
        bench.amal, person=person, reasons="it endangers my brother", received_by="amal"
    )
    assert (task.kind, task.due) == ("objection", "2024-01-31")
    assert "Alif One" not in public()
    assert person not in public()
    assert "Ta Three" in public()
    finish_task(bench.amal, task.id, outcome="upheld")
    assert "Alif One" not in public()


def test_nobody_is_asked_again_without_a_need_or_against_their_word(bench: Bench) -> None:
    bench.take_in(
        "FICT-T1,Grave Digger,2023-01-05",
        "FICT-T2,Grave Digger,2023-03-05",
        "FICT-T3,Another,2023-03-05",
        header="id,who,held",
        mapping=TESTIMONIES,
    )
    rows = bench.amal.store.find(RecordRow, "record_type", ["Testimony"])
    first, again, _ = (bench.amal.short_id(row.number) for row in rows)
    assert again_without_need(bench.amal) == [(again, first)]
    add(bench.amal, first, kind="interview_again", what="which gate it was")
    assert again_without_need(bench.amal) == []
    with pytest.raises(InputError):
        add(bench.amal, first, kind="interview_again", what=" ")
    give_consent(
        bench.amal,
        informant=first,
        uses=["contact"],
        explained_by="amal",
        explained_in="ar",
        refused=True,
    )
    with pytest.raises(CheckFailedError, match="not to be contacted"):
        add(bench.amal, first, kind="interview_again", what="which gate it was")


def test_tasks_are_entries_of_the_log(bench: Bench, person: str) -> None:
    check_change(bench.amal, "add-task", lambda: add(bench.amal, person))
    (task,) = list_tasks(bench.amal)
    check_change(
        bench.amal, "finish-task", lambda: finish_task(bench.amal, task.id, outcome="called")
    )
    check_change(
        bench.amal,
        "record-objection",
        lambda: record_objection(bench.amal, person=person, reasons="no", received_by="amal"),
    )


def test_who_may_not_and_what_cannot_be(bench: Bench, person: str) -> None:
    viewer = bench.member("noor", "viewer")
    with pytest.raises(PermissionRefusedError):
        add(viewer, person)
    arrest = bench.amal.short_id(
        bench.amal.store.find(RecordRow, "record_type", ["Arrest"])[0].number
    )
    for about, more in (("FICT-99-1", {}), (person, {"kind": "fun"}), (person, {"what": ""})):
        with pytest.raises(InputError):
            add(bench.amal, about, **more)
    for whom, reasons, by in ((arrest, "no", "amal"), (person, "", "amal"), (person, "no", "")):
        with pytest.raises(InputError):
            record_objection(bench.amal, person=whom, reasons=reasons, received_by=by)


CONTACT = "the cafe of Zarnuqash, at noon"


def test_what_is_owed_to_somebody_protected_is_sealed(bench: Bench, person: str) -> None:
    plain = add(bench.amal, person, what="call the brother")
    assert (plain.what, plain.is_sealed) == ("call the brother", False)
    seal_records(bench.amal, records=[person], reason="asked", progress=quiet)
    tasks = {one.id: one for one in list_tasks(bench.amal)}
    assert tasks[plain.id].is_sealed, "it is about them, whenever it was written"
    made = add(bench.amal, person, what=CONTACT)
    done = finish_task(bench.amal, made.id, outcome=f"met at {CONTACT}")
    for one in (made, done):
        assert (one.what, one.outcome, one.is_sealed) == ("", "", True)
        assert one.kind == "feedback"
        assert one.about == person
    opened = open_sealed(bench.amal, made.id, reason="to go there")
    assert {one["property"]: one["value"] for one in opened["statements"]}["what"] == CONTACT
    for path in (bench.folder / "ws").rglob("*"):
        if path.is_file():
            assert CONTACT.encode() not in path.read_bytes(), path


def test_a_task_is_looked_through_and_one_of_an_informant_is_sealed(
    bench: Bench, person: str
) -> None:
    told = add(bench.amal, person, what="ask her doctor about the sexual violence")
    assert told.is_sealed
    bench.take_in("FICT-T1,Grave Digger,2023-01-02", header="id,who,held", mapping=TESTIMONIES)
    (account,) = bench.amal.store.find(RecordRow, "record_type", ["Testimony"])
    assert add(bench.amal, bench.amal.short_id(account.number)).is_sealed
    assert add(bench.amal, person).is_sealed, "the person is marked from then on"
    assert seal_due(bench.amal, quiet).batch is not None, "whom such a text is about is protected"
    assert all(one.is_sealed for one in list_tasks(bench.amal))
