"""JSON files of bundles: the same values, a line for each part."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bayyina.bundle.json_files import json_file

VALUES: list[dict[str, Any]] = [
    {},
    {"b": [], "a": {}, "c": None, "d": True},
    {"list": [{"y": 1, "x": ["نص", "\ud800"]}, 2], "map": {"k2": {"z": 1}, "k1": []}},
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_read_back_as_it_was(value: dict[str, Any]) -> None:
    data = json_file(value)
    assert data.isascii()
    assert data.endswith(b"}\n")
    assert json.loads(data) == value
    assert list(json.loads(data)) == sorted(value)


def test_letters_can_stay_and_halves_of_characters_are_written_out() -> None:
    data = json_file({"b": "نص", "a": ["\ud800"]}, is_ascii=False)
    assert json.loads(data) == {"b": "نص", "a": ["\ud800"]}
    assert "نص".encode() in data
    assert data.index(b'"b"') < data.index(b'"a"')


def test_each_element_has_its_line() -> None:
    assert json_file({"a": [1, {"b": [2]}]}) == b'{\n "a": [\n  1,\n  {"b": [2]}\n ]\n}\n'
