"""``bayyina people clear``, ``unclear`` and ``seal-key``: who can open what is sealed."""

from __future__ import annotations

from typing import Any

import click

from bayyina.app.clearances import (
    clear_member,
    cleared_members,
    make_sealing_key,
    withdraw_clearance,
)
from bayyina.app.sealing_keys import FIRST_CASE
from bayyina.app.workspace import Workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show

case_option = click.option("--case", default=FIRST_CASE, show_default=True, help="Code of a case.")


@click.command()
@click.argument("handle")
@case_option
@json_option
def clear(handle: str, case: str, as_json: bool) -> None:
    """Let the member HANDLE open what is sealed; only somebody who can do so themselves can."""
    with workspace_at_work() as workspace:
        clear_member(workspace, handle, case=case)
        document = _document(workspace, handle, case)
    show(document, f"{handle} is cleared for {case} now.", as_json=as_json)


@click.command()
@click.argument("handle")
@case_option
@json_option
def unclear(handle: str, case: str, as_json: bool) -> None:
    """Take from the member HANDLE what opens sealed values."""
    with workspace_at_work() as workspace:
        withdraw_clearance(workspace, handle, case=case)
        document = _document(workspace, handle, case)
    show(
        document,
        f"{handle} is no longer cleared for {case}. If they may have kept a copy of the database "
        "and their key, change the keys: docs/how-to/seal-and-open.md.",
        as_json=as_json,
    )


@click.command("seal-key")
@case_option
@json_option
def seal_key(case: str, as_json: bool) -> None:
    """Make the sealing key of a case that has none, as workspaces of before have."""
    with workspace_at_work() as workspace:
        made = make_sealing_key(workspace, case)
        document = _document(workspace, workspace.member.handle, made.case)
    show(
        document,
        f"The case {case} has a sealing key; {document['handle']} is cleared.",
        as_json=as_json,
    )


def _document(workspace: Workspace, handle: str, case: str) -> dict[str, Any]:
    cleared = [row.handle for row in cleared_members(workspace.store, case)]
    return {"handle": handle, "case": case, "cleared": cleared}
