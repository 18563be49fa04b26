"""What was written since the log had a size, and which records it concerns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, TypeVar

from bayyina.app.rows import (
    POSITION_MASK,
    ClosingRow,
    ClosureRow,
    DeterminationRow,
    ErasureRow,
    JudgementRow,
    LinkRow,
    LoggedRow,
    StatementRow,
    batch_of,
    row_number,
)
from bayyina.app.workspace import Workspace

NEW_RECORD: Final = "new-record"
NEW_STATEMENT: Final = "new-statement"
CORRECTION: Final = "correction"
WITHDRAWAL: Final = "withdrawal"
UNDONE: Final = "undone-import"
ERASURE: Final = "erasure"
JUDGEMENT: Final = "judgement"
LINKAGE: Final = "linkage"
DETERMINATION: Final = "determination"

REASONS: Final = (
    NEW_RECORD, NEW_STATEMENT, CORRECTION, WITHDRAWAL, UNDONE, ERASURE, JUDGEMENT, LINKAGE,
    DETERMINATION,
)  # fmt: skip
"""Why a record may have come into a figure or gone from it."""

R = TypeVar("R", bound=LoggedRow)


class Window:
    """The entries of the custody log from a size on."""

    def __init__(self, workspace: Workspace, size: int) -> None:
        """Look at what was written after the first ``size`` entries."""
        self._workspace = workspace
        self._batches = {
            row.batch: row.action
            for row in workspace.store.batches()
            if row.entry is not None and row.entry >= size
        }

    @property
    def actions(self) -> Mapping[str, int]:
        """How many change sets of each kind were written."""
        return dict(sorted(Counter(self._batches.values()).items()))

    def causes(self, record: int) -> set[str]:
        """Why a record may count otherwise than before, as codes of ``REASONS``."""
        return self._causes.get(record, set())

    @cached_property
    def _causes(self) -> dict[int, set[str]]:
        """The reasons by record: of those written about, and of those that they point at."""
        own: dict[int, set[str]] = defaultdict(set)
        for statement in self._rows(StatementRow):
            is_new = batch_of(statement.record) in self._batches
            own[statement.record].add(NEW_RECORD if is_new else NEW_STATEMENT)
        for record, reason in (*self._closed(), *self._undone(), *self._decided()):
            own[record].add(reason)
        for statement in self._links(own):
            target = int(str(statement.value))
            own[target] |= own[statement.record]
        return dict(own)

    def _rows(self, kind: type[R]) -> Iterator[R]:
        for batch in self._batches:
            yield from self._of_batch(kind, batch)

    def _of_batch(self, kind: type[R], batch: int) -> Iterator[R]:
        first, last = row_number(batch, 0), row_number(batch, POSITION_MASK)
        return self._workspace.store.scan(kind, first=first, last=last)

    def _closed(self) -> Iterator[tuple[int, str]]:
        closed = {row.statement: row.reason for row in self._rows(ClosureRow)}
        for statement in self._workspace.store.find(StatementRow, "number", closed):
            is_correction = closed[statement.number] == "superseded"
            yield statement.record, CORRECTION if is_correction else WITHDRAWAL

    def _undone(self) -> Iterator[tuple[int, str]]:
        for closing in self._rows(ClosingRow):
            for statement in self._of_batch(StatementRow, closing.closed_batch):
                yield statement.record, UNDONE
            yield from self._joined(closing.closed_batch)

    def _decided(self) -> Iterator[tuple[int, str]]:
        for erasure in self._rows(ErasureRow):
            yield erasure.erased, ERASURE
        for batch in self._batches:
            yield from self._joined(batch)
        for decision in self._rows(DeterminationRow):
            yield decision.record, DETERMINATION

    def _joined(self, batch: int) -> Iterator[tuple[int, str]]:
        """Records whose being one person a batch judges, or links."""
        for judgement in self._of_batch(JudgementRow, batch):
            yield judgement.record_a, JUDGEMENT
            yield judgement.record_b, JUDGEMENT
        for link in self._of_batch(LinkRow, batch):
            yield link.record_a, LINKAGE
            yield link.record_b, LINKAGE

    def _links(self, records: Iterable[int]) -> list[StatementRow]:
        """Statements by which some records point at others, closed ones too."""
        types = self._workspace.vocabulary.types
        terms = {
            number
            for (record_type, name), number in self._workspace.store.terms().items()
            if record_type in types
            and name in types[record_type].properties
            and types[record_type].properties[name].type == "link"
        }
        found = self._workspace.store.find(StatementRow, "record", sorted(records))
        return [row for row in found if row.term in terms and row.value and row.value.isdecimal()]
