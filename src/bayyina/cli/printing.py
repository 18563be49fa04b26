"""What commands print: one JSON document, or text for a person; progress goes to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """Give a command the option ``--json``, passed on as ``as_json``."""
    option = click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print exactly one JSON document on standard output.",
    )
    return option(command)


def show(document: Mapping[str, Any] | list[Any], text: str, *, as_json: bool) -> None:
    """Print the document, or the text that says the same to a person."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()


def silent(done: int, total: int | None, what: str) -> None:
    """Progress that nobody looks at."""


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int | None, str], None]]:
    """Progress on standard error: a bar with the time left, or lines where there is no terminal."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as display:
        tasks: dict[str, Any] = {}

        def tell(done: int, total: int | None, what: str) -> None:
            if what not in tasks:
                tasks[what] = display.add_task(what, total=total)
            display.update(tasks[what], completed=done, total=total)

        yield tell
