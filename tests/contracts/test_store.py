"""What every store must do, in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from bayyina.app.ports import Store
from bayyina.app.rows import (
    AppendedEntry,
    BatchRow,
    CheckpointRow,
    EntryRow,
    ErasureRow,
    JobRow,
    LinkRow,
    ListRow,
    RecordRow,
    RunRow,
    SettingRow,
    StatementRow,
    TileRow,
    row_number,
)
from bayyina.db import sql_statements
from bayyina.errors import BayyinaError, BusyError, StorageError

BATCH = BatchRow(0, "018f0000-0000-7000-8000-000000000001", "import", "t", "a", b"k", None, None)


def statement(number: int, record: int, value: str | None = "v") -> StatementRow:
    return StatementRow(
        number, record, 1, value, "2013-05-01", None, -3, 2**52, None, "ar", 7, None, "row 2",
        None, "2023-08-31", None,
    )  # fmt: skip


def test_rows_come_back_as_they_went_in(store: Store) -> None:
    rows = [statement(row_number(1, n), 5 + n % 2, "قيمة\n\"'\\ \U0001f600") for n in range(3)]
    store.add(StatementRow, rows)
    store.add(RecordRow, [RecordRow(row_number(1, 0), "Person", None, "k/1", b"\x00\xff" * 30)])
    assert list(store.scan(StatementRow)) == rows
    record = next(store.scan(RecordRow))
    assert record._replace(wrapped_key=bytes(record.wrapped_key or b"")) == RecordRow(
        row_number(1, 0), "Person", None, "k/1", b"\x00\xff" * 30
    )


def test_links_and_their_run_come_back_and_are_found_from_either_side(store: Store) -> None:
    run = RunRow(row_number(2, 0), "link", '{"whole":1}', "d" * 64)
    links = [
        LinkRow(row_number(2, 0), 5, 9, run.number, "strict", 4201, "4320z"),
        LinkRow(row_number(2, 1), 5, 7, run.number, "apart", -2999, None),
    ]
    store.add(RunRow, [run])
    store.add(LinkRow, links)
    assert list(store.scan(LinkRow)) == links
    assert store.find(LinkRow, "record_a", [5]) == links
    assert store.find(LinkRow, "record_b", [9, 8]) == links[:1]
    assert store.find(RunRow, "run_kind", ["link"]) == [run]
    store.blank(LinkRow, [links[0].number], {"levels": None})
    assert next(store.scan(LinkRow)) == links[0]._replace(levels=None)


def test_scan_is_in_order_and_between_bounds(store: Store) -> None:
    store.add(StatementRow, [statement(n, 1) for n in (5, 1, 9)])
    assert [row.number for row in store.scan(StatementRow, first=2, last=9)] == [5, 9]
    assert [row.number for row in store.scan(StatementRow, first=6)] == [9]


def test_columns_are_those_of_a_scan(store: Store) -> None:
    store.add(StatementRow, [statement(n, n % 3) for n in (5, 1, 9)])
    found = list(store.columns(StatementRow, ("record", "number"), first=2, last=9))
    assert found == [(row.record, row.number) for row in store.scan(StatementRow, first=2, last=9)]
    assert [number for (number,) in store.columns(StatementRow, ("number",))] == [1, 5, 9]
    with pytest.raises(KeyError):
        list(store.columns(StatementRow, ("number; drop table statement",)))


def test_a_scan_of_many_parts_holds_each_row_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_statements, "FETCH", 3)
    rows = [statement(n, 1) for n in range(11)]
    for held in (2, 3, 4, 7, 11):
        store.add(StatementRow, rows[len(list(store.scan(StatementRow))) : held])
        assert list(store.scan(StatementRow)) == rows[:held]
        assert list(store.scan(StatementRow, first=1, last=9)) == rows[1 : min(held, 10)]


def test_a_scan_holds_what_was_there_when_it_began(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_statements, "FETCH", 3)
    batch = store.open_batch(BATCH).batch
    rows = [statement(n, 1)._replace(number=row_number(batch + (n > 3), n)) for n in range(1, 9)]
    store.add(StatementRow, rows)
    scan = iter(store.scan(StatementRow))
    first = next(scan)
    store.discard_batch(batch)
    assert [first, *scan] == rows
    assert list(store.scan(StatementRow)) == rows[3:]


def test_find_takes_many_values_and_sorts(store: Store) -> None:
    store.add(StatementRow, [statement(n, n % 10) for n in range(40)])
    wanted = [3, 7, *range(100, 12_000)]
    found = store.find(StatementRow, "record", wanted)
    assert [row.number for row in found] == [n for n in range(40) if n % 10 in {3, 7}]
    with pytest.raises(KeyError):
        store.find(StatementRow, "record; drop table statement", [1])


def test_a_number_is_given_once(store: Store) -> None:
    store.add(SettingRow, [SettingRow(1, "a", "b")])
    with pytest.raises(BayyinaError), store.transaction():
        store.add(SettingRow, [SettingRow(1, "a", "c")])
    assert [row.text for row in store.scan(SettingRow)] == ["b"]


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.add(SettingRow, [SettingRow(1, "a", "b")])
            store.append_entry(EntryRow(0, b"{}"))
            store.open_batch(BATCH)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(store.scan(SettingRow)) == []
    assert store.log_size() == 0
    assert store.batches() == []


def test_inner_transactions_end_with_the_outer_one(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            with store.transaction():
                store.add(SettingRow, [SettingRow(1, "a", "b")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(store.scan(SettingRow)) == []


def test_terms_get_numbers_once(store: Store) -> None:
    first = store.add_terms([("Person", "name"), ("Death", "date"), ("Person", "name")])
    second = store.add_terms([("Death", "date"), ("Death", "place")])
    assert store.terms() == second
    assert second["Person", "name"] == first["Person", "name"]
    assert len(set(second.values())) == 3


def test_a_batch_number_is_never_used_again(store: Store) -> None:
    first = store.open_batch(BATCH)
    store.discard_batch(first.batch)
    second = store.open_batch(BATCH)
    assert second.batch > first.batch


def test_discarding_removes_an_open_batch_whole_and_spares_the_others(store: Store) -> None:
    kept = store.open_batch(BATCH).batch
    store.add(StatementRow, [statement(row_number(kept, 0), 1)])
    store.sequence_batch(kept, entry=0, entry_time="2026-01-01T00:00:00.000Z")
    gone = store.open_batch(BATCH._replace(uuid=BATCH.uuid[:-1] + "2")).batch
    store.add(StatementRow, [statement(row_number(gone, n), 1) for n in range(3)])
    store.put_tiles([TileRow(gone, "statement", 0, 0, b"x" * 32)])
    store.discard_batch(gone)
    store.discard_batch(kept)
    assert [row.batch for row in store.batches()] == [kept]
    assert [row.number for row in store.scan(StatementRow)] == [row_number(kept, 0)]
    assert store.tile(gone, "statement", 0, 0) is None


def test_sequencing_happens_once(store: Store) -> None:
    batch = store.open_batch(BATCH).batch
    store.sequence_batch(batch, entry=4, entry_time="2026-01-01T00:00:00.000Z")
    store.sequence_batch(batch, entry=5, entry_time="2027-01-01T00:00:00.000Z")
    assert [(row.entry, row.entry_time) for row in store.batches()] == [
        (4, "2026-01-01T00:00:00.000Z")
    ]
    assert store.latest_entry_time() == "2026-01-01T00:00:00.000Z"


def test_list_rows_are_those_of_sequenced_batches(store: Store) -> None:
    standing, still_open = (
        store.open_batch(BATCH._replace(uuid=BATCH.uuid[:-1] + digit)).batch for digit in "12"
    )
    store.sequence_batch(standing, entry=0, entry_time="t")
    rows = [
        ListRow(row_number(batch, n), source, f"k{n}", "d", "present", None, None)
        for batch in (standing, still_open)
        for n, source in enumerate((7, 8))
    ]
    store.add(ListRow, rows)
    assert list(store.list_rows(7)) == [rows[0]]


def test_the_log_grows_entry_by_entry(store: Store) -> None:
    store.append_entry(EntryRow(0, b'{"a":1}'))
    store.append_entry(EntryRow(1, "é".encode()))
    assert store.log_size() == 2
    assert list(store.entries(first=1)) == [EntryRow(1, "é".encode())]
    with pytest.raises(StorageError):
        store.append_entry(EntryRow(1, b"again"))


def test_the_last_tile_of_the_log_grows_hash_by_hash(store: Store) -> None:
    hashes = [bytes([number]) * 32 for number in range(256)]
    data = b""
    for place, first in enumerate([1, 15, 16, 17, 37]):
        with store.transaction():
            for width in (*range(first, 70), *range(238, 257)):
                data = b"".join(hashes[:width])
                store.put_tiles([TileRow(0, "", 0, place, data)])
                assert store.tile(0, "", 0, place) == data
    assert [row.data for row in store.tiles(0, "", 0)] == [data] * 5
    for width in (20, 18, 40, 33, 250):  # whatever is put is what is there
        store.put_tiles([TileRow(0, "", 0, 5, data[32 : 32 * width])])
        assert store.tile(0, "", 0, 5) == data[32 : 32 * width]


def test_tiles_replace_their_shorter_selves(store: Store) -> None:
    store.put_tiles([TileRow(0, "", 0, 0, b"a" * 32), TileRow(0, "", 0, 1, b"b" * 32)])
    store.put_tiles([TileRow(0, "", 0, 0, b"c" * 64)])
    assert store.tile(0, "", 0, 0) == b"c" * 64
    assert [row.position for row in store.tiles(0, "", 0)] == [0, 1]
    assert store.tile(0, "statement", 0, 0) is None


def test_checkpoints_come_in_order(store: Store) -> None:
    store.add_checkpoint(CheckpointRow(2, "two"))
    store.add_checkpoint(CheckpointRow(1, "one\n\n— x"))
    assert store.checkpoints() == [CheckpointRow(1, "one\n\n— x"), CheckpointRow(2, "two")]


def test_one_import_at_a_time(store: Store) -> None:
    with store.import_lock():
        assert store.log_size() == 0
    with store.import_lock():
        pass


def test_a_job_is_taken_by_one_worker(store: Store) -> None:
    row = store.add_job(JobRow(0, "k", "{}", "queued", 0, 0, "", "", "t", "", "a", "t"))
    assert store.change_job(row._replace(state="running", worker="1"), expected_state="queued")
    assert not store.change_job(row._replace(state="running", worker="2"), expected_state="queued")
    assert [(job.state, job.worker) for job in store.jobs()] == [("running", "1")]


def test_only_the_named_rows_and_columns_are_blanked(store: Store) -> None:
    rows = [statement(row_number(1, n), 5) for n in range(4)]
    store.add(StatementRow, rows)
    record = RecordRow(row_number(1, 0), "Person", 7, "k/1", b"\x00\xff" * 30)
    store.add(RecordRow, [record])
    with store.transaction():
        blanks = {"value": None, "date_lo": None, "num_lo": None}
        store.blank(StatementRow, [rows[1].number, rows[3].number], blanks)
        store.blank(RecordRow, [record.number], {"wrapped_key": None, "list_key": "erased:1"})
    blanked = [row._replace(value=None, date_lo=None, num_lo=None) for row in rows]
    assert list(store.scan(StatementRow)) == [rows[0], blanked[1], rows[2], blanked[3]]
    assert list(store.scan(RecordRow)) == [record._replace(wrapped_key=None, list_key="erased:1")]
    assert store.find(RecordRow, "list_key", ["k/1"]) == []
    with pytest.raises(KeyError):
        store.blank(StatementRow, [rows[0].number], {"value = 'x' --": None})


def test_blanking_is_undone_with_its_transaction(store: Store) -> None:
    row = statement(row_number(1, 0), 5)
    store.add(StatementRow, [row])

    def fail() -> None:
        with store.transaction():
            store.blank(StatementRow, [row.number], {"value": None})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(store.scan(StatementRow)) == [row]


def test_only_wrapped_keys_are_put_in_place_of_others(store: Store) -> None:
    batch = store.open_batch(BATCH)
    records = [
        RecordRow(row_number(batch.batch, n), "Person", None, f"id-{n}", b"old" if n else None)
        for n in range(3)
    ]
    with store.transaction():
        store.add(RecordRow, records)
    with store.transaction():
        store.rewrap(RecordRow, [(records[2].number, b"new\x00\xff"), (records[1].number, b"n")])
        store.rewrap(BatchRow, [(batch.batch, b"\x00batch")])
        store.rewrap(RecordRow, [])
    stored = [
        row._replace(wrapped_key=row.wrapped_key and bytes(row.wrapped_key))
        for row in store.scan(RecordRow)
    ]
    assert stored == [
        records[0],
        records[1]._replace(wrapped_key=b"n"),
        records[2]._replace(wrapped_key=b"new\x00\xff"),
    ]
    assert [row.wrapped_key for row in store.batches()] == [b"\x00batch"]


def test_scrubbing_keeps_every_row(store: Store) -> None:
    rows = [statement(row_number(1, n), 5) for n in range(3)]
    store.add(StatementRow, rows)
    store.add(ErasureRow, [ErasureRow(row_number(1, 0), 5, 3, "d" * 64, "objection", 1, "s")])
    with store.transaction():
        store.blank(StatementRow, [rows[0].number], {"value": None})
    store.scrub()
    assert list(store.scan(StatementRow)) == [rows[0]._replace(value=None), *rows[1:]]
    assert [row.erased for row in store.scan(ErasureRow)] == [5]


def test_reading_sees_one_state(store: Store) -> None:
    store.add(SettingRow, [SettingRow(1, "a", "b")])
    with store.read():
        assert len(store.find(SettingRow, "name", ["a"])) == 1
        with store.read():
            assert list(store.scan(SettingRow)) == [SettingRow(1, "a", "b")]


def test_a_second_import_is_refused(store: Store, tmp_path: object) -> None:
    with store.import_lock(), pytest.raises(BusyError), _second_process_lock(store):
        pass


def _second_process_lock(store: Store):
    """The same lock taken again: through another connection where there is one."""
    from bayyina.db.connecting import connect
    from bayyina.db.store import DjangoStore

    if not isinstance(store, DjangoStore):
        return store.import_lock()
    from django.db import connections

    settings = connections.databases[store.alias]
    return DjangoStore(connect(settings), store._folder).import_lock()


def test_appending_to_the_log_is_all_of_its_parts(store: Store) -> None:
    assert store.last_entry() is None
    first = store.open_batch(BATCH).batch
    second = store.open_batch(BATCH._replace(uuid=BATCH.uuid[:-1] + "2")).batch
    hashes = b"".join(bytes([number]) * 32 for number in range(20))
    with store.transaction():
        store.append_to_log(
            [AppendedEntry(EntryRow(0, b"{}"), first, "2026-01-01T00:00:00.000Z")],
            [TileRow(0, "", 0, 0, hashes[:32])],
            CheckpointRow(1, "one"),
        )
    assert store.last_entry() == EntryRow(0, b"{}")
    with store.transaction():
        store.append_to_log(
            [
                AppendedEntry(EntryRow(1, "é".encode()), second, "2026-01-01T00:00:01.000Z"),
                AppendedEntry(EntryRow(2, b"[]"), 77, "2026-01-01T00:00:01.000Z"),
            ],
            [TileRow(0, "", 0, 0, hashes), TileRow(0, "", 1, 0, hashes[:64])],
            CheckpointRow(3, "three"),
        )
    assert [row.data for row in store.entries()] == [b"{}", "é".encode(), b"[]"]
    assert [(row.entry, row.entry_time) for row in store.batches()] == [
        (0, "2026-01-01T00:00:00.000Z"),
        (1, "2026-01-01T00:00:01.000Z"),
    ]
    assert (store.tile(0, "", 0, 0), store.tile(0, "", 1, 0)) == (hashes, hashes[:64])
    assert [row.size for row in store.checkpoints()] == [1, 3]
    with pytest.raises(StorageError), store.transaction():
        store.append_to_log(
            [AppendedEntry(EntryRow(2, b"again"), first, "t")], [], CheckpointRow(4, "four")
        )
    assert (store.log_size(), store.last_entry()) == (3, EntryRow(2, b"[]"))
