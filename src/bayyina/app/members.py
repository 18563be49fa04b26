"""Who works in a workspace: adding people, giving and taking roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.permissions import ROLES, allows, require
from bayyina.app.ports import Store
from bayyina.app.rows import CaseKeyRow, CaseRow, MemberRow, batch_of, position_of
from bayyina.app.sealing_keys import give_key, given_keys, is_sealing_code, sealing_keys
from bayyina.app.workspace import Workspace
from bayyina.custody.ids import item_id
from bayyina.errors import InputError
from bayyina.keys.case_keys import wrap_case_key
from bayyina.keys.personal import PersonalKey
from bayyina.keys.sealing import key_id


def current_members(store: Store) -> list[MemberRow]:
    """The newest row of every member who has a role, in the order they joined."""
    newest: dict[str, MemberRow] = {}
    for row in store.scan(MemberRow):
        newest[row.handle] = row
    return [row for row in newest.values() if row.roles]


def member_uuid(store: Store, member: MemberRow) -> str:
    """UUIDv7 of the first row of a member: the same whatever roles they have later."""
    rows = store.find(MemberRow, "handle", [member.handle])
    first = rows[0]
    batch = next(row for row in store.batches() if row.batch == batch_of(first.number))
    return str(item_id(UUID(batch.uuid), position_of(first.number), kind="member"))


def add_member(
    workspace: Workspace,
    *,
    handle: str,
    name: str,
    roles: Sequence[str],
    key: PersonalKey,
    keep_key: Callable[[], None],
) -> MemberRow:
    """Add a person with their own key, and wrap the case key for them.

    ``keep_key`` stores the person's key file; if it fails, nothing was changed.

    Raises:
        InputError: the handle, a role or the key is taken or unknown.
        PermissionRefusedError: the member at work may not manage members.
    """
    require(workspace, "manage-members")
    check_roles(roles)
    with change(workspace, "add-member") as writer:
        for row in workspace.store.scan(MemberRow):
            if row.handle == handle:
                raise InputError(f"The handle {handle} is taken.", hint="Choose another one.")
            if row.sign_public == key.public.sign.hex():
                raise InputError(
                    "This personal key belongs to another member already.",
                    hint="Every person has a key of their own.",
                )
        added = writer.add(
            MemberRow,
            handle=handle,
            name=name,
            sign_public=key.public.sign.hex(),
            box_public=key.public.box.hex(),
            roles=" ".join(roles),
        )
        for case in workspace.store.scan(CaseRow):
            if is_sealing_code(case.code):
                continue
            wrapped = wrap_case_key(workspace.keys.case_key, key.public.box, place=case.code)
            writer.add(CaseKeyRow, case=case.number, member=added.number, wrapped=wrapped.hex())
        _clear_at_once(workspace, writer, added)
        writer.finish({"roles": " ".join(roles)})
        keep_key()
    return added


def set_roles(workspace: Workspace, *, handle: str, roles: Sequence[str]) -> MemberRow:
    """Give a member these roles and no others; none at all ends the membership.

    Raises:
        InputError: there is no such member or role, or nobody would be left to manage members.
        PermissionRefusedError: the member at work may not manage members.
    """
    require(workspace, "manage-members")
    check_roles(roles)
    with change(workspace, "set-roles") as writer:
        members = {row.handle: row for row in current_members(workspace.store)}
        held = members.get(handle)
        if held is None:
            raise InputError(f"{handle} is not a member of this workspace.")
        others = [row for row in members.values() if row.handle != handle]
        if not any("administrator" in row.roles.split() for row in others) and (
            "administrator" not in roles
        ):
            raise InputError(
                "Nobody would be left to manage the members.",
                hint="Give somebody else the role administrator first.",
            )
        columns = held._replace(roles=" ".join(roles))._asdict()
        columns.pop("number")
        added = writer.add(MemberRow, **columns)
        writer.finish({"roles": " ".join(roles)})
    return added


def _clear_at_once(workspace: Workspace, writer: ChangeWriter, added: MemberRow) -> None:
    """Give a new member the sealing keys, if a role of theirs opens and whoever adds them has them."""
    held = given_keys(workspace.store, workspace.member)
    if not (held and allows(added, "open-sealed")):
        return
    for known in sealing_keys(workspace.store):
        key = workspace.keys.opener.keys.get(key_id(known.public))
        if known.code in held and key is not None:
            give_key(writer, known, key, added)


def check_roles(roles: Sequence[str]) -> None:
    """Refuse a role that there is not; raises ``InputError``."""
    for role in roles:
        if role not in ROLES:
            raise InputError(f"There is no role named {role}.", hint=f"Roles: {', '.join(ROLES)}.")


def handles_by_uuid(store: Store) -> dict[str, str]:
    """Handle of every member there ever was, by UUID."""
    first: dict[str, MemberRow] = {}
    for row in store.scan(MemberRow):
        first.setdefault(row.handle, row)
    batches = {row.batch: _uuid(row.uuid) for row in store.batches()}
    found: dict[str, str] = {}
    for handle, row in first.items():
        batch = batches.get(batch_of(row.number)) if is_whole(row.number) else None
        if batch is not None:  # otherwise the row is none of the log's: verification names it
            found[str(item_id(batch, position_of(row.number), kind="member"))] = str(handle)
    return found


def is_whole(cell: object) -> bool:
    """Whether a cell holds a whole number, as SQLite does not warrant of its columns."""
    return isinstance(cell, int)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None
