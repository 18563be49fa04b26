"""What a file is called in reports, jobs and the names of other files: nothing that tells of somebody.

Its name tells who brought it or who is in it (``Testimony of so-and-so.pdf``). In a record it is
sealed; whatever else is written for good says the ending alone.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import Final

from bayyina.app.row_sealing import ending_of
from bayyina.disclosure.protected_people import protection
from bayyina.model.vocabulary import Vocabulary

UNNAMED: Final = "file"
"""What a file is called whose name may tell of somebody."""


def tells(vocabulary: Vocabulary, name: str) -> bool:
    """Whether the name or path of a file may tell of somebody."""
    return protection(vocabulary).tells_in_name(name)


def plain_name(vocabulary: Vocabulary, path: str) -> str:
    """The last part of a path, or ``file`` with its ending where that may tell of somebody."""
    name = PurePath(path.replace("\\", "/")).name
    return name if name and not tells(vocabulary, name) else f"{UNNAMED}{ending_of(name)}"


def plain_path(vocabulary: Vocabulary, path: str) -> str:
    """A path as it was, or the plain name of the file where it may tell of somebody."""
    return plain_name(vocabulary, path) if tells(vocabulary, path) else path


def without_folders(folder: Path, text: str) -> str:
    """A text in which files below a folder are called by their names alone.

    Folders below it that the program made have no blanks in their names.
    """
    roots = {str(folder), str(folder.resolve()), folder.as_posix(), folder.resolve().as_posix()}
    for root in sorted(roots, key=len, reverse=True):
        text = re.sub(re.escape(root) + r"(?:[/\\\\]+(?:[^/\\\\\s\"]+[/\\\\]+)*)", "", text)
    return text
