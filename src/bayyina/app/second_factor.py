"""Who needs a second factor to sign in to the web application, and when one was taken away.

Roles that see or sign what is sealed need one, and so does whoever is cleared. A workspace of
invented data may do without; no option of the server and no setting of a real workspace can.
"""

from __future__ import annotations

from typing import Any, Final

from bayyina.app.changes import change
from bayyina.app.clearances import is_cleared
from bayyina.app.live import setting
from bayyina.app.members import current_members
from bayyina.app.permissions import SEALED_ROLES, Grant, require
from bayyina.app.ports import Store
from bayyina.app.rows import MemberRow, SettingRow
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.errors import InputError

SETTING: Final = "second-factor"
NOT_REQUIRED: Final = "not-required"
REQUIRED: Final = "required"

RESET: Final = "reset-second-factor"
"""Action of the entry, and kind of the run, that record that somebody's factors were removed."""


def is_waived(store: Store, *, fictional: bool) -> bool:
    """Whether a workspace of invented data says that nobody needs a second factor."""
    return fictional and setting(store, SETTING) == NOT_REQUIRED


def is_sealed_member(store: Store, member: MemberRow) -> bool:
    """Whether a member's roles, or a clearance, reach what is sealed."""
    roles = {Grant.of(token).role for token in member.roles.split()}
    return bool(roles & SEALED_ROLES) or is_cleared(store, member)


def set_second_factor(workspace: Workspace, *, is_required: bool) -> dict[str, Any]:
    """Say whether members of a workspace of invented data need a second factor.

    Raises:
        InputError: the workspace is not one of invented data, so that they do.
        PermissionRefusedError: the member may not manage settings.
    """
    require(workspace, "manage-settings")
    if not is_required and not workspace.identity.fictional:
        raise InputError(
            "In a workspace of real data whoever reaches what is sealed needs a second factor.",
            hint="Only a workspace of invented data can do without.",
            code="second-factor",
        )
    with change(workspace, "set-second-factor") as writer:
        writer.add(SettingRow, name=SETTING, text=REQUIRED if is_required else NOT_REQUIRED)
        writer.finish({"required": int(is_required)})
    return {"required": is_required, "batch": writer.batch}


def record_reset(workspace: Workspace, handle: str) -> int:
    """Record that the second factors of a member are removed, as when a telephone was lost.

    Whoever removes them cannot sign in as the member: that takes the member's passphrase. The
    member sets up another one before they reach any other page.

    Returns:
        The batch.

    Raises:
        InputError: there is no such member.
        PermissionRefusedError: the member at work may not manage members.
    """
    require(workspace, "manage-members")
    if handle not in {row.handle for row in current_members(workspace.store)}:
        raise InputError(f"{handle} is not a member of this workspace.", code="no-such-member")
    return log_run(workspace, RESET, RESET, {"member": handle}, {"factors": 0})
