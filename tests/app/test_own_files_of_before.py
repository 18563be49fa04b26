"""A figure asked as of an earlier size of the log uses the workspace's own files of then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bayyina.app.counting import count_figure, open_figure
from bayyina.app.deciding import determine_record
from bayyina.app.own_file_history import OwnFileHistory
from bayyina.app.recording_own_files import own_file_states, record_edited_files
from bayyina.app.rows import RecordRow, SettingRow, StatementRow
from bayyina.app.snapshots import refresh_snapshot
from bayyina.errors import PermissionRefusedError, QueryError, VocabularyError
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change

RULES = """version = 1
name = "ours"
note = "Ours."
child_under = {age}
woman = "adult female"
"""
CHILDREN = "count persons with Arrest(age_class=child) under ours"
WORDS = """
extends: Person
properties:
  clan: {type: text, label: {en: Clan, ar: العشيرة}}
"""
ARRESTED_AT_FIFTEEN = "FICT-9,Jim Four,M,1998-01-01,2013-06-01,Homs,held,"


def own_file(bench: Bench, name: str, text: str) -> Path:
    path = bench.amal.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def methodology(bench: Bench, age: int) -> Path:
    return own_file(bench, "methodologies/ours.methodology.toml", RULES.format(age=age))


def entries(bench: Bench) -> int:
    return bench.amal.store.log_size()


def test_rules_that_were_edited_count_as_before_at_the_size_of_before(bench: Bench) -> None:
    methodology(bench, 18)
    bench.take_in(*ROWS, ARRESTED_AT_FIFTEEN)
    before = entries(bench)
    first = count_figure(bench.amal, CHILDREN, quiet)
    assert first.value == 1
    methodology(bench, 14)
    edited = count_figure(bench.amal, CHILDREN, quiet)
    assert (edited.value, edited.unrecorded_files) == (0, ("methodologies/ours.methodology.toml",))
    held = count_figure(bench.amal, f"{CHILDREN} recorded at {before}", quiet)
    assert (held.value, held.unrecorded_files) == (1, ())
    bench.member("badr", "viewer")
    after = entries(bench)
    again = count_figure(bench.amal, f"{CHILDREN} recorded at {before}", quiet)
    now = count_figure(bench.amal, f"{CHILDREN} recorded at {after}", quiet)
    assert (again.value, now.value) == (1, 0)
    assert again.methodology_digest == first.methodology_digest != now.methodology_digest
    assert again.own_files == first.own_files != now.own_files
    assert count_figure(bench.amal, CHILDREN, quiet).unrecorded_files == ()
    opened = list(open_figure(bench.amal, again.query, quiet))
    assert [row["certain"] for row in opened].count(True) == 1
    with pytest.raises(QueryError, match="methodology"):
        count_figure(bench.amal, f"{CHILDREN} recorded at 1", quiet)


def test_a_day_of_recording_rewinds_the_files_too(bench: Bench) -> None:
    methodology(bench, 18)
    bench.take_in(*ROWS, ARRESTED_AT_FIFTEEN)
    day = bench.clock.now().date()
    bench.clock.moment += timedelta(days=2)
    methodology(bench, 14)
    bench.member("badr", "viewer")
    assert count_figure(bench.amal, CHILDREN, quiet).value == 0
    assert count_figure(bench.amal, f"{CHILDREN} recorded at {day}", quiet).value == 1


def test_words_that_were_taken_out_can_be_asked_for_at_the_size_of_before(bench: Bench) -> None:
    path = own_file(bench, "vocabulary/own.vocabulary.yaml", WORDS)
    badr = bench.member("badr", "intake", "viewer")
    before = entries(bench)
    query = "count persons with clan=X"
    assert count_figure(badr, query, quiet).value == 0
    path.unlink()
    amal = bench.as_member("amal")
    with pytest.raises(QueryError):
        count_figure(amal, query, quiet)
    bench.take_in(*ROWS, workspace=amal)
    assert OwnFileHistory(amal.store).newest == {}
    figure = count_figure(amal, f"{query} recorded at {before}", quiet)
    assert set(figure.own_files) == {"vocabulary/own.vocabulary.yaml"}
    assert figure.vocabulary_digest == badr.vocabulary.digest != amal.vocabulary.digest


def test_the_text_stands_in_the_log_once_and_with_the_change(bench: Bench) -> None:
    methodology(bench, 18)
    check_change(bench.amal, "import", lambda: bench.take_in(*ROWS))
    methodology(bench, 14)
    bench.take_in(*ROWS, asserted_on="2023-09-30")
    path = methodology(bench, 18)
    bench.take_in(*ROWS, asserted_on="2023-10-30")
    texts = [
        row.text for row in bench.amal.store.scan(SettingRow) if row.name.startswith("own_file:")
    ]
    assert texts == [RULES.format(age=18)]  # the same list twice changes nothing: no entry
    path.write_text(RULES.format(age=15), encoding="utf-8")
    bench.take_in(*ROWS, ARRESTED_AT_FIFTEEN, asserted_on="2023-11-30")
    assert len(OwnFileHistory(bench.amal.store).texts(OwnFileHistory(bench.amal.store).newest)) == 1


def test_recording_edited_files_is_an_entry_of_its_own(bench: Bench) -> None:
    methodology(bench, 18)
    states = own_file_states(bench.amal)
    assert [(one.name, one.recorded, one.fault) for one in states] == [
        ("methodologies/ours.methodology.toml", None, None)
    ]
    viewer = bench.member("badr", "viewer")
    methodology(bench, 14)
    with pytest.raises(PermissionRefusedError):
        record_edited_files(viewer)
    check_change(bench.amal, "record-own-files", lambda: record_edited_files(bench.amal))
    assert own_file_states(bench.amal)[0].is_recorded
    size = entries(bench)
    assert record_edited_files(bench.amal) is None
    assert entries(bench) == size


def test_a_file_with_a_fault_is_not_recorded_and_what_held_before_holds_on(bench: Bench) -> None:
    path = methodology(bench, 18)
    record_edited_files(bench.amal)
    held = OwnFileHistory(bench.amal.store).newest
    path.write_text("child_under =", encoding="utf-8")
    own_file(bench, "vocabulary/bad.vocabulary.yaml", "extends: Nothing\n")
    assert all(state.fault for state in own_file_states(bench.amal))
    assert record_edited_files(bench.amal) is None
    bench.take_in(*ROWS)
    assert OwnFileHistory(bench.amal.store).newest == held
    with pytest.raises(VocabularyError):
        bench.as_member("amal")


STANDARD = """version = 1
name = "ours"
applies_to = "Death"
result = "verified"
people = {people}
independent = false
[[any_of]]
lines = ["document"]
"""


def test_what_two_people_signed_is_weighed_by_the_rules_that_they_signed(bench: Bench) -> None:
    own_file(bench, "standards/ours.standard.toml", STANDARD.format(people=2))
    bench.take_in(*ROWS)
    figure = "count persons with Death(verified=ours)"
    death = next(
        record for record in bench.amal.store.scan(RecordRow) if record.record_type == "Death"
    )
    short = bench.amal.short_id(death.number)
    statement = bench.amal.statement_id(
        bench.amal.store.find(StatementRow, "record", [death.number])[0].number
    )
    for handle in ("badr", "dina"):
        determine_record(
            bench.member(handle, "verifier"),
            record_id=short,
            decision="verified",
            verdict="for",
            standard="ours",
            reasons="Read.",
            lines=[f"document={statement}"],
        )
    assert count_figure(bench.amal, figure, quiet).value == 1
    own_file(bench, "standards/ours.standard.toml", STANDARD.format(people=3))
    record_edited_files(bench.amal)
    refresh_snapshot(bench.amal, quiet, anew=True)
    assert count_figure(bench.amal, figure, quiet).value == 1


HELD = """
version = 1
[list]
name = "Places of detention"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name" }}
[[acts]]
type = "Detention"
when = {{ column = "since" }}
columns = {{ prison = {{ to = "facility" }} }}
"""


def test_a_facility_that_nobody_states_is_refused(bench: Bench) -> None:
    bench.take_in(
        "FICT-1,Alif,2013,Adra prison",
        "FICT-2,Ba,2014,A villa by the road",
        header="id,name,since,prison",
        mapping=HELD,
    )
    query = 'count persons with Detention(facility="{}")'
    for known in ("Adra prison", "A villa by the road"):
        assert count_figure(bench.amal, query.format(known), quiet).value == 1
    early = f"{query.format('A villa by the road')} recorded at 1"
    assert count_figure(bench.amal, early, quiet).value == 0
    with pytest.raises(QueryError, match="No facility is called") as refused:
        count_figure(bench.amal, query.format("A villa by the rode"), quiet)
    assert "A villa by the road" in refused.value.hint
    assert count_figure(bench.amal, query.format("sednaya-prison"), quiet).value == 0
