"""The report of an import: one line for each row, saying what became of it.

After these come lines for the rows that a complete release no longer holds.

It is a CSV file that opens in a spreadsheet program, so a cell that such a program would
run as a formula begins with an apostrophe. Beside the list's own key it repeats nothing
of the row's content.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bayyina.errors import StorageError
from bayyina.model.drafts import RowReading

COLUMNS: Final = ("row", "key", "status", "codes", "columns", "message")
WITHDRAWN: Final = "withdrawn"
"""Status of a line about a row that is gone; it has no row number."""
_WITHDRAWN_MESSAGE: Final = "The list held this row; this complete release does not."
_FORMULA_STARTS: Final = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")


def safe_cell(text: str) -> str:
    """Write a text so that no spreadsheet program takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def harmless_cell(text: str) -> str:
    """A cell that somebody else wrote, kept as it is if it is a number and else made no formula.

    A carriage return alone becomes a line feed: writers that end lines with a line feed leave it
    unquoted, and what follows it would begin a row of its own.
    """
    text = _LONE_RETURN.sub("\n", text)
    number = text.removeprefix("-").removeprefix("+").replace(".", "", 1)
    return text if number.isascii() and number.isdecimal() else safe_cell(text)


class RowReport:
    """Writes the report while rows are read.

    >>> with RowReport(path, table.header) as report:  # doctest: +SKIP
    ...     report.write(reading)
    """

    def __init__(self, path: Path, header: Sequence[str] = (), *, is_begun: bool = False) -> None:
        """Open the report; ``header`` are the list's columns, which order the messages.

        With ``is_begun``, lines are added to one that is there already.

        Raises:
            StorageError: The file cannot be written.
        """
        self._path = path
        self._places = {name: index for index, name in enumerate(header)}
        try:
            if is_begun:
                self._file = path.open("a", encoding="utf-8", newline="")
            else:
                self._file = path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise self._refused(error) from error
        self._writer = csv.writer(self._file)
        if not is_begun:
            self._row(COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
        except OSError as failure:
            raise self._refused(failure) from failure

    def write(self, reading: RowReading) -> None:
        """Add the line of one row."""
        found = sorted(reading.problems, key=lambda problem: self._places.get(problem.column, -1))
        self._row(
            (
                str(reading.number),
                safe_cell(reading.key),
                reading.status,
                "|".join(dict.fromkeys(problem.code for problem in found)),
                safe_cell("|".join(dict.fromkeys(p.column for p in found if p.column))),
                safe_cell(" ".join(dict.fromkeys(problem.message for problem in found))),
            )
        )

    def write_withdrawn(self, key: str) -> None:
        """Add the line of a row that the list held, and that this release does not hold."""
        self._row(("", safe_cell(key), WITHDRAWN, "", "", _WITHDRAWN_MESSAGE))

    def _row(self, cells: Sequence[str]) -> None:
        try:
            self._writer.writerow(cells)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> StorageError:
        reason = error.strerror or "the disk refused"
        return StorageError(
            f"The report {self._path} cannot be written: {reason}.",
            hint="Choose another place with --report, or make room on the disk.",
        )
