"""Appending to the custody log: entry, tiles, checkpoint; inside the change's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from bayyina.app.rows import CheckpointRow, EntryRow, TileRow
from bayyina.app.workspace import Workspace
from bayyina.custody.checkpoints import Checkpoint, sign_checkpoint
from bayyina.custody.entries import Entry, TreeHead, clock_behind, time_text
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.tiles import TileTree
from bayyina.errors import CustodyError

LOG_TREE = 0
"""Number of the log's own tree among the tiles."""

CASE = "main"
"""Code of the case under whose key a batch's keys are wrapped."""


def append_entry(
    workspace: Workspace,
    *,
    action: str,
    actor: str,
    batch: int,
    batch_uuid: str,
    opened: str,
    trees: Mapping[str, tuple[int, bytes]],
    details: Mapping[str, str | int],
) -> int:
    """Append the entry of a batch and sign the log's new head; the entry's index."""
    store = workspace.store
    size = store.log_size()
    now = time_text(workspace.clock.now())
    entry = Entry(
        action=action,
        actor=UUID(actor),
        batch=UUID(batch_uuid),
        batch_number=batch,
        case=CASE,
        details=details,
        opened=opened,
        time=now,
        trees={kind: TreeHead(*head) for kind, head in trees.items()},
        clock_behind_ms=clock_behind(store.latest_entry_time(), now),
    )
    data = entry.to_bytes()
    store.append_entry(EntryRow(size, data))
    store.sequence_batch(batch, entry=size, entry_time=now)
    root = _grow(workspace, size, leaf_hash(data))
    checkpoint = Checkpoint(workspace.identity.origin, size + 1, root)
    note = sign_checkpoint(checkpoint, workspace.keys.log, *workspace.keys.next_log)
    store.add_checkpoint(CheckpointRow(size + 1, note))
    return size


def _grow(workspace: Workspace, size: int, leaf: bytes) -> bytes:
    """Append a leaf hash to the log's tree; its new root."""
    store = workspace.store

    def read_tile(level: int, index: int) -> bytes:
        data = store.tile(LOG_TREE, "", level, index)
        if data is None:
            raise CustodyError(
                f"The tile {index} of level {level} of the log is absent; nothing was appended.",
                hint="Run `bayyina log verify`.",
            )
        return data

    tree = TileTree.resume(size, read_tile)
    store.put_tiles(
        [TileRow(LOG_TREE, "", tile.level, tile.position, tile.data) for tile in tree.append(leaf)]
    )
    return tree.root()
