"""Who may do what. Every use case asks here first, whatever door it was called through."""

from __future__ import annotations

from collections.abc import Mapping

from bayyina.app.rows import MemberRow
from bayyina.app.workspace import Workspace
from bayyina.errors import PermissionRefusedError

ROLES: Mapping[str, frozenset[str]] = {
    "administrator": frozenset({"manage-members", "manage-settings", "checkpoint", "count"}),
    "intake": frozenset(
        {"import", "undo", "count", "export-records", "add-evidence", "check-evidence"}
    ),
    "verifier": frozenset(
        {"judge", "determine", "publish", "count", "export-records"}
        | {"download-evidence", "open-sealed"}
    ),
    "analyst": frozenset(
        {"count", "report", "bundle", "export-records", "judge", "download-evidence"}
    ),
    "auditor": frozenset({"verify-log", "checkpoint", "check-evidence"}),
    "data-protection": frozenset({"erase", "verify-log"}),
    "viewer": frozenset({"count"}),
    "earlier-decisions": frozenset({"bring-decisions"}),
    "site-positions": frozenset({"exact-positions"}),
}
"""What each role may do. Nothing is allowed that does not stand here."""

FIRST_ROLES = ("administrator", "intake", "verifier", "analyst", "auditor")
"""Roles of the person who makes a workspace, until others join.

``data-protection`` is not among them: what it allows cannot be taken back and needs two
people, so it is given to each of them knowingly, by an entry of its own. Nor is
``earlier-decisions``: it lets one person sign alone that something was verified before it was
brought here; nor is ``site-positions``, which lets one person have files that show where a site
under embargo lies.
"""


def allows(member: MemberRow, action: str) -> bool:
    """Whether a member's roles allow ``action``."""
    return any(action in ROLES.get(role, frozenset()) for role in member.roles.split())


def require(workspace: Workspace, action: str) -> None:
    """Refuse unless the member's roles allow ``action``.

    Raises:
        PermissionRefusedError: they do not.
    """
    if not allows(workspace.member, action):
        able = [role for role, actions in ROLES.items() if action in actions]
        raise PermissionRefusedError(
            f"{workspace.member.handle} may not do this ({action}).",
            hint=f"It takes the role {' or '.join(able) or 'that allows it'}; an administrator of the workspace gives it.",
        )
