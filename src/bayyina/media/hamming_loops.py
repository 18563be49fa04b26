"""The loops of the search for near hashes, compiled on their first call."""

# The types of compiled code are those of its arguments.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc,call-arg,var-annotated,unreachable"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from bayyina.media.compiling import compiled


@intrinsic
def bit_count(typing_context: Any, number: Any) -> Any:
    """Bits that are set in a number of 64 bits: one instruction of the processor."""
    del typing_context

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        return builder.ctpop(arguments[0])

    return types.int64(number), generate


@compiled
def flat_counts(queries, columns, radius, is_same):  # noqa: ANN001, ANN201
    """How many rows are near to each query; ``columns`` holds the rows, transposed."""
    a, b, c, d = columns[0], columns[1], columns[2], columns[3]
    counts = np.zeros(len(queries), np.int64)
    for i in range(len(queries)):
        w, x, y, z = queries[i, 0], queries[i, 1], queries[i, 2], queries[i, 3]
        found = 0
        for j in range(i + 1 if is_same else 0, len(a)):
            distance = (
                bit_count(w ^ a[j])
                + bit_count(x ^ b[j])
                + bit_count(y ^ c[j])
                + bit_count(z ^ d[j])
            )
            found += 1 if distance <= radius else 0
        counts[i] = found
    return counts


@compiled
def flat_pairs(queries, columns, radius, is_same, counts, start, stop, size):  # noqa: ANN001, ANN201
    """The near rows of the queries from ``start`` to ``stop``, which are ``size`` in number."""
    a, b, c, d = columns[0], columns[1], columns[2], columns[3]
    first, second = np.empty(size, np.int64), np.empty(size, np.int64)
    distances = np.empty(size, np.int64)
    at = 0
    for i in range(start, stop):
        if counts[i] == 0:
            continue
        w, x, y, z = queries[i, 0], queries[i, 1], queries[i, 2], queries[i, 3]
        for j in range(i + 1 if is_same else 0, len(a)):
            distance = (
                bit_count(w ^ a[j])
                + bit_count(x ^ b[j])
                + bit_count(y ^ c[j])
                + bit_count(z ^ d[j])
            )
            if distance <= radius:
                first[at], second[at], distances[at] = i, j, distance
                at += 1
    return first, second, distances


@compiled
def indexed_pairs(  # noqa: ANN201, D103
    queries, query_words, query_starts, query_rows, hashes, words, starts, rows,  # noqa: ANN001
    radius, flips, is_same, capacity,  # noqa: ANN001
):  # fmt: skip
    first, second = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
    distances = np.empty(capacity, np.int64)
    found = 0
    for word in range(16):
        for value in range(1 << 16):
            query_from, query_to = query_starts[word, value], query_starts[word, value + 1]
            if query_from == query_to:
                continue
            for probe in range(17 if flips == 1 else 1):
                key = value if probe == 0 else value ^ (1 << (probe - 1))
                row_from, row_to = starts[word, key], starts[word, key + 1]
                for at in range(query_from, query_to):
                    i = query_rows[word, at]
                    for place in range(row_from, row_to):
                        j = rows[word, place]
                        if is_same and j <= i:
                            continue
                        distance = (
                            bit_count(queries[i, 0] ^ hashes[j, 0])
                            + bit_count(queries[i, 1] ^ hashes[j, 1])
                            + bit_count(queries[i, 2] ^ hashes[j, 2])
                            + bit_count(queries[i, 3] ^ hashes[j, 3])
                        )
                        if distance > radius:
                            continue
                        is_first = True
                        for earlier in range(word):
                            differing = query_words[i, earlier] ^ words[j, earlier]
                            if differing == 0 or (flips == 1 and differing & (differing - 1) == 0):
                                is_first = False
                                break
                        if not is_first:
                            continue
                        if found < capacity:
                            first[found], second[found] = i, j
                            distances[found] = distance
                        found += 1
    return first, second, distances, found
