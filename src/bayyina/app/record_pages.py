"""Records in pages, each with what is said of it: for programs that take all of them along.

What a page tells of a record is what ``record_reading`` tells of one, without what is linked to it and
what was decided about it, so that a page is read with a few questions however many records it has.
Whoever takes all records along has them elsewhere: what somebody refused, or took their consent back
for, is left out, as of an export for the people who work here.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.permissions import sight
from bayyina.app.recipients import INTERNAL, find_recipient
from bayyina.app.record_reading import statements_told, unsealed_rows
from bayyina.app.releasing import Release
from bayyina.app.rows import KEPT_ROW, RecordRow, StatementRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError

TAKEN_BACK: Final = frozenset({"refused", "no_consent", "objected"})
"""Rules by which somebody's word keeps what they told from being handed out."""


def read_records(
    workspace: Workspace, *, record_type: str = "", after: int = -1, limit: int = 100
) -> tuple[list[dict[str, Any]], int | None]:
    """Records that stand, in order of number, and the last number where more follow.

    Args:
        workspace: With the member at work; records of cases that they may not see are left out.
        record_type: Only those of this type; empty: of any.
        after: Only records with higher numbers.
        limit: At most so many.

    Raises:
        InputError: there is no such type.
        PermissionRefusedError: the member may not read records.
    """
    seen = sight(workspace, "export-records")
    if record_type and record_type not in workspace.vocabulary.types:
        raise InputError(
            f"There is no type of record named {record_type}.",
            hint="Types are named as in records, such as Person or Arrest.",
        )
    store = workspace.store
    with store.read():
        batches, erased = live_batches(store), erased_records(store)
        standing = (
            row
            for row in store.scan(RecordRow, first=after + 1)
            if batch_of(row.number) in batches
            and row.number not in erased
            and row.record_type != KEPT_ROW
            and record_type in {"", row.record_type}
            and seen.covers(row.number)
        )
        found = list(islice(standing, limit + 1))
        told = found[:limit]
        names = {term: pair for pair, term in store.terms().items()}
        said: dict[int, list[StatementRow]] = {row.number: [] for row in told}
        for row in live_statements(store, list(said), batches):
            said[row.record].append(row)
        release = Release(workspace, find_recipient(workspace, INTERNAL))
        allowed = release.decide({row.number: row for row in told}, said)
    documents = []
    for record in told:
        refused = allowed.refused.get(record.number)
        if refused is not None and refused.rule in TAKEN_BACK:
            continue
        short_id = workspace.short_id(record.number)
        rows = [
            row
            for row in said[record.number]
            if (out := allowed.removals.get(row.number)) is None or out.rule not in TAKEN_BACK
        ]
        document: dict[str, Any] = {
            "id": short_id,
            "type": record.record_type,
            "list_key": record.list_key,
        }
        if refused is not None:  # all of it is sealed: that it is there is told, and nothing of it
            document |= {"list_key": None, "statements": [], "sealed": True}
        else:
            if record.record_type == EVIDENCE:
                rows = unsealed_rows(workspace, short_id, rows, names)
            statements = statements_told(workspace, release.embargo, record.number, rows, names)
            document["statements"] = statements
        documents.append(document)
    return documents, told[-1].number if len(found) > limit else None
