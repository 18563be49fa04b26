"""Preparing a large new list in a process of its own, beside the one that stores it.

Salting, hashing and encoding take about as long as storing. With two processes a large
import uses both halves of a small laptop. The parent starts this module as a program, sends
the task, and receives prepared rows; both ends are this program, so what is pickled between
them comes from nowhere else.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import IO, Any, BinaryIO

from bayyina.app.known_lists import KnownList
from bayyina.app.list_reading import ListTask, RowCounts, read_chunks
from bayyina.app.list_writing import ListWriter
from bayyina.app.memory import MemoryStore
from bayyina.app.ports import Progress
from bayyina.app.preparing import BatchFacts, PreparedRows, RowPreparer
from bayyina.app.row_writer import ListCounts
from bayyina.disclosure.protected_people import protection
from bayyina.errors import BayyinaError, StorageError
from bayyina.keys.row_marks import RowMarks
from bayyina.model.drafts import RecordDraft
from bayyina.model.vocabulary import Vocabulary

WAITING = 3
"""Chunks that may wait to be stored; more would only fill the memory."""

LENGTH_BYTES = 8
"""Bytes of the length before each message."""


@dataclass(frozen=True)
class Prepared:
    """One chunk of rows."""

    rows: PreparedRows
    """Ready to be stored."""

    read: int
    """Rows of the list read so far."""


@dataclass(frozen=True)
class PreparedEnd:
    """The last of a list."""

    rest: PreparedRows
    """Edges of the trees."""

    heads: dict[str, tuple[int, bytes]]
    """Size and root of each tree."""

    rows: RowCounts
    """What became of the rows."""

    changes: ListCounts
    """What they changed."""

    reaches_others: bool = False
    """As ``ListWriter.reaches_others``."""

    sealed_identifiers: int = 0
    """How many identifiers were sealed."""


@dataclass(frozen=True)
class PreparationFailed:
    """Why the list cannot be taken in."""

    error: BayyinaError
    """What to tell the person."""


def prepare_beside(
    task: ListTask, facts: BatchFacts, terms: dict[tuple[str, str], int], progress: Progress
) -> Iterator[Prepared | PreparedEnd]:
    """Prepared chunks of a new list, made in another process; the end comes last.

    Raises:
        BayyinaError: whatever made the list unusable.
        StorageError: the other process ended without an answer.
    """
    command = [sys.executable, "-c", f"from {__name__} import main; main()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        if process.stdin is None or process.stdout is None:
            raise StorageError("A second process could not be started for the import.")
        try:
            with process.stdin as pipe:
                pickle.dump((task, facts, terms), pipe)
            for message in _messages(process.stdout):
                if isinstance(message, PreparationFailed):
                    raise message.error
                if isinstance(message, Prepared):
                    progress(message.read, None, "rows read")
                yield message
                if isinstance(message, PreparedEnd):
                    return
            raise StorageError(
                "The process that prepares the rows ended without an answer.",
                hint="Nothing was changed; the memory may be full. Try again.",
            )
        finally:
            process.kill()


def _messages(pipe: IO[bytes]) -> Iterator[Any]:
    """Messages from the pipe; a thread takes them in while the caller stores."""
    waiting: Queue[bytes | None] = Queue(maxsize=WAITING)

    def take() -> None:
        while head := pipe.read(LENGTH_BYTES):
            data = pipe.read(int.from_bytes(head, "big"))
            waiting.put(data)
        waiting.put(None)

    Thread(target=take, daemon=True).start()
    while (data := waiting.get()) is not None:
        yield pickle.loads(data)  # noqa: S301 - made by this program, a moment ago


class _Shipping(RowPreparer):
    """A preparer whose flush sends the rows to the parent."""

    def __init__(
        self,
        facts: BatchFacts,
        terms: dict[tuple[str, str], int],
        pipe: BinaryIO,
        counts: RowCounts,
        vocabulary: Vocabulary,
    ) -> None:
        super().__init__(facts, terms, protection(vocabulary))
        self.batch = facts.batch
        self._pipe = pipe
        self._row_counts = counts

    def protect(self, records: Iterable[int]) -> None:
        """From now on what tells whose these records are is sealed."""
        self.sealing.protect(records)

    def protected_keys(self, records: Sequence[RecordDraft], said_on: str | None) -> frozenset[str]:
        """Keys of the records of a row that are a protected person's."""
        return self.sealing.protection.protected(records, said_on)

    def look_up_protected(self, records: Iterable[int]) -> None:
        """A new list adds to no record that exists."""

    def flush(self) -> None:
        """Send what has been prepared."""
        send(self._pipe, Prepared(self.take(), self._row_counts.rows))


def send(pipe: BinaryIO, message: Prepared | PreparedEnd | PreparationFailed) -> None:
    """Write one message with its length."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(LENGTH_BYTES, "big"))
    pipe.write(data)
    pipe.flush()


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """The other process: take the task from ``source``, send prepared rows to ``target``."""
    task, facts, terms = pickle.load(source)  # noqa: S301 - sent by the parent
    counts = RowCounts()
    shipping = _Shipping(facts, terms, target, counts, task.vocabulary)
    try:
        writer = ListWriter(
            KnownList(MemoryStore(), task.mapping, {}, RowMarks(facts.marks)), shipping
        )
        for chunk in read_chunks(task, counts, _quiet):
            writer.write(chunk)
        rest = shipping.take_edges()
        send(
            target,
            PreparedEnd(
                rest,
                shipping.heads(),
                counts,
                writer.counts,
                writer.reaches_others,
                shipping.sealing.identifiers,
            ),
        )
    except BayyinaError as error:
        send(target, PreparationFailed(error))


def _quiet(done: int, total: int | None, what: str) -> None:
    """The parent tells of progress."""


def main() -> None:
    """What the other process runs.

    Rows are plain tuples without cycles and the process ends with its list: collecting
    garbage would only walk through millions of them again and again.
    """
    gc.disable()
    serve(sys.stdin.buffer, sys.stdout.buffer)
