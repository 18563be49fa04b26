"""A bundle as one encrypted file: a tar archive for age, which ``age -d`` opens.

The archive is made while it is encrypted, so that the whole never lies in memory or, in plain,
in a second place.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pyrage

from bayyina.errors import InputError, KeyLockedError, StorageError


def read_recipients(texts: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """The age recipients that people give, such as ``age1…``.

    Raises:
        InputError: one of them is none.
    """
    recipients = []
    for text in texts:
        try:
            recipients.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            raise InputError(
                f"{text!r} is not an age recipient.",
                hint="It begins with age1; the recipient's own program `age-keygen` shows it.",
            ) from error
    return recipients


def seal_folder(folder: Path, out: Path, recipients: Sequence[str]) -> None:
    """Write a folder as a tar archive that only the recipients can open.

    Args:
        folder: The folder; it stands in the archive under its own name.
        out: The file, which must not be there yet.
        recipients: Public keys, ``age1…``.

    Raises:
        InputError: the file is there, or a recipient is none.
        StorageError: the disk refused; nothing is left behind.
    """
    keys = read_recipients(recipients)
    if out.exists() or not keys:
        raise InputError(f"{out} is there already, or nobody is to receive it.")
    aside = out.with_name(f".{out.name}.part")
    reading, writing = os.pipe()
    try:
        with (
            ThreadPoolExecutor(1) as pool,
            os.fdopen(reading, "rb") as source,
            aside.open("wb") as target,
        ):
            packing = pool.submit(_pack, folder, writing)
            pyrage.encrypt_io(source, target, keys)
            packing.result()
            target.flush()
            os.fsync(target.fileno())
        aside.replace(out)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        reason = error.strerror or "the disk refused"
        raise StorageError(
            f"{out} cannot be written: {reason}.", hint="Check the folder and its space."
        ) from error


def open_sealed_file(file: Path, out: Path, identity: str) -> None:
    """Decrypt what ``seal_folder`` wrote into a tar archive, for who holds the identity.

    Raises:
        KeyLockedError: it was not made for this identity.
        StorageError: the disk refused; nothing is left behind.
    """
    try:
        key = pyrage.x25519.Identity.from_str(identity)
        with file.open("rb") as source, out.open("xb") as target:
            pyrage.decrypt_io(source, target, [key])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        out.unlink(missing_ok=True)
        raise KeyLockedError(
            f"{file.name} was not made for this key.", hint="Ask whoever holds the key."
        ) from error
    except OSError as error:
        out.unlink(missing_ok=True)
        raise StorageError(
            f"{file.name} cannot be decrypted: {error.strerror or 'the disk refused'}.",
            hint="Check the space on the disk.",
        ) from error


def _pack(folder: Path, handle: int) -> None:
    """Write the archive into a pipe: names and content alone, of nobody in particular."""
    with (
        os.fdopen(handle, "wb") as stream,
        tarfile.open(
            fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT, encoding="utf-8"
        ) as archive,
    ):
        archive.add(folder, folder.name, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    return member
