"""``bayyina log``: its commands, each loaded only when it is run.

``check-proof`` needs no workspace, so it must not load what opens one.
"""

from __future__ import annotations

import click

from bayyina.cli.lazy import LazyCommand, LazyGroup

_OF_WORKSPACE = "bayyina.cli.log_of_workspace"

COMMANDS = {
    "verify": LazyCommand(_OF_WORKSPACE, "verify", "Check every entry and every row."),
    "checkpoint": LazyCommand(_OF_WORKSPACE, "checkpoint", "Give the newest signed checkpoint."),
    "proof": LazyCommand(_OF_WORKSPACE, "proof", "Give a proof of one statement."),
    "check-proof": LazyCommand(
        "bayyina.cli.proofs", "check_proof", "Check a proof file; needs no workspace."
    ),
    "show": LazyCommand(_OF_WORKSPACE, "show_log", "List the entries: what was done, and when."),
}
"""Commands of the log, in the order of the help."""


@click.group(cls=LazyGroup, table=COMMANDS)
def log() -> None:
    """The custody log: verify it, show it, hand out checkpoints and proofs, check a proof."""
