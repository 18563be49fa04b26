"""Check 7 and the list of trees: from entries to the trees of their batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bayyina.custody.findings import DAMAGED, DELETED, INSERTED, Check, Finding, outcome, runs
from bayyina.custody.key_ring import BatchFacts
from bayyina.custody.log_checks import LogState
from bayyina.custody.log_reader import LogReader, StoredBatch
from bayyina.custody.merkle import HASH_LENGTH
from bayyina.custody.range_checks import LAST_POSITION, TreeFacts, tile_of
from bayyina.custody.tiles import TILE_WIDTH, full_tile_hash, root_from_tiles
from bayyina.errors import CustodyError


def trees_of(
    state: LogState, batches: Sequence[StoredBatch], columns: Mapping[str, Sequence[str]]
) -> list[TreeFacts]:
    """All trees that entries commit to, by kind and, within a kind, in order of batch.

    What the leaves hold of their batch comes from the entry; the store gives the key only.
    """
    wrapped = {batch.uuid: batch.wrapped_key or b"" for batch in batches}
    trees = [
        TreeFacts(
            BatchFacts(
                entry.batch_number,
                str(entry.batch),
                entry.opened,
                str(entry.actor),
                entry.case,
                wrapped.get(str(entry.batch), b""),
            ),
            kind,
            tuple(columns.get(kind, ())),
            head.size,
            head.root,
        )
        for entry in state.entries.values()
        for kind, head in entry.trees.items()
    ]
    return sorted(trees, key=lambda tree: (tree.kind, tree.batch.number))


def check_trees(trees: Iterable[TreeFacts], reader: LogReader, found: Sequence[Finding]) -> Check:
    """(7) Stored hashes of each batch lead to the root in its entry.

    Args:
        trees: All trees.
        reader: Gives tiles.
        found: What the checks of rows found about tiles of level 0.
    """
    findings, count = list(found), 0
    damaged = {(finding.kind, finding.batch) for finding in found}
    for tree in trees:
        count += 1
        if tree.size > TILE_WIDTH:
            is_known = (tile_of(tree.kind), tree.batch.number) in damaged
            findings += _upper_levels(tree, reader, is_damage_known=is_known)
    return outcome(7, "the trees of the batches lead to the entries", f"{count} trees.", findings)


def check_strangers(state: LogState, batches: Sequence[StoredBatch], reader: LogReader) -> Check:
    """(11) No row belongs to a batch that no entry knows, or that has no rows of its kind."""
    kinds = {entry.batch_number: set(entry.trees) for entry in state.entries.values()}
    pending = {batch.number for batch in batches if batch.entry is None} - kinds.keys()
    findings: list[Finding] = []
    waiting = 0
    for kind in reader.columns():
        for batch in reader.stored_batches(kind):
            if batch in pending:
                waiting += 1
            elif kind not in kinds.get(batch, ()):
                findings += _strangers(reader, kind, batch)
    for entry in state.entries.values():
        for kind in entry.trees.keys() - reader.columns().keys():
            why = "the store has no rows of this kind"
            findings.append(Finding(DELETED, kind, entry.batch_number, None, None, why))
    held = "Every row belongs to a batch of the log"
    held += (
        f"; {len(pending)} open batches with {waiting} kinds of rows left out." if waiting else "."
    )
    return outcome(11, "no rows beside the log", held, findings)


def _strangers(reader: LogReader, kind: str, batch: int) -> Iterator[Finding]:
    """The rows of a kind that stand in a batch without any."""
    base = batch << 32
    numbers = [row[0] for row in reader.rows(kind, base, base + LAST_POSITION)]
    why = "no entry knows rows of this kind in this batch"
    whole = [number for number in numbers if isinstance(number, int)]
    yield from (Finding(INSERTED, kind, batch, *run, why) for run in runs(whole))
    if len(whole) < len(numbers) or not numbers:
        why = "rows whose number is no whole number"
        yield Finding(INSERTED, kind, batch, None, None, why)


def _upper_levels(
    tree: TreeFacts, reader: LogReader, *, is_damage_known: bool
) -> Iterator[Finding]:
    """What is wrong with the tiles of level 1 and above of a large tree."""
    batch, kind = tree.batch.number, tree.kind

    def read_tile(level: int, position: int) -> bytes:
        return reader.tile(batch, kind, level, position)

    def damaged(why: str) -> Finding:
        return Finding(DAMAGED, tile_of(kind), batch, None, None, why)

    level, count = 1, tree.size // TILE_WIDTH
    while count >= TILE_WIDTH:
        for position in range(count // TILE_WIDTH):
            above = read_tile(level + 1, position // TILE_WIDTH)
            place = position % TILE_WIDTH * HASH_LENGTH
            data = read_tile(level, position)
            if (
                len(data) != TILE_WIDTH * HASH_LENGTH
                or full_tile_hash(data) != above[place : place + HASH_LENGTH]
            ):
                yield damaged(f"tile {position} of level {level}")
        level, count = level + 1, count // TILE_WIDTH
    if is_damage_known:
        return
    try:
        if root_from_tiles(read_tile, tree.size) != tree.root:
            yield damaged("its root is not the one in the entry")
    except CustodyError as error:
        yield damaged(error.message.rstrip("."))
