"""Tokens of the programming interface: made by a member for themselves, for some actions, for a time.

A token can do less than its owner, never more: what it was made for and what its owner's roles
allow at the moment of a request. It holds no personal key, so nothing can be decided, released or
erased with it, and it is never cleared for sealed values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.app.evidence_keys import evidence_key_of
from bayyina.app.founding import Equipment, work_under_case_key
from bayyina.app.members import working_members
from bayyina.app.permissions import ONLY, allows, sight
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.errors import CustodyError, InputError, KeyLockedError
from bayyina.keys.interface_tokens import (
    TokenHead,
    new_token,
    open_token,
    read_heads,
    remove_token,
    write_token,
)
from bayyina.keys.salts import KEY_LENGTH

ACTIONS: Final[Mapping[str, str]] = {
    "count": "count figures",
    "export-records": "read and find records",
    "import": "take lists in",
    "undo": "undo an import",
    "judge": "say whether two records are one person",
    "add-evidence": "take evidence in",
    "check-evidence": "check evidence",
    "verify-log": "read and verify the log",
    "checkpoint": "take checkpoints of the log along",
}
"""What a token can be made for. Whatever needs a person's own signature is not among it."""

OF_EVIDENCE: Final = frozenset({"add-evidence", "check-evidence"})
"""What a token can be made for that takes the evidence key; other tokens do not hold it."""

LONGEST: Final = 366
"""Days that a token can be made for."""

FOLDER: Final = "tokens"
"""Folder of the workspace that holds the files of tokens."""


def make_token(
    workspace: Workspace, *, name: str, actions: Collection[str], days: int = 90
) -> tuple[TokenHead, str]:
    """Make a token for the member at work; what its file says, and the text, which is shown once.

    Raises:
        InputError: the name, an action or the days cannot be used.
        PermissionRefusedError: the member may not do what the token is to be made for.
    """
    if not name.strip() or len(name) > 80:
        raise InputError("A token needs a name of up to 80 characters.", hint="Say what it is for.")
    unknown = sorted(set(actions) - set(ACTIONS))
    if unknown or not actions:
        raise InputError(
            f"A token cannot be made for {', '.join(unknown) or 'nothing'}.",
            hint=f"It can be made for: {', '.join(ACTIONS)}.",
        )
    if not 1 <= days <= LONGEST:
        raise InputError(f"A token holds from 1 to {LONGEST} days.", hint="Make it anew later.")
    for action in sorted(actions):
        sight(workspace, action)  # a member of one case makes tokens that reach no further
    today = workspace.clock.now().date()
    token_id, text = new_token()
    head = TokenHead(
        token_id,
        workspace.member.handle,
        name.strip(),
        tuple(sorted(actions)),
        today.isoformat(),
        (today + timedelta(days=days)).isoformat(),
    )
    folder = tokens_folder(workspace.folder)
    evidence = evidence_key_of(workspace) if OF_EVIDENCE & set(actions) else None
    write_token(folder, head, text, workspace.keys.case_key + (evidence or b""))
    try:
        _log(workspace, "make-token", head)
    except BaseException:
        remove_token(folder, head.id)
        raise
    return head, text


def list_tokens(workspace: Workspace) -> list[TokenHead]:
    """The member's own tokens; all of them for who manages the members."""
    heads = read_heads(tokens_folder(workspace.folder))
    if allows(workspace.member, "manage-members"):
        return heads
    return [head for head in heads if head.handle == workspace.member.handle]


def withdraw_token(workspace: Workspace, token_id: str) -> TokenHead:
    """End a token at once: one's own, or anybody's for who manages the members.

    Raises:
        InputError: there is no such token that this member may end.
    """
    found = {head.id: head for head in list_tokens(workspace)}.get(token_id)
    if found is None:
        raise InputError(
            f"There is no token {token_id} of yours.",
            hint="bayyina tokens list shows them.",
            code="no-such-token",
        )
    # The file goes first: a token that is to end must not outlive a failing log.
    remove_token(tokens_folder(workspace.folder), token_id)
    _log(workspace, "withdraw-token", found)
    return found


def work_with_token(equipment: Equipment, text: str) -> Workspace:
    """The workspace with the owner of a token at work, who may do what the token allows.

    Raises:
        KeyLockedError: the token is none of this workspace, has ended, or its owner has left.
    """
    head, held = open_token(tokens_folder(equipment.folder), text)
    case_key, evidence = held[:KEY_LENGTH], held[KEY_LENGTH:] or None
    if equipment.clock.now().date().isoformat() > head.ends_on:
        raise KeyLockedError(
            f"The token ended on {head.ends_on}.", hint="Have a new one made: bayyina tokens make."
        )
    owner = next((m for m in working_members(equipment.store) if m.handle == head.handle), None)
    if owner is None:
        raise KeyLockedError("The owner of the token is a member no longer.")
    try:
        # A key made for the moment stands where the personal key would: it signs for nobody.
        workspace = work_under_case_key(equipment, owner, case_key, Ed25519PrivateKey.generate())
    except CustodyError as error:
        raise KeyLockedError(
            "The keys of the workspace were renewed after the token was made.",
            hint="Have a new one made: bayyina tokens make.",
        ) from error
    limited = f"{workspace.member.roles} {ONLY}{','.join(head.actions)}"
    workspace = replace(workspace, member=workspace.member._replace(roles=limited))
    return replace(workspace, keys=replace(workspace.keys, evidence=evidence))


def tokens_folder(folder: Path) -> Path:
    """Where the files of a workspace's tokens are."""
    return folder / FOLDER


def _log(workspace: Workspace, action: str, head: TokenHead) -> None:
    told = {"token": head.id, "owner": head.handle, "actions": " ".join(head.actions)}
    log_run(workspace, action, "interface-token", {**told, "ends_on": head.ends_on}, told)
