"""Names of lists, and what their newest releases leave of a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bayyina.app.emptied_rows import SEAL
from bayyina.app.known_lists import NAMED_KEY, SOURCE_KEY
from bayyina.app.live import live_batches
from bayyina.app.ports import Store
from bayyina.app.rows import (
    ClosureRow,
    ListRow,
    RecordRow,
    StatementRow,
    batch_of,
    row_number,
)


class Standing(NamedTuple):
    """What a list says of a record now."""

    list_name: str
    """Name of the list that it came with; empty where there is none."""

    withdrawn: bool
    """Whether the list has stated it and states nothing of it any more."""

    on: str | None
    """Date of the release that withdrew it."""


def source_names(store: Store, numbers: Iterable[int]) -> dict[int, str]:
    """Names of Sources by number; those that were erased or have none are left out."""
    named = {}
    for row in store.find(RecordRow, "number", set(numbers)):
        key = row.list_key or ""
        for prefix in (SOURCE_KEY, NAMED_KEY):
            if key.startswith(prefix):
                named[row.number] = key.removeprefix(prefix)
    return named


def list_of_batch(store: Store, batch: int) -> str | None:
    """Name of the list that a batch took in; None for a batch of another kind."""
    first = row_number(batch, 0)
    for row in store.scan(ListRow, first=first, last=first):
        return source_names(store, (row.source,)).get(row.source)
    return None


def standing_of(store: Store, number: int) -> Standing:
    """Whether what the lists said of a record was withdrawn, and by the release of which day."""
    batches = live_batches(store)
    records = store.find(RecordRow, "number", [number])
    source = records[0].source if records else None
    name = "" if source is None else source_names(store, (source,)).get(source, "")
    said = {
        row.number
        for row in store.find(StatementRow, "record", [number])
        if batch_of(row.number) in batches
        and batches[batch_of(row.number)].action in ("import", SEAL)
    }
    closures = [
        row for row in store.find(ClosureRow, "statement", said) if batch_of(row.number) in batches
    ]
    if not said or said != {row.statement for row in closures}:
        return Standing(name, withdrawn=False, on=None)
    last = max(closures, key=lambda row: row.number)
    return Standing(name, withdrawn=last.reason == "withdrawn", on=last.asserted_on)
