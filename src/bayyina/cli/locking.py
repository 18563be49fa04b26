"""``bayyina lock``: in a hurry."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.locking import lock_workspace
from bayyina.cli.printing import json_option, show


@click.command()
@json_option
def lock(as_json: bool) -> None:
    """Make a running server forget all keys, and remove what lies about in plain. Asks nothing.

    The rows stay: switch the machine off afterwards, with its disk encrypted.
    """
    folder = Path(click.get_current_context().find_root().obj["workspace"])
    done = lock_workspace(folder)
    lines = ["Locked. A running server forgets all keys within two seconds."]
    lines += [f"Removed: {place}" for place in done.removed]
    lines += [f"NOT removed, another program holds it: {place}" for place in done.left]
    lines.append("The records are still on the disk: switch the machine off.")
    show(done.to_json(), "\n".join(lines), as_json=as_json)
    if done.left:
        raise click.exceptions.Exit(1)
