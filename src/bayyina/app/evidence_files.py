"""Finding the files that are to be taken in, in an order that is the same every time.

Links are not followed, and what is no file (a device, a pipe, a socket) is not opened. Each of
those, and each folder that cannot be read, is named with its reason; nothing is passed over.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

SYMLINK: Final = "symlink"
OWN_FILE: Final = "workspace"
_KINDS: Final = (
    (stat.S_ISLNK, SYMLINK, "It is a link; give the file that it points at."),
    (stat.S_ISFIFO, "pipe", "It is a pipe."),
    (stat.S_ISSOCK, "socket", "It is a socket."),
    (stat.S_ISBLK, "device", "It is a device; give an image file of it."),
    (stat.S_ISCHR, "device", "It is a device."),
)


class FoundFile(NamedTuple):
    """A file, or something in a file's place that cannot be taken in."""

    path: Path
    """Absolute, and as the system spells it."""

    facts: os.stat_result | None
    """What the system says of it; None where it cannot be asked, or it is no file."""

    code: str
    """Why it cannot be taken in; empty for a file."""

    reason: str
    """The same as a sentence."""


class FileName(NamedTuple):
    """A name as a text, and as bytes where the text is not the whole of it."""

    text: str
    """UTF-8 as it stands; bytes that are no UTF-8 as escapes such as ``\\xe9``."""

    raw: str | None
    """All its bytes in hex, where it is no UTF-8."""


def find_files(paths: Sequence[Path], own_folder: Path) -> Iterator[FoundFile]:
    """Every file under the paths, folder after folder, in order of name.

    Args:
        paths: Files and folders.
        own_folder: The workspace's folder, which is never taken into itself.
    """
    own = _identity(own_folder)
    for path in paths:
        yield from _found(Path(os.path.abspath(path)), own)  # noqa: PTH100 - links stay links


def name_of(raw: str) -> FileName:
    """A file's name or path as it can be stored."""
    if raw.isascii():
        return FileName(raw, None)
    data = os.fsencode(raw)
    try:
        return FileName(data.decode("utf-8"), None)
    except UnicodeDecodeError:
        return FileName(data.decode("utf-8", "backslashreplace"), data.hex())


def _found(path: Path, own: tuple[int, int] | None) -> Iterator[FoundFile]:
    waiting = [path]
    while waiting:
        path = waiting.pop()
        try:
            facts = path.lstat()
        except OSError as error:
            gone = isinstance(error, FileNotFoundError)
            yield _refused(path, "absent" if gone else "unreadable", _reason(error))
            continue
        except ValueError:
            yield _refused(path, "absent", "No file can have this name.")
            continue
        if stat.S_ISREG(facts.st_mode):
            yield FoundFile(path, facts, "", "")
        elif not stat.S_ISDIR(facts.st_mode):
            code, reason = next(
                ((code, text) for is_kind, code, text in _KINDS if is_kind(facts.st_mode)),
                ("not-a-file", "It is no regular file."),
            )
            yield _refused(path, code, reason)
        elif own is not None and (facts.st_dev, facts.st_ino) == own:
            yield _refused(path, OWN_FILE, "It is the folder of this workspace.")
        else:
            try:
                inner = sorted(path.iterdir(), key=os.fsencode, reverse=True)
            except OSError as error:
                yield _refused(path, "unreadable", _reason(error))
                continue
            waiting += inner


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        facts = folder.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _refused(path: Path, code: str, reason: str) -> FoundFile:
    return FoundFile(path, None, code, reason)


def _reason(error: OSError) -> str:
    return f"It cannot be read: {error.strerror or error}."
