"""Values that stand in several columns: dates in parts, points, counts, intervals, names."""

from __future__ import annotations

from collections.abc import Sequence

from bayyina.errors import BayyinaError
from bayyina.model.partial_dates import read_date
from bayyina.tables.cell_readers import NOTHING, CellReader, Stated, date_draft, unreadable
from bayyina.tables.mapping_parts import Interval


class CombinedReader:
    """Reads one property from several columns: a date in parts, a point in two numbers."""

    def __init__(self, parts: dict[str, int], reader: CellReader) -> None:
        self._parts = parts
        self._reader = reader

    def __call__(self, cells: Sequence[str]) -> Stated:
        """Give what the columns together state."""
        texts = {part: cells[index].strip() for part, index in self._parts.items()}
        if not any(texts.values()):
            return NOTHING
        if "latitude" in texts:
            return self._reader(f"{texts['latitude']}|{texts['longitude']}")
        if "least" in texts or "most" in texts:
            return self._reader(_count_text(texts.get("least", ""), texts.get("most", "")))
        return self._reader(_date_text(texts))


class JoinedReader:
    """Reads one text from several columns, such as a name in parts."""

    def __init__(self, indexes: Sequence[int], reader: CellReader) -> None:
        self._indexes = tuple(indexes)
        self._reader = reader

    def __call__(self, cells: Sequence[str]) -> Stated:
        """Give what the columns together state; empty ones leave no gap."""
        texts = [text for index in self._indexes if (text := cells[index].strip())]
        return self._reader(" ".join(texts)) if texts else NOTHING


def _count_text(least: str, most: str) -> str:
    """Write two limits as a count: ``150..600``, ``at least 5``, ``at most 7``."""
    if least and most:
        return least if least == most else f"{least}..{most}"
    return f"at least {least}" if least else f"at most {most}"


def _date_text(texts: dict[str, str]) -> str:
    """Join the parts of a date: ISO when all are numbers, words in order otherwise."""
    parts = [text for part in ("year", "month", "day") if (text := texts.get(part, ""))]
    if texts.get("year") and all(text.isdecimal() for text in parts) and _no_gap(texts):
        return "-".join([parts[0].zfill(4), *(text.zfill(2) for text in parts[1:])])
    return " ".join(reversed(parts))


def _no_gap(texts: dict[str, str]) -> bool:
    return not texts.get("day") or bool(texts.get("month"))


class IntervalReader:
    """Reads the date of an act from the columns of its first and its last day."""

    def __init__(self, interval: Interval, start: int, end: int) -> None:
        self._interval = interval
        self._start = start
        self._end = end

    def __call__(self, cells: Sequence[str]) -> Stated:
        """Give the interval; an end that is not stated is open."""
        start, end = cells[self._start].strip(), cells[self._end].strip()
        if not (start or end):
            return NOTHING
        text = f"{start}/{end}" if start and end else start or f"/{end}"
        try:
            first, last = (self._edtf(part) for part in (start, end))
            date = read_date(first if first == last else f"{first}/{last}")
        except BayyinaError:
            columns = f"{self._interval.start} + {self._interval.end}"
            return unreadable(columns, "date", text)
        return Stated((date_draft("date", date, text),))

    def _edtf(self, text: str) -> str:
        if not text:
            return ".."
        interval = self._interval
        return read_date(text, formats=interval.formats, calendar=interval.calendar).edtf
