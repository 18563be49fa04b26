"""Sets of values as small whole numbers.

Each domain (a term list, the groups, the places, the flags, the sources) has one list of
sets. Code 0 is the empty set; the single values follow in order; sets of several values
get further codes as they are met.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class ValueSets:
    """The sets of one domain."""

    def __init__(self, values: Sequence[str]) -> None:
        """Begin with the empty set and the single values: value i has the code i + 1."""
        self._sets: list[tuple[str, ...]] = [(), *((value,) for value in values)]
        self._codes = {members: code for code, members in enumerate(self._sets)}

    @property
    def sets(self) -> tuple[tuple[str, ...], ...]:
        """The set that each code stands for."""
        return tuple(self._sets)

    def union(self, codes: Iterable[int]) -> int:
        """Code of the union of the sets that ``codes`` stand for."""
        members = tuple(sorted({value for code in codes for value in self._sets[code]}))
        code = self._codes.get(members)
        if code is None:
            code = len(self._sets)
            self._sets.append(members)
            self._codes[members] = code
        return code

    @property
    def column_type(self) -> str:
        """The smallest SQL type that holds all codes."""
        size = len(self._sets)
        if size <= 255:
            return "UTINYINT"
        return "USMALLINT" if size <= 65535 else "INTEGER"
