"""Rows out of spreadsheets: XLSX, ODS and the older XLS.

Cells become the text a person would have typed: dates are ISO 8601, whole numbers have no
``.0``, other numbers have the 15 digits that spreadsheets keep. A merged area has its text
in its first cell. Formulas are never computed: what was stored with them is read, and one
without a stored result cannot be told from an empty cell. Row numbers are those that the spreadsheet program shows.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import python_calamine as calamine

from bayyina.errors import FileUnreadableError
from bayyina.model.drafts import RowProblem
from bayyina.tables import problems
from bayyina.tables.csv_files import RawRow
from bayyina.tables.headers import clean_header
from bayyina.tables.sources import (
    ARCHIVE_ERRORS,
    ByteSource,
    damaged,
    read_whole,
    verify_archive,
)
from bayyina.tables.title_rows import guess_header_row, no_header_there

_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_EXACT_WHOLE: Final = 2**53
"""From here on a spreadsheet's number no longer holds every whole number."""
_MIDNIGHT: Final = dt.time(0, 0)


class SheetTable(NamedTuple):
    """One sheet that was looked at."""

    kind: str
    """``xlsx``, ``ods`` or ``xls``."""
    sheet: str
    """Name of the sheet."""
    header: tuple[str, ...]
    """Names of the columns."""
    row_count: int
    """Rows below the header, blank ones included."""
    rows: Callable[[], Iterator[RawRow]]
    """Gives the rows."""
    header_row: int | None
    """Row of the header, when it was given or guessed."""
    others: tuple[tuple[str, int], ...] = ()
    """The other visible sheets that hold something, where the sheet was guessed: name, rows."""


def open_spreadsheet(
    source: ByteSource,
    members: list[str],
    sheet: str | None,
    header_row: int | None = None,
    *,
    guess: bool = False,
) -> SheetTable:
    """Open a sheet of a spreadsheet.

    Args:
        source: The spreadsheet's bytes.
        members: Names in its ZIP archive; empty for the older XLS.
        sheet: Which sheet; None for the only one that holds something.
        header_row: Row of the header; None for the first with anything in it.
        guess: Whether to take the sheet with the most rows where several hold something, and
            to look for title rows above the header.

    Raises:
        FileUnreadableError: It is protected, damaged, or the sheet is not clear.
    """
    if members:
        verify_archive(source)
    data = read_whole(source)
    _refuse_protected(source.label, data, members)
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        chosen, others = _choose(book, source.label, sheet, guess=guess)
    except calamine.PasswordError as error:
        raise _protected(source.label) from error
    except (calamine.CalamineError, OSError) as error:
        raise damaged(source.label) from error
    if guess and header_row is None:
        header_row = guess_header_row(row for _, row in _texts(chosen))
    return _table(chosen, source.label, _kind(members), header_row)._replace(others=others)


def _kind(members: list[str]) -> str:
    if not members:
        return "xls"
    return "ods" if "content.xml" in members else "xlsx"


def _refuse_protected(label: str, data: bytes, members: list[str]) -> None:
    if not members:
        if _ENCRYPTED_PACKAGE in data:
            raise _protected(label)
        return
    if "META-INF/manifest.xml" not in members:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            manifest = archive.read("META-INF/manifest.xml")
    except ARCHIVE_ERRORS as error:
        raise damaged(label) from error
    if b"encryption-data" in manifest:
        raise _protected(label)


def _protected(label: str) -> FileUnreadableError:
    return FileUnreadableError(
        f"{label} is protected by a password.",
        hint="Open it in its own program, save it without a password, and import that.",
    )


def _choose(
    book: calamine.CalamineWorkbook, label: str, wanted: str | None, *, guess: bool
) -> tuple[calamine.CalamineSheet, tuple[tuple[str, int], ...]]:
    """The sheet that is the list, and the others that it might be where that was guessed."""
    names = [
        item.name for item in book.sheets_metadata if item.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    if wanted is not None:
        if wanted not in names:
            raise FileUnreadableError(
                f"{label} has no sheet “{wanted}”.", hint=f"Its sheets are {_quoted(names)}."
            )
        return book.get_sheet_by_name(wanted), ()
    visible = {
        item.name
        for item in book.sheets_metadata
        if item.visible == calamine.SheetVisibleEnum.Visible
    }
    sheets = [book.get_sheet_by_name(name) for name in names if name in visible]
    filled = [item for item in sheets if item.start is not None]
    if not filled:
        raise FileUnreadableError(
            f"{label} has no visible sheet that holds anything.", hint="Ask for it again."
        )
    if len(filled) > 1 and guess:
        sizes = [sum(_is_filled(row) for _, row in _texts(item)) for item in filled]
        best = sizes.index(max(sizes))
        named = [(item.name, size) for item, size in zip(filled, sizes, strict=True)]
        return filled[best], tuple(named[:best] + named[best + 1 :])
    if len(filled) > 1:
        raise FileUnreadableError(
            f"{label} has {len(filled)} sheets: {_quoted([item.name for item in filled])}.",
            hint='Say which one is the list: sheet = "…" under [list] in the mapping.',
        )
    return filled[0], ()


def _quoted(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:10])


def _table(sheet: calamine.CalamineSheet, label: str, kind: str, wanted: int | None) -> SheetTable:
    filled = ((at, row) for at, row in _texts(sheet) if _is_filled(row))
    first = next((one for one in filled if wanted in (None, one[0])), None)
    if first is None and wanted is not None:
        raise no_header_there(label, wanted)
    if first is None:
        raise FileUnreadableError(f"{label} holds nothing.", hint="Ask for it again.")
    header_row, cells = first
    header = clean_header(cells, label, header_row)

    def rows() -> Iterator[RawRow]:
        for number, row in _texts(sheet):
            if number > header_row and _is_filled(row):
                yield _fitted(number, row, len(header))

    return SheetTable(kind, sheet.name, header, sheet.total_height - header_row, rows, wanted)


def _texts(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        yield number, [cell if type(cell) is str else cell_text(cell) for cell in row]


def _is_filled(row: list[str]) -> bool:
    return any(cell and not cell.isspace() for cell in row)


def _fitted(number: int, row: list[str], width: int) -> RawRow:
    while len(row) > width and not row[-1].strip():
        row.pop()
    found: tuple[RowProblem, ...] = ()
    if any("\0" in cell for cell in row):
        row = [cell.replace("\0", "") for cell in row]
        found = (problems.nul_removed(),)
    if len(row) > width:
        return number, tuple(row), (*found, problems.too_many_cells(len(row), width))
    return number, tuple(row + [""] * (width - len(row))), found


def cell_text(cell: Any) -> str:
    """Write a spreadsheet's cell as the text a person would have typed."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, dt.datetime):
        if cell.time() == _MIDNIGHT:
            return cell.date().isoformat()
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _number_text(number: float) -> str:
    if number.is_integer() and abs(number) < _EXACT_WHOLE:
        return str(int(number))
    return format(number, ".15g")
