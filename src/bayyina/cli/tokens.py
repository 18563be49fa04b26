"""``bayyina tokens``: tokens of the programming interface."""

from __future__ import annotations

import click

from bayyina.app.interface_tokens import ACTIONS, LONGEST, list_tokens, make_token, withdraw_token
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show
from bayyina.keys.interface_tokens import TokenHead


@click.group()
def tokens() -> None:
    """Tokens with which other programs work in this workspace, through `bayyina serve`."""


@tokens.command("make")
@click.argument("name")
@click.option(
    "--for",
    "actions",
    multiple=True,
    required=True,
    type=click.Choice(list(ACTIONS)),
    help="What it may be used for; may be given several times.",
)
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST),
    default=90,
    show_default=True,
    help="Days that it holds.",
)
@json_option
def make(name: str, actions: tuple[str, ...], days: int, as_json: bool) -> None:
    """Make a token of your own; NAME says what it is for. It is shown once and kept nowhere."""
    with workspace_at_work() as workspace:
        head, text = make_token(workspace, name=name, actions=set(actions), days=days)
    told = f"{text}\n\nIt holds until {head.ends_on}. Keep it as you keep a passphrase."
    show({**_document(head), "token": text}, told, as_json=as_json)


@tokens.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List your tokens; with the right to manage members, everybody's."""
    with workspace_at_work() as workspace:
        heads = list_tokens(workspace)
    lines = [
        f"{one.id}  {one.handle}  until {one.ends_on}  {one.name}: {', '.join(one.actions)}"
        for one in heads
    ]
    text = "\n".join(lines) or "There are no tokens."
    show({"tokens": [_document(one) for one in heads]}, text, as_json=as_json)


@tokens.command("withdraw")
@click.argument("token_id")
@json_option
def withdraw(token_id: str, as_json: bool) -> None:
    """End the token with this id at once."""
    with workspace_at_work() as workspace:
        head = withdraw_token(workspace, token_id)
    show(_document(head), f"The token {head.id} has ended.", as_json=as_json)


def _document(head: TokenHead) -> dict[str, object]:
    return {**head._asdict(), "actions": list(head.actions)}
