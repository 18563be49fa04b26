"""Verification: an untouched log holds, and whatever is done to one is named."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.checkpoints import Checkpoint, sign_checkpoint
from bayyina.custody.entries import Entry
from bayyina.custody.findings import (
    DAMAGED,
    DELETED,
    EDITED,
    INSERTED,
    REORDERED,
    TRUNCATED,
    Report,
)
from bayyina.custody.log_checks import read_log
from bayyina.custody.range_checks import RangeWorker, SmallTreesTask, tasks_of
from bayyina.custody.tree_checks import trees_of
from bayyina.custody.verification import case_book, verify_log
from tests.unit.custody.log_builder import CASE_KEY, LOG_KEY, ORIGIN, MemoryLog

NOW = datetime(2023, 11, 20, tzinfo=UTC)
AMAL, BASIL, CYRA = (UUID(int=(0x7 << 76) | (2 << 62) | n) for n in (1, 2, 3))
KEYS = {name: Ed25519PrivateKey.from_private_bytes(bytes([at] * 32)) for at, name in
        enumerate(("amal", "basil", "cyra"), 1)}  # fmt: skip
IMPORT = 2
MEMBERS = 1 << 32
RECORDS = IMPORT << 32
LARGE = 1400
"""Statements of the import: five full tiles and a partial one."""


def build() -> MemoryLog:
    """Members; an import of 300 records and 1,400 statements; judgements; determinations."""
    log = MemoryLog()
    log.handles = {str(AMAL): "amal", str(BASIL): "basil", str(CYRA): "cyra"}
    founding = log.batch(AMAL, "init")
    for name, key in KEYS.items():
        public = key.public_key().public_bytes_raw().hex()
        founding.row("member", name, name.title(), public, "00" * 32, "intake verifier")
    founding.finish()
    batch = log.batch(AMAL)
    records = [batch.record("Person", f"A-{n}") for n in range(300)]
    for n in range(LARGE):
        cells = {"lang": "ar", "locator": f"row {n}"} if n % 3 else {"num_lo": n, "num_hi": n}
        batch.statement(records[n * 300 // LARGE], 1 + n % 3, f"value {n} خالد", **cells)
    batch.finish({"rows": 300})
    judging = log.batch(BASIL, "judge")
    judging.row("judgement", RECORDS + 4, RECORDS + 9, "same", None, "names agree", MEMBERS + 1)
    judging.row("setting", "threshold", "0.9")
    judging.finish()
    for name, actor in (("basil", BASIL), ("cyra", CYRA)):
        deciding = log.batch(actor, "determine")
        deciding.determination(RECORDS + 4, MEMBERS + list(KEYS).index(name), KEYS[name])
        deciding.finish()
    return log


@pytest.fixture(scope="module")
def pristine() -> bytes:
    log = build()
    log._tree = log._wrap = None  # type: ignore[assignment]
    return pickle.dumps(log)


@pytest.fixture
def log(pristine: bytes) -> MemoryLog:
    loaded: MemoryLog = pickle.loads(pristine)  # noqa: S301
    return loaded


def verify(log: MemoryLog, *outside: str) -> Report:
    return verify_log(log, log.trust(*outside), now=NOW)


def failed(report: Report) -> set[int]:
    return {check.number for check in report.checks if not check.ok}


def found(report: Report, kind: str) -> list[tuple[str, int | None, int | None]]:
    return [(f.change, f.batch, f.first) for f in report.findings if f.kind == kind]


def test_an_untouched_log_holds(log: MemoryLog) -> None:
    report = verify(log, log.notes[-1])
    assert report.ok, [str(finding) for finding in report.findings]
    assert [check.number for check in report.checks] == list(range(1, 15))
    assert f"{LARGE} of {LARGE} rows" in report.checks[8].detail


def test_says_whether_a_checkpoint_came_from_outside(log: MemoryLog) -> None:
    without, with_one = verify(log).checks[3], verify(log, log.notes[1]).checks[3]
    assert without.ok
    assert "No checkpoint from outside" in without.detail
    assert with_one.ok
    assert "covers 2 of 5 entries" in with_one.detail
    assert "days ago" in with_one.detail


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
    assert (INSERTED, 9, None) in found(report, "statement")
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


def erase(log: MemoryLog, record: int, people: list[str]) -> None:
    """Erase a record as a store would, with the consent of ``people``."""
    batch = log.batch(BASIL, "erase")
    for name in people:
        batch.erasure(record, MEMBERS + list(KEYS).index(name), KEYS[name])
    batch.finish()
    empty(log, record)


def empty(log: MemoryLog, record: int) -> None:
    log.keys[record] = None
    for number, row in log.stored_rows["statement"].items():
        if row[1] == record:
            log.stored_rows["statement"][number] = (*row[:3], None, *row[4:8], None, *row[9:])


def test_an_erased_record_is_counted_and_no_failure() -> None:
    log = build()
    erase(log, RECORDS + 4, ["basil", "cyra"])
    report = verify(log)
    assert report.ok, [str(finding) for finding in report.findings]
    assert "erased" in report.checks[8].detail
    assert report.checks[13].detail.startswith("1 erased records")


def test_a_record_without_key_and_without_consent_is_tampering(log: MemoryLog) -> None:
    empty(log, RECORDS + 4)
    report = verify(log)
    assert failed(report) == {14}
    assert found(report, "key of record") == [(DELETED, 2, RECORDS + 4)]


def test_one_person_cannot_erase() -> None:
    for people in (["basil"], ["basil", "basil"]):
        log = build()
        erase(log, RECORDS + 4, people)
        assert failed(verify(log)) == {14}


def test_another_row_cannot_be_passed_off_as_erased() -> None:
    log = build()
    erase(log, RECORDS + 4, ["basil", "cyra"])
    row = log.stored_rows["statement"][RECORDS + 1000]
    log.stored_rows["statement"][RECORDS + 1000] = (row[0], RECORDS + 4, row[2], *[None] * 13)
    assert failed(verify(log)) == {14}


def test_a_value_written_into_an_erased_record_is_named() -> None:
    log = build()
    erase(log, RECORDS + 4, ["basil", "cyra"])
    number = next(n for n, row in log.stored_rows["statement"].items() if row[1] == RECORDS + 4)
    row = log.stored_rows["statement"][number]
    log.stored_rows["statement"][number] = (*row[:3], "planted", *row[4:])
    assert (EDITED, 2, number) in found(verify(log), "statement")


def test_a_missing_value_of_a_record_with_its_key_is_tampering(log: MemoryLog) -> None:
    table, number = log.stored_rows["statement"], RECORDS + 20
    table[number] = (*table[number][:3], None, *table[number][4:])
    assert found(verify(log), "statement") == [(EDITED, 2, number)]


def test_a_forged_determination_is_named() -> None:
    log = build()
    batch = log.batch(CYRA, "determine")
    number = batch.determination(RECORDS + 7, MEMBERS + 1, KEYS["cyra"])  # as if Basil's
    batch.finish()
    report = verify(log)
    assert failed(report) == {12}
    assert found(report, "determination") == [(DAMAGED, 6, number)]


def test_who_entered_a_record_cannot_decide_about_it() -> None:
    log = build()
    batch = log.batch(AMAL, "determine")
    batch.determination(RECORDS + 7, MEMBERS, KEYS["amal"])
    batch.finish()
    report = verify(log)
    assert failed(report) == {13}
    assert "amal had entered the record" in report.checks[12].detail


def test_who_enters_something_later_decided_rightly() -> None:
    log = build()
    later = log.batch(BASIL)
    later.statement(RECORDS + 4, 1, "a further source")
    later.finish()
    assert verify(log).ok
    again = log.batch(BASIL, "determine")
    again.determination(RECORDS + 4, MEMBERS + 1, KEYS["basil"], decision="identified")
    again.finish()
    assert failed(verify(log)) == {13}


def test_one_key_under_two_names_is_named() -> None:
    log = build()
    public = KEYS["basil"].public_key().public_bytes_raw().hex()
    joining = log.batch(AMAL, "add-member")
    twin = joining.row("member", "twin", "Twin", public, "00" * 32, "verifier")
    joining.finish()
    for member in (MEMBERS + 1, twin):
        batch = log.batch(CYRA, "determine")
        batch.determination(RECORDS + 9, member, KEYS["basil"])
        batch.finish()
    report = verify(log)
    assert failed(report) == {13}
    assert "basil and twin signed with one key" in report.checks[12].detail


def test_neighbours_are_named_together(log: MemoryLog) -> None:
    table = log.stored_rows["statement"]
    for n in range(20, 90):
        table[RECORDS + n] = (*table[RECORDS + n][:3], "x", *table[RECORDS + n][4:])
    report = verify(log)
    assert [(f.change, f.first, f.last) for f in report.findings] == [
        (EDITED, RECORDS + 20, RECORDS + 89)
    ]


def test_a_key_that_no_longer_held_cannot_decide() -> None:
    log = build()
    leaving = log.batch(AMAL, "change-member")
    public = KEYS["basil"].public_key().public_bytes_raw().hex()
    leaving.row("member", "basil", "Basil", public, "00" * 32, "")
    leaving.finish()
    batch = log.batch(BASIL, "determine")
    batch.determination(RECORDS + 7, MEMBERS + 1, KEYS["basil"])
    batch.finish()
    assert failed(verify(log)) == {12}


def test_an_empty_log_does_not_pass() -> None:
    assert failed(verify(MemoryLog())) == {3}


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
