"""What others said of the log's checkpoints: cosignatures, time-stamps, calendar proofs.

Each is kept as a run of its own, by an entry of the log, so that nobody can take one away
unnoticed. Only what held when it came is kept.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bayyina.app.live import live_batches
from bayyina.app.log_appending import LOG_TREE
from bayyina.app.rows import RunRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.witness_requests import make_request

COSIGNED: Final = "cosigned-checkpoint"
"""Kind of the runs that keep a checkpoint with cosignatures."""

STAMPED: Final = "time-stamp"
"""Kind of the runs that keep a time-stamp."""

CALENDAR: Final = "calendar-proof"
"""Kind of the runs that keep an OpenTimestamps proof."""


@dataclass(frozen=True)
class KeptCheckpoint:
    """Something kept about a checkpoint."""

    size: int
    """Size of the log that it is about."""

    note: str
    """The signed checkpoint; with the witnesses' lines where it was cosigned."""

    keys: tuple[str, ...] = ()
    """Public keys of the witnesses."""

    token: bytes = b""
    """The authority's answer, or the calendar's proof."""

    chain: bytes = b""
    """Certificates, PEM."""

    revoked: bytes = b""
    """Lists of revoked certificates, PEM."""

    headers: tuple[tuple[int, str], ...] = ()
    """Heights and block headers (hex)."""


def kept(workspace: Workspace, kind: str) -> list[KeptCheckpoint]:
    """What is kept of a kind, in the order in which it came."""
    return [
        KeptCheckpoint(
            size=run["size"],
            note=run["checkpoint"],
            keys=tuple(run.get("keys", ())),
            token=base64.b64decode(run.get("token", "")),
            chain=run.get("chain", "").encode(),
            revoked=run.get("revoked", "").encode(),
            headers=tuple((int(height), text) for height, text in run.get("headers", {}).items()),
        )
        for run in _runs(workspace, kind)
    ]


def kept_calendars(workspace: Workspace) -> list[KeptCheckpoint]:
    """The calendar proofs, for each checkpoint the last: it holds what the earlier ones showed."""
    return list({one.note: one for one in kept(workspace, CALENDAR)}.values())


def consistency_text(workspace: Workspace, old_size: int, note: str) -> str:
    """A C2SP add-checkpoint request that leads from a size of the log to a checkpoint."""
    store = workspace.store

    def read_tile(level: int, position: int) -> bytes:
        return store.tile(LOG_TREE, "", level, position) or b""

    return make_request(read_tile, old_size, note).to_text()


def log_verifier(workspace: Workspace) -> Ed25519Verifier:
    """The log's own public key."""
    return Ed25519Verifier(
        workspace.identity.origin, workspace.keys.log.public_key().public_bytes_raw()
    )


def _runs(workspace: Workspace, kind: str) -> Iterator[dict[str, Any]]:
    standing = live_batches(workspace.store)
    for row in workspace.store.scan(RunRow):
        if row.run_kind == kind and batch_of(row.number) in standing:
            yield json.loads(row.parameters)
