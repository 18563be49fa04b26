"""The engine against a slow, plain way of counting, on random worlds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayyina.figures.engine import FigureEngine
from tests.unit.figures.oracle_figures import Figures
from tests.unit.figures.questions import QUESTIONS, VARIANTS
from tests.unit.figures.random_worlds import RandomWorld
from tests.unit.figures.world import METHODOLOGIES, SmallPlaces, World


def compare(engine: FigureEngine, world: World, text: str) -> None:
    """Assert that the engine's figure and list of records equal those of the slow way."""
    query = engine.read(text)
    expected = Figures(world, query, engine.words).count()
    figure = engine.count(query)
    opened = list(engine.open(query))
    certain = {ref.number for ref in opened if ref.certain}
    assert certain == expected.certain, text
    assert {ref.number for ref in opened} == expected.possible, text
    assert figure.range == (len(expected.certain), len(expected.possible)), text
    assert figure.value == figure.range[1 if query.lenient else 0], text
    groups = {tuple(group.key.values()): group.range for group in figure.groups}
    if query.keys:
        assert groups == expected.groups, text
    if not query.lenient:
        assert figure.unknown == expected.unknown, text


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]
)
def test_every_form_of_query_equals_the_slow_way(tmp_path: Path, seed: int) -> None:
    world = RandomWorld(seed, people=60).world
    world.write(tmp_path)
    with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), METHODOLOGIES) as engine:
        for i, text in enumerate(QUESTIONS):
            compare(engine, world, text + VARIANTS[(i + seed) % len(VARIANTS)])


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 10**6),
    people=st.integers(1, 8),
    asked=st.lists(st.sampled_from(QUESTIONS), min_size=10, max_size=10, unique=True),
    variant=st.sampled_from(VARIANTS),
)
def test_small_worlds_equal_the_slow_way(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    people: int,
    asked: list[str],
    variant: str,
) -> None:
    folder = tmp_path_factory.mktemp("small")
    world = RandomWorld(seed, people=people).world
    world.write(folder)
    with FigureEngine(folder, world.vocabulary, SmallPlaces(), METHODOLOGIES) as engine:
        for text in asked:
            compare(engine, world, text + variant)
