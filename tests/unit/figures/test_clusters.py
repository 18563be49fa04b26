"""Who is one person: identifiers, judgements, and joining what is connected."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

import duckdb
import pytest

from bayyina.figures.clusters import connect
from bayyina.figures.engine import FigureEngine
from tests.unit.figures.world import World

Engines = Callable[[World], FigureEngine]


def roots(edges: list[tuple[int, int]]) -> dict[int, int]:
    """Lowest member of everybody's component, by following edges one at a time."""
    root: dict[int, int] = {}

    def find(x: int) -> int:
        while root.setdefault(x, x) != x:
            x = root[x]
        return x

    for a, b in edges:
        one, two = find(a), find(b)
        root[max(one, two)] = min(one, two)
    return {x: find(x) for x in list(root)}


def connected(edges: list[tuple[int, int]]) -> dict[int, int]:
    connection = duckdb.connect(config={"threads": 1})
    values = ", ".join(f"({max(e)}, {min(e)})" for e in edges)
    connection.execute(
        f"CREATE TEMP TABLE edge AS SELECT DISTINCT u::BIGINT AS u, v::BIGINT AS v "
        f"FROM (VALUES {values}) t(u, v)"
    )
    connect(connection)
    return dict(connection.execute("SELECT record, root FROM cluster").fetchall())


@pytest.mark.parametrize("seed", range(12))
def test_connected_components_equal_a_plain_search(seed: int) -> None:
    random = Random(seed)
    size = random.choice((3, 30, 300))
    edges = [
        (a, b)
        for a, b in (
            (random.randrange(size), random.randrange(size)) for _ in range(random.randint(1, size))
        )
        if a != b
    ] or [(1, 0)]
    assert connected(edges) == roots(edges)


def test_long_chains_and_cycles_end_in_one_root() -> None:
    order = list(range(400))
    Random(1).shuffle(order)
    chain = list(pairwise(order))
    assert connected(chain) == dict.fromkeys(range(400), 0)
    assert connected([*chain, (order[0], order[-1])]) == dict.fromkeys(range(400), 0)


def test_rounds_that_only_move_pairs_are_not_taken_for_the_end() -> None:
    edges = [
        (128, 64), (352, 64), (337, 64), (501, 479), (512, 479), (564, 479), (224, 16),
        (376, 16), (564, 64), (337, 224),
    ]  # fmt: skip
    assert connected(edges) == roots(edges)


def people(world: World, *identifiers: tuple[str, ...]) -> list[int]:
    return [
        world.record("Person", name=f"P{i}", identifier=ids) for i, ids in enumerate(identifiers)
    ]


def test_a_shared_identifier_makes_one_person_and_joining_is_transitive(
    world: World, engine_of: Engines
) -> None:
    people(world, ("n:1",), ("n:1", "n:2"), ("n:2",), ("n:3",))
    figure = engine_of(world).count("count persons")
    assert figure.value == 2
    assert figure.linkage["person_records"] == 4
    assert figure.linkage["persons"] == 2
    assert figure.linkage["method"] == "shared-identifiers"


@pytest.mark.parametrize(
    ("judgements", "query", "expected"),
    [
        ([("same", 1, None)], "count persons", 2),
        ([("same", 1, None), ("different", 2, None)], "count persons", 3),
        ([("different", 1, None), ("same", 2, None)], "count persons", 2),
        ([("same", 1, 2), ("unsure", 2, None)], "count persons", 3),
        ([("unsure", 1, None)], "count persons", 3),
        ([("likely", 1, None)], "count persons", 3),
        ([("likely", 1, None)], "count persons lenient", 2),
        ([("likely", 1, None), ("different", 2, None)], "count persons lenient", 3),
        ([("same", 3, None)], "count persons recorded at 2021-01-03", 2),
    ],
)
def test_the_last_word_on_a_pair_holds(
    world: World,
    engine_of: Engines,
    judgements: list[tuple[str, int, int | None]],
    query: str,
    expected: int,
) -> None:
    a, b, _ = people(world, (), (), ())
    world.judgements = [(a, b, verdict, entry, until) for verdict, entry, until in judgements]
    assert engine_of(world).count(query).value == expected


def test_a_pair_judged_different_is_not_joined_by_what_it_shares(
    world: World, engine_of: Engines
) -> None:
    a, b, c = people(world, ("n:1",), ("n:1",), ("n:9",))
    world.judgements = [(a, b, "different", 1, None)]
    assert engine_of(world).count("count persons").value == 3
    world.judgements.append((a, c, "same", 2, None))
    assert engine_of(world).count("count persons").value == 2


def test_a_judgement_on_a_record_that_no_longer_stands_joins_nobody(
    world: World, engine_of: Engines
) -> None:
    a, b, c = people(world, (), (), ())
    world.judgements = [(a, b, "same", 1, None), (b, c, "same", 2, None)]
    world.closures = [(i, 1, None) for i, said in enumerate(world.said) if said.record == b]
    assert engine_of(world).count("count persons").value == 2
