"""Time-stamp authorities over HTTP (RFC 3161, section 3.4)."""

from __future__ import annotations

from bayyina.remote.posting import post


def ask_authority(url: str, request: bytes) -> bytes:
    """The answer (DER) of an authority to a request; nothing in it has been checked.

    Raises:
        InputError: the address is none.
        RemoteRefusedError: it cannot be reached, or refused.
    """
    headers = {
        "Content-Type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
    }
    return post(url, request, headers)
