"""Canonical JSON (RFC 8785) for what stands in the log: objects, lists, strings, integers.

Keys are ASCII, integers stay within what every JSON reader holds exactly (53 bits), and
there is no null, no boolean and no fraction. Within these bounds RFC 8785 is simple: keys
sorted, no blanks, strings escaped as little as possible, UTF-8.
"""

from __future__ import annotations

import json
from typing import Any, Final

from bayyina.errors import CustodyError

MAX_INTEGER = (1 << 53) - 1
"""Greatest integer that RFC 8785 keeps exactly."""


_WRITER: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)


def canonical_json(value: object) -> bytes:
    """The canonical bytes of a value.

    Raises:
        CustodyError: it holds something that has no place in the log.
    """
    _admit(value)
    try:
        return utf8(_WRITER.encode(value))
    except RecursionError as error:
        raise CustodyError("A value is nested too deeply to be logged.") from error


def read_canonical(data: bytes) -> Any:
    """The value whose canonical bytes these are; any other way to write it is refused.

    Raises:
        CustodyError: the bytes are not canonical JSON.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CustodyError("Bytes of the log are not JSON.") from error
    if canonical_json(value) != data:
        raise CustodyError("Bytes of the log are JSON, but not in canonical form (RFC 8785).")
    return value


def utf8(text: str) -> bytes:
    """The UTF-8 bytes of a text.

    Raises:
        CustodyError: it holds half of a surrogate pair, which is no character.
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CustodyError(
            "A text holds half of a surrogate pair and cannot be written to the log.",
            hint="Correct the character where the text comes from.",
        ) from error


def integer(number: int) -> str:
    """An integer as it stands in the log.

    Raises:
        CustodyError: it has more than 53 bits.
    """
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise CustodyError(f"The integer {number} has more than 53 bits and cannot be logged.")
    return str(int(number))


def _admit(value: object) -> None:
    """Refuse what has no place in the log, so that the encoder writes canonical JSON."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            continue
        if isinstance(one, int) and not isinstance(one, bool):
            integer(one)
        elif isinstance(one, dict):
            for key in one:
                _admit_key(key)
            waiting += one.values()
        elif isinstance(one, (list, tuple)):
            waiting += one
        else:
            raise CustodyError(
                f"A value of type {type(one).__name__} cannot be logged: only texts and integers can."
            )


def _admit_key(key: object) -> None:
    if not isinstance(key, str) or not key.isascii():
        raise CustodyError(f"The key {key!r} cannot be logged: keys are ASCII texts.")
