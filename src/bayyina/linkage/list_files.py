"""Lists of people read from files: CSV, spreadsheets, JSON Lines, in any common encoding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bayyina.errors import InputError
from bayyina.linkage.columns import Field, PersonList
from bayyina.tables.problems import KEPT_ASIDE, status_of
from bayyina.tables.reading import Table, open_table


class ReadList(NamedTuple):
    """A list and what has to be said about its file."""

    people: PersonList
    """The rows."""
    notes: tuple[str, ...]
    """What was left out or put right, in sentences without anybody's data."""


def read_lists(paths: Sequence[Path], id_column: str, fields: Sequence[Field]) -> list[ReadList]:
    """Read one file or two.

    A column that only one of two files has is empty in the other. A row without an id is
    called by its row number.

    Raises:
        FileUnreadableError: A file cannot be read.
        InputError: A column is in no file, or the ids' column not in each.
    """
    tables = [open_table(path) for path in paths]
    for table in tables:
        if id_column not in table.header:
            raise _no_column(id_column, [table])
    for field in fields:
        if not any(field.column in table.header for table in tables):
            raise _no_column(field.column, tables)
    read = [
        _read(table, label, id_column, fields) for table, label in zip(tables, "AB", strict=False)
    ]
    if all(len(one.people) == 0 for one in read):
        raise InputError("There are no rows to link.", hint="Check that the right file is named.")
    return read


def _no_column(column: str, tables: Sequence[Table]) -> InputError:
    where = " and ".join(table.path.name for table in tables)
    known = ", ".join(dict.fromkeys(name for table in tables for name in table.header))
    return InputError(
        f"There is no column {column!r} in {where}.", hint=f"The columns are: {known[:500]}."
    )


def _read(table: Table, label: str, id_column: str, fields: Sequence[Field]) -> ReadList:
    wanted = {name: table.header.index(name) for name in table.header}
    wanted = {f.column: wanted[f.column] for f in fields if f.column in wanted}
    place = table.header.index(id_column)
    ids: list[str] = []
    columns: dict[str, list[str]] = {column: [] for column in wanted}
    taken = [(column, wanted[name]) for name, column in columns.items()]
    aside = unnamed = 0
    for number, cells, problems in table.rows():
        if problems and status_of(problems) == KEPT_ASIDE:
            aside += 1
            continue
        found = cells[place].strip() if place < len(cells) else ""
        unnamed += not found
        ids.append(found or f"row {number}")
        for column, at in taken:
            column.append(cells[at].strip() if at < len(cells) else "")
    return ReadList(
        PersonList(label, ids, columns), _notes(table, label, ids, columns, fields, aside, unnamed)
    )


def _notes(
    table: Table,
    label: str,
    ids: Sequence[str],
    columns: dict[str, list[str]],
    fields: Sequence[Field],
    aside: int,
    unnamed: int,
) -> tuple[str, ...]:
    notes = []
    if aside:
        notes.append(f"{aside} rows of list {label} are damaged and were left out.")
    if unnamed:
        notes.append(f"{unnamed} rows of list {label} have no id and are called by row number.")
    repeated = len(ids) - len(set(ids))
    if repeated:
        notes.append(
            f"{repeated} rows of list {label} repeat an id; each row stays a row of its own."
        )
    for column in dict.fromkeys(field.column for field in fields):
        if column not in columns:
            notes.append(f"List {label} ({table.path.name}) has no column {column!r}.")
        elif ids and not any(columns[column]):
            notes.append(f"Column {column!r} of list {label} is empty.")
    return tuple(notes)
