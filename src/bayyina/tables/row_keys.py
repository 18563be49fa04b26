"""The list's own id of a row, and what happens when two rows have the same one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple, TypeAlias

from bayyina.model.drafts import RowProblem
from bayyina.tables import problems
from bayyina.tables.mapping_parts import Key, ListFacts
from bayyina.tables.seen_keys import SeenKeys

CONTENT_PREFIX = "row-"
"""Before the digest that stands for the id of a row whose list has no ids."""
FICTIONAL_PREFIX = "FICT-"
"""Before every key of an invented list."""
_DIGEST_BYTES = 10

OfContent: TypeAlias = Callable[[bytes], str]
"""What stands for the id of a row, given the digest of its cells."""


class RowKey(NamedTuple):
    """The key of a row, and of the record it is about."""

    row: str
    """Key of the row: no two rows of a file have the same."""
    record: str
    """Key of its record: several rows may share it."""
    problem: RowProblem | None
    """Why the row is kept aside, if it is."""


class KeyReader:
    """Finds keys by columns."""

    def __init__(self, columns: Sequence[str], header: Sequence[str]) -> None:
        self._indexes = [header.index(column) for column in columns]
        self._only = self._indexes[0] if len(self._indexes) == 1 else None

    def __call__(self, cells: Sequence[str]) -> str:
        """Give the key, or an empty string when its first column is empty."""
        if self._only is not None:
            return cells[self._only].strip()
        parts = [cells[index].strip() for index in self._indexes]
        return "/".join(parts) if parts[0] else ""


class RowKeys:
    """Gives every row of one file its key; remembers the keys it has given."""

    def __init__(
        self,
        key: Key,
        header: Sequence[str],
        facts: ListFacts,
        of_content: OfContent | None = None,
        *,
        is_marked: bool = False,
    ) -> None:
        """``of_content`` gives what stands for a missing id; a plain digest if it is absent.

        With ``is_marked`` it stands for an id that is there as well, and tells who is meant.
        """
        self._of_content = of_content or _plain
        self._is_marked = is_marked
        self._read = None if key.of_content else KeyReader(key.columns, header)
        self._column = ", ".join(key.columns)
        self._prefix = (FICTIONAL_PREFIX if facts.fictional else "") + CONTENT_PREFIX
        self._repeats_are_rows = (
            facts.unique_rows if key.of_content else facts.repeated_key == "same_record"
        )
        self._seen = SeenKeys()
        self._repeats: dict[str, int] = {}

    def of(self, number: int, cells: Sequence[str], digest: bytes) -> RowKey:
        """Give the key of a row."""
        if self._read is None:
            key = self._prefix + self._of_content(digest)
        else:
            key = self._read(cells)
            if not key:
                return RowKey("", "", _missing(self._column))
            if self._is_marked:
                key = marked_key(key, self._of_content)
        first = self._seen.first_row(key, number)
        if first is None:
            return RowKey(key, key, None)
        if not self._repeats_are_rows:
            return RowKey(key, key, self._duplicate(first))
        self._repeats[key] = count = self._repeats.get(key, 1) + 1
        again = f"{key}#{count}"
        return RowKey(again, again if self._read is None else key, None)

    def _duplicate(self, first: int) -> RowProblem:
        what = "is identical to it" if self._read is None else "has the same key"
        return RowProblem(
            self._column,
            problems.KEY_DUPLICATE,
            f"Row {first} was there before and {what}; this row is kept aside.",
        )


def marked_key(key: str, of_content: OfContent) -> str:
    """What stands for an id that tells who is meant, such as a name; an invented one stays so."""
    prefix = FICTIONAL_PREFIX if key.startswith(FICTIONAL_PREFIX) else ""
    return prefix + CONTENT_PREFIX + of_content(sha256(key.encode("utf-8", "replace")).digest())


def _plain(digest: bytes) -> str:
    return digest[:_DIGEST_BYTES].hex()


def _missing(column: str) -> RowProblem:
    return RowProblem(
        column,
        problems.KEY_MISSING,
        f"The column “{column}” is empty, so the row has no id by which to find it again.",
    )
