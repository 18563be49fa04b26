"""Which records the links of a list's rows point at, in this list and in others."""

from __future__ import annotations

from collections.abc import Sequence

from bayyina.app.known_lists import SOURCE_KEY, KnownList
from bayyina.app.row_writer import RowWriter
from bayyina.app.rows import RecordRow, batch_of
from bayyina.model.drafts import RowReading
from bayyina.tables.mapping_parts import OTHER_LIST


def link_targets(
    known: KnownList, writer: RowWriter | None, source: int | None, chunk: Sequence[RowReading]
) -> dict[str, int]:
    """Record numbers of what links point at outside their own row, by the links' targets.

    Args:
        known: What stands of the list.
        writer: What it is written into, so that rows of this import can be linked to; None
            in a dry run.
        source: Record number of the list's Source.
        chunk: The rows.
    """
    wanted = _outside(chunk)
    if not wanted:
        return {}
    sources: dict[str, int | None] = {"": source}
    for name in {target.rpartition(OTHER_LIST)[0] for target in wanted} - {""}:
        sources[name] = known.source_named(SOURCE_KEY + name)
    standing = set(known.batches)
    if writer is not None:
        writer.flush()
        standing.add(writer.batch)
    keys = {target.rpartition(OTHER_LIST)[2] for target in wanted}
    places = {
        (row.source, row.list_key): row.number
        for row in known.store.find(RecordRow, "list_key", keys)
        if batch_of(row.number) in standing
    }
    found: dict[str, int] = {}
    for target in wanted:
        name, _, key = target.rpartition(OTHER_LIST)
        number = places.get((sources[name], key)) or known.erased_record(key, name)
        if number is not None:
            found[target] = number
    return found


def _outside(chunk: Sequence[RowReading]) -> set[str]:
    """Targets of links that are not in the same row."""
    wanted: set[str] = set()
    for reading in chunk:
        inside = {draft.key for draft in reading.records}
        for draft in reading.records:
            wanted.update(target for _, target in draft.links if target not in inside)
    return wanted
