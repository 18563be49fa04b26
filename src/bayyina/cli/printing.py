"""What commands print: one JSON document, or text for a person; progress goes to standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import click

SECONDS_BETWEEN_LINES = 10.0
"""Where there is no terminal, so long passes between two lines about one piece of work."""

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


def counted(number: int, one: str) -> str:
    """A number with what it counts, in English: ``1 record``, ``2,000 records``, ``3 entries``."""
    if number == 1:
        return f"1 {one}"
    several = {"person": "people"}.get(one) or (
        f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    )
    return f"{number:,} {several}"


def silent(done: int, total: int | None, what: str) -> None:
    """Progress that nobody looks at."""


class SparseLines:
    """Progress where there is no terminal: a line when a piece of work begins, and now and then."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Tell the time by ``now``, in seconds."""
        self._now = now
        self._start = now()
        self._last: dict[str, float] = {}
        self._ended: set[str] = set()

    def __call__(self, done: int, total: int | None, what: str) -> None:
        """Take a sign of progress; most of them print nothing."""
        moment = self._now()
        has_ended = total is not None and done >= total > 0
        is_new = what not in self._last
        if (
            not is_new
            and has_ended == (what in self._ended)
            and (has_ended or moment - self._last[what] < SECONDS_BETWEEN_LINES)
        ):
            return
        self._last[what] = moment
        if has_ended:
            self._ended.add(what)
        else:
            self._ended.discard(what)
        of = "" if total is None else f" of {total:,}"
        sys.stderr.write(f"{moment - self._start:6.1f} s  {what}: {done:,}{of}\n")
        sys.stderr.flush()


@contextmanager
def progress_bar(*, lines: bool = False) -> Iterator[Callable[[int, int | None, str], None]]:
    """Progress on standard error: a bar with the time left.

    Where there is no terminal nothing is printed or, with ``lines``, a line now and then.
    """
    if not sys.stderr.isatty():
        yield SparseLines() if lines else silent
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
