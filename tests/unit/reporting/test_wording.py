from typing import Any

import pytest

from bayyina.errors import InputError
from bayyina.model.vocabulary import Vocabulary
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.grouped import readable_groups, short_names
from bayyina.reporting.labels import PlainLabels, VocabularyLabels
from bayyina.reporting.wording import count_in_words, unit_in_words
from bayyina.typeset.blocks import Value
from bayyina.typeset.numbers import write_number
from tests.unit.reporting.conftest import grouped, made_up


def result(value=15051, query="count persons", **changes):
    return FigureResult.of(made_up(query, value, **changes))


def words(one, lang, *, with_unit=True):
    pieces: Any = count_in_words(
        one, lang, lambda number: Value(write_number(number, lang)), with_unit=with_unit
    )
    return "".join(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("comparator", "english", "arabic"),
    [
        ("at least", "at least 15,051 people", "ما لا يقل عن 15,051 شخصا"),
        ("at most", "at most 15,051 people", "ما لا يزيد على 15,051 شخصا"),
        ("about", "about 15,051 people", "نحو 15,051 شخصا"),
        ("=", "15,051 people", "15,051 شخصا"),
        ("range", "between 15,051 and 15,106 people", "ما بين 15,051 و15,106 أشخاص"),
    ],
)
def test_comparators_in_words(comparator, english, arabic):
    one = result(comparator=comparator, range=[15051, 15106])
    assert words(one, "en") == english
    assert words(one, "ar") == arabic


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "ما لا يقل عن شخص واحد (1)"),
        (2, "ما لا يقل عن شخصين (2)"),
        (6, "ما لا يقل عن 6 أشخاص"),
        (17, "ما لا يقل عن 17 شخصا"),
        (100, "ما لا يقل عن 100 شخص"),
    ],
)
def test_arabic_nouns_follow_their_number(number, written):
    assert words(result(number), "ar") == written


def test_at_least_zero_says_nothing():
    assert words(result(0), "en") == "0 people"
    assert words(result(0), "ar", with_unit=False) == "0"


def test_every_unit_of_the_vocabulary_can_be_written():
    for unit in Vocabulary.load().units:
        for lang in ("en", "ar"):
            assert "15,051" in words(result(query=f"count {unit}"), lang)
            assert unit_in_words(unit, lang)


def test_an_unknown_comparator_is_refused():
    with pytest.raises(InputError, match="'over'"):
        words(result(comparator="over"), "en")


@pytest.mark.parametrize(
    "changes",
    [
        {"value": -1},
        {"value": "5"},
        {"value": True},
        {"comparator": None},
        {"range": [1]},
        {"groups": [{"value": 1}]},
        {"groups": 3},
        {"query": ""},
    ],
)
def test_results_of_another_shape_are_refused(changes):
    with pytest.raises(InputError):
        FigureResult.of(made_up("count persons", 1) | changes)


def test_any_object_with_a_json_form_fits():
    class Figure:
        def to_json(self):
            return made_up("count persons", 5)

    assert FigureResult.of(Figure()).value == 5


def test_years_follow_each_other_without_gaps():
    one = result(groups=grouped("year", {"2014": 3, "2011": 9}), unknown=2)
    groups = readable_groups(one, PlainLabels(), "en")
    assert [(group.labels[0], group.value) for group in groups] == [
        ("2011", 9),
        ("2012", 0),
        ("2013", 0),
        ("2014", 3),
        ("unknown", 2),
    ]


def test_months_run_over_the_end_of_a_year():
    one = result(groups=grouped("month", {"2024-02": 3, "2023-11": 9}))
    groups = readable_groups(one, PlainLabels(), "ar")
    assert [group.labels[0] for group in groups] == [
        "تشرين الثاني 2023",
        "كانون الأول 2023",
        "كانون الثاني 2024",
        "شباط 2024",
    ]


def test_months_of_one_year_are_named_without_it():
    one = result(groups=grouped("month", {"2023-01": 3, "2023-02": 9}), unknown=1)
    groups = readable_groups(one, PlainLabels(), "ar")
    assert short_names(groups, "ar") == ("كانون الثاني", "شباط", "غير معروف")


def test_other_groups_go_from_the_largest_and_unknown_comes_last():
    codes = {"unknown": 90, "SY01": 5, "SY02": 70, "SY03": 70}
    groups = readable_groups(result(groups=grouped("governorate", codes)), PlainLabels(), "en")
    assert [group.labels[0] for group in groups] == ["SY02", "SY03", "SY01", "unknown"]


def test_names_that_are_alike_get_their_codes():
    class Alike(PlainLabels):
        def label(self, key, code, lang):
            return "same"

    groups = readable_groups(result(groups=grouped("party", {"a": 2, "b": 1})), Alike(), "en")
    assert short_names(groups, "en") == ("same (a)", "same (b)")


def test_codes_are_named_from_vocabulary_and_gazetteer():
    class Place:
        label_en, label_ar = "Damascus", "دمشق"

    class Places:
        def read(self, text, level=None):
            return Place() if text == "SY01" else None

    labels = VocabularyLabels(Vocabulary.load(), Places())
    assert labels.label("governorate", "SY01", "ar") == "دمشق"
    assert labels.label("governorate", "XX99", "ar") == "XX99"
    assert labels.label("sex", "female", "en") == "Female"
    assert labels.label("sex", "female", "ar") == "أنثى"
    assert labels.label("party", "syrian-government-to-2024", "en") != "syrian-government-to-2024"
    assert labels.label("demographic", "woman", "en") == "Women (adult female)"
    assert labels.label("already_known", "yes", "ar") == "نعم"
    assert labels.label("year", "unknown", "ar") == "غير معروفة"
    assert labels.label("governorate", "unknown", "ar") == "غير معروفة"
    assert labels.label("sex", "unknown", "ar") == "غير معروف"
