"""A log as a folder of tiles (C2SP tlog-tiles): written for others to mirror, and read.

checkpoint            the newest signed checkpoint
tile/0/000            hashes, 256 wide; at the right edge tile/0/000.p/17
tile/entries/000      the entries, each with its length in two bytes before it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bayyina.custody.checkpoints import Checkpoint, open_checkpoint
from bayyina.custody.entries import MAX_ENTRY_BYTES
from bayyina.custody.merkle import HASH_LENGTH, leaf_hash
from bayyina.custody.notes import Verifier
from bayyina.custody.tiles import (
    TILE_WIDTH,
    ReadTile,
    TileTree,
    read_exactly,
    root_from_tiles,
    tile_path,
)
from bayyina.errors import CustodyError, InputError, StorageError

MOST_BUNDLE_BYTES: Final = TILE_WIDTH * (MAX_ENTRY_BYTES + 2)
"""Bytes that a bundle of entries can have."""

MOST_ENTRIES: Final = 1 << 40
"""Entries that a log may have."""


def write_tile_log(folder: Path, entries: Iterable[bytes], note: str) -> int:
    """Write a log as tiles; the number of files.

    Args:
        folder: Where to, which must not be there yet.
        entries: All entries in order.
        note: Signed checkpoint over exactly these entries.

    Raises:
        InputError: the folder is there.
        CustodyError: the checkpoint is not over these entries.
        StorageError: the disk refused.
    """
    if folder.exists():
        raise InputError(f"{folder} is there already.", hint="Choose another name.")
    tree, count, waiting = TileTree(), 0, list[bytes]()
    try:
        for data in entries:
            for tile in tree.add(leaf_hash(data)):
                count += _put(folder, tile_path(tile.level, tile.position), tile.data)
            waiting.append(len(data).to_bytes(2, "big") + data)
            if len(waiting) == TILE_WIDTH:
                name = entries_path(tree.size // TILE_WIDTH - 1)
                count += _put(folder, name, b"".join(waiting))
                waiting.clear()
        for tile in tree.edge_tiles():
            path = tile_path(tile.level, tile.position, tile.width)
            count += _put(folder, path, tile.data)
        if waiting:
            path = entries_path(tree.size // TILE_WIDTH, len(waiting))
            count += _put(folder, path, b"".join(waiting))
        stated = _checkpoint(note)
        if (stated.size, stated.root) != (tree.size, tree.root()):
            raise CustodyError("The checkpoint is not over the entries of this log.")
        return count + _put(folder, "checkpoint", note.encode())
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written: {error.strerror}.", hint="Check the folder and its space."
        ) from error


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Where a bundle of entries lies."""
    return tile_path(0, index, width).replace("tile/0/", "tile/entries/", 1)


def split_entries(data: bytes) -> list[bytes]:
    """The entries in a bundle.

    Raises:
        CustodyError: a length does not fit.
    """
    found, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(entry) != length:
            raise CustodyError("A bundle of entries is cut off.")
        found.append(entry)
        at += 2 + length
    return found


class TileLog:
    """A folder of tiles that may come from anybody."""

    def __init__(self, folder: Path) -> None:
        """Read from ``folder``."""
        self._folder = folder

    def reader(self, size: int) -> ReadTile:
        """What reads the tiles of the log at a size."""

        def read_tile(level: int, index: int) -> bytes:
            count = size >> (8 * level)
            width = min(TILE_WIDTH, count - index * TILE_WIDTH)
            if width <= 0:
                return b""
            return self._widest(tile_path(level, index), width, TILE_WIDTH * HASH_LENGTH)

        return read_tile

    def entries(self, size: int) -> Iterator[bytes]:
        """The first ``size`` entries.

        Raises:
            CustodyError: a bundle is absent or cut off.
        """
        for index in range(-(-size // TILE_WIDTH)):
            width = min(TILE_WIDTH, size - index * TILE_WIDTH)
            data = self._widest(entries_path(index), width, MOST_BUNDLE_BYTES)
            found = split_entries(data)
            if len(found) < width:
                raise CustodyError(f"The bundle {index} of entries is absent or too short.")
            yield from found[:width]

    def check(self, note: str, origin: str, verifiers: list[Verifier]) -> Checkpoint:
        """Check that tiles and entries are those of a checkpoint that the log signed.

        Raises:
            CustodyError: they are not.
        """
        checkpoint = open_checkpoint(note, origin, verifiers)
        size = checkpoint.size
        if size > MOST_ENTRIES:
            raise CustodyError("The checkpoint states more entries than any log has.")
        reader = self.reader(size)
        if root_from_tiles(reader, size) != checkpoint.root:
            raise CustodyError("The tiles do not lead to the root of the checkpoint.")
        for index, data in enumerate(self.entries(size)):
            tile, place = divmod(index, TILE_WIDTH)
            hashes = read_exactly(reader, 0, tile, place + 1)
            if hashes[place * HASH_LENGTH :] != leaf_hash(data):
                raise CustodyError(f"Entry {index} is not the one of the tiles.")
        return checkpoint

    def _widest(self, name: str, width: int, most: int) -> bytes:
        """A file of at least some width: whole, just so wide, or the part of a longer log."""
        for width_there in (TILE_WIDTH, *range(width, TILE_WIDTH)):
            path = name if width_there == TILE_WIDTH else f"{name}.p/{width_there}"
            data = self._bytes(path, most)
            if data:
                return data
        return b""

    def _bytes(self, name: str, most: int) -> bytes:
        path = self._folder / name
        try:
            if path.is_symlink() or not path.is_file():
                return b""
            with path.open("rb") as stream:
                data = stream.read(most + 1)
        except OSError:
            return b""
        return data if len(data) <= most else b""


def _checkpoint(note: str) -> Checkpoint:
    return Checkpoint.from_text(note.partition("\n\n")[0] + "\n")


def _put(folder: Path, name: str, data: bytes) -> int:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return 1
