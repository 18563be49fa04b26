"""What happened to an item, as events of the PREMIS data dictionary (version 3).

Everything is taken from the log: when its record came, what was made from it, who looked at it
or took a copy, when its bytes were re-read, and when it was erased. Fixity checks are many and
alike, so those that held are one event with their number, the first and the last of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from bayyina.app.evidence_fixity_runs import METHOD, fixity_runs
from bayyina.app.evidence_items import Item, derived_items
from bayyina.app.live import live_batches
from bayyina.app.members import handles_by_uuid
from bayyina.app.rows import BatchRow, RunRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.vault.fixity import HOLDS

LOOK: Final = "evidence-look"
"""Kind of the runs that record a look at a sealed item."""

COPY: Final = "evidence-copy"
"""Kind of the runs that record that somebody took the bytes out."""

TYPES: Final = {
    "ingestion": "ingestion",
    "digest": "message digest calculation",
    "identification": "format identification",
    "creation": "creation",
    "fixity": "fixity check",
    "look": "access",
    "copy": "dissemination",
}
"""Events by their PREMIS names."""


class ItemEvent(NamedTuple):
    """Something that happened to an item."""

    type: str
    """Its PREMIS name."""

    time: str
    """When its entry stood in the log, RFC 3339."""

    person: str
    """Handle of who did it."""

    outcome: str
    """``success``, or what was found."""

    detail: str
    """What else there is to say."""

    batch: int | None
    """The batch that records it; of checks that held, that of the last."""


def item_events(workspace: Workspace, item: Item) -> list[ItemEvent]:
    """Everything that the log tells of an item, in order of time."""
    batches = live_batches(workspace.store)
    handles = handles_by_uuid(workspace.store)
    came = batches[batch_of(item.number)]
    events = list(_intake(item, came, handles))
    for number in derived_items(workspace, item.number):
        made = batches[batch_of(number)]
        detail = f"{workspace.short_id(number)} was made from it"
        events.append(_event("creation", made, handles, detail))
    events += _runs(workspace, item, batches, handles)
    events += _fixity(workspace, item, handles)
    return sorted(events, key=lambda event: (event.time, event.batch or 0))


def _intake(item: Item, came: BatchRow, handles: dict[str, str]) -> Iterator[ItemEvent]:
    detail = f"{item.size} bytes, read once, stored encrypted"
    digests = f"SHA-256 {item.sha256}" + (f"; SHA-512 {item.sha512}" if item.sha512 else "")
    yield _event("ingestion", came, handles, detail)
    yield _event("digest", came, handles, digests)
    yield _event("identification", came, handles, f"{item.media_type}, by its first bytes")


def _runs(
    workspace: Workspace, item: Item, batches: dict[int, BatchRow], handles: dict[str, str]
) -> Iterator[ItemEvent]:
    for row in workspace.store.scan(RunRow):
        if row.run_kind not in (LOOK, COPY) or batch_of(row.number) not in batches:
            continue
        said: dict[str, Any] = json.loads(row.parameters)
        if said["record"] == item.number:
            kind = "look" if row.run_kind == LOOK else "copy"
            yield _event(kind, batches[batch_of(row.number)], handles, str(said["reason"]))


def _fixity(workspace: Workspace, item: Item, handles: dict[str, str]) -> Iterator[ItemEvent]:
    held = []
    for run in fixity_runs(workspace):
        was_read = any(first <= item.number <= last for first, last in run.ranges)
        state = run.found.get(item.number, HOLDS)
        if state != HOLDS:
            yield ItemEvent(
                TYPES["fixity"], run.time, handles.get(run.actor, ""), state, METHOD, run.batch
            )
        elif was_read:
            held.append(run)
    if held:
        last = held[-1]
        times = "once" if len(held) == 1 else f"{len(held)} times since {held[0].time}"
        yield ItemEvent(
            TYPES["fixity"], last.time, handles.get(last.actor, ""), "success",
            f"{METHOD}; held {times}", last.batch,
        )  # fmt: skip


def _event(kind: str, batch: BatchRow, handles: dict[str, str], detail: str) -> ItemEvent:
    time = batch.entry_time or batch.opened_at
    return ItemEvent(
        TYPES[kind], time, handles.get(batch.actor, ""), "success", detail, batch.batch
    )
