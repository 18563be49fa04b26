"""Figures in words: every state has its meaning in both languages."""

from __future__ import annotations

import pytest

from bayyina.figures.assembled import UNVERIFIED, VERIFICATIONS
from bayyina.figures.engine import MEANINGS
from bayyina.reporting.answers import figure_in_words
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.labels import PlainLabels
from bayyina.reporting.wording import meaning_in_words

RESULT = {
    "query": "count persons held as of 2023-08-31 by year",
    "value": 1,
    "range": [1, 1500],
    "comparator": "at least",
    "unit": "persons",
    "groups": [{"key": {"year": "2013"}, "value": 1, "range": [1, 3]}],
    "groups_sum": False,
    "as_of": "2023-08-31",
    "axis": "occurred",
    "meaning": "not known to have been released",
    "methodology": "arrest-20-days",
    "custody_size": 12345,
    "verification": {"two_people": 0, "disputed": 1, "rejected": 0, "unverified": 0},
}


@pytest.mark.parametrize("meaning", MEANINGS.values())
def test_every_state_has_arabic_words(meaning: str) -> None:
    assert meaning_in_words(meaning, "en") == meaning
    assert any("\u0620" <= letter <= "\u064a" for letter in meaning_in_words(meaning, "ar"))


def test_english() -> None:
    assert figure_in_words(FigureResult.of(RESULT), PlainLabels(), "en").splitlines() == [
        "at least 1 person (certain 1, possible 1,500)",
        "not known to have been released",
        "             1  Year: 2013  (certain 1, possible 3)",
        "  The groups do not add up to the whole.",
        "verified: 0 by two people here; 1 disputed",
        "axis: date of the event; as of 2023-08-31; known at now",
        "rules: arrest-20-days; entries of the custody log: 12,345",
        RESULT["query"],
    ]


def test_arabic() -> None:
    lines = figure_in_words(FigureResult.of(RESULT), PlainLabels(), "ar").splitlines()
    assert lines[0] == "ما لا يقل عن شخص واحد (1) (المؤكد 1، والممكن 1,500)"
    assert lines[1] == "لا يعرف أنه أفرج عنهم"
    assert "التحقق: 0 تحقق منها شخصان هنا؛ 1 متنازع عليها" in lines
    assert lines[-1] == RESULT["query"]


@pytest.mark.parametrize("state", [*VERIFICATIONS, UNVERIFIED])
def test_every_verification_has_words(state: str) -> None:
    labels = PlainLabels()
    assert "_" not in labels.label("verification", state, "en")
    assert labels.label("verification", state, "ar") != labels.label("verification", state, "en")
    assert labels.label("verified", "death-two-sources", "en") == "death-two-sources"
