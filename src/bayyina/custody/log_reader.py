"""What verification reads: a port that any store of a workspace can offer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

LOG_TREE = 0
"""Number that stands for the log's own tree where trees are named by batch."""

LOG_KIND = ""
"""Kind that stands for the log's own tree."""

STATEMENT = "statement"
"""Kind whose rows come as ``STORED_STATEMENT_COLUMNS`` says."""

STORED_STATEMENT_COLUMNS = (
    "number",
    "record",
    "term",
    "value",
    "date_lo",
    "date_hi",
    "num_lo",
    "num_hi",
    "original",
    "lang",
    "source",
    "evidence",
    "locator",
    "certainty",
    "asserted_on",
    "supersedes",
)
"""A stored statement; ``term`` stands for the pair (record type, property)."""

StoredRow: TypeAlias = Sequence[Any]
"""Cells in the order of the kind's columns; the first is the row's number."""


class StoredBatch(NamedTuple):
    """A batch as the store tells it."""

    number: int
    """Its number."""

    uuid: str
    """Its UUIDv7."""

    action: str
    """What was done."""

    actor: str
    """UUID of the member."""

    opened: str
    """When it was begun."""

    entry: int | None
    """Position of its entry; None while it is open."""

    time: str | None
    """Time of its entry."""

    wrapped_key: bytes | None
    """Its key under the case key."""


class LogReader(Protocol):
    """Reads one state of a workspace; nothing may change while it is read."""

    def entries(self) -> Iterable[tuple[int, bytes]]:
        """Positions and bytes of all entries, in order of position."""
        ...

    def checkpoints(self) -> Iterable[str]:
        """All signed checkpoints that the workspace keeps."""
        ...

    def batches(self) -> Iterable[StoredBatch]:
        """All batches in order of number, open ones included."""
        ...

    def tile(self, tree: int, kind: str, level: int, position: int) -> bytes:
        """The hashes of a tile of a batch (or of the log, ``tree`` 0); empty when absent."""
        ...

    def columns(self) -> Mapping[str, Sequence[str]]:
        """Columns of each kind of row that stand in its leaf, ``number`` first."""
        ...

    def terms(self) -> Mapping[int, tuple[str, str]]:
        """Pairs (record type, property) by number."""
        ...

    def stored_batches(self, kind: str) -> Iterable[int]:
        """Numbers of the batches that have rows of this kind, each once."""
        ...

    def rows(self, kind: str, first: int, last: int) -> Iterable[StoredRow]:
        """Rows with ``first <= number <= last``, in order of number, as ``columns`` says."""
        ...

    def wrapped_record_keys(self, numbers: Collection[int]) -> Mapping[int, bytes | None]:
        """Wrapped keys of records: None when it was destroyed, absent when there is no record."""
        ...

    def rows_about(self, kind: str, record: int) -> Iterable[StoredRow]:
        """Statements or list's rows about a record, in order of number, as ``columns`` says."""
        ...

    def entered_in(self, record: int) -> Collection[tuple[int, int]]:
        """Batches that say something of a record, each with one whose actor had brought it.

        They are the same for the record itself and for statements about it; a statement that names
        a piece of evidence says something that was brought with the evidence.
        """
        ...

    def same_people(self) -> Iterable[tuple[int, str, str]]:
        """Handles that are one person's: the batch that shows it, and the two handles."""
        ...

    def people(self) -> Mapping[str, str]:
        """The handle of the person behind each actor's UUID."""
        ...
