"""Where the rows that a list changes go: what ``ListWriter`` needs of a writer, and its counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bayyina.app.rows import LoggedRow, RecordRow
from bayyina.model.drafts import RecordDraft, ValueDraft

R = TypeVar("R", bound=LoggedRow)


class RowWriter(Protocol):
    """Where the rows of a list go."""

    batch: int
    """Number of the batch."""

    def describe_list(self, source: int | None, asserted_on: str | None) -> None:
        """Statements from now on come from this Source, which said them on that date."""
        ...

    def add(self, kind: type[R], *, salted_by: bytes | None = None, **columns: Any) -> R:
        """Add a row of any kind but records and statements."""
        ...

    def add_record(
        self,
        record_type: str,
        source: int | None,
        list_key: str | None,
        *,
        key: bytes | None = None,
    ) -> tuple[int, bytes]:
        """Add a record; its number and its key, a new one unless ``key`` is given."""
        ...

    def add_statement(
        self,
        record: int,
        key: bytes,
        record_type: str,
        draft: ValueDraft,
        locator: str | None,
        supersedes: int | None = None,
        *,
        evidence: int | None = None,
    ) -> int:
        """Add one statement about a record whose key is given; its number."""
        ...

    def add_statements(
        self,
        record: int,
        key: bytes,
        record_type: str,
        drafts: Sequence[ValueDraft],
        locator: str | None,
    ) -> None:
        """Add statements about one record whose key is given."""
        ...

    def protect(self, records: Iterable[int]) -> None:
        """From now on what tells whose these records are is sealed."""
        ...

    def protected_keys(self, records: Sequence[RecordDraft], said_on: str | None) -> frozenset[str]:
        """Keys of the records of a row that are a protected person's."""
        ...

    def look_up_protected(self, records: Iterable[int]) -> None:
        """Learn which of some records that exist are protected."""
        ...

    def add_list_row(
        self, source: int, key: str, digest: str, record: int, record_key: bytes
    ) -> None:
        """Add a ``ListRow`` of a row that is present."""
        ...

    def record_key(self, row: RecordRow) -> bytes:
        """The key of a record that exists."""
        ...

    def flush(self) -> None:
        """Store, or send on, what has been collected."""
        ...


@dataclass
class ListCounts:
    """What a release changed."""

    records: int = 0
    """New records."""

    statements: int = 0
    """New statements."""

    closures: int = 0
    """Statements that no longer stand."""

    unchanged: int = 0
    """Rows held exactly so already."""

    withdrawn: int = 0
    """Rows that a complete release no longer holds."""

    erased: int = 0
    """Rows about records that were erased; they are not taken in again."""
