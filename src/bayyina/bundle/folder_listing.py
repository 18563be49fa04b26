"""What lies in a folder that may come from anybody: plain files only, no link followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bayyina.bundle.bag_names import shown
from bayyina.custody.findings import DAMAGED, Finding
from bayyina.errors import FileUnreadableError

MOST_FILES = 2_000_000
"""Files and folders that are looked at; a folder with more is not checked."""


@dataclass
class Listing:
    """The files of a folder."""

    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of each plain file, by relative path with forward slashes."""

    faults: list[Finding] = field(default_factory=list)
    """Links, devices, folders that cannot be read."""

    folders: set[str] = field(default_factory=set)
    """Relative paths of folders."""

    def empty_folders(self) -> list[str]:
        """Folders in which, and in the folders of which, there is no file; the outermost ones."""
        held = {parent for name in self.sizes for parent in _parents(name)}
        empty = self.folders - held
        return sorted(name for name in empty if name.rpartition("/")[0] not in empty)


def list_folder(folder: Path) -> Listing:
    """Everything in a folder.

    Raises:
        FileUnreadableError: it is no folder, or cannot be read at all.
    """
    if folder.is_symlink() or not folder.is_dir():
        raise FileUnreadableError(
            f"{folder} is not a folder.", hint="Give the folder that holds bagit.txt."
        )
    found = Listing()
    waiting = [""]
    seen = 0
    while waiting:
        relative = waiting.pop()
        try:
            with os.scandir(folder / relative if relative else folder) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MOST_FILES:
                        found.faults.append(_fault(relative or ".", "there are too many files"))
                        return found
                    _take(found, waiting, relative, entry)
        except OSError as error:
            reason = error.strerror or "it cannot be read"
            if not relative:
                raise FileUnreadableError(
                    f"The folder {folder} cannot be read: {reason}.", hint="Check its rights."
                ) from error
            found.faults.append(_fault(relative, reason))
    return found


def _take(found: Listing, waiting: list[str], relative: str, entry: os.DirEntry[str]) -> None:
    name = f"{relative}/{entry.name}" if relative else entry.name
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        found.faults.append(_fault(name, error.strerror or "it cannot be read"))
        return
    if stat.S_ISLNK(status.st_mode):
        found.faults.append(_fault(name, "it is a link; links are never followed"))
    elif stat.S_ISDIR(status.st_mode):
        found.folders.add(name)
        waiting.append(name)
    elif stat.S_ISREG(status.st_mode):
        found.sizes[name] = status.st_size
    else:
        found.faults.append(_fault(name, "it is neither a file nor a folder"))


def _parents(name: str) -> Iterator[str]:
    """The folders that a file lies in, from the innermost out."""
    while name := name.rpartition("/")[0]:
        yield name


def _fault(name: str, why: str) -> Finding:
    return Finding(DAMAGED, shown(name), None, None, None, why)
