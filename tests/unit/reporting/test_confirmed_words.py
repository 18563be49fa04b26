"""The last confirmation of custody in words, on the terminal and in reports."""

from __future__ import annotations

from typing import Any

import pytest

from bayyina.errors import InputError
from bayyina.reporting.answers import figure_in_words
from bayyina.reporting.confirmed_words import confirmed_in_words
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.labels import PlainLabels
from bayyina.typeset.blocks import Text

FIGURE = {
    "query": "count persons held as of 2023-08-31",
    "value": 7,
    "range": [7, 9],
    "comparator": "at least",
    "unit": "persons",
    "as_of": "2023-08-31",
    "axis": "occurred",
    "methodology": "arrest-20-days",
}
DAYS = {"earliest": "2012-05-01", "median": "2013-02-03", "latest": "2020-01-31", "none": 3}


def words(spread: object, lang: str, **changes: Any) -> str:
    result = FigureResult.of({**FIGURE, "last_confirmed": spread, **changes})
    pieces = confirmed_in_words(result, lang, lambda n: Text(str(n)), Text)
    return "".join(piece.text for piece in pieces if isinstance(piece, Text))


def test_the_spread_in_both_languages() -> None:
    assert words(DAYS, "en") == (
        "between 2012-05-01 and 2020-01-31, and for half of them on 2013-02-03 or before; "
        "no source gives a day for 3"
    )
    assert words(DAYS, "ar") == (
        "بين 2012-05-01 و2020-01-31، ولنصفهم في 2013-02-03 أو قبله؛ "
        "ولا يذكر أي مصدر يوما لعدد منهم هو 3"
    )


def test_one_day_and_none_left_out() -> None:
    day = dict.fromkeys(("earliest", "median", "latest"), "2013-02-03")
    assert words({**day, "none": 0}, "en") == "on 2013-02-03"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nobody_has_a_day(lang: str) -> None:
    nobody = {"earliest": None, "median": None, "latest": None, "none": 7}
    assert (
        words(nobody, lang)
        == {
            "en": "no source gives a day for any of them",
            "ar": "لا يذكر أي مصدر يوما لأحد منهم",
        }[lang]
    )
    assert words(nobody, lang, value=0) == ""
    assert words(None, lang) == ""


@pytest.mark.parametrize("spread", ["2013", {"none": "3"}, {"earliest": "2013-01-01", "none": 1}])
def test_another_form_is_refused(spread: object) -> None:
    with pytest.raises(InputError):
        words(spread, "en")


def test_the_terminal_says_it() -> None:
    result = FigureResult.of({**FIGURE, "last_confirmed": DAYS})
    lines = figure_in_words(result, PlainLabels(), "en").splitlines()
    assert any(line.startswith("custody last confirmed: between 2012-05-01") for line in lines)
    plain = figure_in_words(FigureResult.of(FIGURE), PlainLabels(), "en")
    assert "confirmed" not in plain
