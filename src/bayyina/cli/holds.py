"""``bayyina hold``: what must not be destroyed, until two people say otherwise."""

from __future__ import annotations

from typing import Any

import click

from bayyina.app.legal_holds import GROUNDS, Hold, lift_hold, list_holds, place_hold
from bayyina.app.workspace import Workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show


@click.group()
def hold() -> None:
    """Legal holds: what they cover cannot be erased; lifting one takes two people."""


@hold.command()
@click.argument("records", nargs=-1)
@click.option("--whole", is_flag=True, help="The whole workspace.")
@click.option("--ground", required=True, metavar="CODE", help=f"Why: {', '.join(GROUNDS)}.")
@click.option("--reference", default="", help="Number of the proceedings; no names of people.")
@json_option
def place(
    records: tuple[str, ...], whole: bool, ground: str, reference: str, as_json: bool
) -> None:
    """Place a hold on RECORDS (short ids) and whatever has to do with them, or on everything."""
    if bool(records) == whole:
        raise click.UsageError("Name records, or give --whole.")
    with workspace_at_work() as workspace:
        found = place_hold(workspace, records=records, ground=ground, reference=reference)
        document = _document(workspace, found)
    show(document, _in_words(document), as_json=as_json)


@hold.command()
@click.argument("hold_id")
@click.option("--reasons", required=True, help="Why it is no longer needed.")
@json_option
def lift(hold_id: str, reasons: str, as_json: bool) -> None:
    """Sign that HOLD_ID be lifted; the second person's signature lifts it."""
    with workspace_at_work() as workspace:
        document = _document(workspace, lift_hold(workspace, hold=hold_id, reasons=reasons))
    show(document, _in_words(document), as_json=as_json)


@hold.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """All holds, lifted ones too."""
    with workspace_at_work() as workspace:
        found = [_document(workspace, one) for one in list_holds(workspace)]
    lines = [_in_words(one) for one in found]
    show({"holds": found}, "\n".join(lines) or "There is no hold.", as_json=as_json)


def _document(workspace: Workspace, one: Hold) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "whole": not one.records,
        "records": [workspace.short_id(number) for number in one.records],
        "ground": one.ground,
        "reference": one.reference or None,
        "placed_by": one.placed_by,
        "day": one.day,
        "lifting": [
            {"person": person, "reasons": reasons}
            for person, reasons in zip(one.lifting, one.reasons, strict=True)
        ],
    }


def _in_words(one: dict[str, Any]) -> str:
    what = "everything" if one["whole"] else ", ".join(one["records"])
    line = f"{one['id']} {one['state']} since {one['day']} ({one['placed_by']}): {what}; "
    people = " and ".join(entry["person"] for entry in one["lifting"])
    return line + GROUNDS[one["ground"]] + (f"; lifted by {people}" if people else "")
