"""The vault of a workspace: where its stores are, whose addresses are whose, and what was left behind.

Nothing about an item's blob is stored beside its record: the address and the key that opens
it follow from the record's key. A file ``vault.toml`` in the workspace's folder may name other
stores than the folder ``vault/blobs``; without it nothing leaves the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bayyina.app.evidence_keys import evidence_key_of
from bayyina.app.intake_journal import JOURNAL
from bayyina.app.rows import RecordRow
from bayyina.app.vault_settings import SETTINGS, StoreSettings, read_vault_settings
from bayyina.app.workspace import Workspace
from bayyina.errors import MissingToolError
from bayyina.keys.evidence_keys import EvidenceWrap, wrapped_secret
from bayyina.keys.record_keys import KeyWrap
from bayyina.vault.blob_stores import BlobStore
from bayyina.vault.folder_store import FolderStore
from bayyina.vault.in_flight import InFlight, in_flight, settle_lost
from bayyina.vault.item_keys import CaseMarks, ItemKeys

EVIDENCE: Final = "EvidenceItem"
"""Type of the records of items."""

EVIDENCE_KEY: Final = "evidence:"
"""Prefix of the list key of an item; a keyed mark of its SHA-256 follows."""

VAULT: Final = "vault"
"""Folder of a workspace for blobs, and for what is noted about them."""

BLOBS: Final = "blobs"
IN_FLIGHT: Final = "in-flight"


@dataclass(frozen=True)
class Vault:
    """Where a workspace keeps bytes."""

    store: BlobStore
    """Where blobs are kept."""

    replica: BlobStore | None
    """Where each is kept a second time; None where there is no second place."""

    folder: Path
    """Where the workspace notes what is under way."""

    marks: CaseMarks
    """Makes the marks by which the same bytes are known again."""

    @property
    def notes(self) -> Path:
        """Folder of addresses that are not settled."""
        return self.folder / IN_FLIGHT

    def strays(self) -> list[str]:
        """What lies in the workspace's vault, beside its blobs, and is none of its files."""
        try:
            names = sorted(one.name for one in self.folder.iterdir())
        except OSError:
            return []
        places = [Path(store.place) for store in self.stores()]
        return [
            name
            for name in names
            if name not in (BLOBS, IN_FLIGHT, JOURNAL)
            and not any(place.is_relative_to(self.folder / name) for place in places)
        ]

    def stores(self) -> tuple[BlobStore, ...]:
        """Every store that there is."""
        return (self.store,) if self.replica is None else (self.store, self.replica)

    def writing(self) -> AbstractContextManager[InFlight]:
        """What a process needs that stores blobs before their rows."""
        return in_flight(self.notes)

    def remove(self, address: str) -> None:
        """Remove a blob from every store."""
        for store in self.stores():
            store.delete(address)


def open_vault(workspace: Workspace) -> Vault:
    """The vault of a workspace.

    Raises:
        SmallFileError: its settings are wrong.
        MissingToolError: they name object storage, and its client is not installed.
    """
    folder = workspace.folder / VAULT
    settings = read_vault_settings(workspace.folder / SETTINGS)
    own = settings.store
    store = FolderStore(folder / BLOBS) if own is None else _store(workspace, own)
    replica = None if settings.replica is None else _store(workspace, settings.replica)
    return Vault(store, replica, folder, CaseMarks(workspace.keys.marks))


def _store(workspace: Workspace, settings: StoreSettings) -> BlobStore:
    if settings.folder is not None:
        return FolderStore(settings.folder)
    if workspace.object_stores is None or settings.objects is None:
        raise MissingToolError(
            "The vault's settings name object storage, which cannot be reached from here.",
            hint="Install it with `pip install 'bayyina[s3]'`",
        )
    return workspace.object_stores(settings.objects)


def item_rows(workspace: Workspace) -> list[RecordRow]:
    """The record of every item, erased and undone ones too, in order of intake."""
    return workspace.store.find(RecordRow, "record_type", [EVIDENCE])


def item_keys(workspace: Workspace, row: RecordRow) -> ItemKeys | None:
    """The keys of an item; None where it was erased.

    Raises:
        CustodyError: the record's key was changed.
    """
    return keys_of_items(workspace, [row]).get(row.number)


def keys_of_items(workspace: Workspace, rows: Iterable[RecordRow]) -> dict[int, ItemKeys]:
    """Keys of the items that were not erased, by number; raises ``CustodyError``.

    Those of whoever does not hold the evidence key give addresses, and open only what was taken in
    before there was one.
    """
    wrap, held = KeyWrap(workspace.keys.case_key), evidence_key_of(workspace)
    apart = None if held is None else EvidenceWrap(held)
    found = {}
    for row in rows:
        if row.wrapped_key is None:
            continue
        stored = bytes(row.wrapped_key)
        record_key, behind = wrap.open_record(row.number, stored), wrapped_secret(stored)
        if behind is None:
            found[row.number] = ItemKeys(record_key)
        elif apart is None:
            found[row.number] = ItemKeys(record_key, is_closed=True)
        else:
            found[row.number] = ItemKeys(record_key, apart.open(row.number, behind.wrapped))
    return found


def settle_vault(workspace: Workspace, vault: Vault) -> int:
    """Remove blobs that no record names, of processes that ended between blob and row.

    Raises:
        StorageError: a store refused.
    """

    def named(addresses: Sequence[str]) -> set[str]:
        if not addresses:
            return set()
        known = keys_of_items(workspace, item_rows(workspace))
        return {keys.address for keys in known.values()} & set(addresses)

    return settle_lost(vault.notes, named, vault.remove)


@contextmanager
def departing(workspace: Workspace) -> Iterator[Callable[[Iterable[RecordRow]], None]]:
    """Around the transaction that erases records: afterwards the blobs of those noted go.

    What it gives is called with the records before their keys are destroyed. If the transaction
    fails the blobs stay; if the process ends before they are gone, the next intake, check or
    erasure removes them, and without their keys nobody can open them until then.

    Raises:
        StorageError: a store refused to remove one; the record is erased all the same.
    """
    noted: list[Vault] = []
    with ExitStack() as stack:

        def note(rows: Iterable[RecordRow]) -> None:
            found = keys_of_items(workspace, [row for row in rows if row.record_type == EVIDENCE])
            if found:
                noted.append(open_vault(workspace))
                own = stack.enter_context(in_flight(noted[-1].notes))
                own.note([keys.address for keys in found.values()])

        yield note
    for vault in noted:
        settle_vault(workspace, vault)
