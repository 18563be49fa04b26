"""Pages of long lists: a cursor says after which record the next page begins.

Records come in the order of their numbers, and a record never changes its number, so a page that
is asked for after the list has grown holds neither a record twice nor leaves one out that stood
when the first page was asked for and still stands.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import dropwhile, islice
from typing import Final, TypeVar

from bayyina.errors import InputError

LARGEST: Final = 1_000
"""So many records come in one page at most."""

USUAL: Final = 100
"""So many come where nothing is said."""

LAST: Final = (1 << 63) - 1
"""The greatest number that a database holds; none of a record is as great."""

T = TypeVar("T")


def cursor_after(number: int) -> str:
    """The cursor of the page that begins after the record with this number."""
    return base64.urlsafe_b64encode(b"after:%d" % number).decode("ascii").rstrip("=")


def read_cursor(cursor: str) -> int:
    """After which number a page begins; -1 for the first.

    Raises:
        InputError: it is no cursor of this interface.
    """
    if not cursor:
        return -1
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        word, _, number = text.partition(":")
        if word == "after" and number.isdecimal() and int(number[:20]) < LAST:
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise InputError(
        "The cursor is none of this interface.",
        hint="Use `next` of the page before, or none at all to begin.",
        code="bad-cursor",
    )


def page(
    items: Iterable[T], number: Callable[[T], int], cursor: str, limit: int
) -> tuple[Sequence[T], str | None]:
    """One page of items in the order of their numbers, and the cursor of the next, if there is one.

    Raises:
        InputError: it is no cursor of this interface.
    """
    after = read_cursor(cursor)
    rest: Iterator[T] = dropwhile(lambda one: number(one) <= after, items)
    found = list(islice(rest, limit + 1))
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_after(number(found[limit - 1]))
