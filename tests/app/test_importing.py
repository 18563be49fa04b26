"""Releases of a list: new rows, corrected rows, rows that are gone, and undoing."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from bayyina.app.deciding import judge_pair
from bayyina.app.kept_cells import open_cells
from bayyina.app.live import live_batches, live_statements
from bayyina.app.record_reading import read_record
from bayyina.app.rows import ListRow, RecordRow
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace
from bayyina.errors import FileUnreadableError, InputError, MappingError, PermissionRefusedError
from bayyina.tables.mapping import Mapping
from tests.app.conftest import CHEAP, HEADER, MAPPING, ROWS, STRONG, Bench, quiet
from tests.app.two_lists import decide, records, take_in

Facts = dict[str, dict[str, set[str]]]


def facts(workspace: Workspace) -> Facts:
    """What stands: values by property, by the list's own id of each record."""
    store = workspace.store
    keys = {row.number: row.list_key or "" for row in store.scan(RecordRow)}
    names = {number: pair[1] for pair, number in store.terms().items()}
    found: Facts = {}
    for row in live_statements(store, list(keys), live_batches(store)):
        values = found.setdefault(keys[row.record], {}).setdefault(names[row.term], set())
        values.add(row.value or "")
    return found


def test_rows_become_records_with_statements(bench: Bench) -> None:
    result = bench.take_in(*ROWS)
    assert (result.rows.rows, result.rows.accepted, result.rows.warned) == (5, 2, 1)
    assert result.rows.kept_aside == 2
    found = facts(bench.amal)
    assert found["FICT-1"] == {
        "name": {"Alif One"},
        "sex": {"male"},
        "birth_date": {"1990-02-01"},
    }
    assert found["FICT-2/Death:1"]["date"] == {"2015-03"}
    assert found["FICT-2/Arrest:1"]["place"] == {"SY02"}
    assert "FICT-1/Death:1" not in found


def test_what_cannot_be_read_is_kept_verbatim(bench: Bench) -> None:
    bench.take_in(*ROWS)
    person = next(r for r in bench.amal.store.scan(RecordRow) if r.list_key == "FICT-3")
    statements = read_record(bench.amal, bench.amal.short_id(person.number))["statements"]
    kept = {s["property"]: (s["value"], s.get("original")) for s in statements}
    assert kept["birth_date"] == ("unreadable", "no date")
    assert kept["sex"] == ("unrecognised", "X")


def test_the_report_has_a_line_for_every_row_and_none_of_its_names(bench: Bench) -> None:
    bench.take_in(*ROWS)
    text = (bench.folder / "rows.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(text.splitlines()))
    assert [line["status"] for line in lines] == [
        "accepted", "accepted", "warned", "kept_aside", "kept_aside",
    ]  # fmt: skip
    assert "Alif" not in text
    assert "Key" not in text.split("\n", 1)[1].replace("same key", "")


def test_rows_kept_aside_are_kept_whole(bench: Bench) -> None:
    bench.take_in(*ROWS)
    kept = [row for row in bench.amal.store.scan(ListRow) if row.state == "kept_aside"]
    opened = open_cells(bench.amal, kept)
    assert sorted(json.dumps(opened[row.number]) for row in kept) == sorted(
        [
            '["", "No Key", "M", "", "", "", "", ""]',
            '["FICT-1", "Same Key", "M", "", "", "", "", ""]',
        ]
    )


def test_the_same_file_twice_changes_nothing(bench: Bench) -> None:
    bench.take_in(*ROWS)
    size = bench.amal.store.log_size()
    again = bench.take_in(*ROWS)
    assert again.batch is None
    assert bench.amal.store.log_size() == size


def test_a_later_release_corrects_and_the_earlier_wording_stays(bench: Bench) -> None:
    bench.take_in(*ROWS)
    corrected = ROWS[1].replace("Ba Two", "Ba Too").replace("died,2015-03", "held,")
    result = bench.take_in(ROWS[0], corrected, asserted_on="2024-01-31")
    assert result.changes.unchanged == 1
    found = facts(bench.amal)
    assert found["FICT-2"]["name"] == {"Ba Too"}
    assert "FICT-2/Death:1" not in found
    assert found["FICT-3"]["name"] == {"Ta Three"}
    undo_batch(bench.amal, batch=result.batch or 0)
    assert facts(bench.amal)["FICT-2"]["name"] == {"Ba Two"}
    assert "FICT-2/Death:1" in facts(bench.amal)


def test_a_complete_release_withdraws_what_it_lacks_only_when_told(bench: Bench) -> None:
    rows = [f"FICT-{n},Name {n},M,1980,2013,Homs,held," for n in range(10)]
    bench.take_in(*rows, release="complete")
    before = facts(bench.amal)
    with pytest.raises(InputError, match="lacks 1 of the 10 rows"):
        bench.take_in(*rows[1:], release="complete", asserted_on="2024-01-31")
    assert facts(bench.amal) == before
    dry = bench.take_in(*rows[1:], release="complete", asserted_on="2024-01-31", dry_run=True)
    assert (dry.batch, dry.changes.withdrawn) == (None, 1)
    assert "--confirm-withdrawals" in dry.notes[0]
    assert dry.report.read_text("utf-8-sig").splitlines()[-1].startswith(",FICT-0,withdrawn,")
    assert facts(bench.amal) == before
    result = bench.take_in(*rows[1:], release="complete", asserted_on="2024-01-31", confirm=True)
    assert result.changes.withdrawn == 1
    lines = result.report.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[1:3] for line in lines if "withdrawn" in line] == [
        ["FICT-0", "withdrawn"]
    ]
    assert "FICT-0" not in facts(bench.amal)
    back = bench.take_in(*rows, release="complete", asserted_on="2024-02-29")
    assert back.changes.withdrawn == 0
    assert facts(bench.amal) == before


def test_a_partial_release_withdraws_nothing(bench: Bench) -> None:
    bench.take_in(*ROWS)
    before = facts(bench.amal)
    bench.take_in(ROWS[0], asserted_on="2024-01-31")
    assert facts(bench.amal) == before


def test_the_history_of_a_record_shows_what_was_closed(bench: Bench) -> None:
    bench.take_in(ROWS[0], ROWS[1], release="complete")
    person = next(r for r in bench.amal.store.scan(RecordRow) if r.list_key == "FICT-2")
    name = bench.amal.short_id(person.number)
    assert "history" not in read_record(bench.amal, name)
    assert read_record(bench.amal, name, history=True)["history"] == []
    second = bench.take_in(
        ROWS[0], ROWS[1].replace("Ba Two", "Ba Too"), release="complete", asserted_on="2023-09-30"
    )
    [old] = read_record(bench.amal, name, history=True)["history"]
    assert (old["property"], old["value"], old["closed"]) == ("name", "Ba Two", "superseded")
    assert (old["closed_on"], old["closed_in"]) == ("2023-09-30", second.batch)
    bench.take_in(ROWS[0], release="complete", asserted_on="2023-10-31", confirm=True)
    gone = read_record(bench.amal, name, history=True)
    assert gone["statements"] == []
    withdrawn = {one["value"] for one in gone["history"] if one["closed"] == "withdrawn"}
    assert {"Ba Too", "female"} <= withdrawn


def test_one_row_is_not_written_as_several(bench: Bench) -> None:
    words = bench.take_in(ROWS[0]).in_words()
    assert "\n1 row: 1 accepted," in words
    assert "0 statements closed, 0 rows withdrawn." in words


NAMING = MAPPING.replace(
    'born = {{ to = "birth_date" }}',
    'born = {{ to = "birth_date", source = {{ column = "status" }} }}',
)


@pytest.mark.parametrize("mapping", [MAPPING, NAMING])
def test_a_dry_run_counts_what_the_import_then_counts(bench: Bench, mapping: str) -> None:
    corrected = (ROWS[0].replace("Alif", "Aleph"), *ROWS[1:], "FICT-9,Kha Nine,M,1999,,,new,")
    for rows, day in ((ROWS, "2023-08-31"), (ROWS, "2023-08-31"), (corrected, "2023-09-30")):
        dry = bench.take_in(*rows, asserted_on=day, mapping=mapping, dry_run=True)
        real = bench.take_in(*rows, asserted_on=day, mapping=mapping)
        assert dry.changes == real.changes
        assert dry.rows == real.rows


@pytest.mark.parametrize("is_dry", [True, False])
def test_a_release_dated_far_ahead_is_refused(bench: Bench, is_dry: bool) -> None:
    size = bench.amal.store.log_size()
    with pytest.raises(InputError, match="dated 2025-06-30, more than a year after today") as told:
        bench.take_in(*ROWS, asserted_on="2025-06-30", dry_run=is_dry)
    assert told.value.code == "release-ahead"
    assert bench.amal.store.log_size() == size
    assert bench.take_in(*ROWS, asserted_on="2024-12-31").batch is not None


def test_undoing_says_how_many_decisions_rested_on_it(bench: Bench) -> None:
    take_in(bench, "One list")
    take_in(bench, "Another list")
    second = max(live_batches(bench.amal.store))
    one, other = records(bench.amal, "Person")[:4:3]
    for verdict in ("unsure", "same"):
        judge_pair(bench.amal, record_a=one, record_b=other, verdict=verdict, reasons="r")
    badr = bench.member("badr", "verifier")
    for death in records(bench.amal, "Death"):
        decide(badr, death, decision="disputed", verdict="against")
    undone = undo_batch(bench.amal, batch=second)
    assert (undone.judgements, undone.determinations) == (1, 3)
    first = live_batches(bench.amal.store)
    assert undo_batch(bench.amal, batch=min(n for n, b in first.items() if b.action == "import")) == (
        undone.batch + 1, 1, 3,
    )  # fmt: skip


def test_undoing_is_last_first(bench: Bench) -> None:
    first = bench.take_in(*ROWS).batch or 0
    second = bench.take_in(ROWS[0].replace("Alif", "Aleph"), asserted_on="2024-01-31").batch or 0
    with pytest.raises(InputError, match=f"Batch {second} is a later release"):
        undo_batch(bench.amal, batch=first)
    undo_batch(bench.amal, batch=second)
    undo_batch(bench.amal, batch=first)
    assert facts(bench.amal) == {}
    with pytest.raises(InputError, match="no import"):
        undo_batch(bench.amal, batch=first)
    again = bench.take_in(*ROWS)
    assert again.changes.records == 9
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_real_and_invented_data_never_meet(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this workspace is an invented one"):
        bench.take_in(*ROWS, mapping=MAPPING.replace("fictional = true\n", ""))
    with pytest.raises(InputError, match="Row 2 is not an invented one"):
        bench.take_in(ROWS[0].replace("FICT-1", "17"))
    real = create_workspace(
        tmp_path / "real", name="R", handle="amal", person_name="A", passphrase=STRONG, cost=CHEAP
    )
    with pytest.raises(InputError, match="this workspace is a real one"):
        bench.take_in(*ROWS, workspace=real)
    with pytest.raises(InputError, match="Row 2 is an invented one"):
        bench.take_in(*ROWS, workspace=real, mapping=MAPPING.replace("fictional = true\n", ""))
    assert real.store.log_size() == 1
    real.store.close()


def test_a_list_that_does_not_fit_its_mapping(bench: Bench) -> None:
    with pytest.raises(MappingError, match="sex"):
        bench.take_in("FICT-1,Alif", header="id,name")
    with pytest.raises(MappingError, match="line"):
        Mapping.parse(
            MAPPING.format(asserted_on="2023-08-31", release="never"), bench.amal.vocabulary
        )
    (bench.folder / "empty.csv").write_text("", encoding="utf-8")
    with pytest.raises(FileUnreadableError):
        bench.take_in(header="")
    assert bench.amal.store.log_size() == 1


def test_who_may_not_import(bench: Bench) -> None:
    viewer = bench.member("dima", "viewer")
    with pytest.raises(PermissionRefusedError):
        bench.take_in(*ROWS, workspace=viewer)


def test_on_postgresql(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAYYINA_DATABASE_URL", postgres_url)
    made = Bench(tmp_path)
    made.take_in(*ROWS, release="complete")
    made.take_in(
        ROWS[0].replace("Alif", "Aleph"), release="complete", asserted_on="2024-01-31", confirm=True
    )
    assert facts(made.amal)["FICT-1"]["name"] == {"Aleph One"}
    assert "FICT-2" not in facts(made.amal)
    report = verify_workspace(made.amal, progress=quiet)
    assert report.ok, [check for check in report.checks if not check.ok]
    made.close()


def test_header_constant_is_what_the_rows_have() -> None:
    assert all(row.count(",") == HEADER.count(",") for row in ROWS)


def test_rows_that_repeat_a_key_can_speak_of_one_record(bench: Bench) -> None:
    mapping = MAPPING.replace("fictional = true", 'fictional = true\nrepeated_key = "same_record"')
    rows = ("FICT-1,Alif One,M,,2013,Homs,held,", "FICT-1,Alif Uno,M,,2014,Homs,held,")
    bench.take_in(*rows, mapping=mapping)
    people = [row for row in bench.amal.store.scan(RecordRow) if row.record_type == "Person"]
    assert len(people) == 1
    assert facts(bench.amal)["FICT-1"] == {"name": {"Alif One", "Alif Uno"}, "sex": {"male"}}
    corrected = (rows[0].replace("One", "First"), rows[1])
    bench.take_in(*corrected, mapping=mapping, asserted_on="2024-01-31")
    assert facts(bench.amal)["FICT-1"]["name"] == {"Alif One", "Alif Uno", "Alif First"}
