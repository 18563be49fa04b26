"""Who opened what is sealed of a record, and why two records are taken for the same somebody."""

from __future__ import annotations

import json
from typing import NamedTuple

from bayyina.app.live import live_batches
from bayyina.app.members import handles_by_uuid
from bayyina.app.opening_sealed import ACTION
from bayyina.app.permissions import allows_for, require
from bayyina.app.rows import JudgementRow, MemberRow, RunRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace


class Look(NamedTuple):
    """One opening of what is sealed of a record."""

    time: str
    """When, RFC 3339."""

    person: str
    """Handle of who opened it."""

    use: str
    """What for."""

    reason: str
    """Why, in their words."""


class Joined(NamedTuple):
    """The last word on whether two records are about the same somebody."""

    other: str
    """Short id of the other record."""

    verdict: str
    """``same``, ``different`` or ``unsure``."""

    person: str
    """Handle of who said so."""

    reasons: str
    """Why."""


def looks_at(workspace: Workspace, short_id: str) -> list[Look]:
    """Every opening of what is sealed of a record, newest first.

    Raises:
        InputError: there is no such record.
        PermissionRefusedError: the member may not open sealed values of it themselves.
    """
    number = record_number(workspace, short_id)
    require(workspace, ACTION, records=[number])
    store = workspace.store
    batches = {row.batch: row for row in store.batches() if row.entry is not None}
    people = handles_by_uuid(store)
    found = []
    for run in store.find(RunRow, "run_kind", [ACTION]):
        batch = batches.get(batch_of(run.number))
        if batch is None or short_id not in run.parameters:
            continue
        said = json.loads(run.parameters)
        if short_id in str(said.get("records", "")).split():
            who = people.get(batch.actor, "?")
            look = Look(batch.entry_time or "", who, said["use"], said["reason"])
            found.append(look)
    return sorted(found, reverse=True)


def why_joined(workspace: Workspace, short_id: str) -> list[Joined]:
    """What people said last of a record and each other one that it was compared with.

    Raises:
        InputError: there is no such record.
        PermissionRefusedError: the member may not read the record.
    """
    number = record_number(workspace, short_id)
    require(workspace, "export-records", records=[number])
    store = workspace.store
    batches = live_batches(store)
    people = {row.number: row.handle for row in store.scan(MemberRow)}
    last: dict[int, JudgementRow] = {}
    rows = [
        *store.find(JudgementRow, "record_a", [number]),
        *store.find(JudgementRow, "record_b", [number]),
    ]
    for row in sorted(rows, key=lambda row: row.number):
        other = row.record_b if row.record_a == number else row.record_a
        if batch_of(row.number) in batches and allows_for(
            store, workspace.member, "export-records", [other]
        ):
            last[other] = row
    return [
        Joined(workspace.short_id(other), row.verdict, people.get(row.member, "?"), row.reasons)
        for other, row in sorted(last.items())
    ]
