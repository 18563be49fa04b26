"""XLSX and ODS: what cells become, which rows count, which sheet is read."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest

from bayyina.tables.reading import open_table
from bayyina.tables.spreadsheets import cell_text

ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="List">
<table:table-row><table:table-cell office:value-type="string"><text:p>id</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>date</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2012-03-05"><text:p>05/03/12</text:p></table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def save(path: Path, rows: list[list[object]], merge: str = "") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    hidden = book.create_sheet("hidden")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.create_sheet("empty")
    book.save(path)
    return path


def test_cells_become_what_a_person_would_type(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "born", "seen", "age", "share", "code", "ok"],
        [
            1,
            dt.date(1980, 5, 1),
            dt.datetime.fromisoformat("2012-03-05 14:30"),
            31.0,
            0.1 + 0.2,
            "0012",
            True,
        ],
    ]
    table = open_table(save(tmp_path / "a.xlsx", rows))
    assert table.sheet == "Sheet"
    assert list(table.rows()) == [
        (2, ("1", "1980-05-01", "2012-03-05 14:30:00", "31", "0.3", "0012", "true"), ())
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (3.0, "3"),
        (-3.0, "-3"),
        (1.5, "1.5"),
        (2.0**60, "1.15292150460685e+18"),
        (dt.datetime.fromisoformat("2012-03-05"), "2012-03-05"),
        (dt.time(9, 5), "09:05:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
        (False, "false"),
        (None, ""),
    ],
)
def test_cell_text(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def test_blank_and_merged_rows_keep_the_numbers_that_the_program_shows(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [],
        ["id", "name", None],
        [1, "a"],
        [],
        ["  ", None, None],
        [2, "b", None],
        ["total", None],
    ]
    table = open_table(save(tmp_path / "a.xlsx", rows, merge="A7:B7"))
    assert table.header == ("id", "name")
    assert list(table.rows()) == [
        (3, ("1", "a"), ()),
        (6, ("2", "b"), ()),
        (7, ("total", ""), ()),
    ]


def test_cells_beside_the_table_are_kept_with_the_reason(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["id", "name"], [1, "a", "beside"], [2, "b"]])
    (_, cells, found), second = open_table(path).rows()
    assert cells == ("1", "a", "beside")
    assert [p.code for p in found] == ["too-many-cells"]
    assert second == (3, ("2", "b"), ())


def test_ods_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS_CONTENT.replace("\n", ""))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    table = open_table(path)
    assert (table.kind, table.sheet, table.header) == ("ods", "List", ("id", "date"))
    assert list(table.rows()) == [(2, ("7", "2012-03-05"), ())]


def test_a_spreadsheet_in_an_archive(tmp_path: Path) -> None:
    inner = save(tmp_path / "register.xlsx", [["id"], ["a"]])
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "register.xlsx")
    table = open_table(path)
    assert (table.kind, table.member) == ("xlsx", "register.xlsx")
    assert [cells for _, cells, _ in table.rows()] == [("a",)]


def test_a_formula_without_a_stored_result_reads_as_an_empty_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "age"])
    book.active.append(["x", "=1+2"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    assert [cells for _, cells, _ in open_table(path).rows()] == [("x", "")]
