"""Merkle trees and tiles against the definition, and against each other."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.custody.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from bayyina.custody.tiles import (
    TILE_BYTES,
    Tile,
    TileTree,
    consistency_from_tiles,
    full_tile_hash,
    hashes_of,
    inclusion_from_tiles,
    root_from_tiles,
)
from bayyina.errors import CustodyError

LEAVES = [leaf_hash(str(n).encode()) for n in range(70_000)]
"""As many as the example of the tlog-tiles specification."""


class Tiles:
    """Stored tiles, the longer of two at the right edge."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], bytes] = {}

    def put(self, tree: TileTree, done: list[Tile]) -> None:
        for tile in [*done, *tree.edge_tiles()]:
            assert len(tile.data) == tile.width * 32
            self.kept[tile.level, tile.position] = tile.data

    def __call__(self, level: int, position: int) -> bytes:
        return self.kept.get((level, position), b"")


def grown(size: int) -> tuple[TileTree, Tiles]:
    tree, tiles = TileTree(), Tiles()
    tiles.put(tree, tree.add_many(LEAVES[:size]))
    return tree, tiles


def test_hashes_are_domain_separated() -> None:
    assert leaf_hash(b"x") == sha256(b"\0x").digest()
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    assert EMPTY_ROOT == sha256().digest() == root([]) == TileTree().root()


def test_tiles_of_70000_leaves_are_those_of_the_specification() -> None:
    _, tiles = grown(70_000)
    widths: dict[int, list[int]] = {}
    for (level, _), data in sorted(tiles.kept.items()):
        widths.setdefault(level, []).append(len(data) // 32)
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 512, 513, 1400, 65_536, 65_537])
def test_root_tiles_and_proofs_agree(size: int) -> None:
    tree, tiles = grown(size)
    expected = root(LEAVES[:size])
    assert tree.root() == root_from_tiles(tiles, size) == expected
    for index in {0, size // 2, size - 1}:
        proof = inclusion_from_tiles(tiles, index, size)
        if size <= 1400:
            assert proof == inclusion_proof(LEAVES[:size], index)
        verify_inclusion(LEAVES[index], index, size, proof, expected)
        with pytest.raises(CustodyError):
            verify_inclusion(LEAVES[index + 1], index, size, proof, expected)
        with pytest.raises(CustodyError):
            verify_inclusion(LEAVES[index], index, size, [*proof, expected], expected)
        if proof:
            with pytest.raises(CustodyError):
                verify_inclusion(LEAVES[index], index, size, proof[:-1], expected)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_consistency_of_any_two_sizes(data: st.DataObject) -> None:
    size2 = data.draw(st.integers(1, 1500))
    size1 = data.draw(st.integers(1, size2))
    _, tiles = grown(size2)
    proof = consistency_from_tiles(tiles, size1, size2)
    root1, root2 = root(LEAVES[:size1]), root(LEAVES[:size2])
    assert proof == consistency_proof(LEAVES[:size2], size1)
    verify_consistency(size1, size2, root1, root2, proof)
    if size1 < size2:
        with pytest.raises(CustodyError):
            verify_consistency(size1, size2, root2, root1, proof)
        with pytest.raises(CustodyError):
            verify_consistency(size1, size2, root1, root2, proof[:-1])
        with pytest.raises(CustodyError):
            verify_consistency(size1, size2, root1, root2, [*proof, root1])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 600), max_size=8))
def test_a_tree_grows_the_same_in_any_steps_and_resumes(steps: list[int]) -> None:
    tree, tiles, size = TileTree(), Tiles(), 0
    for step in steps:
        tree = TileTree.resume(size, tiles)
        tiles.put(tree, tree.add_many(LEAVES[size : size + step]))
        size += step
    assert tree.size == size
    assert tree.root() == root(LEAVES[:size])
    whole, at_once = grown(size)
    assert tiles.kept == at_once.kept
    assert whole.root() == tree.root()


def test_one_leaf_at_a_time() -> None:
    tree, tiles = TileTree(), Tiles()
    for n in range(600):
        tiles.put(tree, tree.add(LEAVES[n]))
    assert tiles.kept == grown(600)[1].kept


def test_resuming_needs_the_right_tiles() -> None:
    _, tiles = grown(300)
    del tiles.kept[0, 1]
    with pytest.raises(CustodyError, match="absent or too short"):
        TileTree.resume(300, tiles)
    with pytest.raises(CustodyError, match="absent or too short"):
        root_from_tiles(tiles, 300)


def test_hash_of_a_full_tile() -> None:
    data = b"".join(LEAVES[:256])
    assert len(data) == TILE_BYTES
    assert full_tile_hash(data) == root(LEAVES[:256])
    assert hashes_of(data) == LEAVES[:256]


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 3), (4, 3), (-1, 3)])
def test_there_is_no_consistency_proof_from_nothing(size1: int, size2: int) -> None:
    with pytest.raises(CustodyError):
        consistency_proof(LEAVES[: max(size2, 0)], size1)
    with pytest.raises(CustodyError):
        verify_consistency(size1, size2, EMPTY_ROOT, EMPTY_ROOT, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(CustodyError):
        inclusion_proof(LEAVES[:size], index)


@pytest.mark.parametrize("start", [0, 250, 510, 65_530])
def test_what_an_append_gives_to_store_is_enough_and_no_more(start: int) -> None:
    tree, tiles = grown(start)
    for size in range(start + 1, start + 12):
        done = tree.append(LEAVES[size - 1])
        for tile in done:
            tiles.kept[tile.level, tile.position] = tile.data
        filled = [tile.level for tile in done if tile.width == 256]
        assert len(done) <= 2 * len(filled) + 1
        assert TileTree.resume(size, tiles).root() == tree.root() == root(LEAVES[:size])
