"""What can be wrong with a row: codes that programs rely on, and which keep a row aside.

A message names a column or a row number, never the content of a cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bayyina.model.drafts import RowProblem

TOO_FEW_CELLS: Final = "too-few-cells"
"""The row has fewer cells than the header."""
TOO_MANY_CELLS: Final = "too-many-cells"
"""The row has more filled cells than the header."""
QUOTE_NOT_CLOSED: Final = "quote-not-closed"
"""A quotation mark opens a cell and is never closed."""
QUOTING_ODD: Final = "quoting-odd"
"""A quotation mark stands inside a quoted cell without being doubled."""
LINE_TOO_LONG: Final = "line-too-long"
"""The line is longer than any row of a table can be."""
JSON_UNREADABLE: Final = "json-unreadable"
"""The line or element is not a JSON object, or names a key twice."""
KEY_MISSING: Final = "key-missing"
"""The row has no key although the mapping says that every row has one."""
KEY_DUPLICATE: Final = "key-duplicate"
"""An earlier row of the file has the same key."""
REQUIRED_MISSING: Final = "required-missing"
"""What the row's own record cannot be without is not stated."""
RECORD_UNREADABLE: Final = "record-unreadable"
"""A value that a record cannot be without cannot be read."""

ENCODING_REPAIRED: Final = "encoding-repaired"
"""The line was written in another encoding than the file and was decoded apart."""
ENCODING_DAMAGED: Final = "encoding-damaged"
"""Bytes of the line belong to no character; a replacement mark stands for them."""
NUL_REMOVED: Final = "nul-removed"
"""The line held NUL characters, which no text has; they were left out."""
DATE_UNREADABLE: Final = "date-unreadable"
"""The text is not a date; it is kept verbatim."""
VALUE_UNREADABLE: Final = "value-unreadable"
"""The text is not a value of the property; it is kept verbatim."""
TERM_UNRECOGNISED: Final = "term-unrecognised"
"""The text is no term of the list; it is kept verbatim."""
PLACE_UNRECOGNISED: Final = "place-unrecognised"
"""The text is no place of the gazetteer; it is kept verbatim."""
GROUP_UNRECOGNISED: Final = "group-unrecognised"
"""The text is no group of the vocabulary; it is kept verbatim."""
COUNT_LOGIC: Final = "count-logic"
"""Two counts of one record cannot both be true."""
DATE_ORDER: Final = "date-order"
"""Two dates of one record are in an order that cannot be."""
DATE_AHEAD: Final = "date-ahead"
"""A birth or an act is dated after the release that states it."""
AGE_IMPOSSIBLE: Final = "age-impossible"
"""An age, or the years from a birth to an act, are those of nobody."""
LINK_WITHOUT_RECORD: Final = "link-without-record"
"""A block of the mapping points at another block that this row does not state."""
LINK_NOT_FOUND: Final = "link-not-found"
"""A cell names a record that is not there; the key is kept verbatim."""

KEEPS_ASIDE: Final = frozenset(
    {
        TOO_FEW_CELLS,
        TOO_MANY_CELLS,
        QUOTE_NOT_CLOSED,
        LINE_TOO_LONG,
        JSON_UNREADABLE,
        KEY_MISSING,
        KEY_DUPLICATE,
        REQUIRED_MISSING,
        RECORD_UNREADABLE,
    }
)
"""Codes with which no record is made of the row; the row itself is kept."""

ACCEPTED: Final = "accepted"
WARNED: Final = "warned"
KEPT_ASIDE: Final = "kept_aside"

UNREADABLE: Final = "unreadable"
"""The value of a statement whose text could not be read; ``original`` holds the text."""
UNRECOGNISED: Final = "unrecognised"
"""The value of a statement whose text is no known term, place or group."""


def status_of(problems: Iterable[RowProblem]) -> str:
    """Give the status of a row with these problems."""
    status = ACCEPTED
    for problem in problems:
        if problem.code in KEEPS_ASIDE:
            return KEPT_ASIDE
        status = WARNED
    return status


def too_few_cells(found: int, expected: int) -> RowProblem:
    """The row has fewer cells than the header."""
    return RowProblem("", TOO_FEW_CELLS, f"The row has {found} cells, the header has {expected}.")


def too_many_cells(found: int, expected: int) -> RowProblem:
    """The row has filled cells to the right of the last column."""
    return RowProblem("", TOO_MANY_CELLS, f"The row has {found} cells, the header has {expected}.")


def quote_not_closed() -> RowProblem:
    """A quotation mark is opened and never closed."""
    return RowProblem(
        "",
        QUOTE_NOT_CLOSED,
        "A cell opens with a quotation mark that is never closed, so its end is unknown.",
    )


def quoting_odd() -> RowProblem:
    """A quoted cell goes on after its closing quotation mark."""
    return RowProblem(
        "",
        QUOTING_ODD,
        "A quotation mark inside a quoted cell is not doubled, so where the cell ends is a guess.",
    )


def line_too_long(length: int, kept: int) -> RowProblem:
    """The line is too long for a row."""
    return RowProblem(
        "",
        LINE_TOO_LONG,
        f"The line has {length} bytes, which is no row; its first {kept} are kept here.",
    )


def json_unreadable(reason: str) -> RowProblem:
    """The element of a JSON list is not an object that can be read."""
    return RowProblem("", JSON_UNREADABLE, f"This is not a readable JSON object: {reason}.")


def encoding_repaired(encoding: str) -> RowProblem:
    """A line in another encoding was decoded apart."""
    return RowProblem(
        "",
        ENCODING_REPAIRED,
        f"This line is not in the file's encoding; it was read as {encoding}. Please look at it.",
    )


def encoding_damaged() -> RowProblem:
    """Some bytes are no characters."""
    return RowProblem(
        "",
        ENCODING_DAMAGED,
        "Some bytes of this line are no characters; the mark \ufffd stands for them.",
    )


def nul_removed() -> RowProblem:
    """NUL characters were left out."""
    return RowProblem(
        "", NUL_REMOVED, "The line held NUL characters, which were left out of the text."
    )


def link_not_found(column: str, of_list: str, *, list_is_absent: bool) -> RowProblem:
    """A cell names a record of this list (``of_list`` empty) or of another that is not there."""
    where = f"The column “{column}” links to a record of "
    if list_is_absent:
        what = f"the list “{of_list}”, and the workspace holds no list of that name"
    elif of_list:
        what = f"the list “{of_list}”, and that list has no record with this key"
    else:
        what = "this list, and no row before this one has this key"
    return RowProblem(column, LINK_NOT_FOUND, f"{where}{what}; the key is kept as it is written.")
