"""Checking a figure query without a workspace: with the shipped words only."""

from __future__ import annotations

from collections.abc import Callable

from bayyina.figures.query import read_query
from bayyina.figures.query_words import QueryWords
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.methodology import built_in_methodologies


def query_check() -> Callable[[str], object]:
    """What reads a query and raises ``QueryError`` when it cannot be read."""
    words = QueryWords(Vocabulary.load(), Gazetteer.load(), built_in_methodologies())
    return lambda text: read_query(text, words)
