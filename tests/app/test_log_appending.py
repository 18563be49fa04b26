"""What is appended to the log, whoever wrote before, and whatever failed in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from bayyina.app.changes import change
from bayyina.app.log_appending import LoggedBatch, append_entries, append_entry
from bayyina.app.rows import BatchRow, SettingRow
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.custody.checkpoints import Checkpoint
from bayyina.custody.entries import Entry
from bayyina.custody.merkle import leaf_hash, root
from bayyina.custody.notes import read_note
from bayyina.db.store import DjangoStore
from bayyina.errors import CustodyError
from tests.app.conftest import Bench, quiet

TIME = "2024-01-01T12:00:00.000Z"


def logged(workspace: Workspace, count: int) -> list[LoggedBatch]:
    """Open batches without rows."""
    made, store = [], workspace.store
    start = len(store.batches()) + 1
    for number in range(start, start + count):
        uuid = str(UUID(int=number | 0x7 << 76 | 2 << 62))
        row = BatchRow(0, uuid, "judge", TIME, workspace.actor, b"k" * 60, None, None)
        batch = store.open_batch(row).batch
        made.append(LoggedBatch("judge", workspace.actor, batch, uuid, TIME, {}, {"n": number}))
    return made


def note(workspace: Workspace, text: str) -> None:
    """A change with one row."""
    with change(workspace, "set") as writer:
        writer.add(SettingRow, name="x", text=text)
        writer.finish({})


def append_and_fail(workspace: Workspace, count: int) -> None:
    """Append in a transaction that is rolled back."""
    with workspace.store.transaction():
        append_entries(workspace, logged(workspace, count))
        raise ZeroDivisionError


def check_head(workspace: Workspace) -> None:
    """The last checkpoint and the stored tiles are those of the entries, worked out afresh."""
    leaves = [leaf_hash(row.data) for row in workspace.store.entries()]
    last = workspace.store.checkpoints()[-1]
    head = Checkpoint.from_text(read_note(last.note).text)
    assert (last.size, head.size, head.root) == (len(leaves), len(leaves), root(leaves))
    stored = b"".join(tile.data for tile in workspace.store.tiles(0, "", 0))
    assert stored == b"".join(leaves)


@pytest.mark.parametrize("groups", [[1] * 20, [3, 1, 30], [300, 1, 255, 2]])
def test_several_entries_at_once_grow_the_same_log(bench: Bench, groups: Sequence[int]) -> None:
    store, size = bench.amal.store, bench.amal.store.log_size()
    for count in groups:
        with store.transaction():
            batches = logged(bench.amal, count)
            assert append_entries(bench.amal, batches) == size
        size += count
        check_head(bench.amal)
        ends = {row.batch: (row.entry, row.entry_time) for row in store.batches()}
        first = size - count
        assert [ends[one.batch_number] for one in batches] == [
            (first + step, TIME) for step in range(count)
        ]
        entries = [Entry.from_bytes(row.data) for row in store.entries(first=first)]
        assert [one.details for one in entries] == [one.details for one in batches]
        assert len({one.salt for one in entries}) == len(entries)


def test_writers_by_turns_see_one_log(bench: Bench) -> None:
    other = bench.member("basma", "analyst")
    for turn in range(5):
        note(bench.amal, f"first {turn}")
        note(other, f"second {turn}")
        note(other, f"third {turn}")
        check_head(bench.amal)
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_what_was_rolled_back_leaves_nothing_in_memory(bench: Bench) -> None:
    for count in (1, 20):
        note(bench.amal, "stays")
        with pytest.raises(ZeroDivisionError):
            append_and_fail(bench.amal, count)
        check_head(bench.amal)
        note(bench.amal, "goes on")
        check_head(bench.amal)


def test_a_store_that_refuses_leaves_nothing_in_memory(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ZeroDivisionError

    note(bench.amal, "stays")
    with monkeypatch.context() as patch:
        patch.setattr(DjangoStore, "append_to_log", refuse)
        with pytest.raises(ZeroDivisionError):
            note(bench.amal, "goes")
    note(bench.amal, "goes on")
    check_head(bench.amal)


def test_an_entry_that_cannot_be_written_appends_none_of_its_group(bench: Bench) -> None:
    store, size = bench.amal.store, bench.amal.store.log_size()
    note(bench.amal, "stays")
    good = logged(bench.amal, 2)
    bad = LoggedBatch("No Action", bench.amal.actor, 9, good[0].batch_uuid, TIME, {}, {})
    with pytest.raises(CustodyError), store.transaction():
        append_entries(bench.amal, [*good, bad])
    assert store.log_size() == size + 1
    note(bench.amal, "goes on")
    check_head(bench.amal)


def test_a_tile_that_is_gone_stops_the_next_process(bench: Bench) -> None:
    for text in "abc":
        note(bench.amal, text)
    store = bench.amal.store
    assert isinstance(store, DjangoStore)
    store._sql.execute("DELETE FROM tile WHERE tree = 0")
    with pytest.raises(CustodyError, match="absent"):
        note(bench.as_member("amal"), "d")


def test_a_clock_that_was_set_back_is_told_in_each_entry(bench: Bench) -> None:
    note(bench.amal, "noon")
    bench.clock.moment -= timedelta(seconds=3)
    for count in (2, 1):
        with bench.amal.store.transaction():
            append_entries(bench.amal, logged(bench.amal, count))
    entries = [Entry.from_bytes(row.data) for row in bench.amal.store.entries()]
    assert [one.clock_behind_ms for one in entries[-4:]] == [None, 3000, 3000, 3000]


def test_one_entry_is_a_group_of_one(bench: Bench) -> None:
    with bench.amal.store.transaction():
        position = append_entry(bench.amal, logged(bench.amal, 1)[0])
    assert position == bench.amal.store.log_size() - 1
    check_head(bench.amal)
