"""Dates in the Extended Date/Time Format: parts, normal text, and the days they may mean.

Read are level 0 and level 1 of EDTF (ISO 8601-2:2019, annex A; Library of Congress, 2019)
for the years 1583 to 2199: dates, ``2013-05``, ``2013``, unspecified digits (``201X``,
``2013-XX``, ``2013-05-XX``), seasons (``2012-21`` spring to ``2012-24`` winter), the
qualifiers ``?`` uncertain, ``~`` approximate and ``%`` both, and intervals with open or
unknown ends. Unknown ends are written open (``2013/`` becomes ``2013/..``), since either
leaves the bound unknown.

**The bounds rule.** The bounds are the first and the last day that the date may mean. A
plain date means every day it covers. A qualifier widens both sides by a margin that
follows the precision: 7 days for a day, 1 month for a month, 3 months for a season, 1
year for a year, 10 for a decade, 100 for a century; ``%`` widens by twice the margin. The
shape (one margin for ``~`` and ``?``, two for ``%``) is that of the reference
implementation python-edtf; its margin of one day for a day is too narrow for what
witnesses remember, so ours is a week. A season covers the meteorological and the
astronomical season of the northern hemisphere; a winter named by one year may be the one
that begins or the one that ends in it.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bayyina.errors import DateUnreadableError

FIRST_YEAR = 1583
"""First full year of the Gregorian calendar."""

LAST_YEAR = 2199
"""Later years are slips of the pen."""

SPRING, SUMMER, AUTUMN, WINTER = "21", "22", "23", "24"

_SEASON_DAYS = {
    SPRING: ((0, 3, 1), (0, 6, 21)),
    SUMMER: ((0, 6, 1), (0, 9, 23)),
    AUTUMN: ((0, 9, 1), (0, 12, 22)),
    WINTER: ((-1, 12, 1), (1, 3, 21)),
}
"""First and last day of each season: (years after its own year, month, day)."""

_MARGIN_DAYS = 7
_MARGIN_MONTHS = {"month": 1, "season": 3, "year": 12, "decade": 120, "century": 1200}

_MOMENT = re.compile(
    r"(?P<year>\d{4}|\d{3}X|\d\dXX)(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<mark>[~?%]?)",
    re.ASCII,
)
_QUALIFIERS = {
    frozenset(): "",
    frozenset("~"): "~",
    frozenset("?"): "?",
    frozenset("~?"): "%",
}


def unreadable(message: str, hint: str = "", code: str = "") -> DateUnreadableError:
    """The error of this module's readers; the texts themselves are never repeated in it."""
    return DateUnreadableError(message, hint=hint, code=code)


@dataclass(frozen=True, slots=True)
class Moment:
    """One date without an interval, as precise as it was stated; made by ``moment``."""

    year: str
    """Four characters; the last one or two may be ``X``."""

    month: str = ""
    """``01`` to ``12``, a season ``21`` to ``24``, ``XX`` unspecified, or empty."""

    day: str = ""
    """``01`` to ``31``, ``XX`` unspecified, or empty."""

    qualifier: str = ""
    """``~``, ``?``, ``%`` or empty."""

    @property
    def text(self) -> str:
        """The EDTF text."""
        return "-".join(filter(None, (self.year, self.month, self.day))) + self.qualifier

    @property
    def precision(self) -> str:
        """What is known: ``day month season year decade century``."""
        if self.day.isdigit():
            return "day"
        if self.month.isdigit():
            return "season" if self.month > "12" else "month"
        return {0: "year", 1: "decade", 2: "century"}[self.year.count("X")]

    def covered(self) -> tuple[date, date]:
        """First and last day that the words cover, the qualifier left aside."""
        precision = self.precision
        if precision == "day":
            day = date(int(self.year), int(self.month), int(self.day))
            return day, day
        if precision == "month":
            year, month = int(self.year), int(self.month)
            return date(year, month, 1), _month_end(year, month)
        if precision == "season":
            (years_lo, *first), (years_hi, *last) = _SEASON_DAYS[self.month]
            return (
                date(int(self.year) + years_lo, first[0], first[1]),
                date(int(self.year) + years_hi, last[0], last[1]),
            )
        lowest, highest = self.year.replace("X", "0"), self.year.replace("X", "9")
        return date(int(lowest), 1, 1), date(int(highest), 12, 31)

    def bounds(self) -> tuple[date, date]:
        """First and last day that the date may mean: the bounds rule of this module."""
        lo, hi = self.covered()
        if not self.qualifier:
            return lo, hi
        times = 2 if self.qualifier == "%" else 1
        precision = self.precision
        if precision == "day":
            margin = timedelta(days=_MARGIN_DAYS * times)
            return lo - margin, hi + margin
        months = _MARGIN_MONTHS[precision] * times
        return _shifted(lo, -months), _shifted(hi, months)

    def qualified(self, mark: str) -> Moment:
        """The same date with a qualifier added to those it has."""
        marks = frozenset((self.qualifier + mark).replace("%", "~?"))
        return replace(self, qualifier=_QUALIFIERS[marks])


@dataclass(frozen=True, slots=True)
class Span:
    """A date or an interval; an end that is None is open. Made by ``single`` and ``interval``."""

    start: Moment | None
    """Where it begins."""

    end: Moment | None
    """Where it ends; equal to ``start`` for a date that is no interval."""

    @property
    def is_single(self) -> bool:
        """Whether it is one date, not an interval."""
        return self.start == self.end

    @property
    def text(self) -> str:
        """The EDTF text."""
        start = self.start.text if self.start else ".."
        end = self.end.text if self.end else ".."
        return start if self.is_single else f"{start}/{end}"

    def bounds(self) -> tuple[date | None, date | None]:
        """First and last day that it may mean; None where it is open."""
        if self.start is not None and self.start == self.end:
            return self.start.bounds()
        return (
            self.start.bounds()[0] if self.start else None,
            self.end.bounds()[1] if self.end else None,
        )

    def qualified(self, mark: str) -> Span:
        """The same with a qualifier added to each end that is not open."""
        return Span(
            self.start.qualified(mark) if self.start else None,
            self.end.qualified(mark) if self.end else None,
        )


def moment(year: str, month: str = "", day: str = "", qualifier: str = "") -> Moment:
    """A checked date.

    Raises:
        DateUnreadableError: There is no such day, month or season, or the year lies outside
            1583 to 2199.
    """
    if not FIRST_YEAR <= int(year.replace("X", "0")) <= LAST_YEAR:
        raise unreadable(
            f"The year {year} lies outside {FIRST_YEAR} to {LAST_YEAR}.",
            "Check the year; for a Hijri date write هـ after it or state the calendar.",
        )
    if month and not year.isdigit():
        raise unreadable("A month is stated for a year that is not.", "Leave out the month.")
    if month.isdigit() and not (1 <= int(month) <= 12 or month in _SEASON_DAYS):
        raise unreadable(f"There is no month {int(month)}.", "Months run from 1 to 12.")
    if day.isdigit():
        _check_day(year, month, day)
    elif day and month.isdigit() and int(month) > 12:
        raise unreadable("A season has no days.", "Leave out the day.")
    return Moment(year, month, day, qualifier)


def _check_day(year: str, month: str, day: str) -> None:
    if not month.isdigit() or int(month) > 12:
        raise unreadable(
            "A day is stated without its month.", "State the month or leave out the day."
        )
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        last = _month_end(int(year), int(month)).day
        raise unreadable(
            f"There is no day {int(day)} in month {int(month)} of {year}.",
            f"That month has {last} days; correct the date or leave out the day.",
        ) from None


def single(one: Moment) -> Span:
    """A date that is no interval."""
    return Span(one, one)


def interval(start: Moment | None, end: Moment | None) -> Span:
    """An interval, its ends included; None is an open end.

    Raises:
        DateUnreadableError: It ends before it begins, or both ends are open.
    """
    if start is None and end is None:
        raise unreadable("An interval with two open ends states no date.", code="date-unknown")
    if start and end and start.covered()[0] > end.covered()[1]:
        raise unreadable("The interval ends before it begins.", "Put the earlier date first.")
    return Span(start, end)


def parse_edtf(text: str) -> Span | None:
    """Reads EDTF text; None when the text does not have the form of EDTF.

    Raises:
        DateUnreadableError: The text has the form of EDTF, and the date is impossible.
    """
    start_text, slash, end_text = text.upper().partition("/")
    if not slash:
        found = _MOMENT.fullmatch(start_text)
        return single(_parsed(found)) if found else None
    start_read, start = _parse_end(start_text)
    end_read, end = _parse_end(end_text)
    return interval(start, end) if start_read and end_read else None


def _parse_end(text: str) -> tuple[bool, Moment | None]:
    """Whether the text is one end of an interval, and which; None for an open end."""
    if text in ("", ".."):
        return True, None
    found = _MOMENT.fullmatch(text)
    return (True, _parsed(found)) if found else (False, None)


def _parsed(found: re.Match[str]) -> Moment:
    year, month, day, mark = found.group("year", "month", "day", "mark")
    return moment(year, month or "", day or "", mark)


def day_moment(day: date) -> Moment:
    """A day of the Gregorian calendar."""
    return Moment(f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}")


def month_moment(year: int, month: int) -> Moment:
    """A month of the Gregorian calendar, which is known to exist."""
    return Moment(f"{year:04d}", f"{month:02d}")


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _shifted(day: date, months: int) -> date:
    """A number of months earlier or later; a last day of a month stays a last day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = _month_end(years, month + 1)
    is_last = day == _month_end(day.year, day.month)
    return last if is_last or day.day > last.day else last.replace(day=day.day)
