"""What each column of a table of counts is: a list, the counts, a stratum, or nothing we need.

Tables come with names of their own, so columns are told by their names where these are
usual and by their cells otherwise; what is decided is reported, and options override it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bayyina.errors import InputError
from bayyina.estimation.count_grid import Grid
from bayyina.model.digits import western_digits

YES: Final = frozenset({"1", "1.0", "1.", "yes", "y", "true", "t", "x", "✓", "✔", "نعم", "صح"})
"""Cells that say "on this list", in lower case."""

NO: Final = frozenset({"0", "0.0", "0.", "no", "n", "false", "f", "-", "لا"})
"""Cells that say "not on this list", in lower case."""

_PLAIN_NO: Final = NO - {"f", "n", "-"}
_DIGITS: Final = frozenset({"0", "1", "0.0", "1.0", "0.", "1."})

MISSING: Final = frozenset(
    {"", "na", "n/a", "nan", "null", "none", "unknown", "?", ".", "غير معروف"}
)
"""Cells that say nothing, in lower case."""

COUNT_NAMES: Final = (
    "count", "counts", "freq", "frequency", "frequencies", "n_obs", "nobs", "number", "num",
    "observed", "obs", "cases", "victims", "people", "persons", "individuals", "total", "العدد",
    "عدد", "التكرار", "n", "y",
)  # fmt: skip
"""Usual names of the column of counts, in lower case, the surest first."""

_DOUBTFUL: Final = frozenset({"n", "y", "total", "obs", "num"})
_NUMBER = re.compile(r"\+?(?:\d{1,3}(?:[,\u066c\u00a0\u202f ]\d{3})+|\d+)(?:\.0*)?")
_PATTERN = re.compile(r"[01]{2,}")
_LARGEST: Final = 10**12


@dataclass(frozen=True, slots=True)
class Roles:
    """What the columns of a table are, by their positions."""

    lists: tuple[int, ...]
    """Columns with a mark for each list."""

    count: int | None
    """Column of counts; None where each row is one person."""

    pattern: int | None
    """Column that holds whole histories such as ``0110``; then ``lists`` is empty."""

    strata: tuple[int, ...]
    """Columns that divide the people."""

    unused: tuple[int, ...]
    """Columns that are not needed."""

    is_count_guessed: bool
    """Whether the column of counts was told by its cells, not by its name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person says of the columns."""

    by: tuple[str, ...] = ()
    """Columns that divide the people."""

    lists: tuple[str, ...] = ()
    """Columns of the lists to use; empty for all that are found."""

    count: str = ""
    """Column of counts; empty to look for it."""


def find_roles(grid: Grid, wanted: Wanted) -> Roles:
    """What the columns are.

    Raises:
        InputError: a column that was named is not there, there is no list, or a column
            of marks holds something else.
    """
    strata = tuple(_position(grid, name, "--by") for name in wanted.by)
    columns = list(zip(*(cells for _, cells in grid.rows), strict=True)) or [() for _ in grid.names]
    rest = [i for i in range(len(grid.names)) if i not in strata]
    count = _named_count(grid, columns, rest, wanted)
    if wanted.lists:
        lists = tuple(_position(grid, name, "--list") for name in wanted.lists)
        _refuse_overlaps(grid, lists, strata, count)
    else:
        lists = tuple(i for i in rest if i != count and grid.names[i] and _is_marks(columns[i]))
    pattern = None
    if not lists:
        pattern = next((i for i in rest if i != count and _is_patterns(columns[i])), None)
    others = [i for i in rest if i not in lists and i not in (count, pattern)]
    guessed = False
    if count is None:
        count = _guessed_count(grid, columns, lists, pattern, others)
        guessed = count is not None
    unused = tuple(i for i in others if i != count)
    _refuse_spoilt(grid, columns, unused)
    return Roles(lists, count, pattern, strata, unused, guessed)


def reads_as_mark(cell: str, *, blank_is_no: bool) -> bool | None:
    """Whether a cell says "on this list"; None when it says neither yes nor no."""
    text = western_digits(cell.strip()).lower()
    if text in YES:
        return True
    if text in NO or (blank_is_no and not text):
        return False
    return None


def reads_as_count(cell: str) -> int | None:
    """The whole number in a cell; None when there is none."""
    text = western_digits(cell.strip())
    if not _NUMBER.fullmatch(text):
        return None
    number = int(re.sub(r"[^\d]", "", text.partition(".")[0]))
    return number if number <= _LARGEST else None


def blank_means_no(cells: Sequence[str]) -> bool:
    """Whether a column marks only those on the list and leaves the others empty."""
    return not any(western_digits(cell).lower() in NO for cell in cells)


def is_missing(cell: str) -> bool:
    """Whether a cell says nothing."""
    return cell.strip().lower() in MISSING


def _position(grid: Grid, name: str, option: str) -> int:
    folded = [known.casefold() for known in grid.names]
    for names, wanted in ((list(grid.names), name), (folded, name.casefold())):
        if names.count(wanted) == 1:
            return names.index(wanted)
    known = ", ".join(filter(None, grid.names))
    raise InputError(
        f"{grid.label} has no column {name!r}.", hint=f"For {option} choose among: {known}."
    )


def _named_count(
    grid: Grid, columns: Sequence[Sequence[str]], rest: Sequence[int], wanted: Wanted
) -> int | None:
    if wanted.count:
        return _position(grid, wanted.count, "--count")
    folded = {i: grid.names[i].casefold().strip("\"' ._") for i in rest}
    asked = {name.casefold() for name in wanted.lists}
    for name in COUNT_NAMES:
        for i in rest:
            if folded[i] != name or grid.names[i].casefold() in asked:
                continue
            if name in _DOUBTFUL and _is_marks(columns[i]) and i != rest[-1]:
                continue  # a list may be called N
            return i
    return None


def _is_marks(cells: Sequence[str]) -> bool:
    """Whether a column holds nothing but marks, at least one of them a plain yes or no."""
    blank = blank_means_no(cells)
    marks = [reads_as_mark(cell, blank_is_no=blank) for cell in cells]
    if not marks or None in marks:
        return False
    return any(marks) or any(western_digits(cell).lower() in _PLAIN_NO for cell in cells)


def _is_patterns(cells: Sequence[str]) -> bool:
    widths = {len(cell) for cell in cells}
    return len(widths) == 1 and all(_PATTERN.fullmatch(cell) for cell in cells)


def _guessed_count(
    grid: Grid,
    columns: Sequence[Sequence[str]],
    lists: Sequence[int],
    pattern: int | None,
    others: Sequence[int],
) -> int | None:
    """The only column of whole numbers beside patterns that all differ; else None.

    Raises:
        InputError: several columns may hold the counts.
    """
    keys = lists if pattern is None else (pattern,)
    histories = [tuple(cells[i] for i in keys) for _, cells in grid.rows]
    if not keys or len(set(histories)) < len(histories):
        return None
    numbers = [
        i
        for i in others
        if all(reads_as_count(cell) is not None for cell in columns[i])
        and not (not grid.names[i] or _is_index(columns[i]))
    ]
    if len(numbers) > 1:
        names = ", ".join(grid.names[i] for i in numbers)
        raise InputError(
            f"{grid.label}: the counts may stand in {names}.",
            hint="Name the column with --count.",
        )
    return numbers[0] if numbers else None


def _is_index(cells: Sequence[str]) -> bool:
    """Whether a column only numbers its rows."""
    numbers = [reads_as_count(cell) for cell in cells]
    first = numbers[0] if numbers else None
    return first in (0, 1) and numbers == list(range(first, first + len(numbers)))


def _refuse_spoilt(grid: Grid, columns: Sequence[Sequence[str]], unused: Sequence[int]) -> None:
    """A column that is mostly 0 and 1 is a list with mistakes, not one to leave out quietly."""
    for i in unused:
        sound = [western_digits(cell) in _DIGITS for cell in columns[i]]
        if grid.names[i] and 2 * sum(sound) > len(sound) and not all(sound):
            row = grid.rows[sound.index(False)][0]
            raise InputError(
                f"{grid.label}, line {row}: column {grid.names[i]} is neither 0 nor 1 there.",
                hint="Correct the cell, or name the lists to use with --list.",
            )


def _refuse_overlaps(
    grid: Grid, lists: Sequence[int], strata: Sequence[int], count: int | None
) -> None:
    both = [i for i in lists if i in strata or i == count]
    if both:
        raise InputError(
            f"Column {grid.names[both[0]]} cannot be a list and something else.",
            hint="Name it once, with --list, --by or --count.",
        )
    if len(set(lists)) < len(lists):
        raise InputError("A list is named twice.", hint="Name each with --list once.")
