"""Merkle trees stored as tiles (C2SP tlog-tiles): 256 neighbouring hashes each.

A tile of level 0 holds leaf hashes; each hash of a tile of level L + 1 is the Merkle hash
of a full tile of level L. Right-edge tiles are partial. Tiles are enough to give the root,
any proof, and the next state of the tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NamedTuple

from bayyina.custody.merkle import (
    EMPTY_ROOT,
    HASH_LENGTH,
    RangeHash,
    consistency_path,
    inclusion_path,
    node_hash,
    split,
)
from bayyina.errors import CustodyError

TILE_WIDTH = 256
"""Hashes of a full tile."""

TILE_HEIGHT = 8
"""Levels of the Merkle tree between the hashes of a tile and its own hash."""

TILE_BYTES = TILE_WIDTH * HASH_LENGTH
"""Bytes of a full tile."""

TILES_KEPT = 4_096
"""Tiles whose hashes are kept while proofs are made: 16 kB each at most."""

ReadTile = Callable[[int, int], bytes]
"""Gives the bytes of the tile at (level, index); a partial tile may be longer than asked."""

_PATH = re.compile(r"tile/(0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


class Tile(NamedTuple):
    """Neighbouring hashes of a tree."""

    level: int
    """0 for leaf hashes."""

    position: int
    """Position among the tiles of that level."""

    width: int
    """Number of hashes: 256, or fewer at the right edge."""

    data: bytes
    """The hashes, one after the other."""


class TileTree:
    """A tree that grows leaf by leaf and hands out each tile once it is full.

    Keeps at most 255 hashes a level in memory.
    """

    def __init__(self) -> None:
        self._edges: list[list[bytes]] = [[]]
        self._size = 0
        self._known: dict[int, tuple[int, int, list[tuple[int, bytes]]]] = {}

    @classmethod
    def resume(cls, size: int, read_tile: ReadTile) -> TileTree:
        """The tree of ``size`` leaves whose right-edge tiles are stored.

        Raises:
            CustodyError: a tile is absent or too short.
        """
        tree = cls()
        tree._size = size
        tree._edges = []
        level, count = 0, size
        while count or level == 0:
            index, width = divmod(count, TILE_WIDTH)
            data = read_exactly(read_tile, level, index, width) if width else b""
            tree._edges.append(hashes_of(data))
            level, count = level + 1, index
        return tree

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def add(self, leaf: bytes) -> list[Tile]:
        """Append one leaf hash; the tiles that it filled, lowest level first."""
        return self.add_many((leaf,))

    def add_many(self, leaves: Iterable[bytes]) -> list[Tile]:
        """Append leaf hashes in order; the tiles that they filled, in the order of filling."""
        edge = self._edges[0]
        before = len(edge)
        edge.extend(leaves)
        first = self._size // TILE_WIDTH
        self._size += len(edge) - before
        if len(edge) < TILE_WIDTH:
            return []
        done: list[Tile] = []
        full = len(edge) // TILE_WIDTH
        for number in range(full):
            data = b"".join(edge[number * TILE_WIDTH : (number + 1) * TILE_WIDTH])
            done.append(Tile(0, first + number, TILE_WIDTH, data))
            self._rise(1, first + number, full_tile_hash(data), done)
        del edge[: full * TILE_WIDTH]
        return done

    def _rise(self, level: int, position: int, value: bytes, done: list[Tile]) -> None:
        """Append to ``level`` the hash of the full tile ``position`` below."""
        if level == len(self._edges):
            self._edges.append([])
        edge = self._edges[level]
        edge.append(value)
        if len(edge) == TILE_WIDTH:
            data, index = b"".join(edge), position // TILE_WIDTH
            edge.clear()
            done.append(Tile(level, index, TILE_WIDTH, data))
            self._rise(level + 1, index, full_tile_hash(data), done)

    def append(self, *leaves: bytes) -> list[Tile]:
        """Append leaf hashes; the tiles that must be stored where all earlier ones are.

        These are the tiles that they filled, and the partial tiles that they made longer: that of
        level 0, and the one above each tile that was filled.
        """
        done = self.add_many(leaves)
        longer = {0} | {tile.level + 1 for tile in done}
        return [*done, *(self._edge_tile(level) for level in sorted(longer) if self._edges[level])]

    def edge_tiles(self) -> list[Tile]:
        """The partial tiles at the right edge, lowest level first."""
        return [self._edge_tile(level) for level, edge in enumerate(self._edges) if edge]

    def _edge_tile(self, level: int) -> Tile:
        edge = self._edges[level]
        return Tile(level, self._size >> (TILE_HEIGHT * (level + 1)), len(edge), b"".join(edge))

    def root(self) -> bytes:
        """The Merkle root of all leaves so far."""
        current: bytes | None = None
        for level in range(len(self._edges)):
            for _, peak in reversed(self._peaks(level)):
                current = peak if current is None else node_hash(peak, current)
        return EMPTY_ROOT if current is None else current

    def _peaks(self, level: int) -> list[tuple[int, bytes]]:
        """Widths and hashes of the whole trees that the edge of a level is made of.

        What was computed for a shorter edge of the same tile is kept and gone on from.
        """
        edge, tile = self._edges[level], self._size >> (TILE_HEIGHT * (level + 1))
        known, count, peaks = self._known.get(level, (tile, 0, []))
        if known != tile or count > len(edge):
            count, peaks = 0, []
        for value in edge[count:]:
            width, current = 1, value
            while peaks and peaks[-1][0] == width:
                current = node_hash(peaks.pop()[1], current)
                width *= 2
            peaks.append((width, current))
        self._known[level] = (tile, len(edge), peaks)
        return peaks


def full_tile_hash(data: bytes) -> bytes:
    """The Merkle hash of a full tile, or of any power of two of hashes (at least one)."""
    while len(data) > HASH_LENGTH:
        data = b"".join(
            [sha256(b"\x01" + data[at : at + 64]).digest() for at in range(0, len(data), 64)]
        )
    return data


def _hashes_by_height(data: bytes) -> list[bytes]:
    """The hashes of a tile, of each whole pair of them, of each pair of these, and so on."""
    found = [data]
    while len(data) >= 2 * HASH_LENGTH:
        end = len(data) // 64 * 64
        data = b"".join([sha256(b"\x01" + data[at : at + 64]).digest() for at in range(0, end, 64)])
        found.append(data)
    return found


def hashes_of(data: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [data[at : at + HASH_LENGTH] for at in range(0, len(data), HASH_LENGTH)]


def read_exactly(read_tile: ReadTile, level: int, index: int, width: int) -> bytes:
    """The first ``width`` hashes of a tile.

    Raises:
        CustodyError: the tile is absent or too short.
    """
    data = read_tile(level, index)
    if len(data) < width * HASH_LENGTH or len(data) % HASH_LENGTH:
        raise CustodyError(f"The tile {index} of level {level} is absent or too short.")
    return data[: width * HASH_LENGTH]


def range_hash_from(read_tile: ReadTile) -> RangeHash:
    """Merkle hashes of ranges of leaves, from stored tiles, each read and hashed once.

    Whoever makes many proofs in one tree keeps what this gives: neighbouring leaves share
    nearly all of the hashes. At most ``TILES_KEPT`` tiles stay in memory.
    """
    kept: dict[tuple[int, int], list[bytes]] = {}
    edges: dict[tuple[int, int], bytes] = {}

    def aligned(start: int, height: int) -> bytes:
        level, inner = divmod(height, TILE_HEIGHT)
        index, offset = divmod(start >> (TILE_HEIGHT * level), TILE_WIDTH)
        if (level, index) not in kept:
            if len(kept) >= TILES_KEPT:
                del kept[next(iter(kept))]
            kept[level, index] = _hashes_by_height(read_tile(level, index))
        heights, at = kept[level, index], (offset >> inner) * HASH_LENGTH
        data = heights[inner][at : at + HASH_LENGTH] if inner < len(heights) else b""
        if len(data) != HASH_LENGTH:
            raise CustodyError(f"The tile {index} of level {level} is absent or too short.")
        return data

    def range_hash(start: int, end: int) -> bytes:
        count = end - start
        if count <= 0:
            return EMPTY_ROOT
        if count & (count - 1) == 0:
            return aligned(start, count.bit_length() - 1)
        if (start, end) not in edges:
            middle = start + split(count)
            edges[start, end] = node_hash(range_hash(start, middle), range_hash(middle, end))
        return edges[start, end]

    return range_hash


def root_from_tiles(read_tile: ReadTile, size: int) -> bytes:
    """The root of the first ``size`` leaves."""
    return range_hash_from(read_tile)(0, size)


def inclusion_from_tiles(read_tile: ReadTile, index: int, size: int) -> list[bytes]:
    """The audit path of the leaf at ``index`` in the tree of the first ``size`` leaves."""
    return inclusion_path(range_hash_from(read_tile), index, size)


def consistency_from_tiles(read_tile: ReadTile, size1: int, size2: int) -> list[bytes]:
    """Shows that the tree of ``size1`` leaves is a prefix of that of ``size2``."""
    return consistency_path(range_hash_from(read_tile), size1, size2)


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Where C2SP tlog-tiles serves a tile, such as ``tile/0/x001/234.p/5``."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{path}" + ("" if width == TILE_WIDTH else f".p/{width}")


def read_tile_path(path: str) -> tuple[int, int, int]:
    """Level, index and width of the tile that a path names.

    Raises:
        CustodyError: it is not the path of a tile.
    """
    found = _PATH.fullmatch(path)
    if found:
        level, width = int(found[1]), int(found[3] or TILE_WIDTH)
        index = int(re.sub(r"\D", "", found[2]))
        if tile_path(level, index, width) == path and level < 64:
            return level, index, width
    raise CustodyError(f"{path!r} is not the path of a tile.")
