"""Who works in a workspace: adding people, giving and taking roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from bayyina.app.case_scopes import MAIN
from bayyina.app.changes import ChangeWriter, change
from bayyina.app.evidence_keys import (
    evidence_holders,
    evidence_key,
    give_if_held,
    given_evidence,
    has_secrets,
    may_hold,
)
from bayyina.app.permissions import ALWAYS_WHOLE, ROLES, Grant, allows, is_role, require
from bayyina.app.ports import Store
from bayyina.app.rows import (
    CaseKeyRow,
    CaseRow,
    MemberRow,
    SettingRow,
    batch_of,
    position_of,
)
from bayyina.app.sealing_keys import give_key, given_keys, sealing_keys
from bayyina.app.workspace import Workspace
from bayyina.custody.ids import item_id
from bayyina.errors import InputError
from bayyina.keys.case_keys import wrap_case_key
from bayyina.keys.personal import PersonalKey, PublicKeys
from bayyina.keys.sealing import key_id

OUTSIDE: Final = "outside-reviewer"
"""Role of somebody of another organisation: their key is known, and they hold none of the case."""

FORMERLY: Final = "formerly:"
"""Beginning of the name of the setting that says under which handle somebody was a member before."""


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


def working_members(store: Store) -> list[MemberRow]:
    """Members who can open the workspace: all but those who only review from outside."""
    return [row for row in current_members(store) if row.roles.split() != [OUTSIDE]]


def add_member(
    workspace: Workspace,
    *,
    handle: str,
    name: str,
    roles: Sequence[str],
    key: PersonalKey,
    keep_key: Callable[[], None],
    formerly: str | None = None,
    other_person: bool = False,
) -> MemberRow:
    """Add a person with their own key, and wrap the case key for them.

    ``keep_key`` stores the person's key file; if it fails, nothing was changed.

    Args:
        workspace: Which they join.
        handle: How they are named; never used before.
        name: Their name as others should read it.
        roles: Tokens such as ``verifier`` or ``verifier@HAMA``.
        key: Their own key; neither half of it ever belonged to anybody here.
        keep_key: Stores the key file.
        formerly: Handle under which the same person was a member before: what they entered and
            signed then stays theirs.
        other_person: They only share the name of somebody who is or was a member.

    Raises:
        InputError: the handle, a role or the key is taken or unknown; or somebody of this name was a
            member before, and it was not said whether it is the same person.
        PermissionRefusedError: the member at work may not manage members.
    """
    require(workspace, "manage-members")
    check_roles(roles, case_codes(workspace.store))
    if OUTSIDE in roles:
        raise InputError(
            "An outside reviewer has a key of their own organisation and opens nothing here.",
            hint="Add them with `bayyina people add-outside`.",
        )
    with change(workspace, "add-member") as writer:
        check_free(workspace.store, handle, key.public)
        _check_returning(workspace.store, name, formerly, other_person=other_person)
        added = writer.add(
            MemberRow,
            handle=handle,
            name=name,
            sign_public=key.public.sign.hex(),
            box_public=key.public.box.hex(),
            roles=" ".join(roles),
        )
        for case in workspace.store.find(CaseRow, "code", [MAIN]):
            wrapped = wrap_case_key(workspace.keys.case_key, key.public.box, place=case.code)
            writer.add(CaseKeyRow, case=case.number, member=added.number, wrapped=wrapped.hex())
        _clear_at_once(workspace, writer, added)
        give_if_held(workspace, writer, added)
        if formerly is not None:
            writer.add(SettingRow, name=FORMERLY + handle, text=formerly)
        writer.finish({"roles": " ".join(roles)})
        keep_key()
    return added


def check_free(store: Store, handle: str, public: PublicKeys) -> None:
    """Refuse a handle or a key, either half of it, that anybody here has or had.

    Raises:
        InputError: it is taken.
    """
    for row in store.scan(MemberRow):
        if row.handle == handle:
            raise InputError(f"The handle {handle} is taken.", hint="Choose another one.")
        if row.sign_public == public.sign.hex() or row.box_public == public.box.hex():
            raise InputError(
                "This personal key belongs to another member already.",
                hint="Every person has a key of their own.",
            )


def case_codes(store: Store) -> frozenset[str]:
    """Codes of the cases; the keys of a case's sealed content stand in rows of their own."""
    return frozenset(row.code for row in store.scan(CaseRow) if "/" not in row.code)


def _check_returning(store: Store, name: str, formerly: str | None, *, other_person: bool) -> None:
    """Refuse that somebody returns as if they were somebody else."""
    newest = {row.handle: row for row in store.scan(MemberRow)}
    if formerly is not None:
        held = newest.get(formerly)
        if held is None or held.roles:
            raise InputError(
                f"{formerly} is not somebody whose membership ended.",
                hint="End the membership of the former handle first.",
            )
        return
    alike = [row for row in newest.values() if _plain(row.name) == _plain(name)]
    here = [row for row in alike if row.roles]
    if here and not other_person:
        raise InputError(
            f"{here[0].name} is a member, as {here[0].handle}; nobody is two people.",
            hint=f"Change the roles of {here[0].handle}, or say --other-person if it is somebody else.",
            code="member-already",
        )
    if alike and not other_person:
        raise InputError(
            f"Somebody named {name} was a member before, as {alike[0].handle}.",
            hint=f"Say --formerly {alike[0].handle}, or --other-person if it is somebody else.",
            code="member-before",
        )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def set_roles(workspace: Workspace, *, handle: str, roles: Sequence[str]) -> MemberRow:
    """Give a member these roles and no others; none at all ends the membership.

    Raises:
        InputError: there is no such member or role, or nobody would be left to manage members.
        PermissionRefusedError: the member at work may not manage members.
    """
    require(workspace, "manage-members")
    check_roles(roles, case_codes(workspace.store))
    with change(workspace, "set-roles") as writer:
        members = {row.handle: row for row in current_members(workspace.store)}
        held = members.get(handle)
        if held is None:
            raise InputError(f"{handle} is not a member of this workspace.")
        if roles and (OUTSIDE in roles) != (OUTSIDE in held.roles.split()):
            raise InputError(
                "Somebody reviews from outside, or works here: not both with one key.",
                hint="End the one membership and add the person anew, with another key.",
            )
        others = [row for row in members.values() if row.handle != handle]
        if not any("administrator" in row.roles.split() for row in others) and (
            "administrator" not in roles
        ):
            raise InputError(
                "Nobody would be left to manage the members.",
                hint="Give somebody else the role administrator first.",
            )
        _keep_a_custodian(workspace, held, others, roles)
        columns = held._replace(roles=" ".join(roles))._asdict()
        columns.pop("number")
        added = writer.add(MemberRow, **columns)
        _hand_evidence(workspace, writer, held, added, others)
        writer.finish({"roles": " ".join(roles)})
    return added


def _hand_evidence(
    workspace: Workspace,
    writer: ChangeWriter,
    held: MemberRow,
    added: MemberRow,
    others: Sequence[MemberRow],
) -> None:
    """Give or take back the evidence key, as the new roles of a member need.

    Raises:
        InputError: nobody would be left who holds it.
    """
    store = workspace.store
    known, has = evidence_key(store), given_evidence(store, held) is not None
    if known is None:
        return
    if may_hold(added.roles):
        if not has:
            give_if_held(workspace, writer, added)
        return
    if not has:
        return
    if not evidence_holders(store, others) and has_secrets(store):
        raise InputError(
            "Nobody would be left who holds the evidence key.",
            hint="Give somebody else a role that reads evidence first (`bayyina people add`, or "
            "`bayyina people roles`).",
            code="last-evidence-holder",
        )
    writer.add(CaseKeyRow, case=known.number, member=added.number, wrapped="")


def _clear_at_once(workspace: Workspace, writer: ChangeWriter, added: MemberRow) -> None:
    """Give a new member the sealing keys, if a role of theirs opens and whoever adds them has them."""
    held = given_keys(workspace.store, workspace.member)
    if not (held and allows(added, "open-sealed")):
        return
    for known in sealing_keys(workspace.store):
        key = workspace.keys.opener.keys.get(key_id(known.public))
        if known.code in held and key is not None:
            give_key(writer, known, key, added)


def _keep_a_custodian(
    workspace: Workspace, held: MemberRow, others: Sequence[MemberRow], roles: Sequence[str]
) -> None:
    """Refuse that the last person leaves who can open what is sealed: nobody could ever again."""
    store = workspace.store
    if roles or not given_keys(store, held) or any(given_keys(store, row) for row in others):
        return
    raise InputError(
        "Nobody would be left who can open what is sealed.",
        hint="Clear somebody else first with `bayyina people clear HANDLE`.",
        code="last-cleared",
    )


def check_roles(roles: Sequence[str], cases: frozenset[str] | None = None) -> None:
    """Refuse a role that there is not, or for a case that there is not.

    Args:
        roles: Tokens such as ``verifier`` or ``verifier@HAMA``.
        cases: Codes of the cases there are; None where they are not known yet.

    Raises:
        InputError: one of them is none.
    """
    for token in roles:
        grant = Grant.of(token)
        if grant.role not in ROLES:
            raise InputError(
                f"There is no role named {grant.role}.", hint=f"Roles: {', '.join(ROLES)}."
            )
        if "@" not in token:
            continue
        if not is_role(token):
            raise InputError(
                f"The role {grant.role} is not held for one case.",
                hint=f"Held for the whole workspace alone: {', '.join(sorted(ALWAYS_WHOLE))}.",
            )
        if cases is not None and grant.case not in cases:
            raise InputError(
                f"There is no case {grant.case}.",
                hint="`bayyina cases list` shows them; `bayyina cases add` makes one.",
                code="no-such-case",
            )


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
