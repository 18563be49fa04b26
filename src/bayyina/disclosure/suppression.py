"""Hiding small numbers so that they cannot be worked out from what is still shown.

First the cells that a rule names are hidden (primary suppression). Then, line by line, further
cells until no line that adds up to a shown number lacks a single cell, or cells that add up to
less than the least number (complementary suppression; Hundepool and others, Statistical
Disclosure Control, 2012). A line is the cells that share all keys but one; it adds up to the cell of
a table of the same question with one key fewer, and all cells to the total. Where no further
cell is left to hide, that sum is hidden instead, in every table that shows it.

Lines are not enough where hidden cells form blocks, so at last all sums are solved as equations, and
cells are hidden until the shown numbers fix no hidden one.

The result is safe against adding and subtracting within the tables of one question. Numbers of
different questions, such as all people and all adults, are not held against each other, and
neither are those of different outputs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bayyina.disclosure.outputs import TOTAL, Cell, Key, Table

_TINY = 1e-9
"""Below this a number found by linear algebra is zero; the factors are all 0, 1 and -1."""

COMPLEMENTARY = "complementary"
"""What stands as the rule of a cell that is hidden for the sake of another."""


def suppressed(
    tables: Sequence[Table], primary: Mapping[str, Mapping[Key, str]], smallest: int
) -> dict[str, dict[Key, str]]:
    """The rule that hides each hidden cell, by table.

    Args:
        tables: All tables of an output.
        primary: What the rules name, by table and key.
        smallest: Hidden cells of a line add up to this at least.
    """
    hidden = {table.id: dict(primary.get(table.id, {})) for table in tables}
    by_base: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        by_base[table.base].append(table)
    for alike in by_base.values():
        changed = True
        while changed:
            while any(_settle(table, alike, hidden, smallest) for table in alike):
                pass
            changed = _widen(alike, hidden)
    return hidden


def _settle(
    table: Table, alike: Sequence[Table], hidden: dict[str, dict[Key, str]], smallest: int
) -> bool:
    """Hide what one table still needs; whether anything was hidden."""
    own = hidden[table.id]
    changed = _share(table, alike, hidden)
    if not table.adds_up:
        return changed
    for margin, line in _lines(table, alike):
        gone = [cell for cell in line if cell.key in own]
        is_summed = not _is_hidden(margin, alike, hidden)
        if not gone and is_summed:
            continue
        if gone and not is_summed:
            continue
        if len(gone) > 1 and sum(cell.value for cell in gone) >= smallest:
            continue
        left = sorted(
            (cell for cell in line if cell.key not in own and cell.value),
            key=lambda cell: (cell.value, cell.key),
        )
        if left:
            own[left[0].key] = COMPLEMENTARY
            changed = True
        elif _hide_margin(margin, alike, hidden):
            changed = True
    return changed


def _widen(alike: Sequence[Table], hidden: dict[str, dict[Key, str]]) -> bool:
    """Hide a further number beside each hidden one that follows from the sums; whether any was."""
    fixed = worked_out(alike, hidden)
    changed = False
    for table in alike if fixed else ():
        for margin, line in _lines(table, alike) if table.adds_up else ():
            keys = {_plain(margin), *(_plain(cell.key) for cell in line)}
            if not keys & fixed:
                continue
            left = sorted(
                (cell for cell in line if cell.key not in hidden[table.id] and cell.value),
                key=lambda cell: (cell.value, cell.key),
            )
            if left:
                hidden[table.id][left[0].key] = COMPLEMENTARY
            elif not _hide_margin(margin, alike, hidden):
                continue
            fixed -= keys
            changed = True
    return changed


def worked_out(alike: Sequence[Table], hidden: Mapping[str, Mapping[Key, str]]) -> set[Key]:
    """The hidden numbers of one question that the shown ones fix.

    Each sum is a linear equation in the hidden numbers. One of them is fixed if and only if it
    is zero in every vector of the null space of the equations.
    """
    unknown = sorted({_plain(key) for table in alike for key in hidden[table.id]})
    if not unknown:
        return set()
    rows = np.array(
        [[terms.get(key, 0.0) for key in unknown] for terms in _equations(alike)], dtype=float
    ).reshape(-1, len(unknown))
    rows = rows[rows.any(axis=1)]
    if not len(rows):
        return set()
    _, sizes, directions = np.linalg.svd(rows)
    free = directions[int((sizes > _TINY).sum()) :]
    loose = np.abs(free).max(axis=0, initial=0.0) > _TINY
    return {key for key, is_loose in zip(unknown, loose, strict=True) if not is_loose}


def _equations(alike: Sequence[Table]) -> Iterator[dict[Key, float]]:
    """Every sum that a reader knows, as factors by key."""
    for table in alike:
        if not table.adds_up:
            continue
        for margin, line in _lines(table, alike):
            yield {_plain(cell.key): 1.0 for cell in line} | {_plain(margin): -1.0}


def _plain(key: Key) -> Key:
    """The key whatever the order of its names."""
    return tuple(sorted(key))


def _lines(table: Table, alike: Sequence[Table]) -> Iterator[tuple[Key, list[Cell]]]:
    """Cells that add up to a number of the output, with the key of that number."""
    names = [name for name, _ in table.cells[0].key]
    there = {_plain(cell.key) for one in alike for cell in one.cells}
    for left_out in names if len(names) > 1 else ():
        lines: dict[Key, list[Cell]] = defaultdict(list)
        for cell in table.cells:
            lines[tuple(pair for pair in cell.key if pair[0] != left_out)].append(cell)
        yield from ((key, line) for key, line in lines.items() if _plain(key) in there)
    yield TOTAL, list(table.cells)


def _margins(margin: Key, alike: Sequence[Table]) -> Iterator[tuple[Table, Key]]:
    """Where the sum of a line is shown."""
    wanted = dict(margin)
    for table in alike:
        if margin == TOTAL:
            yield table, TOTAL
            continue
        for cell in table.cells:
            if dict(cell.key) == wanted:
                yield table, cell.key


def _is_hidden(
    margin: Key, alike: Sequence[Table], hidden: Mapping[str, Mapping[Key, str]]
) -> bool:
    """Whether the sum of a line is hidden, so that nothing can be taken from it."""
    return all(key in hidden[one.id] for one, key in _margins(margin, alike))


def _hide_margin(margin: Key, alike: Sequence[Table], hidden: dict[str, dict[Key, str]]) -> bool:
    """Hide a sum wherever it is shown; whether it was shown."""
    changed = False
    for one, key in _margins(margin, alike):
        if key not in hidden[one.id]:
            hidden[one.id][key] = COMPLEMENTARY
            changed = True
    return changed


def _share(table: Table, alike: Sequence[Table], hidden: dict[str, dict[Key, str]]) -> bool:
    """A cell or total that is hidden in one table is hidden in every table that shows it."""
    changed = False
    for key, rule in list(hidden[table.id].items()):
        for one, same in _margins(key, alike):
            if same not in hidden[one.id]:
                hidden[one.id][same] = rule
                changed = True
    return changed
