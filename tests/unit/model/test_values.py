"""What is written becomes a typed value, or an error that repeats nothing private."""

from __future__ import annotations

import time

import pytest

from bayyina.errors import BayyinaError, DateUnreadableError, ValueUnreadableError
from bayyina.model.drafts import ValueDraft
from bayyina.model.places import Gazetteer
from bayyina.model.values import read_value
from bayyina.model.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load()
GAZETTEER = Gazetteer.load()


def read(kind: str, name: str, text: str, **words: object) -> ValueDraft:
    prop = VOCABULARY.types[kind].properties[name]
    return read_value(prop, text, vocabulary=VOCABULARY, gazetteer=GAZETTEER, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        ("Person", "sex", "M", "male"),
        ("Person", "sex", "أنثى", "female"),
        ("Person", "category", "military serviceman", "serviceman"),
        ("Death", "manner", "تحت التعذيب", "torture"),
        ("Death", "manner", "heart failure", "unrecognised"),
        ("Death", "by", "قوات النظام السوري", "syrian-government-to-2024"),
        ("Death", "by", "somebody", "unrecognised"),
        ("PhotographedBody", "branch", "215", "mid-215"),
        ("Death", "place", "درعا", "SY12"),
        ("Death", "place", "SY0303", "SY0303"),
        ("Death", "place", "Atlantis", "unrecognised"),
        ("Death", "facility", "سجن صيدنايا", "sednaya-prison"),
        ("Death", "facility", "a cellar in the old town", "a cellar in the old town"),
        ("Sentence", "court", "Military Field Court", "military-field-court"),
        ("Arrest", "acknowledged", "نعم", "yes"),
        ("Arrest", "acknowledged", "FALSE", "no"),
        ("Person", "identifier", "national-no: ١٢٣", "national-no:123"),
        ("Claim", "share", "85%", "0.85"),
        ("Claim", "share", "1,250.50", "1250.5"),
        ("Claim", "share", "0", "0"),
        ("Site", "position", "33.73848|36.60071", "33.73848|36.60071"),
        ("Site", "position", "33,73848 | 36,60071", "33.73848|36.60071"),
        ("Site", "position", "(33.73848, -36.60071)", "33.73848|-36.60071"),
        ("Site", "position", "٣٣٫٧ ٣٦٫٦", "33.7|36.6"),
        ("Claim", "url", " https://example.org/a?b=c ", "https://example.org/a?b=c"),
        ("Person", "name", " خالد \u200f  المثال", "خالد المثال"),
        ("Death", "stated_cause", "  توقف القلب ", "  توقف القلب "),
    ],
)
def test_texts_become_values(kind: str, name: str, text: str, value: str) -> None:
    draft = read(kind, name, text)
    assert draft.property == name
    assert draft.value == value
    assert draft.original == (None if value == text else text)


def test_dates_and_quantities_carry_bounds() -> None:
    date = read("Death", "date", "أيار 2013")
    assert (date.value, date.date_lo, date.date_hi) == ("2013-05", "2013-05-01", "2013-05-31")
    assert date.original == "أيار 2013"
    open_date = read("Detention", "last_confirmed", "2013/..")
    assert (open_date.date_lo, open_date.date_hi) == ("2013-01-01", None)
    count = read("Site", "person_count", "150-600")
    assert (count.value, count.num_lo, count.num_hi) == ("150..600", 150, 600)
    least = read("Site", "person_count", "at least 5")
    assert (least.value, least.num_lo, least.num_hi, least.original) == (
        "at least 5",
        5,
        None,
        None,
    )
    share = read("Claim", "share", "0.85")
    assert (share.num_lo, share.num_hi) == (0, 1)


def test_ages_are_read_as_ages_and_counts_are_not() -> None:
    assert read("Death", "age", "18 months").value == "1"
    assert read("Person", "age", "35 years").num_lo == 35
    with pytest.raises(ValueUnreadableError):
        read("Site", "person_count", "18 months")


def test_a_lists_own_words_come_first() -> None:
    words = {"1": "male", "2": "female", "M": "female"}
    assert read("Person", "sex", "1", values=words) == ValueDraft("sex", "male", original="1")
    assert read("Person", "sex", " 2 ", values=words).value == "female"
    assert read("Person", "sex", "M", values=words).value == "female"  # the list decides
    assert read("Person", "sex", "male", values=words).value == "male"
    kept = read("Person", "sex", "3", values=words)
    assert (kept.value, kept.original) == ("unrecognised", "3")


def test_places_are_read_at_the_level_that_is_meant() -> None:
    assert read("Death", "place", "Homs", reading_as="governorate").value == "SY04"
    assert read("Death", "place", "Homs", reading_as="district").value == "SY0401"
    assert read("Death", "place", "Homs", reading_as="place").value == "SY04"


def test_formats_of_a_list_decide_the_order_of_day_and_month() -> None:
    assert read("Death", "date", "03/04/2013", formats=("%d/%m/%Y",)).value == "2013-04-03"
    assert read("Death", "date", "03/04/2013", formats=("%m/%d/%Y",)).value == "2013-03-04"


def test_languages_stand_with_names_and_texts_only() -> None:
    assert read("Person", "name", "خالد", lang="ar").lang == "ar"
    assert read("Death", "stated_cause", "نوبة", lang="ar").lang == "ar"
    assert read("Person", "sex", "ذكر", lang="ar").lang is None


@pytest.mark.parametrize(
    ("kind", "name", "text", "error"),
    [
        ("Death", "date", "someday", DateUnreadableError),
        ("Death", "date", "2013-02-30", DateUnreadableError),
        ("Site", "person_count", "many", ValueUnreadableError),
        ("Claim", "share", "half", ValueUnreadableError),
        ("Claim", "share", "nan", ValueUnreadableError),
        ("Arrest", "acknowledged", "perhaps", ValueUnreadableError),
        ("Person", "identifier", "123", ValueUnreadableError),
        ("Site", "position", "33.9", ValueUnreadableError),
        ("Site", "position", "36.6|200", ValueUnreadableError),
        ("Site", "position", "133.7|36.6", ValueUnreadableError),
        ("Site", "position", "a|b", ValueUnreadableError),
        ("Claim", "url", "example.org", ValueUnreadableError),
        ("Claim", "url", "ftp://example.org", ValueUnreadableError),
        ("Claim", "url", "https://exa mple.org", ValueUnreadableError),
        ("Claim", "url", "https://[broken", ValueUnreadableError),
        ("Person", "name", "\u200f", ValueUnreadableError),
        ("Person", "sex", "  ", ValueUnreadableError),
        ("Person", "note", "", ValueUnreadableError),
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(
    kind: str, name: str, text: str, error: type[BayyinaError]
) -> None:
    with pytest.raises(error) as caught:
        read(kind, name, text)
    assert caught.value.hint
    if len(text.strip()) > 2:
        assert text.strip() not in str(caught.value)


def test_every_property_can_be_read() -> None:
    texts = {
        "text": "x",
        "name": "x",
        "date": "2013",
        "quantity": "3",
        "number": "3",
        "place": "SY01",
        "group": "isis",
        "link": "x",
        "identifier": "a:b",
        "flag": "yes",
        "geopoint": "1|2",
        "url": "https://example.org",
    }
    read_so_far = 0
    for kind in VOCABULARY.types.values():
        for prop in kind.properties.values():
            text = texts.get(prop.type) or next(iter(VOCABULARY.term_lists[prop.of or ""].terms))
            draft = read(kind.name, prop.name, text)
            assert draft.value == text
            assert draft.original is None
            read_so_far += 1
    assert read_so_far > 500


def test_repeated_texts_are_quick() -> None:
    prop = VOCABULARY.types["Death"].properties["date"]
    best = min(_seconds(prop.name) for _ in range(3))
    assert best < 20e-6  # 1 µs alone on two cores; the machine of the tests is shared


def _seconds(name: str, times: int = 5000) -> float:
    prop = VOCABULARY.types["Death"].properties[name]
    began = time.perf_counter()
    for _ in range(times):
        read_value(prop, "2013-05-01", vocabulary=VOCABULARY, gazetteer=GAZETTEER)
    return (time.perf_counter() - began) / times
