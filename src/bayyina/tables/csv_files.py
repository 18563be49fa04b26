"""Rows out of text tables: commas, semicolons, tabs or bars, with quoted newlines.

Python's csv module reads the cells. What it does not do is done here: a quotation mark
that is never closed must not swallow the rows after it, so the row that opens it is kept
aside and reading goes on at the next line.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from bayyina.errors import FileUnreadableError
from bayyina.model.drafts import RowProblem
from bayyina.tables import problems
from bayyina.tables.delimiters import declared_delimiter, sniff_delimiter
from bayyina.tables.encodings import Line, TextPlan, decoded_lines
from bayyina.tables.headers import clean_header
from bayyina.tables.sources import ByteSource
from bayyina.tables.title_rows import guess_header_row, no_header_there

RawRow = tuple[int, tuple[str, ...], tuple[RowProblem, ...]]
"""Row number (the header is 1), cells, and what was wrong with it."""

MAX_ROW_LINES: Final = 1_000
"""Most lines that one row may span."""
MAX_ROW_CHARS: Final = 8 << 20
"""Most characters that one row may have."""
_SAMPLE_LINES: Final = 400
_SAMPLE_CHARS: Final = 1 << 18


class CsvTable(NamedTuple):
    """A text table that was looked at."""

    header: tuple[str, ...]
    """Names of the columns."""
    header_problems: tuple[RowProblem, ...]
    """What had to be repaired in the header's line."""
    delimiter: str
    """What separates the cells."""
    rows: Callable[[], Iterator[RawRow]]
    """Reads the rows from the start of the file."""
    header_row: int | None
    """Row of the header, when it was given or guessed."""


def open_csv(
    source: ByteSource, plan: TextPlan, header_row: int | None = None, *, guess: bool = False
) -> CsvTable:
    """Find the delimiter and the header of a text table.

    The header is the first row with anything in it, unless ``header_row`` says otherwise or
    ``guess`` asks to look for title rows above it.
    """
    sample, whole = _sample(decoded_lines(source, plan))
    if not any(line.strip() for line in sample):
        raise FileUnreadableError(
            f"{source.label} holds no text but blank lines.", hint="Ask for the file again."
        )
    declared = declared_delimiter(sample[0])
    if declared is not None:
        sample = sample[1:]
    delimiter = declared or sniff_delimiter(sample, whole=whole)

    def records(width: int = 0) -> Iterator[_Record]:
        lines = decoded_lines(source, plan)
        if declared is not None:
            next(lines)
        return _Records(lines, delimiter, width).read()

    if guess and header_row is None:
        header_row = guess_header_row(record.cells for record in records())
    above = (header_row or 1) - 1
    below = islice(records(), above, None if header_row is None else above + 1)
    found = next((record for record in below if _is_filled(record.cells)), None)
    if found is None and header_row is not None:
        raise no_header_there(source.label, header_row)
    if found is None or problems.status_of(found.problems) == problems.KEPT_ASIDE:
        raise FileUnreadableError(
            f"{source.label} has no header row.", hint="The first row must name the columns."
        )
    header = clean_header(found.cells, source.label, above + 1)

    def rows() -> Iterator[RawRow]:
        width = len(found.cells) if above else 0
        return _rows(islice(records(width), above, None), len(header), above + 2)

    return CsvTable(header, found.problems, delimiter, rows, header_row)


def _sample(lines: Iterator[Line]) -> tuple[list[str], bool]:
    sample: list[str] = []
    size = 0
    for line in islice(lines, _SAMPLE_LINES):
        sample.append(line.text)
        size += len(line.text)
        if size > _SAMPLE_CHARS:
            return sample, False
    return sample, next(lines, None) is None


class _Record(NamedTuple):
    cells: list[str]
    problems: tuple[RowProblem, ...]


def _is_filled(cells: list[str]) -> bool:
    return bool("".join(cells).strip())


def _rows(records: Iterator[_Record], width: int, first: int) -> Iterator[RawRow]:
    """Number the rows, fit them to the header's width, and skip the blank ones."""
    for record in records:
        if _is_filled(record.cells):
            break
    for number, (cells, found) in enumerate(records, first):
        if not (cells and cells[0].strip()) and not found and not _is_filled(cells):
            continue
        if len(cells) != width:
            cells, found = _fitted(cells, width, found)
        yield number, tuple(cells), found


def _fitted(
    cells: list[str], width: int, found: tuple[RowProblem, ...]
) -> tuple[list[str], tuple[RowProblem, ...]]:
    """Drop empty cells beyond the header; say so when cells are missing or too many."""
    filled = len(cells)
    while filled > width and not cells[filled - 1]:
        filled -= 1
    if filled == width:
        return cells[:width], found
    if problems.status_of(found) == problems.KEPT_ASIDE:
        return cells, found
    wrong = problems.too_few_cells if filled < width else problems.too_many_cells
    return cells[:filled], (*found, wrong(filled, width))


def _well_quoted(delimiter: str) -> re.Pattern[str]:
    """What a whole row looks like whose quoted cells end where their quotation marks close."""
    apart = re.escape(delimiter)
    cell = rf'(?:"(?:[^"]++|"")*+"|[^"{apart}\r\n][^{apart}\r\n]*+|)'
    return re.compile(rf"{cell}(?:{apart}{cell})*+[\r\n]*")


class _RunawayError(Exception):
    """A row spans more lines than a row can."""


class _Records:
    """Reads records with the csv module and recovers from quotes that are never closed."""

    def __init__(self, lines: Iterator[Line], delimiter: str, width: int = 0) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._again: deque[Line] = deque()
        self._taken: list[Line] = []
        self._chars = 0
        self._ended = False
        self._width = width
        self._well_quoted = _well_quoted(delimiter)

    def read(self) -> Iterator[_Record]:
        """Give the records in order."""
        if csv.field_size_limit() < MAX_ROW_CHARS:
            csv.field_size_limit(MAX_ROW_CHARS)
        reader = self._reader()
        while True:
            self._taken.clear()
            self._chars = 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (_RunawayError, csv.Error):
                yield self._recovered()
                reader = self._reader()
                continue
            if len(self._taken) > 1 and self._swallowed(cells):
                yield self._recovered()
                reader = self._reader()
                continue
            found = self._problems()
            if problems.status_of(found) == problems.KEPT_ASIDE:
                cells = [self._taken[0].text]
            elif self._is_odd():
                found = (*found, problems.quoting_odd())
            if self._ended:
                found = (*found, problems.quote_not_closed())
            self._width = self._width or len(cells)
            yield _Record(cells, found)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self._delimiter)

    def _feed(self) -> Iterator[str]:
        taken = self._taken
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                self._ended = True
                return
            taken.append(line)
            if len(taken) > 1:
                self._chars += len(line.text)
                if len(taken) > MAX_ROW_LINES or self._chars > MAX_ROW_CHARS:
                    raise _RunawayError
            if problems.status_of(line.problems) != problems.KEPT_ASIDE:
                yield line.text
            elif len(taken) == 1:
                yield "\n"
            else:
                raise _RunawayError

    def _problems(self) -> tuple[RowProblem, ...]:
        if len(self._taken) == 1:
            return self._taken[0].problems
        return tuple(dict.fromkeys(found for line in self._taken for found in line.problems))

    def _is_odd(self) -> bool:
        """Say whether a quoted cell of the row goes on after its closing quotation mark."""
        if self._ended or not any('"' in line.text for line in self._taken):
            return False
        text = "".join(line.text for line in self._taken)
        return self._well_quoted.fullmatch(text) is None

    def _swallowed(self, cells: list[str]) -> bool:
        """Say whether a row of several lines holds rows that are not its own.

        It may when its quotation marks do not pair up, when the file ended inside a cell,
        or when it has the wrong number of cells. It does when, besides, most of the lines
        after its first are rows of the right width by themselves.
        """
        marks = sum(line.text.count('"') for line in self._taken)
        if marks % 2 == 0 and len(cells) == self._width and not self._ended:
            return False
        after = [line.text for line in islice(self._taken, 1, 50)]
        widths = [len(row) for row in csv.reader(after, delimiter=self._delimiter)]
        return 2 * widths.count(self._width) > len(after)

    def _recovered(self) -> _Record:
        """Take the first line alone as a row that is kept aside; read the others again."""
        first, *rest = self._taken
        self._ended = False
        self._again.extendleft(reversed(rest))
        cells = first.text.rstrip("\r\n").split(self._delimiter)
        return _Record(cells, (*first.problems, problems.quote_not_closed()))
