"""Keeping the columnar snapshot in step with the log. Figures read it, never the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from bayyina.app.determination_words import word_of
from bayyina.app.emptied_rows import SEAL
from bayyina.app.grounds import Grounds
from bayyina.app.own_file_history import OwnFileHistory, people_by_rules
from bayyina.app.own_files import own_standards
from bayyina.app.pending_halves import without_lapsed
from bayyina.app.ports import Progress
from bayyina.app.rows import (
    BATCH_SHIFT,
    BatchRow,
    ClosingRow,
    ClosureRow,
    DeterminationRow,
    JudgementRow,
    LinkRow,
    MemberRow,
    RunRow,
    StatementRow,
    batch_of,
    row_number,
)
from bayyina.app.same_people import people_by_handle
from bayyina.app.snapshot_statements import CHUNK, SnapshotStatements
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import NEEDED_PEOPLE
from bayyina.errors import InputError, WorkspaceError
from bayyina.figures.link_quality import LINK, SAMPLE
from bayyina.figures.sealing import Seal
from bayyina.figures.snapshot import POINTER, Snapshot, read_pointer
from bayyina.figures.snapshot_tables import (
    BATCHES,
    CLOSURES,
    DETERMINATIONS,
    JUDGEMENTS,
    LINKS,
    RUNS,
    TABLES,
)
from bayyina.figures.snapshot_writing import SnapshotWriter

_LOG = logging.getLogger(__name__)

ERASE = "erase"
"""Action of the entries that carry an erasure out: what was copied before must go."""


def snapshot_folder(workspace: Workspace) -> Path:
    """Where a workspace's snapshot lies."""
    return workspace.folder / "snapshot"


def snapshot_seal(workspace: Workspace) -> Seal:
    """What seals the files that the workspace's figures are counted on."""
    return Seal(workspace.keys.case_key)


def _is_changed(folder: Path, seal: Seal) -> bool:
    """Whether the snapshot is not as this program wrote it; that is told."""
    try:
        if read_pointer(folder) is None or seal.holds_snapshot(Snapshot.open(folder)):
            return False
    except WorkspaceError:  # the pointer is damaged: the writer cannot go on from it
        (folder / POINTER).unlink(missing_ok=True)
    _LOG.warning("The snapshot that figures are counted on had been changed; it is built anew.")
    return True


_guard: Final = threading.Lock()
_locks: Final[dict[Path, threading.RLock]] = {}

OTHERS: Final = 2
"""So often a refresh begins again because another process wrote the snapshot meanwhile."""


def _is_older(folder: Path) -> bool:
    """Whether a version wrote the snapshot whose tables had other columns."""
    pointer = read_pointer(folder)
    return pointer is not None and pointer.tables != TABLES


def refresh_snapshot(workspace: Workspace, progress: Progress, *, anew: bool = False) -> Snapshot:
    """Bring the snapshot up to the log's size; quick when nothing is new.

    It is built anew, and its older files removed, if a record was erased since, if somebody
    changed a file of it, and with ``anew``. Statements of erased records, and links to
    them, are in no snapshot, at whatever size it is asked. Files with statements that were
    emptied since, because they were sealed, are written again without them.

    Raises:
        BusyError: another process is writing it.
        StorageError: the disk refused; the snapshot is as it was.
    """
    with _one_at_a_time(snapshot_folder(workspace)):
        for _ in range(OTHERS):
            try:
                return _refreshed(workspace, progress, anew=anew)
            except InputError:  # another process wrote it since its size was read
                continue
        return _refreshed(workspace, progress, anew=anew)


def _one_at_a_time(folder: Path) -> threading.RLock:
    """The lock of those threads of this process that bring one snapshot up to date."""
    with _guard:
        return _locks.setdefault(folder.resolve(), threading.RLock())


def _refreshed(workspace: Workspace, progress: Progress, *, anew: bool) -> Snapshot:
    seal = snapshot_seal(workspace)
    writer = SnapshotWriter(snapshot_folder(workspace), seal=seal)
    anew = anew or _is_changed(writer.folder, seal) or _is_older(writer.folder)
    with workspace.store.read():
        size = workspace.store.log_size()
        since = writer.custody_size
        if since == size and not anew:
            standing = Snapshot.open(writer.folder)
            if standing.pointer.runs:
                return standing
        batches = sorted(
            (row for row in workspace.store.batches() if row.entry is not None),
            key=lambda row: row.entry or 0,
        )
        fresh = [row for row in batches if row.entry is not None and row.entry >= since]
        if anew or since > size or any(row.action == ERASE for row in fresh):
            since, fresh = 0, batches
        statements = SnapshotStatements(workspace)
        return writer.write(
            since=since,
            custody_size=size,
            statements=statements.of_batches(fresh, progress),
            emptied=statements.as_they_are(_emptied(workspace, fresh)) if since else None,
            closures=_closures(workspace, fresh),
            batches=_batches(workspace, batches),
            judgements=_judgements(workspace, batches),
            determinations=_determinations(workspace, batches),
            links=_links(workspace, fresh),
            runs=_runs(workspace, batches),
        )


def _emptied(workspace: Workspace, batches: Sequence[BatchRow]) -> Iterator[int]:
    """Numbers of the statements that some batches sealed, and emptied for that."""
    for batch in batches:
        if batch.action == SEAL:
            first, last = row_number(batch.batch, 0), row_number(batch.batch + 1, 0) - 1
            rows = workspace.store.scan(StatementRow, first=first, last=last)
            yield from (row.supersedes for row in rows if row.supersedes is not None)


def _closures(workspace: Workspace, batches: Sequence[BatchRow]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = workspace.store.scan(
            ClosureRow, first=row_number(batch.batch, 0), last=row_number(batch.batch + 1, 0) - 1
        )
        while chunk := list(islice(rows, CHUNK)):
            content = {
                "statement": [row.statement for row in chunk],
                "batch": [row.number >> BATCH_SHIFT for row in chunk],
                "asserted_on": [row.asserted_on for row in chunk],
            }
            yield _record_batch(content, CLOSURES)


def _batches(workspace: Workspace, batches: Sequence[BatchRow]) -> Iterator[pa.RecordBatch]:
    by_number = {row.batch: row for row in batches}
    closed = {
        row.closed_batch: by_number[batch_of(row.number)]
        for row in workspace.store.scan(ClosingRow)
        if batch_of(row.number) in by_number
    }
    content = {
        "batch": [row.batch for row in batches],
        "entry": [row.entry for row in batches],
        "time": [row.entry_time for row in batches],
        "kind": [row.action for row in batches],
        "closed_entry": [closed[b.batch].entry if b.batch in closed else None for b in batches],
        "closed_time": [closed[b.batch].entry_time if b.batch in closed else None for b in batches],
    }
    yield _record_batch(content, BATCHES)


def _judgements(workspace: Workspace, batches: Sequence[BatchRow]) -> Iterator[pa.RecordBatch]:
    """All judgements; which of a pair is the last that stands is worked out at the cut."""
    entries = {row.batch: row.entry for row in batches}
    rows = [row for row in workspace.store.scan(JudgementRow) if batch_of(row.number) in entries]
    content = {
        "record_a": [row.record_a for row in rows],
        "record_b": [row.record_b for row in rows],
        "verdict": [row.verdict for row in rows],
        "entry": [entries[batch_of(row.number)] for row in rows],
        "until_entry": [None] * len(rows),
        "number": [row.number for row in rows],
    }
    yield _record_batch(content, JUDGEMENTS)


def _links(workspace: Workspace, batches: Sequence[BatchRow]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        rows = workspace.store.scan(
            LinkRow, first=row_number(batch.batch, 0), last=row_number(batch.batch + 1, 0) - 1
        )
        while chunk := list(islice(rows, CHUNK)):
            content = {
                "number": [row.number for row in chunk],
                "batch": [batch.batch] * len(chunk),
                "record_a": [row.record_a for row in chunk],
                "record_b": [row.record_b for row in chunk],
                "run": [row.run for row in chunk],
                "decision": [row.decision for row in chunk],
                "odds": [row.odds for row in chunk],
            }
            yield _record_batch(content, LINKS)


def _runs(workspace: Workspace, batches: Sequence[BatchRow]) -> Iterator[pa.RecordBatch]:
    entries = {row.batch: row.entry for row in batches}
    rows = [
        row
        for row in workspace.store.find(RunRow, "run_kind", (LINK, SAMPLE))
        if batch_of(row.number) in entries
    ]
    content = {
        "number": [row.number for row in rows],
        "batch": [batch_of(row.number) for row in rows],
        "entry": [entries[batch_of(row.number)] for row in rows],
        "kind": [row.run_kind for row in rows],
        "parameters": [row.parameters for row in rows],
        "digest": [row.digest for row in rows],
    }
    yield _record_batch(content, RUNS)


def _determinations(workspace: Workspace, batches: Sequence[BatchRow]) -> Iterator[pa.RecordBatch]:
    """Each word of a person about a record; which of them stand is worked out at the cut.

    A word is weighed by the rules under which it was signed, whatever they say by now.
    """
    entries = {row.batch for row in batches}
    rows = [
        row for row in workspace.store.scan(DeterminationRow) if batch_of(row.number) in entries
    ]
    rows = without_lapsed(workspace, rows)
    said = {row.number: word for row in rows if (word := word_of(row)) is not None}
    rows = [row for row in rows if row.number in said]
    people_of = people_by_handle(workspace.store)
    handles = {
        row.number: people_of.get(row.handle, row.handle) for row in workspace.store.scan(MemberRow)
    }
    standards = own_standards(workspace.folder)
    history = OwnFileHistory(workspace.store)
    signed_under = people_by_rules(history, standards.values()) if rows else {}
    people = {name: rule.people for name, rule in standards.items()}
    grounds = [Grounds.of(row.reasons) for row in rows]
    content = {
        "number": [row.number for row in rows],
        "batch": [batch_of(row.number) for row in rows],
        "record": [row.record for row in rows],
        "person": [handles[row.member] for row in rows],
        "standard": [row.standard for row in rows],
        "says": [said[row.number] for row in rows],
        "practice": [one.practice or None for one in grounds],
        "people": [
            signed_under.get(one.standard, people.get(row.standard, NEEDED_PEOPLE))
            for row, one in zip(rows, grounds, strict=True)
        ],
    }
    yield _record_batch(content, DETERMINATIONS)


def _record_batch(content: dict[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    arrays: Iterable[pa.Array] = [
        pa.array(content[field.name], type=field.type) for field in schema
    ]
    return pa.RecordBatch.from_arrays(list(arrays), schema=schema)
