"""Tables: cells and words become marks; sheets are written anew from what their cells show."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from bayyina.media.redaction.folding import fold, replace_spans
from bayyina.media.redaction.marking import Marker
from bayyina.media.redaction.results import Made, only, refuse, refuse_entry
from bayyina.media.redaction.sheets_reading import Sheet, Value, column_letters, read_ods, read_xlsx
from bayyina.media.redaction.sheets_writing import ODS, XLSX, write_ods, write_xlsx
from bayyina.media.redaction.texts import read_whole_text
from bayyina.standards.redaction_entries import Cells, Entry, Words
from bayyina.standards.redaction_plan import RedactionPlan
from bayyina.tables.delimiters import declared_delimiter, sniff_delimiter
from bayyina.tables.row_report import harmless_cell

_LONGEST_CELL: Final = 16 << 20
_SAMPLE: Final = 200
_LETTERS: Final = re.compile(r"[A-Z]{1,3}")
_HINT: Final = "A table is redacted by cells and words."


def redact_csv(path: Path, plan: RedactionPlan, out: Path) -> Made:
    """Write a text table anew, with the same separator."""
    only(plan.entries, (Words, Cells), "a table", _HINT)
    text = read_whole_text(path)
    lines = text.splitlines(keepends=True)[:_SAMPLE]
    declared = declared_delimiter(lines[0]) if lines else None
    body = text[len(lines[0]) :] if declared else text
    delimiter = declared or sniff_delimiter(lines, whole=text.count("\n") < _SAMPLE)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        rows = list(csv.reader(io.StringIO(body, newline=""), delimiter=delimiter))
    except csv.Error:
        refuse("The table cannot be read as rows and cells.", "Save it as CSV or XLSX anew.")
    width = max(map(len, rows), default=0)
    made = Made("text/csv")
    sheet = Sheet(
        "",
        [(n, list(row)) for n, row in enumerate(rows, 1)],
        [column_letters(n) for n in range(1, width + 1)],
    )
    new = _redacted([sheet], plan, made)[0]
    file = io.StringIO(newline="")
    if declared:
        file.write(lines[0])
    writer = csv.writer(
        file, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in text else "\n"
    )
    writer.writerows(
        [harmless_cell(cell) if isinstance(cell, str) else cell for cell in row]
        for _, row in new.rows
    )
    out.write_text(file.getvalue(), encoding="utf-8", newline="")
    return made


def redact_sheets(path: Path, plan: RedactionPlan, out: Path, kind: str) -> Made:
    """Write the sheets of a spreadsheet anew from what their cells show: no formulas, nothing hidden."""
    only(plan.entries, (Words, Cells), "a spreadsheet", _HINT)
    made = Made(kind)
    read: Callable[[Path, dict[str, int]], Iterator[Sheet]] = {XLSX: read_xlsx, ODS: read_ods}[kind]
    sheets = _redacted(list(read(path, made.left_out)), plan, made)
    write = {XLSX: write_xlsx, ODS: write_ods}[kind]
    write(out, [(one.name, [row for _, row in one.rows]) for one in sheets])
    return made


def _redacted(sheets: Sequence[Sheet], plan: RedactionPlan, made: Made) -> list[Sheet]:
    marker = Marker(plan, made)
    chosen = [
        (index, one, _choice(one, sheets))
        for index, one in enumerate(plan.entries)
        if isinstance(one, Cells)
    ]
    new = []
    for number, sheet in enumerate(sheets):
        rows = []
        for row, values in sheet.rows:
            cells = []
            for position, value in enumerate(values):
                letter = sheet.letters[position]
                hit = next((i for i, one, holds in chosen if holds(number, letter, row)), None)
                cells.append(_cell(value, hit, plan.entries, marker))
            rows.append((row, cells))
        new.append(Sheet(marker.marked(sheet.name), rows, sheet.letters))
    for index, entry, _ in chosen:
        if not made.done[index]:
            refuse_entry(entry, "it names no cell that holds anything and is seen")
    marker.finish(_places(new))
    return new


def _cell(value: Value, hit: int | None, entries: Sequence[Entry], marker: Marker) -> Value:
    text = shown(value)
    if hit is not None:
        entry = entries[hit]
        return marker.whole(hit, entry, text) if isinstance(entry, Cells) else value
    spans = marker.words_in(text) if text else []
    return replace_spans(text, spans) if spans else value


def shown(value: Value) -> str:
    """A cell as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _places(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    for sheet in sheets:
        if sheet.name:
            yield sheet.name, "the name of a sheet"
        for row, values in sheet.rows:
            for letter, value in zip(sheet.letters, values, strict=False):
                if value is not None and value != "":
                    yield shown(value), f"cell {letter}{row}"


def _choice(entry: Cells, sheets: Sequence[Sheet]) -> Callable[[int, str, int], bool]:
    """Whether an entry names a cell, by the index of its sheet, its letters and its row.

    Raises:
        RedactionRefusedError: it names a sheet or a column that there is not.
    """
    wanted = [
        number for number, one in enumerate(sheets) if not entry.sheet or one.name == entry.sheet
    ]
    if not wanted:
        refuse_entry(entry, f"there is no sheet “{entry.sheet}” that is seen")
    columns = {number: _columns(entry, sheets[number]) for number in wanted}
    for name in entry.columns:
        if not any(name in found for found in columns.values()):
            refuse_entry(entry, f"there is no column “{name}” that is seen")
    letters = {number: set().union(*found.values()) for number, found in columns.items()}
    places = set(entry.places)

    def holds(sheet: int, letter: str, row: int) -> bool:
        if sheet not in letters:
            return False
        if (letter, row) in places:
            return True
        if not (entry.columns or entry.rows):
            return False
        in_columns = letter in letters[sheet] if entry.columns else True
        if entry.rows:
            return in_columns and any(first <= row <= last for first, last in entry.rows)
        return in_columns and row > entry.header_row

    return holds


def _columns(entry: Cells, sheet: Sheet) -> dict[str, set[str]]:
    """Letters of the columns that an entry names, by the name that it gives."""
    header = next((row for n, row in sheet.rows if n == entry.header_row), [])
    found: dict[str, set[str]] = {}
    for name in entry.columns:
        folded = fold(name).text.strip()
        own = {
            letter
            for letter, value in zip(sheet.letters, header, strict=False)
            if fold(shown(value)).text.strip() == folded
        }
        if not own and _LETTERS.fullmatch(name) and name in sheet.letters:
            own = {name}
        if own:
            found[name] = own
    return found
