"""The batches that are kept in memory are those that stand, whatever was done to the log meanwhile."""

from __future__ import annotations

import pytest

from bayyina.app.changes import change
from bayyina.app.live import live_batches, sequenced_batches
from bayyina.app.rows import SettingRow
from bayyina.app.undoing import undo_batch
from tests.app.conftest import ROWS, Bench


def anew(bench: Bench) -> list[int]:
    return [row.batch for row in bench.amal.store.batches() if row.entry is not None]


def test_what_is_kept_follows_the_log(bench: Bench) -> None:
    store = bench.amal.store
    before = live_batches(store)
    assert list(before) == anew(bench)
    done = bench.take_in(*ROWS)
    assert done.batch is not None
    assert done.batch not in before
    assert done.batch in live_batches(store)
    undo_batch(bench.amal, batch=done.batch, reason="a trial")
    assert done.batch not in live_batches(store)
    assert [row.batch for row in sequenced_batches(store)] == anew(bench)
    assert done.batch in anew(bench)


def test_who_changes_the_answer_changes_nothing_for_others(bench: Bench) -> None:
    live_batches(bench.amal.store).clear()
    sequenced_batches(bench.amal.store).clear()
    assert list(live_batches(bench.amal.store)) == anew(bench)


def test_a_change_that_failed_leaves_nothing_behind(bench: Bench) -> None:
    store = bench.amal.store
    seen: dict[int, object] = {}

    def fails() -> None:
        with store.transaction(), change(bench.amal, "set") as writer:
            writer.add(SettingRow, name="one", text="1")
            writer.finish({})
            seen.update(live_batches(store))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert len(seen) == len(live_batches(store)) + 1
    with change(bench.amal, "other") as writer:  # the log is as long as it was then
        writer.add(SettingRow, name="two", text="2")
        writer.finish({})
    assert list(live_batches(store)) == anew(bench)
    assert live_batches(store)[writer.batch].action == "other"
