"""Verification of entries, checkpoints, batches and the clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bayyina.cli.log_outcomes import checks_in_words
from bayyina.custody.checkpoints import Checkpoint, sign_checkpoint
from bayyina.custody.entries import Entry
from bayyina.custody.findings import DELETED, EDITED, INSERTED, REORDERED, TRUNCATED
from bayyina.custody.log_checks import read_log
from tests.unit.custody.log_builder import LOG_KEY, ORIGIN, MemoryLog
from tests.unit.custody.small_log import (
    AMAL,
    BASIL,
    KEYS,
    build,
    failed,
    found,
    verify,
)


def test_says_whether_a_checkpoint_came_from_outside(log: MemoryLog) -> None:
    without, with_one = verify(log).checks[3], verify(log, log.notes[1]).checks[3]
    assert (without.ok, without.asked) == (True, False)
    assert "\n  4  not asked    " in checks_in_words(verify(log), "log")
    assert "by all checks but 4, which was not asked for." in checks_in_words(verify(log), "log")
    assert checks_in_words(verify(log, log.notes[1]), "log").endswith("The log holds.")
    assert "No checkpoint from outside" in without.detail
    assert (with_one.ok, with_one.asked) == (True, True)
    assert "covers 2 of 5 entries" in with_one.detail
    assert "days ago" in with_one.detail


def test_an_edited_entry_is_named(log: MemoryLog) -> None:
    log.stored_entries[2] = log.stored_entries[2].replace(b'"judge"', b'"guess"')
    report = verify(log)
    assert (EDITED, None, 2) in found(report, "entry")
    assert {2, 3, 5} <= failed(report)


def test_a_deleted_entry_is_named(log: MemoryLog) -> None:
    del log.stored_entries[2]
    report = verify(log)
    assert (DELETED, None, 2) in found(report, "entry")


def test_swapped_entries_are_named(log: MemoryLog) -> None:
    entries = log.stored_entries
    entries[1], entries[2] = entries[2], entries[1]
    report = verify(log)
    assert {(REORDERED, None, 1), (REORDERED, None, 2)} <= set(found(report, "entry"))
    assert {(REORDERED, 2, None), (REORDERED, 3, None)} <= set(found(report, "batch"))


def test_an_unreadable_entry_is_named(log: MemoryLog) -> None:
    log.stored_entries[1] = b"\xff\x00"
    assert (EDITED, None, 1) in found(verify(log), "entry")


def cut(log: MemoryLog, size: int) -> None:
    """Cut the log to ``size`` entries as somebody would who can write everywhere."""
    for position in range(size, 5):
        entry = Entry.from_bytes(log.stored_entries.pop(position))
        del log.stored_batches_[entry.batch_number]
        for table in log.stored_rows.values():
            for number in [n for n in table if n >> 32 == entry.batch_number]:
                del table[number]
    log.stored_tiles[0, "", 0, 0] = log.stored_tiles[0, "", 0, 0][: size * 32]
    log.notes = log.notes[:size]


def test_a_cut_log_shows_only_against_a_checkpoint_from_outside(log: MemoryLog) -> None:
    kept_elsewhere = log.notes[-1]
    cut(log, 3)
    assert verify(log).ok
    report = verify(log, kept_elsewhere)
    assert failed(report) == {4}
    assert [(f.change, f.first, f.last) for f in report.findings] == [(TRUNCATED, 3, 4)]


def test_entries_without_their_checkpoint_do_not_count(log: MemoryLog) -> None:
    log.notes = log.notes[:3]
    report = verify(log)
    assert failed(report) == {3}
    assert found(report, "entry") == [(INSERTED, None, 3)]


def test_a_cut_log_shows_against_its_own_checkpoint(log: MemoryLog) -> None:
    notes = log.notes
    cut(log, 3)
    log.notes = notes
    report = verify(log)
    assert 3 in failed(report)
    assert (TRUNCATED, None, 3) in found(report, "entry")


def test_a_log_written_again_shows_against_a_checkpoint_from_outside(log: MemoryLog) -> None:
    other = MemoryLog()
    other.handles = {str(BASIL): "basil"}
    for n in range(6):
        batch = other.batch(BASIL, "import")
        batch.record("Person", f"B-{n}")
        batch.finish()
    assert verify(other).ok
    report = verify(other, log.notes[-1])
    assert failed(report) == {4}
    assert (EDITED, None, 5) in found(report, "checkpoint")


def test_checkpoints_of_others_are_refused(log: MemoryLog) -> None:
    checkpoint = Checkpoint(ORIGIN, 5, read_log(log).roots[5])
    forged = sign_checkpoint(checkpoint, KEYS["amal"])
    foreign = sign_checkpoint(Checkpoint("bayyina/other", 5, checkpoint.root), LOG_KEY)
    for note in (forged, foreign, "no note", ""):
        assert failed(verify(log, note)) == {4}


@pytest.mark.parametrize(
    ("tamper", "change"),
    [
        (lambda log: log.stored_batches_.pop(3), DELETED),
        (
            lambda log: log.stored_batches_.update(
                {9: log.stored_batches_[3]._replace(number=9, uuid=str(AMAL))}
            ),
            INSERTED,
        ),
        (
            lambda log: log.stored_batches_.update(
                {3: log.stored_batches_[3]._replace(actor=str(AMAL))}
            ),
            EDITED,
        ),
        (
            lambda log: log.stored_batches_.update({3: log.stored_batches_[3]._replace(entry=1)}),
            REORDERED,
        ),
    ],
)
def test_a_batch_that_was_touched_is_named(
    log: MemoryLog, tamper: Callable[[MemoryLog], object], change: str
) -> None:
    tamper(log)
    report = verify(log)
    assert 5 in failed(report)
    assert change in [f.change for f in report.findings if f.kind == "batch"]


def test_rows_of_open_batches_are_left_out(log: MemoryLog) -> None:
    log.stored_batches_[6] = log.stored_batches_[2]._replace(number=6, entry=None, time=None)
    log.stored_rows["record"][6 << 32] = (6 << 32, "Person", None, "new")
    report = verify(log)
    assert report.ok
    assert "1 open batches" in report.checks[10].detail


def test_a_clock_set_back_is_noted_and_no_failure() -> None:
    log = build()
    late = log.batch(AMAL, "note", clock_set_back_ms=90_000)
    late.row("setting", "a", "b")
    late.behind = 30_000
    late.finish()
    report = verify(log)
    assert report.ok
    assert "Noted: the clock had been set back at 1 entries" in report.checks[5].detail


def test_a_wrong_word_about_the_clock_is_a_failure() -> None:
    log = build()
    late = log.batch(AMAL, "note", clock_set_back_ms=90_000)
    late.row("setting", "a", "b")
    late.finish()
    assert failed(verify(log)) == {6}


def test_an_empty_log_does_not_pass() -> None:
    assert failed(verify(MemoryLog())) == {3}
