"""YAML, TOML and JSON are read with the line of everything, and nothing is guessed."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.model.json_reading import JsonSyntaxError, read_json
from bayyina.model.label_folding import fold_label
from bayyina.model.toml_reading import TomlSyntaxError, read_toml
from bayyina.model.yaml_reading import YamlSyntaxError, line_at, read_yaml


def test_plain_words_of_yaml_stay_words() -> None:
    (data,) = read_yaml(
        "a: no\nb: yes\nc: on\nd: 2022-06\ne: 0301\nf: 15051\ng: 0.85\nh: true\n"
        "i: ~\nj: null\nk:\nl: '12'\nm: 1_000\nn: 1e3\no: -4\np: 12:30\nq: .5\nr: False\n"
    )
    assert data == {
        "a": "no",
        "b": "yes",
        "c": "on",
        "d": "2022-06",
        "e": "0301",
        "f": 15051,
        "g": 0.85,
        "h": True,
        "i": None,
        "j": None,
        "k": None,
        "l": "12",
        "m": "1_000",
        "n": "1e3",
        "o": -4,
        "p": "12:30",
        "q": ".5",
        "r": "False",
    }


def test_yaml_keeps_lines_of_keys_and_items() -> None:
    (data,) = read_yaml("# head\na:\n  - x\n  - {b: 1,\n     c: 2}\nd: |\n  long\n  text\n")
    assert line_at(data, ("a",)) == 2
    assert line_at(data, ("a", 1)) == 4
    assert line_at(data, ("a", 1, "c")) == 5
    assert line_at(data, ("a", 1, "nothing")) == 4
    assert line_at(data, ("d",)) == 6
    assert line_at(data, ()) == 2
    assert data["d"] == "long\ntext\n"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1, 2\nb: 3\n", 2),
        ("a: 1\na: 2\n", 2),
        ("a: &x 1\n", 1),
        ("a: 1\nb: *x\n", 2),
        ("a: !!python/object:os.system x\n", 1),
        ("a: 1\nb: !tag [1]\n", 2),
        ("a: 1\n? [complex, key]\n: 2\n", 2),
        ("a: 1\nb: \x07\n", 2),
        ("a: 1\n b: 2\n", 2),
    ],
)
def test_yaml_that_is_refused_names_the_line(text: str, line: int) -> None:
    with pytest.raises(YamlSyntaxError) as caught:
        read_yaml(text)
    assert caught.value.line == line
    assert f"line {line}: " in caught.value.message


def test_a_billion_laughs_are_refused() -> None:
    text = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    with pytest.raises(YamlSyntaxError, match="anchors"):
        read_yaml(text)


def test_toml_keeps_lines_of_tables_and_keys() -> None:
    document = read_toml(
        'a = 1\n"b c" = 2\nd.e = 3\n[t]\nx = """\nnot = a key\n"""\n[[s]]\ny = 1\n[[s]]\n'
        "y = [\n  2,\n]\n[s.deep]\nz = {k = 1}\n"
    )
    assert document.data["s"] == [{"y": 1}, {"y": [2], "deep": {"z": {"k": 1}}}]
    assert document.line(("a",)) == 1
    assert document.line(("b c",)) == 2
    assert document.line(("d", "e")) == 3
    assert document.line(("d",)) == 3
    assert document.line(("t", "x")) == 5
    assert document.line(("not",)) is None
    assert document.line(("s", 0, "y")) == 9
    assert document.line(("s", 1, "y", 0)) == 11
    assert document.line(("s", 1, "deep", "z", "k")) == 15


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ("a = 'x\n", 1), ("[a\n", 1)]
)
def test_toml_that_is_refused_names_the_line(text: str, line: int) -> None:
    with pytest.raises(TomlSyntaxError) as caught:
        read_toml(text)
    assert caught.value.line == line


def test_json_keeps_lines_of_keys_and_items() -> None:
    document = read_json('{\n "a": [1,\n  {"b": "}",\n   "\\u0061c": []}\n ],\n "d": {}\n}\n')
    assert document.data == {"a": [1, {"b": "}", "ac": []}], "d": {}}
    assert document.line(("a",)) == 2
    assert document.line(("a", 0)) == 2
    assert document.line(("a", 1)) == 3
    assert document.line(("a", 1, "b")) == 3
    assert document.line(("a", 1, "ac")) == 4
    assert document.line(("d", "nothing")) == 6


@pytest.mark.parametrize(
    ("text", "line"),
    [('{\n"a": }', 2), ('{"a": 1,\n"a": 2}', 2), ("[NaN]", 1), ("[" * 100_000, 1), ("", 1)],
)
def test_json_that_is_refused_names_the_line(text: str, line: int) -> None:
    with pytest.raises(JsonSyntaxError) as caught:
        read_json(text)
    assert caught.value.line == line


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


def paths(data: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [here] if here else []
    pairs = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for step, inner in pairs:
        found += paths(inner, (*here, step))
    return found


@settings(max_examples=150, deadline=None, derandomize=True)
@given(JSON)
def test_json_knows_the_line_of_every_path(data: object) -> None:
    text = json.dumps(data, indent=1, ensure_ascii=False)
    document = read_json(text)
    assert document.data == data
    assert set(document.lines) >= set(paths(data))
    rows = text.split("\n")
    for path in paths(data):
        line = document.lines[path]
        if isinstance(path[-1], str):
            assert json.dumps(path[-1], ensure_ascii=False) in rows[line - 1]


TOML_KEYS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=6
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.dictionaries(TOML_KEYS, st.integers(-9, 9), min_size=1, max_size=5))
def test_toml_knows_the_line_of_every_key(data: dict[str, int]) -> None:
    lines = [f"{json.dumps(key, ensure_ascii=False)} = {value}" for key, value in data.items()]
    text = "\n".join(lines)
    assert tomllib.loads(text) == data
    document = read_toml(text)
    assert [document.line((key,)) for key in data] == list(range(1, len(data) + 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Torture", "TORTURE"),
        ("التعذيب", "تعذيب"),
        ("أنثى", "انثي"),
        ("محكمة", "محكمه"),
        ("تـعـذيـب", "تعذيب"),
        ("تَعْذِيب", "تعذيب"),
        ("Hay'at Tahrir al-Sham", "hayat tahrir sham"),
        ("Branch ٢١٥", "branch 215"),
        ("air_attack", "Air attack"),
        ("Café", "cafe"),
    ],
)
def test_spellings_that_mean_the_same_fold_to_the_same(one: str, other: str) -> None:
    assert fold_label(one) == fold_label(other) != ""


def test_folding_keeps_different_words_apart_and_never_empties_a_word() -> None:
    assert fold_label("torture") != fold_label("tortured")
    assert fold_label("al") == "al"
    assert fold_label("...") == ""
