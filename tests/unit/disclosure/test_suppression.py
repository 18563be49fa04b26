"""Hidden cells cannot be worked out: checked by solving for them, as somebody outside would."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from bayyina.disclosure.outputs import TOTAL, Cell, Key, Table
from bayyina.disclosure.suppression import COMPLEMENTARY, suppressed


def table(identifier: str, values: dict[tuple[str, ...], int], *names: str) -> Table:
    """A table of one question, divided by some names."""
    cells = tuple(
        Cell(tuple(zip(names, codes, strict=True)), value) for codes, value in values.items()
    )
    total = Cell(TOTAL, sum(values.values()))
    return Table(identifier, "the question", frozenset(), frozenset(names), total, cells)


def margin(one: Table, identifier: str, name: str) -> Table:
    """The same counts divided by one name only."""
    sums: dict[tuple[str, ...], int] = {}
    for cell in one.cells:
        code = (dict(cell.key)[name],)
        sums[code] = sums.get(code, 0) + cell.value
    return table(identifier, sums, name)


def small(tables: Sequence[Table], below: int) -> dict[str, dict[Key, str]]:
    """What a rule about small cells of the first table names."""
    first = tables[0]
    return {first.id: {cell.key: "few" for cell in first.cells if 0 < cell.value < below}}


def equations(tables: Sequence[Table]) -> Iterator[dict[tuple[tuple[str, str], ...], int]]:
    """Every sum that a reader knows: the cells of a table add up to its total; margins too."""
    for one in tables:
        terms = {tuple(sorted(cell.key)): 1 for cell in one.cells}
        yield terms | {TOTAL: -1}
        for other in tables:
            names = {name for cell in other.cells for name, _ in cell.key}
            own = {name for cell in one.cells for name, _ in cell.key}
            if names < own:
                for cell in other.cells:
                    parts = [c for c in one.cells if set(cell.key) <= set(c.key)]
                    yield {tuple(sorted(c.key)): 1 for c in parts} | {tuple(sorted(cell.key)): -1}


def worked_out(tables: Sequence[Table], hidden: dict[str, dict[Key, str]]) -> set[Key]:
    """The hidden numbers that the sums fix, found by linear algebra."""
    unknown = sorted({tuple(sorted(key)) for keys in hidden.values() for key in keys})
    if not unknown:
        return set()
    rows = [[terms.get(key, 0) for key in unknown] for terms in equations(tables)]
    matrix = np.array(rows, dtype=float)
    rank = np.linalg.matrix_rank(matrix)
    fixed = set()
    for place, key in enumerate(unknown):
        wanted = np.zeros(len(unknown))
        wanted[place] = 1
        if np.linalg.matrix_rank(np.vstack([matrix, wanted])) == rank:
            fixed.add(key)
    return fixed


def test_one_small_cell_takes_the_next_smallest_with_it() -> None:
    one = table("t", {("a",): 1, ("b",): 40, ("c",): 7}, "place")
    hidden = suppressed([one], small([one], 3), 3)["t"]
    assert hidden == {(("place", "a"),): "few", (("place", "c"),): COMPLEMENTARY}


def test_two_small_cells_that_add_up_to_little_take_a_third() -> None:
    one = table("t", {("a",): 1, ("b",): 1, ("c",): 9, ("d",): 30}, "place")
    assert set(suppressed([one], small([one], 3), 3)["t"]) == {
        (("place", code),) for code in ("a", "b", "c")
    }


def test_the_only_cell_takes_the_total_with_it_everywhere() -> None:
    one = table("t", {("a",): 2, ("b",): 0}, "place")
    alone = Table("alone", "the question", frozenset(), frozenset(), Cell(TOTAL, 2))
    other = Table("other", "another", frozenset(), frozenset(), Cell(TOTAL, 2))
    hidden = suppressed([one, alone, other], small([one], 3), 3)
    assert hidden["t"][TOTAL] == COMPLEMENTARY
    assert hidden["alone"] == {TOTAL: COMPLEMENTARY}
    assert hidden["other"] == {}


def test_a_hidden_total_is_not_the_sum_of_another_table() -> None:
    one = table("t", {("a",): 2}, "place")
    other = table("s", {("m",): 2, ("f",): 0}, "sex")
    hidden = suppressed([one, other], small([one], 3), 3)
    assert (("sex", "m"),) in hidden["s"]
    assert worked_out([one, other], hidden) == set()


def test_what_needs_nothing_hidden_keeps_everything() -> None:
    one = table("t", {("a",): 12, ("b",): 0}, "place")
    assert suppressed([one], small([one], 3), 3) == {"t": {}}


def test_groups_that_do_not_add_up_need_no_further_cell() -> None:
    cells = (Cell((("place", "a"),), 1), Cell((("place", "b"),), 8))
    one = Table("t", "q", frozenset(), frozenset({"place"}), Cell(TOTAL, 8), cells)
    assert set(suppressed([one], small([one], 3), 3)["t"]) == {(("place", "a"),)}


@pytest.mark.parametrize("seed", range(300))
def test_no_hidden_number_of_random_tables_can_be_worked_out(seed: int) -> None:
    chance = random.Random(seed)
    places = [f"p{n}" for n in range(chance.randint(1, 6))]
    sexes = ["m", "f", "unknown"][: chance.randint(1, 3)]
    values: dict[tuple[str, ...], int] = {
        (place, sex): chance.choice((0, 0, 1, 2, 4, 9, 40)) for place in places for sex in sexes
    }
    both = table("both", values, "place", "sex")
    tables = [both, margin(both, "places", "place"), margin(both, "sexes", "sex")]
    hidden = suppressed(tables, small(tables, 3), 3)
    assert worked_out(tables, hidden) == set()
    shown = {cell.key for cell in both.cells if 0 < cell.value < 3} - hidden["both"].keys()
    assert shown == set()
