"""Files that the commands of the log read and write, with one sentence where it cannot be."""

from __future__ import annotations

from pathlib import Path

from bayyina.errors import FileUnreadableError, InputError, StorageError
from bayyina.model.plain_files import plain_file

MOST_BYTES = 4 << 20
"""Bytes that a checkpoint, a request, a token or a certificate file may have."""


def read_bytes(path: Path, what: str) -> bytes:
    """The bytes of a file.

    Raises:
        FileUnreadableError: it cannot be read, or is too long to be ``what``.
    """
    try:
        with plain_file(path).open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileUnreadableError(
            f"{what} {path} cannot be read: {error.strerror}.", hint="Check the path."
        ) from error
    if len(data) > MOST_BYTES:
        raise FileUnreadableError(f"{path} is too long for this.", hint="Check the path.")
    return data


def read_text(path: Path, what: str) -> str:
    """The text of a file; raises ``FileUnreadableError``."""
    try:
        return read_bytes(path, what).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileUnreadableError(f"{path} is no text.", hint="Check the path.") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file.

    Raises:
        StorageError: the disk refused.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another place."
        ) from error


def read_headers(texts: tuple[str, ...]) -> dict[int, str]:
    """Block headers that people give as ``HEIGHT=HEX``.

    Raises:
        InputError: one of them is not of that form.
    """
    found = {}
    for text in texts:
        height, equals, header = text.partition("=")
        if not equals or not height.isdecimal() or len(height) > 9 or len(header) != 160:
            raise InputError(
                f"{text[:40]!r} is no block header.", hint="Give HEIGHT=HEX with 160 hex digits."
            )
        found[int(height)] = header.lower()
    return found
