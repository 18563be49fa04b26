"""Records of web archives: WARC 1.0/1.1 (ISO 28500) and the older ARC, one after the other.

Each record's block and payload digests are computed anew and compared. Compressed files are
read as the format means them: one gzip member for each record.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final, NamedTuple

from bayyina.media.plain_data import DamagedFileError, FileLimitError

MAX_RECORDS: Final = 200_000
MAX_BLOCK: Final = 64 << 20
MAX_HEADER: Final = 1 << 20
MAX_INFLATED: Final = 2 << 30
_ALGORITHMS: Final = {"sha1": "sha1", "sha-1": "sha1", "sha256": "sha256", "sha-256": "sha256",
                      "sha512": "sha512", "md5": "md5", "blake2b": "blake2b"}  # fmt: skip


class Record(NamedTuple):
    """One record."""

    kind: str
    """response, request, warcinfo, ...; for ARC: response."""

    address: str
    """Address of what was fetched; may be empty."""

    date: str
    """When it was fetched, as the record says."""

    offset: int
    """Where its first byte stands in the file."""

    headers: dict[str, str]
    """Header lines, names in small letters."""

    block: bytes
    """Its block."""


class _Source:
    """Bytes of a file, inflated where they are compressed, with the place of each record."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.buffer = bytearray()
        self.raw = b""
        self.place = 0
        """Where the next byte of the file itself stands."""
        self.member = 0
        """Where the current gzip member began."""
        self.taken = 0
        head = file.read(2)
        file.seek(0)
        self.is_compressed = head == b"\x1f\x8b"
        self.inflater: Any = None
        self.is_cut = False
        self.restarts = 0

    def fill(self) -> bool:
        """Get more bytes; False at the end."""
        if not self.is_compressed:
            data = self.file.read(1 << 16)
            self.buffer += data
            self.place += len(data)
            return bool(data)
        if not self.raw:
            self.raw = self.file.read(1 << 16)
            if not self.raw:
                self.is_cut = self.inflater is not None
                return False
        if self.inflater is None:
            self.member = self.place
            self.inflater = zlib.decompressobj(31)
        before = len(self.raw)
        try:
            self.buffer += self.inflater.decompress(self.raw, 1 << 20)
        except zlib.error as error:
            raise DamagedFileError("A compressed record cannot be inflated.") from error
        tail = self.inflater.unconsumed_tail or self.inflater.unused_data
        self.place += before - len(tail)
        self.raw = tail
        if self.inflater.eof:
            self.inflater = None
            self.restarts += 1
        return True

    def line(self) -> bytes | None:
        """The next line with its end; None at the end of the file."""
        while True:
            at = self.buffer.find(b"\n")
            if at >= 0:
                return self.take(at + 1)
            if len(self.buffer) > MAX_HEADER:
                raise DamagedFileError("A line of a record's header has no end.")
            if not self.fill():
                return self.take(len(self.buffer)) if self.buffer else None

    def take(self, size: int) -> bytes:
        """So many bytes; fewer at the end of the file."""
        if size > MAX_BLOCK:
            raise FileLimitError(f"A record is longer than the {MAX_BLOCK} bytes that are read.")
        while len(self.buffer) < size and self.fill():
            pass
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        self.taken += len(data)
        if self.taken > MAX_INFLATED:
            raise FileLimitError("The web archive inflates to more bytes than are read.")
        return data

    def offset(self) -> int:
        """Where the record that comes next begins in the file."""
        return self.member if self.is_compressed else self.place - len(self.buffer)


def read_records(file: IO[bytes]) -> Iterator[Record]:
    """The records of a web archive, in order.

    Raises:
        DamagedFileError: a record is broken or cut off; those before have been given.
        FileLimitError: there are more, or larger ones, than are read.
    """
    source = _Source(file)
    for number in range(MAX_RECORDS):
        line = source.line()
        while line is not None and not line.strip():
            line = source.line()
        if line is None:
            if source.is_cut:
                raise DamagedFileError("The last compressed record is cut off.")
            if source.is_compressed and source.restarts < number:
                raise DamagedFileError("The records are not compressed one by one.")
            return
        offset = source.offset() - (0 if source.is_compressed else len(line))
        if line.startswith(b"WARC/"):
            yield _warc(source, offset)
        else:
            yield _arc(source, line, offset)
    raise FileLimitError(f"There are more than {MAX_RECORDS} records.")


def _warc(source: _Source, offset: int) -> Record:
    headers: dict[str, str] = {}
    name = ""
    while (line := source.line()) is not None and line.strip():
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[:1] in " \t" and name:
            headers[name] += " " + text.strip()
            continue
        name, mark, value = text.partition(":")
        name = name.strip().lower()
        if not mark:
            raise DamagedFileError("A line of a record's header is none.")
        headers[name] = value.strip()
    length = headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or len(length) > 15:
        raise DamagedFileError("A record does not say how long it is.")
    block = source.take(int(length))
    if len(block) < int(length):
        raise DamagedFileError("The last record is cut off.")
    address = headers.get("warc-target-uri", "").strip("<>")
    kind, date = headers.get("warc-type", ""), headers.get("warc-date", "")
    return Record(kind, address, date, offset, headers, block)


def _arc(source: _Source, line: bytes, offset: int) -> Record:
    """A record of the older format: address, IP, date, type, length in one line."""
    fields = line.decode("utf-8", "replace").strip().rsplit(" ", 4)
    if len(fields) != 5 or not fields[4].isascii() or not fields[4].isdigit():
        fields = line.decode("utf-8", "replace").strip().split(" ")
        if len(fields) < 5 or not fields[-1].isdigit():
            raise DamagedFileError("What should be a record of a web archive is none.")
    if len(fields[-1]) > 15:
        raise DamagedFileError("A record says that it is longer than any file.")
    block = source.take(int(fields[-1]))
    if len(block) < int(fields[-1]):
        raise DamagedFileError("The last record is cut off.")
    date = fields[2] if len(fields) > 2 else ""
    kind = "warcinfo" if fields[0].startswith("filedesc://") else "response"
    return Record(kind, fields[0], date, offset, {}, block)


def wrong_digests(record: Record) -> tuple[int, list[str]]:
    """How many digests of a record could be computed, and the names of those that do not fit."""
    checked, wrong = 0, []
    for name, data in (
        ("warc-block-digest", record.block),
        ("warc-payload-digest", payload_of(record)),
    ):
        said = record.headers.get(name)
        if not said or data is None or record.kind == "revisit":
            continue
        fits = digest_fits(said, data)
        if fits is None:
            continue
        if not fits and name == "warc-payload-digest":
            # some writers take the digest of the payload with its transfer coding removed
            plain = without_chunks(record.block)
            fits = bool(plain is not None and digest_fits(said, plain))
        checked += 1
        if not fits:
            wrong.append(name.removeprefix("warc-"))
    return checked, wrong


def digest_fits(said: str, data: bytes) -> bool | None:
    """Whether a labelled digest (in hexadecimal, base 32 or base 64) is that of the data."""
    label, mark, value = said.partition(":")
    algorithm = _ALGORITHMS.get(label.strip().lower()) if mark else None
    if algorithm is None:
        return None
    digest = hashlib.new(algorithm, data).digest()
    return digest in _decoded(value.strip())


def _decoded(value: str) -> Iterator[bytes]:
    for decode in (
        bytes.fromhex,
        lambda text: base64.b32decode(text.upper() + "=" * (-len(text) % 8)),
        lambda text: base64.b64decode(text + "=" * (-len(text) % 4), b"-_" if "_" in text or "-" in text else b"+/"),
    ):  # fmt: skip
        try:
            yield decode(value)
        except (ValueError, binascii.Error):
            continue


def payload_of(record: Record) -> bytes | None:
    """What an HTTP message carries, or the whole block of other records."""
    if "application/http" not in record.headers.get("content-type", ""):
        return record.block
    head, mark, body = record.block.partition(b"\r\n\r\n")
    return body if mark else (b"" if head else None)


def without_chunks(block: bytes) -> bytes | None:
    """The body of an HTTP message whose transfer coding is removed (RFC 9112, 7.1)."""
    head, _, body = block.partition(b"\r\n\r\n")
    if b"chunked" not in head.lower():
        return None
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        try:
            size = int(body[at:end].split(b";")[0], 16) if end > at else -1
        except ValueError:
            return None
        if size < 0 or end + 2 + size > len(body):
            return None
        if size == 0:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 4 + size
