"""Years, months and days of either calendar as spans of Gregorian days."""

from __future__ import annotations

from bayyina.model.edtf import Moment, Span, moment, single, unreadable
from bayyina.model.hijri_dates import hijri_month_in_gregorian_year, hijri_span, is_hijri_year
from bayyina.model.month_names import MonthName

CALENDARS = ("auto", "gregorian", "hijri")
"""``auto``: Gregorian, except for Hijri months, the mark هـ, and the years 1343 to 1500."""


def dated(year: int, month: int = 0, day: int = 0, calendar: str = "auto") -> Span:
    """The span of a year, month or day given in numbers; 0 stands for not stated.

    Raises:
        DateUnreadableError: There is no such day in that calendar.
    """
    if year == 0:
        raise unreadable("The date is written as zeros.", "Leave it empty.", "date-unknown")
    if day and not month:
        raise unreadable(
            "A day is stated without its month.", "State the month or leave out the day."
        )
    if calendar == "hijri" or (calendar == "auto" and is_hijri_year(year)):
        return hijri_span(year, month, day)
    if month > 12:
        raise unreadable(f"There is no month {month}.", "Months run from 1 to 12.")
    return single(_gregorian(year, month, day))


def _gregorian(year: int, month: int, day: int) -> Moment:
    return moment(f"{year:04d}", f"{month:02d}" if month else "", f"{day:02d}" if day else "")


def named_month_date(year: int, month: MonthName, day: int, calendar: str) -> Span:
    """The span of a year with a named month; a Hijri month may stand in a Gregorian year.

    Raises:
        DateUnreadableError: There is no such day, or the month is not one of the calendar.
    """
    if not month.is_hijri:
        if calendar == "hijri" or is_hijri_year(year):
            raise unreadable("A Gregorian month stands beside a Hijri year.", "State one calendar.")
        return dated(year, month.number, day, "gregorian")
    if calendar != "hijri" and not is_hijri_year(year):
        return hijri_month_in_gregorian_year(year, month.number, day)
    return dated(year, month.number, day, "hijri")
