"""Fast ways of counting against plain ones: rows in many places, long lists, packed keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.figures import counting, distinct_rows, dividing, scattered_rows
from bayyina.figures.distinct_rows import Rows, add_places, add_records, parted
from bayyina.figures.dividing import Key
from bayyina.figures.engine import FigureEngine
from bayyina.figures.scattered_rows import add_scattered
from bayyina.figures.spreading import Place, Tally, is_settled, open_places, own_places
from tests.unit.figures.questions import QUESTIONS
from tests.unit.figures.random_worlds import RandomWorld
from tests.unit.figures.world import METHODOLOGIES, SmallPlaces

OPTIONS = {-2: (0, 1), -3: (2, 3, 4), -4: (0, 3)}
AT_ONCE = -4
"""Rows with this number stand in all their groups at once."""

Row = tuple[int, bool, Place]


class MadeKey(Key):
    """A key with five groups, of which a row may stand in several."""

    bounds = (-4, 4)

    def sql(self, source: object) -> str:
        """Not asked for: the rows are given."""
        raise NotImplementedError

    def label(self, number: int) -> str:
        """The number itself."""
        return str(number)

    def options(self, number: int) -> Sequence[int]:
        """Groups of a negative number."""
        return OPTIONS.get(number, ())

    def is_settled(self, number: int) -> bool:
        """Whether a row stands in all its groups."""
        return number >= 0 or number == AT_ONCE


ROWS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.booleans(),
        st.tuples(st.integers(-4, 4), st.integers(-4, 4)),
    ),
    min_size=1,
    max_size=40,
)


def plainly(rows: Sequence[Row], keys: Sequence[Key]) -> Tally:
    """One record after the other, as the explanation of figures says."""
    total = Tally()
    for uid in {row[0] for row in rows}:
        own = [(c, place) for number, c, place in rows if number == uid]
        here: dict[Place, bool] = {}
        unknown: dict[Place, bool] = {}
        for c, numbers in own:
            sure = is_settled(keys, numbers)
            for place in own_places(keys, numbers) if sure else open_places(keys, numbers):
                here[place] = here.get(place, False) or (c and sure)
            for place in () if sure else own_places(keys, numbers):
                unknown[place] = unknown.get(place, False) or c
        total.certain += any(c for c, _ in own)
        total.possible += 1
        for place, sure in here.items():
            total.add(place, sure, 1)
        if not any(c and is_settled(keys, numbers) for c, numbers in own) and unknown:
            for place, sure in unknown.items():
                total.add(place, sure, 1)
            total.unplaced += any(unknown.values())
            total.unplaced_possible += 1
    return total


def quickly(rows: Sequence[Row], keys: Sequence[Key]) -> Tally:
    """The same rows through the arrays."""
    uid = np.array([row[0] for row in rows], np.int32)
    c = np.array([row[1] for row in rows], np.bool_)
    places = tuple(np.array([row[2][i] for row in rows], np.int32) for i in range(len(keys)))
    columns = Rows(uid, c, places, int(uid.max()) + 1, bool(c.all()))
    total = Tally()
    add_records(columns, total)
    settled, rest, unclear = parted(columns)
    add_places(settled, rest, total)
    if len(unclear.uid):
        add_scattered(unclear, keys, total)
    return total


@settings(max_examples=150, deadline=None)
@given(rows=ROWS)
def test_arrays_count_as_the_plain_way_does(rows: list[Row]) -> None:
    keys = [MadeKey("one"), MadeKey("other")]
    assert quickly(rows, keys) == plainly(rows, keys)


@settings(max_examples=80, deadline=None)
@given(rows=ROWS, most=st.integers(1, 30), flags=st.booleans(), many=st.booleans())
def test_parts_flags_and_sorts_count_alike(
    rows: list[Row], most: int, flags: bool, many: bool
) -> None:
    keys = [MadeKey("one"), MadeKey("other")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scattered_rows, "MOST_WRITTEN_OUT", most)
        patch.setattr(distinct_rows, "_DENSE", 10**6 if flags else 0)
        patch.setattr(distinct_rows, "_MANY_PLACES", 1 if many else 10**6)
        found = quickly(rows, keys)
    assert found == plainly(rows, keys)


@pytest.mark.parametrize("name", ["tables", "columns"])
def test_tables_and_columns_count_as_lists_and_packed_keys_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = RandomWorld(11, people=40).world
    world.write(tmp_path)
    asked = [text for text in QUESTIONS if " by " in text]
    with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), METHODOLOGIES) as engine:
        before = [engine.count(text) for text in asked]
        if name == "tables":
            monkeypatch.setattr(dividing, "MOST_LISTED", 0)
        else:
            monkeypatch.setattr(counting, "_MOST_PACKED", 1)
        after = [engine.count(text) for text in asked]
    assert after == before
    assert any(figure.groups for figure in before)


def test_groups_opened_in_turn_are_those_of_their_own_figures(tmp_path: Path) -> None:
    world = RandomWorld(5, people=40).world
    world.write(tmp_path)
    asked = ["count persons with Arrest by year", "count persons with Death by year"]
    with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), METHODOLOGIES) as engine:
        figures = [engine.count(text) for text in asked]
        pairs = [(f.query, group.key) for f in figures for group in f.groups]
        turned = [*pairs[::2], *reversed(pairs)]
        together = [list(engine.open(query, group=key)) for query, key in turned]
    for (query, key), found in zip(turned, together, strict=True):
        with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), METHODOLOGIES) as engine:
            assert list(engine.open(query, group=key)) == found, (query, key)
    assert any(together)
