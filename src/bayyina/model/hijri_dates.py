"""Hijri dates as spans of Gregorian days.

Conversion follows the Umm al-Qura tables (library ``hijridate``, 1343 to 1500 AH). Months
in Syria begin by sighting of the moon, a day earlier or later than a table says, so every
Hijri date is read as a span that is a day wider either way. A month of 29 days in the
table may have had 30.
"""

from __future__ import annotations

from datetime import date, timedelta

from hijridate import Gregorian, Hijri

from bayyina.model.edtf import Span, day_moment, interval, single, unreadable

FIRST_HIJRI_YEAR = 1343
LAST_HIJRI_YEAR = 1500

_DAY = timedelta(days=1)
_LONGEST_MONTH = 30


def is_hijri_year(year: int) -> bool:
    """Whether a year without any mark is taken for a Hijri year: 1343 to 1500."""
    return FIRST_HIJRI_YEAR <= year <= LAST_HIJRI_YEAR


def hijri_span(year: int, month: int = 0, day: int = 0) -> Span:
    """The Gregorian days that a Hijri year, month or day may mean; 0 stands for not stated.

    Raises:
        DateUnreadableError: The year is outside 1343 to 1500, or month or day do not exist.
    """
    return _as_span(*_hijri_days(year, month, day))


def hijri_month_in_gregorian_year(year: int, month: int, day: int = 0) -> Span:
    """The days of a Hijri month, or of one of its days, that fall in a Gregorian year.

    "Ramadan 2012" is the Ramadan of 1433 AH. Where a month falls into the year twice, or
    runs into the next year, the span reaches from the first to the last day of it inside
    the year.
    """
    if not date(1925, 1, 1) <= date(year, 1, 1) <= date(2076, 1, 1):
        raise unreadable(
            f"Hijri months are not known for the year {year}.",
            "They are read for 1925 to 2076; state the Gregorian month.",
        )
    first, last = date(year, 1, 1), date(year, 12, 31)
    hijri_years = range(_hijri_year_of(first), _hijri_year_of(last) + 1)
    windows = [_hijri_days(hijri_year, month, day) for hijri_year in hijri_years]
    inside = [(max(lo, first), min(hi, last)) for lo, hi in windows if lo <= last and hi >= first]
    if not inside:
        raise unreadable(
            f"That day of the Hijri month does not fall in {year}.", "Check the year and the day."
        )
    return _as_span(inside[0][0], inside[-1][1])


def _hijri_days(year: int, month: int, day: int) -> tuple[date, date]:
    if not is_hijri_year(year):
        raise unreadable(
            f"The Hijri year {year} lies outside {FIRST_HIJRI_YEAR} to {LAST_HIJRI_YEAR}.",
            "Check the year, or state the Gregorian date.",
        )
    if month > 12:
        raise unreadable(f"There is no Hijri month {month}.", "Months run from 1 to 12.")
    if day > _LONGEST_MONTH:
        raise unreadable(f"No Hijri month has a day {day}.", "They have 29 or 30 days.")
    first = _first_day(year, month or 1)
    if day:
        exact = first + _DAY * (day - 1)
        return exact - _DAY, exact + _DAY
    last_month = month or 12
    last = _first_day(year, last_month) + _DAY * (Hijri(year, last_month, 1).month_length() - 1)
    return first - _DAY, last + _DAY


def _first_day(year: int, month: int) -> date:
    converted = Hijri(year, month, 1).to_gregorian()
    return date(converted.year, converted.month, converted.day)


def _hijri_year_of(day: date) -> int:
    return Gregorian(day.year, day.month, day.day).to_hijri().year


def _as_span(lo: date, hi: date) -> Span:
    return single(day_moment(lo)) if lo == hi else interval(day_moment(lo), day_moment(hi))
