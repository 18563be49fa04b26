"""Files of names: one name a line, and tables of pairs."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from bayyina.errors import FileUnreadableError, InputError, StorageError
from bayyina.tables.encodings import decoded_lines, examine
from bayyina.tables.row_report import harmless_cell
from bayyina.tables.sources import file_source, read_head

_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_DELIMITERS = ("\t", ";", ",", "|")


def text_lines(path: Path) -> Iterator[str]:
    """The lines of a text file, decoded, without their ends.

    Raises:
        FileUnreadableError: there is no such file, it is empty, or it is no text.
    """
    source = file_source(path)
    head = read_head(source, 1 << 16)
    if b"\0" in head and not head.startswith(_WIDE):
        raise FileUnreadableError(
            f"{path} is not a text file.", hint="Give names as text, one a line, in UTF-8."
        )
    for line in decoded_lines(source, examine(source)):
        yield line.text.rstrip("\r\n")


def name_lines(path: Path) -> list[str]:
    """The names of a file with one name a line; blank lines stay, as empty names."""
    return [line.strip() for line in text_lines(path)]


class PairTable(NamedTuple):
    """A table with the columns ``a`` and ``b``."""

    header: list[str]
    """Names of all columns."""

    delimiter: str
    """What separates cells."""

    a: int
    """Place of the column ``a``."""

    b: int
    """Place of the column ``b``."""

    rows: Iterator[list[str]]
    """The rows below the header, blank lines left out, cells as they are in the file."""


def open_pairs(path: Path) -> PairTable:
    """A table of pairs, tabs between cells (or semicolons, commas, bars), a header first.

    Cells of a table with tabs are taken as they stand; quotation marks in them are part of
    the name.

    Raises:
        InputError: a column is missing or there twice.
    """
    lines = (line for line in text_lines(path) if line.strip())
    first = next(lines, "")
    delimiter = next((sign for sign in _DELIMITERS if sign in first), "\t")
    header = [name.strip().strip('"') for name in next(_cells(iter([first]), delimiter), [])]
    places = []
    for name in ("a", "b"):
        if header.count(name) != 1:
            said = "no column" if name not in header else "more than one column"
            raise InputError(
                f"{path} has {said} {name} in its first line.",
                hint="Name the columns that hold the two names a and b.",
            )
        places.append(header.index(name))
    return PairTable(header, delimiter, places[0], places[1], _cells(lines, delimiter))


def _cells(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    if delimiter == "\t":
        yield from (line.split("\t") for line in lines)
        return
    try:
        yield from csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    except csv.Error as error:
        raise InputError(
            f"The table cannot be read: {error}.", hint="Separate the cells with tabs."
        ) from error


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """A text file that is there whole at the end, or as it was before if anything fails."""
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    except OSError as error:
        raise _refused(path) from error
    draft = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise _refused(path) from error
    finally:
        draft.unlink(missing_ok=True)


def _refused(path: Path) -> StorageError:
    return StorageError(
        f"{path} cannot be written.", hint="Name a file in a folder that is there and yours."
    )


def write_row(file: TextIO, cells: Sequence[str], delimiter: str) -> None:
    """One row in the manner of the table it came from; no cell is a formula."""
    cells = [harmless_cell(cell) for cell in cells]
    if delimiter == "\t":
        file.write("\t".join(cells) + "\n")
    else:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerow(cells)
