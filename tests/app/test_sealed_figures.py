"""Files that figures are counted on, changed by hand: nothing is counted on them."""

from __future__ import annotations

import logging
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bayyina.app.counting import count_figure
from tests.app.conftest import ROWS, Bench, quiet

PERSONS = "count persons"


def without_rows(path: Path) -> None:
    """Keep the form of a Parquet file and none of its rows."""
    schema = pq.read_schema(path)
    pq.write_table(pa.Table.from_pylist([], schema=schema), path)


def changed_files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    assert found
    for path in found:
        if path.suffix == ".parquet":
            without_rows(path)
        else:
            path.write_bytes(path.read_bytes() + b" ")
    return found


@pytest.mark.parametrize(
    "pattern",
    [
        "snapshot/statements-*.parquet",
        "snapshot/batches-*.parquet",
        "snapshot/*.seal",
        "snapshot/assembled/*/*.parquet",
        "snapshot/assembled/*/description.json",
        "snapshot/assembled/*/folder.seal",
    ],
)
def test_changed_files_are_made_anew(
    bench: Bench, pattern: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench.take_in(*ROWS)
    before = count_figure(bench.amal, PERSONS, quiet)
    assert before.value > 0
    changed_files(bench.amal.folder, pattern)
    with caplog.at_level(logging.WARNING):
        assert count_figure(bench.amal, PERSONS, quiet) == before
    assert "had been changed" in caplog.text
    caplog.clear()
    assert count_figure(bench.amal, PERSONS, quiet) == before
    assert not caplog.text


def test_a_damaged_pointer_is_made_anew(bench: Bench) -> None:
    bench.take_in(*ROWS)
    before = count_figure(bench.amal, PERSONS, quiet)
    (bench.amal.folder / "snapshot" / "pointer.json").write_text("{}", encoding="utf-8")
    assert count_figure(bench.amal, PERSONS, quiet) == before
