"""Appending to the custody log: entry, tiles, checkpoint; inside the change's transaction.

The right edge of the log's tree is kept in memory between the appends of a process. Before each it
is held against the last entry that the store has: where that is another one (another process wrote,
or a transaction was rolled back), the edge is read from the stored tiles again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from weakref import WeakKeyDictionary

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.app.ports import Store
from bayyina.app.rows import AppendedEntry, CheckpointRow, EntryRow, TileRow
from bayyina.app.workspace import Workspace
from bayyina.custody.checkpoints import Checkpoint, log_signers
from bayyina.custody.entries import clock_behind, new_entry, time_text
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.notes import Ed25519Signer, sign_note
from bayyina.custody.tiles import TileTree
from bayyina.errors import CustodyError

LOG_TREE = 0
"""Number of the log's own tree among the tiles."""

CASE = "main"
"""Code of the case under whose key a batch's keys are wrapped."""


@dataclass(frozen=True)
class LoggedBatch:
    """What an entry says of the batch that it stands for."""

    action: str
    """What was done."""

    actor: str
    """UUID of the member."""

    batch_number: int
    """Its number."""

    batch_uuid: str
    """Its UUIDv7."""

    opened: str
    """When it was opened."""

    trees: Mapping[str, tuple[int, bytes]]
    """Size and root of the tree of each kind of its rows."""

    details: Mapping[str, str | int]
    """Further facts for a reader."""

    case: str = CASE
    """Code of the case under whose key the batch's keys are wrapped."""

    clock_behind_ms: int | None = None
    """How far the clock is behind the latest time in the log, where it was set back."""


@dataclass
class _Edge:
    """The right edge of a log as it was after the last append."""

    tree: TileTree
    """Its tree."""

    leaf: bytes | None
    """The hash of its last entry; None for an empty log."""

    latest: str | None
    """The latest time that any entry states."""

    keys: tuple[Ed25519PrivateKey, ...] = ()
    """What signed its last checkpoint."""

    signers: list[Ed25519Signer] = field(default_factory=list)
    """The same as signers, whose names were worked out."""


_EDGES: Final[WeakKeyDictionary[Store, _Edge]] = WeakKeyDictionary()


def append_entry(workspace: Workspace, batch: LoggedBatch) -> int:
    """Append the entry of a batch and sign the log's new head; the entry's index."""
    return append_entries(workspace, [batch])


def append_entries(workspace: Workspace, batches: Sequence[LoggedBatch]) -> int:
    """Append an entry for each of some batches, and sign the head they lead to; the first's index.

    Raises:
        CustodyError: something has no place in an entry, or a stored tile is absent.
    """
    store = workspace.store
    edge = _edge(store)
    size, now = edge.tree.size, time_text(workspace.clock.now())
    behind = clock_behind(edge.latest, now)
    if behind is not None:
        batches = [replace(one, clock_behind_ms=behind) for one in batches]
    appended = []
    for position, one in enumerate(batches, start=size):
        data = new_entry(one, actor=one.actor, batch=one.batch_uuid, time=now)
        appended.append(AppendedEntry(EntryRow(position, data), one.batch_number, now))
    _EDGES.pop(store, None)  # whatever fails from here on, the edge is read again
    leaves = [leaf_hash(one.row.data) for one in appended]
    tiles = [TileRow(LOG_TREE, "", t.level, t.position, t.data) for t in edge.tree.append(*leaves)]
    checkpoint = Checkpoint(workspace.identity.origin, edge.tree.size, edge.tree.root())
    note = sign_note(checkpoint.text, _signers(workspace, edge))
    store.append_to_log(appended, tiles, CheckpointRow(edge.tree.size, note))
    edge.leaf, edge.latest = leaves[-1], now if behind is None else edge.latest
    _EDGES[store] = edge
    return size


def _edge(store: Store) -> _Edge:
    """The right edge of a log, as this process left it or as it is stored."""
    last, kept = store.last_entry(), _EDGES.get(store)
    size, leaf = (0, None) if last is None else (last.position + 1, leaf_hash(last.data))
    if kept is not None and (kept.tree.size, kept.leaf) == (size, leaf):
        return kept

    def read_tile(level: int, index: int) -> bytes:
        data = store.tile(LOG_TREE, "", level, index)
        if data is None:
            raise CustodyError(
                f"The tile {index} of level {level} of the log is absent; nothing was appended.",
                hint="Run `bayyina log verify`.",
            )
        return data

    return _Edge(TileTree.resume(size, read_tile), leaf, store.latest_entry_time())


def _signers(workspace: Workspace, edge: _Edge) -> list[Ed25519Signer]:
    """What signs the log's checkpoints."""
    keys = (workspace.keys.log, *workspace.keys.next_log)
    if len(keys) != len(edge.keys) or any(a is not b for a, b in zip(keys, edge.keys, strict=True)):
        edge.keys, edge.signers = keys, log_signers(workspace.identity.origin, *keys)
    return edge.signers
