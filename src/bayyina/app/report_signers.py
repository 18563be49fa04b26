"""Who may sign a report: somebody who entered none of the records that it rests on.

Where at least two people may release and entered none of what the report counts, it takes two of
them. A small group in which everybody has entered something could then publish nothing at all; there
somebody who entered records may sign, and the signature and the answer say so, but never where the
report singles out a record of theirs: a site that it tells of, or the only record of a number that
is narrowed to a place finer than a governorate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from bayyina.app.counting import open_engine
from bayyina.app.linked_records import pointers_at
from bayyina.app.members import current_members, handles_by_uuid
from bayyina.app.permissions import allows
from bayyina.app.rewinding import Moment, rewound
from bayyina.app.rows import StatementRow, batch_of
from bayyina.app.same_people import handles_of_same, people_by_handle
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import NEEDED_PEOPLE
from bayyina.errors import BayyinaError, PermissionRefusedError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.query_tree import Act, And, Comparison, Condition, Not, Or, Query

RELEASE: Final = "publish"

LOOKED_INTO: Final = 20_000
"""Of a figure with more records, whoever took the records in counts, and not who added to one."""

FINE: Final = frozenset({"district", "subdistrict", "community", "neighbourhood", "facility"})
"""Levels of places at which a number of one is one record that somebody there knows."""


def check_signer(workspace: Workspace, content: Mapping[str, Any]) -> bool:
    """Whether who is at work entered something that a report rests on; refused where that may not be.

    Args:
        workspace: With the member who is about to sign.
        content: The machine-readable twin of the report.

    Raises:
        PermissionRefusedError: others can sign who entered nothing of it, or it singles out a record
            that the member entered.
    """
    store, own = workspace.store, workspace.member.handle
    with open_engine(workspace, _unseen, exact=True) as engine:
        alone, counted = _records(workspace, engine, content)
    if own in entered_any(workspace, alone):
        raise PermissionRefusedError(
            f"{own} entered a record that this report singles out.",
            hint="Two people who did not enter it sign: a site that is told of, or the only record "
            "of a number at a place finer than a governorate.",
            code="entered-it",
        )
    entered = entered_any(workspace, counted)
    if own not in entered:
        return False
    people = people_by_handle(store)
    able = {
        people.get(row.handle, row.handle)
        for row in current_members(store)
        if allows(row, RELEASE) and row.handle not in entered
    }
    if len(able) >= NEEDED_PEOPLE:
        raise PermissionRefusedError(
            f"{own} entered records that this report rests on.",
            hint=f"Two people who entered none of them sign it: {', '.join(sorted(able))}.",
            code="entered-it",
        )
    return True


def entered_any(workspace: Workspace, records: Collection[int]) -> set[str]:
    """Handles of everybody who ever entered one of some records, a statement about one or evidence."""
    store = workspace.store
    numbers = {batch_of(record) for record in records}
    if len(records) <= LOOKED_INTO:
        for row in store.find(StatementRow, "record", sorted(records)):
            numbers.add(batch_of(row.number))
            if row.evidence is not None:
                numbers.add(batch_of(row.evidence))
    handles = handles_by_uuid(store)
    entered = {
        handles[row.actor]
        for row in store.batches()
        if row.batch in numbers and row.actor in handles
    }
    return handles_of_same(people_by_handle(store), entered)


def _records(
    workspace: Workspace, engine: FigureEngine, content: Mapping[str, Any]
) -> tuple[set[int], set[int]]:
    """Records that a report singles out, and all that its figures count."""
    alone = {
        record_number(workspace, site["id"])
        for told in (content.get("sites") or {}).values()
        for site in told
    }
    counted = set(alone)
    for figure in content["figures"].values():
        try:
            asked = engine.read(figure["query"])
            if asked.recorded_at is None and asked.recorded_size is None:
                moment = Moment(recorded_size=int(figure["custody_size"]))
                asked = engine.read(rewound(engine, figure["query"], moment))
            own = {ref.number for ref in engine.open(asked)}
        except BayyinaError:
            continue  # what can be counted no more names nobody
        counted |= _with_acts(workspace, own)
        if not _is_fine(workspace, asked):
            continue
        for group in figure.get("groups", ()):
            if group.get("value") == 1:
                key = {str(name): str(code) for name, code in group["key"].items()}
                alone |= {ref.number for ref in engine.open(asked, group=key) if ref.certain}
        if figure.get("value") == 1:
            alone |= own
    return _with_acts(workspace, alone), counted


def _with_acts(workspace: Workspace, records: set[int]) -> set[int]:
    """Records and what points at them, unless they are very many."""
    if len(records) > LOOKED_INTO:
        return records
    return records | {one.record for one in pointers_at(workspace, records)}


def _is_fine(workspace: Workspace, asked: Query) -> bool:
    """Whether a question is divided by or narrowed to a place finer than a governorate."""
    if FINE & set(asked.keys):
        return True
    return asked.condition is not None and _narrows(workspace, asked.condition)


def _narrows(workspace: Workspace, condition: Condition) -> bool:
    match condition:
        case And(parts) | Or(parts):
            return any(_narrows(workspace, part) for part in parts)
        case Not(part):
            return _narrows(workspace, part)
        case Act(_, comparisons):
            return any(_narrows(workspace, one) for one in comparisons)
        case Comparison():
            places = (workspace.gazetteer.get(code) for code in condition.values)
            levels = {place.level for place in places if place is not None}
            return condition.property in FINE or bool(FINE & levels)


def _unseen(done: int, total: int | None, what: str) -> None:
    """Progress that nobody is shown."""
