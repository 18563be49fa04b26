"""Capture histories from a file: a column of marks for each list, and one of counts.

Without counts each row is one person. Whatever had to be decided about the file is noted
in the result; nothing of a row that cannot be read is left out quietly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bayyina.errors import InputError
from bayyina.estimation.capture_table import MOST_LISTS
from bayyina.estimation.captures import Captures, History, Key, make_captures, read_impossible
from bayyina.estimation.column_roles import (
    Roles,
    Wanted,
    blank_means_no,
    find_roles,
    is_missing,
    reads_as_count,
    reads_as_mark,
)
from bayyina.estimation.count_grid import Grid, looks_like_data, read_grid
from bayyina.estimation.results import DetailValue, Reason


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, read."""

    line: int
    """Its line in the file."""

    history: History
    """Marks over the lists."""

    key: Key | None
    """Its stratum; None when that is not stated."""

    count: int | None
    """People; None when the cell says nothing."""


def read_capture_file(
    path: Path, wanted: Wanted | None = None, *, impossible: Sequence[str] = ()
) -> Captures:
    """Who was on which list, by a file.

    Args:
        path: CSV with any usual separator, a table as R writes it, XLSX, ODS or JSON Lines.
        wanted: What the person says of the columns.
        impossible: Histories that nobody can have, such as ``110``.

    Raises:
        FileUnreadableError: the file is absent, empty, or not a table.
        InputError: a cell or a column cannot be what it has to be.
    """
    asked = wanted or Wanted()
    grid = _with_header(read_grid(Path(path)))
    if not grid.rows:
        raise InputError(f"{grid.label} has a header and no rows.", hint="Ask for the file again.")
    roles = find_roles(grid, asked)
    names = _list_names(grid, roles)
    if not names:
        raise InputError(
            f"{grid.label} has no column that holds only 0 and 1.",
            hint="Give each list a column of 0 and 1, and the number of people a column count.",
        )
    if len(names) > MOST_LISTS:
        raise InputError(
            f"{grid.label} has {len(names)} lists; at most {MOST_LISTS} are read.",
            hint="Name the lists to use with --list.",
        )
    rows = _rows(grid, roles)
    counted, outside, doubled = _counted(grid.label, rows, is_choice=bool(asked.lists))
    used, counted, idle = _without_idle(names, counted)
    notes = _notes(grid, roles, outside=outside, doubled=doubled, idle=idle)
    return make_captures(
        used,
        counted,
        by=tuple(grid.names[i] for i in roles.strata),
        impossible=read_impossible(impossible, used),
        notes=notes,
        inputs={"file": Path(path).name, "sha256": grid.digest, "rows": len(grid.rows)},
    )


def _with_header(grid: Grid) -> Grid:
    """The grid with names made up where its first line is data already."""
    if not looks_like_data(grid.names):
        return grid
    names = tuple(f"list {i}" for i in range(1, len(grid.names) + 1))
    first = grid.rows[0][0] - 1 if grid.rows else 1
    rows = ((max(first, 1), grid.names), *grid.rows)
    cells = [cells[-1] for _, cells in rows]
    if any(reads_as_mark(cell, blank_is_no=False) is None for cell in cells):
        names = (*names[:-1], "count")
    return replace(grid, names=names, rows=rows)


def _list_names(grid: Grid, roles: Roles) -> tuple[str, ...]:
    if roles.pattern is not None:
        width = len(grid.rows[0][1][roles.pattern])
        return tuple(f"list {i}" for i in range(1, width + 1))
    return tuple(grid.names[i] for i in roles.lists)


def _rows(grid: Grid, roles: Roles) -> list[_Row]:
    blanks = {i: blank_means_no([cells[i] for _, cells in grid.rows]) for i in roles.lists}
    found = []
    for line, cells in grid.rows:
        if roles.pattern is not None:
            history = tuple(int(bit) for bit in cells[roles.pattern])
        else:
            history = tuple(_mark(grid, line, i, cells[i], blanks[i]) for i in roles.lists)
        key: Key | None = tuple(cells[i] for i in roles.strata)
        if any(is_missing(cells[i]) for i in roles.strata):
            key = None
        found.append(_Row(line, history, key, _count(grid, line, roles.count, cells)))
    return found


def _mark(grid: Grid, line: int, column: int, cell: str, blank_is_no: bool) -> int:
    mark = reads_as_mark(cell, blank_is_no=blank_is_no)
    if mark is None:
        raise InputError(
            f"{grid.label}, line {line}: column {grid.names[column]} is neither 0 nor 1 there.",
            hint="Write 1 for people on the list and 0 for the others.",
        )
    return int(mark)


def _count(grid: Grid, line: int, column: int | None, cells: Sequence[str]) -> int | None:
    if column is None:
        return 1
    if is_missing(cells[column]):
        return None
    count = reads_as_count(cells[column])
    if count is None:
        raise InputError(
            f"{grid.label}, line {line}: column {grid.names[column]} is not a whole number of people.",
            hint="Counts are whole numbers from 0 on.",
        )
    return count


def _counted(
    label: str, rows: Sequence[_Row], *, is_choice: bool
) -> tuple[dict[tuple[Key | None, History], int], int, int]:
    """People by stratum and history, those on none of the chosen lists, and repeated rows."""
    counted: dict[tuple[Key | None, History], int] = {}
    outside = doubled = 0
    for row in rows:
        if not any(row.history):
            if row.count and not is_choice:
                raise InputError(
                    f"{label}, line {row.line}: {row.count} people are on none of the lists.",
                    hint="People on no list are what is estimated; leave the row out.",
                )
            outside += row.count or 0
            continue
        if row.count is None:
            raise InputError(
                f"{label}, line {row.line}: the count is missing.",
                hint="Write 0 where nobody has these marks.",
            )
        place = (row.key, row.history)
        doubled += place in counted
        counted[place] = counted.get(place, 0) + row.count
    return counted, outside, doubled


def _without_idle(
    names: tuple[str, ...], counted: dict[tuple[Key | None, History], int]
) -> tuple[tuple[str, ...], dict[tuple[Key | None, History], int], tuple[str, ...]]:
    """The same without lists that nobody is on."""
    seen = [0] * len(names)
    for (_, history), count in counted.items():
        for i, bit in enumerate(history):
            seen[i] += bit * count
    kept = [i for i, people in enumerate(seen) if people]
    idle = tuple(name for i, name in enumerate(names) if i not in kept)
    if not idle or not kept:
        return names, counted, ()
    shorter: dict[tuple[Key | None, History], int] = {}
    for (key, history), count in counted.items():
        place = (key, tuple(history[i] for i in kept))
        if any(place[1]):  # else a row of zero people on a list that is gone
            shorter[place] = shorter.get(place, 0) + count
    return tuple(names[i] for i in kept), shorter, idle


def _notes(
    grid: Grid, roles: Roles, *, outside: int, doubled: int, idle: tuple[str, ...]
) -> list[Reason]:
    found: list[Reason] = []

    def note(code: str, **detail: DetailValue) -> None:
        found.append(Reason(code, detail))

    unused = tuple(grid.names[i] for i in roles.unused if grid.names[i])
    if unused:
        note("columns-unused", columns=unused)
    if roles.is_count_guessed and roles.count is not None:
        note("count-guessed", column=grid.names[roles.count])
    if roles.count is None:
        note("rows-are-people", rows=len(grid.rows))
    elif doubled and not unused:
        note("rows-summed", rows=doubled)
    if outside:
        note("outside-lists", people=outside)
    if idle:
        note("lists-empty", lists=idle)
    return found
