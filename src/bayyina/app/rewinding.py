"""Asking a question as of an earlier time: what sources had said, what the log held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bayyina.errors import InputError
from bayyina.figures.engine import FigureEngine


@dataclass(frozen=True)
class Moment:
    """When a report is to be counted, where that is not now."""

    known_at: date | None = None
    """Only what sources had said by then."""

    recorded_day: date | None = None
    """Only what stood in the custody log by the end of that day (UTC)."""

    recorded_size: int | None = None
    """Only the first so many entries of the custody log."""

    @property
    def known_text(self) -> str:
        """The day of knowing, or an empty text."""
        return self.known_at.isoformat() if self.known_at else ""

    @property
    def recorded_text(self) -> str:
        """The day or size of recording, or an empty text."""
        if self.recorded_size is not None:
            return str(self.recorded_size)
        return self.recorded_day.isoformat() if self.recorded_day else ""


AS_IT_IS: Final = Moment()
"""Count what stands now."""


def read_moment(known_at: str | None, recorded_at: str | None) -> Moment:
    """The moment that two texts state: a day, and a day or a number of log entries.

    Raises:
        InputError: a text is neither, or both days are given, which exclude each other.
    """
    known = None if known_at is None else _day(known_at, "--known-at")
    if recorded_at is None:
        return Moment(known)
    if recorded_at.isdecimal() and recorded_at.isascii() and len(recorded_at) < 10:
        if int(recorded_at) < 1:
            raise InputError("--recorded-at needs an entry or more.", hint="Write 42 or a day.")
        return Moment(known, recorded_size=int(recorded_at))
    if known is not None:
        raise InputError(
            "--known-at and a day after --recorded-at exclude each other.",
            hint="Give the number of log entries after --recorded-at instead.",
        )
    return Moment(recorded_day=_day(recorded_at, "--recorded-at"))


def rewound(engine: FigureEngine, query: str, moment: Moment) -> str:
    """A query asked as of a moment, in its canonical text.

    Raises:
        QueryError: the query cannot be read.
        InputError: the query names such a moment itself.
    """
    if moment == AS_IT_IS:
        return query
    asked = engine.read(query)
    fixed_record = asked.recorded_at is not None or asked.recorded_size is not None
    if (moment.known_at and asked.known_at) or (moment.recorded_text and fixed_record):
        raise InputError(
            f"The question {query} already says as of when it is counted.",
            hint="Build this report without --known-at and --recorded-at.",
        )
    if moment.recorded_day and asked.known_at:
        raise InputError(
            f"The question {query} is known at a day, which a day of recording excludes.",
            hint="Give the number of log entries after --recorded-at instead.",
        )
    return str(
        replace(
            asked,
            known_at=moment.known_at or asked.known_at,
            recorded_at=moment.recorded_day or asked.recorded_at,
            recorded_size=(
                asked.recorded_size if moment.recorded_size is None else moment.recorded_size
            ),
        )
    )


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"{option} is not a day: {text}.", hint="Write it as 2023-10-10."
        ) from error
