"""The page of figure queries: every example on it is read by the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bayyina.figures.query import CLAUSES, read_query
from bayyina.figures.query_tree import AXES, DERIVED_KEYS, STATES
from bayyina.figures.query_words import QueryWords
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.methodology import built_in_methodologies

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "figure-query.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = sorted(
    {
        line.strip()
        for block in re.findall(r"```\w*\n(.*?)```", TEXT, re.DOTALL)
        for line in block.splitlines()
        if line.startswith("count ")
    }
    | set(re.findall(r"`(count [^`\n]+)`", TEXT))
)
WORDS = QueryWords(Vocabulary.load(), Gazetteer.load(), built_in_methodologies())


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_are_read(example: str) -> None:
    read_query(example, WORDS)


@pytest.mark.parametrize("word", [*CLAUSES, *STATES, *AXES, *DERIVED_KEYS])
def test_every_word_of_the_language_is_on_the_page(word: str) -> None:
    assert re.search(rf"[`\" ]{word}[`\" ,]", TEXT), word
