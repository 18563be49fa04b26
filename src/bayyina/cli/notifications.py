"""``bayyina notification``: telling a family of a death is decided by two, and done in person."""

from __future__ import annotations

from typing import Any

import click

from bayyina.app.notifying import (
    Telling,
    agree_telling,
    propose_telling,
    record_telling,
    tellings,
    tellings_document,
)
from bayyina.cli.consents import read_day
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show

RISK = click.option(
    "--risk",
    required=True,
    help="The risk to whoever the knowledge comes from, and why it can be taken.",
)
LINE = click.option(
    "--line", "lines", multiple=True, metavar="LINE=ID", help="What the knowledge rests on."
)


@click.group()
def notification() -> None:
    """Telling a family of a death: propose, agree, tell in person, record. Nothing is sent."""


@notification.command()
@click.argument("death")
@RISK
@LINE
@json_option
def propose(death: str, risk: str, lines: tuple[str, ...], as_json: bool) -> None:
    """Decide as the first of two that the family may be told of DEATH (its record's short id)."""
    with workspace_at_work() as workspace:
        found = propose_telling(workspace, death=death, risk=risk, lines=lines)
    show(_document(found), _in_words(found), as_json=as_json)


@notification.command()
@click.argument("death")
@RISK
@LINE
@json_option
def agree(death: str, risk: str, lines: tuple[str, ...], as_json: bool) -> None:
    """Decide as the second. This tells nobody: somebody has to go."""
    with workspace_at_work() as workspace:
        found = agree_telling(workspace, death=death, risk=risk, lines=lines)
    show(_document(found), _in_words(found), as_json=as_json)


@notification.command()
@click.argument("death")
@click.option("--on", "day", required=True, help="When they were told, YYYY-MM-DD.")
@click.option("--way", default="in_person", show_default=True, help="How they were told.")
@click.option("--why-not-in-person", default="", help="Needed for any other way.")
@click.option("--content", default="", help="What they were told.")
@json_option
def record(
    death: str, day: str, way: str, why_not_in_person: str, content: str, as_json: bool
) -> None:
    """Write down that the family was told of DEATH; from then on outputs may tell of it."""
    with workspace_at_work() as workspace:
        found, made, batch = record_telling(
            workspace,
            death=death,
            day=read_day(day),
            way=way,
            content=content,
            why_not_in_person=why_not_in_person,
        )
    document = {**_document(found), "notification": made, "batch": batch}
    show(document, _in_words(found), as_json=as_json)


@notification.command("list")
@click.option("--all", "everything", is_flag=True, help="Every death of somebody who is named.")
@json_option
def list_command(everything: bool, as_json: bool) -> None:
    """Deaths of which telling the family is under way, and how far it has come."""
    with workspace_at_work() as workspace:
        found = tellings(workspace, everything=everything)
    document = {"tellings": tellings_document(found)}
    lines = [_in_words(one) for one in found]
    show(document, "\n".join(lines) or "Nothing is under way.", as_json=as_json)


def _document(found: Telling) -> dict[str, Any]:
    return tellings_document([found])[0]


def _in_words(found: Telling) -> str:
    people = f", decided by {' and '.join(found.decided_by)}" if found.decided_by else ""
    return f"{found.record} ({', '.join(found.people)}): {found.state}{people}"
