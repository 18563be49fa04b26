"""``bayyina release``: who can receive what, and why something does not leave."""

from __future__ import annotations

from typing import Any

import click

from bayyina.app.checking_release import check_release
from bayyina.app.recipients import name_recipient, recipients_of_workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show
from bayyina.disclosure.rules import Recipient


@click.group()
def release() -> None:
    """What may leave for whom, and why something may not."""


@release.command()
@json_option
def recipients(as_json: bool) -> None:
    """Who can receive an output."""
    with workspace_at_work() as workspace:
        found = [_document(one) for one in recipients_of_workspace(workspace).values()]
    lines = [
        f"{one['id']}: {one['label']['en']} ({one['consent']}, {one['level']})" for one in found
    ]
    show({"recipients": found}, "\n".join(lines), as_json=as_json)


@release.command()
@click.argument("identifier")
@click.option("--kind", required=True, help="Whose rules hold, such as court or partner.")
@click.option("--en", "english", required=True, help="What it is called.")
@click.option("--ar", "arabic", required=True, help="The same in Arabic.")
@json_option
def name(identifier: str, kind: str, english: str, arabic: str, as_json: bool) -> None:
    """Name a recipient IDENTIFIER, such as one court, after a kind that is shipped."""
    with workspace_at_work() as workspace:
        made = name_recipient(
            workspace, identifier=identifier, kind=kind, english=english, arabic=arabic
        )
    show(_document(made), f"{made.id}: {made.label.en}", as_json=as_json)


@release.command()
@click.argument("records", nargs=-1, required=True)
@click.option("--for", "recipient", required=True, help="Who would receive it.")
@json_option
def check(records: tuple[str, ...], recipient: str, as_json: bool) -> None:
    """Say what of RECORDS would not leave as it is, by rule and reason; never what it says."""
    with workspace_at_work() as workspace:
        found = check_release(workspace, records, recipient)
    document = {"recipient": recipient, "removals": found}
    lines = [f"{one['id']} {one['action']} ({one['rule']}): {one['reason']['en']}" for one in found]
    show(document, "\n".join(lines) or "All of it may leave.", as_json=as_json)


def _document(one: Recipient) -> dict[str, Any]:
    return {
        "id": one.id,
        "purpose": one.purpose,
        "label": one.label.to_json(),
        "consent": one.consent,
        "asks": one.asks,
        "level": one.level,
        "learns_of_deaths": one.learns_of_deaths,
    }
