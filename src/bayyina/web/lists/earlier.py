"""Mappings with which lists were taken in before, offered for the next release of a list."""

from __future__ import annotations

from typing import Final

from bayyina.app.rows import SettingRow
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from bayyina.tables.mapping import Mapping

PREFIX: Final = "mapping:"
"""Beginning of the names of the settings that hold them; the digest of the text follows."""

SHOWN: Final = 50
"""So many are offered, the newest first."""


def mappings_taken_in(workspace: Workspace) -> list[tuple[str, str]]:
    """Digest of each mapping and the list it was for; of several for one list the newest."""
    found: dict[str, str] = {}
    rows = [row for row in workspace.store.scan(SettingRow) if row.name.startswith(PREFIX)]
    for row in sorted(rows, key=lambda one: -one.number):
        try:
            name = Mapping.parse(row.text, workspace.vocabulary).name
        except BayyinaError:
            continue  # the vocabulary has changed since
        found.setdefault(name, row.name.removeprefix(PREFIX))
        if len(found) == SHOWN:
            break
    return [(digest, name) for name, digest in found.items()]


def mapping_taken_in(workspace: Workspace, digest: str) -> str:
    """The text of a mapping that a list was taken in with.

    Raises:
        InputError: there is none with this digest.
    """
    rows = workspace.store.find(SettingRow, "name", [PREFIX + digest])
    if not rows:
        raise InputError(
            "There is no such mapping.", hint="Choose one of the list.", code="no-such-record"
        )
    return rows[-1].text
