"""What is said of one record: its statements, each with its source, disagreement visible."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bayyina.app.grounds import Grounds
from bayyina.app.linked_records import surroundings
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.permissions import require
from bayyina.app.rows import (
    POSITION_MASK,
    DeterminationRow,
    ErasureRow,
    MemberRow,
    RecordRow,
    StatementRow,
    batch_of,
    row_number,
)
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError

_DIGITS = 10
"""Digits that a part of a short id has at most."""


def record_number(workspace: Workspace, short_id: str) -> int:
    """The number that a short id such as ``R-12-345`` stands for.

    Raises:
        InputError: it is not a short id of this workspace.
    """
    prefix, _, rest = short_id.partition("-")
    batch, _, position = rest.partition("-")
    if prefix != workspace.identity.prefix or not (_is_count(batch) and _is_count(position)):
        raise InputError(
            f"{short_id} is not the id of a record here.",
            hint=f"Ids of this workspace look like {workspace.identity.prefix}-2-17.",
            code="no-such-record",
        )
    return row_number(int(batch), int(position))


def statement_number(workspace: Workspace, statement_id: str) -> int:
    """The number that a statement's id such as ``R-S-12-345`` stands for.

    Raises:
        InputError: it is not the id of a statement of this workspace.
    """
    prefix, mark, rest = statement_id.partition("-S-")
    batch, _, position = rest.partition("-")
    if (prefix, mark) != (workspace.identity.prefix, "-S-") or not (
        _is_count(batch) and _is_count(position)
    ):
        raise InputError(
            f"{statement_id} is not the id of a statement here.",
            hint=f"Ids of statements look like {workspace.identity.prefix}-S-2-17; "
            "`bayyina record ID` shows those of a record.",
            code="no-such-statement",
        )
    return row_number(int(batch), int(position))


def _is_count(text: str) -> bool:
    """Whether a text is a number that a part of a record number can be."""
    return text.isdecimal() and len(text) <= _DIGITS and int(text) <= POSITION_MASK >> 1


def read_record(workspace: Workspace, short_id: str) -> dict[str, Any]:
    """Type, statements and determinations of a record, as a JSON document.

    Of an erased record there is left that it was, and when and why it was erased.

    Raises:
        InputError: there is no such record.
    """
    require(workspace, "export-records")
    store = workspace.store
    number = record_number(workspace, short_id)
    with store.read():
        found = store.find(RecordRow, "number", [number])
        batches = live_batches(store)
        if not found or batch_of(number) not in batches:
            raise InputError(
                f"There is no record {short_id} that stands.",
                hint="It may have come with an import that was undone.",
                code="no-such-record",
            )
        erased = erased_records(store)
        if number in erased:
            return _tombstone(workspace, erased[number])
        names = {term: pair for pair, term in store.terms().items()}
        rows = live_statements(store, [number], batches)
        decisions = [
            row
            for row in store.find(DeterminationRow, "record", [number])
            if batch_of(row.number) in batches
        ]
    around = surroundings(workspace, found[0], link_targets(workspace, rows))
    return {
        "id": short_id,
        "type": found[0].record_type,
        "list_key": found[0].list_key,
        "statements": [_statement(workspace, row, *names[row.term]) for row in rows],
        "linked": [
            {
                "id": workspace.short_id(one.record),
                "type": one.record_type,
                "property": one.property,
            }
            for one in around.linked
        ],
        "same_as": [workspace.short_id(number) for number in around.same_as],
        "determinations": [
            {
                "person": store.find(MemberRow, "number", [row.member])[0].handle,
                "decision": row.decision,
                "verdict": row.verdict,
                "standard": row.standard,
                **Grounds.of(row.reasons).to_json(),
            }
            for row in decisions
        ],
    }


def link_targets(workspace: Workspace, rows: Iterable[StatementRow]) -> set[int]:
    """Numbers of the records that statements point at."""
    names = {number: pair for pair, number in workspace.store.terms().items()}
    targets = set()
    for row in rows:
        record_type, name = names[row.term]
        kind = workspace.vocabulary.types.get(record_type)
        prop = kind.properties.get(name) if kind is not None else None
        is_link = prop is not None and prop.type == "link"
        if is_link and row.value is not None and row.value.isdecimal():
            targets.add(int(row.value))
    return targets


def _tombstone(workspace: Workspace, row: RecordRow) -> dict[str, Any]:
    last = workspace.store.find(ErasureRow, "erased", [row.number])[-1]
    batch = next(b for b in workspace.store.batches() if b.batch == batch_of(last.number))
    return {
        "id": workspace.short_id(row.number),
        "type": row.record_type,
        "list_key": None,
        "statements": [],
        "linked": [],
        "same_as": [],
        "determinations": [],
        "erased": {"time": batch.entry_time, "reason": last.reason, "rows": last.rows},
    }


def _statement(
    workspace: Workspace, row: StatementRow, record_type: str, name: str
) -> dict[str, Any]:
    known = workspace.vocabulary.types.get(record_type)
    prop = known.properties.get(name) if known is not None else None
    linked = row.value if prop is not None and prop.type == "link" else None
    document = {
        "id": workspace.statement_id(row.number),
        "property": name,
        "value": row.value,
        "record": workspace.short_id(int(linked)) if linked and linked.isdecimal() else None,
        "original": row.original,
        "lang": row.lang,
        "date_lo": row.date_lo,
        "date_hi": row.date_hi,
        "certainty": row.certainty,
        "source": workspace.short_id(row.source) if row.source is not None else None,
        "locator": row.locator,
        "asserted_on": row.asserted_on,
    }
    return {key: value for key, value in document.items() if value is not None}
