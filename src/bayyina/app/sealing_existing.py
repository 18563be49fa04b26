"""Sealing what stands in clear already: one person suffices, because protecting must be quick.

Somebody becomes known later to be a child or a survivor, an earlier release named them, or
they ask for it. One change adds sealed statements with the same content in the place of
those in clear, and empties these; so nothing of it can be read any more by who is not
cleared, in the database, its snapshot or their older files. Whoever is cleared can make the
emptied rows' leaves again, so ``log verify`` holds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, NamedTuple

from bayyina.app.changes import ChangeWriter, change, discard_open_batches
from bayyina.app.emptied_rows import SEAL
from bayyina.app.erased_rows import committed_leaves
from bayyina.app.erased_together import KEPT_ASIDE
from bayyina.app.erasure_traces import remove_sealed_traces
from bayyina.app.linked_records import pointers_at
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.ports import Progress, Store
from bayyina.app.rows import (
    BatchRow,
    ClosureRow,
    ListRow,
    RecordRow,
    StatementRow,
    batch_of,
)
from bayyina.app.sealing_keys import no_sealing_key, sealing_public
from bayyina.app.short_ids import record_number
from bayyina.app.unsealed_records import unsealed_records
from bayyina.app.workspace import Workspace
from bayyina.custody.leaves import EMPTIED_BY_SEALING, WORDING_EMPTIED
from bayyina.disclosure.protected_people import PERSON, Protection, protection
from bayyina.errors import BusyError, InputError
from bayyina.keys.sealing import is_sealed
from bayyina.model.drafts import ValueDraft

DUE: Final = "due"
"""Reason of a sealing that the rules ask for."""

REASONS: Final[Mapping[str, str]] = {
    "asked": "the person, or somebody for them, asked for it",
    "danger": "being named endangers somebody",
    "released": "an earlier release named somebody who is protected",
    "survivor": "they became known to be a survivor of sexual violence",
    "child": "they became known to have been a child",
    "witness": "they became known to have given testimony",
    DUE: "the rules ask for it",
}
"""Why something is sealed afterwards. A code, because the log keeps it for ever."""

PROTECTED: Final = "protected"
"""Flag of a person that is set when somebody asks that they be protected."""


@dataclass(frozen=True)
class Sealing:
    """What a sealing did."""

    reason: str
    """Code of the reason."""

    records: tuple[str, ...]
    """Short ids of the records of which something was sealed, copies among them."""

    statements: int
    """How many statements were sealed."""

    kept_aside: int
    """How many rows kept aside were sealed."""

    batch: int | None
    """The batch; None when everything was sealed already."""

    traces_left: bool = False
    """Older files still hold it, because another process is using them."""

    def to_json(self) -> dict[str, Any]:
        """The document that ``seal --json`` prints."""
        return {**vars(self), "records": list(self.records)}


def seal_records(
    workspace: Workspace, *, records: Sequence[str], reason: str, progress: Progress
) -> Sealing:
    """Seal what tells whose some records are, and what is sealed of everybody.

    People are marked as protected, so that what is said of them later is sealed as well, and
    what papers about them say is sealed with them.

    Raises:
        InputError: there is no such record or reason, nothing of a record can be sealed, or the
            workspace has no sealing key.
        PermissionRefusedError: the member may not seal.
        CustodyError: a row is not what the log committed to. Sealing would hide that.
        BusyError: an import is running.
    """
    if reason not in REASONS:
        raise InputError(
            "That is not a reason for sealing.",
            hint=f"Use one of {', '.join(REASONS)}; a text could say something about the person.",
            code="no-such-reason",
        )
    numbers = [record_number(workspace, one) for one in dict.fromkeys(records)]
    require(workspace, SEAL, records=numbers)
    rules = protection(workspace.vocabulary)
    about = _records_about(workspace, rules, numbers)
    with workspace.store.import_lock():
        discard_open_batches(workspace)
        rows = workspace.store.find(RecordRow, "number", numbers)
        _refuse_unsealable(workspace, rows, rules)
        asked = _seal(workspace, rules, {*numbers, *about}, set(), reason, mark=True)
    if asked.batch is None:
        return asked
    return _with_traces(workspace, _joined(asked, _seal_due(workspace, progress)), progress)


def seal_due(workspace: Workspace, progress: Progress) -> Sealing:
    """Seal everything that ought to be sealed and is not; also rows kept aside of before.

    Traces that an interrupted call has left are removed.

    Raises:
        InputError: the workspace has no sealing key.
        PermissionRefusedError: the member may not seal.
        CustodyError: a row is not what the log committed to.
        BusyError: an import is running.
    """
    require(workspace, SEAL)
    return _with_traces(workspace, _seal_due(workspace, progress), progress)


def seal_after_import(workspace: Workspace, progress: Progress) -> Sealing | None:
    """Seal what an import made known of people whom earlier rows named; None if there is nothing.

    Whoever may import may do this: it shows nothing and takes nothing from those who are cleared.
    """
    if sealing_public(workspace.store) is None:
        return None
    done = _seal_due(workspace, progress, kept_rows=False)
    return None if done.batch is None else _with_traces(workspace, done, progress, whole=False)


def _seal_due(workspace: Workspace, progress: Progress, *, kept_rows: bool = True) -> Sealing:
    with workspace.store.import_lock():
        discard_open_batches(workspace)
        due = unsealed_records(workspace, progress)
        return _seal(
            workspace,
            protection(workspace.vocabulary),
            set(due.protected),
            set(due.by_level),
            DUE,
            kept_rows=kept_rows,
        )


def _records_about(workspace: Workspace, rules: Protection, numbers: Collection[int]) -> set[int]:
    """Acts and papers that are about some people, of which something is sealed with them."""
    types = workspace.vocabulary.types
    return {
        one.record
        for one in pointers_at(workspace, numbers)
        if one.record_type in rules.identity
        and one.record_type != PERSON
        and one.property == types[one.record_type].about
    }


def _with_traces(
    workspace: Workspace, done: Sealing, progress: Progress, *, whole: bool = True
) -> Sealing:
    """Remove what older files hold; what another process holds is told, not refused."""
    try:
        remove_sealed_traces(workspace, progress, whole=whole)
    except BusyError:
        return Sealing(**{**vars(done), "traces_left": True})
    return done


def _joined(first: Sealing, second: Sealing) -> Sealing:
    """Two sealings of one call as one."""
    if second.batch is None:
        return first
    return Sealing(
        first.reason,
        tuple(dict.fromkeys((*first.records, *second.records))),
        first.statements + second.statements,
        first.kept_aside + second.kept_aside,
        second.batch,
    )


class _Clear(NamedTuple):
    """A statement in clear that is to be sealed."""

    record: RecordRow
    row: StatementRow
    name: str
    draft: ValueDraft
    closed: ClosureRow | None
    is_undone: bool


def _seal(
    workspace: Workspace,
    rules: Protection,
    protected: Collection[int],
    by_level: Collection[int],
    reason: str,
    *,
    mark: bool = False,
    kept_rows: bool = False,
) -> Sealing:
    """One change: sealed rows in the place of those in clear, which are emptied."""
    store = workspace.store
    if sealing_public(store) is None:
        raise no_sealing_key()
    people = _with_copies(store, protected)
    of_all = {row.number for row in people}
    others = [row for row in _with_copies(store, by_level) if row.number not in of_all]
    standing = live_batches(store)
    clear = [
        *_in_clear(workspace, rules, people, standing, is_protected=True),
        *_in_clear(workspace, rules, others, standing, is_protected=False),
    ]
    kept = kept_in_clear(store) if kept_rows else []
    unmarked = _unmarked(workspace, people, standing) if mark else []
    if not (clear or kept or unmarked):
        return Sealing(reason, (), 0, 0, None)
    _check(workspace, clear, kept)
    with change(workspace, SEAL) as writer:
        writer.protect(of_all)
        for row in unmarked:
            writer.add_statement(
                row.number, writer.record_key(row), PERSON, ValueDraft(PROTECTED, "yes"), None
            )
        for one in clear:
            _seal_statement(writer, store, rules, one)
        for list_row in kept:
            _seal_kept_row(writer, store, list_row)
        writer.finish({"reason": reason, "statements": len(clear), "rows": len(kept)})
    ids = sorted({one.record.number for one in clear} | {row.number for row in unmarked})
    return Sealing(reason, tuple(map(workspace.short_id, ids)), len(clear), len(kept), writer.batch)


def _with_copies(store: Store, numbers: Collection[int]) -> list[RecordRow]:
    """Some records, and those that came with the same ids of the same lists; erased ones left out."""
    rows = {row.number: row for row in store.find(RecordRow, "number", sorted(numbers))}
    named = {row.list_key for row in rows.values() if row.list_key and row.source is not None}
    others = store.find(RecordRow, "list_key", sorted(named)) if named else []
    sources = {row.source for row in (*rows.values(), *others) if row.source is not None}
    lists = {row.number: row.list_key for row in store.find(RecordRow, "number", sorted(sources))}

    def place(row: RecordRow) -> tuple[str, str | None, str | None]:
        return (row.record_type, row.list_key, lists.get(row.source or 0))

    meant = {place(row) for row in rows.values() if row.list_key and row.source is not None}
    rows |= {row.number: row for row in others if place(row) in meant}
    return [rows[number] for number in sorted(rows) if rows[number].wrapped_key is not None]


def _in_clear(
    workspace: Workspace,
    rules: Protection,
    records: Sequence[RecordRow],
    standing: Mapping[int, BatchRow],
    *,
    is_protected: bool,
) -> list[_Clear]:
    """What of some records is in clear and has to be sealed, whether it stands or not."""
    store = workspace.store
    by_number = {row.number: row for row in records}
    names = {term: pair for pair, term in store.terms().items()}
    rows = store.find(StatementRow, "record", sorted(by_number))
    closed = {
        row.statement: row
        for row in store.find(ClosureRow, "statement", [row.number for row in rows])
        if batch_of(row.number) in standing
    }
    found = []
    for row in rows:
        if row.value is None or is_sealed(row.value):
            continue
        record_type, name = names[row.term]
        draft = ValueDraft(
            name, row.value, row.date_lo, row.date_hi, row.num_lo, row.num_hi, row.original,
            row.lang, row.certainty,
        )  # fmt: skip
        if rules.seals(record_type, draft, is_protected=is_protected) or (
            rules.seals_wording(record_type, draft, is_protected=is_protected)
            and not is_sealed(row.original)
        ):
            is_undone = batch_of(row.number) not in standing
            record = by_number[row.record]
            closure = closed.get(row.number)
            found.append(_Clear(record, row, record_type, draft, closure, is_undone))
    return found


def kept_in_clear(store: Store) -> list[ListRow]:
    """Rows kept aside whose cells are in clear and that have a key of their own."""
    rows = store.find(ListRow, "state", [KEPT_ASIDE])
    return [
        row for row in rows if row.cells and row.record is not None and not is_sealed(row.cells)
    ]


def _unmarked(
    workspace: Workspace, people: Sequence[RecordRow], standing: Mapping[int, BatchRow]
) -> list[RecordRow]:
    """People who are not marked as protected yet."""
    store = workspace.store
    term = store.terms().get((PERSON, PROTECTED))
    numbers = [row.number for row in people if row.record_type == PERSON]
    marked = {
        row.record
        for row in store.find(StatementRow, "record", numbers)
        if row.term == term and row.value == "yes" and batch_of(row.number) in standing
    }
    return [row for row in people if row.record_type == PERSON and row.number not in marked]


def _check(workspace: Workspace, clear: Sequence[_Clear], kept: Sequence[ListRow]) -> None:
    """Compare each row with its committed leaf: sealing must not hide tampering."""
    batches = {row.batch: row for row in workspace.store.batches()}
    statements = sorted((one.row for one in clear), key=lambda row: row.number)
    for kind, rows in (("statement", statements), ("list_row", kept)):
        for batch, group in groupby(rows, key=lambda row: batch_of(row.number)):
            committed_leaves(workspace, kind, batches[batch], list(group))


def _seal_statement(writer: ChangeWriter, store: Store, rules: Protection, one: _Clear) -> None:
    """Say it again, sealed, and take what is said out of the row in clear."""
    row = one.row
    key = writer.record_key(one.record)
    writer.describe_list(row.source, row.asserted_on)
    number = writer.add_statement(
        row.record, key, one.name, one.draft, row.locator, row.number, evidence=row.evidence
    )
    if one.closed is None:
        writer.add(
            ClosureRow, statement=row.number, reason="superseded", asserted_on=row.asserted_on
        )
    # What stood no longer does not stand again because it is sealed.
    if one.closed is not None:
        reason, day = one.closed.reason, one.closed.asserted_on
        writer.add(ClosureRow, statement=number, reason=reason, asserted_on=day)
    elif one.is_undone:
        writer.add(ClosureRow, statement=number, reason="withdrawn", asserted_on=None)
    if not rules.seals(one.name, one.draft, is_protected=True):
        store.blank(StatementRow, [row.number], {"original": WORDING_EMPTIED, "lang": None})
        return
    lo, hi = rules.stays(one.name, one.draft)
    content = {**dict.fromkeys(EMPTIED_BY_SEALING["statement"]), "date_lo": lo, "date_hi": hi}
    store.blank(StatementRow, [row.number], content)


def _seal_kept_row(writer: ChangeWriter, store: Store, row: ListRow) -> None:
    """Store a row kept aside again, sealed, and empty the one in clear."""
    record = store.find(RecordRow, "number", [row.record or 0])[0]
    if record.wrapped_key is None:
        return
    key = writer.record_key(record)
    content = {"cells": row.cells, "digest": row.digest, "key": row.key}
    writer.add(
        ListRow,
        salted_by=key,
        source=row.source,
        key=row.key,
        digest=row.digest,
        state=row.state,
        record=row.record,
        cells=json.dumps(content, ensure_ascii=False),
    )
    emptied = {"key": "", "digest": "", "cells": None}
    store.blank(ListRow, [row.number], emptied)


def _refuse_unsealable(workspace: Workspace, rows: Sequence[RecordRow], rules: Protection) -> None:
    """Refuse records of which nothing is ever sealed, and erased ones."""
    for row in rows:
        if row.wrapped_key is None:
            raise InputError(
                f"{workspace.short_id(row.number)} was erased.", hint="There is nothing to seal."
            )
        by_level = rules.by_level.get(row.record_type)
        is_act = workspace.vocabulary.types[row.record_type].is_a("Act")
        if not (by_level or (rules.names(row.record_type, is_protected=True) and not is_act)):
            raise InputError(
                f"{workspace.short_id(row.number)} is a {row.record_type}: nothing that is said of "
                "it tells whose it is by itself.",
                hint="Seal the person that it is about.",
                code="nothing-to-seal",
            )
