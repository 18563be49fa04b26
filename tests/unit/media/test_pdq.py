"""The perceptual hash, against its properties and, where it is installed, the reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.media.pdq import pdq


def made(seed: int, rows: int, columns: int) -> np.ndarray:
    """A picture with soft shapes of several sizes."""
    numbers = np.random.default_rng(seed)
    picture = np.zeros((rows, columns, 3))
    down, across = (np.linspace(0, 1, length)[:, None] for length in (rows, columns))
    for waves in (1.5, 4, 9):
        for channel in range(3):
            by_row, by_column = numbers.uniform(0, 2 * np.pi, 2)
            slopes = numbers.uniform(-waves, waves, 2)
            wave = np.sin(2 * np.pi * slopes[0] * down + by_row)
            picture[:, :, channel] += 42 * (
                1 + wave * np.cos(2 * np.pi * slopes[1] * across.T + by_column)
            )
    return picture.clip(0, 255).astype(np.uint8)


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


WAYS = (
    lambda picture: picture,
    lambda picture: np.rot90(picture, 1),
    lambda picture: np.rot90(picture, 2),
    lambda picture: np.rot90(picture, 3),
    lambda picture: picture[::-1],
    lambda picture: picture[:, ::-1],
    lambda picture: picture.transpose(1, 0, 2),
    lambda picture: np.rot90(picture, 2).transpose(1, 0, 2),
)


@pytest.mark.parametrize("way", range(8))
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 999))
def test_a_picture_laid_otherwise_has_the_hash_of_that_way(way: int, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    laid = np.ascontiguousarray(WAYS[way](picture))
    assert apart(pdq(picture).hashes[way], pdq(laid).hashes[0]) <= 2


def test_half_of_the_bits_are_set_and_a_plain_picture_has_no_quality() -> None:
    found = pdq(made(1, 300, 200))
    assert int(found.hashes[0], 16).bit_count() == 128
    assert found.quality > 50
    assert pdq(np.full((100, 100, 3), 77, np.uint8)).quality == 0


def test_a_picture_of_too_few_pixels_has_no_hash() -> None:
    assert pdq(made(2, 4, 70)) == (("0" * 64,) * 8, 0)
    assert len(set(pdq(made(2, 5, 7)).hashes)) > 1


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), rows=st.integers(1, 400), columns=st.integers(1, 400))
def test_the_reference_gives_the_same_bits(seed: int, rows: int, columns: int) -> None:
    reference = pytest.importorskip("pdqhash", reason="pdqhash, a peer, is not installed")
    picture = made(seed, rows, columns)
    vectors, quality = reference.compute_dihedral(picture)
    ours = pdq(picture)
    assert abs(ours.quality - quality) <= 1
    for vector, own in zip(vectors, ours.hashes, strict=True):
        assert apart(np.packbits(np.asarray(vector, np.uint8)).tobytes().hex(), own) <= 4
