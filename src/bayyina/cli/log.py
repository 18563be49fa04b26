"""``bayyina log``: its commands, each loaded only when it is run.

``check-proof`` needs no workspace, so it must not load what opens one.
"""

from __future__ import annotations

import click

from bayyina.cli.lazy import LazyCommand, LazyGroup

_OF_WORKSPACE = "bayyina.cli.log_of_workspace"
_OUTSIDE = "bayyina.cli.log_outside"

COMMANDS = {
    "verify": LazyCommand(_OF_WORKSPACE, "verify", "Check every entry and every row."),
    "checkpoint": LazyCommand(_OF_WORKSPACE, "checkpoint", "Give the newest signed checkpoint."),
    "proof": LazyCommand(_OF_WORKSPACE, "proof", "Give a proof of one statement."),
    "check-proof": LazyCommand(
        "bayyina.cli.proofs", "check_proof", "Check a proof file; needs no workspace."
    ),
    "show": LazyCommand(_OF_WORKSPACE, "show_log", "List the entries: what was done, and when."),
    "witness": LazyCommand(
        "bayyina.cli.log_witness", "witness", "Cosign another group's checkpoints; no workspace."
    ),
    "cosigned": LazyCommand(_OUTSIDE, "cosigned", "Keep a checkpoint that witnesses cosigned."),
    "stamp-request": LazyCommand(_OUTSIDE, "request", "Write a request for a time-stamp."),
    "stamp": LazyCommand(_OUTSIDE, "stamp", "Keep a time-stamp of an authority."),
    "calendar": LazyCommand(_OUTSIDE, "calendar", "Keep an OpenTimestamps proof."),
    "outside": LazyCommand(_OUTSIDE, "outside", "Show what others said of this log."),
    "tiles": LazyCommand(_OUTSIDE, "tiles", "Write the log as tiles for a mirror."),
}
"""Commands of the log, in the order of the help."""


@click.group(cls=LazyGroup, table=COMMANDS)
def log() -> None:
    """The custody log: verify it, show it, hand out checkpoints and proofs, check a proof."""
