"""Papers that hold sealed values: written for those who may read them, or in clear where that was chosen.

A dossier, a letter or a form of a UN body about a child, a survivor or a witness says what is sealed
everywhere else. Its files are encrypted to keys of age that somebody names; in clear they are written only where somebody
says so, and then the log says it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyrage

from bayyina.app.opening_sealed import cleared_rows
from bayyina.app.permissions import allows, require
from bayyina.app.person_statements import Said, is_sealed_by_level
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import write_pages
from bayyina.bundle.sealing import read_recipients
from bayyina.errors import InputError, StorageError
from bayyina.typeset.blocks import Page
from bayyina.vault.private_folders import private_folder

ENDING: Final = ".age"
"""What is added to the name of a file that is encrypted."""

IN_CLEAR_MARK: Final = ".in-clear"
"""What stands in the names of files that hold sealed values in clear."""

IN_CLEAR: Final = "in clear"
"""What the log says of a paper with sealed values that anybody can read."""

OPEN_SEALED: Final = "open-sealed"


@dataclass(frozen=True)
class Handing:
    """How a paper is written that holds what is sealed."""

    recipients: tuple[str, ...] = ()
    """Public keys of age, ``age1...``, of those who may read it; nobody else can."""

    in_clear: bool = False
    """Whether it is written so that whoever gets hold of the file can read it."""


UNCHOSEN: Final = Handing()
"""Nobody said how: a paper that would hold what is sealed is refused."""


def will_hold_sealed(workspace: Workspace, said: Iterable[Said]) -> bool:
    """Whether a paper of some statements will say something that is sealed, if the member writes it."""
    return (
        any(one.row.has_sealed and not is_sealed_by_level(workspace, one) for one in said)
        and allows(workspace.member, OPEN_SEALED)
        and SealedRows(workspace).can_open
    )


def refuse_unchosen(handing: Handing) -> None:
    """Refuse a paper with sealed values of which nobody said who may read it.

    Raises:
        InputError: neither a key nor ``in_clear`` was given, or a key is none.
    """
    read_recipients(handing.recipients)
    if not handing.recipients and not handing.in_clear:
        raise InputError(
            "This paper would hold what is sealed, in files that anybody can read.",
            hint="Encrypt it with --recipient AGE-KEY, which `age-keygen` shows to whoever may read "
            "it, or say --in-clear; the log keeps which. Nothing was opened or written.",
            code="in-clear-not-chosen",
        )


def how_written(handing: Handing, is_sealed_paper: bool) -> str:
    """What the log says of how a paper was written: nothing of one without sealed values."""
    if handing.recipients:
        return f"encrypted to {len(handing.recipients)}"
    return IN_CLEAR if is_sealed_paper else ""


def marked_stem(stem: str, how: str) -> str:
    """The name of a paper's files, which says so where they hold sealed values in clear."""
    return f"{stem}{IN_CLEAR_MARK if how == IN_CLEAR else ''}"


def require_for_file(workspace: Workspace, name: str) -> None:
    """Refuse a written paper with sealed values in clear to whoever may not open these.

    Raises:
        PermissionRefusedError: the member may not open sealed values.
        KeyLockedError: the member is not cleared.
    """
    if f"{IN_CLEAR_MARK}." in name:
        require(workspace, OPEN_SEALED)
        cleared_rows(workspace)


def write_handed(
    workspace: Workspace,
    page: Callable[[str], Page],
    languages: Sequence[str],
    stem: Path,
    recipients: Sequence[str],
) -> dict[str, tuple[Path, ...]]:
    """Write a page in some languages, encrypted where there are recipients; the files by language.

    What is in clear lies in a private folder meanwhile.

    Raises:
        InputError: a recipient is none.
        StorageError: the disk refused.
    """
    if not recipients:
        return write_pages(workspace, page, languages, stem)
    keys = read_recipients(recipients)
    with private_folder(workspace.folder) as folder:
        plain: Mapping[str, tuple[Path, ...]] = write_pages(
            workspace, page, languages, folder / stem.name
        )
        return {
            lang: tuple(_encrypted(path, stem.parent, keys) for path in paths)
            for lang, paths in plain.items()
        }


def _encrypted(path: Path, folder: Path, keys: Sequence[pyrage.x25519.Recipient]) -> Path:
    out = folder / f"{path.name}{ENDING}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        out.write_bytes(pyrage.encrypt(path.read_bytes(), list(keys)))
    except OSError as error:
        raise StorageError(
            f"{out.name} cannot be written: {error.strerror or error}.",
            hint="Check the folder and its space.",
        ) from error
    path.unlink()
    return out
