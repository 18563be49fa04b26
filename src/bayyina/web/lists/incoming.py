"""Lists that were uploaded and not yet taken in: a folder each, below ``incoming``."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from bayyina.app.workspace import Workspace
from bayyina.errors import FileUnreadableError, InputError, StorageError
from bayyina.tables.reading import open_table
from bayyina.tables.suggesting import suggest

FOLDER: Final = "incoming"
"""Folder in the workspace."""

MAPPING: Final = "list.import.toml"
"""File with the mapping."""

ABOUT: Final = "about.json"
"""File that says who uploaded what."""

PREVIEW: Final = 8
"""So many rows are shown before anything is taken in."""

_TOKEN = re.compile(r"[0-9a-f]{16}")
_PLAIN = re.compile(r"[^\w.\-؀-ۿ ]+")


@dataclass(frozen=True)
class Incoming:
    """A list that was uploaded."""

    token: str
    """Name of its folder."""

    folder: Path
    """Where it lies."""

    name: str
    """What its file was called."""

    person: str
    """Handle of who uploaded it."""

    @property
    def file(self) -> Path:
        """The list itself."""
        return self.folder / self.name

    @property
    def mapping(self) -> Path:
        """Its mapping."""
        return self.folder / MAPPING

    def mapping_text(self) -> str:
        """The mapping as text; empty when none could be drafted."""
        return self.mapping.read_text(encoding="utf-8") if self.mapping.is_file() else ""

    def preview(self) -> tuple[list[str], list[list[str]]]:
        """Header and first rows; nothing of a list that was taken in, which removes its file.

        Raises:
            FileUnreadableError: the file is no list that can be read.
        """
        try:
            return self._first_rows()
        except FileUnreadableError:
            if self.file.exists():
                raise
            return [], []  # taken in by now, perhaps since this page was asked for

    def _first_rows(self) -> tuple[list[str], list[list[str]]]:
        table = open_table(self.file, guess_header=True)
        rows = []
        for _, cells, _ in table.rows():
            rows.append([cell[:200] for cell in cells])
            if len(rows) == PREVIEW:
                break
        return list(table.header), rows

    def remove(self) -> None:
        """Remove the upload; what was taken in from it stays."""
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(workspace: Workspace, upload: UploadedFile[Any]) -> Incoming:
    """Keep an uploaded list, with a drafted mapping beside it.

    Raises:
        StorageError: the disk refused.
    """
    token = secrets.token_hex(8)
    folder = workspace.folder / FOLDER / token
    name = _PLAIN.sub("_", Path(str(upload.name)).name).lstrip(".") or "list"
    try:
        folder.mkdir(parents=True)
        with (folder / name).open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        about = {"name": name, "person": workspace.member.handle}
        (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StorageError(
            f"The upload could not be kept: {error.strerror}.",
            hint="Make room on the disk of the server, and send it again.",
        ) from error
    return Incoming(token, folder, name, workspace.member.handle)


def draft(workspace: Workspace, one: Incoming) -> None:
    """Write a draft of the mapping from header and values.

    Raises:
        FileUnreadableError: the file is no list that can be read.
    """
    table = open_table(one.file, guess_header=True)
    text = suggest(table, workspace.vocabulary, workspace.gazetteer)
    one.mapping.write_text(text, encoding="utf-8")


def incoming(workspace: Workspace, token: str) -> Incoming:
    """An uploaded list of the person at work.

    Raises:
        InputError: there is none with this token, or another person uploaded it.
    """
    folder = workspace.folder / FOLDER / token
    found = _read(folder) if _TOKEN.fullmatch(token) else None
    if found is None or found.person != workspace.member.handle:
        raise InputError(
            "There is no such upload.", hint="Upload the list again.", code="no-such-record"
        )
    return found


def all_incoming(workspace: Workspace) -> Iterator[Incoming]:
    """The uploads of the person at work that were not taken in yet."""
    folder = workspace.folder / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        found = _read(path)
        if found is None or not found.file.is_file():
            continue  # what was taken in is removed
        if found.person == workspace.member.handle:
            yield found


def _read(folder: Path) -> Incoming | None:
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Incoming(folder.name, folder, about["name"], about["person"])
