"""Partial and uncertain dates: read from what people write, kept in EDTF, with honest bounds.

``read_date`` reads, in this order: the formats that a list states for a column
(``date_formats``), dates in numbers (``numeric_dates``), EDTF (``edtf``, which also states
the rule for the bounds), and dates in words of English, French or Arabic
(``date_phrases``), in the Gregorian or the Hijri calendar (``hijri_dates``).

Where a list states its formats, the forms whose order would be a guess (day, month or
month, day, with the year last) are read by its formats only; all other forms are still
read, since they mean the same in every list.

The normal text of a date reads back to the same date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bayyina.errors import InputError
from bayyina.model.calendar_dates import CALENDARS
from bayyina.model.date_formats import check_date_format, read_by_formats
from bayyina.model.date_phrases import read_phrase
from bayyina.model.date_writing import write_span
from bayyina.model.digits import plain_text
from bayyina.model.edtf import FIRST_YEAR, LAST_YEAR, Span, parse_edtf, unreadable
from bayyina.model.month_names import folded_date_text
from bayyina.model.numeric_dates import read_numbers, without_time

__all__ = ["PartialDate", "check_date_format", "read_date", "write_date"]

_LONGEST_TEXT = 200
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as its source states it."""

    edtf: str
    """Normal text in EDTF, such as ``2013-05``, ``2012~`` or ``2022-09/2023-01``."""

    lo: date | None
    """First day that it may mean; None when it is open to the past."""

    hi: date | None
    """Last day that it may mean; None when it is open to the future."""

    def __str__(self) -> str:
        return self.edtf


def read_date(text: str, *, formats: Sequence[str] = (), calendar: str = "auto") -> PartialDate:
    """The date that a text states.

    Args:
        text: What was written, in any of the forms that the module's docstring names.
        formats: The forms of the list's column, such as ``("%d/%m/%Y", "%Y")``, tried first.
        calendar: ``gregorian``, ``hijri``, or ``auto``: Gregorian except for Hijri months,
            the mark هـ, and the years 1343 to 1500.

    Raises:
        DateUnreadableError: The text is not a date, or an impossible one. The code is
            ``date-unknown`` when the text says that the date is not known, and
            ``date-format`` when one of ``formats`` is wrong.
    """
    return _read(text, tuple(formats), calendar)


def write_date(stated: PartialDate, lang: str) -> str:
    """The date in words: ``en`` "May 2013", ``ar`` "أيار 2013".

    Raises:
        InputError: The language is neither ``en`` nor ``ar``.
    """
    span = parse_edtf(stated.edtf)
    if span is None:
        raise unreadable("The date is not in EDTF.", "Read it with read_date first.")
    return write_span(span, lang)


@lru_cache(maxsize=65536)
def _read(text: str, formats: tuple[str, ...], calendar: str) -> PartialDate:
    if not formats and calendar == "auto" and (found := _ISO_DAY.fullmatch(text)):
        whole = _exact_day(text, found)
        if whole is not None:
            return whole
    span = _span(text, formats, calendar)
    lo, hi = span.bounds()
    return PartialDate(span.text, lo, hi)


def _exact_day(text: str, found: re.Match[str]) -> PartialDate | None:
    """The short way for the commonest form; None for what needs a closer look."""
    year, month, day = map(int, found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        exact = date(year, month, day)
    except ValueError:
        return None
    return PartialDate(text, exact, exact)


def _span(text: str, formats: tuple[str, ...], calendar: str) -> Span:
    if calendar not in CALENDARS:
        raise InputError(
            "That calendar is not known.", hint=f"Choose one of {', '.join(CALENDARS)}."
        )
    plain = plain_text(text)
    if not plain:
        raise unreadable("There is no date.", code="date-unknown")
    if len(plain) > _LONGEST_TEXT:
        raise unreadable("The text is too long to be a date.", "Check the column.")
    span = read_by_formats(plain, formats, calendar)
    if span is not None:
        return span
    untimed = without_time(plain)
    span = read_numbers(untimed, calendar, order_is_stated=bool(formats)) or parse_edtf(untimed)
    if span is not None:
        return span
    return read_phrase(folded_date_text(untimed), calendar, order_is_stated=bool(formats))
