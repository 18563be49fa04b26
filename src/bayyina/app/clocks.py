"""Where the time comes from, and how it is written."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time now, aware, UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that a test or a reproducible run sets by hand."""

    def __init__(self, moment: datetime) -> None:
        """Stand at ``moment``."""
        self.moment = moment

    def now(self) -> datetime:
        """The time it was set to."""
        return self.moment


def write_time(moment: datetime) -> str:
    """RFC 3339 with milliseconds, UTC, such as ``2026-01-31T12:00:00.000Z``."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def read_time(text: str) -> datetime:
    """The moment that ``write_time`` wrote."""
    return datetime.fromisoformat(text)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return int(moment.timestamp() * 1000)
