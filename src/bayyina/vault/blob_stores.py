"""The port: what the vault needs of whatever keeps its blobs, and what every store promises.

A store keeps blobs under addresses. It sees random-looking bytes under random-looking names,
so it needs to be trusted with nothing but keeping them. Writing is atomic and durable: when
``put`` or ``adopt`` has come back, the blob is there whole and survives a power cut; before
that it is not there at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from bayyina.errors import InputError


class BlobMissingError(InputError):
    """There is no blob under an address."""

    code = "blob-missing"


class StoredBlob(NamedTuple):
    """Something that lies in a store."""

    name: str
    """Its address; of what is no blob, the name under which it lies there."""

    size: int
    """Its length in bytes."""


class BlobStore(Protocol):
    """Keeps blobs by address."""

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        ...

    def put(self, address: str, source: BinaryIO) -> None:
        """Store all bytes that ``source`` gives; what lay under the address is replaced.

        Raises:
            StorageError: the store refused; nothing half-written stays.
        """
        ...

    def adopt(self, files: Sequence[tuple[str, Path]]) -> None:
        """Take finished and flushed local files over: each is stored, its file is gone.

        Raises:
            StorageError: the store refused; files that were not taken over are still there.
        """
        ...

    def read(self, address: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes from ``start`` on, at most ``length`` of them.

        Raises:
            BlobMissingError: there is no such blob.
            StorageError: the store refused.
        """
        ...

    def read_into(self, address: str, start: int, into: memoryview) -> int:
        """Fill a buffer with bytes from ``start`` on, as far as they reach; how many there were.

        Raises:
            BlobMissingError: there is no such blob.
            StorageError: the store refused.
        """
        ...

    def size(self, address: str) -> int | None:
        """Length of a blob in bytes; None if it is not there."""
        ...

    def list(self) -> Iterator[StoredBlob]:
        """Everything that lies in the store, in order of name, foreign files included."""
        ...

    def delete(self, address: str) -> None:
        """Remove a blob; one that is not there is no error.

        Raises:
            StorageError: the store refused.
        """
        ...


def missing(address: str, place: str) -> BlobMissingError:
    """The error that there is no blob under an address."""
    return BlobMissingError(
        f"The blob {address} is not in {place}.",
        hint="Run `bayyina evidence check`; a replica or a backup may still hold it.",
    )
