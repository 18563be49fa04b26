"""The practice workspace: invented people and papers on which the work can be learnt by doing it.

It is an ordinary workspace of fictional data. What makes it one for practice is a small file in
its folder, which says at which entry of the log people began; what they have done since is read
from the workspace itself (``practice_steps``), never from what they clicked on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bayyina.app.importing import import_list, report_path
from bayyina.app.inquiries import Inquiry, keep_inquiry
from bayyina.app.ports import Progress
from bayyina.app.second_factor import set_second_factor
from bayyina.app.site_registering import register_sites
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, StorageError
from bayyina.scenario.practice_files import PracticeFiles, write_practice_files
from bayyina.tables.mapping import Mapping

FOLDER: Final = "practice"
"""Folder in the workspace with the files that are handed out."""

MARKER: Final = "practice.json"
"""File in the workspace that says that it is for practice."""

FOUNDER: Final = "huda"
"""Handle of who makes the practice workspace: the documentation officer."""

COLLEAGUES: Final = {
    "salim": ("verifier", "analyst", "legal"),
    "rana": ("verifier", "analyst", "legal"),
}
"""Handles of the two who decide together, and their roles."""

PASSPHRASE: Final = "practice"  # noqa: S105 - of invented people; printed on the sign-in page
"""Passphrase of everybody in it."""

INQUIRY: Final = Inquiry(
    name="يوسف إبراهيم الحداد",
    father="إبراهيم",
    asker="مروان (خيالي)",
    relation="أخوه",
    contact="FICTIONAL +963 000 000 000, after six in the evening",
    note="FICTIONAL: asks where his brother is.",
)
"""What the family wrote that waits to be called back."""


@dataclass(frozen=True)
class Practice:
    """What the small file says."""

    began: int
    """Entries that the log had when people began."""


def prepare_practice(workspace: Workspace, progress: Progress) -> PracticeFiles:
    """Take the invented lists and the site in, let an inquiry wait, and say that people can begin.

    Args:
        workspace: A new workspace of fictional data, with its founder at work.
        progress: Told lists taken in.

    Raises:
        InputError: the workspace is not one of fictional data.
        StorageError: the disk refused.
    """
    if not workspace.identity.fictional:
        raise InputError(
            "Practice needs a workspace of invented data.",
            hint="Let `bayyina practice` make one of its own.",
            code="fictional",
        )
    files = write_practice_files(workspace.folder / FOLDER)
    for done, one in enumerate(files.lists):
        progress(done, len(files.lists), "lists taken in")
        import_list(
            workspace,
            file=one.file,
            mapping=Mapping.parse(one.mapping, workspace.vocabulary),
            report=report_path(workspace, one.file),
            progress=progress,
        )
        one.file.unlink()
    register_sites(workspace, files=files.sites)
    set_second_factor(workspace, is_required=False)
    keep_inquiry(workspace.folder, workspace.store, workspace.clock.now(), INQUIRY)
    _write(workspace.folder / MARKER, workspace.store.log_size())
    progress(len(files.lists), len(files.lists), "lists taken in")
    return files


def practice_of(folder: Path) -> Practice | None:
    """What the small file of a workspace says; None where the workspace is not for practice."""
    try:
        found = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    began = found.get("began") if isinstance(found, dict) else None
    return Practice(began) if isinstance(began, int) else None


def handed_out(folder: Path) -> list[str]:
    """Names of the files that people take in themselves."""
    place = folder / FOLDER
    names = [one.name for one in place.iterdir()] if place.is_dir() else []
    return sorted(name for name in names if name.endswith((".xlsx", ".zip")))


def _write(path: Path, began: int) -> None:
    text = json.dumps({"fictional": True, "began": began})
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}.", hint="Make room on the disk."
        ) from error
