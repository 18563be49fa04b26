"""A member whose key or passphrase is lost goes on with a new key; it takes an administrator.

The handle stays, so what they decided before stays theirs: each decision is checked with the key
that signed it. What they were cleared for is given to the new key only by somebody who is cleared. The evidence
key is given to the new key where whoever renews it holds it; otherwise by its next replacement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bayyina.app.changes import change
from bayyina.app.evidence_keys import give_if_held, given_evidence
from bayyina.app.key_rotating import REASONS
from bayyina.app.members import working_members
from bayyina.app.permissions import require
from bayyina.app.recovering import add_new_key
from bayyina.app.rows import MemberRow
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.keys.personal import PersonalKey

RENEW: Final = "renew-key"
"""What the log calls it."""


def renew_key(
    workspace: Workspace,
    *,
    handle: str,
    key: PersonalKey,
    reason: str,
    keep_key: Callable[[], None],
) -> MemberRow:
    """Give a member a new key in place of the one they lost.

    Args:
        workspace: With an administrator at work, or with the member themselves.
        handle: The member.
        key: Their new key.
        reason: ``key-lost``, ``key-stolen``, ``device-lost`` or ``routine``.
        keep_key: Stores the key file; if it fails, nothing was changed.

    Raises:
        InputError: there is no such member, the reason is no code, or the key is somebody's.
        PermissionRefusedError: the member at work may not manage members.
    """
    if handle != workspace.member.handle:
        require(workspace, "manage-members")
    if reason not in REASONS:
        raise InputError(
            f"{reason!r} is no reason to replace a key.", hint=f"Reasons: {', '.join(REASONS)}."
        )
    store = workspace.store
    with change(workspace, RENEW) as writer:
        # Who only reviews from outside holds no case key, and gets none this way.
        member = next((row for row in working_members(store) if row.handle == handle), None)
        if member is None:
            raise InputError(f"{handle} is not a member who opens this workspace.")
        added = add_new_key(writer, store, member, key, workspace.keys.case_key)
        if given_evidence(store, member) is not None:
            give_if_held(workspace, writer, added)
        writer.finish({"reason": reason})
        keep_key()
    return added
