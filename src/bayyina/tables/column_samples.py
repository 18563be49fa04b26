"""A look at the first rows of a table, column by column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

from bayyina.errors import BayyinaError
from bayyina.model.partial_dates import read_date
from bayyina.tables.problems import KEEPS_ASIDE
from bayyina.tables.reading import Table

MOST_ROWS: Final = 3_000
"""About how many rows are looked at, spread over the first ``REACH`` rows."""
REACH: Final = 60_000
MOST_TEXTS: Final = 300
"""Different texts of a column that are tried."""

_ARABIC = re.compile(r"[\u0620-\u064a]")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?!\d)")
_DATE_SIGNS = re.compile(r"\d{4}|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}")
_POINT = re.compile(
    r"\(?\s*[+-]?\d{1,3}[.,٫]\d+\s*°?\s*[NSns]?\s*[|;,]\s*[+-]?\d{1,3}[.,٫]\d+\s*°?\s*[EWew]?\s*\)?"
)
_MOST_OF = 0.6
_MOST_ROWS_FILLED = 0.8
_MOST_DIFFERENT = 0.9
_MOST_CODES = 0.9


class ColumnSample(NamedTuple):
    """What the looked-at rows hold in one column."""

    name: str
    """Header."""
    rows: int
    """Rows that were looked at."""
    texts: Counter[str]
    """Filled cells, trimmed, with how often each occurs."""

    @property
    def filled(self) -> int:
        """Number of filled cells."""
        return self.texts.total()

    @property
    def share_filled(self) -> float:
        """Share of rows in which the column is filled."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def tried(self) -> list[str]:
        """The texts to try, the most frequent first."""
        return [text for text, _ in self.texts.most_common(MOST_TEXTS)]

    @property
    def is_arabic(self) -> bool:
        """True when most texts are in Arabic letters."""
        tried = self.tried
        return bool(tried) and sum(bool(_ARABIC.search(text)) for text in tried) > len(tried) / 2

    @property
    def is_list(self) -> bool:
        """True when cells hold several values with ``|`` between them."""
        return any("|" in text for text in self.tried)

    @property
    def is_points(self) -> bool:
        """True when most texts are a latitude and a longitude in one cell."""
        tried = self.tried
        return bool(tried) and sum(map(bool, map(_POINT.fullmatch, tried))) > _MOST_OF * len(tried)

    def looks_like_codes(self) -> bool:
        """Whether most rows hold a code of their own: no blanks, a digit, hardly ever twice."""
        tried = self.tried
        codes = sum(
            any(map(str.isdigit, text)) and not any(map(str.isspace, text)) for text in tried
        )
        return (
            self.share_filled >= _MOST_ROWS_FILLED
            and len(self.texts) >= _MOST_DIFFERENT * self.filled
            and codes >= _MOST_CODES * len(tried)
            and not self.is_points
            and not any(map(is_date, tried))
        )

    def looks_like(self) -> str:
        """Say in words what kind of texts these are; never quotes one."""
        tried = self.tried
        if not tried:
            return "always empty"
        if self.is_points:
            return "looks like points, latitude and longitude in one cell"
        if sum(map(is_date, tried)) > _MOST_OF * len(tried):
            return "looks like dates"
        if sum(text.isdecimal() for text in tried) > _MOST_OF * len(tried):
            return "whole numbers"
        if len(self.texts) <= 30 and self.filled >= 3 * len(self.texts):
            return "few different words, each many times"
        return "texts"

    def day_month_order(self) -> tuple[str, ...]:
        """Find the order of dates in numbers with the year last, or nothing when unclear.

        A first number above 12 is a day, a second number above 12 makes the first the
        month; both in one column, or neither, decide nothing.
        """
        firsts = seconds = 0
        separator = "/"
        for text in self.tried:
            if match := _NUMERIC_DATE.match(text):
                firsts += int(match.group(1)) > 12
                seconds += int(match.group(2)) > 12
                separator = text[match.end(1)]
        if bool(firsts) == bool(seconds):
            return ()
        order = ("%d", "%m", "%Y") if firsts else ("%m", "%d", "%Y")
        return (separator.join(order),)

    def has_unclear_dates(self) -> bool:
        """True when dates in numbers leave open, or contradict, which number is the day."""
        return not self.day_month_order() and any(map(_NUMERIC_DATE.match, self.tried))


def is_date(text: str) -> bool:
    """Say whether a text is a date and looks like one (not a mere small number)."""
    if not _DATE_SIGNS.search(text):
        return False
    try:
        read_date(text)
    except BayyinaError:
        return False
    return True


def sample_columns(table: Table) -> list[ColumnSample]:
    """Look at the first rows of a table."""
    texts: list[Counter[str]] = [Counter() for _ in table.header]
    rows = 0
    step = max(min(table.row_count_hint or REACH, REACH) // MOST_ROWS, 1)
    for _, cells, found in islice(table.rows(), 0, REACH, step):
        if _is_whole(cells, table.header) and not any(p.code in KEEPS_ASIDE for p in found):
            rows += 1
            for counter, cell in zip(texts, cells, strict=True):
                if text := cell.strip():
                    counter[text] += 1
    return [
        ColumnSample(name, rows, counter) for name, counter in zip(table.header, texts, strict=True)
    ]


def _is_whole(cells: Sequence[str], header: Sequence[str]) -> bool:
    return len(cells) == len(header)
