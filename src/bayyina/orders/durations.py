"""Durations as orders state them (ISO 8601, whole days and longer), counted by the calendar."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from bayyina.errors import InputError

_DURATION = re.compile(
    r"P(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time by the calendar."""

    months: int
    """Whole months; twelve for a year."""

    days: int
    """Days beside them; seven for a week."""


def read_duration(text: str) -> Duration:
    """The duration that a text such as ``P4M`` or ``P8W`` states.

    Raises:
        InputError: it is no duration, or one of no length.
    """
    found = _DURATION.fullmatch(text)
    parts = {name: int(value or 0) for name, value in found.groupdict().items()} if found else {}
    if not any(parts.values()):
        raise InputError(
            f"“{text}” is not a duration.", hint="Write one such as P4M, P8W or P1Y6M."
        )
    return Duration(parts["years"] * 12 + parts["months"], parts["weeks"] * 7 + parts["days"])


def after(start: date, duration: Duration, times: int = 1) -> date | None:
    """The day that lies ``times`` durations after ``start``; None beyond the calendar.

    Months are counted from ``start`` in one go, so that six months and six months make a
    year also from the 31st; a day that the month does not have is its last day.
    """
    month = start.year * 12 + start.month - 1 + duration.months * times
    year, month = divmod(month, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    try:
        return date(year, month + 1, day) + timedelta(days=duration.days * times)
    except OverflowError:
        return None
