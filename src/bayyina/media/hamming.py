"""All hashes of 256 bits that differ in few bits: exact, every pair is found.

Two ways with one answer. Comparing all with all costs n²/2 comparisons. The other follows
Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing"
(2014): of 16 words of 16 bits at least one differs in at most radius // 16 bits, so for a
radius up to 31 it is enough to look up each word and its 16 neighbours of one bit. A pair
that several words give is reported by the first of them. Which way is cheaper is counted
before, from the sizes of the buckets.

The buckets of one word are joined with each other in order of the word, so that what is read
lies close together in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayyina.media import hamming_loops

LOOPS: Any = hamming_loops
"""Compiled code, whose types are those of its arguments."""

BITS: Final = 256
WORDS: Final = 16
"""Words of 16 bits in a hash."""

SMALL: Final = 1_500
"""Up to so many hashes are compared with numpy, which needs no compiling."""

MAX_INDEXED_RADIUS: Final = 2 * WORDS - 1
BLOCK_PAIRS: Final = 4_000_000
"""Pairs that are held at once."""

Hashes = NDArray[np.uint64]
"""n rows of 4 numbers of 64 bits."""


class Pairs(NamedTuple):
    """Pairs of rows that are near."""

    first: NDArray[np.int64]
    """Row in the first set."""

    second: NDArray[np.int64]
    """Row in the second set."""

    distance: NDArray[np.int64]
    """Bits that differ."""


def from_hex(texts: Sequence[str]) -> Hashes:
    """Hashes from hexadecimal texts of 64 digits."""
    raw = b"".join(bytes.fromhex(text) for text in texts)
    return np.frombuffer(raw, dtype=np.uint64).reshape(len(texts), 4)


def all_pairs(hashes: Hashes, radius: int) -> Pairs:
    """Every pair of different rows within the radius, each once, the lower row first."""
    return _joined(list(near_blocks(hashes, hashes, radius, is_same=True)))


def lookup(queries: Hashes, hashes: Hashes, radius: int) -> Pairs:
    """For each query every row within the radius."""
    return _joined(list(near_blocks(queries, hashes, radius, is_same=False)))


def near_blocks(queries: Hashes, hashes: Hashes, radius: int, *, is_same: bool) -> Iterator[Pairs]:
    """The pairs in blocks of bounded size, so that a crowd of copies fits into memory.

    With ``is_same`` both sets are one, and each pair comes once.
    """
    if not len(queries) or not len(hashes):
        return
    queries, hashes = np.ascontiguousarray(queries), np.ascontiguousarray(hashes)
    if max(len(queries), len(hashes)) <= SMALL:
        yield _with_numpy(queries, hashes, radius, is_same=is_same)
        return
    if radius <= MAX_INDEXED_RADIUS:
        found = _indexed(queries, hashes, radius, is_same=is_same)
        if found is not None:
            yield found
            return
    yield from _flat(queries, hashes, radius, is_same=is_same)


def _flat(queries: Hashes, hashes: Hashes, radius: int, *, is_same: bool) -> Iterator[Pairs]:
    """Compare every query with every row."""
    columns = np.ascontiguousarray(hashes.T)
    counts = LOOPS.flat_counts(queries, columns, radius, is_same)
    ends = np.cumsum(counts)
    start = 0
    while start < len(queries):
        before = int(ends[start - 1]) if start else 0
        stop = int(np.searchsorted(ends, before + BLOCK_PAIRS, side="right"))
        stop = min(len(queries), max(stop, start + 1))
        size = int(ends[stop - 1]) - before
        if size:
            yield Pairs(
                *LOOPS.flat_pairs(queries, columns, radius, is_same, counts, start, stop, size)
            )
        start = stop


def _indexed(queries: Hashes, hashes: Hashes, radius: int, *, is_same: bool) -> Pairs | None:
    """Look words up; None where the buckets are so full that it would cost more than all pairs."""
    flips = radius // WORDS
    query_words, words = words_of(queries), words_of(hashes)
    query_buckets = _buckets(query_words)
    buckets = query_buckets if is_same else _buckets(words)
    cost = sum(
        int(np.dot(np.diff(query_buckets[0][word]), _around(np.diff(buckets[0][word]), flips)))
        for word in range(WORDS)
    )
    if cost > len(queries) * len(hashes) // 8:
        return None
    first, second, distance, found = LOOPS.indexed_pairs(
        queries, query_words, *query_buckets, hashes, words, *buckets,
        radius, flips, is_same, BLOCK_PAIRS,
    )  # fmt: skip
    if found > BLOCK_PAIRS:
        return None
    order = np.lexsort((second[:found], first[:found]))
    return Pairs(first[:found][order], second[:found][order], distance[:found][order])


def _around(sizes: NDArray[np.int64], flips: int) -> NDArray[np.int64]:
    """What the buckets of each word and of its neighbours hold together."""
    total = sizes.copy()
    if flips:
        keys = np.arange(len(sizes))
        for bit in range(16):
            total += sizes[keys ^ (1 << bit)]
    return total


def _buckets(words: NDArray[np.uint16]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each word: where the bucket of each value begins, and the rows in their order."""
    starts = np.zeros((WORDS, (1 << 16) + 1), np.int64)
    rows = np.zeros((WORDS, len(words)), np.int64)
    for word in range(WORDS):
        rows[word] = np.argsort(words[:, word], kind="stable")
        starts[word, 1:] = np.cumsum(np.bincount(words[:, word], minlength=1 << 16))
    return starts, rows


def words_of(hashes: Hashes) -> NDArray[np.uint16]:
    """The 16 words of each hash."""
    return np.ascontiguousarray(hashes).view(np.uint16).reshape(len(hashes), WORDS)


def _joined(blocks: list[Pairs]) -> Pairs:
    if not blocks:
        empty = np.zeros(0, np.int64)
        return Pairs(empty, empty, empty)
    return Pairs(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def _with_numpy(queries: Hashes, hashes: Hashes, radius: int, *, is_same: bool) -> Pairs:
    parts = []
    for at in range(0, len(queries), 256):
        differing = np.bitwise_count(queries[at : at + 256, None, :] ^ hashes[None, :, :])
        distance = differing.sum(axis=2, dtype=np.int64)
        first, second = np.nonzero(distance <= radius)
        kept = (first + at < second) if is_same else np.ones(len(first), bool)
        first, second = first[kept], second[kept]
        parts.append(Pairs(first + at, second, distance[first, second]))
    return _joined(parts)
