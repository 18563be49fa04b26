"""Files that were uploaded as evidence and wait for their intake: a folder each, readable by the owner."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from bayyina.app.workspace import Workspace
from bayyina.errors import StorageError

FOLDER: Final = "incoming-evidence"
"""Folder in the workspace."""

_PLAIN = re.compile(r"[^\w.\-؀-ۿ ]+")


def keep_files(
    workspace: Workspace, files: Sequence[UploadedFile[Any]], said: Mapping[str, Any]
) -> str:
    """Keep uploaded files with what was said of them; the folder, below the workspace's.

    Raises:
        StorageError: the disk refused; nothing is left.
    """
    name = f"{FOLDER}/{secrets.token_hex(8)}"
    folder = workspace.folder / name
    try:
        (folder / "files").mkdir(parents=True, mode=0o700)
        for number, one in enumerate(files):
            # A folder each: two files of one name stay two.
            place = folder / "files" / str(number)
            place.mkdir(mode=0o700)
            with (place / plain_name(str(one.name))).open("wb") as file:
                for chunk in one.chunks():
                    file.write(chunk)
        (folder / "about.json").write_text(json.dumps({"said": dict(said)}), encoding="utf-8")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StorageError(
            f"The upload could not be kept: {error.strerror}.",
            hint="Make room on the disk of the server, and send it again.",
        ) from error
    return name


def plain_name(name: str) -> str:
    """A file's name without its path and without what could lead elsewhere."""
    last = Path(name.replace("\\", "/")).name
    return _PLAIN.sub("_", last).lstrip(".")[:150] or "file"
