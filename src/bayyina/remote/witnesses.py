"""Witnesses over HTTP (C2SP tlog-witness): ``add-checkpoint``."""

from __future__ import annotations

import re
from collections.abc import Callable

from bayyina.errors import InputError
from bayyina.remote.posting import RemoteRefusedError, post

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,17})\n?")
_CONFLICT = 409


def ask_witness(url: str, request: Callable[[int], str], checkpoint: str) -> str:
    """A checkpoint with a witness's lines, which have not been checked.

    Args:
        url: The witness's submission prefix.
        request: Makes the request that goes on from a size.
        checkpoint: The checkpoint that is to be cosigned.

    Raises:
        InputError: the address is none, or the answer is no text.
        RemoteRefusedError: the witness cannot be reached, or refused.
    """
    place = url.rstrip("/") + "/add-checkpoint"
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        answer = post(place, request(0).encode(), headers)
    except RemoteRefusedError as error:
        match = _SIZE.fullmatch(error.body) if error.status == _CONFLICT else None
        if match is None:
            raise
        answer = post(place, request(int(match.group(1))).encode(), headers)
    try:
        return checkpoint + answer.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"The answer of {url} is no text.") from error
