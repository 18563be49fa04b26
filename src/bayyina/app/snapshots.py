"""Keeping the columnar snapshot in step with the log. Figures read it, never the database."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from bayyina.app.determination_words import word_of
from bayyina.app.emptied_rows import SEAL
from bayyina.app.grounds import Grounds
from bayyina.app.live import erased_records
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
    RecordRow,
    RunRow,
    StatementRow,
    batch_of,
    row_number,
)
from bayyina.app.same_people import people_by_handle
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import NEEDED_PEOPLE
from bayyina.errors import WorkspaceError
from bayyina.figures.link_quality import LINK, SAMPLE
from bayyina.figures.relations import CODED_TYPES
from bayyina.figures.sealing import Seal
from bayyina.figures.snapshot import POINTER, Snapshot, read_pointer
from bayyina.figures.snapshot_tables import (
    BATCHES,
    CLOSURES,
    DETERMINATIONS,
    JUDGEMENTS,
    LINKS,
    RUNS,
    SEALED_VALUE,
    STATEMENTS,
)
from bayyina.figures.snapshot_writing import SnapshotWriter
from bayyina.keys.sealing import is_sealed, mark_in

_LOG = logging.getLogger(__name__)

ERASE = "erase"
"""Action of the entries that carry an erasure out: what was copied before must go."""

REBUILT = frozenset({ERASE, SEAL})
"""Actions after which what was copied before must go."""

CHUNK = 100_000
"""Statements in memory at a time."""

IDENTIFIER = "identifier"
"""Kind of property whose shared value makes two people one."""

CLOSED_KINDS = (*CODED_TYPES, "link", "geopoint")
"""Kinds of properties of which a snapshot holds nothing where the value is sealed."""


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


def refresh_snapshot(workspace: Workspace, progress: Progress, *, anew: bool = False) -> Snapshot:
    """Bring the snapshot up to the log's size; quick when nothing is new.

    It is built anew, and its older files removed, if a record was erased since, if somebody
    changed a file of it, and with ``anew``. Statements of erased records, and links to
    them, are in no snapshot, at whatever size it is asked.

    Raises:
        BusyError: another process is writing it.
        StorageError: the disk refused; the snapshot is as it was.
    """
    seal = snapshot_seal(workspace)
    writer = SnapshotWriter(snapshot_folder(workspace), seal=seal)
    anew = anew or _is_changed(writer.folder, seal)
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
        erasures = [row for row in batches if row.action in REBUILT and (row.entry or 0) >= since]
        if anew or since > size or erasures:
            since = 0
        fresh = [row for row in batches if row.entry is not None and row.entry >= since]
        return writer.write(
            since=since,
            custody_size=size,
            statements=_statements(workspace, fresh, progress),
            closures=_closures(workspace, fresh),
            batches=_batches(workspace, batches),
            judgements=_judgements(workspace, batches),
            determinations=_determinations(workspace, batches),
            links=_links(workspace, fresh),
            runs=_runs(workspace, batches),
        )


def _statements(
    workspace: Workspace, batches: Sequence[BatchRow], progress: Progress
) -> Iterator[pa.RecordBatch]:
    erased = erased_records(workspace.store)
    terms = {number: pair for pair, number in workspace.store.terms().items()}
    types = {number: pair[0] for number, pair in terms.items()}
    names = {number: pair[1] for number, pair in terms.items()}
    links = _link_terms(workspace, terms)
    hidden = _hidden_values(workspace, terms)
    done = 0
    for batch in batches:
        rows = workspace.store.scan(
            StatementRow,
            first=row_number(batch.batch, 0),
            last=row_number(batch.batch + 1, 0) - 1,
        )
        if erased:
            rows = (row for row in rows if not _is_about_erased(row, erased, links))
        while chunk := list(islice(rows, CHUNK)):
            columns = list(zip(*chunk, strict=True))
            term = columns[2]
            content: dict[str, Sequence[Any]] = {
                "number": columns[0],
                "batch": [batch.batch] * len(chunk),
                "record": columns[1],
                "record_type": [types[number] for number in term],
                "property": [names[number] for number in term],
                "value": _values(chunk, hidden),
                "date_lo": columns[4],
                "date_hi": columns[5],
                "num_lo": columns[6],
                "num_hi": columns[7],
                "lang": columns[9],
                "source": columns[10],
                "certainty": columns[13],
                "asserted_on": columns[14],
            }
            yield _record_batch(content, STATEMENTS)
            done += len(chunk)
            progress(done, None, "statements in the snapshot")


def _values(rows: Sequence[StatementRow], hidden: Mapping[int, str | None]) -> list[str | None]:
    """What statements say; of a sealed one that something is said, never the sealed text."""
    return [
        row.value
        if row.value is None or not is_sealed(row.value)
        else f"{SEALED_VALUE}{mark_in(row.value) or row.number}"
        if hidden.get(row.term) == IDENTIFIER
        else hidden.get(row.term)
        for row in rows
    ]


def _hidden_values(
    workspace: Workspace, terms: Mapping[int, tuple[str, str]]
) -> dict[int, str | None]:
    """What stands in place of a sealed value, by term.

    Nothing does for values of a closed list, since figures would take it for one of them; of
    identifiers it is their mark or, where they have none, another text for each statement, since
    equal ones join people.
    """
    found: dict[int, str | None] = {}
    for number, (record_type, name) in terms.items():
        known = workspace.vocabulary.types.get(record_type)
        prop = known.properties.get(name) if known is not None else None
        kind = "" if prop is None else prop.type
        found[number] = (
            None if kind in CLOSED_KINDS else kind if kind == IDENTIFIER else SEALED_VALUE
        )
    return found


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


def _link_terms(workspace: Workspace, terms: Mapping[int, tuple[str, str]]) -> frozenset[int]:
    """Numbers of the pairs (record type, property) whose values are other records."""
    found = set()
    for number, (record_type, name) in terms.items():
        known = workspace.vocabulary.types.get(record_type)
        prop = known.properties.get(name) if known is not None else None
        if prop is not None and prop.type == "link":
            found.add(number)
    return frozenset(found)


def _is_about_erased(
    row: StatementRow, erased: Mapping[int, RecordRow], links: frozenset[int]
) -> bool:
    """Whether a statement is of an erased record, or links to one."""
    if row.record in erased:
        return True
    value = row.value
    return row.term in links and value is not None and value.isdecimal() and int(value) in erased
