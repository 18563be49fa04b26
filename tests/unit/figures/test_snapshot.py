"""The snapshot: added to in steps, swapped at once, read while it is written."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from bayyina.errors import BusyError, InputError, WorkspaceError
from bayyina.figures import snapshot_writing
from bayyina.figures.snapshot import ASSEMBLED, POINTER, Snapshot, read_pointer
from bayyina.figures.snapshot_tables import BATCHES, CLOSURES, JUDGEMENTS, STATEMENTS
from bayyina.figures.snapshot_writing import SnapshotWriter
from tests.unit.figures.world import rows


def statement(number: int, batch: int) -> dict[str, Any]:
    return {"number": (batch << 32) | number, "batch": batch, "record": number, "value": "x"}


def add(writer: SnapshotWriter, batch: int, count: int, *, since: int | None = None) -> Snapshot:
    """Add one batch with its own log entry."""
    first = batch - 1 if since is None else since
    return writer.write(
        since=first,
        custody_size=batch,
        statements=[rows(STATEMENTS, [statement(i, batch) for i in range(count)])],
        closures=[rows(CLOSURES, [{"statement": batch, "batch": batch}])],
        batches=[
            rows(
                BATCHES, [{"batch": b + 1, "entry": b, "time": "2021-01-01"} for b in range(batch)]
            )
        ],
        judgements=[rows(JUDGEMENTS, [])],
    )


def numbers(snapshot: Snapshot) -> list[int]:
    """Numbers of all statements in the order of the files."""
    tables = [pq.read_table(path) for path in snapshot.paths(snapshot.pointer.statements)]
    return [number for table in tables for number in table.column("number").to_pylist()]


def test_what_the_log_gains_is_added_and_nothing_else_is_written_again(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path)
    assert writer.custody_size == 0
    first = add(writer, 1, 3)
    second = add(writer, 2, 2)
    assert writer.custody_size == 2
    assert second.pointer.statements[0] == first.pointer.statements[0]
    assert numbers(second) == [(1 << 32) | i for i in range(3)] + [(2 << 32) | i for i in range(2)]
    assert (second.pointer.statements[1].first, second.pointer.statements[1].end) == (1, 2)
    assert pq.read_table(tmp_path / second.pointer.batches).num_rows == 2


def test_many_small_segments_are_joined_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_writing, "MANY_SMALL", 4)
    writer = SnapshotWriter(tmp_path)
    for batch in range(1, 9):
        add(writer, batch, 2)
    snapshot = add(writer, 9, 2)
    assert len(snapshot.pointer.statements) < 4
    assert numbers(snapshot) == [(b << 32) | i for b in range(1, 10) for i in range(2)]
    assert snapshot.pointer.statements[0].first == 0
    assert snapshot.pointer.statements[-1].end == 9


def test_large_segments_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_writing, "MANY_SMALL", 2)
    monkeypatch.setattr(snapshot_writing, "SMALL_SEGMENT", 5)
    writer = SnapshotWriter(tmp_path)
    large = add(writer, 1, 6).pointer.statements[0]
    add(writer, 2, 1)
    assert add(writer, 3, 1).pointer.statements[0] == large


def test_rows_that_do_not_follow_are_refused_and_nothing_changes(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path)
    add(writer, 1, 1)
    before = (tmp_path / POINTER).read_bytes()
    with pytest.raises(InputError, match="do not follow"):
        add(writer, 4, 1)
    assert (tmp_path / POINTER).read_bytes() == before


def test_building_anew_leaves_no_old_file_behind(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path)
    add(writer, 1, 3)
    snapshot = add(writer, 2, 2, since=0)
    assert {path.name for path in tmp_path.glob("*.parquet")} == snapshot.pointer.files
    assert numbers(snapshot) == [(2 << 32) | i for i in range(2)]


def test_files_without_a_pointer_are_kept_for_a_while(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path)
    snapshot = add(writer, 1, 1)
    orphan = tmp_path / "statements-0-1-dead.parquet"
    orphan.write_bytes(b"")
    assert writer.collect() == 0
    old = time.time() - 2 * snapshot_writing.GRACE_SECONDS
    os.utime(orphan, (old, old))
    assert writer.collect() == 1
    assert snapshot.is_complete()


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    add(SnapshotWriter(tmp_path), 1, 1)
    with (
        FileLock(tmp_path / "writer.lock"),
        pytest.raises(BusyError, match="Another process"),
    ):
        add(SnapshotWriter(tmp_path, lock_seconds=0.05), 2, 1)
    assert SnapshotWriter(tmp_path).custody_size == 1


def test_readers_see_whole_states_while_a_writer_writes(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path)
    add(writer, 1, 5)
    stop = threading.Event()
    wrong: list[str] = []

    def read() -> None:
        while not stop.is_set():
            snapshot = Snapshot.open(tmp_path)
            found = len(numbers(snapshot))
            if found != 5 * snapshot.pointer.custody_size:
                wrong.append(f"{found} rows at size {snapshot.pointer.custody_size}")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for batch in range(2, 20):
        add(writer, batch, 5)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_columns_are_put_in_order_and_absent_ones_are_null(tmp_path: Path) -> None:
    batch = pa.RecordBatch.from_pydict({"value": ["x"], "number": [7]})
    snapshot = SnapshotWriter(tmp_path).write(
        since=0, custody_size=1, statements=[batch], closures=[], batches=[], judgements=[]
    )
    table = pq.read_table(snapshot.paths(snapshot.pointer.statements)[0])
    assert table.schema.names == STATEMENTS.names
    assert table.to_pylist()[0]["number"] == 7
    assert table.to_pylist()[0]["date_lo"] is None


def test_an_absent_damaged_or_newer_pointer_is_said_plainly(tmp_path: Path) -> None:
    assert read_pointer(tmp_path) is None
    with pytest.raises(WorkspaceError, match="no snapshot"):
        Snapshot.open(tmp_path)
    (tmp_path / POINTER).write_text('{"format": 1, "custody_', encoding="utf-8")
    with pytest.raises(WorkspaceError, match="damaged"):
        Snapshot.open(tmp_path)
    (tmp_path / POINTER).write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(WorkspaceError, match="format 99"):
        Snapshot.open(tmp_path)


def test_emptied_statements_go_and_other_files_stay(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path)
    add(writer, 1, 3)
    add(writer, 2, 3)
    before = add(writer, 3, 3)
    known = numbers(before)
    (tmp_path / ASSEMBLED).mkdir()
    emptied = [{**statement(1, 2), "value": None, "date_lo": "2013-05-01"}]
    after = writer.write(
        since=3,
        custody_size=4,
        statements=[rows(STATEMENTS, [statement(0, 4)])],
        closures=[],
        batches=[rows(BATCHES, [])],
        judgements=[rows(JUDGEMENTS, [])],
        emptied=rows(STATEMENTS, emptied),
    )
    first, second, third = before.pointer.statements
    assert (after.pointer.statements[0], after.pointer.statements[2]) == (first, third)
    assert after.pointer.statements[1].file != second.file
    assert numbers(after)[:-1] == known
    [path] = after.paths(after.pointer.statements[1:2])
    assert [(row["value"], row["date_lo"]) for row in pq.read_table(path).to_pylist()] == [
        ("x", None),
        (None, "2013-05-01"),
        ("x", None),
    ]
    assert writer.remains() == []
    assert {path.name for path in tmp_path.glob("*.parquet")} == after.pointer.files


def test_older_files_are_forgotten_at_once(tmp_path: Path) -> None:
    writer = SnapshotWriter(tmp_path)
    add(writer, 1, 1)
    snapshot = add(writer, 2, 1)
    (tmp_path / ASSEMBLED / "older").mkdir(parents=True)
    assert writer.remains()
    writer.forget_older()
    assert writer.remains() == []
    assert snapshot.is_complete()
    with FileLock(tmp_path / "writer.lock"), pytest.raises(BusyError):
        SnapshotWriter(tmp_path, lock_seconds=0.01).forget_older()
