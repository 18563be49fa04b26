"""The cells of a table of counts, whatever program wrote it.

Tables of capture histories come out of spreadsheets, databases and R. Text files are read
here and not by ``tables.reading``, because R leaves the name of the column with its row
names empty, or leaves it out altogether, and separates cells by blanks; spreadsheets and
JSON are opened by ``tables.reading``.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bayyina.errors import FileUnreadableError
from bayyina.model.digits import western_digits
from bayyina.tables.delimiters import declared_delimiter, sniff_delimiter
from bayyina.tables.encodings import decoded_lines, examine
from bayyina.tables.json_lines import looks_like_json
from bayyina.tables.reading import open_table
from bayyina.tables.sources import FileSource, file_source, read_head, read_whole

MOST_BYTES: Final = 256 << 20
"""A table of counts, or a list of people with a mark for each list, is never larger."""

MOST_COLUMNS: Final = 2_000
"""Most columns that a table may have."""

_SPREADSHEETS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"%pdf", b"{\\rtf", b"\x89png", b"\x1f\x8b")
_COMMENT: Final = "#"
_ANY_NUMBER: Final = re.compile(r"[-+]?[\d.,]+(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as text."""

    label: str
    """How messages call the file."""

    names: tuple[str, ...]
    """Names of the columns; empty for one that the file does not name."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Number of each row in the file (the first line is 1) and its cells, as many as columns."""

    digest: str
    """SHA-256 (hex) over the bytes of the file."""


def read_grid(path: Path) -> Grid:
    """The cells of a table of counts.

    Args:
        path: CSV with any usual separator, a table as R writes it, XLSX, ODS or JSON Lines.

    Raises:
        FileUnreadableError: it is absent, empty, too large, or not a table.
    """
    source = file_source(Path(path))
    head = read_head(source, 4096)
    digest = hashlib.sha256(read_whole(source, MOST_BYTES)).hexdigest()
    if head.startswith(_SPREADSHEETS):
        return _opened(source, digest)
    _refuse_other_kinds(source, head)
    plan = examine(source)
    if looks_like_json(source, plan):
        return _opened(source, digest)
    lines = [line.text.replace("\x00", "") for line in decoded_lines(source, plan)]
    return _from_text(source.label, lines, digest)


def looks_like_data(names: Sequence[str]) -> bool:
    """Whether the first row of a table is no header: numbers only."""
    return bool(names) and all(_ANY_NUMBER.fullmatch(western_digits(name)) for name in names)


def _refuse_other_kinds(source: FileSource, head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or any(
        half.count(0) > 0.9 * len(half) for half in (head[:512:2], head[1:512:2])
    )
    odd = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b" for byte in head)
    if start.startswith(_MARKUP) or (odd > len(head) // 10 and not is_wide):
        raise FileUnreadableError(
            f"{source.label} is not a table of counts.",
            hint="Save the table as CSV: one column of 0 and 1 for each list, and one of counts.",
        )


def _opened(source: FileSource, digest: str) -> Grid:
    table = open_table(source.path, guess_header=True)
    width = len(table.header)
    rows = []
    for number, cells, _ in table.rows():
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            raise _ragged(source.label, number, len(cells), width)
        padded = (*cells, *[""] * width)[:width]
        rows.append((number, tuple(cell.strip() for cell in padded)))
    return Grid(source.label, table.header, tuple(rows), digest)


def _from_text(label: str, lines: list[str], digest: str) -> Grid:
    start = 0
    while start < len(lines) and _is_skipped(lines[start]):
        start += 1
    kept = lines[start:]
    if not kept:
        raise FileUnreadableError(f"{label} holds no rows.", hint="Ask for the file again.")
    declared = declared_delimiter(kept[0])
    if declared is not None:
        kept, start = kept[1:], start + 1
    delimiter = declared or sniff_delimiter(kept[:400], whole=len(kept) <= 400)
    records = _records(label, kept, delimiter, start)
    if max((len(cells) for _, cells in records), default=0) == 1:
        records = _split_at_blanks(label, kept, start) or records
    if not records:
        raise FileUnreadableError(f"{label} holds no rows.", hint="Ask for the file again.")
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in records[0][1]]
    return _aligned(label, names, records[1:], digest)


def _is_skipped(line: str) -> bool:
    text = line.strip().strip("\ufeff")
    return not text.strip(",;\t|") or text.startswith(_COMMENT)


def _records(
    label: str, lines: Sequence[str], delimiter: str, above: int
) -> list[tuple[int, list[str]]]:
    """Rows with anything in them, each with the number of its last line."""
    if any(len(line) > 1 << 20 for line in lines):
        raise FileUnreadableError(
            f"{label} has a line of more than a million characters.",
            hint="Check that it is a table with one row on each line.",
        )
    reader = csv.reader(lines, delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith(_COMMENT):
                found.append((reader.line_num + above, cells))
    except csv.Error as error:
        raise FileUnreadableError(
            f"{label}, near line {reader.line_num + above}: the quotation marks do not pair up.",
            hint="Save the table anew as CSV.",
        ) from error
    return found


def _split_at_blanks(
    label: str, lines: Sequence[str], above: int
) -> list[tuple[int, list[str]]] | None:
    """The table as R's ``write.table`` writes it, cells separated by blanks; None if it is not."""
    folded = [" ".join(line.split()) + "\n" for line in lines]
    records = _records(label, folded, " ", above)
    widths = {len(cells) for _, cells in records[1:]}
    if len(widths) != 1 or len(records) < 2:
        return None
    width = widths.pop()
    return records if width > 1 and len(records[0][1]) in (width, width - 1) else None


def _aligned(
    label: str, names: list[str], records: list[tuple[int, list[str]]], digest: str
) -> Grid:
    """Fit the rows to the header; R leaves out the name of the column of row names."""
    while (
        names
        and not names[-1]
        and not any(len(c) >= len(names) and c[len(names) - 1] for _, c in records)
    ):
        names.pop()
    width = len(names)
    if len(names) > MOST_COLUMNS:
        raise FileUnreadableError(
            f"{label} has {width} columns; a table of counts has at most {MOST_COLUMNS}.",
            hint="Check how its cells are separated.",
        )
    filled = [(number, _without_empty_end(cells, width)) for number, cells in records]
    if filled and all(len(cells) == width + 1 for _, cells in filled):
        names = ["", *names]
        width += 1
    for number, cells in filled:
        if len(cells) != width:
            raise _ragged(label, number, len(cells), width)
    if not looks_like_data(names):
        _refuse_doubles(label, names)
    return Grid(label, tuple(names), tuple((n, tuple(cells)) for n, cells in filled), digest)


def _without_empty_end(cells: list[str], width: int) -> list[str]:
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _refuse_doubles(label: str, names: Sequence[str]) -> None:
    named = [name for name in names if name]
    doubles = sorted({name for name in named if named.count(name) > 1})
    if doubles:
        raise FileUnreadableError(
            f"{label} has two columns with the name {doubles[0]!r}.",
            hint="Give each list a name of its own.",
        )


def _ragged(label: str, number: int, found: int, width: int) -> FileUnreadableError:
    return FileUnreadableError(
        f"{label}, line {number}: {found} cells under a header of {width}.",
        hint="Every row needs a cell for each column.",
    )
