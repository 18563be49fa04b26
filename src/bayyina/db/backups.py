"""Backups looked at and restored: opened into a folder of their own, verified there, then moved.

A restored workspace has its rows in an SQLite file, whatever database the backup was made of.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bayyina.app.backing_up import DATABASE, INSIDE, PEOPLE
from bayyina.app.backup_archive import read_archive
from bayyina.app.clocks import SystemClock
from bayyina.app.evidence_checking import stated_facts
from bayyina.app.evidence_keys import evidence_key, holding
from bayyina.app.evidence_vault import VAULT, item_rows, keys_of_items
from bayyina.app.founding import Equipment, unlock_workspace, work_under_case_key
from bayyina.app.members import current_members
from bayyina.app.own_files import VOCABULARY
from bayyina.app.permissions import allows
from bayyina.app.ports import Clock, Progress
from bayyina.app.recovery_sets import recovery_set
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.vault_settings import SETTINGS
from bayyina.app.verifying import LockedWorkspace, verify_locked, verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.custody.checkpoints import Checkpoint
from bayyina.custody.findings import Report
from bayyina.db.connecting import connect, migrate, sqlite_settings
from bayyina.db.store import DjangoStore
from bayyina.errors import (
    BayyinaError,
    FileUnreadableError,
    InputError,
    StorageError,
    WorkspaceError,
)
from bayyina.keys.personal import PersonalKey
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.vault.copying import copy_blob
from bayyina.vault.fixity import HOLDS, check_item, check_stored
from bayyina.vault.folder_store import FolderStore
from bayyina.vault.private_folders import private_folder

MOST_NAMED: Final = 20
"""Blobs that do not hold and are named; of more, the number is told."""


_BLOBS: Final = re.compile(r"blobs-[0-9a-f]{16}")


@dataclass(frozen=True)
class BackupKey:
    """What a backup is opened with."""

    personal: PersonalKey
    """A personal key, that of a passphrase, or the one that shares gave back (its X25519 half)."""

    file: Path | None = None
    """The key file it came from, which a restored workspace is given too if it is a member's."""

    of_shares: bool = False
    """Whether it came from recovery shares."""


@dataclass(frozen=True)
class BackupState:
    """What a backup holds, and whether it holds."""

    time: str
    """When it was made, RFC 3339."""

    origin: str
    """Origin of the log in it."""

    entries: int
    """Entries of the log in it."""

    records: int
    """Records in it, counted anew."""

    statements: int
    """Statements in it, counted anew."""

    counts_agree: bool
    """Whether these are the numbers that its manifest states."""

    report: Report
    """Verification of the log in it."""

    blobs: int
    """Items whose bytes it should hold."""

    blobs_read: int
    """How many of them were re-read and hold."""

    blobs_wrong: tuple[str, ...]
    """Short ids of items whose bytes are missing or damaged, at most ``MOST_NAMED`` of them."""

    blobs_wrong_count: int
    """How many there are."""

    behind: int | None
    """Entries that the newest checkpoint from elsewhere has more; None where none was given."""

    @property
    def ok(self) -> bool:
        """Whether nothing was found to be wrong; what could not be checked is not wrong."""
        return not self.report.broken and self.counts_agree and not self.blobs_wrong_count

    def to_json(self) -> dict[str, Any]:
        """The document that ``backup verify --json`` prints."""
        return {
            "ok": self.ok,
            "time": self.time,
            "origin": self.origin,
            "entries": self.entries,
            "records": self.records,
            "statements": self.statements,
            "counts_agree": self.counts_agree,
            "log_holds": not self.report.broken,
            "broken": [check.name for check in self.report.broken],
            "unchecked": [check.name for check in self.report.unchecked],
            "blobs": self.blobs,
            "blobs_read": self.blobs_read,
            "blobs_wrong": list(self.blobs_wrong),
            "blobs_wrong_count": self.blobs_wrong_count,
            "behind": self.behind,
        }


@dataclass(frozen=True)
class Look:
    """How a backup is looked at."""

    checkpoints: Sequence[str] = ()
    """Signed checkpoints that were kept elsewhere."""

    read_blobs: bool = True
    """Whether the bytes of evidence beside the backup are re-read."""

    clock: Clock | None = None
    """Where the time comes from; the machine's if None."""

    home: Path | None = None
    """A workspace's folder, if there is one, in which a large backup is opened for a moment."""

    processes: int = 1
    """Processes that check rows side by side; more than one only from a program whose main
    module may be imported again."""


def verify_backup(file: Path, key: BackupKey, look: Look, progress: Progress) -> BackupState:
    """Open a backup into a private folder, verify what is in it, and remove the folder again.

    Raises:
        KeyLockedError: the backup was not made for this key.
        FileUnreadableError: it is damaged, or no backup.
        StorageError: there is no room to open it.
    """
    with private_folder(look.home, room=2 * _size(file)) as room:
        manifest = _open_file(file, key, room)
        return _look_at(room / INSIDE, manifest, file, key, look, progress)


def restore_backup(
    file: Path, key: BackupKey, into: Path, look: Look, progress: Progress
) -> BackupState:
    """Make a workspace of a backup, with the bytes of evidence that lie beside it.

    Args:
        file: The backup.
        key: What opens it.
        into: The workspace's folder; absent, or empty.
        look: How it is verified before it is put there.
        progress: Told rows checked, and blobs.

    Raises:
        WorkspaceError: the folder is not empty.
        KeyLockedError: the backup was not made for this key.
        FileUnreadableError: it is damaged, or no backup; nothing was restored.
        StorageError: the disk refused; nothing was restored.
    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise WorkspaceError(
            f"{into} is not an empty folder.", hint="Choose a new one; nothing was changed."
        )
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(into.parent, error) from error
    with private_folder(into.parent, room=None) as room:
        manifest = _open_file(file, key, room)
        made = room / INSIDE
        made.chmod(0o700)
        state = _look_at(made, manifest, file, key, look, progress)
        _bring_blobs(made, _blobs_of(file, manifest), progress)
        try:
            if key.file is not None and (handle := _handle(made, key)) is not None:
                (made / PEOPLE).mkdir(mode=0o700, exist_ok=True)
                target = made / PEOPLE / f"{handle}.key"
                shutil.copyfile(key.file, target)
                target.chmod(0o600)
            if into.exists():
                into.rmdir()
            made.replace(into)
        except OSError as error:
            raise _refused(into, error) from error
    return state


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        raise FileUnreadableError(
            f"{file} cannot be read: {error.strerror or error}.", hint="Check the path."
        ) from error


def _open_file(file: Path, key: BackupKey, room: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as source:
            manifest = read_archive(source, key.personal.box.private_bytes_raw(), room)
    except OSError as error:
        raise FileUnreadableError(
            f"{file} cannot be read: {error.strerror or error}.", hint="Check the path."
        ) from error
    if not (room / INSIDE / DATABASE).is_file():
        raise FileUnreadableError(f"{file} holds no rows; it is no backup of a workspace.")
    return manifest


def _look_at(
    folder: Path,
    manifest: dict[str, Any],
    file: Path,
    key: BackupKey,
    look: Look,
    progress: Progress,
) -> BackupState:
    with _opened(folder, look.clock) as equipment:
        workspace = _at_work(equipment, key, str(manifest["origin"]))
        store = equipment.store
        entries = store.log_size()
        own, behind = _split_checkpoints(look.checkpoints, entries)
        verify: Callable[..., Report] = (
            verify_workspace if isinstance(workspace, Workspace) else verify_locked
        )
        report = verify(workspace, outside=own, progress=progress, processes=look.processes)
        records = sum(1 for _ in store.scan(RecordRow))
        statements = sum(1 for _ in store.scan(StatementRow))
        found = _Blobs(0, 0, [])
        if isinstance(workspace, Workspace):
            found = _check_blobs(workspace, _blobs_of(file, manifest), look, progress)
    stated = (manifest["entries"], manifest["records"], manifest["statements"])
    return BackupState(
        str(manifest["time"]), str(manifest["origin"]), entries, records, statements,
        stated == (entries, records, statements), report, found.total, found.read,
        tuple(found.wrong[:MOST_NAMED]), len(found.wrong), behind,
    )  # fmt: skip


@contextmanager
def _opened(folder: Path, clock: Clock | None) -> Iterator[Equipment]:
    """The rows in a folder, whatever database the environment names."""
    store = DjangoStore(connect(sqlite_settings(folder)), folder)
    try:
        migrate(store.alias)
        own = sorted((folder / VOCABULARY).glob("*.vocabulary.yaml"))
        vocabulary = Vocabulary.load(tuple(own))
        yield Equipment(folder, store, clock or SystemClock(), vocabulary, Gazetteer.load())
    finally:
        store.close()


def _at_work(equipment: Equipment, key: BackupKey, origin: str) -> Workspace | LockedWorkspace:
    """The workspace with the key's owner at work; locked where the key is no member's."""
    try:
        workspace = _unlocked(equipment, key)
    except (BayyinaError, ValueError, TypeError, KeyError, AttributeError, StopIteration) as error:
        why = str(error) if isinstance(error, BayyinaError) else "a row of it is damaged"
        return LockedWorkspace(origin, equipment.store, equipment.clock, why.rstrip("."))
    if not allows(workspace.member, "verify-log"):
        why = f"{workspace.member.handle} may not open the rows"
        return LockedWorkspace(origin, equipment.store, equipment.clock, why)
    return workspace


def _unlocked(equipment: Equipment, key: BackupKey) -> Workspace:
    members = current_members(equipment.store)
    if key.of_shares:
        shared = recovery_set(equipment.store)
        if shared is None:
            raise InputError("there were no recovery shares yet when it was made")
        able = next((row for row in members if allows(row, "verify-log")), members[0])
        secrets = shared.open(key.personal.box)
        known = evidence_key(equipment.store)
        workspace = work_under_case_key(equipment, able, secrets["main"], key.personal.sign)
        return holding(workspace, secrets.get(known.code) if known is not None else None)
    public = key.personal.public.sign.hex()
    for row in members:
        if row.sign_public == public:
            return unlock_workspace(equipment, person=row.handle, unlock=lambda _: key.personal)
    raise InputError("its key is not that of a member")


def _handle(folder: Path, key: BackupKey) -> str | None:
    with _opened(folder, None) as equipment:
        public = key.personal.public.sign.hex()
        members = current_members(equipment.store)
        return next((row.handle for row in members if row.sign_public == public), None)


def _split_checkpoints(notes: Sequence[str], entries: int) -> tuple[list[str], int | None]:
    """Checkpoints that the backup can be held against, and how far behind the newest it is."""
    within, newest = [], 0
    for note in notes:
        try:
            size = Checkpoint.from_text(note.partition("\n\n")[0] + "\n").size
        except BayyinaError:
            within.append(note)  # verification says what is wrong with it
            continue
        newest = max(newest, size)
        if size <= entries:
            within.append(note)
    return within, max(0, newest - entries) if notes else None


@dataclass(frozen=True)
class _Blobs:
    """What came of looking at the bytes of evidence."""

    total: int
    read: int
    wrong: list[str]


def _blobs_of(file: Path, manifest: dict[str, Any]) -> Path:
    """The folder of blobs beside a backup; its name comes from the manifest and leads nowhere else."""
    name = str(manifest.get("blobs", ""))
    return file.parent / (name if _BLOBS.fullmatch(name) else "blobs")


def _check_blobs(workspace: Workspace, folder: Path, look: Look, progress: Progress) -> _Blobs:
    keys = keys_of_items(workspace, item_rows(workspace))
    if not look.read_blobs or not keys:
        return _Blobs(len(keys), 0, [])
    store, facts = FolderStore(folder), stated_facts(workspace, sorted(keys))
    wrong, opened = [], 0
    for done, (number, one) in enumerate(keys.items()):
        progress(done, len(keys), "blobs re-read")
        sha256, size = facts[number]
        if one.is_closed:
            outcome = check_stored(store, one, size)
        else:
            outcome = check_item(store, one, sha256, lambda _: None)
            opened += outcome.state == HOLDS
        if outcome.state != HOLDS:
            wrong.append(workspace.short_id(number))
    progress(len(keys), len(keys), "blobs re-read")
    return _Blobs(len(keys), opened, wrong)


def _bring_blobs(made: Path, folder: Path, progress: Progress) -> None:
    """Copy the blobs beside the backup into the workspace, unless its settings keep them elsewhere."""
    source = FolderStore(folder)
    target = FolderStore(made / VAULT / "blobs")
    settings = made / SETTINGS
    if settings.is_file() and "[store]" in settings.read_text(encoding="utf-8"):
        return
    if not folder.is_dir():
        return
    found = [blob.name for blob in source.list() if "/" not in blob.name]
    for done, address in enumerate(found):
        progress(done, len(found), "blobs copied")
        copy_blob(address, source, target)
    progress(len(found), len(found), "blobs copied")


def _refused(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{folder} cannot be written to: {error.strerror or error}.",
        hint="Check the free space and the rights of the folder; nothing was restored.",
    )
