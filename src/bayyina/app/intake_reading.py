"""Reading files for an intake: several at a time, each blob flushed before its file counts as read.

What costs a processor (reading, sealing) is done by few threads, and what waits for the disk
(flushing) by more of them: the disk takes several blobs in one go, and threads that wait for it
do not stand in one another's way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Semaphore
from typing import Final, NamedTuple, TypeAlias

from bayyina.app.evidence_files import FoundFile
from bayyina.app.evidence_report import KEPT_ASIDE, FileLine
from bayyina.app.evidence_writing import ReadFile
from bayyina.app.intake_journal import IntakeJournal
from bayyina.vault.identifying import Identify
from bayyina.vault.taking import CHANGED, FileRefusedError, Unflushed, finish, read_in

READERS: Final = 3
"""Files that are read and sealed at a time. More would wait for one another: two processors are busy
with these and with the rows of those before them."""

FLUSHED: Final = 8
"""Files that are flushed at a time; they wait for the disk, which takes several in one go."""

UNFLUSHED: Final = 16
"""Files that may be open, waiting to be flushed."""

AHEAD: Final = 1000
"""Files that may be read before those in front of them are done."""

LARGE: Final = 16 << 20
LARGE_AT_ONCE: Final = 2
"""Files of more bytes are read by so many readers only: each keeps two processors busy."""

TRIES: Final = 2
"""How often a file that changes while it is read is begun anew."""


class Outcome(NamedTuple):
    """What one file came to before it is written: a line, a record that is known, or a blob."""

    found: FoundFile
    """The file."""

    line: FileLine | None = None
    """Its line in the report, where nothing is to be stored."""

    known: int | None = None
    """The record of its bytes, where it was taken in before as it lies there."""

    read: ReadFile | None = None
    """What reading it gave."""


class Workers(NamedTuple):
    """The threads of one intake."""

    readers: Executor
    """They read and seal."""

    beside: Executor
    """They do half of the work on large files."""

    flushers: Executor
    """They wait for the disk."""


@contextmanager
def at_work() -> Iterator[Workers]:
    """The threads of an intake; at the end what was begun is ended, and nothing more begun."""
    with (
        ThreadPoolExecutor(FLUSHED) as flushers,
        ThreadPoolExecutor(READERS) as beside,
        ThreadPoolExecutor(READERS) as readers,
    ):
        try:
            yield Workers(readers, beside, flushers)
        finally:
            readers.shutdown(wait=True, cancel_futures=True)


_Waiting: TypeAlias = Future[Outcome | Future[Outcome]] | Outcome
"""What a file comes to: at once, once it was read, or once its blob is flushed after that."""


class Reading:
    """Reads files, several at a time, and gives what they came to in their order."""

    def __init__(
        self,
        journal: IntakeJournal,
        staged: Path,
        identify: Identify,
        workers: Workers,
        second_digest: bool,
    ) -> None:
        self._journal, self._staged = journal, staged
        self._second_digest = second_digest
        self._identify = identify
        self._readers, self._beside, self._flushers = workers
        self._large, self._unflushed = Semaphore(LARGE_AT_ONCE), Semaphore(UNFLUSHED)

    def outcomes(
        self, files: Iterable[FoundFile], aside: Mapping[str, FileLine]
    ) -> Iterator[Outcome]:
        """What each file came to; those that a row keeps aside are not read."""
        waiting: deque[_Waiting] = deque()
        for found in files:
            line = aside.get(str(found.path)) if aside and found.facts is not None else None
            begun = Outcome(found, line=line) if line is not None else self._begin(found)
            waiting.append(begun)
            while len(waiting) > AHEAD:
                yield self._end(waiting.popleft())
        while waiting:
            yield self._end(waiting.popleft())

    def _begin(self, found: FoundFile) -> _Waiting:
        if found.facts is None:
            return Outcome(found, line=kept_aside(found, found.code, found.reason))
        known = self._journal.record(self._journal.mark(found.path, found.facts))
        if known is not None:
            return Outcome(found, known=known)
        return self._readers.submit(self.read, found)

    def read(self, found: FoundFile) -> Outcome | Future[Outcome]:
        """Read one file, and have its blob flushed; one that changes meanwhile is begun anew."""
        is_large = found.facts is not None and found.facts.st_size > LARGE
        with self._large if is_large else nullcontext():
            return self._read(found)

    def _read(self, found: FoundFile) -> Outcome | Future[Outcome]:
        for left in reversed(range(TRIES)):
            self._unflushed.acquire()
            try:
                read = read_in(
                    found.path,
                    self._staged,
                    identify=self._identify,
                    beside=self._beside,
                    second_digest=self._second_digest,
                    apart=True,
                )
            except FileRefusedError as error:
                self._unflushed.release()
                if error.code != CHANGED or not left:
                    return Outcome(found, line=kept_aside(found, error.code, error.message))
            except BaseException:
                self._unflushed.release()
                raise
            else:
                return self._flushers.submit(self._flush, found, read)
        raise AssertionError("every try ends")

    def _flush(self, found: FoundFile, read: Unflushed) -> Outcome:
        try:
            return Outcome(found, read=ReadFile(found.path, finish(read)))
        finally:
            self._unflushed.release()

    def _end(self, one: _Waiting) -> Outcome:
        read = one.result() if isinstance(one, Future) else one
        return read.result() if isinstance(read, Future) else read


def kept_aside(found: FoundFile, code: str, reason: str) -> FileLine:
    """The line of a file that is not taken in."""
    return FileLine(KEPT_ASIDE, str(found.path), None, None, None, code, reason)
