"""Which records the links of a list's rows point at, in this list and in others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from bayyina.app.known_lists import SOURCE_KEY, KnownList
from bayyina.app.row_writer import RowWriter
from bayyina.app.rows import RecordRow, batch_of
from bayyina.model.drafts import RecordDraft, RowProblem, RowReading
from bayyina.tables import problems
from bayyina.tables.mapping import Mapping
from bayyina.tables.mapping_parts import OTHER_LIST


class LinkTargets(NamedTuple):
    """What the links of a chunk of rows point at outside their own rows."""

    numbers: dict[str, int]
    """Numbers of the records that stand, by the links' targets."""

    absent: frozenset[str]
    """Names of lists that links name and that the workspace does not hold."""


def link_targets(
    known: KnownList, writer: RowWriter | None, source: int | None, chunk: Sequence[RowReading]
) -> LinkTargets:
    """Find what links point at outside their own row, among what is stored.

    Args:
        known: What stands of the list.
        writer: What it is written into, so that rows of this import can be linked to; None
            in a dry run.
        source: Record number of the list's Source.
        chunk: The rows.
    """
    wanted = _outside(chunk)
    if not wanted:
        return LinkTargets({}, frozenset())
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
    absent = (name for name, number in sources.items() if name and number is None)
    return LinkTargets(found, frozenset(absent))


def with_links_told(
    known: KnownList, chunk: Sequence[RowReading], targets: LinkTargets, earlier: Collection[str]
) -> list[RowReading]:
    """Warn of rows with a link to a record that neither stands nor came with a row before it.

    Args:
        known: What stands of the list.
        chunk: The rows.
        targets: What of them was found.
        earlier: Keys of records of earlier rows that are not stored (in a dry run).
    """
    told: list[RowReading] = []
    there = {*targets.numbers, *earlier}
    for reading in chunk:
        if reading.status == problems.KEPT_ASIDE or known.is_erased(reading):
            told.append(reading)
            continue
        inside = {draft.key for draft in reading.records}
        found = [
            _not_found(known.mapping, draft, name, target, targets.absent)
            for draft in reading.records
            for name, target in draft.links
            if target not in inside and target not in there
        ]
        there |= inside
        if found:
            noticed = (*reading.problems, *found)
            reading = reading._replace(status=problems.status_of(noticed), problems=noticed)
        told.append(reading)
    return told


def _not_found(
    mapping: Mapping, draft: RecordDraft, name: str, target: str, absent: Collection[str]
) -> RowProblem:
    """A warning that names the column and what was looked for, never the key itself."""
    of_list = target.rpartition(OTHER_LIST)[0]
    column = next(
        (
            rule.column
            for block in (mapping.row, *mapping.blocks)
            for rule in block.columns
            if block.type == draft.type
            and rule.is_link
            and (rule.property, rule.link_list or "") == (name, of_list)
        ),
        "",
    )
    return problems.link_not_found(column, of_list, list_is_absent=of_list in absent)


def _outside(chunk: Sequence[RowReading]) -> set[str]:
    """Targets of links that are not in the same row."""
    wanted: set[str] = set()
    for reading in chunk:
        inside = {draft.key for draft in reading.records}
        for draft in reading.records:
            wanted.update(target for _, target in draft.links if target not in inside)
    return wanted
