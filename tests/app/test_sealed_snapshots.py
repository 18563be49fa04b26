"""What a sealing leaves in the snapshot and in the database's files, and what it costs nobody."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from bayyina.app.counting import count_figure
from bayyina.app.emptied_rows import SEAL
from bayyina.app.importing import import_list, report_path
from bayyina.app.rows import StatementRow
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.db import scrubbing
from bayyina.db.sql_statements import SqlStatements
from bayyina.db.store import DjangoStore
from bayyina.figures.snapshot import Snapshot
from bayyina.tables.mapping import Mapping
from tests.app.conftest import HEADER, MAPPING, Bench, quiet
from tests.leak_scanner import LeakScanner, Secret

COUNT = 40
LENGTH = len("Zarnuqash900x0000")


def grown(n: int) -> str:
    return f"FICT-{n},Zarnuqash Vexlerhoum{n:04d},F,1984-03-14,12/05/2013,Homs,died,2015-03"


def young(n: int) -> str:
    """The same row, corrected: a child at the arrest."""
    return grown(n).replace("1984", "2001")


def take_in(bench: Bench, rows: list[str], asserted_on: str) -> None:
    file = bench.folder / "list.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    text = MAPPING.format(asserted_on=asserted_on, release="partial")
    import_list(
        bench.amal, file=file, mapping=Mapping.parse(text, bench.amal.vocabulary),
        report=report_path(bench.amal, file), progress=quiet,
    )  # fmt: skip
    file.unlink()
    for report in (bench.amal.folder / "imports").iterdir():
        report.unlink()


def statements(snapshot: Snapshot) -> list[dict[str, object]]:
    """All statements of a snapshot, in the order of its files."""
    paths = snapshot.paths(snapshot.pointer.statements)
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def files(workspace: Workspace) -> dict[str, int]:
    """Files of the snapshot's statements, and how many rows they hold."""
    pointer = refresh_snapshot(workspace, quiet).pointer
    return {part.file: part.rows for part in pointer.statements}


@pytest.fixture
def sealed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A snapshot of two lists' rows, then an import that makes people of the first children."""
    seen: list[bool] = []
    scrub = scrubbing.scrub_sqlite

    def noted(connection: BaseDatabaseWrapper, folder: Path, *, whole: bool) -> None:
        seen.append(whole)
        scrub(connection, folder, whole=whole)

    monkeypatch.setattr("bayyina.db.store.scrub_sqlite", noted)
    take_in(bench, [grown(n) for n in range(COUNT)], "2023-08-31")
    before = files(bench.amal)
    take_in(bench, [grown(n) for n in range(COUNT, COUNT + 5)], "2023-09-30")
    assert before.items() <= files(bench.amal).items()
    take_in(bench, [young(n) for n in range(0, COUNT, 3)], "2023-10-31")
    assert bench.amal.store.batches()[-1].action == SEAL
    assert seen == [False]
    return bench


def test_the_snapshot_is_as_one_built_anew(sealed: Bench) -> None:
    kept = statements(refresh_snapshot(sealed.amal, quiet))
    assert any(row["value"] is None for row in kept)
    assert kept == statements(refresh_snapshot(sealed.amal, quiet, anew=True))


def test_files_that_hold_nothing_of_it_stay(bench: Bench) -> None:
    take_in(bench, [grown(n) for n in range(COUNT)], "2023-08-31")
    [first] = files(bench.amal)
    take_in(bench, [grown(n) for n in range(COUNT, COUNT + 5)], "2023-09-30")
    take_in(bench, [young(COUNT)], "2023-10-31")
    assert bench.amal.store.batches()[-1].action == SEAL
    assert first in files(bench.amal)


def test_no_byte_of_it_is_left_without_writing_the_database_anew(sealed: Bench) -> None:
    secrets = [Secret(str(n), f"Vexlerhoum{n:04d}") for n in range(0, COUNT, 3)]
    assert list(LeakScanner(secrets).scan_tree(sealed.amal.folder)) == []
    others = [Secret("other", "Vexlerhoum0001")]
    assert list(LeakScanner(others).scan_tree(sealed.amal.folder))


def test_figures_of_before_and_after_are_the_same(sealed: Bench) -> None:
    assert count_figure(sealed.amal, "count persons by sex", quiet).value == COUNT + 5


def test_emptied_rows_leave_nothing_in_the_pages_that_held_them(bench: Bench) -> None:
    """Many rows of many lengths, emptied in any order: overwritten where they stood."""
    store = bench.amal.store
    assert isinstance(store, DjangoStore)
    sql = SqlStatements(store.alias)
    rng = random.Random(5)
    columns = StatementRow._fields
    for batch in range(900, 905):
        rows = []
        for n in range(400):
            text = f"Zarnuqash{batch}x{n:04d}" + "y" * rng.choice(
                [0, 4, 90, 400, 6000 if n % 50 == 0 else 3]
            )
            row: dict[str, Any] = dict.fromkeys(columns) | {
                "number": batch << 32 | n,
                "record": n,
                "term": 1,
            }
            rows.append(
                tuple((row | {"value": text, "original": rng.choice([None, text])}).values())
            )
        bench.amal.store.add(StatementRow, rows)
        gone = rng.sample([batch << 32 | n for n in range(400)], 100)
        with bench.amal.store.transaction():
            bench.amal.store.blank(StatementRow, gone, {"value": None, "original": None})
    bench.amal.store.scrub(whole=False)
    left = {
        str(row[0])[:LENGTH]
        for row in sql.rows("SELECT value FROM statement WHERE value LIKE 'Zarnuqash9%'")
    }
    held = Path(bench.amal.folder, "records.sqlite3").read_bytes()
    found = {held[at : at + LENGTH].decode() for at in _places(held, b"Zarnuqash9")}
    assert len(left) == 5 * 300
    assert found == left
    assert not Path(bench.amal.folder, "records.sqlite3-wal").read_bytes()


def _places(held: bytes, text: bytes) -> list[int]:
    found, at = [], held.find(text)
    while at >= 0:
        found.append(at)
        at = held.find(text, at + 1)
    return found
