"""What is said of one record: its statements, each with its source, disagreement visible."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.grounds import Grounds
from bayyina.app.linked_records import surroundings
from bayyina.app.live import erased_records, live_batches
from bayyina.app.lost_grounds import Standing, still_standing
from bayyina.app.permissions import allows, require, sight
from bayyina.app.ports import Store
from bayyina.app.rows import (
    ClosureRow,
    DeterminationRow,
    ErasureRow,
    MemberRow,
    RecordRow,
    StatementRow,
    batch_of,
)
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.short_ids import link_targets, record_number
from bayyina.app.site_disclosure import EXACT, Embargo, Shown, embargo_of
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.keys.sealing import is_sealed


def read_record(
    workspace: Workspace,
    short_id: str,
    *,
    history: bool = False,
    opened: bool = False,
    sealed: SealedRows | None = None,
) -> dict[str, Any]:
    """Type, statements and determinations of a record, as a JSON document.

    With ``history`` there are also the statements that stand no longer, with what closed them.
    Of an erased record there is left that it was, and when and why it was erased. What is sealed
    of an evidence item is there only with ``opened``, which is for a use case that logs the look.
    Of a sealed statement there is that it was made and by whom, and what it says only with
    ``sealed``, which ``opening_sealed`` gives to use cases that have logged the look. The position of a
    site under embargo is told even then only to who may have exact positions.

    Raises:
        InputError: there is no such record, or it is a sealed item.
    """
    seen = sight(workspace, "export-records")
    store = workspace.store
    number = record_number(workspace, short_id)
    require(workspace, "export-records", records=[number])
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
        rows, closed = _stated(store, number, batches)
        if not history:
            closed = []
        if found[0].record_type == EVIDENCE and not opened:
            rows = unsealed_rows(workspace, short_id, rows, names)
            kept = unsealed_rows(workspace, short_id, [row for row, _ in closed], names)
            closed = [(row, closure) for row, closure in closed if row in kept]
        everything = (*rows, *(row for row, _ in closed))
        hidden = {row.number for row in everything if is_sealed(row.value)}
        worded = {row.number for row in everything if is_sealed(row.original)}
        if sealed is not None:
            rows = sealed.opened(rows)
            was = sealed.opened([row for row, _ in closed])
            closed = [(row, closure) for row, (_, closure) in zip(was, closed, strict=True)]
        decisions = [
            row
            for row in store.find(DeterminationRow, "record", [number])
            if batch_of(row.number) in batches
        ]
    around = surroundings(workspace, found[0], link_targets(workspace, rows))
    embargo, standing = embargo_of(workspace), Standing(workspace)
    site = embargo.covers(number, [*rows, *(row for row, _ in closed)])
    may_have_exact = site is not None and allows(workspace.member, EXACT)

    def told(row: StatementRow) -> Shown:
        if may_have_exact and row.number in hidden and not is_sealed(row.value):
            return Shown(row.value, row.original, False)
        return embargo.shown(site, row)

    def said(row: StatementRow) -> dict[str, Any]:
        stated = _statement(workspace, row, told(row), *names[row.term], row.number in hidden)
        return stated | ({"wording_sealed": True} if row.number in worded else {})

    document = {
        "id": short_id,
        "type": found[0].record_type,
        "list_key": found[0].list_key,
        "statements": [said(row) for row in rows],
        "linked": [
            {
                "id": workspace.short_id(one.record),
                "type": one.record_type,
                "property": one.property,
            }
            for one in around.linked
            if seen.covers(one.record)
        ],
        "same_as": [
            workspace.short_id(number)
            for number in still_standing(workspace, around.same_as)
            if seen.covers(number)
        ],
        "determinations": [
            {
                "person": store.find(MemberRow, "number", [row.member])[0].handle,
                "decision": row.decision,
                "verdict": row.verdict,
                "standard": row.standard,
                **_grounds(Grounds.of(row.reasons), standing),
            }
            for row in decisions
        ],
    }
    if history:
        document["history"] = [said(row) | _closure(closure) for row, closure in closed]
    return document


def statements_told(
    workspace: Workspace, embargo: Embargo, record: int, rows: Sequence[StatementRow],
    names: Mapping[int, tuple[str, str]],
) -> list[dict[str, Any]]:  # fmt: skip
    """What is said of a record, as documents: nothing that is sealed, nor withheld of a site."""
    site = embargo.covers(record, rows)
    told = []
    for row in rows:
        hidden = is_sealed(row.value)
        one = _statement(workspace, row, embargo.shown(site, row), *names[row.term], hidden)
        told.append(one | ({"wording_sealed": True} if is_sealed(row.original) else {}))
    return told


def unsealed_rows(
    workspace: Workspace,
    short_id: str,
    rows: list[StatementRow],
    names: Mapping[int, tuple[str, str]],
) -> list[StatementRow]:
    """The statements of an evidence item that may be seen without an entry of the log.

    Raises:
        InputError: the item is sealed as a whole.
    """
    if any(names[row.term][1] == "sealed" and row.value == "yes" for row in rows):
        raise InputError(
            f"{short_id} is sealed, so each look at it is an entry of the log.",
            hint=f"`bayyina evidence show {short_id} --reason ...` shows it.",
            code="sealed",
        )
    properties = workspace.vocabulary.types[EVIDENCE].properties
    sealed = {name for name, prop in properties.items() if prop.level == "sealed"}
    return [row for row in rows if names[row.term][1] not in sealed]


def _grounds(grounds: Grounds, standing: Standing) -> dict[str, Any]:
    """What a decision rests on; each line says whether it stands."""
    document = grounds.to_json()
    for name in ("lines", "conditions"):
        document[name] = [
            ground | {"stands": standing.stands(ground["cites"])} for ground in document[name]
        ]
    return document


def _stated(
    store: Store, number: int, batches: Collection[int]
) -> tuple[list[StatementRow], list[tuple[StatementRow, ClosureRow]]]:
    """Statements of a record that stand, and those that do not with the first row that closed each."""
    rows = {
        row.number: row
        for row in store.find(StatementRow, "record", [number])
        if batch_of(row.number) in batches
    }
    first: dict[int, ClosureRow] = {}
    for closure in store.find(ClosureRow, "statement", list(rows)):
        if batch_of(closure.number) in batches:
            first.setdefault(closure.statement, closure)
    return (
        [row for row in rows.values() if row.number not in first],
        [(row, first[row.number]) for row in rows.values() if row.number in first],
    )


def _closure(closure: ClosureRow) -> dict[str, Any]:
    """Why a statement stands no longer, since which release and which batch."""
    told = {"closed": closure.reason, "closed_in": batch_of(closure.number)}
    return told | ({"closed_on": closure.asserted_on} if closure.asserted_on else {})


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
    workspace: Workspace,
    row: StatementRow,
    shown: Shown,
    record_type: str,
    name: str,
    is_hidden: bool,
) -> dict[str, Any]:
    known = workspace.vocabulary.types.get(record_type)
    prop = known.properties.get(name) if known is not None else None
    linked = row.value if prop is not None and prop.type == "link" else None
    document = {
        "id": workspace.statement_id(row.number),
        "property": name,
        "value": None if is_sealed(shown.value) else shown.value,
        "sealed": is_hidden or None,
        "blurred": shown.blurred or None,
        "record": workspace.short_id(int(linked)) if linked and linked.isdecimal() else None,
        "original": shown.original,
        "lang": row.lang,
        "date_lo": row.date_lo,
        "date_hi": row.date_hi,
        "certainty": row.certainty,
        "source": workspace.short_id(row.source) if row.source is not None else None,
        "locator": row.locator,
        "asserted_on": row.asserted_on,
    }
    return {key: value for key, value in document.items() if value is not None}
