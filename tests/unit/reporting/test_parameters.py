"""Parameters of report definitions."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.reporting.checking import check_report
from bayyina.reporting.definitions import Definition, built_in_reports
from bayyina.reporting.parameters import ParameterError, read_settings

HEAD = """+++
version = 1
name = "small"
[title]
en = "Deaths, {month}"
[parameters.month]
type = "month"
default = "2023-09"
min = "2011-03"
max = "2100-12"
[parameters.kind]
type = "choice"
default = "torture"
values = ["torture", "shelling"]
[parameters.least]
type = "number"
default = 9
min = 2
max = 100
[parameters.day]
type = "day"
default = 2023-09-30
+++

```figure id=deaths
en: Deaths in {month}
note-en: Until {day}; {deaths}.
count deaths with manner={kind} in {month} as of {day}
```

<!-- lang: en -->

In {month}: {deaths}, `{month}`, {least}.
"""


def loaded(folder: Path, text: str = HEAD, **values: str) -> Definition:
    file = folder / "small.report.md"
    file.write_text(text, encoding="utf-8")
    return Definition.load(file, values)


def prose(definition: Definition) -> str:
    children = (c for token in definition.prose["en"] for c in token.children or ())
    return "".join(child.content for child in children)


def test_codes_stand_in_queries_and_words_in_prose(tmp_path: Path) -> None:
    definition = loaded(tmp_path, month="2013-02", kind="shelling")
    block = definition.blocks["deaths"]
    assert block.query == "count deaths with manner=shelling in 2013-02 as of 2023-09-30"
    assert block.title == {"en": "Deaths in February 2013"}
    assert block.notes == {"en": "Until 30 September 2023; {deaths}."}
    assert definition.titles == {"en": "Deaths, February 2013"}
    assert prose(definition) == "In February 2013: {deaths}, {month}, 9."
    assert definition.name == "small-2013-02-shelling-9-2023-09-30"


def test_defaults_stand_where_nothing_is_set(tmp_path: Path) -> None:
    assert loaded(tmp_path).values == {
        "month": "2023-09",
        "kind": "torture",
        "least": "9",
        "day": "2023-09-30",
    }


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"month": "2023"}, "it is not a month"),
        ({"month": "2023-13"}, "it is not a month"),
        ({"month": "2011-02"}, "it lies before 2011-03"),
        ({"month": "2101-01"}, "it lies after 2100-12"),
        ({"month": "2023-09 or Death"}, "it is not a month"),
        ({"least": "10) or (a=1"}, "it is not a number"),
        ({"least": "101"}, "it lies after 100"),
        ({"least": "1"}, "it lies before 2"),
        ({"least": "-3"}, "it is not a number"),
        ({"least": "٣"}, "it is not a number"),
        ({"kind": "drowning"}, "it is none of its values"),
        ({"day": "2023-02-30"}, "there is no such day"),
        ({"years": "2023"}, "no parameter 'years'"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, values: dict[str, str], why: str) -> None:
    with pytest.raises(ParameterError, match=why):
        loaded(tmp_path, **values)


@pytest.mark.parametrize("pairs", [["year"], ["=3"], ["year="], [""], ["a=1", "a=2"]])
def test_settings_that_set_nothing_are_refused(pairs: list[str]) -> None:
    with pytest.raises(ParameterError):
        read_settings(pairs)


def test_settings_are_read() -> None:
    assert read_settings(["year=2023", " month = 2023-05 "]) == {
        "year": "2023",
        "month": "2023-05",
    }


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('type = "month"', 'type = "week"', "needs a type"),
        ('default = "2023-09"', 'default = "2001-09"', "does not fit"),
        ('default = "2023-09"\n', "", "needs a default"),
        ('min = "2011-03"', 'minimum = "2011-03"', "'minimum'"),
        ('min = "2011-03"', "min = 2011", "its 'min' is not a month"),
        ('values = ["torture", "shelling"]\n', "", "lists its values"),
        ("[parameters.least]", "[parameters.deaths]", "a parameter and a figure"),
        ("[parameters.least]", '[parameters."Least One"]', "no name of a parameter"),
    ],
)
def test_a_faulty_declaration_is_found(tmp_path: Path, old: str, new: str, why: str) -> None:
    file = tmp_path / "small.report.md"
    file.write_text(HEAD.replace(old, new, 1), encoding="utf-8")
    assert old in HEAD
    assert any(why in finding.message for finding in check_report(file))


@pytest.mark.parametrize("name", built_in_reports())
def test_no_brace_of_a_parameter_is_left_in_a_shipped_report(name: str) -> None:
    definition = Definition.load(name)
    left = {f"{{{parameter}}}" for parameter in definition.parameters}
    texts = [block.query for block in definition.blocks.values()]
    texts += [text for block in definition.blocks.values() for text in block.title.values()]
    texts += [*definition.titles.values()]
    assert not [text for text in texts for mark in left if mark in text]
    assert definition.languages() == ("en", "ar")
