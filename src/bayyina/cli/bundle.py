"""``bayyina bundle``: its commands, each loaded only when it is run.

``verify`` needs no workspace, so it must not load what opens one.
"""

from __future__ import annotations

import click

from bayyina.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "create": LazyCommand(
        "bayyina.cli.bundle_of_workspace", "create", "Write a bundle for a court or a UN body."
    ),
    "verify": LazyCommand(
        "bayyina.cli.bundle_verifying", "verify", "Check a bundle or a bag; needs no workspace."
    ),
}
"""Commands of bundles, in the order of the help."""


@click.group(cls=LazyGroup, table=COMMANDS)
def bundle() -> None:
    """Bundles of evidence, records and proofs: write one, check one."""
