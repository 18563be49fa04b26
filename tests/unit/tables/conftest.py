"""Fixtures of the tests of lists: the shipped vocabulary and places, and files made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from tests.unit.tables.row_reading import Reader

WriteFile = Callable[..., Path]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The shipped vocabulary."""
    return Vocabulary.load()


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The shipped places."""
    return Gazetteer.load()


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """Write a file: text as UTF-8, or bytes as they are."""

    def write_file(content: str | bytes, name: str = "list.csv") -> Path:
        path = tmp_path / name
        data = content.encode("utf-8") if isinstance(content, str) else content
        path.write_bytes(data)
        return path

    return write_file


@pytest.fixture
def reader(vocabulary: Vocabulary, gazetteer: Gazetteer):
    """Make a reader of a mapping whose [list], [row] and version are given."""

    def make(
        body: str, *header: str, record: str = "Person", about_list: str = "", key='"id"'
    ) -> Reader:
        text = (
            f'version = 1\n[list]\nname = "FICTIONAL list"\nasserted_on = 2023-08-31\n{about_list}\n'
            f'[row]\nrecord = "{record}"\nkey = {key}\n{body}'
        )
        return Reader(text, header, vocabulary, gazetteer)

    return make
