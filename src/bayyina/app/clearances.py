"""Who is cleared for sealed values: giving the sealing key to a person, and taking it back.

Whoever is cleared, and nobody else, can clear somebody: the key is needed for it. So an
administrator who is not cleared can give roles, and cannot give what they do not have.
"""

from __future__ import annotations

from bayyina.app.changes import change
from bayyina.app.members import current_members
from bayyina.app.permissions import ROLES, allows, require
from bayyina.app.ports import Store
from bayyina.app.recovery_sets import SETTING as RECOVERY_SETTING
from bayyina.app.recovery_sets import text_with
from bayyina.app.rows import CaseKeyRow, MemberRow, SettingRow
from bayyina.app.sealing_keys import (
    FIRST_CASE,
    SealingKey,
    add_sealing_key,
    give_key,
    given_keys,
    is_cleared,
    no_sealing_key,
    opener_of,
    sealing_keys,
    sealing_public,
)
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, KeyLockedError, PermissionRefusedError
from bayyina.keys.sealing import key_id, new_sealing_key

__all__ = [
    "OPEN_SEALED",
    "clear_member",
    "cleared_members",
    "is_cleared",
    "make_sealing_key",
    "may_be_cleared",
    "opener_of",
    "sealing_public",
    "withdraw_clearance",
]

OPEN_SEALED = "open-sealed"
"""What a role must allow before somebody can be cleared, and what opening a value asks for."""


def may_be_cleared(roles: str) -> bool:
    """Whether somebody with these roles can be cleared: one of them, for whatever case, opens."""
    return any(
        OPEN_SEALED in ROLES.get(token.partition("@")[0], frozenset()) for token in roles.split()
    )


def cleared_members(store: Store, case: str = FIRST_CASE) -> list[MemberRow]:
    """Members who are cleared for a case now, in the order in which they joined."""
    return [row for row in current_members(store) if is_cleared(store, row, case)]


def make_sealing_key(workspace: Workspace, case: str = FIRST_CASE) -> SealingKey:
    """Make the sealing key of a case that has none; whoever makes it is cleared for it.

    The person has to open the workspace anew to use it.

    Raises:
        InputError: there is one already, or no role of the member opens sealed values.
        PermissionRefusedError: the member may not manage members.
    """
    require(workspace, "manage-members")
    if not may_be_cleared(workspace.member.roles):
        raise _not_clearable(workspace.member.handle)
    with change(workspace, "make-sealing-key") as writer:
        if any(key.case == case for key in sealing_keys(workspace.store)):
            raise InputError(
                "There is a sealing key already.", hint="`bayyina people list` shows who has it."
            )
        key, code = new_sealing_key(), f"{case}/sealed"
        made = add_sealing_key(writer, key, code, workspace.member)
        shares = text_with(workspace.store, {code: key.private_bytes_raw()})
        if shares is not None:
            writer.add(SettingRow, name=RECOVERY_SETTING, text=shares)
        writer.finish({"case": case})
    return made


def clear_member(workspace: Workspace, handle: str, *, case: str = FIRST_CASE) -> MemberRow:
    """Give a member what opens the sealed values of a case.

    Raises:
        InputError: there is no such member, none of their roles opens sealed values, or they
            are cleared already.
        PermissionRefusedError: the member at work may not open sealed values.
        KeyLockedError: the member at work is not cleared.
    """
    require(workspace, OPEN_SEALED)
    with change(workspace, "clear-member") as writer:
        member = _member(workspace.store, handle)
        if not may_be_cleared(member.roles):
            raise _not_clearable(handle)
        if is_cleared(workspace.store, member, case):
            raise InputError(f"{handle} is cleared for {case} already.")
        for known in _keys_of(workspace.store, case):
            key = opener_of(workspace).keys.get(key_id(known.public))
            if key is not None:
                give_key(writer, known, key, member)
        if not writer.count("case_key"):
            raise _not_cleared(workspace, case)
        writer.finish({"case": case})
    return member


def withdraw_clearance(workspace: Workspace, handle: str, *, case: str = FIRST_CASE) -> MemberRow:
    """Take back what a member was given; the last person who is cleared keeps it.

    Values that were sealed before stay open to somebody who kept a copy of the database and
    their key; new ones do too until the sealing key is changed.

    Raises:
        InputError: there is no such member, they are not cleared, or nobody would be left.
        PermissionRefusedError: the member at work may neither open sealed values nor manage
            members.
    """
    if not allows(workspace.member, "manage-members"):
        require(workspace, OPEN_SEALED)
    with change(workspace, "withdraw-clearance") as writer:
        member = _member(workspace.store, handle)
        held = given_keys(workspace.store, member)
        taken = [key for key in _keys_of(workspace.store, case) if key.code in held]
        if not taken:
            raise InputError(f"{handle} is not cleared for {case}.")
        left = [row for row in cleared_members(workspace.store, case) if row.handle != handle]
        if not left:
            raise InputError(
                "Nobody would be left who can open what is sealed.",
                hint="Clear somebody else first with `bayyina people clear HANDLE`.",
                code="last-cleared",
            )
        for known in taken:
            writer.add(CaseKeyRow, case=known.number, member=member.number, wrapped="")
        writer.finish({"case": case})
    return member


def _keys_of(store: Store, case: str) -> list[SealingKey]:
    """The sealing keys of a case, old ones too: what they sealed stands."""
    keys = [key for key in sealing_keys(store) if key.case == case]
    if not keys:
        raise no_sealing_key()
    return keys


def _member(store: Store, handle: str) -> MemberRow:
    for row in current_members(store):
        if row.handle == handle:
            return row
    raise InputError(f"{handle} is not a member of this workspace.")


def _not_clearable(handle: str) -> PermissionRefusedError:
    able = ", ".join(role for role, actions in ROLES.items() if OPEN_SEALED in actions)
    return PermissionRefusedError(
        f"{handle} has no role that opens sealed values.",
        hint=f"Roles that do: {able}. Who only administers is not cleared.",
    )


def _not_cleared(workspace: Workspace, case: str) -> KeyLockedError:
    able = ", ".join(row.handle for row in cleared_members(workspace.store, case))
    return KeyLockedError(
        f"{workspace.member.handle} is not cleared for {case} and has no key to give.",
        hint=f"Who is: {able or 'nobody'}.",
    )
