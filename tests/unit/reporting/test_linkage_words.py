"""What joined records is told in words, in both languages; keys of programs are left out."""

from __future__ import annotations

import pytest

from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.linkage_words import linkage_in_words

FIGURE = {"query": "count persons", "value": 3, "comparator": "at least", "unit": "persons"}
LINKAGE = {
    "method": "shared-identifiers and judgements",
    "identifier_pairs": 753,
    "judged_pairs": 2,
    "run": "ab12",
    "person_records": 4062,
    "persons": 3309,
    "digest": "17",
}


def words(linkage: object, lang: str) -> str:
    figure = FigureResult.of({**FIGURE, "linkage": linkage})
    return linkage_in_words(figure, lang, lambda number: f"{number:,}")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_number_stands_in_words_and_no_key_of_a_program(lang: str) -> None:
    told = words(LINKAGE, lang)
    assert all(number in told for number in ("753", "4,062", "3,309", "17"))
    assert not any(key in told for key in ("identifier_pairs", "shared-identifiers", "ab12", "_"))


def test_the_english_sentence() -> None:
    assert words(LINKAGE, "en").startswith(
        "joined by shared identifiers and judgements of people; pairs with a shared identifier: 753"
    )


def test_what_is_not_known_is_shown_as_it_is() -> None:
    assert words("by hand", "en") == "by hand"
    assert words({"method": "oracle"}, "en") == "joined by oracle"
    assert words(None, "en") == ""
