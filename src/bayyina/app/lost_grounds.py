"""Evidence that people cited for a decision and that stands no longer.

A determination outlives what it rests on: a list is undone, a release withdraws a row, a
record is erased, and the decision still stands with its signature. Who reads it must see
what is left of its evidence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bayyina.app.grounds import Ground, Grounds
from bayyina.app.linked_records import surroundings
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import DeterminationRow, RecordRow, StatementRow, batch_of
from bayyina.app.short_ids import link_targets, record_number, statement_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError


class Standing:
    """Tells what of the evidence that was cited stands now."""

    def __init__(self, workspace: Workspace) -> None:
        """Look at what stands now."""
        self._workspace = workspace
        self._batches = live_batches(workspace.store)
        self._known: dict[str, bool] = {}

    def stands(self, cited: str) -> bool:
        """Whether a statement or a record with this id stands, and something is said of it."""
        self._look_up([cited])
        return self._known[cited]

    def records_without(self) -> list[int]:
        """Records that stand and were decided about on evidence that stands no longer."""
        cited = {
            row.number: [one.cites for one in _cited(row)]
            for row in self._workspace.store.scan(DeterminationRow)
            if batch_of(row.number) in self._batches and batch_of(row.record) in self._batches
        }
        self._look_up({one for each in cited.values() for one in each})
        lost = [n for n, each in cited.items() if not all(self._known[one] for one in each)]
        rows = self._workspace.store.find(DeterminationRow, "number", lost) if lost else []
        return sorted({row.record for row in rows})

    def _look_up(self, cited: Iterable[str]) -> None:
        """Learn of ids whether they stand, many at a time."""
        fresh = [one for one in cited if one not in self._known]
        statements, records = {}, {}
        for one in fresh:
            try:
                if "-S-" in one:
                    statements[one] = statement_number(self._workspace, one)
                else:
                    records[one] = record_number(self._workspace, one)
            except InputError:
                pass  # the id of another workspace, from which the decision was brought
        store = self._workspace.store
        about = {row.record for row in store.find(StatementRow, "number", statements.values())}
        rows = live_statements(store, about.union(records.values()), self._batches)
        standing = {row.number for row in rows}
        told = {row.record for row in rows}.intersection(
            still_standing(self._workspace, records.values())
        )
        for one in fresh:
            self._known[one] = statements.get(one) in standing or records.get(one) in told


def _cited(row: DeterminationRow) -> tuple[Ground, ...]:
    """What a decision cites."""
    grounds = Grounds.of(row.reasons)
    return (*grounds.lines, *grounds.conditions)


def with_accounts(workspace: Workspace, records: Iterable[int]) -> frozenset[int]:
    """Records, and those that figures count as one with them."""
    together: set[int] = set()
    batches = live_batches(workspace.store)
    for row in workspace.store.find(RecordRow, "number", records):
        links = link_targets(workspace, live_statements(workspace.store, [row.number], batches))
        together |= {row.number, *surroundings(workspace, row, links).same_as}
    return frozenset(together)


def still_standing(workspace: Workspace, records: Collection[int]) -> list[int]:
    """Those of some records that came with nothing undone and were not erased."""
    batches = live_batches(workspace.store)
    return [
        row.number
        for row in workspace.store.find(RecordRow, "number", records)
        if batch_of(row.number) in batches and row.wrapped_key is not None
    ]
