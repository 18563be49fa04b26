"""Checking a figure query without opening a workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bayyina.app.own_files import own_methodologies, own_vocabulary
from bayyina.figures.query import read_query
from bayyina.figures.query_words import QueryWords
from bayyina.model.places import Gazetteer


def query_check(folder: Path | None = None) -> Callable[[str], object]:
    """What reads a query and raises ``QueryError`` when it cannot be read.

    ``folder`` may be a workspace, whose own words are then known too.
    """
    words = QueryWords(own_vocabulary(folder), Gazetteer.load(), tuple(own_methodologies(folder)))
    return lambda text: read_query(text, words)
