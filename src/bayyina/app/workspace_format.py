"""The format of a workspace, which its marker states: an older program says so, and opens nothing.

Format 2 has an evidence key: a program that knows format 1 alone would find no key to the bytes of
evidence, and seal items in a way that nobody else reads.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from bayyina.app.own_files import MARKER
from bayyina.errors import StorageError

FORMAT: Final = 2
"""Newest format that this program reads and writes."""

FIELD: Final = "bayyina-workspace"
"""Name of the field of the marker that states it."""


def raise_format(folder: Path) -> None:
    """State the newest format in the marker of a workspace, so that no older program opens it.

    Raises:
        StorageError: the marker cannot be written.
    """
    path = folder / MARKER
    beside = path.with_name(f".{MARKER}.{uuid4().hex}")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if int(content.get(FIELD, 0)) >= FORMAT:
            return
        beside.write_text(json.dumps(content | {FIELD: FORMAT}) + "\n", encoding="utf-8")
        beside.replace(path)
    except (OSError, ValueError, AttributeError) as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise StorageError(
            f"{path} cannot be written.",
            hint="Check the free space and the rights of the folder; nothing was changed.",
        ) from error
