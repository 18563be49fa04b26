"""Opening the workspace that a command works on, as a named person."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bayyina.app.verifying import LockedWorkspace
from bayyina.app.workspace import Workspace
from bayyina.db.opening import open_to_verify, open_workspace
from bayyina.errors import InputError, KeyLockedError

PASSPHRASE = "BAYYINA_PASSPHRASE"  # noqa: S105 - the name of a variable
DEMO = "fictional"
"""Passphrase of the demonstration's person, of invented data alone."""

PASSPHRASE_FILE = "BAYYINA_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable


def read_passphrase(whose: str, *, confirm: bool = False) -> str | None:
    """The passphrase from the environment, or typed; None when there is nobody to ask.

    ``whose`` is the handle that the prompt names.

    Raises:
        InputError: the file that the environment names cannot be read.
    """
    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE]
    if PASSPHRASE_FILE in os.environ:
        return read_secret(Path(os.environ[PASSPHRASE_FILE]), f"The passphrase ({PASSPHRASE_FILE})")
    if not sys.stdin.isatty():
        return None
    return type_passphrase(whose, is_new=confirm)


def type_passphrase(whose: str, *, is_new: bool) -> str:
    """Ask for somebody's passphrase on the terminal; a new one twice."""
    prompt = f"New passphrase of {whose}" if is_new else f"Passphrase of {whose}"
    typed: str = click.prompt(prompt, hide_input=True, confirmation_prompt=is_new, err=True)
    return typed


def read_secret(path: Path, what: str) -> str:
    """The passphrase that a file holds.

    Raises:
        InputError: the file cannot be read, or is not text.
    """
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(
            f"{what} cannot be read from {path}: {reason}.", hint="Check the path and its rights."
        ) from error


@contextmanager
def workspace_at_work() -> Iterator[Workspace]:
    """The workspace of the running command, closed at its end.

    Raises:
        WorkspaceError: the folder is not a workspace that this version can open.
        KeyLockedError: there is no passphrase, or it is not the right one.
    """
    context = click.get_current_context()
    settings = context.find_root().obj
    workspace = open_workspace(
        Path(settings["workspace"]), person=settings["person"], passphrase=_asked
    )
    try:
        yield workspace
    finally:
        workspace.store.close()


@contextmanager
def workspace_to_verify() -> Iterator[Workspace | LockedWorkspace]:
    """The workspace of the running command, to be verified; locked where it cannot be opened.

    Raises:
        WorkspaceError: the folder is not a workspace that this version can open.
    """
    settings = click.get_current_context().find_root().obj
    opened = open_to_verify(
        Path(settings["workspace"]), person=settings["person"], passphrase=_asked
    )
    try:
        yield opened
    finally:
        opened.store.close()


def _asked(handle: str) -> str:
    passphrase = read_passphrase(handle)
    if passphrase is None:
        demo = f" That of a demonstration is “{DEMO}”." if handle == "demo" else ""
        raise KeyLockedError(
            f"The key of {handle} is locked and there is nobody to ask for the passphrase.",
            hint=f"Set {PASSPHRASE_FILE} to a file that holds it, or {PASSPHRASE}.{demo}",
        )
    return passphrase
