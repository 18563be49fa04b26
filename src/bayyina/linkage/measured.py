"""What a comparison of one field gives for many pairs of rows."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from bayyina.linkage.arrays import Bytes, Ints32, Singles


class Measured(NamedTuple):
    """Levels of agreement of pairs, by one comparison."""

    levels: Bytes
    """Number of each pair's level, shape (pairs,); 0 where a row states nothing."""

    rarity: Singles
    """Sum of the natural logarithms of the shares of what both rows have, shape (pairs,);
    0 where the level does not regard how rare it is."""


class Comparison(Protocol):
    """Compares one field, or one part of the name, of pairs of rows."""

    @property
    def label(self) -> str:
        """What is compared, such as ``given`` or ``birth:dob``."""
        ...

    @property
    def level_names(self) -> tuple[str, ...]:
        """Names of the levels by number; the first is always ``missing``."""
        ...

    @property
    def rare_levels(self) -> frozenset[int]:
        """Levels whose weight grows with the rarity of what both rows have."""
        ...

    def measure(self, left: Ints32, right: Ints32) -> Measured:
        """Compare rows ``left[k]`` and ``right[k]``, shape (pairs,); by several threads at once."""
        ...
