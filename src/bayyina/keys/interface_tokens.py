"""Tokens of the programming interface: one secret that opens one small file.

A token is ``bayyina_<id>_<secret>``: 12 hexadecimal digits that name its file, and 32 random
bytes in URL-safe base64. The file (JSON) says in clear whose token it is, what it may be used for
and until when; the case key is in it, and behind it the evidence key where the token is for
evidence, encrypted with AES-256-GCM under
``HKDF-SHA256(secret, salt = id, info = "bayyina/interface-token/v1")``, and all that stands in
clear is bound to it. The secret has 256 random bits, so no slow derivation is needed. Removing
the file ends the token. Neither a personal key nor a key of sealed values is ever in it.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.errors import FileUnreadableError, KeyLockedError
from bayyina.keys.personal import write_private_file

FORMAT: Final = "bayyina-interface-token"
"""Says what kind of file it is."""

VERSION: Final = 1
"""Version of the file's form."""

_INFO: Final = b"bayyina/interface-token/v1"
_TEXT: Final = re.compile(r"bayyina_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_ID: Final = re.compile(r"[0-9a-f]{12}")
_REFUSED: Final = "The token is not one of this workspace, or was changed, ended or withdrawn."
_HINT: Final = "Have a new one made: bayyina tokens make."


class TokenHead(NamedTuple):
    """What a token's file says in clear."""

    id: str
    """Names the file."""

    handle: str
    """Whose token it is."""

    name: str
    """What it is for, in its owner's words."""

    actions: tuple[str, ...]
    """What it may be used for."""

    made_on: str
    """ISO 8601 date."""

    ends_on: str
    """The last day on which it holds, ISO 8601 date."""


def new_token() -> tuple[str, str]:
    """The id of a new token, and its text, which is shown once and kept nowhere."""
    token_id = secrets.token_hex(6)
    secret = base64.urlsafe_b64encode(os.urandom(32)).decode("ascii").rstrip("=")
    return token_id, f"bayyina_{token_id}_{secret}"


def id_of(text: str) -> str:
    """The id in a token's text.

    Raises:
        KeyLockedError: it is not the text of a token.
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise KeyLockedError(_REFUSED, hint=_HINT)
    return found.group(1)


def write_token(folder: Path, head: TokenHead, text: str, keys: bytes) -> Path:
    """Keep a token's file, readable for its owner alone, with the key or keys in it.

    Raises:
        StorageError: the disk refused.
    """
    nonce = os.urandom(12)
    described = _described(head)
    sealed = AESGCM(_key(text, head.id)).encrypt(nonce, keys, _bound(described))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{head.id}.json"
    whole = {**described, "nonce": nonce.hex(), "text": sealed.hex()}
    write_private_file(path, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
    return path


def open_token(folder: Path, text: str) -> tuple[TokenHead, bytes]:
    """What a token's file says, and the keys in it: the case key (32 bytes), or that and another one.

    Raises:
        KeyLockedError: there is no such token, or its file was changed.
    """
    token_id = id_of(text)
    try:
        content = json.loads((folder / f"{token_id}.json").read_text(encoding="utf-8"))
        head = _head(content)
        sealed = bytes.fromhex(content["text"])
        nonce = bytes.fromhex(content["nonce"])
        cipher = AESGCM(_key(text, token_id))
        keys = cipher.decrypt(nonce, sealed, _bound(_described(head)))
    except (OSError, ValueError, KeyError, TypeError, InvalidTag) as error:
        raise KeyLockedError(_REFUSED, hint=_HINT) from error
    if head.id != token_id:
        raise KeyLockedError(_REFUSED, hint=_HINT)
    return head, keys


def read_heads(folder: Path) -> list[TokenHead]:
    """What the files of all tokens say in clear, in the order they were made.

    Raises:
        FileUnreadableError: one of the files is no token's file.
    """
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            found.append(_head(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FileUnreadableError(
                f"{path.name} is no file of a token.", hint="Remove it: the token ends with it."
            ) from error
    return sorted(found, key=lambda head: (head.made_on, head.id))


def remove_token(folder: Path, token_id: str) -> bool:
    """Remove a token's file; whether there was one."""
    path = folder / f"{token_id}.json"
    if not _ID.fullmatch(token_id) or not path.is_file():
        return False
    path.unlink()
    return True


def _described(head: TokenHead) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        **head._asdict(),
        "actions": list(head.actions),
    }


def _head(content: Any) -> TokenHead:
    if content["format"] != FORMAT or content["version"] != VERSION:
        raise ValueError("another format")
    return TokenHead(
        str(content["id"]),
        str(content["handle"]),
        str(content["name"]),
        tuple(map(str, content["actions"])),
        str(content["made_on"]),
        str(content["ends_on"]),
    )


def _bound(described: dict[str, Any]) -> bytes:
    return json.dumps(described, sort_keys=True, separators=(",", ":")).encode("ascii")


def _key(text: str, token_id: str) -> bytes:
    found = _TEXT.fullmatch(text)
    secret = base64.urlsafe_b64decode((found.group(2) if found else "") + "=")
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=token_id.encode("ascii"), info=_INFO)
    return hkdf.derive(secret)
