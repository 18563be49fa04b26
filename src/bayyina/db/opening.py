"""Making and opening workspaces: a folder, a database, a key file for each person."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bayyina.app.changes import discard_open_batches
from bayyina.app.clocks import SystemClock
from bayyina.app.evidence_keys import evidence_key
from bayyina.app.founding import (
    Equipment,
    check_folder_name,
    check_handle,
    found_workspace,
    unlock_workspace,
)
from bayyina.app.members import add_member, working_members
from bayyina.app.own_files import MARKER, VOCABULARY
from bayyina.app.passphrases import check_passphrase
from bayyina.app.permissions import allows
from bayyina.app.ports import Clock
from bayyina.app.rows import MemberRow
from bayyina.app.verifying import LockedWorkspace
from bayyina.app.workspace import Workspace
from bayyina.app.workspace_format import FIELD, FORMAT, raise_format
from bayyina.db.connecting import (
    DATABASE_VARIABLE,
    SQLITE_NAME,
    connect,
    migrate,
    postgres_settings,
    sqlite_settings,
)
from bayyina.db.store import DjangoStore
from bayyina.errors import (
    BayyinaError,
    BusyError,
    FileUnreadableError,
    InputError,
    KeyLockedError,
    StorageError,
    WorkspaceError,
)
from bayyina.keys.personal import (
    DEFAULT_COST,
    KdfCost,
    PersonalKey,
    read_key_file,
    spend_a_try,
    write_key_file,
)
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.vault.private_folders import sweep_private_folders, work_in

NOT_SIGNED_IN = "This handle and passphrase open no key of this workspace."
"""Said of an unknown handle and of a wrong passphrase alike."""

SIGN_IN_HINT = "Check both; an administrator of the workspace knows the handles."

PEOPLE = "people"
"""Folder with one key file a person."""


def create_workspace(
    folder: Path,
    *,
    name: str,
    handle: str,
    person_name: str,
    passphrase: str,
    fictional: bool = False,
    clock: Clock | None = None,
    cost: KdfCost = DEFAULT_COST,
) -> Workspace:
    """Make a workspace in ``folder`` (absent or empty) and its first person.

    Raises:
        WorkspaceError: the folder is not empty.
        InputError: the handle or the passphrase cannot be used.
        StorageError: the disk or the database refused; what was made is removed again.
    """
    check_handle(handle)
    check_folder_name(folder.name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(
            f"{folder} is not an empty folder.", hint="Choose a new one; nothing was changed."
        )
    check_passphrase(passphrase, handle=handle, fictional=fictional)
    key = PersonalKey.generate()
    equipment: Equipment | None = None
    try:
        (folder / PEOPLE).mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)  # names are in there; Windows keeps the folder's own access list
        write_key_file(_key_file(folder, handle), key, passphrase, owner=handle, cost=cost)
        equipment = _equip(folder, clock)
        made = found_workspace(
            equipment,
            name=name,
            handle=handle,
            person_name=person_name,
            key=key,
            fictional=fictional,
        )
        marker = {FIELD: FORMAT, "uuid": made.identity.uuid, "fictional": fictional}
        (folder / MARKER).write_text(json.dumps(marker) + "\n", encoding="utf-8")
    except (OSError, BayyinaError) as error:
        if equipment is not None:
            equipment.store.close()
        _remove(folder, handle)
        if isinstance(error, OSError):
            raise StorageError(
                f"{folder} cannot be written to: {error.strerror}.",
                hint="Check the free space and the rights of the folder.",
            ) from error
        raise
    return made


def open_workspace(
    folder: Path,
    *,
    person: str | None = None,
    passphrase: str | Callable[[str], str],
    clock: Clock | None = None,
) -> Workspace:
    """The workspace in ``folder``, with ``person`` (its only member if None) at work.

    ``passphrase`` may be a function that gives the one of a handle.

    Raises:
        WorkspaceError: the folder is not a workspace, or one of a newer version.
        KeyLockedError: the passphrase is wrong.
        InputError: there is no such person.
    """
    known = _check_marker(folder)[FIELD]
    _check_database(folder)
    equipment = _equip(folder, clock)

    def unlock(handle: str) -> PersonalKey:
        text = passphrase if isinstance(passphrase, str) else passphrase(handle)
        return read_key_file(_key_file(folder, handle), text)

    try:
        workspace = unlock_workspace(equipment, person=person, unlock=unlock)
        _tidy(workspace)
        if known != FORMAT and evidence_key(workspace.store) is not None:
            raise_format(folder)
    except BayyinaError:
        equipment.store.close()
        raise
    return workspace


def open_equipment(folder: Path, *, clock: Clock | None = None) -> Equipment:
    """What a workspace is opened with, nobody being at work yet: for a server, where several are.

    Raises:
        WorkspaceError: the folder is not a workspace, or one of a newer version.
    """
    _check_marker(folder)
    _check_database(folder)
    return _equip(folder, clock)


def sign_in(equipment: Equipment, handle: str, passphrase: str) -> Workspace:
    """The workspace with a member at work whose passphrase was given.

    Somebody who is no member costs as much time as a wrong passphrase.

    Raises:
        KeyLockedError: there is no such member, or the passphrase is another one.
    """
    members = {row.handle for row in working_members(equipment.store)}
    if handle not in members:
        spend_a_try(passphrase)
        raise KeyLockedError(NOT_SIGNED_IN, hint=SIGN_IN_HINT)

    def unlock(handle: str) -> PersonalKey:
        return read_key_file(_key_file(equipment.folder, handle), passphrase)

    if not _key_file(equipment.folder, handle).is_file():
        spend_a_try(passphrase)
    try:
        return unlock_workspace(equipment, person=handle, unlock=unlock)
    except (KeyLockedError, FileUnreadableError) as error:
        raise KeyLockedError(NOT_SIGNED_IN, hint=SIGN_IN_HINT) from error


def open_to_verify(
    folder: Path,
    *,
    person: str | None = None,
    passphrase: str | Callable[[str], str],
    clock: Clock | None = None,
) -> Workspace | LockedWorkspace:
    """The workspace to be verified; locked where nothing in it can be unlocked.

    What somebody did to its rows must not stop the verification that would name it. Nothing
    is tidied up: what was left behind may be what was tampered with.

    Raises:
        WorkspaceError: the folder is not a workspace, or one of a newer version.
    """
    marker = _check_marker(folder)
    _check_database(folder)
    equipment = _equip(folder, clock)

    def unlock(handle: str) -> PersonalKey:
        text = passphrase if isinstance(passphrase, str) else passphrase(handle)
        return read_key_file(_key_file(folder, handle), text)

    try:
        workspace = unlock_workspace(equipment, person=person, unlock=unlock)
    except (BayyinaError, ValueError, TypeError, KeyError, AttributeError, StopIteration) as error:
        why = "a row that unlocking needs is damaged"
        if isinstance(error, BayyinaError):
            # Who is at work is said on the command line: the hint says how.
            why = (str(error) if isinstance(error, InputError) else error.message).rstrip(".")
        return _locked(equipment, marker, why)
    if workspace.identity.uuid != marker.get("uuid"):
        return _locked(equipment, marker, "the settings name another workspace than its folder")
    if not allows(workspace.member, "verify-log"):
        return _locked(equipment, marker, f"{workspace.member.handle} may not open the rows")
    return workspace


def _locked(equipment: Equipment, marker: dict[str, object], why: str) -> LockedWorkspace:
    prefix = "bayyina-fictional" if marker.get("fictional") else "bayyina"
    origin = f"{prefix}/{marker.get('uuid')}"
    return LockedWorkspace(origin, equipment.store, equipment.clock, why)


def is_fictional(folder: Path) -> bool:
    """Whether the workspace in ``folder`` says that all in it is invented."""
    return bool(_check_marker(folder).get("fictional"))


def enroll(
    workspace: Workspace,
    *,
    handle: str,
    name: str,
    roles: tuple[str, ...],
    passphrase: str,
    cost: KdfCost = DEFAULT_COST,
    formerly: str | None = None,
    other_person: bool = False,
) -> MemberRow:
    """Add a person to a workspace and write their key file.

    Raises:
        InputError: the handle, a role or the passphrase cannot be used; or somebody of this name was
            a member before, and it was not said (``formerly``, ``other_person``) who it is.
        PermissionRefusedError: the member at work may not manage members.
    """
    check_handle(handle)
    check_passphrase(passphrase, handle=handle, fictional=workspace.identity.fictional)
    key = PersonalKey.generate()

    def keep_key() -> None:
        path = _key_file(workspace.folder, handle)
        write_key_file(path, key, passphrase, owner=handle, cost=cost)

    return add_member(
        workspace,
        handle=handle,
        name=name,
        roles=roles,
        key=key,
        keep_key=keep_key,
        formerly=formerly,
        other_person=other_person,
    )


def _equip(folder: Path, clock: Clock | None) -> Equipment:
    work_in(folder)
    url = os.environ.get(DATABASE_VARIABLE)
    alias = connect(postgres_settings(url) if url else sqlite_settings(folder))
    store = DjangoStore(alias, folder)
    try:
        migrate(alias)
        own = sorted((folder / VOCABULARY).glob("*.vocabulary.yaml"))
        vocabulary = Vocabulary.load(tuple(own))
    except BayyinaError:
        store.close()
        raise
    return Equipment(folder, store, clock or SystemClock(), vocabulary, Gazetteer.load())


def _check_marker(folder: Path) -> dict[str, object]:
    path = folder / MARKER
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkspaceError(
            f"{folder} is not a workspace.",
            hint="Make one with `bayyina init DIR`, or name another with --workspace.",
        ) from error
    version = content.get(FIELD) if isinstance(content, dict) else None
    if not isinstance(version, int):
        raise WorkspaceError(f"{path} is damaged.", hint="Restore it from a backup.")
    if version > FORMAT:
        raise WorkspaceError(
            f"{folder} was written by a newer version of Bayyina.",
            hint="Install that version or a later one; nothing was changed.",
        )
    return dict(content)


def _check_database(folder: Path) -> None:
    """Refuse before SQLite makes an empty file in the place of one that is gone."""
    if os.environ.get(DATABASE_VARIABLE) or (folder / SQLITE_NAME).is_file():
        return
    raise WorkspaceError(
        f"The database {folder / SQLITE_NAME} is not there.",
        hint=f"Restore it from a backup, or set {DATABASE_VARIABLE} if it is in PostgreSQL.",
    )


def _tidy(workspace: Workspace) -> None:
    """Remove what killed processes left: files in plain, and an import unless one is running."""
    sweep_private_folders(workspace.folder)
    if all(row.entry is not None for row in workspace.store.batches()):
        return
    try:
        with workspace.store.import_lock():
            discard_open_batches(workspace)
    except BusyError:
        return


def _key_file(folder: Path, handle: str) -> Path:
    return folder / PEOPLE / f"{handle}.key"


def _remove(folder: Path, handle: str) -> None:
    """Remove what a making that failed has left; the failure itself is what counts."""
    left = [folder / (SQLITE_NAME + suffix) for suffix in ("", "-wal", "-shm")]
    with suppress(OSError):
        for path in (_key_file(folder, handle), *left):
            path.unlink(missing_ok=True)
        for path in (folder / PEOPLE, folder):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
