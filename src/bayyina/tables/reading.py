"""Open a list that somebody made, whatever it is, and give its rows as text.

``open_table`` looks at a file once: what it is (by its content, not its name), how it
is encoded, how cells are separated, how the columns are called. Reading the rows then
streams through it. Nothing that can be read is dropped: a row that is not whole comes
with a problem that keeps it aside, and only blank rows are skipped, their numbers with
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from bayyina.errors import FileUnreadableError
from bayyina.model.drafts import RowProblem
from bayyina.tables.csv_files import RawRow, open_csv
from bayyina.tables.encodings import TextPlan, examine
from bayyina.tables.json_lines import looks_like_json, open_json
from bayyina.tables.sources import (
    ByteSource,
    FileSource,
    MemberSource,
    archive_members,
    file_source,
    read_head,
    table_in_archive,
)
from bayyina.tables.spreadsheets import open_spreadsheet

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a rich-text document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
)


@dataclass(frozen=True)
class Table:
    """A list that was opened: its columns, and a way to read its rows."""

    path: Path
    """The file."""
    kind: str
    """What it is: ``csv``, ``xlsx``, ``ods``, ``xls``, ``jsonl`` or ``json``."""
    header: tuple[str, ...]
    """Names of the columns, in order."""
    header_problems: tuple[RowProblem, ...]
    """What had to be repaired in the header itself."""
    encoding: str
    """Encoding of its text; empty for spreadsheets, which state their own."""
    delimiter: str
    """What separates cells; empty unless ``kind`` is ``csv``."""
    member: str
    """The member of the ZIP archive that was read, or an empty string."""
    sheet: str
    """The sheet of the spreadsheet that was read, or an empty string."""
    row_count_hint: int | None
    """About how many rows there are, for progress bars; None when it is unknown."""
    read_rows: Callable[[], Iterator[RawRow]]
    """Reads the rows from the start; ``rows`` calls it."""
    header_row: int | None = None
    """Row of the header, when it was given or guessed; None for the first one."""
    other_sheets: tuple[tuple[str, int], ...] = ()
    """Other sheets that hold something, where the sheet was guessed: name, filled rows."""

    def rows(self) -> Iterator[RawRow]:
        """Read the rows in order: number (the header is row 1), cells, problems."""
        return self.read_rows()


class _Wanted(NamedTuple):
    """What a caller says of the table in a file."""

    sheet: str | None
    """Sheet of a spreadsheet."""
    header_row: int | None
    """Row of the header."""
    guess: bool
    """Whether to look for title rows above the header."""


def open_table(
    path: Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    guess_header: bool = False,
) -> Table:
    """Open a list: CSV, TSV, XLSX, ODS, XLS, JSON Lines, JSON, or a ZIP with one of them.

    Args:
        path: The file.
        sheet: Which sheet of a spreadsheet to read; needed when several hold something.
        header_row: Row that names the columns; None for the first with anything in it.
        guess_header: Whether to guess what nobody has said yet: to take the sheet with the
            most rows of several, and to look for title rows above the header.

    Raises:
        FileUnreadableError: It is absent, empty, damaged, protected, or not a list.
    """
    wanted = _Wanted(sheet, header_row, guess_header)
    source = file_source(Path(path))
    head = read_head(source, 1024)
    if head.startswith((_ZIP, _EMPTY_ZIP)):
        return _open_zip(source, wanted)
    return _open(source, head, wanted, path=source.path, member="")


def _open_zip(source: FileSource, wanted: _Wanted) -> Table:
    names = archive_members(source)
    if _is_spreadsheet(names):
        return _from_spreadsheet(source, names, wanted, path=source.path, member="")
    inner = table_in_archive(source.path, names)
    head = read_head(inner, 1024)
    if not head:
        raise FileUnreadableError(f"{inner.label} is empty.", hint="Ask for the file again.")
    if head.startswith(_ZIP):
        members = archive_members(inner)
        if _is_spreadsheet(members):
            return _from_spreadsheet(inner, members, wanted, path=source.path, member=inner.member)
        raise FileUnreadableError(
            f"{inner.label} is an archive inside an archive.", hint="Unpack it first."
        )
    return _open(inner, head, wanted, path=source.path, member=inner.member)


def _is_spreadsheet(names: list[str]) -> bool:
    return any(name in {"content.xml", "xl/workbook.xml", "xl/workbook.bin"} for name in names)


def _open(
    source: FileSource | MemberSource,
    head: bytes,
    wanted: _Wanted,
    *,
    path: Path,
    member: str,
) -> Table:
    if head.startswith(_COMPOUND):
        return _from_spreadsheet(source, [], wanted, path=path, member=member)
    for magic, name in _OTHER_KINDS:
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(magic):
            raise FileUnreadableError(
                f"{source.label} is {name}, not a list.",
                hint="Save the list as CSV, XLSX, ODS or JSON Lines.",
            )
    plan = examine(source)
    _refuse_binary(source, head, plan)
    if looks_like_json(source, plan):
        if wanted.header_row is not None:
            raise FileUnreadableError(
                f"{source.label} is JSON, which has no header row.",
                hint="Leave header_row out of the mapping.",
            )
        return _from_json(source, plan, path, member)
    table = open_csv(source, plan, wanted.header_row, guess=wanted.guess)
    return Table(
        path=path,
        kind="csv",
        header=table.header,
        header_problems=table.header_problems,
        encoding=plan.encoding,
        delimiter=table.delimiter,
        member=member,
        sheet="",
        row_count_hint=max(plan.line_count - 1, 0),
        read_rows=table.rows,
        header_row=table.header_row,
    )


def _refuse_binary(source: ByteSource, head: bytes, plan: TextPlan) -> None:
    if plan.wide:
        return
    control = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b" for byte in head)
    if control > len(head) // 10:
        raise FileUnreadableError(
            f"{source.label} is not text and not a spreadsheet that is known.",
            hint="Save the list as CSV, XLSX, ODS or JSON Lines.",
        )


def _from_json(source: ByteSource, plan: TextPlan, path: Path, member: str) -> Table:
    table = open_json(source, plan)
    return Table(
        path=path,
        kind=table.kind,
        header=table.header,
        header_problems=(),
        encoding=plan.encoding,
        delimiter="",
        member=member,
        sheet="",
        row_count_hint=table.row_count,
        read_rows=table.rows,
    )


def _from_spreadsheet(
    source: ByteSource, names: list[str], wanted: _Wanted, *, path: Path, member: str
) -> Table:
    book = open_spreadsheet(source, names, wanted.sheet, wanted.header_row, guess=wanted.guess)
    return Table(
        path=path,
        kind=book.kind,
        header=book.header,
        header_problems=(),
        encoding="",
        delimiter="",
        member=member,
        sheet=book.sheet,
        row_count_hint=book.row_count,
        read_rows=book.rows,
        header_row=book.header_row,
        other_sheets=book.others,
    )
