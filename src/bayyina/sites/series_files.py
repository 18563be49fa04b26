"""Series in CSV files: a column of days, one for each band, how clear it was, and a control."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bayyina.errors import FileUnreadableError, InputError
from bayyina.sites.day_texts import read_days
from bayyina.sites.scenes import FICTIONAL, MARK
from bayyina.sites.series import Floats, Series

DAY_NAMES = (
    "date",
    "dates",
    "day",
    "datetime",
    "time",
    "timestamp",
    "sensingtime",
    "acquired",
    "acquisition_date",
)
"""Names that the column of days may have, the first that is there."""

CLEAR_NAMES = ("clear", "clear_weight", "clear_fraction", "valid")
"""Names that the column of clearness may have."""

CLASS_CODES = {
    "scl": (range(12), (4, 5, 6, 7)),
    "qa": ((0, 1, 2, 3, 4, 255), (0, 1)),
    "fmask": ((0, 1, 2, 3, 4, 255), (0, 1)),
}
"""Columns of classes: the codes they hold, and those of clear ground or water.

SCL is the scene classification of Sentinel-2 L2A; the others use the codes of Fmask (Zhu 2015).
"""

ASIDE = ("sensor", "satellite", "orbit", "row", "path", "index", "id", "qa_pixel", "pixel_qa")
"""Names of columns that hold something about an image, not what it saw."""

CONTROL = "control_"
"""What the name of a control column begins with."""

MISSING = frozenset(
    {"", "na", "n/a", "nan", "null", "none", "-", "--", "nodata", "inf", "-inf", "masked"}
)
"""Cells that hold no value."""

NO_DATA = (-9999.0, -32768.0)
"""Numbers that image archives write where there is no value."""

LARGEST_VALUE = 1e12
"""Numbers beyond which no band goes; they are what some programs write for "nothing"."""

YES, NO = (
    frozenset({"true", "yes", "y", "t", "clear"}),
    frozenset({"false", "no", "n", "f", "cloud", "cloudy"}),
)

LARGEST_FILE = 256 * 2**20
"""Bytes beyond which a file is no series of one place."""


def read_series(path: Path) -> Series:
    """Read one series.

    A row whose day cannot be read, and a cell that is no number, are left out and named in the
    notes. Columns without any number are not bands.

    Raises:
        FileUnreadableError: the file is absent, empty, no text, or has no column of days.
        InputError: there is no band, or most days cannot be read.
    """
    header, rows, notes = _table(path)
    names = [name.strip().strip("\ufeff") for name in header]
    lower = [name.lower() for name in names]
    day_column = next((lower.index(name) for name in DAY_NAMES if name in lower), None)
    if day_column is None:
        raise FileUnreadableError(
            f"{path.name} has no column `date`.", hint="Name the column of days `date`."
        )
    doubled = sorted({name for name in lower if name and lower.count(name) > 1})
    if doubled:
        raise InputError(
            f"{path.name} has the column {doubled[0]} more than once.",
            hint="Give each column its own name.",
        )
    try:
        read = read_days([row[day_column] for row in rows])
    except ValueError as error:
        raise InputError(f"In {path.name}, {error}.", hint="Write dates as YYYY-MM-DD.") from error
    kept = [place for place, day in enumerate(read) if day is not None]
    _check_days(path, len(rows), len(kept))
    days = np.array([day.toordinal() for day in read if day is not None], dtype=np.int64)
    if len(kept) < len(rows):
        lost = len(rows) - len(kept)
        left_out = "1 row" if lost == 1 else f"{lost} rows"
        verb = "was" if lost == 1 else "were"
        notes.append(f"{left_out} without a readable date {verb} left out.")
    columns, numbers = _numbers(names, [rows[place] for place in kept], {day_column}, notes)
    return _series(path, days, columns, numbers, notes)


def _check_days(path: Path, rows: int, readable: int) -> None:
    if rows and readable <= rows // 2:
        raise InputError(
            f"In {path.name}, {rows - readable} of {rows} dates cannot be read.",
            hint="Write dates as YYYY-MM-DD.",
        )


def _table(path: Path) -> tuple[list[str], list[list[str]], list[str]]:
    """Header, rows as long as the header, and the mark of an invented series; empty rows are left out."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileUnreadableError(
                f"{path.name} is larger than a series can be.", hint="Give one file for each place."
            )
        data = path.read_bytes()
    except OSError as error:
        raise FileUnreadableError(
            f"{path.name} cannot be read: {error.strerror or 'the system refused'}.",
            hint="Check the name and the access rights.",
        ) from error
    text = _text(path, data)
    written = [line for line in io.StringIO(text) if line.strip()]
    lines = [line for line in written if not line.startswith("#")]
    invented = any(line.startswith("#") and MARK in line for line in written)
    if not lines:
        raise FileUnreadableError(f"{path.name} is empty.", hint="Give a CSV file with a header.")
    delimiter = max(",;\t|", key=lines[0].count)
    try:
        table = list(csv.reader(lines, delimiter=delimiter, strict=False))
    except csv.Error as error:
        raise FileUnreadableError(
            f"{path.name} is no table: {error}.", hint="Give a CSV file with a header."
        ) from error
    width = len(table[0])
    decimal_comma = delimiter == ";"
    rows = [_fitted(row, width, decimal_comma=decimal_comma) for row in table[1:]]
    return table[0], rows, [FICTIONAL] if invented else []


def _fitted(row: Sequence[str], width: int, *, decimal_comma: bool) -> list[str]:
    cells = [*row[:width], *[""] * (width - len(row))]
    return [cell.replace(",", ".") for cell in cells] if decimal_comma else cells


def _text(path: Path, data: bytes) -> str:
    for encoding in (
        ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    ):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    if b"\x00" in data:
        raise FileUnreadableError(f"{path.name} is no text file.", hint="Give a CSV file.")
    return data.decode("latin-1")


def _numbers(
    names: list[str], rows: list[list[str]], apart: set[int], notes: list[str]
) -> tuple[list[str], Floats]:
    """The columns that hold numbers, as an array; what is no number becomes NaN and is counted."""
    columns, arrays = [], []
    left_out, odd = [], 0
    for place, name in enumerate(names):
        if place in apart or not name:
            continue
        cells = [row[place].strip() for row in rows]
        values, unreadable = _column(cells, is_clearness=name.lower() in CLEAR_NAMES)
        given = sum(cell.lower() not in MISSING for cell in cells)
        if given and unreadable == given:
            left_out.append(name)
            continue
        odd += unreadable
        columns.append(name)
        arrays.append(values)
    if left_out:
        notes.append(f"Columns without numbers were left out: {', '.join(left_out)}.")
    if odd:
        notes.append(f"{odd} cells that are no numbers were left out.")
    table = np.column_stack(arrays) if arrays else np.zeros((len(rows), 0))
    return columns, table


def _column(cells: list[str], *, is_clearness: bool) -> tuple[Floats, int]:
    values = np.full(len(cells), np.nan)
    unreadable = 0
    for place, cell in enumerate(cells):
        folded = cell.lower()
        if folded in MISSING:
            continue
        if is_clearness and (folded in YES or folded in NO):
            values[place] = 1.0 if folded in YES else 0.0
            continue
        try:
            values[place] = float(cell)
        except ValueError:
            unreadable += 1
    values[~(np.abs(values) < LARGEST_VALUE)] = np.nan
    values[np.isin(values, NO_DATA)] = np.nan
    return values, unreadable


def _series(
    path: Path,
    days: np.ndarray[tuple[int], np.dtype[np.int64]],
    columns: list[str],
    numbers: Floats,
    notes: list[str],
) -> Series:
    lower = [name.lower() for name in columns]
    clear = next((place for place, name in enumerate(lower) if name in CLEAR_NAMES), None)
    weights = np.ones(len(days))
    classes = next((p for p, name in enumerate(lower) if _is_classes(name, numbers[:, p])), None)
    if clear is not None:
        weights = _weights(path, numbers[:, clear], notes)
    elif classes is not None:
        weights = np.isin(numbers[:, classes], CLASS_CODES[lower[classes]][1]).astype(float)
        notes.append(f"What is clear was read from the classes in {columns[classes]}.")
    apart = {clear, classes, *(p for p, name in enumerate(lower) if name in ASIDE)}
    bands = [p for p, name in enumerate(lower) if p not in apart and not name.startswith(CONTROL)]
    if not bands:
        raise InputError(
            f"{path.name} has no column with the values of a band.",
            hint="Give at least one column of numbers beside `date`.",
        )
    control = None
    matching = {lower[b]: place for place, b in enumerate(bands)}
    controls = [p for p, name in enumerate(lower) if name.startswith(CONTROL)]
    if controls:
        control = np.full((len(days), len(bands)), np.nan)
        for place in controls:
            band = matching.get(lower[place].removeprefix(CONTROL))
            if band is None:
                notes.append(f"The control column {columns[place]} has no band beside it.")
            else:
                control[:, band] = numbers[:, place]
    return Series(
        days, numbers[:, bands], weights, tuple(columns[b] for b in bands), control, tuple(notes)
    )


def _is_classes(name: str, values: Floats) -> bool:
    """Whether a column holds the classes that its name says."""
    if name not in CLASS_CODES:
        return False
    known = values[np.isfinite(values)]
    return bool(np.isin(known, list(CLASS_CODES[name][0])).all())


def _weights(path: Path, values: Floats, notes: list[str]) -> Floats:
    """Clearness from 0 to 1; a missing one is not clear, per cent are read as such."""
    known = np.where(np.isfinite(values), values, 0.0)
    if len(known) and (known.min() < 0 or known.max() > 100):
        raise InputError(
            f"In {path.name}, `clear` holds values that are no weights.",
            hint="Write 1 for clear and 0 for not, or a weight between.",
        )
    if len(known) and known.max() > 1:
        notes.append("`clear` was read as per cent.")
        known = known / 100.0
    return np.asarray(known)
