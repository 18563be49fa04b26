"""Who can receive an output: those that are shipped, and those that a workspace names after one.

A recipient is data: a purpose, the consent that it takes, the most sensitive level, and whether it
may see a death before the family knows. What is allowed to one kind is allowed to all of it.
"""

from __future__ import annotations

import json
import re
from typing import Final

from bayyina.app.changes import change
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.rows import SettingRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.disclosure.rules import Recipient, Words, load_rules
from bayyina.errors import InputError

INTERNAL: Final = "internal"
"""The people who work here."""

NAMED: Final = "recipient:"
"""Beginning of the names of settings that hold recipients of the workspace's own."""

ACTION: Final = "name-recipient"

_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")


def recipients_of_workspace(workspace: Workspace) -> dict[str, Recipient]:
    """Everybody who can receive an output: those that are shipped, and the workspace's own."""
    known = dict(load_rules().recipients)
    newest: dict[str, str] = {}
    standing = live_batches(workspace.store)
    for row in workspace.store.scan(SettingRow):
        if row.name.startswith(NAMED) and batch_of(row.number) in standing:
            newest[row.name.removeprefix(NAMED)] = row.text
    for name, text in newest.items():
        said = json.loads(text)
        label = Words(said["label"]["en"], said["label"]["ar"])
        known[name] = load_rules().recipients[said["kind"]].named(name, label)
    return known


def find_recipient(workspace: Workspace, name: str) -> Recipient:
    """A recipient by id.

    Raises:
        InputError: nobody is called so; what has no rules does not leave.
    """
    known = recipients_of_workspace(workspace)
    if name not in known:
        raise InputError(
            f"Nobody who can receive an output is called {name}.",
            hint=f"Known are {', '.join(known)}; `bayyina release name` names another.",
            code="no-such-recipient",
        )
    return known[name]


def recipient_for_use(workspace: Workspace, use: str) -> Recipient:
    """Who receives what is made for a use, a code of ``consent_purposes``.

    Raises:
        InputError: nobody does.
    """
    known = recipients_of_workspace(workspace).values()
    found = next((one for one in known if one.asks and one.consent == use), None)
    if found is None:
        raise InputError(f"Nobody receives what is made for {use}.", code="no-such-recipient")
    return found


def name_recipient(
    workspace: Workspace, *, identifier: str, kind: str, english: str, arabic: str
) -> Recipient:
    """Name a recipient, such as one court, after a kind that is shipped.

    Args:
        workspace: Where.
        identifier: Small letters, digits and hyphens, such as ``court-koblenz``.
        kind: Id of a shipped recipient.
        english: What it is called.
        arabic: The same in Arabic.

    Raises:
        InputError: the id is taken by a shipped one or is none, there is no such kind, or a name is
            missing.
        PermissionRefusedError: the member may not manage settings.
    """
    require(workspace, "manage-settings")
    shipped = load_rules().recipients
    if not _ID.fullmatch(identifier) or identifier in shipped:
        raise InputError(
            f"{identifier} cannot be the id of a recipient.",
            hint="Small letters, digits and hyphens, and none of " + ", ".join(shipped) + ".",
        )
    if kind not in shipped or kind == INTERNAL:
        kinds = ", ".join(name for name in shipped if name != INTERNAL)
        raise InputError(f"There is no kind {kind}.", hint=f"Kinds are {kinds}.")
    if not english.strip() or not arabic.strip():
        raise InputError("A recipient needs its name in both languages.")
    label = {"en": english.strip(), "ar": arabic.strip()}
    text = json.dumps({"kind": kind, "label": label}, ensure_ascii=False, sort_keys=True)
    with change(workspace, ACTION) as writer:
        writer.add(SettingRow, name=NAMED + identifier, text=text)
        writer.finish({"recipient": identifier, "kind": kind})
    return find_recipient(workspace, identifier)
