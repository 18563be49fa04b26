"""Durations, deadlines and filings: days worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayyina.errors import InputError
from bayyina.orders.deadlines import Deadline, due_days, foremost, limits, with_filings
from bayyina.orders.durations import after, read_duration
from bayyina.standards.order_file import Case, Due, OrderFile, Step, TimeLimit


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "duration", "times", "expected"),
    [
        ("2020-01-23", "P4M", 1, "2020-05-23"),  # the first report of case 178
        ("2023-11-17", "P8W", 1, "2024-01-12"),  # the report of case 180
        ("2024-01-26", "P1M", 1, "2024-02-26"),  # the report of case 192
        ("2024-01-31", "P1M", 1, "2024-02-29"),
        ("2023-01-31", "P1M", 1, "2023-02-28"),
        ("2024-08-31", "P6M", 2, "2025-08-31"),  # not by way of 28 February
        ("2020-02-29", "P1Y", 1, "2021-02-28"),
        ("2024-12-15", "P1Y2M3W4D", 1, "2026-03-12"),
    ],
)
def test_durations_follow_the_calendar(
    start: str, duration: str, times: int, expected: str
) -> None:
    assert after(day(start), read_duration(duration), times) == day(expected)


@pytest.mark.parametrize("text", ["", "P", "4M", "P4", "P-4M", "P4M6", "PT4H", "P0M", "٤"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a duration"):
        read_duration(text)


def test_a_duration_beyond_the_calendar_gives_no_day() -> None:
    assert after(day("2024-01-01"), read_duration("P999Y"), 9) is None
    assert after(date(9999, 12, 1), read_duration("P31D")) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_later_times_lie_later(start: date, months: int) -> None:
    duration = read_duration(f"P{months}M")
    days = [after(start, duration, times) for times in range(1, 5)]
    known = [one for one in days if one is not None]
    assert len(known) == len(days)
    assert start < known[0]
    assert known == sorted(known)


REPORTS = Due(after="P4M", then_every="P6M", until="final_decision")
ORDER = day("2020-01-23")


def test_a_rule_gives_every_day_up_to_the_next_one_ahead() -> None:
    days = due_days(REPORTS, ORDER, day("2021-05-22"))
    assert days == [day("2020-05-23"), day("2020-11-23"), day("2021-05-23")]
    assert due_days(REPORTS, ORDER, ORDER) == [day("2020-05-23")]


def test_a_rule_with_a_last_day_ends_there() -> None:
    rule = Due(after="P1M", then_every="P1M", until="2020-04-01")
    days = due_days(rule, ORDER, day("2030-01-01"))
    assert days == [day("2020-02-23"), day("2020-03-23")]
    assert due_days(Due(on="2025-02-03"), ORDER, ORDER) == [day("2025-02-03")]


def test_a_rule_without_end_is_bounded() -> None:
    rule = Due(after="P1D", then_every="P1D")
    assert len(due_days(rule, ORDER, day("2199-01-01"))) == 400


def report(made: str, **more: str) -> Step:
    return Step("report", made, **more)  # type: ignore[arg-type]


def states(days: list[str], filings: list[Step], as_of: str) -> list[tuple[str, str | None]]:
    found = with_filings([day(text) for text in days], filings, day(as_of))
    return [(one.state, one.filed) for one in found]


DAYS = ["2020-05-23", "2020-11-23", "2021-05-23"]


def test_a_daily_rule_of_decades_ends_with_the_next_day_ahead() -> None:
    days = due_days(Due(after="P1D", then_every="P1D"), ORDER, day("2055-06-01"))
    assert len(days) == 400
    assert days[-1] == day("2055-06-02")


def test_a_day_that_passed_without_a_record_is_never_called_missed() -> None:
    assert states(DAYS, [], "2020-11-23") == [
        ("filing not recorded", None),
        ("due", None),  # on the day itself there is still time
        ("due", None),
    ]


def test_a_filing_belongs_to_the_next_day_ahead() -> None:
    assert states(DAYS, [report("2020-05-22")], "2020-06-01")[0] == ("filed", "2020-05-22")
    assert states(DAYS, [report("2020-05-23")], "2020-06-01")[0] == ("filed", "2020-05-23")


def test_a_filing_soon_after_an_empty_day_is_taken_for_it() -> None:
    filings = [report("2020-06-01")]
    assert states(DAYS, filings, "2020-07-01")[:2] == [
        ("filed after the day", "2020-06-01"),
        ("due", None),
    ]
    both = [report("2020-05-20"), report("2020-06-01")]
    assert states(DAYS, both, "2020-07-01")[:2] == [
        ("filed", "2020-05-20"),
        ("filed", "2020-06-01"),
    ]


def test_a_filing_long_after_an_empty_day_is_for_the_next_one() -> None:
    assert states(DAYS, [report("2020-09-01")], "2020-12-01")[:2] == [
        ("filing not recorded", None),
        ("filed", "2020-09-01"),
    ]


def test_a_filing_may_say_for_which_day_it_is() -> None:
    filings = [report("2020-09-01", for_due="2020-05-23")]
    assert states(DAYS, filings, "2020-10-01")[0] == ("filed after the day", "2020-09-01")


def test_a_filing_known_only_by_its_month_is_not_said_to_be_in_time() -> None:
    assert states(DAYS, [report("2020-05")], "2020-10-01")[0] == ("filed after the day", "2020-05")


def test_the_day_to_look_at_is_the_next_one_ahead() -> None:
    past = Deadline(day("2020-05-23"), "filing not recorded")
    ahead = Deadline(day("2020-11-23"), "due")
    assert foremost([past, ahead], day("2020-06-01")) == ahead
    assert foremost([past], day("2020-06-01")) == past
    assert foremost([], day("2020-06-01")) is None


CASE = Case("icj-1", "A v. B", applicants=("A",), respondent="B")
FIRST = TimeLimit("memorial", "applicants", "2025-02-03", "2024-02-01")
MOVED = TimeLimit("memorial", "applicants", "2025-08-04", "2025-01-10")


def limit_states(as_of: str, *steps: Step) -> list[tuple[str, str, list[bool]]]:
    case = OrderFile(1, CASE, (Step("application", "2023-06-08"),), time_limits=(MOVED, FIRST))
    return [
        (one.deadline.due.isoformat(), one.deadline.state, [v.superseded for v in one.history])
        for one in limits(case, steps, day(as_of))
    ]


def test_a_time_limit_keeps_its_history() -> None:
    assert limit_states("2024-01-31") == []
    assert limit_states("2024-02-01") == [("2025-02-03", "due", [False])]
    assert limit_states("2025-01-10") == [("2025-08-04", "due", [True, False])]
    assert limit_states("2025-08-05") == [("2025-08-04", "filing not recorded", [True, False])]


def test_a_filing_meets_its_own_partys_time_limit() -> None:
    mine = Step("memorial", "2025-08-01", by="A")
    others = Step("memorial", "2025-08-01", by="C")
    answer = Step("counter_memorial", "2025-08-01", by="A")
    assert limit_states("2025-09-01", mine)[0][1] == "filed"
    assert limit_states("2025-09-01", others, answer)[0][1] == "filing not recorded"
