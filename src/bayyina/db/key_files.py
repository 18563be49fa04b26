"""What is done with members' key files: a new passphrase, a new key, a rescue by shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

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
    Bound,
    KdfCost,
    PersonalKey,
    read_binding,
    read_key_file,
    write_key_file,
)
from bayyina.keys.security_key import ask, enroll
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
    key, bound = _opened(path, old)
    if new == old:
        raise InputError("The new passphrase is the old one; nothing was changed.")
    check_passphrase(new, handle=handle, fictional=is_fictional(folder))
    write_key_file(path, key, new, owner=handle, cost=cost, replace=True, bound=bound)


def bind_key_file(
    folder: Path,
    handle: str,
    passphrase: str,
    *,
    copy: Path | None = None,
    cost: KdfCost = DEFAULT_COST,
    devices: Callable[[], Iterable[Any]] | None = None,
) -> None:
    """Bind a member's key file to the security key that is plugged in; both are needed from then on.

    Args:
        folder: The workspace.
        handle: The member.
        passphrase: That of the key file.
        copy: Where to keep a copy that the passphrase alone opens, for the day on which the
            security key is lost; it must not be there yet.
        cost: What one try of a passphrase costs.
        devices: Lists CTAP devices; those plugged in by USB if None.

    Raises:
        KeyLockedError: the passphrase is wrong, or the security key refused.
        InputError: the file is bound already, or there is not one security key.
        StorageError: the disk refused, or the copy's file exists.
        MissingToolError: the library for security keys is not installed.
    """
    path = key_file(folder, handle)
    if read_binding(path) is not None:
        raise InputError(f"The key file of {handle} is bound to a security key already.")
    key = read_key_file(path, passphrase)
    bound = Bound(*enroll(devices))
    if copy is not None:
        write_key_file(copy, key, passphrase, owner=handle, cost=cost)
    write_key_file(path, key, passphrase, owner=handle, cost=cost, replace=True, bound=bound)


def unbind_key_file(
    folder: Path,
    handle: str,
    passphrase: str,
    *,
    cost: KdfCost = DEFAULT_COST,
    devices: Callable[[], Iterable[Any]] | None = None,
) -> None:
    """Let a passphrase alone open a key file again; it takes the security key once more.

    Raises:
        KeyLockedError: the passphrase is wrong, or the security key is not there.
        InputError: the file is bound to none.
        StorageError: the disk refused; the file is as it was.
    """
    path = key_file(folder, handle)
    key, bound = _opened(path, passphrase, devices)
    if bound is None:
        raise InputError(f"The key file of {handle} is bound to no security key.")
    write_key_file(path, key, passphrase, owner=handle, cost=cost, replace=True)


def _opened(
    path: Path, passphrase: str, devices: Callable[[], Iterable[Any]] | None = None
) -> tuple[PersonalKey, Bound | None]:
    """The key in a file, and the security key that it is bound to, asked once."""
    binding = read_binding(path)
    if binding is None:
        return read_key_file(path, passphrase), None
    bound = Bound(binding, ask(binding, devices))
    return read_key_file(path, passphrase, answer=lambda _: bound.answer), bound


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
