"""Erasing a record: two people, nothing of it left, every proof as before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bayyina.app.changes import change
from bayyina.app.clearances import clear_member
from bayyina.app.counting import count_figure
from bayyina.app.deciding import determine_record, judge_pair
from bayyina.app.erasing import ErasureResult, erase_record
from bayyina.app.importing import import_list, report_path
from bayyina.app.members import set_roles
from bayyina.app.proving import prove_statement
from bayyina.app.record_reading import read_record
from bayyina.app.rows import ErasureRow, MemberRow, RecordRow, StatementRow, row_number
from bayyina.app.snapshots import snapshot_folder
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.cli.erasures import in_words
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.proofs import verify_row_proof
from bayyina.errors import BusyError, CustodyError, InputError, PermissionRefusedError
from bayyina.tables.mapping import Mapping
from tests.app.conftest import HEADER, MAPPING, Bench, quiet

NAME, ID = "Zaynab Invented-Qalamuni", "FICT-NR-90210"
ARABIC = "زينب المخترعة"
ERASED_ROW = f"{ID},{NAME} {ARABIC},F,1987-03-14,12/05/2013,Homs,died,2015-03"
OTHER_ROW = "FICT-2,Ba Two,F,1985,شباط 2014,حلب,died,2015-03"
SECRETS = (NAME, ARABIC, ID, "1987-03-14")


class Cast:
    """A workspace with a record to erase and two people who may."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.amal = bench.amal
        self.take_in(ERASED_ROW, OTHER_ROW)
        rows = self.amal.store.find(RecordRow, "list_key", [ID])
        self.number = rows[0].number
        self.id = self.amal.short_id(self.number)
        acts = [r for r in self.amal.store.scan(RecordRow) if (r.list_key or "").startswith(ID)]
        self.acts = [self.amal.short_id(row.number) for row in acts[1:]]
        self.badr = bench.member("badr", "data-protection")
        self.chams = bench.member("chams", "data-protection")

    def take_in(self, *rows: str, release: str = "partial") -> None:
        """Import with the report in the workspace."""
        file = self.bench.folder / "list.csv"
        file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        text = MAPPING.format(asserted_on="2023-08-31", release=release)
        self.result = import_list(
            self.amal,
            file=file,
            mapping=Mapping.parse(text, self.amal.vocabulary),
            report=report_path(self.amal, file),
            progress=quiet,
            confirm_withdrawals=True,
        )

    def erase(self, who: Workspace, record: str | None = None) -> ErasureResult:
        """One person's call."""
        return erase_record(
            who, record_id=record or self.id, reason="withdrawn-consent", progress=quiet
        )

    def clear(self, handle: str) -> Workspace:
        """Let a person open sealed rows; the workspace with them at work."""
        set_roles(self.amal, handle=handle, roles=("data-protection", "verifier"))
        clear_member(self.amal, handle)
        opened = self.bench.as_member(handle)
        setattr(self, handle, opened)
        return opened

    def clear_both(self) -> None:
        """Let both people open sealed rows."""
        self.clear("badr")
        self.clear("chams")

    def erase_all(self) -> None:
        """The record and the acts that are called after its row."""
        for record in [self.id, *self.acts]:
            self.erase(self.badr, record)
            assert self.erase(self.chams, record).state == "erased"

    def statement_of(self, list_key: str) -> str:
        """Short id of the first statement about a record."""
        record = self.amal.store.find(RecordRow, "list_key", [list_key])[0]
        rows = self.amal.store.find(StatementRow, "record", [record.number])
        return self.amal.statement_id(rows[0].number)


@pytest.fixture
def cast(bench: Bench) -> Cast:
    return Cast(bench)


def remains(folder: Path, texts: tuple[str, ...] = SECRETS) -> list[tuple[str, str]]:
    """Files below a folder that hold one of the texts in some encoding."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        for text in texts:
            plain = text.encode()
            forms = {
                "utf-8": plain,
                "utf-16-le": text.encode("utf-16-le"),
                "utf-16-be": text.encode("utf-16-be"),
                "hex": plain.hex().encode(),
                "HEX": plain.hex().upper().encode(),
                "json": json.dumps(text).strip('"').encode(),
            }
            found += [(path.name, name) for name, form in forms.items() if form in data]
    return found


def holds(workspace: Workspace) -> None:
    report = verify_workspace(workspace, progress=quiet)
    assert report.ok, [str(finding) for finding in report.findings]


def test_the_second_person_carries_it_out(cast: Cast) -> None:
    first = cast.erase(cast.badr)
    assert (first.state, first.people, first.linked) == ("agreed", ("badr",), tuple(cast.acts))
    assert first.to_json()["needed"] == 1
    assert read_record(cast.amal, cast.id)["statements"]
    holds(cast.amal)
    second = cast.erase(cast.chams)
    assert (second.state, second.people) == ("erased", ("badr", "chams"))
    report = verify_workspace(cast.amal, progress=quiet)
    assert report.ok, [str(finding) for finding in report.findings]
    assert report.checks[13].detail.startswith(f"1 erased records with {second.rows} rows")
    assert "erased" in report.checks[8].detail
    document = read_record(cast.amal, cast.id)
    assert (document["statements"], document["list_key"]) == ([], None)
    assert document["erased"]["reason"] == "withdrawn-consent"
    assert document["erased"]["rows"] == second.rows


def test_nothing_of_it_is_left_in_the_workspace(cast: Cast) -> None:
    folder = cast.amal.folder
    count_figure(cast.amal, "count persons by sex", quiet)
    count_figure(cast.amal, "count deaths by source known at 2023-12-31", quiet)
    verifier = cast.bench.member("dima", "verifier")
    other = cast.amal.short_id(cast.amal.store.find(RecordRow, "list_key", ["FICT-2"])[0].number)
    judge_pair(cast.amal, record_a=cast.id, record_b=other, verdict="unsure", reasons=f"is {NAME}?")
    (folder / "standards").mkdir()
    (folder / "standards" / "one-list.standard.toml").write_text(
        'version = 1\nname = "one-list"\napplies_to = "Person"\nresult = "named"\n'
        '[[any_of]]\nlines = ["list_entry"]\n',
        encoding="utf-8",
    )
    determine_record(
        verifier, record_id=cast.id, decision="verified", verdict="for", standard="one-list",
        reasons=f"a list names {NAME}", lines=[f"list_entry={cast.id}"],
    )  # fmt: skip
    names = {name for name, _ in remains(folder)}
    assert "records.sqlite3" in names or "records.sqlite3-wal" in names
    assert any(name.endswith(".parquet") for name in names)
    assert any(name.endswith(".rows.csv") for name in names)
    cast.erase_all()
    assert remains(folder) == []
    assert (folder / "records.sqlite3-wal").stat().st_size == 0
    holds(cast.amal)
    count_figure(cast.amal, "count persons by sex", quiet)
    assert remains(folder) == []


def test_an_interrupted_call_is_finished_by_the_next_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_figure(cast.amal, "count persons", quiet)
    cast.erase(cast.badr)
    with monkeypatch.context() as patched:
        patched.setattr("bayyina.app.erasing.remove_traces", lambda *_: None)
        assert cast.erase(cast.chams).state == "erased"
    snapshot = list(snapshot_folder(cast.amal).glob("*.parquet"))
    size = cast.amal.store.log_size()
    assert cast.erase(cast.badr).state == "erased"
    assert cast.amal.store.log_size() == size
    assert not any(path.exists() for path in snapshot)


def test_a_snapshot_of_somebody_else_is_built_anew_when_it_is_next_used(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert count_figure(cast.amal, "count persons", quiet).value == 2
    monkeypatch.setattr("bayyina.app.erasing.remove_traces", lambda *_: None)
    cast.erase(cast.badr)
    cast.erase(cast.chams)
    assert count_figure(cast.amal, "count persons", quiet).value == 1
    assert remains(snapshot_folder(cast.amal), (NAME,)) == []


def test_figures_leave_it_out_at_every_size(cast: Cast) -> None:
    before = count_figure(cast.amal, "count persons recorded at 2024-01-01", quiet)
    cast.erase(cast.badr)
    cast.erase(cast.chams)
    after = count_figure(cast.amal, "count persons recorded at 2024-01-01", quiet)
    assert (before.value, after.value) == (2, 1)
    women = count_figure(cast.amal, "count persons by sex", quiet)
    assert (women.value, women.unknown, women.range) == (1, 0, (1, 1))


def test_a_reader_in_the_way_is_told_of_and_the_next_call_ends_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayyina.db.scrubbing.WAIT_MILLISECONDS", 50)
    cast.erase(cast.badr)
    with cast.amal.store.read():
        next(cast.amal.store.scan(RecordRow))
        with pytest.raises(BusyError, match="The record is erased"):
            cast.erase(cast.chams)
    assert cast.erase(cast.chams).state == "erased"
    assert remains(cast.amal.folder, (NAME, ARABIC)) == []


def test_one_person_alone(cast: Cast) -> None:
    cast.erase(cast.badr)
    with pytest.raises(PermissionRefusedError, match="badr has agreed to this already"):
        cast.erase(cast.badr)
    assert read_record(cast.amal, cast.id)["statements"]


def test_who_may_not(cast: Cast) -> None:
    with pytest.raises(PermissionRefusedError, match="may not do this"):
        cast.erase(cast.amal)


def test_one_key_under_two_accounts(cast: Cast) -> None:
    cast.erase(cast.badr)
    with change(cast.amal, "add-member") as writer:
        columns = cast.badr.member._replace(handle="twin")._asdict()
        columns.pop("number")
        twin = writer.add(MemberRow, **columns)
        writer.finish({})
    with pytest.raises(PermissionRefusedError, match="twin has agreed to this already"):
        cast.erase(replace(cast.badr, member=twin))
    assert read_record(cast.amal, cast.id)["statements"]
    assert len(list(cast.amal.store.scan(ErasureRow))) == 1


def test_an_agreement_of_somebody_who_has_left_counts_no_longer(cast: Cast) -> None:
    cast.erase(cast.badr)
    set_roles(cast.amal, handle="badr", roles=())
    assert cast.erase(cast.chams).state == "agreed"


def test_an_agreement_lapses_when_more_is_said(cast: Cast) -> None:
    cast.erase(cast.badr)
    cast.take_in(ERASED_ROW.replace("1987-03-14", "1988-03-14"))
    assert cast.erase(cast.chams).state == "agreed"
    assert cast.erase(cast.badr).state == "erased"
    holds(cast.amal)


def test_an_agreement_lapses_when_another_reason_is_named(cast: Cast) -> None:
    assert cast.erase(cast.badr).lapsed == ()
    other = erase_record(cast.chams, record_id=cast.id, reason="danger", progress=quiet)
    assert (other.state, other.people, other.lapsed) == ("agreed", ("chams",), ("badr",))
    assert "the agreement of badr has lapsed" in in_words(other)
    back = cast.erase(cast.chams)
    assert (back.state, back.lapsed) == ("agreed", ("badr",))
    done = cast.erase(cast.badr)
    assert (done.state, set(done.people), done.lapsed) == ("erased", {"badr", "chams"}, ())
    assert set(cast.erase(cast.badr).people) == {"badr", "chams"}
    holds(cast.amal)


def test_unknown_reasons_and_records(cast: Cast) -> None:
    with pytest.raises(InputError, match="not a reason"):
        erase_record(cast.badr, record_id=cast.id, reason="Zaynab asked", progress=quiet)
    with pytest.raises(InputError, match="no record"):
        cast.erase(cast.badr, cast.amal.short_id(row_number(99, 1)))


def test_rows_that_were_changed_are_not_hidden_by_an_erasure(cast: Cast) -> None:
    with cast.amal.store._connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("UPDATE statement SET value = 'x' WHERE record = %s", [cast.number])
    with pytest.raises(CustodyError, match="not what the log committed to"):
        cast.erase(cast.badr)


@pytest.mark.parametrize(
    ("change_it", "failed"),
    [
        ("UPDATE statement SET value = NULL, original = NULL WHERE record = {0}", {9}),
        ("UPDATE record SET wrapped_key = NULL WHERE number = {0}", {9, 10, 14}),
        (
            "UPDATE record SET wrapped_key = NULL, list_key = NULL WHERE number = {0}",
            {9, 10, 14},
        ),
    ],
)
def test_what_is_emptied_without_an_erasure_is_tampering(
    cast: Cast, change_it: str, failed: set[int]
) -> None:
    cast.erase(cast.badr)  # one person is not enough
    with cast.amal.store._connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(change_it.format(cast.number))
    report = verify_workspace(cast.amal, progress=quiet)
    assert {check.number for check in report.checks if not check.ok} == failed


def test_proofs_from_before_hold_and_new_ones_are_made(cast: Cast) -> None:
    mine, other = cast.statement_of(ID), cast.statement_of("FICT-2")
    before = prove_statement(cast.amal, other)
    cast.erase_all()
    origin = cast.amal.identity.origin
    key = Ed25519Verifier(origin, cast.amal.keys.log.public_key().public_bytes_raw())
    for proof in (before, prove_statement(cast.amal, other)):
        shown = verify_row_proof(proof, origin=origin, verifiers=[key])
        assert shown.row["value"] == "Ba Two"
    with pytest.raises(CustodyError, match="was erased"):
        prove_statement(cast.amal, mine)


def test_later_releases_do_not_bring_it_back(cast: Cast) -> None:
    cast.erase(cast.badr)
    cast.erase(cast.chams)
    size = len(list(cast.amal.store.scan(RecordRow)))
    cast.take_in(ERASED_ROW, OTHER_ROW)
    assert (cast.result.changes.erased, cast.result.changes.unchanged) == (1, 1)
    cast.take_in(ERASED_ROW.replace(NAME, f"{NAME} Again"), OTHER_ROW, release="complete")
    assert (cast.result.changes.erased, cast.result.changes.withdrawn) == (1, 0)
    assert len(list(cast.amal.store.scan(RecordRow))) == size
    database = list(cast.amal.folder.glob("records.*"))
    assert not any(NAME.encode() in path.read_bytes() for path in database)
    holds(cast.amal)


def test_an_erased_act_is_left_out_of_its_row(cast: Cast) -> None:
    act = cast.acts[0]
    cast.erase(cast.badr, act)
    cast.erase(cast.chams, act)
    cast.take_in(ERASED_ROW.replace("1987-03-14", "1988"), OTHER_ROW)
    assert read_record(cast.amal, act)["statements"] == []
    values = {row["value"] for row in read_record(cast.amal, cast.id)["statements"]}
    assert "1988" in values
    holds(cast.amal)


def test_a_record_of_an_undone_import_can_be_erased(cast: Cast) -> None:
    undo_batch(cast.amal, batch=cast.number >> 32, reason="wrong list")
    cast.erase_all()
    assert remains(cast.amal.folder) == []
    cast.take_in(ERASED_ROW, OTHER_ROW)
    assert cast.result.changes.erased == 1
    holds(cast.amal)


def test_the_copy_of_an_undone_import_goes_with_it(cast: Cast) -> None:
    undo_batch(cast.amal, batch=cast.number >> 32, reason="wrong list")
    cast.take_in(ERASED_ROW, OTHER_ROW)
    rows = cast.amal.store.find(RecordRow, "list_key", [ID])
    assert len(rows) == 2
    copy, standing = (cast.amal.short_id(row.number) for row in rows)
    first = cast.erase(cast.badr, standing)
    assert first.copies == (copy,)
    done = cast.erase(cast.chams, standing)
    assert (done.state, done.copies) == ("erased", (copy,))
    assert remains(cast.amal.folder, (NAME, ARABIC, "1987-03-14")) == []
    for act in first.linked:
        cast.erase(cast.badr, act)
        cast.erase(cast.chams, act)
    assert remains(cast.amal.folder) == []
    holds(cast.amal)
    cast.take_in(ERASED_ROW, OTHER_ROW)
    assert cast.result.changes.erased == 1
    holds(cast.amal)


def test_the_same_id_in_another_list_is_another_record(cast: Cast) -> None:
    text = MAPPING.format(asserted_on="2023-08-31", release="partial")
    other = text.replace('name = "', 'name = "Another ', 1)
    file = cast.bench.folder / "other.csv"
    file.write_text("\n".join([HEADER, ERASED_ROW]) + "\n", encoding="utf-8")
    import_list(
        cast.amal, file=file, mapping=Mapping.parse(other, cast.amal.vocabulary),
        report=report_path(cast.amal, file), progress=quiet,
    )  # fmt: skip
    assert cast.erase(cast.badr).copies == ()
    assert cast.erase(cast.chams).copies == ()
    assert remains(cast.amal.folder, (NAME,)) != []
    holds(cast.amal)


def test_nothing_is_added_to_what_was_erased(cast: Cast) -> None:
    cast.erase(cast.badr)
    cast.erase(cast.chams)
    other = cast.amal.short_id(cast.amal.store.find(RecordRow, "list_key", ["FICT-2"])[0].number)
    with pytest.raises(CustodyError, match="was erased"):
        judge_pair(cast.amal, record_a=cast.id, record_b=other, verdict="same", reasons="r")
    assert cast.erase(cast.chams).batch is None
    holds(cast.amal)


def test_two_records_of_one_judgement(cast: Cast) -> None:
    other = cast.amal.short_id(cast.amal.store.find(RecordRow, "list_key", ["FICT-2"])[0].number)
    judge_pair(cast.amal, record_a=cast.id, record_b=other, verdict="same", reasons="alike")
    for record in (cast.id, other):
        cast.erase(cast.badr, record)
        cast.erase(cast.chams, record)
        holds(cast.amal)


def test_on_postgresql(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAYYINA_DATABASE_URL", postgres_url)
    bench = Bench(tmp_path)
    cast = Cast(bench)
    count_figure(cast.amal, "count persons by sex", quiet)
    with cast.amal.store._connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("ANALYZE")
    cast.erase_all()
    holds(cast.amal)
    assert remains(cast.amal.folder) == []
    with cast.amal.store._connection.cursor() as cursor:  # type: ignore[attr-defined]
        for table in ("record", "statement", "list_row", "judgement", "determination"):
            cursor.execute(f"SELECT cast(t.* AS text) FROM {table} t")
            said = str(cursor.fetchall())
            cursor.execute("SELECT * FROM pg_stats WHERE tablename = %s", [table])
            said += str(cursor.fetchall())
            assert [text for text in SECRETS if text in said] == [], table
    bench.close()
