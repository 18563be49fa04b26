"""Verification of rows: whatever is done to one is named."""

from __future__ import annotations

import pickle

import pytest

from bayyina.custody.findings import DAMAGED, DELETED, EDITED, INSERTED, REORDERED, TRUNCATED
from bayyina.custody.log_checks import read_log
from bayyina.custody.range_checks import RangeWorker, SmallTreesTask, tasks_of
from bayyina.custody.tree_checks import trees_of
from bayyina.custody.verification import case_book, verify_log
from tests.unit.custody.log_builder import CASE_KEY, MemoryLog
from tests.unit.custody.small_log import (
    AMAL,
    IMPORT,
    LARGE,
    NOW,
    RECORDS,
    build,
    failed,
    found,
    verify,
)


def test_an_untouched_log_holds(log: MemoryLog) -> None:
    report = verify(log, log.notes[-1])
    assert report.ok, [str(finding) for finding in report.findings]
    assert [check.number for check in report.checks] == list(range(1, 16))
    assert f"{LARGE} of {LARGE} rows" in report.checks[8].detail


def test_an_edited_statement_is_named(log: MemoryLog) -> None:
    table = log.stored_rows["statement"]
    for number in (RECORDS + 700, RECORDS + 1399):
        table[number] = (*table[number][:3], "another value", *table[number][4:])
    report = verify(log)
    assert failed(report) == {9}
    assert found(report, "statement") == [(EDITED, 2, RECORDS + 700), (EDITED, 2, RECORDS + 1399)]


@pytest.mark.parametrize("column", range(1, 16))
def test_every_column_of_a_statement_is_covered(log: MemoryLog, column: int) -> None:
    table, number = log.stored_rows["statement"], RECORDS + 301
    row = list(table[number])
    other = {int: 1, str: "x", type(None): "x"}[type(row[column])]
    is_number = column in (1, 2, 6, 7, 10, 11, 15)
    row[column] = (2 if row[column] == 1 else 1) if is_number else other
    table[number] = tuple(row)
    report = verify(log)
    assert failed(report) == {9}
    assert found(report, "statement") == [(EDITED, 2, number)]


@pytest.mark.parametrize("cell", [b"bytes", 3.5, True, "\ud800", 1 << 60, (1,)])
def test_cells_of_other_types_do_not_stop_the_check(log: MemoryLog, cell: object) -> None:
    table, number = log.stored_rows["statement"], RECORDS + 301
    for column in (3, 6, 10):
        row = list(table[number])
        row[column] = cell
        table[number] = tuple(row)
        assert (EDITED, 2, number) in found(verify(log), "statement")


def test_a_deleted_statement_is_named(log: MemoryLog) -> None:
    for number in (RECORDS + 12, RECORDS + 13, RECORDS + 1000):
        del log.stored_rows["statement"][number]
    report = verify(log)
    assert failed(report) == {9}
    gone = [(f.change, f.first, f.last) for f in report.findings]
    assert gone == [
        (DELETED, RECORDS + 12, RECORDS + 13),
        (DELETED, RECORDS + 1000, RECORDS + 1000),
    ]


def test_truncated_statements_are_told_from_deleted_ones(log: MemoryLog) -> None:
    for n in range(1100, LARGE):
        del log.stored_rows["statement"][RECORDS + n]
    report = verify(log)
    assert [(f.change, f.first, f.last) for f in report.findings] == [
        (TRUNCATED, RECORDS + 1100, RECORDS + LARGE - 1)
    ]


def test_an_inserted_statement_is_named(log: MemoryLog) -> None:
    table = log.stored_rows["statement"]
    table[RECORDS + LARGE] = (RECORDS + LARGE, *table[RECORDS + 5][1:])
    report = verify(log)
    assert found(report, "statement") == [(INSERTED, 2, RECORDS + LARGE)]
    table[(9 << 32) | 3] = ((9 << 32) | 3, *table[RECORDS + 5][1:])
    report = verify(log)
    assert (INSERTED, 9, (9 << 32) | 3) in found(report, "statement")
    assert failed(report) == {9, 11}


def test_swapped_statements_are_named_as_reordered(log: MemoryLog) -> None:
    table = log.stored_rows["statement"]
    first, second = RECORDS + 40, RECORDS + 1200
    table[first], table[first + 1] = (
        (first, *table[first + 1][1:]),
        (first + 1, *table[first][1:]),
    )
    report = verify(log)
    assert found(report, "statement") == [(REORDERED, 2, first), (REORDERED, 2, first + 1)]
    assert second not in [finding.first for finding in report.findings]


def test_a_deleted_statement_whose_followers_moved_up(log: MemoryLog) -> None:
    table = log.stored_rows["statement"]
    for n in range(1390, LARGE - 1):
        table[RECORDS + n] = (RECORDS + n, *table[RECORDS + n + 1][1:])
    del table[RECORDS + LARGE - 1]
    report = verify(log)
    changes = [f.change for f in report.findings]
    assert changes.count(REORDERED) == LARGE - 1 - 1390
    assert TRUNCATED in changes


@pytest.mark.parametrize(
    ("kind", "batch", "column", "value"),
    [
        ("member", 1, 5, "administrator"),
        ("member", 1, 3, "11" * 32),
        ("record", 2, 1, "Death"),
        ("judgement", 3, 3, "different"),
        ("determination", 4, 2, "rejected"),
        ("setting", 3, 2, "0.1"),
    ],
)
def test_an_edited_row_of_any_kind_is_named(
    log: MemoryLog, kind: str, batch: int, column: int, value: str
) -> None:
    number = batch << 32
    row = list(log.stored_rows[kind][number])
    row[column] = value
    log.stored_rows[kind][number] = tuple(row)
    report = verify(log)
    assert 10 in failed(report)
    assert (EDITED, batch, number) in found(report, kind)


@pytest.mark.parametrize("kind", ["member", "judgement", "determination", "setting"])
def test_a_deleted_or_inserted_row_of_any_kind_is_named(log: MemoryLog, kind: str) -> None:
    number = max(log.stored_rows[kind])
    row = log.stored_rows[kind][number]
    log.stored_rows[kind][number + 1] = (number + 1, *row[1:])
    assert (INSERTED, number >> 32, number + 1) in found(verify(log), kind)
    del log.stored_rows[kind][number + 1]
    del log.stored_rows[kind][number]
    assert (TRUNCATED, number >> 32, number) in found(verify(log), kind)


def test_a_tile_changed_with_its_row_does_not_hide_it(log: MemoryLog) -> None:
    table, number = log.stored_rows["statement"], RECORDS + 600
    table[number] = (*table[number][:3], "another", *table[number][4:])
    place = (IMPORT, "statement", 0, 2)
    _, hashes = "", bytearray(log.stored_tiles[place])
    hashes[(600 - 512) * 32 : (601 - 512) * 32] = bytes(32)
    log.stored_tiles[place] = bytes(hashes)
    report = verify(log)
    assert {7, 9} <= failed(report)
    tile = next(f for f in report.findings if f.kind == "tile of statement")
    assert (tile.first, tile.last) == (RECORDS + 512, RECORDS + 767)


@pytest.mark.parametrize("place", [0, 3, 5])
@pytest.mark.parametrize("data", [b"", bytes(32), bytes(256 * 32)])
def test_a_damaged_tile_is_not_blamed_on_rows(log: MemoryLog, place: int, data: bytes) -> None:
    log.stored_tiles[IMPORT, "statement", 0, place] = data
    report = verify(log)
    assert failed(report) == {7}
    assert found(report, "tile of statement") == [(DAMAGED, 2, RECORDS + place * 256)]


def test_a_damaged_upper_tile_is_named(log: MemoryLog) -> None:
    del log.stored_tiles[IMPORT, "statement", 1, 0]
    assert 7 in failed(verify(log))


def test_a_changed_or_moved_key_is_named(log: MemoryLog) -> None:
    log.keys[RECORDS + 1], log.keys[RECORDS + 2] = log.keys[RECORDS + 2], log.keys[RECORDS + 1]
    report = verify(log)
    assert (DAMAGED, 2, RECORDS + 1) in found(report, "key of record")
    assert {8, 9, 10} <= failed(report)


def test_without_the_case_key_nothing_counts_as_checked(log: MemoryLog) -> None:
    trust = log.trust()
    report = verify_log(
        log, type(trust)(trust.origin, trust.verifiers, {"other": CASE_KEY}), now=NOW
    )
    assert {9, 10} <= failed(report)


def test_neighbours_are_named_together(log: MemoryLog) -> None:
    table = log.stored_rows["statement"]
    for n in range(20, 90):
        table[RECORDS + n] = (*table[RECORDS + n][:3], "x", *table[RECORDS + n][4:])
    report = verify(log)
    assert [(f.change, f.first, f.last) for f in report.findings] == [
        (EDITED, RECORDS + 20, RECORDS + 89)
    ]


def test_ranges_can_be_sent_to_other_processes(log: MemoryLog) -> None:
    state, batches = read_log(log), list(log.batches())
    trees = trees_of(state, batches, log.columns())
    cases = case_book(state, {"main": CASE_KEY})
    tasks = list(tasks_of(trees))
    worker = pickle.loads(pickle.dumps(RangeWorker(build, cases)))  # noqa: S301
    results = [worker(pickle.loads(pickle.dumps(task))) for task in tasks]  # noqa: S301
    assert sum(result.checked for result in results) == sum(tree.size for tree in trees)
    assert not any(result.findings for result in results)
    report = verify_log(log, log.trust(), now=NOW, run_tasks=lambda tasks: map(worker, tasks))
    assert report.ok


def test_many_small_trees_are_read_as_one_stream() -> None:
    log = MemoryLog()
    log.handles = {str(AMAL): "amal"}
    for n in range(50):
        batch = log.batch(AMAL, "set")
        batch.row("setting", f"name {n}", str(n))
        batch.finish()
    trees = trees_of(read_log(log), list(log.batches()), log.columns())
    tasks = list(tasks_of(trees))
    assert [type(task) for task in tasks] == [SmallTreesTask]
    log.reads = 0
    assert verify(log).ok
    assert log.reads < 10
