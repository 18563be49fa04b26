"""What a file is by its first bytes alone, in the words of the whole look into it.

An intake reads each file once and files it under this type. Only structure that is read in
Python is asked: programs and libraries that open foreign files stay in the other process.
"""

from __future__ import annotations

import io
from typing import Final

from bayyina.media.signatures import type_of_beginning
from bayyina.vault.identifying import FileIdentity, identify_by_beginning

_WIDE: Final = "application/zip"
"""The answer beside which a guess by the first names in an archive is the better one."""


def identify_by_structure(head: bytes) -> FileIdentity:
    """What a file is, by its first bytes; named as ``media inspect`` names it."""
    read = type_of_beginning(head, io.BytesIO(head))
    if read is not None and read != _WIDE:
        return FileIdentity(read)
    return identify_by_beginning(head)
