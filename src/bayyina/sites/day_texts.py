"""Days written in any of the usual ways: read as one column, so that 3/4 means the same in every row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

Reader = Callable[[re.Match[str]], date]


def _calendar(match: re.Match[str]) -> date:
    return date(int(match["y"]), int(match["m"]), int(match["d"]))


def _day_of_year(match: re.Match[str]) -> date:
    year, number = int(match["y"]), int(match["n"])
    day = date(year, 1, 1) + timedelta(days=number - 1)
    if number < 1 or day.year != year:
        raise ValueError("no such day of the year")
    return day


def _named_month(match: re.Match[str]) -> date:
    return datetime.strptime(  # noqa: DTZ007 - only the day is taken
        f"{int(match['d']):02d} {match['b'][:3].title()} {match['y']}", "%d %b %Y"
    ).date()


def _ordinal(match: re.Match[str]) -> date:
    return date.fromordinal(int(match["o"]))


_TIME = r"(?:[T ]?\d{1,2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_TIME}"), _calendar),
    (re.compile(rf"(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_TIME}"), _calendar),
    (re.compile(r"(?P<y>\d{4})-?(?P<n>\d{3})"), _day_of_year),
    (re.compile(r"(?P<o>7[0-6]\d{4})(?:\.0+)?"), _ordinal),
    (re.compile(rf"(?P<d>\d{{1,2}})[-/.](?P<m>\d{{1,2}})[-/.](?P<y>\d{{4}}){_TIME}"), _calendar),
    (re.compile(rf"(?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})[-/.](?P<y>\d{{4}}){_TIME}"), _calendar),
    (
        re.compile(rf"(?P<d>\d{{1,2}})[- ](?P<b>[A-Za-z]{{3,9}})[- ,]+(?P<y>\d{{4}}){_TIME}"),
        _named_month,
    ),
    (
        re.compile(rf"(?P<b>[A-Za-z]{{3,9}})[- ](?P<d>\d{{1,2}}),? (?P<y>\d{{4}}){_TIME}"),
        _named_month,
    ),
)
"""Year first, digits alone, day of the year, ordinal day, day first, month first, names of months."""

DAY_FIRST, MONTH_FIRST = 4, 5


def read_days(texts: Sequence[str]) -> list[date | None]:
    """The day of each text, or nothing where it is not one; all texts in the same form.

    The form that reads most texts is taken. Where day first and month first read equally many,
    differently, the one is taken in which the rows stand in order of time.

    Raises:
        ValueError: both readings are possible and neither stands in order.
    """
    cleaned = [text.strip().strip("\ufeff'\"").translate(_DIGITS) for text in texts]
    readings = [[_read(pattern, reader, text) for text in cleaned] for pattern, reader in FORMS]
    counts = [sum(day is not None for day in reading) for reading in readings]
    best = max(range(len(FORMS)), key=lambda k: counts[k])
    if (
        best in (DAY_FIRST, MONTH_FIRST)
        and counts[DAY_FIRST] == counts[MONTH_FIRST]
        and readings[DAY_FIRST] != readings[MONTH_FIRST]
    ):
        in_order = [k for k in (DAY_FIRST, MONTH_FIRST) if _in_order(readings[k])]
        if len(in_order) != 1:
            raise ValueError("days and months cannot be told apart")
        best = in_order[0]
    return readings[best]


def _read(pattern: re.Pattern[str], reader: Reader, text: str) -> date | None:
    match = pattern.fullmatch(text)
    if match is None:
        return None
    try:
        return reader(match)
    except ValueError:
        return None


def _in_order(days: Sequence[date | None]) -> bool:
    known = [day for day in days if day is not None]
    forward = all(a <= b for a, b in pairwise(known))
    return forward or all(a >= b for a, b in pairwise(known))
