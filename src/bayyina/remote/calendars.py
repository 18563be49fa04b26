"""OpenTimestamps calendars over HTTP: a digest is sent, a promise comes back.

The calendar sees SHA-256 of the checkpoint's digest with a nonce, never the digest itself. The
proof that comes back is pending: it shows nothing until somebody completes it from the chain.
"""

from __future__ import annotations

import hashlib
import os

from bayyina.custody.open_time_stamps import MAGIC
from bayyina.remote.posting import post

_NONCE = 16
_SHA256, _APPEND, _VERSION = b"\x08", b"\xf0", b"\x01"


def ask_calendar(url: str, data: bytes) -> bytes:
    """A pending proof (``.ots``) over some bytes, which has not been checked.

    Raises:
        InputError: the address is none.
        RemoteRefusedError: the calendar cannot be reached, or refused.
    """
    digest, nonce = hashlib.sha256(data).digest(), os.urandom(_NONCE)
    commitment = hashlib.sha256(digest + nonce).digest()
    headers = {"Accept": "application/vnd.opentimestamps.v1"}
    answer = post(url.rstrip("/") + "/digest", commitment, headers)
    start = MAGIC + _VERSION + _SHA256 + digest
    return start + _APPEND + bytes([_NONCE]) + nonce + _SHA256 + answer
