"""Decisions of people at a cut: who verified what, and how states and persons show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bayyina.figures.engine import FigureEngine
from tests.unit.figures.world import Batch, World

EngineOf = Callable[[World], FigureEngine]


def shares(engine: FigureEngine, query: str) -> dict[str, int]:
    """The shares of a figure, which add up to its value, without those that are none."""
    figure = engine.count(query)
    assert sum(figure.verification.values()) == figure.value
    return {name: count for name, count in figure.verification.items() if count}


def dead(world: World, **values: Any) -> tuple[int, int]:
    person = world.record("Person", name="a")
    return person, world.record("Death", victim=person, date="2013-05-01", **values)


def test_nobody_decided(world: World, engine_of: EngineOf) -> None:
    dead(world)
    engine = engine_of(world)
    assert shares(engine, "count deaths") == {"unverified": 1}
    assert engine.count("count deaths with verification=unverified").range == (1, 1)
    assert engine.count("count deaths with verified=sure").range == (0, 0)
    assert engine.count("count deaths under decided").range == (0, 0)


def test_a_standard_may_ask_for_three(world: World, engine_of: EngineOf) -> None:
    _, death = dead(world)
    for person in ("b", "c"):
        world.decide(death, person, people=3)
    assert shares(engine_of(world), "count deaths") == {"unverified": 1}
    world.decide(death, "d", people=3)
    assert shares(engine_of(world), "count deaths") == {"two_people": 1}


def test_two_words_of_one_person_are_one(world: World, engine_of: EngineOf) -> None:
    _, death = dead(world)
    for _ in range(2):
        world.decide(death, "b")
    assert shares(engine_of(world), "count deaths") == {"unverified": 1}


def test_two_people_under_two_standards_are_one_each(world: World, engine_of: EngineOf) -> None:
    _, death = dead(world)
    world.decide(death, "b", standard="sure")
    world.decide(death, "c", standard="other")
    assert shares(engine_of(world), "count deaths") == {"unverified": 1}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([("b", "for"), ("c", "for"), ("d", "against")], "disputed"),
        ([("b", "for"), ("c", "for"), ("d", "against"), ("d", "none")], "two_people"),
        ([("b", "for"), ("c", "for"), ("c", "against")], "disputed"),
        ([("b", "against"), ("c", "against")], "rejected"),
        ([("b", "against")], "unverified"),
        ([("b", "for"), ("b", "against"), ("c", "against")], "rejected"),
    ],
)
def test_the_last_word_of_each_person_counts(
    world: World, engine_of: EngineOf, words: list[tuple[str, str]], expected: str
) -> None:
    _, death = dead(world)
    for person, says in words:
        world.decide(death, person, says)
    engine = engine_of(world)
    assert shares(engine, "count deaths") == {expected: 1}
    assert engine.count(f"count deaths with verification={expected}").range == (1, 1)
    counted = engine.count("count deaths under decided").value
    assert counted == (1 if expected == "two_people" else 0)


def test_an_objection_under_another_standard(world: World, engine_of: EngineOf) -> None:
    _, death = dead(world)
    for person in ("b", "c"):
        world.decide(death, person)
    world.decide(death, "d", "against", standard="other")
    assert shares(engine_of(world), "count deaths") == {"two_people": 1}
    _, brought = dead(world)
    world.decide(brought, "b", standard="earlier-practice", practice="X")
    assert shares(engine_of(world), "count deaths") == {"two_people": 1, "earlier_practice": 1}
    world.decide(brought, "d", "against", standard="other")
    assert shares(engine_of(world), "count deaths") == {"two_people": 1, "disputed": 1}


def test_accounts_of_one_death_are_one(world: World, engine_of: EngineOf) -> None:
    person, one = dead(world)
    other = world.record("Death", victim=person, date="2013-05", source=2)
    for who in ("b", "c"):
        world.decide(other, who)
    assert shares(engine_of(world), "count deaths") == {"two_people": 1}
    world.decide(one, "d", "against")
    assert shares(engine_of(world), "count deaths") == {"disputed": 1}


def test_one_person_for_each_of_two_accounts_are_not_two(world: World, engine_of: EngineOf) -> None:
    person, one = dead(world)
    other = world.record("Death", victim=person, date="2013-05", source=2)
    world.decide(one, "b")
    world.decide(other, "c")
    assert shares(engine_of(world), "count deaths") == {"unverified": 1}


def test_a_person_is_as_well_verified_as_the_best_act(world: World, engine_of: EngineOf) -> None:
    person = world.record("Person", name="a")
    arrests = [world.record("Arrest", victim=person, date=f"201{n}", place="A1") for n in range(3)]
    for who in ("b", "c"):
        world.decide(arrests[1], who)
        world.decide(arrests[2], who, "against")
    engine = engine_of(world)
    assert shares(engine, "count persons with Arrest") == {"two_people": 1}
    assert shares(engine, "count arrests") == {
        "two_people": 1,
        "rejected": 1,
        "unverified": 1,
    }
    assert engine.count("count persons with Arrest(verified=sure) in 2011").value == 1
    assert engine.count("count persons with Arrest(verified=sure) in 2012").value == 0
    assert engine.count("count persons with Arrest in 2011 under decided").value == 1
    assert engine.count("count persons with Arrest in 2012 under decided").value == 0


def test_states_rest_on_the_start_of_custody(world: World, engine_of: EngineOf) -> None:
    people = [world.record("Person", name=name) for name in "abc"]
    arrests = [world.record("Arrest", victim=one, date="2013-01-01", by="gov") for one in people]
    twin = world.record("Arrest", victim=people[1], date="2013-01-01", by="gov", source=2)
    earlier = world.record("Arrest", victim=people[2], date="2012-01-01", by="gov")
    for who in ("b", "c"):
        for record in (arrests[0], twin, earlier):
            world.decide(record, who)
    engine = engine_of(world)
    assert shares(engine, "count persons held as of 2014-01-01") == {
        "two_people": 2,
        "unverified": 1,
    }
    groups = engine.count("count persons held as of 2014-01-01 by verification").groups
    assert {group.key["verification"]: group.value for group in groups} == {
        "two_people": 2,
        "unverified": 1,
    }
    assert engine.count("count persons held as of 2014-01-01 under decided").range == (2, 2)


def test_a_death_that_nobody_verified_still_ends_custody(world: World, engine_of: EngineOf) -> None:
    person, _ = dead(world)
    arrest = world.record("Arrest", victim=person, date="2012-01-01", by="gov")
    for who in ("b", "c"):
        world.decide(arrest, who)
    engine = engine_of(world)
    assert engine.count("count persons held as of 2012-06-01 under decided").value == 1
    assert engine.count("count persons held as of 2014-01-01 under decided").range == (0, 0)
    assert engine.count("count persons dead as of 2014-01-01 under decided").range == (0, 0)


def test_cuts_rewind_decisions_by_the_log_and_not_by_what_was_known(
    world: World, engine_of: EngineOf
) -> None:
    _, death = dead(world)
    world.batches += [Batch(2, 5), Batch(3, 6, closed_entry=8), Batch(4, 9)]
    world.decide(death, "b", batch=2)
    world.decide(death, "c", batch=3)
    engine = engine_of(world)
    for size, state in (
        (5, "unverified"),
        (7, "two_people"),
        (9, "unverified"),
        (10, "unverified"),
    ):
        assert shares(engine, f"count deaths recorded at {size}") == {state: 1}
    assert shares(engine, "count deaths recorded at 2021-01-07") == {"two_people": 1}
    assert shares(engine, "count deaths known at 2020-06-01 recorded at 7") == {"two_people": 1}


def test_a_list_and_a_row_that_were_verified_before(world: World, engine_of: EngineOf) -> None:
    number = world.record("Source", name="list", earlier_practice="X")
    _, death = dead(world, source=number)
    _, other = dead(world, earlier_practice="Y")
    _, third = dead(world)
    engine = engine_of(world)
    assert shares(engine, "count deaths") == {"earlier_practice": 2, "unverified": 1}
    for who in ("b", "c"):
        world.decide(death, who)
    assert shares(engine_of(world), "count deaths") == {
        "two_people": 1,
        "earlier_practice": 1,
        "unverified": 1,
    }
    assert len({death, other, third}) == 3


def test_lenient_figures_tell_of_what_is_possible(world: World, engine_of: EngineOf) -> None:
    _, death = dead(world)
    person = world.record("Person", name="b")
    unclear = world.record("Death", victim=person, date="2013")
    for who in ("b", "c"):
        world.decide(unclear, who)
    engine = engine_of(world)
    assert shares(engine, "count deaths in 2013-05") == {"unverified": 1}
    assert shares(engine, "count deaths in 2013-05 lenient") == {"two_people": 1, "unverified": 1}
    assert death != unclear
