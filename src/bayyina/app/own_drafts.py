"""Drafts: what somebody has begun to type in, encrypted, for themselves alone.

A draft is no record: it is not in the log, nobody else can open it, and it goes when it is taken in
or thrown away. Its file is encrypted with AES-256-GCM under a key that derives from the workspace's
marks key; the owner's handle is bound to it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.app.clocks import write_time
from bayyina.app.permissions import require
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.keys.personal import write_private_file

FOLDER: Final = "drafts"
"""Folder of the workspace that holds drafts."""

MOST: Final = 200
"""Drafts that one person can have."""

LARGEST: Final = 256 * 1024
"""Bytes of a draft's text."""

_INFO: Final = b"bayyina/draft/v1"
_ID: Final = re.compile(r"[0-9a-f]{16}")


class Draft(NamedTuple):
    """Something begun."""

    id: str
    """Names its file."""

    kept_at: str
    """When it was kept last, RFC 3339."""

    fields: Mapping[str, str]
    """What was typed, by field."""


def keep_draft(workspace: Workspace, fields: Mapping[str, str], draft_id: str = "") -> str:
    """Keep what was typed, in place of the draft with this id if there is one; the id.

    Raises:
        InputError: it is too large, or there are too many.
        StorageError: the disk refused.
    """
    require(workspace, "import")
    text = json.dumps(dict(fields), ensure_ascii=False)
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise InputError("This is too long for a draft.", hint="Take it in in parts.")
    if not _ID.fullmatch(draft_id) or not _path(workspace, draft_id).is_file():
        if len(list(_folder(workspace).glob("*.draft"))) >= MOST:
            raise InputError(
                f"There are {MOST} drafts already.", hint="Take some in, or throw some away."
            )
        draft_id = secrets.token_hex(8)
    else:
        read_draft(workspace, draft_id)  # somebody else's is not written over
    content = json.dumps({"kept_at": write_time(workspace.clock.now()), "fields": dict(fields)})
    nonce = os.urandom(12)
    sealed = _cipher(workspace).encrypt(nonce, content.encode("ascii"), _bound(workspace, draft_id))
    folder = _folder(workspace)
    folder.mkdir(mode=0o700, exist_ok=True)
    write_private_file(_path(workspace, draft_id), (nonce + sealed).hex() + "\n")
    return draft_id


def read_draft(workspace: Workspace, draft_id: str) -> Draft:
    """One's own draft.

    Raises:
        InputError: there is none with this id of the member at work.
    """
    require(workspace, "import")
    found = _opened(workspace, draft_id) if _ID.fullmatch(draft_id) else None
    if found is None:
        raise InputError("There is no such draft of yours.", code="no-such-draft")
    return found


def own_drafts(workspace: Workspace) -> list[Draft]:
    """The drafts of the member at work, newest first."""
    require(workspace, "import")
    found = [_opened(workspace, path.stem) for path in _folder(workspace).glob("*.draft")]
    mine = [draft for draft in found if draft is not None]
    return sorted(mine, key=lambda draft: draft.kept_at, reverse=True)


def throw_away(workspace: Workspace, draft_id: str) -> None:
    """Remove one's own draft.

    Raises:
        InputError: there is none with this id of the member at work.
    """
    read_draft(workspace, draft_id)
    _path(workspace, draft_id).unlink(missing_ok=True)


def _opened(workspace: Workspace, draft_id: str) -> Draft | None:
    try:
        sealed = bytes.fromhex(_path(workspace, draft_id).read_text(encoding="ascii"))
        content = json.loads(
            _cipher(workspace).decrypt(sealed[:12], sealed[12:], _bound(workspace, draft_id))
        )
    except (OSError, ValueError, InvalidTag):
        return None
    return Draft(draft_id, str(content["kept_at"]), dict(content["fields"]))


def _folder(workspace: Workspace) -> Path:
    return workspace.folder / FOLDER


def _path(workspace: Workspace, draft_id: str) -> Path:
    return _folder(workspace) / f"{draft_id}.draft"


def _cipher(workspace: Workspace) -> AESGCM:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO)
    return AESGCM(hkdf.derive(workspace.keys.marks))


def _bound(workspace: Workspace, draft_id: str) -> bytes:
    return f"{_INFO.decode()}\n{workspace.member.handle}\n{draft_id}".encode()
