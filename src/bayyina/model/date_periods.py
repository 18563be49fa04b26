"""Parts of a period: early, mid, late, first half, second half (rules: ``date_phrases``)."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum

from bayyina.errors import DateUnreadableError
from bayyina.model.edtf import (
    WINTER,
    Moment,
    Span,
    day_moment,
    interval,
    month_moment,
    unreadable,
)


class Part(Enum):
    """Which part of a period is meant."""

    EARLY = "early"
    MID = "mid"
    LATE = "late"
    FIRST_HALF = "first half"
    SECOND_HALF = "second half"


PARTS = (
    (
        Part.EARLY,
        re.compile(
            r"(?:early(?: in)?|(?:the )?(?:beginning|start) of|debut|اوايل|بدايه|بدايات|مطلع)"
            r"[\s-]+(.+)"
        ),
    ),
    (
        Part.MID,
        re.compile(r"(?:mid(?:dle)?(?: of)?|the middle of|mi|منتصف|اواسط|وسط)[\s-]+(.+)"),
    ),
    (
        Part.LATE,
        re.compile(r"(?:late(?: in)?|(?:the )?end of|fin|اواخر|نهايه|نهايات)[\s-]+(.+)"),
    ),
    (
        Part.FIRST_HALF,
        re.compile(r"(?:(?:the )?first half of|النصف الاول من)\s+(.+)"),
    ),
    (
        Part.SECOND_HALF,
        re.compile(r"(?:(?:the )?second half of|النصف الثاني من)\s+(.+)"),
    ),
)
"""Each part with the words for it, on folded text; group 1 is the period."""

_SEASON_FIRST_MONTH = {"21": 3, "22": 6, "23": 9}
_SEASON_MONTHS = {Part.EARLY: (0, 1), Part.MID: (1, 2), Part.LATE: (2, 3)}
_THIRDS = {Part.EARLY: (0, 1), Part.MID: (1, 2), Part.LATE: (2, 3)}
_WIDENED = timedelta(days=7)


def part_of(part: Part, span: Span) -> Span:
    """The part of a year, month, season, decade, or of a Hijri month.

    Raises:
        DateUnreadableError: The period has no such parts.
    """
    if not span.is_single or span.start is None or span.start.qualifier:
        return _part_of_days(part, span)
    whole = span.start
    if whole.precision == "year" and not whole.month:
        return _part_of_year(part, int(whole.year))
    if whole.precision == "month" and not whole.day:
        return _part_of_month(part, whole)
    if whole.precision == "season" and part in _SEASON_MONTHS:
        return _part_of_season(part, whole, span)
    if whole.precision == "decade" and part in _THIRDS:
        return _part_of_decade(part, whole)
    raise _no_parts()


def _part_of_year(part: Part, year: int) -> Span:
    first, last = {
        Part.EARLY: (1, 4),
        Part.MID: (5, 8),
        Part.LATE: (9, 12),
        Part.FIRST_HALF: (1, 6),
        Part.SECOND_HALF: (7, 12),
    }[part]
    return _softened(part, month_moment(year, first), month_moment(year, last))


def _part_of_month(part: Part, month: Moment) -> Span:
    lo, hi = month.covered()
    first, last = {
        Part.EARLY: (1, 10),
        Part.MID: (11, 20),
        Part.LATE: (21, hi.day),
        Part.FIRST_HALF: (1, 15),
        Part.SECOND_HALF: (16, hi.day),
    }[part]
    return _softened(part, day_moment(lo.replace(day=first)), day_moment(lo.replace(day=last)))


def _part_of_season(part: Part, season: Moment, whole: Span) -> Span:
    """Two months of the four that a season touches; a winter may be either of two: whole."""
    if season.month == WINTER:
        return whole
    first, last = _SEASON_MONTHS[part]
    month, year = _SEASON_FIRST_MONTH[season.month], int(season.year)
    return interval(month_moment(year, month + first), month_moment(year, month + last))


def _part_of_decade(part: Part, decade: Moment) -> Span:
    first, last = {Part.EARLY: ("0", "3"), Part.MID: ("4", "6"), Part.LATE: ("7", "9")}[part]
    tens = decade.year[:3]
    return _softened(part, Moment(tens + first), Moment(tens + last))


def _softened(part: Part, first: Moment, last: Moment) -> Span:
    """The interval with those ends approximate that lie inside the period."""
    starts_inside = part in (Part.MID, Part.LATE)
    ends_inside = part in (Part.EARLY, Part.MID)
    return interval(
        first.qualified("~") if starts_inside else first,
        last.qualified("~") if ends_inside else last,
    )


def _part_of_days(part: Part, span: Span) -> Span:
    """A third of a Hijri month, a week wider at the ends that lie inside it."""
    lo, hi = span.bounds()
    if lo is None or hi is None or not 20 <= (hi - lo).days <= 40 or part not in _THIRDS:
        raise _no_parts()
    third = (hi - lo) / 3
    first, last = (lo + third * share for share in _THIRDS[part])
    return interval(
        day_moment(max(lo, first - _WIDENED if part is not Part.EARLY else lo)),
        day_moment(min(hi, last + _WIDENED if part is not Part.LATE else hi)),
    )


def _no_parts() -> DateUnreadableError:
    return unreadable(
        "Early, mid, late or half is said of a period that has no such parts.",
        "Say it of a year, a month, a season or a decade.",
    )
