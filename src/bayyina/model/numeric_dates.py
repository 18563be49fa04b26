"""Dates in numbers alone: ``14/05/2013``, ``2013-5-14``, ``05.2013``, ``2013``.

**Order.** Year first is year, month, day. Year last is day, month, year, as written in
Syria; only where that is impossible and month, day, year is possible (``05/14/2013``) is
it read so. Where a list uses another order, its formats say so. A day or month written 00
is not stated. Years have four digits; a year of two digits is refused, since it does not
say its century.
"""

from __future__ import annotations

import re

from bayyina.model.calendar_dates import dated
from bayyina.model.edtf import Span, interval, unreadable

_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})\s*(?P<s>[-/.\\])\s*(?P<m>\d{1,2})\s*(?P=s)\s*(?P<d>\d{1,2})"
)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})\s*(?P<s>[-/.\\])\s*(?P<b>\d{1,2})\s*(?P=s)\s*(?P<y>\d{4})")
_YEAR_MONTH = re.compile(r"(?P<y>\d{4})\s*(?P<s>[-/.\\])\s*(?P<m>\d{1,2})")
_MONTH_YEAR = re.compile(r"(?P<m>\d{1,2})\s*[-/.\\]\s*(?P<y>\d{4})")
_YEAR = re.compile(r"\d{4}")
_TWO_YEARS = re.compile(r"(\d{4})\s*-\s*(\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*([-/.\\])\s*\d{1,2}\s*\1\s*\d{2}")
_TIME = re.compile(
    r"(?:t|\s+)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
    r"(?:\s*(?:[ap]\.?m\.?|[صم]|z|utc|[+-]\d\d:?\d\d))?",
    re.IGNORECASE,
)


def without_time(text: str) -> str:
    """The text without a time of day at its end; the day is kept as written, not converted."""
    if ":" not in text:
        return text
    found = _TIME.search(text)
    return text[: found.start()] if found and found.end() == len(text) else text


def read_numbers(text: str, calendar: str, *, order_is_stated: bool = False) -> Span | None:
    """Reads a date in numbers; None when the text has none of the forms.

    With ``order_is_stated`` (a list's own formats were tried before) the forms of three
    numbers with the year last are refused, since only the formats know their order.

    Raises:
        DateUnreadableError: The form is one of these and the date is impossible or refused.
    """
    if found := _YEAR_FIRST.fullmatch(text):
        return dated(int(found["y"]), int(found["m"]), int(found["d"]), calendar)
    if found := _YEAR.fullmatch(text):
        return dated(int(text), calendar=calendar)
    if found := _YEAR_LAST.fullmatch(text):
        if order_is_stated:
            raise unreadable(
                "The date does not fit the formats that are stated for its column.",
                "Correct it, or add its format to the mapping.",
            )
        return _year_last(int(found["a"]), int(found["b"]), int(found["y"]), calendar)
    if found := _YEAR_MONTH.fullmatch(text):
        if found["s"] == "-" and "21" <= found["m"] <= "24":
            return None
        return dated(int(found["y"]), int(found["m"]), calendar=calendar)
    if found := _MONTH_YEAR.fullmatch(text):
        return dated(int(found["y"]), int(found["m"]), calendar=calendar)
    return _rarer_forms(text, calendar)


def _rarer_forms(text: str, calendar: str) -> Span | None:
    if found := _TWO_YEARS.fullmatch(text):
        first, last = (dated(int(year), calendar=calendar) for year in found.groups())
        return interval(first.start, last.end)
    if found := _COMPACT.fullmatch(text):
        year, month, day = map(int, found.groups())
        return dated(year, month, day, calendar)
    if _SHORT_YEAR.fullmatch(text):
        raise unreadable(
            "The year has two digits, which does not say its century.",
            "Write years with four digits.",
        )
    return None


def _year_last(first: int, second: int, year: int, calendar: str) -> Span:
    """Day, month, year; month, day, year only where the former is impossible."""
    if second > 12 and 1 <= first <= 12:
        return dated(year, first, second, calendar)
    return dated(year, second, first, calendar)
