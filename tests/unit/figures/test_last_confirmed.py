"""Until when the people of ``held`` figures were last known to be in custody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median_low

import pytest

from bayyina.figures.engine import FigureEngine
from bayyina.figures.last_confirmed import spread
from bayyina.figures.results import LastConfirmed
from tests.unit.figures.oracle import LOW, date_span
from tests.unit.figures.oracle_figures import ENDS, Figures
from tests.unit.figures.random_worlds import RandomWorld
from tests.unit.figures.world import METHODOLOGIES, Batch, SmallPlaces, World

EngineOf = Callable[[World], FigureEngine]

HELD = (
    "count persons held as of 2013-12-31",
    "count persons held as of 2013-05-05 by sex",
    "count persons held by gov as of 2014-06-30",
    "count persons held with sex=male as of 2014-03-01 lenient",
    "count persons held",
)


def expected(figures: Figures, person: int) -> date | None:
    """The slow way: every start of the custody, every day that it states, every end."""
    days = [
        lo
        for start, verdict in figures.live(person, ended=True)
        if verdict.possible
        for row in start.rows
        if row.people[person]
        for lo in (date_span(value)[0] for value in row.all_values("last_confirmed"))
        if lo > LOW
    ]
    ended = max((hi for lo, hi in figures.ends(person, ENDS) if lo <= figures.day), default=LOW)
    if not days or max(days) <= ended:
        return None
    return date.fromordinal(min(max(days), figures.day))


@pytest.mark.parametrize("seed", range(4))
def test_the_days_equal_those_of_the_slow_way(tmp_path: Path, seed: int) -> None:
    world = RandomWorld(seed + 70, people=60).world
    world.write(tmp_path)
    confirmed = 0
    with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), METHODOLOGIES) as engine:
        for text in HELD:
            query = engine.read(text)
            slow = Figures(world, query, engine.words)
            opened = list(engine.open(query))
            for record in opened:
                assert record.last_confirmed == expected(slow, record.number), (text, record)
            counted = [r.last_confirmed for r in opened if r.certain or query.lenient]
            days = sorted(day for day in counted if day is not None)
            figure = engine.count(query)
            assert figure.last_confirmed is not None
            assert figure.last_confirmed.none == len(counted) - len(days)
            if days:
                found = figure.last_confirmed[:3]
                assert found == (days[0], median_low(days), days[-1])
            confirmed += len(days)
            for group in figure.groups:
                for record in engine.open(query, group=group.key):
                    assert record.last_confirmed == expected(slow, record.number), text
    assert confirmed


def one_detention(world: World, last_confirmed: str) -> int:
    world.batches = [Batch(1, 0)]
    person = world.record("Person", name="One")
    world.record("Detention", victim=person, date="2013-02-01", last_confirmed=last_confirmed)
    return person


def test_a_day_after_the_one_asked_about_counts_as_that_one(
    world: World, engine_of: EngineOf
) -> None:
    one_detention(world, last_confirmed="2015-06-01")
    engine = engine_of(world)
    (record,) = engine.open("count persons held as of 2014-01-01")
    assert record.last_confirmed == date(2014, 1, 1)
    (record,) = engine.open("count persons held as of 2016-01-01")
    assert record.last_confirmed == date(2015, 6, 1)


def test_a_partial_day_counts_by_its_first_day(world: World, engine_of: EngineOf) -> None:
    one_detention(world, last_confirmed="2013-05")
    (record,) = engine_of(world).open("count persons held as of 2016-01-01")
    assert record.last_confirmed == date(2013, 5, 1)


def test_what_a_release_followed_confirms_nothing_of_the_next_arrest(
    world: World, engine_of: EngineOf
) -> None:
    person = one_detention(world, last_confirmed="2013-05-01")
    world.record("Release", victim=person, date="2013-06-01")
    world.record("Arrest", victim=person, date="2014-02-01")
    figure = engine_of(world).count("count persons held as of 2016-01-01")
    assert (figure.value, figure.last_confirmed) == (1, LastConfirmed(None, None, None, 1))


def test_later_sources_confirm_more_than_earlier_ones(world: World, engine_of: EngineOf) -> None:
    person = one_detention(world, last_confirmed="2013-05-01")
    world.record("Detention", victim=person, date="2013-02-01", last_confirmed="2014-07-02")
    figure = engine_of(world).count("count persons held as of 2016-01-01")
    day = date(2014, 7, 2)
    assert figure.last_confirmed == LastConfirmed(day, day, day, 0)


def test_other_figures_say_nothing_of_it(world: World, engine_of: EngineOf) -> None:
    one_detention(world, last_confirmed="2013-05-01")
    engine = engine_of(world)
    assert engine.count("count persons with Detention").last_confirmed is None
    assert engine.count("count persons with Detention").to_json()["last_confirmed"] is None
    (record,) = engine.open("count persons with Detention")
    assert record.last_confirmed is None


def test_of_an_even_number_the_median_is_the_earlier_day() -> None:
    first, second = date(1970, 1, 11), date(1970, 1, 21)
    assert spread({10: 1, 20: 1}, 5) == LastConfirmed(first, first, second, 3)
    assert spread({10: 1, 20: 2}, 3) == LastConfirmed(first, second, second, 0)
    assert spread({}, 4) == LastConfirmed(None, None, None, 4)
