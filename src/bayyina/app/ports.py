"""What use cases need from the outside: a store, a clock, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

from bayyina.app.rows import (
    AppendedEntry,
    BatchRow,
    CheckpointRow,
    EntryRow,
    JobRow,
    ListRow,
    LoggedRow,
    RecordRow,
    TileRow,
)
from bayyina.vault.blob_stores import BlobStore

R = TypeVar("R", bound=LoggedRow)


@dataclass(frozen=True)
class ObjectStoreSettings:
    """Where blobs are kept in object storage, as the operator has written it down."""

    bucket: str
    """Name of the bucket."""

    endpoint: str
    """Address of the service, such as ``https://storage.example.org``."""

    region: str
    """Region that requests are signed for."""

    prefix: str
    """What stands in front of every name; may be empty."""

    access_key: str
    """Id of the key that signs requests."""

    secret_key: str = field(repr=False)
    """The key itself."""


ObjectStores: TypeAlias = Callable[[ObjectStoreSettings], BlobStore]
"""Opens a place in object storage."""


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The time now, aware, UTC."""
        ...


Progress: TypeAlias = Callable[[int, int | None, str], None]
"""Told how far a long piece of work has come: done, in all (None: unknown), what."""


class Store(Protocol):
    """Rows, log and jobs of one workspace.

    Writes happen inside ``transaction()``; transactions of several processes follow one
    another. Rows of an open batch are stored but belong to nobody yet: readers look at
    sequenced batches only.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """A write transaction: all of it is stored, or nothing."""
        ...

    def read(self) -> AbstractContextManager[None]:
        """A read transaction: everything inside sees one state of the store."""
        ...

    def import_lock(self) -> AbstractContextManager[None]:
        """Held by the one process that may have an open batch.

        Raises:
            BusyError: another process holds it.
        """
        ...

    # rows
    def add(self, kind: type[LoggedRow], rows: Sequence[tuple[Any, ...]]) -> None:
        """Store rows of one kind; plain tuples of the same columns will do."""
        ...

    def scan(self, kind: type[R], *, first: int = 0, last: int | None = None) -> Iterator[R]:
        """Rows with ``first <= number <= last`` in order of number, as a stream."""
        ...

    def columns(
        self,
        kind: type[LoggedRow],
        names: Sequence[str],
        *,
        first: int = 0,
        last: int | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Some columns of what ``scan`` gives, in this order; quicker than whole rows."""
        ...

    def find(self, kind: type[R], column: str, values: Iterable[int | str]) -> list[R]:
        """Rows whose ``column`` has one of ``values``, in order of number."""
        ...

    def batches_with(self, kind: type[LoggedRow]) -> list[int]:
        """Numbers of the batches that have rows of a kind, in order, open ones included."""
        ...

    def terms(self) -> dict[tuple[str, str], int]:
        """Numbers of the pairs (record type, property)."""
        ...

    def add_terms(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Give numbers to new pairs; the answer holds all pairs."""
        ...

    def list_rows(self, source: int) -> Iterator[ListRow]:
        """Rows of one list in sequenced batches, in order of number (undone batches included)."""
        ...

    def blank(
        self, kind: type[LoggedRow], numbers: Sequence[int], content: Mapping[str, str | None]
    ) -> None:
        """Put ``content`` in place of what rows hold: the one change of logged rows there is.

        For the erasure of a record only, in the transaction of its entry.
        """
        ...

    def rewrap(self, kind: type[RecordRow | BatchRow], keys: Sequence[tuple[int, bytes]]) -> None:
        """Put other wrapped keys in place of those of records or batches, given by number.

        Wrapped keys stand in no leaf. For the replacement of a case key only, in the
        transaction of its entry.
        """
        ...

    def scrub(self, *, whole: bool = True) -> None:
        """Remove what changed and deleted rows have left behind in the store's own files.

        Called outside any transaction. It may take minutes and holds other writers up. Where the
        store overwrites what it frees, ``whole=False`` only empties what it keeps besides its
        tables, which is quick.

        Raises:
            BusyError: another process is using the store, and something is left.
        """
        ...

    # batches and log
    def open_batch(self, row: BatchRow) -> BatchRow:
        """Store an open batch; the answer carries the number it was given."""
        ...

    def batches(self) -> list[BatchRow]:
        """All batches in order of number, open ones included."""
        ...

    def sequence_batch(self, batch: int, *, entry: int, entry_time: str) -> None:
        """Mark an open batch as standing in the log."""
        ...

    def discard_batch(self, batch: int) -> None:
        """Remove an open batch and all its rows and tiles. A sequenced batch is left alone."""
        ...

    def log_size(self) -> int:
        """Number of entries in the log."""
        ...

    def latest_entry_time(self) -> str | None:
        """The latest time that any entry states; None for an empty log."""
        ...

    def append_entry(self, row: EntryRow) -> None:
        """Store the next entry."""
        ...

    def last_entry(self) -> EntryRow | None:
        """The entry that was appended last; None for an empty log."""
        ...

    def append_to_log(
        self,
        appended: Sequence[AppendedEntry],
        tiles: Sequence[TileRow],
        checkpoint: CheckpointRow,
    ) -> None:
        """Store the next entries, mark their batches as standing in the log, and what they lead to.

        The same as ``append_entry`` and ``sequence_batch`` for each, ``put_tiles`` and
        ``add_checkpoint``, in fewer words to the database.
        """
        ...

    def entries(self, *, first: int = 0) -> Iterator[EntryRow]:
        """Entries from ``first`` on, in order."""
        ...

    def put_tiles(self, rows: Sequence[TileRow]) -> None:
        """Store tiles; a tile at the right edge replaces its shorter self."""
        ...

    def tile(self, tree: int, kind: str, level: int, position: int) -> bytes | None:
        """The hashes of one tile, 32 bytes each."""
        ...

    def tiles(self, tree: int, kind: str, level: int) -> Iterator[TileRow]:
        """All tiles of one level in order."""
        ...

    def add_checkpoint(self, row: CheckpointRow) -> None:
        """Keep a signed checkpoint."""
        ...

    def checkpoints(self) -> list[CheckpointRow]:
        """All checkpoints kept, in order of size."""
        ...

    # jobs
    def add_job(self, row: JobRow) -> JobRow:
        """Store a job; the answer carries the number it was given."""
        ...

    def jobs(self) -> list[JobRow]:
        """All jobs in order of number."""
        ...

    def change_job(self, row: JobRow, *, expected_state: str) -> bool:
        """Store the job's new content if its state is still ``expected_state``."""
        ...

    def show_damage(self, *, on: bool) -> None:
        """Whether texts that are no UTF-8 are read (with lone surrogates) or refused.

        For verification alone, which has to name them.
        """
        ...

    def reopener(self) -> Callable[[], Store] | None:
        """What opens this store again in another process (it can be pickled), or None."""
        ...

    def close(self) -> None:
        """Let go of connections and locks."""
        ...
