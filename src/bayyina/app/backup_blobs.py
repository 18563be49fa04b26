"""The blobs beside the backups: copied once, as they are, and removed when their item was erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from bayyina.app.evidence_vault import item_rows, keys_of_items, open_vault
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.vault.blob_format import HEADER
from bayyina.vault.blob_stores import BlobMissingError, BlobStore
from bayyina.vault.copying import copy_blob
from bayyina.vault.folder_store import FolderStore
from bayyina.vault.item_keys import is_address

_PERSON: Final = b"bayyina blobs"


@dataclass
class BlobsBeside:
    """What came of copying blobs."""

    there: int = 0
    """Blobs that lie beside the backup now."""

    copied: int = 0
    """How many of them were copied."""

    removed: int = 0
    """Blobs of erased items that were removed."""

    missing: int = 0
    """Items whose blob is nowhere."""

    foreign: int = 0
    """Blobs that are no item's and that no erasure explains; they were left."""


def blobs_name(workspace: Workspace) -> str:
    """Folder of a workspace's blobs in a folder of backups, which may serve several workspaces."""
    mark = blake2b(b"", key=workspace.keys.marks, digest_size=8, person=_PERSON).hexdigest()
    return f"blobs-{mark}"


def copy_blobs(workspace: Workspace, folder: Path, progress: Progress) -> BlobsBeside:
    """Copy the blobs that the folder of backups lacks, and remove those of erased items.

    Raises:
        StorageError: the vault or the folder refused.
    """
    rows = item_rows(workspace)
    wanted = [keys.address for keys in keys_of_items(workspace, rows).values()]
    source, target = open_vault(workspace).store, FolderStore(folder / blobs_name(workspace))
    lying = {blob.name: blob.size for blob in target.list()}
    result = BlobsBeside()
    for done, address in enumerate(wanted):
        progress(done, len(wanted), "blobs")
        if _is_there(address, lying, source, target):
            result.there += 1
            continue
        try:
            copy_blob(address, source, target)
        except BlobMissingError:
            here = address in lying
            result.there, result.missing = result.there + here, result.missing + (not here)
            continue
        result.there, result.copied = result.there + 1, result.copied + 1
    strangers = [name for name in lying if is_address(name) and name not in set(wanted)]
    erased = sum(row.wrapped_key is None for row in rows)
    if len(strangers) > erased:  # more than erasures explain: rows may have been tampered with
        result.foreign = len(strangers)
        return result
    for address in strangers:
        target.delete(address)
    result.removed = len(strangers)
    return result


def _is_there(address: str, lying: Mapping[str, int], source: BlobStore, target: BlobStore) -> bool:
    """Whether a blob lies in the folder as it is now: a header that was wrapped anew is copied."""
    if address not in lying or lying[address] != source.size(address):
        return False
    return source.read(address, 0, HEADER) == target.read(address, 0, HEADER)
