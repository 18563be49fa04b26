"""The per-row report: one line a row, safe in a spreadsheet program."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bayyina.errors import StorageError
from bayyina.model.drafts import RowProblem, RowReading
from bayyina.tables.row_report import COLUMNS, RowReport, safe_cell


def reading(key: str, status: str, *found: RowProblem) -> RowReading:
    return RowReading(7, key, status, (), found, b"", ("a",))


def test_each_row_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    date = RowProblem("born", "date-unreadable", "It is no date.")
    place = RowProblem("place", "place-unrecognised", "It is no place.")
    with RowReport(path, ("id", "place", "born")) as report:
        report.write(reading("A-1", "accepted"))
        report.write(reading("A-2", "warned", date, place, date))
        report.write(reading("", "kept_aside", RowProblem("", "too-few-cells", "Too few.")))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        list(COLUMNS),
        ["7", "A-1", "accepted", "", "", ""],
        ["7", "A-2", "warned", "place-unrecognised|date-unreadable", "place|born", "It is no place. It is no date."],
        ["7", "", "kept_aside", "too-few-cells", "", "Too few."],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "=x", "＝1"])
def test_no_cell_is_a_formula(text: str, tmp_path: Path) -> None:
    assert safe_cell(text) == f"'{text}"
    path = tmp_path / "report.csv"
    with RowReport(path) as report:
        report.write(reading(text, "warned", RowProblem(text, "x", text)))
    with path.open(encoding="utf-8-sig", newline="") as file:
        _, row = csv.reader(file)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row)


def test_plain_cells_stay(tmp_path: Path) -> None:
    assert [safe_cell(text) for text in ("", "A-1", "سامر", "1")] == ["", "A-1", "سامر", "1"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        RowReport(tmp_path / "absent" / "report.csv")
