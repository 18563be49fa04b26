"""Quantisation tables of JPEG: which setting of the common encoder they are, and their digest.

The standard tables are those of ITU-T T.81, Annex K; the scaling by quality is that of the
Independent JPEG Group's encoder (``jpeg_quality_scaling`` and ``jpeg_add_quant_table``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

Table = tuple[int, ...]
"""64 divisors in natural (row by row) order."""

ZIGZAG: Final[Table] = (
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
)  # fmt: skip
"""Natural place of each number of a table as it stands in the file."""

LUMINANCE: Final[Table] = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
CHROMINANCE: Final[Table] = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    *(99,) * 32,
)  # fmt: skip


def natural(in_file_order: Sequence[int]) -> Table:
    """A table from the zigzag order of the file to natural order."""
    table = [0] * 64
    for place, value in zip(ZIGZAG, in_file_order, strict=True):
        table[place] = value
    return tuple(table)


def scaled(table: Table, quality: int) -> Table:
    """A standard table at a quality of 1 to 100, as the IJG encoder makes it (baseline)."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return tuple(min(255, max(1, (value * percent + 50) // 100)) for value in table)


@lru_cache(maxsize=1)
def _standard() -> dict[Table, int]:
    """Every table that the IJG encoder can make, with its quality."""
    made: dict[Table, int] = {}
    for quality in range(1, 101):
        for table in (LUMINANCE, CHROMINANCE):
            made.setdefault(scaled(table, quality), quality)
    return made


def standard_quality(tables: Sequence[Table]) -> int | None:
    """The one quality of the IJG encoder that makes all of these tables; None if there is none."""
    if not tables:
        return None
    for quality in {_standard().get(table) for table in tables}:
        if quality is None:
            return None
        made = {scaled(LUMINANCE, quality), scaled(CHROMINANCE, quality)}
        if all(table in made for table in tables):
            return quality
    return None


def tables_digest(tables: Sequence[Table]) -> str:
    """A short digest of a file's tables in the order of their numbers, for comparing files."""
    text = ";".join(",".join(map(str, table)) for table in tables)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
