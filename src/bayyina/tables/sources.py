"""Where the bytes of a table come from: a file, or one member of a ZIP archive.

A source can be opened more than once, because a table is looked at before it is read.
Members of archives are unpacked as they are read and never written to disk, so that
no copy of a list is left behind.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from bayyina.errors import FileUnreadableError

MAX_UNPACKED: Final = 4 * 1024**3
"""Most bytes that an archive may unpack to."""
MAX_RATIO: Final = 250
"""Most times that a large member may grow when unpacked; text of lists grows 5 to 40 times."""
RATIO_FROM: Final = 16 * 1024**2
"""Size in bytes from which ``MAX_RATIO`` is looked at."""
MAX_MEMBERS: Final = 10_000
"""Most members that an archive may have."""

TABLE_SUFFIXES: Final = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".jsonl", ".ndjson"}
)
"""Names of members of an archive that may be tables."""

MEMORY_LIMIT: Final = 512 * 1024**2
"""Most bytes of a spreadsheet that are taken into memory."""

ARCHIVE_ERRORS: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
)
"""What Python's ZIP reader raises on damaged or unusual archives."""


class ByteSource(Protocol):
    """Bytes that can be opened from their start, as often as needed."""

    @property
    def label(self) -> str:
        """How messages call it."""
        ...

    @property
    def suffix(self) -> str:
        """Extension of its name in lower case, with the dot."""
        ...

    def open(self) -> BinaryIO:
        """Open the bytes at their start."""
        ...


@dataclass(frozen=True)
class FileSource:
    """A file on disk."""

    path: Path
    """Where it lies."""

    @property
    def label(self) -> str:
        """How messages call it."""
        return str(self.path)

    @property
    def suffix(self) -> str:
        """Extension of its name in lower case."""
        return self.path.suffix.lower()

    def open(self) -> BinaryIO:
        """Open the file at its start."""
        try:
            return self.path.open("rb")
        except OSError as error:
            raise _os_error(self.label, error) from error


@dataclass(frozen=True)
class MemberSource:
    """One member of a ZIP archive."""

    path: Path
    """Where the archive lies."""
    member: str
    """Name of the member."""

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"{self.path} ({self.member})"

    @property
    def suffix(self) -> str:
        """Extension of the member's name in lower case."""
        return Path(self.member).suffix.lower()

    def open(self) -> BinaryIO:
        """Open the member at its start."""
        try:
            archive = zipfile.ZipFile(self.path)
            return io.BufferedReader(_MemberStream(archive, self.member, self.label), 1 << 18)
        except OSError as error:
            raise _os_error(self.label, error) from error
        except ARCHIVE_ERRORS as error:
            raise damaged(self.label) from error


class _MemberStream(io.RawIOBase):
    """A member's bytes; closes its archive, counts, and turns faults into our error."""

    def __init__(self, archive: zipfile.ZipFile, member: str, label: str) -> None:
        self._archive = archive
        self._stream = archive.open(member)
        self._label = label
        self._unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except ARCHIVE_ERRORS as error:
            raise damaged(self._label) from error
        self._unpacked += len(data)
        if self._unpacked > MAX_UNPACKED:
            raise too_large(self._label)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._archive.close()
        super().close()


@contextmanager
def reading(source: ByteSource) -> Iterator[BinaryIO]:
    """Open a source; faults of the disk while reading become our error."""
    stream = source.open()
    try:
        yield stream
    except OSError as error:
        raise _os_error(source.label, error) from error
    finally:
        stream.close()


def read_head(source: ByteSource, size: int) -> bytes:
    """Read the first ``size`` bytes of a source."""
    with reading(source) as stream:
        return stream.read(size)


def read_whole(source: ByteSource, limit: int = MEMORY_LIMIT) -> bytes:
    """Read a source into memory; refuses one of more than ``limit`` bytes."""
    with reading(source) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(source.label)
    return data


def file_source(path: Path) -> FileSource:
    """Check that a path is a readable file with something in it."""
    try:
        if path.is_dir():
            raise FileUnreadableError(
                f"{path} is a folder, not a file.", hint="Name the file of the list itself."
            )
        if not path.exists():
            raise FileUnreadableError(f"There is no file {path}.", hint="Check the path.")
        if not path.is_file():
            raise FileUnreadableError(
                f"{path} is not a plain file.", hint="Copy the list into a file first."
            )
        if path.stat().st_size == 0:
            raise FileUnreadableError(f"{path} is empty (0 bytes).", hint="Ask for the file again.")
    except OSError as error:
        raise _os_error(str(path), error) from error
    return FileSource(path)


def table_in_archive(path: Path, names: list[str]) -> MemberSource:
    """Choose the table of an archive: ``import.csv``, or the only table there is.

    A zipped folder holds ``import.csv`` one level down; it counts when it is the only one.
    """
    tables = [name for name in names if _is_table(name)]
    for name in tables:
        if name.lower() == "import.csv":
            return MemberSource(path, name)
    inside = [name for name in tables if name.lower().endswith("/import.csv")]
    if len(inside) == 1:
        return MemberSource(path, inside[0])
    if len(tables) == 1:
        return MemberSource(path, tables[0])
    if not tables:
        raise FileUnreadableError(
            f"{path} is an archive without a table in it.",
            hint="Put the list into it as import.csv.",
        )
    raise FileUnreadableError(
        f"{path} is an archive with {len(tables)} tables in it.",
        hint="Name the one to import import.csv, or unpack it and name the file.",
    )


def archive_members(source: ByteSource) -> list[str]:
    """List the members of a ZIP archive after checking that it may be unpacked."""
    with reading(source) as stream:
        try:
            with zipfile.ZipFile(_seekable(stream)) as archive:
                members = archive.infolist()
        except ARCHIVE_ERRORS as error:
            raise damaged(source.label) from error
    if any(member.flag_bits & 0x1 for member in members):
        raise FileUnreadableError(
            f"{source.label} is protected by a password.",
            hint="Remove the password, or unpack it first.",
        )
    _refuse_bomb(source.label, members)
    return [member.filename for member in members]


def verify_archive(source: ByteSource) -> None:
    """Unpack a ZIP archive once, without keeping it, to know that it is whole.

    A foreign parser is given only archives that have passed: their sizes are then
    known to be true and their check sums hold.
    """
    with reading(source) as stream:
        try:
            with zipfile.ZipFile(_seekable(stream)) as archive:
                broken = archive.testzip()
        except ARCHIVE_ERRORS as error:
            raise damaged(source.label) from error
    if broken is not None:
        raise damaged(source.label)


def _refuse_bomb(label: str, members: list[zipfile.ZipInfo]) -> None:
    swollen = any(
        member.file_size > RATIO_FROM
        and member.file_size > MAX_RATIO * max(member.compress_size, 1)
        for member in members
    )
    total = sum(member.file_size for member in members)
    if swollen or total > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        raise too_large(label)


def _seekable(stream: BinaryIO) -> BinaryIO:
    if stream.seekable():
        return stream
    data = stream.read(MEMORY_LIMIT + 1)
    if len(data) > MEMORY_LIMIT:
        raise too_large("The archive inside the archive")
    return io.BytesIO(data)


def _is_table(name: str) -> bool:
    path = Path(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and not name.endswith("/") and path.suffix.lower() in TABLE_SUFFIXES


def damaged(label: str) -> FileUnreadableError:
    """The error for a file that is cut off or broken."""
    return FileUnreadableError(
        f"{label} is damaged or cut off.", hint="Ask for the file again, or save the list as CSV."
    )


def too_large(label: str) -> FileUnreadableError:
    """The error for an archive that unpacks to far more than a list."""
    return FileUnreadableError(
        f"{label} unpacks to more than a list can be.",
        hint="If it is genuine, unpack it yourself and import the file inside as CSV.",
    )


def _os_error(label: str, error: OSError) -> FileUnreadableError:
    reason = error.strerror or "the disk refused"
    return FileUnreadableError(
        f"{label} cannot be read: {reason}.", hint="Check its permissions and the disk."
    )
