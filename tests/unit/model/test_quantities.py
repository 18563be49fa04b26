"""Quantities and ages against tables worked out by hand, and the law that normal text reads back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.errors import ValueUnreadableError
from bayyina.model.quantities import Quantity, read_age, read_quantity

# Text, normal text, comparator, least, greatest (None: no limit).
READ = [
    ("12", "12", "=", 12, 12),
    ("0", "0", "=", 0, 0),
    ("١٢", "12", "=", 12, 12),
    ("15,051", "15051", "=", 15051, 15051),
    ("15 051", "15051", "=", 15051, 15051),
    ("١٥٬٠٥١", "15051", "=", 15051, 15051),
    ("12.0", "12", "=", 12, 12),
    ("150-600", "150..600", "range", 150, 600),
    ("150–600", "150..600", "range", 150, 600),
    ("150..600", "150..600", "range", 150, 600),
    ("between 150 and 600", "150..600", "range", 150, 600),
    ("بين 150 و600", "150..600", "range", 150, 600),
    ("من ١٥٠ إلى ٦٠٠", "150..600", "range", 150, 600),
    ("12-12", "12", "=", 12, 12),
    ("at least 15,051", "at least 15051", "at least", 15051, None),
    ("no fewer than 5", "at least 5", "at least", 5, None),
    ("ما لا يقل عن 5", "at least 5", "at least", 5, None),
    ("5 على الأقل", "at least 5", "at least", 5, None),
    (">= 5", "at least 5", "at least", 5, None),
    ("5+", "at least 5", "at least", 5, None),
    ("5..", "at least 5", "at least", 5, None),
    ("more than 50,000", "at least 50001", "at least", 50001, None),
    ("أكثر من 5", "at least 6", "at least", 6, None),
    ("up to 7", "at most 7", "at most", 0, 7),
    ("لا يزيد عن 7", "at most 7", "at most", 0, 7),
    ("fewer than 8", "at most 7", "at most", 0, 7),
    ("about 15,000", "about 15000", "about", 13500, 16500),
    ("نحو 30", "about 30", "about", 27, 33),
    ("٣٠ تقريباً", "about 30", "about", 27, 33),
    ("~5", "about 5", "about", 4, 6),
    ("about 0", "about 0", "about", 0, 1),
]


@pytest.mark.parametrize(("text", "normal", "comparator", "lo", "hi"), READ)
def test_a_text_states_this_quantity(
    text: str, normal: str, comparator: str, lo: int, hi: int | None
) -> None:
    assert read_quantity(text) == Quantity(normal, comparator, lo, hi)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dozens",
        "-5",
        "3.5",
        "12.000",
        "600-150",
        "< 0",
        "25 bodies",
        "9" * 17,
        "1 2",
        "6 months",
    ],
)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueUnreadableError) as refusal:
        read_quantity(text)
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("25", "25"),
        ("25 years", "25"),
        ("25 years old", "25"),
        ("٢٥ عاماً", "25"),
        ("25 سنة", "25"),
        ("العمر: 25", "25"),
        ("about 30 years", "about 30"),
        ("20-25", "20..25"),
        ("6 months", "0"),
        ("18 أشهر", "1"),
        ("40 يوما", "0"),
        ("60 weeks", "1"),
        ("infant", "0..1"),
        ("رضيعة", "0..1"),
    ],
)
def test_an_age_is_in_completed_years(text: str, normal: str) -> None:
    assert read_age(text).text == normal


def test_an_age_that_is_none_is_refused() -> None:
    with pytest.raises(ValueUnreadableError):
        read_age("elderly")


_NUMBERS = st.integers(0, 10**15)


@given(
    st.one_of(
        _NUMBERS.map(str),
        st.builds("{} {}".format, st.sampled_from(["at least", "at most", "about"]), _NUMBERS),
        st.tuples(_NUMBERS, _NUMBERS).map(sorted).map(lambda pair: f"{pair[0]}..{pair[1]}"),
    )
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_normal_text_reads_back_to_the_same_quantity(text: str) -> None:
    stated = read_quantity(text)
    assert read_quantity(stated.text) == stated
    assert stated.lo is not None
    assert stated.hi is None or stated.lo <= stated.hi


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_is_a_quantity_or_refused(text: str) -> None:
    for read in (read_quantity, read_age):
        try:
            stated = read(text)
        except ValueUnreadableError:
            continue
        assert read_quantity(stated.text) == stated


@pytest.mark.parametrize(
    ("text", "years"), [("0.58", 0), ("1.5 years", 1), ("٠٫٥", 0), ("33.25", 33)]
)
def test_an_age_with_a_part_of_a_year_is_completed_years(text: str, years: int) -> None:
    assert (read_age(text).lo, read_age(text).hi) == (years, years)
