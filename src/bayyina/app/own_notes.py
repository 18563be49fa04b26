"""What the program keeps for one person alone: their saved searches, how they want to view.

It is no record and in no log. Each person's file is encrypted with AES-256-GCM under a key that
derives from their own personal key, so that no colleague and no custodian reads what somebody
looked for, or how much they can bear to see. Whoever gets a new personal key begins with an
empty one.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.keys.personal import write_private_file

FOLDER: Final = "own-notes"
"""Folder of the workspace with a file for each person."""

LARGEST: Final = 256 * 1024
"""Bytes that one person can keep."""

_INFO: Final = b"bayyina/own-notes/v1"
_lock = threading.Lock()

Notes = Mapping[str, Any]
"""What is kept, by what it is for."""


def read_notes(workspace: Workspace) -> Notes:
    """What is kept for the member at work; nothing where there is nothing that they can open."""
    try:
        sealed = bytes.fromhex(_path(workspace).read_text(encoding="ascii"))
        text = _cipher(workspace).decrypt(sealed[:12], sealed[12:], _bound(workspace))
        found = json.loads(text)
    except (OSError, ValueError, InvalidTag):
        return {}
    return found if isinstance(found, dict) else {}


def change_notes(workspace: Workspace, amended: Callable[[Notes], Notes]) -> Notes:
    """Keep what ``amended`` makes of what is kept.

    Raises:
        InputError: it is too much.
        StorageError: the disk refused.
    """
    with _lock:
        before = read_notes(workspace)
        notes = amended(before)
        if notes == before:
            return before
        content = json.dumps(dict(notes), sort_keys=True).encode("ascii")
        if len(content) > LARGEST:
            raise InputError("This is too much to keep.", hint="Remove something first.")
        nonce = os.urandom(12)
        sealed = _cipher(workspace).encrypt(nonce, content, _bound(workspace))
        _path(workspace).parent.mkdir(mode=0o700, exist_ok=True)
        write_private_file(_path(workspace), (nonce + sealed).hex() + "\n")
    return notes


def _path(workspace: Workspace) -> Path:
    return workspace.folder / FOLDER / f"{workspace.member.handle}.notes"


def _cipher(workspace: Workspace) -> AESGCM:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO)
    return AESGCM(hkdf.derive(workspace.keys.personal.private_bytes_raw()))


def _bound(workspace: Workspace) -> bytes:
    return _INFO + b"\n" + workspace.member.handle.encode()
