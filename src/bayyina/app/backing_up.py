"""Making a backup: the rows as one encrypted file, and the blobs beside it, as they are.

A folder of backups holds one file ``bayyina-TIME.age`` for each backup of the rows, and one
folder ``blobs-…`` for all of them, into which each backup copies the blobs that it lacks: they
are encrypted already, under keys that stand among the rows. What was erased since is taken out
of it. A backup of the rows that was made before an erasure still holds what was erased, so it is
named, for somebody to destroy.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from filelock import FileLock, Timeout

from bayyina.app.backup_archive import Member, Written, write_archive
from bayyina.app.backup_blobs import BlobsBeside, blobs_name, copy_blobs
from bayyina.app.changes import change
from bayyina.app.clearances import cleared_members
from bayyina.app.clocks import read_time, write_time
from bayyina.app.inquiries import FOLDER as INQUIRIES
from bayyina.app.members import current_members
from bayyina.app.own_drafts import FOLDER as DRAFTS
from bayyina.app.own_files import MARKER, own_paths
from bayyina.app.own_notes import FOLDER as NOTES
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.recovery_sets import recovery_set
from bayyina.app.rows import MemberRow
from bayyina.app.vault_settings import SETTINGS
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import add_run
from bayyina.errors import BusyError, InputError, StorageError
from bayyina.keys.age_keys import age_recipient
from bayyina.keys.personal import KdfCost, PersonalKey, write_key_file
from bayyina.vault.folder_store import flush_folder

BACK_UP: Final = "back-up"
"""What the log calls it, and the permission it takes."""

BACKUP: Final = "backup"
"""Kind of the runs that record backups."""

INSIDE: Final = "workspace"
"""Folder inside the archive."""

DATABASE: Final = "records.sqlite3"
"""Name of the rows inside it."""

PEOPLE: Final = "people"
"""Folder of key files, in a workspace and inside the archive."""

BESIDE: Final = (INQUIRIES, DRAFTS, NOTES)
"""Folders of a workspace with encrypted files that are no rows yet."""

ERASE: Final = "erase"
"""Action of the entries that carry an erasure out."""

_NAME: Final = re.compile(r"bayyina-(?P<time>[0-9]{8}T[0-9]{6}Z)\.age")


class Frozen(NamedTuple):
    """A state of the rows that does not change while it is held."""

    path: Path
    """An SQLite file."""

    entries: int
    """Entries of its log."""

    checkpoint: str
    """The newest signed checkpoint in it; empty if there is none."""

    records: int
    """Records in it, erased ones too."""

    statements: int
    """Statements in it."""


@dataclass(frozen=True)
class BackupMade:
    """A backup."""

    file: Path
    """The encrypted file of the rows."""

    bytes: int
    """Its length."""

    sha256: str
    """Its SHA-256 (hex)."""

    entries: int
    """Entries of the log in it."""

    records: int
    """Records in it."""

    statements: int
    """Statements in it."""

    recipients: tuple[str, ...]
    """Who can open it: handles, ``recovery shares``, ``passphrase``, or a key of age."""

    key_files: int
    """Key files in it."""

    blobs: int
    """Blobs that lie beside it now."""

    blobs_copied: int
    """How many of them were copied by this backup."""

    blobs_removed: int
    """Blobs of erased items that were removed."""

    blobs_missing: int
    """Items whose blob is neither in the vault nor beside the backup."""

    blobs_foreign: int
    """Blobs beside it that are no item's and that no erasure explains; they were left."""

    before_erasure: tuple[str, ...]
    """Names of older backups in the folder that still hold what was erased since."""

    batch: int
    """The batch that records it."""

    def to_json(self) -> dict[str, Any]:
        """The document that ``backup create --json`` prints."""
        content = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return content | {
            "file": str(self.file),
            "recipients": list(self.recipients),
            "before_erasure": list(self.before_erasure),
        }


@dataclass(frozen=True)
class BackupReaders:
    """Who is to be able to open a backup."""

    handles: tuple[str, ...] = ()
    """Members; if empty, those who are cleared and the holders of recovery shares."""

    age_keys: tuple[str, ...] = ()
    """Others, by their keys of age."""

    passphrase: str | None = None
    """Of a key file of its own that is written beside the backup."""


def create_backup(
    workspace: Workspace,
    *,
    folder: Path,
    freeze: Callable[[], AbstractContextManager[Frozen]],
    readers: BackupReaders,
    with_key_files: bool,
    with_blobs: bool,
    progress: Progress,
    cost: KdfCost | None = None,
) -> BackupMade:
    """Make a backup.

    Args:
        workspace: What is backed up.
        folder: The folder of backups; made if it is not there.
        freeze: Holds one state of the rows while it is copied.
        readers: Who can open it.
        with_key_files: Whether the members' key files, which their passphrases lock, go in.
        with_blobs: Whether the blobs of evidence are copied beside it.
        progress: Told bytes of rows, then blobs.
        cost: What a try of the passphrase costs; the usual if None.

    Raises:
        InputError: somebody who should open it is no member, or nobody is named.
        PermissionRefusedError: the member may not make backups.
        BusyError: another backup is being made there.
        StorageError: the disk refused; no backup was made.
    """
    require(workspace, BACK_UP)
    recipients = _recipients(workspace, readers)
    now = workspace.clock.now()
    name = f"bayyina-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    with _held(folder, workspace.folder):
        file = folder / f"{name}.age"
        if file.exists():
            raise InputError(f"{file} is there already.", hint="Try again in a second.")
        keys = [PersonalKey.generate()] if readers.passphrase is not None else []
        people = sorted((workspace.folder / PEOPLE).glob("*.key")) if with_key_files else []
        with freeze() as frozen:
            facts = _facts(workspace, frozen, write_time(now))
            named = [*recipients.values(), *(age_recipient(key.public.box) for key in keys)]
            members = _members(workspace, frozen, people)
            written = _write(file, members, facts, named, progress)
        for key in keys:
            _write_key(file, key, readers.passphrase or "", cost)
        blobs = copy_blobs(workspace, folder, progress) if with_blobs else BlobsBeside()
        outdated = _before_erasure(workspace, file)
        able = (*recipients, *("passphrase" for _ in keys))
        with change(workspace, BACK_UP) as writer:
            add_run(
                writer,
                BACKUP,
                {
                    "entries": frozen.entries,
                    "sha256": written.sha256,
                    "bytes": written.size,
                    "recipients": list(able),
                    "key_files": len(people),
                    "blobs": blobs.there,
                    "with_blobs": int(with_blobs),
                },
            )
            writer.finish({"entries": frozen.entries, "sha256": written.sha256})
            batch = writer.batch
    return BackupMade(
        file, written.size, written.sha256, frozen.entries, frozen.records, frozen.statements,
        able, len(people), blobs.there, blobs.copied, blobs.removed, blobs.missing,
        blobs.foreign, outdated, batch,
    )  # fmt: skip


def _recipients(workspace: Workspace, readers: BackupReaders) -> dict[str, str]:
    """Keys of age by what to call them."""
    members = {row.handle: row for row in current_members(workspace.store)}
    unknown = [handle for handle in readers.handles if handle not in members]
    if unknown:
        raise InputError(
            f"{unknown[0]} is not a member of this workspace.",
            hint=f"Members: {', '.join(members)}.",
        )
    found = {handle: _age(members[handle]) for handle in readers.handles}
    found |= {key: key for key in readers.age_keys}
    if not found and readers.passphrase is None:
        cleared = cleared_members(workspace.store)
        able = cleared or [row for row in members.values() if "administrator" in row.roles.split()]
        found = {row.handle: _age(row) for row in able}
        shared = recovery_set(workspace.store)
        if shared is not None:
            found["recovery shares"] = age_recipient(shared.public)
    return found


def _age(row: MemberRow) -> str:
    return age_recipient(bytes.fromhex(row.box_public))


def _facts(workspace: Workspace, frozen: Frozen, time: str) -> dict[str, Any]:
    return {
        "uuid": workspace.identity.uuid,
        "origin": workspace.identity.origin,
        "fictional": workspace.identity.fictional,
        "time": time,
        "entries": frozen.entries,
        "checkpoint": frozen.checkpoint,
        "records": frozen.records,
        "statements": frozen.statements,
        "blobs": blobs_name(workspace),
    }


def _members(workspace: Workspace, frozen: Frozen, people: Sequence[Path]) -> list[Member]:
    """Everything that is put into the archive."""
    folder = workspace.folder
    found = [
        Member(f"{INSIDE}/{DATABASE}", frozen.path),
        Member(f"{INSIDE}/{MARKER}", folder / MARKER),
    ]
    found += [Member(f"{INSIDE}/{name}", path) for name, path in own_paths(folder).items()]
    if (folder / SETTINGS).is_file():
        found.append(Member(f"{INSIDE}/{SETTINGS}", folder / SETTINGS))
    found += [
        Member(f"{INSIDE}/{name}/{path.name}", path)
        for name in BESIDE
        for path in sorted((folder / name).glob("*"))
        if path.suffix in {".json", ".draft", ".notes"}
    ]
    return found + [Member(f"{INSIDE}/{PEOPLE}/{path.name}", path) for path in people]


def _write(
    file: Path,
    members: Sequence[Member],
    facts: Mapping[str, Any],
    recipients: Sequence[str],
    progress: Progress,
) -> Written:
    total = sum(member.path.stat().st_size for member in members)
    draft = file.with_name(f".{file.name}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        try:
            with os.fdopen(handle, "wb") as target:
                written = write_archive(
                    target,
                    members,
                    facts,
                    recipients,
                    told=lambda done: progress(done, total, "bytes of rows"),
                )
                target.flush()
                os.fsync(target.fileno())
            draft.replace(file)
            flush_folder(file.parent)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(file.parent, error) from error
    return written


def _write_key(file: Path, key: PersonalKey, passphrase: str, cost: KdfCost | None) -> None:
    """The key file that a passphrase opens; without it the backup would be worth nothing."""
    path = file.with_suffix(".key")
    try:
        if cost is None:
            write_key_file(path, key, passphrase, owner="backup")
        else:
            write_key_file(path, key, passphrase, owner="backup", cost=cost)
    except (InputError, StorageError):
        file.unlink(missing_ok=True)
        raise


def _before_erasure(workspace: Workspace, made: Path) -> tuple[str, ...]:
    """Backups beside the one that was made that are older than the last erasure."""
    times = [
        row.entry_time
        for row in workspace.store.batches()
        if row.action == ERASE and row.entry_time is not None
    ]
    if not times:
        return ()
    last = read_time(max(times))
    return tuple(
        path.name
        for path in sorted(made.parent.iterdir())
        if path != made and (match := _NAME.fullmatch(path.name)) and _time(match["time"]) <= last
    )


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@contextmanager
def _held(folder: Path, workspace: Path) -> Any:
    """One backup at a time; what a killed one has left half-written is removed."""
    if folder.resolve().is_relative_to(workspace.resolve()):
        raise InputError(
            f"{folder} lies in the workspace's own folder.",
            hint="A backup belongs on another disk: name a folder there.",
        )
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except Timeout as error:
        raise BusyError(
            f"Another backup is being made in {folder}.", hint="Wait until it has ended."
        ) from error
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        for path in (*folder.glob(".*.part"), *folder.glob("blobs-*/*/*.part")):
            with suppress(OSError):
                path.unlink()
        yield
    finally:
        lock.release()


def _refused(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{folder} cannot be written to: {error.strerror or error}.",
        hint="Check the free space and the rights of the folder; no backup was made.",
    )


_BINARY: Final = getattr(os, "O_BINARY", 0)
