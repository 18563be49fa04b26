"""ZIP archives from strangers: what they hold, what is dangerous in them; members read with bounds.

Nothing is ever written to disk. A bomb is found by its directory before anything is inflated:
by the size that it declares, by members that share their bytes, by its own nesting.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from bayyina.media.plain_data import DamagedFileError, FileLimitError

MAX_MEMBERS: Final = 100_000
MAX_INFLATED: Final = 4 << 30
"""Declared bytes of all members together; beyond that nothing is inflated."""

_DEVICES: Final = (stat.S_ISCHR, stat.S_ISBLK, stat.S_ISFIFO, stat.S_ISSOCK)

MAX_RATIO: Final = 200.0
"""Inflated bytes by stored byte, over the whole archive, beyond which it is called a bomb."""

MAX_DIGESTED: Final = 1 << 30
"""Bytes of members whose digests are computed."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, those among them that turn the direction of what is shown."""

_DRIVE: Final = re.compile(r"^[A-Za-z]:|^\\\\")
_ARCHIVES: Final = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".xz", ".bz2", ".zst", ".jar")
READ_ERRORS: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass
class Listing:
    """What an archive holds, by its directory."""

    members: list[zipfile.ZipInfo] = field(default_factory=list)
    """Files in it, folders left out."""

    size: int = 0
    """Declared bytes of all members, inflated."""

    stored: int = 0
    """Bytes of all members as stored."""

    notes: list[tuple[str, str]] = field(default_factory=list)
    """What a person should know: a word for it, and the member's name."""

    is_bomb: bool = False
    """Whether inflating it whole would cost more than the limits."""

    def document(self) -> dict[str, Any]:
        """The listing as plain data."""
        kinds = Counter(PurePosixPath(m.filename).suffix.lower() or "(none)" for m in self.members)
        return {
            "members": len(self.members),
            "bytes": self.size,
            "stored_bytes": self.stored,
            "extensions": dict(kinds.most_common(30)),
            "notes": [{"kind": kind, "member": name} for kind, name in self.notes[:100]],
            "first_members": [m.filename for m in self.members[:50]],
        }


def open_archive(file: Path | IO[bytes]) -> zipfile.ZipFile:
    """The archive opened for reading.

    Raises:
        DamagedFileError: it is no ZIP archive, or its directory is broken.
    """
    try:
        return zipfile.ZipFile(file)
    except READ_ERRORS as error:
        raise DamagedFileError("The directory of the ZIP archive cannot be read.") from error


def list_archive(archive: zipfile.ZipFile) -> Listing:
    """What the archive holds, and what is unusual in its directory."""
    infos = archive.infolist()
    found = Listing(members=[info for info in infos if not info.is_dir()])
    found.size = sum(info.file_size for info in found.members)
    found.stored = sum(info.compress_size for info in found.members)
    names = Counter(info.filename for info in infos)
    for info in infos:
        found.notes.extend((kind, info.filename) for kind in _notes_on(info, names))
    if _share_bytes(found.members):
        found.notes.append(("members share bytes", ""))
        found.is_bomb = True
    ratio = found.size / max(found.stored, 1)
    if found.size > MAX_INFLATED or (ratio > MAX_RATIO and found.size > 64 << 20):
        found.is_bomb = True
    if len(infos) > MAX_MEMBERS:
        found.is_bomb = True
    return found


def _notes_on(info: zipfile.ZipInfo, names: Counter[str]) -> Iterable[str]:
    if leads_outside(info.filename):
        yield "path leads outside"
    if names[info.filename] > 1:
        yield "name stands twice"
    if info.flag_bits & 1:
        yield "encrypted"
    if _CONTROL.search(info.filename) or info.orig_filename.partition("\0")[1]:
        yield "control character in name"
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        yield "symbolic link"
    elif any(is_one(mode) for is_one in _DEVICES):
        yield "device or pipe"
    if info.filename.lower().endswith(_ARCHIVES):
        yield "archive in archive"


def leads_outside(name: str) -> bool:
    """Whether a member's name would be written outside of the folder it is unpacked in."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\", "~")) or ".." in parts or bool(_DRIVE.match(name))


def _share_bytes(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two members are stored in the same bytes of the archive."""
    spans = sorted((m.header_offset, m.header_offset + m.compress_size) for m in members)
    return any(later < end for (_, end), (later, _) in pairwise(spans) if later != end)


def read_member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """One member's bytes, its checksum checked.

    Raises:
        FileLimitError: it is longer than ``limit``, whatever the directory says.
        DamagedFileError: it is absent or broken.
    """
    try:
        with archive.open(name) as member:
            data = member.read(limit + 1)
    except KeyError as error:
        raise DamagedFileError("A member that is named is not in the archive.") from error
    except READ_ERRORS as error:
        raise DamagedFileError("A member of the archive is broken or encrypted.") from error
    if len(data) > limit:
        raise FileLimitError(f"A member of the archive is longer than {limit} bytes.")
    return data


def digest_of(archive: zipfile.ZipFile, name: str, algorithm: str, budget: Budget) -> str | None:
    """A member's digest, hexadecimal, read piece by piece; None when it is absent or broken.

    Raises:
        FileLimitError: the budget of inflated bytes is spent.
    """
    digest = hashlib.new(algorithm)
    try:
        with archive.open(name) as member:
            while piece := member.read(1 << 20):
                budget.spend(len(piece))
                digest.update(piece)
    except KeyError:
        return None
    except READ_ERRORS:
        return None
    return digest.hexdigest()


class Budget:
    """How many bytes may still be inflated."""

    def __init__(self, left: int = MAX_DIGESTED) -> None:
        """Begin with ``left`` bytes."""
        self.left = left

    def spend(self, count: int) -> None:
        """Count inflated bytes.

        Raises:
            FileLimitError: there were more than allowed.
        """
        self.left -= count
        if self.left < 0:
            raise FileLimitError("The archive inflates to more bytes than are read.")
