"""The reference page of the command line, made from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from bayyina.cli.main import program

INTRODUCTION = """# Command line

*Made from the program by `make reference`; a test keeps the two in step.*

`bayyina [--workspace DIR] COMMAND ...` works on one workspace: the folder given by `--workspace`, by
the variable `BAYYINA_WORKSPACE`, or `./workspace`.

Every command takes `--json`: exactly one JSON document on standard output. Progress and messages
go to standard error. Exit status: **0** done; **1** the check that was run did not hold; **2** wrong use or unreadable
input, with one sentence that says what to do, and nothing changed.
"""


def page() -> str:
    """The whole page, as Markdown."""
    lines = [INTRODUCTION, "## bayyina", "", *options(program, click.Context(program))]
    context = click.Context(program, info_name="bayyina")
    for command_context in subcommands(program, context):
        lines += section(command_context)
    return "\n".join(lines).rstrip() + "\n"


def subcommands(group: click.Group, context: click.Context) -> Iterator[click.Context]:
    """The context of every command below a group, in the order of the help."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        below = click.Context(command, info_name=name, parent=context)
        yield below
        if isinstance(command, click.Group):
            yield from subcommands(command, below)


def command_names() -> list[str]:
    """Every command as a person types it, such as ``bayyina log verify``."""
    context = click.Context(program, info_name="bayyina")
    return [" ".join(path_of(below)) for below in subcommands(program, context)]


def path_of(context: click.Context) -> list[str]:
    """A command's name and those of its parents, without their arguments."""
    above = path_of(context.parent) if context.parent else []
    return [*above, context.info_name or ""]


def section(context: click.Context) -> Iterator[str]:
    """One command: usage, what it does, arguments and options."""
    command = context.command
    path = path_of(context)
    yield from (f"{'#' * len(path)} {' '.join(path)}", "")
    usage = " ".join([*path, *command.collect_usage_pieces(context)])
    yield from ("```", usage, "```", "")
    yield from (plain_help(command), "")
    if not isinstance(command, click.Group):
        yield from options(command, context)


def plain_help(command: click.Command) -> str:
    """The help text; click's marks for line breaks are left out."""
    text = (command.help or "").replace("\b\n", "").replace("\f", "")
    return re.sub(r"\n{3,}", "\n\n", text.strip())


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    """The table of a command's options."""
    rows = [
        option_row(parameter, context)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
    ]
    if rows:
        yield from ("| option | what it does |", "| --- | --- |", *rows, "")


def option_row(option: click.Option, context: click.Context) -> str:
    """One row: the option as it is written, and its help."""
    record = option.get_help_record(context)
    written, text = record or (", ".join(option.opts), "")
    variable = f" (variable `{option.envvar}`)" if isinstance(option.envvar, str) else ""
    clean, mark = (" ".join(part.split()).replace("|", "\\|") for part in (text, written))
    return f"| `{mark}` | {clean}{variable} |"


def json_command_names() -> list[str]:
    """Commands that can answer with a JSON document."""
    context = click.Context(program, info_name="bayyina")
    return [
        " ".join(path_of(below))
        for below in subcommands(program, context)
        if any("--json" in parameter.opts for parameter in below.command.params)
    ]
