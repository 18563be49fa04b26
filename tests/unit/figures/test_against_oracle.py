"""The engine against a slow, plain way of counting, on random worlds."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("seed", range(4))
def test_every_form_of_query_equals_the_slow_way(tmp_path: Path, seed: int) -> None:
    world = RandomWorld(seed, people=60).world
    world.write(tmp_path)
    with FigureEngine(tmp_path, world.vocabulary, SmallPlaces(), METHODOLOGIES) as engine:
        variant = VARIANTS[seed % len(VARIANTS)]
        for text in QUESTIONS:
            compare(engine, world, text + variant)
