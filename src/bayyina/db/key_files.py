"""What is done with members' key files: a new passphrase, a new key, a rescue by shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bayyina.app.members import current_members
from bayyina.app.passphrases import check_passphrase
from bayyina.app.ports import Clock
from bayyina.app.recovering import Recovery, Signer, rescue
from bayyina.app.renewing_keys import renew_key
from bayyina.app.rows import MemberRow
from bayyina.app.workspace import Workspace
from bayyina.db.opening import PEOPLE, is_fictional, open_equipment
from bayyina.errors import InputError, StorageError
from bayyina.keys.personal import (
    DEFAULT_COST,
    KdfCost,
    PersonalKey,
    read_key_file,
    write_key_file,
)
from bayyina.keys.shares import Share


def key_file(folder: Path, handle: str) -> Path:
    """Where a member's key file lies."""
    return folder / PEOPLE / f"{handle}.key"


def signer(folder: Path, handle: str, passphrase: str) -> Signer:
    """A second person, who signs beside the one at work.

    Raises:
        KeyLockedError: the passphrase is wrong.
        FileUnreadableError: there is no such key file.
    """
    return Signer(handle, read_key_file(key_file(folder, handle), passphrase))


def change_passphrase(
    folder: Path, handle: str, *, old: str, new: str, cost: KdfCost = DEFAULT_COST
) -> None:
    """Lock a member's key file with another passphrase; the key in it stays the same.

    Copies of the file that were made before still open with the old one.

    Raises:
        KeyLockedError: the old passphrase is wrong.
        InputError: the new one can be guessed, or is the old one.
        StorageError: the disk refused; the file is as it was.
    """
    path = key_file(folder, handle)
    key = read_key_file(path, old)
    if new == old:
        raise InputError("The new passphrase is the old one; nothing was changed.")
    check_passphrase(new, handle=handle, fictional=is_fictional(folder))
    write_key_file(path, key, new, owner=handle, cost=cost, replace=True)


def renew_member_key(
    workspace: Workspace,
    *,
    handle: str,
    passphrase: str,
    reason: str,
    cost: KdfCost = DEFAULT_COST,
) -> MemberRow:
    """Give a member who lost their key or its passphrase a new one, in a new key file.

    Raises:
        InputError: there is no such member, or the passphrase can be guessed.
        PermissionRefusedError: the member at work may not manage members.
    """
    check_passphrase(passphrase, handle=handle, fictional=workspace.identity.fictional)
    key = PersonalKey.generate()
    with_file = _NewKeyFile(workspace.folder, handle, key, passphrase, cost)
    added = renew_key(
        workspace, handle=handle, key=key, reason=reason, keep_key=with_file.write_aside
    )
    with_file.put_in_place()
    return added


def rescue_workspace(
    folder: Path,
    *,
    shares: Sequence[Share],
    handle: str,
    passphrase: str,
    reason: str,
    clock: Clock | None = None,
    cost: KdfCost = DEFAULT_COST,
) -> Recovery:
    """Give a member a new key with shares alone, where nobody can open the workspace any more.

    Raises:
        ShareError: the shares do not open anything.
        InputError: there is no such member, no reason, or the passphrase can be guessed.
        WorkspaceError: the folder is not a workspace.
    """
    check_passphrase(passphrase, handle=handle, fictional=is_fictional(folder))
    equipment = open_equipment(folder, clock=clock)
    try:
        if all(row.handle != handle for row in current_members(equipment.store)):
            members = ", ".join(row.handle for row in current_members(equipment.store))
            raise InputError(
                f"{handle} is not a member of this workspace.", hint=f"Members: {members}."
            )
        key = PersonalKey.generate()
        with_file = _NewKeyFile(folder, handle, key, passphrase, cost)
        done = rescue(
            equipment,
            shares=shares,
            handle=handle,
            key=key,
            reason=reason,
            keep_key=with_file.write_aside,
        )
    finally:
        equipment.store.close()
    with_file.put_in_place()
    return done


class _NewKeyFile:
    """A key file that takes the place of another once the change that needs it stands."""

    def __init__(
        self, folder: Path, handle: str, key: PersonalKey, passphrase: str, cost: KdfCost
    ) -> None:
        self._path = key_file(folder, handle)
        self._aside = self._path.with_name(f"{handle}.key.new")
        self._write: Callable[[], None] = lambda: write_key_file(
            self._aside, key, passphrase, owner=handle, cost=cost, replace=True
        )

    def write_aside(self) -> None:
        """Write it beside its place."""
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _refused(self._path, error) from error
        self._write()

    def put_in_place(self) -> None:
        """Put it in the place of the old one."""
        try:
            self._aside.replace(self._path)
        except OSError as error:
            raise _refused(self._path, error) from error


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The key file {path} cannot be written: {error.strerror or error}.",
        hint=f"The new key is in {path.name}.new if it is there: move it to {path.name}.",
    )
