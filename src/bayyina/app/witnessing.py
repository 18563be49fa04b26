"""Working with witnesses: what they are asked, what they answered, and the log as tiles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bayyina.app.changes import change
from bayyina.app.kept_stamps import COSIGNED, consistency_text, log_verifier
from bayyina.app.log_appending import LOG_TREE
from bayyina.app.log_keys import own_verifiers
from bayyina.app.permissions import require
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import add_run
from bayyina.custody.checkpoints import Checkpoint, open_checkpoint
from bayyina.custody.cosignatures import Cosignature, cosignatures, joined, verifier_from_vkey
from bayyina.custody.notes import read_note
from bayyina.custody.tile_logs import write_tile_log
from bayyina.custody.tiles import root_from_tiles
from bayyina.errors import CustodyError, InputError


def witness_request(workspace: Workspace, old_size: int) -> str:
    """What a witness is asked that cosigned size ``old_size`` last; 0 for one that is new.

    Raises:
        InputError: the log was never of that size.
        PermissionRefusedError: the member may not hand out checkpoints.
    """
    require(workspace, "checkpoint")
    newest = workspace.store.checkpoints()[-1]
    try:
        return consistency_text(workspace, old_size, newest.note)
    except CustodyError as error:
        raise InputError(
            error.message, hint=f"Give a size from 0 to {newest.size}.", code="no-such-size"
        ) from error


def keep_cosigned(workspace: Workspace, note: str, keys: Sequence[str]) -> list[Cosignature]:
    """Keep a checkpoint of this log that witnesses cosigned, by an entry of its own.

    Args:
        workspace: Whose log it is.
        note: The checkpoint with the witnesses' lines.
        keys: The witnesses' public keys, each of which must have cosigned.

    Raises:
        InputError: a key is none, or belongs to no witness.
        CustodyError: it is not a checkpoint of this log as it was, or a cosignature fails.
        PermissionRefusedError: the member may not.
    """
    require(workspace, "checkpoint")
    checkpoint = own_checkpoint(workspace, note)
    verifiers = []
    for key in keys:
        try:
            verifiers.append(verifier_from_vkey(key))
        except CustodyError as error:
            raise InputError(
                f"A witness's key cannot be used: {error.message}",
                hint="Give it as the witness's people gave it to you.",
            ) from error
    found = cosignatures(note, verifiers)
    missing = [one.name for one in verifiers if one.name not in {made.name for made in found}]
    if missing or not found:
        raise CustodyError(f"The checkpoint is not cosigned by {', '.join(missing) or 'anybody'}.")
    kept_note = joined(_own_note(workspace, checkpoint.size), note)
    parameters: dict[str, Any] = {
        "size": checkpoint.size,
        "checkpoint": kept_note,
        "keys": [one.vkey for one in verifiers if hasattr(one, "vkey")],
    }
    names = " ".join(sorted({one.name for one in found}))
    with change(workspace, "keep-cosignatures") as writer:
        add_run(writer, COSIGNED, parameters)
        writer.finish({"size": checkpoint.size, "witnesses": names})
    return found


def own_checkpoint(workspace: Workspace, note: str) -> Checkpoint:
    """A checkpoint that this log signed and still continues.

    Raises:
        CustodyError: it is of another log, not signed by this one, or of another history.
    """
    origin = workspace.identity.origin
    checkpoint = open_checkpoint(note, origin, own_verifiers(workspace))
    if checkpoint.size > workspace.store.log_size():
        raise CustodyError("The checkpoint has more entries than the log: the log was cut.")

    def read_tile(level: int, position: int) -> bytes:
        return workspace.store.tile(LOG_TREE, "", level, position) or b""

    if root_from_tiles(read_tile, checkpoint.size) != checkpoint.root:
        raise CustodyError("The log does not continue this checkpoint: it was written anew.")
    return checkpoint


def export_tiles(workspace: Workspace, folder: Path) -> dict[str, Any]:
    """Write the log as tiles that others mirror; entries hold no personal data.

    Raises:
        InputError: the folder is there.
        StorageError: the disk refused.
        PermissionRefusedError: the member may not hand out checkpoints.
    """
    require(workspace, "checkpoint")
    store = workspace.store
    with store.read():
        newest = store.checkpoints()[-1]
        files = write_tile_log(folder, (row.data for row in store.entries()), newest.note)
    with change(workspace, "export-log") as writer:
        parameters = {"size": newest.size, "files": files}
        add_run(writer, "log-tiles", parameters)
        writer.finish({"size": newest.size})
    key = log_verifier(workspace).vkey
    return {"folder": str(folder), "size": newest.size, "files": files, "key": key}


def _own_note(workspace: Workspace, size: int) -> str:
    """The signed checkpoint that the workspace keeps of a size."""
    for row in workspace.store.checkpoints():
        if row.size == size:
            read_note(row.note)
            return row.note
    raise CustodyError(f"The workspace keeps no checkpoint of size {size}.")
