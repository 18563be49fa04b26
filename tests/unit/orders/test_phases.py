"""Phases: which side of which step an event lies on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayyina.orders.cases import load_case
from bayyina.orders.phases import Days, boundaries, days_of, phase_of, side_of

STEPS = boundaries(load_case("icj-188"))


def test_the_steps_of_the_case_stand_in_order() -> None:
    assert [(step.name, step.days.lo) for step in STEPS] == [
        ("notice", date(2020, 9, 18)),
        ("application", date(2023, 6, 8)),
        ("order", date(2023, 11, 16)),
    ]


@pytest.mark.parametrize(
    ("when", "phase"),
    [
        ("2014", "before_notice"),
        ("2020-09-17", "before_notice"),
        ("2020-09-18", "before_application"),
        ("2019/2021", "before_application"),
        ("2022-08/2023-01", "before_application"),  # the levelling of al-Qutayfah
        ("2023-06-08", "before_order"),
        ("2023-06", "before_order"),
        ("2023-11-15", "before_order"),
        ("2023-11-16", "straddles"),  # the hour is not known
        ("2023-11", "straddles"),
        ("2023", "straddles"),
        ("2023-11-17", "after_order"),
        ("2023-11-17/..", "after_order"),
        ("2023-11-20~", "straddles"),
        ("../2023-06-07", "before_application"),
        ("../2024", "straddles"),
    ],
)
def test_only_what_lies_wholly_after_the_order_is_after_it(when: str, phase: str) -> None:
    assert phase_of(days_of(when), STEPS) == phase


def test_without_dates_or_steps_nothing_is_said() -> None:
    assert phase_of(Days(None, None), STEPS) == "undated"
    assert phase_of(days_of("2014"), ()) == "undated"


def test_a_case_without_an_order_has_no_phase_after_it() -> None:
    assert phase_of(days_of("2024"), STEPS[:2]) == "before_order"


@given(
    st.dates(date(2019, 1, 1), date(2025, 1, 1)),
    st.integers(0, 900),
    st.integers(0, 200),
    st.integers(0, 200),
)
def test_knowing_less_never_moves_an_event_to_the_other_side(
    start: date, length: int, earlier: int, later: int
) -> None:
    end = start + timedelta(days=length)
    close = Days(start, end)
    wide = Days(start - timedelta(days=earlier), end + timedelta(days=later))
    order = STEPS[-1].days
    known, said = side_of(close, order), side_of(wide, order)
    assert said in (known, "straddles")
