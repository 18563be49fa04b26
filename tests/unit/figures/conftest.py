"""Fixtures of the figures' tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bayyina.figures.engine import FigureEngine
from bayyina.figures.query_words import QueryWords
from tests.unit.figures.world import METHODOLOGIES, SmallPlaces, World, small_vocabulary


@pytest.fixture
def world() -> World:
    """An empty world."""
    return World(small_vocabulary())


@pytest.fixture
def words() -> QueryWords:
    """The words of the small vocabulary."""
    return QueryWords(small_vocabulary(), SmallPlaces(), tuple(METHODOLOGIES))


@pytest.fixture
def engine_of(tmp_path: Path) -> Iterator[Callable[[World], FigureEngine]]:
    """Writes a world and opens an engine on it."""
    opened: list[FigureEngine] = []

    def make(world: World) -> FigureEngine:
        world.write(tmp_path / f"snapshot-{len(opened)}")
        folder = tmp_path / f"snapshot-{len(opened)}"
        opened.append(
            FigureEngine(
                folder,
                world.vocabulary,
                SmallPlaces(),
                METHODOLOGIES,
                default_methodology="twenty",
            )
        )
        return opened[-1]

    yield make
    for engine in opened:
        engine.close()
