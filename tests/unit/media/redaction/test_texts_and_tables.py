"""Texts, JSON and tables: marks of one length, nothing hidden, nothing left elsewhere."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from bayyina.media.redaction.checking import check_copy
from bayyina.media.redaction.results import RedactionCheckError, RedactionRefusedError
from bayyina.media.redaction.sheets_writing import write_ods
from bayyina.standards.redaction_plan import read_plan_text
from tests.unit.media.redaction.made_files import SECRET, carried_out, plan, words

MARK = "[redacted: source]"
TEXT = f"The source is {SECRET}.\r\nAlso fict alif-ba and {SECRET}'s son. Tel 0999.\r\n"


def saved(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_words_become_marks_of_one_length(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.txt", TEXT + "and FICT Ta.")
    made, _ = carried_out(path, plan(words(SECRET, "FICT Ta")), tmp_path / "out")
    text = (tmp_path / "out").read_bytes().decode()
    assert made.done == [4]
    assert text.startswith(f"The source is {MARK}.\r\nAlso {MARK} and {MARK}'s son. Tel 0999.\r\n")
    assert path.read_bytes().decode() == TEXT + "and FICT Ta."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "windows-1256"])
def test_every_encoding_is_read_and_utf_8_is_written(tmp_path: Path, encoding: str) -> None:
    text = f"اسم الشاهد محمد العلي و{SECRET}\nسطر آخر\n"
    data = text.encode(encoding)
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xfe\xff" + data if encoding == "utf-16-be" else data)
    made, _ = carried_out(path, plan(words("محمد", SECRET), head="language: ar\n"), tmp_path / "o")
    assert made.done == [2]
    assert (tmp_path / "o").read_bytes().decode() == (
        "اسم الشاهد [محجوب: مصدر] العلي و[محجوب: مصدر]\nسطر آخر\n"
    )


def test_a_misspelt_word_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.txt", TEXT)
    with pytest.raises(RedactionRefusedError, match=r"Line 3 .*number 2"):
        carried_out(path, plan(words(SECRET, "FICT Alef")), tmp_path / "out")
    carried_out(
        path, plan(words(SECRET, "FICT Alef", more=", may_be_absent: true")), tmp_path / "out"
    )


def test_a_span_may_not_stand_elsewhere(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.txt", TEXT)
    start = TEXT.index(SECRET)
    span = f"characters: {{from: {start}, to: {start + len(SECRET)}}}, reason: witness"
    with pytest.raises(RedactionRefusedError, match="would still stand in the text"):
        carried_out(path, plan(span), tmp_path / "out")
    with pytest.raises(RedactionRefusedError, match="only 82 characters"):
        carried_out(path, plan("characters: {from: 80, to: 900}, reason: other"), tmp_path / "out")
    once = TEXT.index("0999")
    carried_out(
        path, plan(f"characters: {{from: {once}, to: {once + 4}}}, reason: contact"), tmp_path / "o"
    )
    assert "Tel [redacted: contact]." in (tmp_path / "o").read_text()


def test_a_word_that_stands_in_a_mark_is_no_fault(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.txt", "his source")
    carried_out(path, plan(words("source")), tmp_path / "out")
    assert (tmp_path / "out").read_text() == f"his {MARK}"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<html><body>FICT <b>Alif</b> Ba</body></html>"),
        ("a.eml", b"From: x\nSubject: FICT =?utf-8?q?Alif_Ba?=\n\nFICT Alif Ba\n"),
        ("a.rtf", b"{\\rtf1 FICT Alif Ba}"),
        ("a.txt", b"FICT Alif Ba\0\1\2\3"),
        ("a.zip", b"PK\x05\x06" + bytes(18)),
        ("a.txt", b""),
    ],
)
def test_a_kind_that_could_hide_it_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(RedactionRefusedError):
        carried_out(path, plan(words(SECRET)), tmp_path / "out")


def test_cells_and_words_of_a_text_table(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.csv",
        f'Name;Tel;Note\r\n{SECRET};0999;"met {SECRET};\r\ntwice"\r\nFICT Ta;0998;none\r\n',
    )
    text = plan(words(SECRET), "cells: {columns: [Tel], rows: [2]}, reason: contact")
    made, _ = carried_out(path, text, tmp_path / "out")
    rows = list(
        csv.reader(io.StringIO((tmp_path / "out").read_bytes().decode(), newline=""), delimiter=";")
    )
    assert made.done == [2, 1]
    assert rows == [
        ["Name", "Tel", "Note"],
        [MARK, "[redacted: contact]", f"met {MARK};\r\ntwice"],
        ["FICT Ta", "0998", "none"],
    ]


def test_the_text_of_a_cell_may_not_stand_elsewhere(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.csv", f"Name,Note\n{SECRET},saw {SECRET} there\n")
    column = "cells: {columns: [Name]}, reason: source"
    with pytest.raises(RedactionRefusedError, match="cell B2"):
        carried_out(path, plan(column), tmp_path / "out")
    carried_out(path, plan(f"{column}, elsewhere: stays"), tmp_path / "out")
    assert (tmp_path / "out").read_text() == f"Name,Note\n{MARK},saw {SECRET} there\n"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("cells: {columns: [Nam]}", "no column “Nam”"),
        ("cells: {columns: [Name], rows: [9]}", "no cell that holds anything"),
        ("cells: {at: [Z9]}", "no cell that holds anything"),
        ("cells: {sheet: Other, columns: [A]}", "no sheet"),
        ("mute: {from: 1, to: 2}", "means nothing for a table"),
    ],
)
def test_entries_that_name_nothing_are_refused(tmp_path: Path, entry: str, why: str) -> None:
    path = saved(tmp_path / "a.csv", "Name,Note\nA,B\n")
    with pytest.raises(RedactionRefusedError, match=why):
        carried_out(path, plan(f"{entry}, reason: other"), tmp_path / "out")


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "People"
    sheet.append(["Name", "Born", "N", "Hidden", "Note"])
    sheet.append([SECRET, dt.date(1990, 1, 1), 5, "column", f"with {SECRET}"])
    sheet.append(["FICT Ta", None, "=C2+1", "column", "9007199254740993"])
    sheet.append(["FICT Tha", None, 1.5, "column", "hidden row"])
    sheet["A3"].comment = Comment(SECRET, SECRET)
    sheet.column_dimensions["D"].hidden = True
    sheet.row_dimensions[4].hidden = True
    hidden = book.create_sheet("Hidden sheet")
    hidden.append([SECRET])
    hidden.sheet_state = "hidden"
    book.properties.creator = SECRET
    book.save(path)
    return path


def test_a_workbook_is_written_anew_from_what_is_seen(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    made, checks = carried_out(path, plan(words(SECRET)), tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert [(one.title, list(one.values)) for one in book.worksheets] == [
        (
            "People",
            [
                ("Name", "Born", "N", "Note"),
                (MARK, "1990-01-01", 5, f"with {MARK}"),
                ("FICT Ta", None, None, "9007199254740993"),
            ],
        )
    ]
    assert made.left_out == {"hidden columns": 1, "hidden rows": 1, "hidden sheets": 1}
    assert any("exiftool" in one for one in checks)
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert len(archive.namelist()) == 5
        assert not any(b"Alif" in archive.read(name) for name in archive.namelist())


def test_an_open_document_is_written_anew(tmp_path: Path) -> None:
    rows: list[list[str | int | float | bool | None]] = [
        ["Name", "N", "Yes"], [SECRET, 5, True], ["two  spaces\nand lines", 1.5, False],
    ]  # fmt: skip
    write_ods(tmp_path / "a.ods", [("People", rows), (f"of {SECRET}", [["x"]])])
    carried_out(tmp_path / "a.ods", plan(words(SECRET)), tmp_path / "out.ods")
    with zipfile.ZipFile(tmp_path / "out.ods") as archive:
        content = archive.read("content.xml").decode()
    assert "Alif" not in content
    assert content.count(MARK) == 1
    assert 'table:name="of _redacted_ source_"' in content
    assert 'office:value="1.5"' in content
    made, _ = carried_out(
        tmp_path / "out.ods", plan("cells: {at: [A3]}, reason: place"), tmp_path / "again.ods"
    )
    assert made.done == [1]


def test_hidden_columns_of_an_open_document_are_refused(tmp_path: Path) -> None:
    write_ods(tmp_path / "a.ods", [("People", [[SECRET, "x"]])])
    with zipfile.ZipFile(tmp_path / "a.ods") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(
        b"<table:table-column ", b'<table:table-column table:visibility="collapse" ', 1
    )
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(RedactionRefusedError, match="hides rows or columns"):
        carried_out(tmp_path / "b.ods", plan(words(SECRET)), tmp_path / "out.ods")


def test_json_lines_keep_their_shape(tmp_path: Path) -> None:
    lines = [
        {"name": SECRET, "home": {"city": "X town", "tel": [999000, 5]}, SECRET: 1, "none": None},
        {"name": "FICT Ta", "note": "met \u0645\u062d\u0645\u062f", "home": {"city": "Y"}},
    ]
    path = saved(tmp_path / "a.jsonl", "\n".join(json.dumps(one) for one in lines))
    text = plan(
        words(SECRET, "محمد"), "cells: {columns: [home.tel]}, reason: contact",
        "cells: {columns: [home.city], rows: [1]}, reason: place",
    )  # fmt: skip
    made, _ = carried_out(path, text, tmp_path / "out")
    assert [json.loads(one) for one in (tmp_path / "out").read_text().splitlines()] == [
        {
            "name": MARK,
            "home": {"city": "[redacted: place]", "tel": ["[redacted: contact]"] * 2},
            MARK: 1,
            "none": None,
        },
        {"name": "FICT Ta", "note": f"met {MARK}", "home": {"city": "Y"}},
    ]
    assert made.done == [3, 2, 1]


@pytest.mark.parametrize("data", ['{"a": [1, 2', '{"a": 1}\n{"b": \n', "[" * 100_000])
def test_broken_json_is_refused(tmp_path: Path, data: str) -> None:
    path = saved(tmp_path / "a.json", data)
    with pytest.raises(RedactionRefusedError):
        carried_out(path, plan(words("a")), tmp_path / "out")


def test_a_copy_that_still_tells_does_not_pass(tmp_path: Path) -> None:
    path, out = saved(tmp_path / "a.txt", TEXT), tmp_path / "out"
    text = plan(words(SECRET))
    made, _ = carried_out(path, text, out)
    for planted in (
        SECRET.lower().encode(),
        SECRET.encode("utf-16-le"),
        SECRET.encode("utf-16-be"),
    ):
        out.write_bytes(out.read_bytes() + b"\n" + planted)
        with pytest.raises(RedactionCheckError):
            check_copy(out, read_plan_text(text, "plan"), made, 10)
        out.write_bytes(TEXT.encode())
