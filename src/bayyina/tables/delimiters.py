"""Which character separates the cells of a text table: found by trying each."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Final, NamedTuple

CANDIDATES: Final = (",", ";", "\t", "|", "\u061b")
"""Separators that lists are written with; the last is the Arabic semicolon."""

ARABIC_COMMA: Final = "\u060c"
"""Separates cells only where nothing else does: it stands in sentences, too."""

_CLEAR: Final = 0.9
"""Share of rows from which the Arabic comma is held to separate cells."""

_MOST_ROWS: Final = 200


class Fit(NamedTuple):
    """How well a delimiter explains the first rows; a greater one is better."""

    agreement: float
    """Share of rows that have as many cells as the header."""
    width: int
    """Cells of the header."""


def declared_delimiter(first_line: str) -> str | None:
    """Read the line ``sep=;`` that spreadsheet programs write before the header."""
    text = first_line.rstrip("\r\n")
    if text.lower().startswith("sep=") and len(text) == 5:
        return text[4]
    return None


def sniff_delimiter(lines: list[str], *, whole: bool) -> str:
    """Find the delimiter under which the rows agree best with the header.

    Args:
        lines: First lines of the file, with their ends.
        whole: Whether these are all lines; otherwise the last row may be cut.

    Returns:
        The delimiter; a comma for a table of one column.
    """
    best, found = Fit(0.0, 1), ","
    for delimiter in CANDIDATES:
        fit = _fit(lines, delimiter, whole=whole)
        if fit.width > 1 and _is_better(fit, best):
            best, found = fit, delimiter
    if best.width == 1:
        fit = _fit(lines, ARABIC_COMMA, whole=whole)
        if fit.width > 1 and fit.agreement >= _CLEAR:
            return ARABIC_COMMA
    return found


def _is_better(fit: Fit, best: Fit) -> bool:
    """Prefer clear agreement; among delimiters that agree about alike, the wider header."""
    if abs(fit.agreement - best.agreement) > 0.2:
        return fit.agreement > best.agreement
    return fit.width > best.width


def _fit(lines: list[str], delimiter: str, *, whole: bool) -> Fit:
    rows = _rows(lines, delimiter)
    if not whole and len(rows) > 2:
        rows = rows[:-1]
    if not rows:
        return Fit(0.0, 0)
    widths = Counter(len(row) for row in rows[1:])
    width = len(rows[0])
    if not widths:
        return Fit(1.0, width)
    return Fit(widths[width] / widths.total(), width)


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if any(row):
                rows.append(row)
            if len(rows) >= _MOST_ROWS:
                break
    except csv.Error:
        return rows
    return rows
