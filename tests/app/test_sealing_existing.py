"""Sealing afterwards: nothing in clear is left, the log holds, and who is cleared makes leaves again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bayyina.app import sealing_existing
from bayyina.app.counting import count_figure
from bayyina.app.doctor_rows import examine_values
from bayyina.app.emptied_rows import SEAL
from bayyina.app.erasing import erase_record
from bayyina.app.importing import import_list, report_path
from bayyina.app.kept_rows import kept_aside_rows
from bayyina.app.live import live_batches, live_statements
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.proving import prove_statement
from bayyina.app.record_reading import read_record
from bayyina.app.row_sealing import RowSealing
from bayyina.app.rows import ListRow, RecordRow, StatementRow
from bayyina.app.sealing_existing import seal_due, seal_records
from bayyina.app.snapshots import refresh_snapshot, snapshot_folder
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.custody import sealed_later
from bayyina.errors import CustodyError, InputError, PermissionRefusedError
from bayyina.keys.sealing import is_sealed
from bayyina.tables.mapping import Mapping
from tests.app.conftest import HEADER, MAPPING, Bench, quiet
from tests.app.test_use_cases_are_logged import check_change
from tests.leak_scanner import LeakScanner, Secret

NAME, BORN = "Qambartani Vexlerhoum", "1984-03-14"
KEPT = "Zarnuqash Obtaminel"
ROWS = (
    f"FICT-1,{NAME},F,{BORN},12/05/2013,Homs,died,2015-03",
    "FICT-2,Ba Two,F,1985,شباط 2014,حلب,died,2015-03",
    f",{KEPT},M,,,,,",
)
SECRETS = (Secret("name", NAME, "name"), Secret("day of birth", BORN))


class Cast:
    """A workspace with somebody in clear, and people who may seal, erase and look."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.amal = bench, bench.amal
        self.take_in(*ROWS)
        self.person = self.amal.store.find(RecordRow, "list_key", ["FICT-1"])[0].number
        self.id = self.amal.short_id(self.person)

    def take_in(
        self,
        *rows: str,
        asserted_on: str = "2023-08-31",
        release: str = "partial",
        noted: bool = False,
    ) -> int | None:
        file = self.bench.folder / "list.csv"
        header = HEADER + ",remark" * noted
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        text = MAPPING.format(asserted_on=asserted_on, release=release)
        if noted:
            text = text.replace("[columns]", '[columns]\nremark = { to = "note" }', 1)
        done = import_list(
            self.amal, file=file, mapping=Mapping.parse(text, self.amal.vocabulary),
            report=report_path(self.amal, file), progress=quiet, confirm_withdrawals=True,
        )  # fmt: skip
        file.unlink()
        return done.batch

    def seal(self, who: Workspace | None = None) -> sealing_existing.Sealing:
        return seal_records(who or self.amal, records=[self.id], reason="asked", progress=quiet)

    def rows(self) -> list[StatementRow]:
        return list(self.amal.store.find(StatementRow, "record", [self.person]))


@pytest.fixture
def cast(bench: Bench) -> Cast:
    return Cast(bench)


def check(who: Workspace) -> str:
    """Verify; what check 15 tells."""
    report = verify_workspace(who, progress=quiet)
    assert report.ok, [str(finding) for finding in report.findings]
    return report.checks[14].detail


def leaks(folder: Path, *secrets: Secret) -> list[object]:
    return list(LeakScanner(secrets or SECRETS).scan_tree(folder))


def test_nothing_in_clear_is_left_and_the_log_holds(cast: Cast) -> None:
    folder = cast.amal.folder
    count_figure(cast.amal, "count persons by sex", quiet)
    assert leaks(folder)
    done = cast.seal()
    assert (done.statements, done.records[0], done.traces_left) == (3, cast.id, False)
    assert leaks(folder) == []
    assert check(cast.amal) == "3 rows sealed later, of which 3 were opened and made again."
    badr = cast.bench.member("badr", "auditor")
    assert check(badr) == (
        "3 rows sealed later, of which 0 were opened and made again; the others can be opened "
        "only by somebody who is cleared."
    )
    assert leaks(folder) == []


def test_what_was_said_is_opened_by_who_is_cleared_and_counted_as_before(cast: Cast) -> None:
    before = count_figure(cast.amal, "count persons by sex", quiet).value
    cast.seal()
    said = {one["property"]: one for one in read_record(cast.amal, cast.id)["statements"]}
    assert said["name"].get("value") is None
    assert said["name"]["sealed"] is True
    assert said["sex"]["value"] == "female"
    assert (said["birth_date"].get("value"), said["protected"]["value"]) == (None, "yes")
    opened = open_sealed(cast.amal, cast.id, reason="the family asked")
    assert {NAME, BORN} <= {one["value"] for one in opened["statements"]}
    assert count_figure(cast.amal, "count persons by sex", quiet).value == before


def test_the_month_of_birth_stays_at_every_size_of_the_log(cast: Cast) -> None:
    cast.seal()
    old, new = [row for row in cast.rows() if row.date_lo]
    assert (old.value, old.date_lo, old.date_hi) == (None, "1984-03-01", "1984-03-31")
    assert (new.date_lo, new.date_hi, new.supersedes) == (old.date_lo, old.date_hi, old.number)


def test_a_sealing_writes_what_its_entry_commits_to(cast: Cast) -> None:
    check_change(cast.amal, "seal", cast.seal, seals=True)


def test_of_an_act_the_wording_is_sealed_and_what_it_is_counted_as_stays(cast: Cast) -> None:
    def said(who: Workspace, number: int) -> list[StatementRow]:
        rows = who.store.find(StatementRow, "record", [number])
        return [row for row in rows if row.value == "SY04"]

    (before,) = (row for row in cast.amal.store.scan(StatementRow) if row.original == "Homs")
    counted = count_figure(cast.amal, "count arrests by governorate", quiet).groups
    cast.seal()
    old, new = said(cast.amal, before.record)
    assert (old.value, old.original, new.value, new.supersedes) == (
        before.value, "", before.value, before.number
    )  # fmt: skip
    assert is_sealed(new.original)
    assert count_figure(cast.amal, "count arrests by governorate", quiet).groups == (counted)
    act = cast.amal.short_id(before.record)
    shown = read_record(cast.amal, act)["statements"]
    assert [(one["value"], one.get("original")) for one in shown if "wording_sealed" in one] == [
        ("SY04", None)
    ]
    opened = open_sealed(cast.amal, act, reason="the family asked")["statements"]
    assert ("SY04", "Homs") in {(one.get("value"), one.get("original")) for one in opened}
    cast.amal.store.blank(StatementRow, [old.number], {"value": "SY02"})
    assert not verify_workspace(cast.bench.member("badr", "auditor"), progress=quiet).ok


def test_a_second_sealing_finds_nothing(cast: Cast) -> None:
    cast.seal()
    size = cast.amal.store.log_size()
    again = cast.seal()
    assert (again.batch, again.statements) == (None, 0)
    assert cast.amal.store.log_size() == size
    seal_due(cast.amal, quiet)
    assert seal_due(cast.amal, quiet).batch is None


def test_later_releases_of_the_list_say_it_sealed(cast: Cast) -> None:
    cast.seal()
    assert cast.take_in(*ROWS) is None
    corrected = ROWS[0].replace("Homs", "Aleppo").replace(NAME, f"{NAME} Third")
    assert cast.take_in(corrected, *ROWS[1:], asserted_on="2023-10-31") is not None
    standing = read_record(cast.amal, cast.id)["statements"]
    assert [one["property"] for one in standing].count("name") == 1
    assert leaks(cast.amal.folder) == []
    check(cast.amal)
    gone = cast.take_in(*ROWS[1:], asserted_on="2023-11-30", release="complete")
    assert gone is not None
    left = {one["property"] for one in read_record(cast.amal, cast.id)["statements"]}
    assert left <= {"protected"}
    check(cast.amal)


def test_what_was_closed_is_sealed_and_stays_closed(cast: Cast) -> None:
    cast.take_in(ROWS[0].replace(NAME, "Corrected Name"), asserted_on="2023-10-31")
    cast.seal()
    assert leaks(cast.amal.folder, *SECRETS, Secret("corrected", "Corrected Name", "name")) == []
    said = read_record(cast.amal, cast.id)["statements"]
    assert [one["property"] for one in said].count("name") == 1
    opened = open_sealed(cast.amal, cast.id, reason="x", history=True)
    assert "Corrected Name" in {one["value"] for one in opened["statements"]}
    assert NAME in {one.get("value") for one in opened["history"]}
    check(cast.amal)


def test_copies_of_imports_undone_are_sealed_with_it(cast: Cast) -> None:
    undo_batch(cast.amal, batch=cast.amal.store.batches()[-1].batch)
    cast.take_in(*ROWS)
    copies = cast.amal.store.find(RecordRow, "list_key", ["FICT-1"])
    cast.person = copies[-1].number
    cast.id = cast.amal.short_id(cast.person)
    assert len(cast.seal().records) == 4  # two people, an arrest of each
    assert leaks(cast.amal.folder) == []
    check(cast.amal)


def test_undoing_the_import_takes_what_was_sealed_back(cast: Cast) -> None:
    imported = max(row.batch for row in cast.amal.store.batches() if row.action == "import")
    cast.seal()
    undo_batch(cast.amal, batch=imported)
    live = live_statements(cast.amal.store, [cast.person], live_batches(cast.amal.store))
    assert [row.value for row in live] == ["yes"]  # that the person is protected was said apart
    check(cast.amal)


def test_an_emptied_row_without_a_sealed_one_is_tampering(cast: Cast) -> None:
    cast.seal()
    other = cast.amal.store.find(RecordRow, "list_key", ["FICT-2"])[0].number
    row = next(
        r for r in cast.amal.store.find(StatementRow, "record", [other]) if r.value == "Ba Two"
    )
    _write(
        cast, "UPDATE statement SET value=NULL, lang=NULL, original=NULL WHERE number=?", row.number
    )
    report = verify_workspace(cast.amal, progress=quiet)
    assert {c.number for c in report.checks if c.findings} == {9}


def test_a_sealed_row_put_in_the_place_of_another_is_found_by_who_is_cleared(cast: Cast) -> None:
    cast.seal()
    sealed = [row for row in cast.rows() if is_sealed(row.value)]
    emptied = next(row for row in cast.rows() if row.number == sealed[0].supersedes)
    hidden = next(row for row in cast.rows() if row.value == "female")
    # Somebody empties a row that was never sealed and lets another sealed one stand for it.
    _write(
        cast,
        "UPDATE statement SET value=NULL, lang=NULL, original=NULL WHERE number=?",
        hidden.number,
    )
    assert {c.number for c in verify_workspace(cast.amal, progress=quiet).checks if c.findings} == {
        9
    }
    _write(
        cast, "UPDATE statement SET supersedes=? WHERE number=?", hidden.number, sealed[0].number
    )
    failed = {c.number for c in verify_workspace(cast.amal, progress=quiet).checks if c.findings}
    assert 9 in failed
    assert emptied.value is None


def test_tampering_is_not_sealed_over(cast: Cast) -> None:
    row = next(row for row in cast.rows() if row.value == NAME)
    _write(cast, "UPDATE statement SET value='Somebody Else' WHERE number=?", row.number)
    size = cast.amal.store.log_size()
    with pytest.raises(CustodyError, match="not what the log committed to"):
        cast.seal()
    assert cast.amal.store.log_size() == size


def test_a_sealed_record_can_be_erased(cast: Cast) -> None:
    badr = cast.bench.member("badr", "data-protection")
    chams = cast.bench.member("chams", "data-protection")
    cast.seal(badr)
    states = [
        erase_record(who, record_id=cast.id, reason="objection", progress=quiet).state
        for who in (badr, chams)
    ]
    assert states == ["agreed", "erased"]
    act_of_theirs = "1 rows sealed later, of which 1 were opened and made again."
    assert check(cast.amal) == act_of_theirs
    assert not any(is_sealed(row.value) for row in cast.rows())


def test_a_proof_of_an_emptied_statement_is_refused(cast: Cast) -> None:
    row = next(row for row in cast.rows() if row.value == NAME)
    cast.seal()
    with pytest.raises(CustodyError):
        prove_statement(cast.amal, cast.amal.statement_id(row.number))


def test_rows_kept_aside_of_before_are_sealed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(RowSealing, "stored_cells", lambda self, record, key, cells: cells.cells)
        cast = Cast(bench)
    kept = Secret("kept", KEPT, "name")
    assert leaks(cast.amal.folder, kept)
    assert not examine_values(cast.amal, quiet).ok
    done = seal_due(cast.amal, quiet)
    assert examine_values(cast.amal, quiet).ok
    assert (done.kept_aside, done.statements) == (1, 0)
    assert leaks(cast.amal.folder, kept) == []
    assert check(cast.amal) == "1 rows sealed later, of which 1 were opened and made again."
    assert [KEPT in one["cells"] for one in kept_aside_rows(cast.amal, reason="look")] == [True]
    assert cast.take_in(*ROWS) is None  # it is known again
    rows = list(cast.amal.store.scan(ListRow))
    assert [(row.key, row.cells) for row in rows if not row.digest] == [("", None)]


def test_an_import_that_makes_somebody_known_seals_them_at_once(cast: Cast) -> None:
    refresh_snapshot(cast.amal, quiet)
    cast.take_in(ROWS[0].replace(BORN, "2001-02-03"), asserted_on="2023-10-31")  # 12 at the arrest
    actions = [row.action for row in cast.amal.store.batches()]
    assert actions[-2:] == ["import", SEAL]
    assert leaks(cast.amal.folder, SECRETS[0], Secret("new day", "2001-02-03")) == []
    said = {one["property"]: one for one in read_record(cast.amal, cast.id)["statements"]}
    assert said["name"]["sealed"] is True
    check(cast.amal)


def test_a_remark_that_tells_of_sexual_violence_seals_what_stood_before(cast: Cast) -> None:
    refresh_snapshot(cast.amal, quiet)
    cast.take_in(ROWS[0] + ",تعرضت لاغتـصاب", asserted_on="2023-10-31", noted=True)
    assert [row.action for row in cast.amal.store.batches()][-2:] == ["import", SEAL]
    assert leaks(cast.amal.folder, SECRETS[0]) == []
    check(cast.amal)


def test_an_import_that_protects_nobody_seals_nothing(cast: Cast) -> None:
    cast.take_in(ROWS[0].replace("Homs", "Aleppo"), asserted_on="2023-10-31")
    assert SEAL not in {row.action for row in cast.amal.store.batches()}


def test_older_files_of_the_snapshot_go(cast: Cast) -> None:
    refresh_snapshot(cast.amal, quiet)
    old = {path.name for path in snapshot_folder(cast.amal).rglob("*.parquet")}
    cast.seal()
    left = {path.name for path in snapshot_folder(cast.amal).rglob("*.parquet")}
    assert not any("statements" in name for name in old & left)


def test_who_may_seal_and_what_is_refused(cast: Cast) -> None:
    viewer = cast.bench.member("dima", "viewer")
    with pytest.raises(PermissionRefusedError):
        cast.seal(viewer)
    with pytest.raises(PermissionRefusedError):
        seal_due(viewer, quiet)
    with pytest.raises(InputError, match="not a reason"):
        seal_records(cast.amal, records=[cast.id], reason="because of Qambartani", progress=quiet)
    act = next(r for r in cast.amal.store.scan(RecordRow) if r.record_type == "Arrest")
    with pytest.raises(InputError, match="nothing that is said"):
        seal_records(
            cast.amal, records=[cast.amal.short_id(act.number)], reason="asked", progress=quiet
        )


def test_on_postgresql(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAYYINA_DATABASE_URL", postgres_url)
    bench = Bench(tmp_path)
    cast = Cast(bench)
    refresh_snapshot(cast.amal, quiet)
    assert cast.seal().statements == 3
    assert leaks(cast.amal.folder) == []
    assert not any(row.value == NAME for row in cast.rows())
    assert check(cast.amal).startswith("3 rows sealed later, of which 3")
    assert cast.take_in(*ROWS) is None
    bench.close()


def test_the_names_of_the_action_agree() -> None:
    assert SEAL == sealed_later.SEAL


def _write(cast: Cast, sql: str, *values: object) -> None:
    with sqlite3.connect(cast.amal.folder / "records.sqlite3") as connection:
        connection.execute(sql, values)
