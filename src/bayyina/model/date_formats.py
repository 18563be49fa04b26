"""Date formats that a mapping states for a column, such as ``%d/%m/%Y``.

Directives are those of ``strptime`` that make a date or a time: ``%Y %m %d %B %b %H %M %S
%%`` (also ``%-d`` and ``%-m``). Days and months may have one digit or two; ``%B`` and
``%b`` take any month name that is known, in any language; times are read and dropped. A
format may leave out the day, or the day and the month. A year of two digits (``%y``) is
refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bayyina.errors import DateUnreadableError
from bayyina.model.calendar_dates import dated, named_month_date
from bayyina.model.edtf import Span, unreadable
from bayyina.model.month_names import MONTH_PATTERN, folded_date_text, month_named

_NAMED = {"B": rf"(?P<name>{MONTH_PATTERN})", "b": rf"(?P<name>{MONTH_PATTERN})"}
_DIRECTIVES = _NAMED | {
    "Y": r"(?P<year>\d{4})",
    "m": r"(?P<month>\d{1,2})",
    "-m": r"(?P<month>\d{1,2})",
    "d": r"(?P<day>\d{1,2})",
    "-d": r"(?P<day>\d{1,2})",
    "H": r"(?:[01]?\d|2[0-3])",
    "M": r"[0-5]?\d",
    "S": r"[0-5]?\d(?:\.\d+)?",
    "%": "%",
}
_DIRECTIVE = re.compile(r"%(-?.)")


class _Format(NamedTuple):
    pattern: re.Pattern[str]
    is_folded: bool
    """Whether month names occur, so that the folded text is matched."""


def check_date_format(form: str) -> None:
    """Accepts a format that can be read, such as ``%d/%m/%Y``.

    Raises:
        DateUnreadableError: It has a directive that is not known, no year, a year of two
            digits, or a day without a month.
    """
    _compiled(form)


@lru_cache(maxsize=512)
def _compiled(form: str) -> _Format:
    directives = _DIRECTIVE.findall(form)
    _check_directives(directives)
    is_folded = "B" in directives or "b" in directives
    pieces = _DIRECTIVE.split(_folded_outside_directives(form) if is_folded else form)
    pattern = "".join(
        _DIRECTIVES[piece] if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)
    )
    return _Format(re.compile(pattern, re.ASCII if not is_folded else 0), is_folded)


def _folded_outside_directives(form: str) -> str:
    """The format with its literal parts folded as dates with month names are."""
    pieces = _DIRECTIVE.split(form)
    return "".join(
        f"%{piece}" if index % 2 else _folded_literal(piece) for index, piece in enumerate(pieces)
    )


def _folded_literal(literal: str) -> str:
    """Folds a literal; space at its ends, which folding would take away, stays one space."""
    folded = folded_date_text(literal)
    if not folded:
        return " " if literal else ""
    before = " " if literal[0] in " ,،" else ""
    after = " " if literal[-1] in " ,،" else ""
    return f"{before}{folded}{after}"


def _check_directives(directives: list[str]) -> None:
    bare = [directive.lstrip("-") for directive in directives]
    if "y" in bare:
        raise _wrong_format("has a year of two digits (%y)", "Write years with four digits (%Y).")
    if unknown := [directive for directive in directives if directive not in _DIRECTIVES]:
        raise _wrong_format(
            f"has the directive %{unknown[0]}, which is not known", "Use %Y %m %d %B %H %M %S."
        )
    months = bare.count("m") + bare.count("B") + bare.count("b")
    if bare.count("Y") != 1 or months > 1 or bare.count("d") > 1:
        raise _wrong_format("does not state the year once", "State each of %Y %m %d at most once.")
    if "d" in bare and not months:
        raise _wrong_format("states a day without its month", "Add %m or %B.")


def _wrong_format(what: str, hint: str) -> DateUnreadableError:
    return unreadable(f"The date format {what}.", hint, "date-format")


def read_by_formats(plain: str, formats: tuple[str, ...], calendar: str) -> Span | None:
    """Reads a date by the first format that fits; None when none fits.

    Raises:
        DateUnreadableError: Formats fit, and by each of them the date is impossible.
    """
    impossible: DateUnreadableError | None = None
    for form in formats:
        pattern, is_folded = _compiled(form)
        found = pattern.fullmatch(folded_date_text(plain) if is_folded else plain)
        if found is None:
            continue
        try:
            return _span(found.groupdict(), calendar)
        except DateUnreadableError as error:
            impossible = impossible or error
    if impossible is not None:
        raise impossible
    return None


def _span(parts: dict[str, str | None], calendar: str) -> Span:
    year, day = int(parts["year"] or 0), int(parts.get("day") or 0)
    if name := parts.get("name"):
        return named_month_date(year, month_named(name), day, calendar)
    return dated(year, int(parts.get("month") or 0), day, calendar)
