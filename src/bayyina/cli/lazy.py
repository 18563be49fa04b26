"""A command group that loads a command's module only when that command is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click

from bayyina.cli.outputs import guard_outputs


@dataclass(frozen=True)
class LazyCommand:
    """Where a command is, and its one line in the list of commands."""

    module: str
    """Dotted name of the module."""

    attribute: str
    """The click command in that module."""

    summary: str
    """What it does, one line."""


class LazyGroup(click.Group):
    """A group over a table of ``LazyCommand``."""

    def __init__(self, *, table: Mapping[str, LazyCommand], **settings: object) -> None:
        """Use the commands in ``table``."""
        super().__init__(**settings)  # type: ignore[arg-type]
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        del ctx
        return list(self.table)

    def get_command(
        self,
        ctx: click.Context,
        cmd_name: str,
    ) -> click.Command | None:
        """The command itself, its module loaded now."""
        del ctx
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        command = getattr(import_module(entry.module), entry.attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.module}.{entry.attribute} is not a command")
        return guard_outputs(command)

    def format_commands(
        self,
        ctx: click.Context,
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.table.items()])
