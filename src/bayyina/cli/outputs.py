"""Options that name what is to be written: a pipe or a device there is refused before any work.

Writing to a pipe waits until somebody reads it, and a device may be anything. One place looks
at the options of every command, so that none is forgotten.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, Final

import click

OUTPUTS: Final = frozenset(
    {
        "--clusters", "--geojson", "--map", "--mask", "--model", "--out", "--overlap",
        "--plate", "--plot", "--probability", "--redacted", "--report", "--tlog-proof",
    }
)  # fmt: skip
"""Options whose path is written to, in whichever command they stand."""

OF_COMMANDS: Final = frozenset({("link", "--pairs"), ("scan", "--series")})
"""The same for options that are read from in other commands."""


class OutputPath(click.Path):
    """A path that may be new, a file or a folder, and nothing else."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; anything there that is neither file nor folder is wrong use."""
        found = super().convert(value, param, ctx)
        try:
            mode = Path(os.fsdecode(found)).stat().st_mode
        except (OSError, ValueError):
            return found  # not there, or to be told by whoever writes it
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            self.fail(f"{str(found)!r} is neither a file nor a folder.", param, ctx)
        return found


def guard_outputs(command: click.Command) -> click.Command:
    """The same command; its options that name what is written refuse pipes and devices."""
    for param in command.params:
        if isinstance(param.type, click.Path) and not isinstance(param.type, OutputPath):
            names = {*param.opts, *((command.name, one) for one in param.opts)}
            if not names.isdisjoint(OUTPUTS | OF_COMMANDS):
                kind = param.type
                param.type = OutputPath(
                    path_type=kind.type, file_okay=kind.file_okay, dir_okay=kind.dir_okay
                )
    if isinstance(command, click.Group):
        for one in command.commands.values():
            guard_outputs(one)
    return command
