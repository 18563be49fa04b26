"""Recovery shares as people give them: typed, in files, or as the printed page itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from bayyina.errors import InputError
from bayyina.keys.shares import Share

_WRITTEN = re.compile(r"(?:[0-9A-Za-z]{5}-){15}[0-9A-Za-z]{5}")
_LARGEST = 1 << 20


def read_shares(given: Sequence[str]) -> list[Share]:
    """The shares that a command was given.

    Each is the text of a share, the name of a file that holds one (such as the page that was
    printed), or ``-``: it is then asked for, and not shown while it is typed.

    Raises:
        ShareError: one of them is mistyped; which one is said by its place.
        InputError: a file cannot be read, or holds no share.
    """
    shares = []
    for place, text in enumerate(given, 1):
        name = f"Share {place} of those given"
        shares.append(Share.read(_text(text, name), name=name))
    return shares


def _text(given: str, name: str) -> str:
    if given == "-":
        typed: str = click.prompt(name, hide_input=True, err=True)
        return typed
    path = Path(given)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        return given
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name} cannot be read from {path}.", hint="Check the path.") from error
    found = set(_WRITTEN.findall(content))
    if len(found) > 1:
        raise InputError(f"{path} holds more than one share.", hint="Give each in its own file.")
    return found.pop() if found else content
