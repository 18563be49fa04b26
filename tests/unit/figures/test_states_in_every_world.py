"""Held and released for certain and possibly, against every reading of partial dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayyina.figures.engine import FigureEngine
from tests.unit.figures.world import World, small_vocabulary

Engines = Callable[[World], FigureEngine]

FIRST = date(2013, 5, 1).toordinal()
DAY = 3
"""The day asked for, counted from the first of May."""

Act = tuple[str, int, int]


def is_held(acts: list[tuple[str, int]]) -> bool:
    """Whether the latest act on or before the day is an arrest; on the same day an end wins."""
    starts = [day for kind, day in acts if kind == "Arrest" and day <= DAY]
    ends = [day for kind, day in acts if kind in ("Release", "Death") and day <= DAY]
    return bool(starts) and (not ends or max(starts) > max(ends))


def is_not_ended(acts: list[tuple[str, int]]) -> bool:
    """The same, but on the same day an arrest wins."""
    starts = [day for kind, day in acts if kind == "Arrest" and day <= DAY]
    ends = [day for kind, day in acts if kind in ("Release", "Death") and day <= DAY]
    return bool(starts) and (not ends or max(starts) >= max(ends))


def readings(acts: list[Act]) -> list[list[tuple[str, int]]]:
    """Every way in which the spans can turn out."""
    kinds = [kind for kind, _, _ in acts]
    days = product(*(range(lo, hi + 1) for _, lo, hi in acts))
    return [list(zip(kinds, chosen, strict=True)) for chosen in days]


def day_text(number: int) -> str:
    return date.fromordinal(FIRST + number).isoformat()


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["Arrest", "Arrest", "Release", "Death"]),
        st.integers(0, 5),
        st.integers(0, 2),
    ).map(lambda act: (act[0], act[1], act[1] + act[2])),
    max_size=4,
).filter(lambda acts: sum(kind == "Death" for kind, _, _ in acts) <= 1)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lives=st.lists(_ACTS, min_size=60, max_size=60))
def test_held_is_certain_in_all_readings_and_possible_in_one(
    engine_of: Engines, lives: list[list[Act]]
) -> None:
    world = World(small_vocabulary())
    expected: dict[int, tuple[bool, bool]] = {}
    for acts in lives:
        person = world.record("Person", sex="male")
        for kind, lo, hi in acts:
            world.record(kind, victim=person, date=f"{day_text(lo)}/{day_text(hi)}")
        certain = all(is_held(reading) for reading in readings(acts))
        possible = any(is_not_ended(reading) for reading in readings(acts))
        if possible:
            expected[person] = (certain, possible)
    engine = engine_of(world)
    found = list(engine.open(f"count persons held as of {day_text(DAY)}"))
    assert {ref.number: (ref.certain, True) for ref in found} == expected
