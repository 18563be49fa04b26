"""What a spreadsheet shows: cells of sheets, rows and columns that are not hidden; results, not formulas."""

from __future__ import annotations

import datetime as dt
import io
import re
import string
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import openpyxl
import python_calamine as calamine

from bayyina.errors import FileUnreadableError
from bayyina.media.redaction.results import refuse
from bayyina.tables.sources import FileSource, archive_members, verify_archive

MOST_CELLS: Final = 5_000_000
"""Cells of a spreadsheet that are written anew."""

_HIDDEN_IN_ODS: Final = re.compile(rb'table:visibility="(?:collapse|filter)"')
_MIDNIGHT: Final = dt.time(0, 0)


Value: TypeAlias = str | int | float | bool | None
"""What a cell holds."""


class Sheet(NamedTuple):
    """A sheet that is seen."""

    name: str
    """Its name."""

    rows: list[tuple[int, list[Value]]]
    """Rows that are seen, with their numbers."""

    letters: list[str]
    """Letters of the columns that are seen."""


def read_xlsx(path: Path, left_out: dict[str, int]) -> Iterator[Sheet]:
    """The sheets of a workbook that are seen; what is not is counted in ``left_out``.

    Raises:
        RedactionRefusedError: it cannot be read, is protected, or is too large.
    """
    _check_archive(path)
    try:
        # from bytes, so that the name of the file says nothing
        held = io.BytesIO(path.read_bytes())
        book = openpyxl.load_workbook(held, data_only=True, keep_links=False)
    except (
        openpyxl.utils.exceptions.InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
    ):
        refuse("The workbook cannot be read to its end.", "Save it anew, or as CSV.")
    cells = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            _count(left_out, "hidden sheets")
            continue
        hidden = _hidden_columns(sheet)
        width = sheet.max_column or 0
        shown = [n for n in range(1, width + 1) if n not in hidden]
        left_out_columns = width - len(shown)
        if left_out_columns:
            _count(left_out, "hidden columns", left_out_columns)
        rows = []
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells += len(row)
            if cells > MOST_CELLS:
                refuse(f"The workbook has more than {MOST_CELLS:,} cells.", "Split it.")
            if sheet.row_dimensions[number].hidden if number in sheet.row_dimensions else False:
                _count(left_out, "hidden rows")
                continue
            rows.append((number, [_plain(row[n - 1]) for n in shown]))
        yield Sheet(sheet.title, rows, [column_letters(n) for n in shown])
    _count(left_out, "charts and other sheets without cells", len(book.chartsheets))


def read_ods(path: Path, left_out: dict[str, int]) -> Iterator[Sheet]:
    """The sheets of an OpenDocument spreadsheet that are seen.

    Raises:
        RedactionRefusedError: it cannot be read, is protected, or hides rows or columns.
    """
    _check_archive(path)
    with zipfile.ZipFile(path) as archive:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            refuse("The spreadsheet is protected by a password.", "Save it without one.")
        if _HIDDEN_IN_ODS.search(archive.read("content.xml")):
            refuse(
                "The spreadsheet hides rows or columns, and what they hold could be overlooked.",
                "Show or delete them first.",
            )
    try:
        book = calamine.load_workbook(io.BytesIO(path.read_bytes()))
        visible = [
            one.name
            for one in book.sheets_metadata
            if one.visible == calamine.SheetVisibleEnum.Visible
        ]
        _count(left_out, "hidden sheets", len(book.sheet_names) - len(visible))
        for name in visible:
            sheet = book.get_sheet_by_name(name)
            rows = [[_plain(cell) for cell in row] for row in sheet.iter_rows()]
            width = max(map(len, rows), default=0)
            if width * len(rows) > MOST_CELLS:
                refuse(f"The spreadsheet has more than {MOST_CELLS:,} cells.", "Split it.")
            letters = [column_letters(n) for n in range(1, width + 1)]
            yield Sheet(name, list(enumerate(rows, 1)), letters)
    except calamine.CalamineError:
        refuse("The spreadsheet cannot be read to its end.", "Save it anew, or as CSV.")


def _check_archive(path: Path) -> None:
    try:
        archive_members(FileSource(path))
        verify_archive(FileSource(path))
    except FileUnreadableError as error:
        refuse(f"The file cannot be read: {error.message}", error.hint)


def _hidden_columns(sheet: Any) -> set[int]:
    hidden: set[int] = set()
    for one in sheet.column_dimensions.values():
        if one.hidden:
            hidden.update(range(one.min or 1, (one.max or one.min or 1) + 1))
    return hidden


def _plain(value: Any) -> Value:
    """A cell as it is written: dates as ISO 8601, everything else that is no number as text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dt.datetime):
        shown = value.date() if value.time() == _MIDNIGHT else value
        return shown.isoformat(sep=" ") if isinstance(shown, dt.datetime) else shown.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _count(left_out: dict[str, int], what: str, number: int = 1) -> None:
    if number:
        left_out[what] = left_out.get(what, 0) + number


def column_letters(number: int) -> str:
    """The letters of a column, counted from 1."""
    made = ""
    while number:
        number, rest = divmod(number - 1, 26)
        made = string.ascii_uppercase[rest] + made
    return made
