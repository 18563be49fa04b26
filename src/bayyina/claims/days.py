"""Dates and periods of claims as day numbers, so that they can be compared quickly."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from bayyina.model.edtf import parse_edtf
from bayyina.standards.claims_content import YEARLESS

OPEN_START: Final = date.min.toordinal()
"""Day number of a period without a beginning."""

OPEN_END: Final = date.max.toordinal()
"""Day number of a period without an end."""


class Days(NamedTuple):
    """From the first to the last day, as proleptic Gregorian ordinals."""

    start: int
    """First day."""

    end: int
    """Last day, included."""

    @property
    def length(self) -> int:
        """Number of days."""
        return self.end - self.start + 1

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are known."""
        return self.start != OPEN_START and self.end != OPEN_END

    def contains(self, other: Days) -> bool:
        """Whether every day of the other lies in this one."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Days) -> bool:
        """Whether they have a day in common."""
        return self.start <= other.end and other.start <= self.end


@lru_cache(maxsize=65536)
def read_days(text: str | None) -> Days | None:
    """The days that an EDTF text may mean; None for none, or for a date without its year."""
    span = parse_edtf(text) if text is not None and not YEARLESS.fullmatch(text) else None
    if span is None:
        return None
    start, end = span.bounds()
    return Days(
        start.toordinal() if start is not None else OPEN_START,
        end.toordinal() if end is not None else OPEN_END,
    )


def day_text(day: int) -> str:
    """A day number as ISO 8601; two dots for an open end."""
    return ".." if day in (OPEN_START, OPEN_END) else date.fromordinal(day).isoformat()
