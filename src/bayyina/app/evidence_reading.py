"""Looking at an item, and taking its bytes out: each copy, and each look at what is sealed, is logged.

The entry stands in the log before the bytes leave, so that no copy can be had without one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bayyina.app.evidence_events import COPY, LOOK, ItemEvent, item_events
from bayyina.app.evidence_items import Item, derived_items, find_item, read_items
from bayyina.app.evidence_vault import EVIDENCE, item_keys, open_vault
from bayyina.app.opening_sealed import cleared_rows
from bayyina.app.permissions import require
from bayyina.app.record_reading import read_record
from bayyina.app.releasing import refuse_unconsented
from bayyina.app.rows import RecordRow
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.errors import CheckFailedError, InputError, StorageError
from bayyina.vault.blob_reading import BlobReader

LOOK_ACTION: Final = "look-at-evidence"
"""What the log calls a look at a sealed item."""

COPY_ACTION: Final = "copy-evidence"
"""What the log calls the taking out of bytes."""


@dataclass(frozen=True)
class ItemView:
    """What is shown of an item."""

    item: Item
    """The item."""

    record: dict[str, Any]
    """Its record, as ``record --json`` prints it, without what is sealed unless that was asked for."""

    parent: str | None
    """Short id of the item that it was made from."""

    derived: tuple[str, ...]
    """Short ids of the items that were made from it."""

    events: tuple[ItemEvent, ...]
    """What happened to it."""

    sealed_left_out: int
    """Statements that are sealed and were left out."""

    batch: int | None
    """The batch that records the look; None where none was due."""


def erased_item(workspace: Workspace, short_id: str) -> dict[str, Any] | None:
    """What is left of an item that two people erased; None for one that stands.

    Raises:
        InputError: there is no such item.
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records", records=_number(workspace, short_id))
    row = find_item(workspace, short_id)
    return read_record(workspace, short_id) if row.wrapped_key is None else None


def look_at_item(
    workspace: Workspace, short_id: str, *, sealed: bool = False, reason: str = ""
) -> ItemView:
    """What is known of an item.

    Args:
        workspace: Where it is.
        short_id: Which one.
        sealed: Whether sealed statements are shown too.
        reason: Why somebody looks; needed for a sealed item and for sealed statements.

    Raises:
        InputError: there is no such item, or a reason is needed.
        PermissionRefusedError: the member may not.
        KeyLockedError: it is sealed, and the member is not cleared.
    """
    require(workspace, "export-records", records=_number(workspace, short_id))
    row = find_item(workspace, short_id)
    if row.wrapped_key is None:
        raise _erased(short_id)
    item = _item(workspace, row)
    batch = opener = None
    if sealed or item.is_sealed:
        require(workspace, "open-sealed", records=[row.number])
        opener = cleared_rows(workspace)
        what = "sealed" if item.is_sealed else "asked for with what is sealed"
        why = _reason(reason, f"{short_id} is {what}, so each look at it has its reason.")
        parameters = {"record": row.number, "reason": why, "sealed": int(sealed)}
        details = {"sealed": int(sealed)}
        batch = log_run(workspace, LOOK_ACTION, LOOK, parameters, details)
    record = read_record(workspace, short_id, opened=True, sealed=opener if sealed else None)
    shown, left_out = _unsealed(workspace, record, sealed=sealed)
    return ItemView(
        item=item,
        record=shown,
        parent=None if item.parent is None else workspace.short_id(item.parent),
        derived=tuple(map(workspace.short_id, derived_items(workspace, row.number))),
        events=tuple(item_events(workspace, item)),
        sealed_left_out=left_out,
        batch=batch,
    )


def _number(workspace: Workspace, short_id: str) -> Iterator[int]:
    """The record of an item; read only where somebody's roles are for a case."""
    yield record_number(workspace, short_id)


def read_bytes(workspace: Workspace, row: RecordRow) -> Iterator[bytes]:
    """The bytes of an item, in order, each part checked; for use cases that log what they do.

    Raises:
        InputError: it was erased.
        BlobMissingError: the vault does not hold them.
        BlobDamagedError: they were changed.
    """
    keys = item_keys(workspace, row)
    if keys is None:
        raise _erased(workspace.short_id(row.number))
    vault = open_vault(workspace)
    yield from BlobReader(vault.store, keys).parts()


def copy_out(workspace: Workspace, short_id: str, *, out: Path, reason: str) -> tuple[Item, int]:
    """Write an item's bytes to a file; the item, and the batch that records it.

    Args:
        workspace: Where it is.
        short_id: Which one.
        out: A file that is not there yet.
        reason: What the copy is for.

    Raises:
        InputError: there is no such item, the file is there, or there is no reason.
        CheckFailedError: the bytes are not those that were taken in; no file is left.
        PermissionRefusedError: the member may not take bytes out.
        StorageError: the disk refused.
    """
    require(workspace, "download-evidence", records=_number(workspace, short_id))
    row = find_item(workspace, short_id)
    if row.wrapped_key is None:
        raise _erased(short_id)
    item = _item(workspace, row)
    if item.is_sealed:
        require(workspace, "open-sealed", records=[row.number])
        cleared_rows(workspace)
    why = _reason(reason, "A copy of evidence has its reason.")
    refuse_unconsented(workspace, row)
    if out.exists():
        raise InputError(f"{out} is there already.", hint="Choose another name for the copy.")
    parameters = {"record": row.number, "reason": why, "sha256": item.sha256}
    batch = log_run(workspace, COPY_ACTION, COPY, parameters, {"bytes": item.size})
    write_bytes(workspace, item, out)
    return item, batch


def write_bytes(workspace: Workspace, item: Item, out: Path) -> None:
    """Write an item's bytes to a file, whole or not at all; errors as for ``copy_out``."""
    draft = out.with_name(f"{out.name}.{os.urandom(4).hex()}.part")
    hashed = hashlib.sha256()
    try:
        try:
            with draft.open("xb") as file:
                for part in read_bytes(workspace, item.row):
                    hashed.update(part)
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            if hashed.hexdigest() != item.sha256:
                raise CheckFailedError(
                    f"The bytes of {item.id} are not those that were taken in; nothing was written.",
                    hint="Run `bayyina evidence check` and `bayyina log verify`.",
                )
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{out} cannot be written: {error.strerror or error}.",
            hint="Check the folder and the free space.",
        ) from error


def _item(workspace: Workspace, row: RecordRow) -> Item:
    return read_items(workspace, [row])[0]


def _unsealed(
    workspace: Workspace, record: dict[str, Any], *, sealed: bool
) -> tuple[dict[str, Any], int]:
    properties = workspace.vocabulary.types[EVIDENCE].properties
    said = record["statements"]
    kept = [
        one
        for one in said
        if sealed
        or one["property"] not in properties
        or properties[one["property"]].level != "sealed"
    ]
    return record | {"statements": kept}, len(said) - len(kept)


def _reason(reason: str, why: str) -> str:
    if not reason.strip():
        raise InputError(why, hint="Give it with --reason; it stands in the log.")
    return reason.strip()


def _erased(short_id: str) -> InputError:
    return InputError(
        f"{short_id} was erased by two people; its bytes are gone.",
        hint="What is left of it: `bayyina evidence show` without options.",
        code="erased",
    )
