"""The threat model: every defence points to a test that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "threat-model.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
ADVERSARIES = (
    "A state service",
    "An insider",
    "An opponent in court",
    "A thief",
    "A careless partner",
)


@cache
def functions(path: str) -> frozenset[str]:
    """Names of the tests in a file; none if it is not there."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in found if name.startswith("test_"))


def missing(text: str) -> list[str]:
    """Tests that a text names and that do not exist."""
    return [
        f"{path}::{name}" if name else path
        for path, name in NAMED.findall(text)
        if not functions(path) or (name and name not in functions(path))
    ]


def rows(text: str) -> list[list[str]]:
    """Cells of the rows of the tables whose last column is headed ``test``."""
    found: list[list[str]] = []
    is_of_tests = False
    for line in text.splitlines():
        if not line.startswith("|"):
            is_of_tests = False
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[-1] == "test":
            is_of_tests = True
        elif is_of_tests and not set(line) <= set("|- "):
            found.append(cells)
    return found


def test_every_named_test_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(NAMED.findall(text)) > 60
    assert missing(text) == []


def test_every_defence_names_a_test() -> None:
    text = PAGE.read_text(encoding="utf-8")
    defences = rows(text)
    assert len(defences) > 40
    assert [cells[0] for cells in defences if not NAMED.search(cells[-1])] == []


@pytest.mark.parametrize("adversary", ADVERSARIES)
def test_every_adversary_has_a_table(adversary: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = re.split(rf"^## {re.escape(adversary)}.*$", text, flags=re.MULTILINE)[1]
    assert rows(section.split("\n## ")[0])


def test_a_name_that_is_none_is_found() -> None:
    assert missing("`tests/app/test_doctor.py::test_of_nothing`") == [
        "tests/app/test_doctor.py::test_of_nothing"
    ]
    assert missing("`tests/app/test_nothing.py`") == ["tests/app/test_nothing.py"]
    assert rows("| a | test |\n| --- | --- |\n| x | y |\n\n| b |\n") == [["x", "y"]]
