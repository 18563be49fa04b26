"""The table that everything is estimated from: how many people were on which lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from bayyina.errors import InputError

History = TypeVar("History", bound=tuple[int, ...])

MOST_LISTS = 30
"""A table with more lists than this is refused: a mistake in the file, not a study."""

_MOST_CELLS_LISTS = 16
"""Lists up to which the table can be spread over all possible histories."""


class CaptureTableError(InputError):
    """Counts by list cannot be a table of capture histories."""

    code = "capture-table"


@dataclass(frozen=True, slots=True, eq=False)
class CaptureTable:
    """Capture histories with the number of people that share each; people on no list are unknown."""

    lists: tuple[str, ...]
    """Names of the L lists, in the order of the columns."""

    histories: npt.NDArray[np.uint8]
    """Array (m, L) of 0 and 1: the different histories that occur, none of them all zero."""

    counts: npt.NDArray[np.int64]
    """Array (m,): people with each history, at least one."""

    impossible: frozenset[tuple[int, ...]] = field(default_factory=frozenset)
    """Histories that nobody can have by construction, whoever is in the population."""

    def __post_init__(self) -> None:
        histories = np.ascontiguousarray(self.histories, dtype=np.uint8)
        counts = np.ascontiguousarray(self.counts, dtype=np.int64)
        _check(self.lists, histories, counts, self.impossible)
        order = np.lexsort(histories.T[::-1]) if len(counts) else np.arange(0)
        histories, counts = histories[order], counts[order]
        histories.setflags(write=False)
        counts.setflags(write=False)
        object.__setattr__(self, "histories", histories)
        object.__setattr__(self, "counts", counts)

    @classmethod
    def from_counts(
        cls,
        lists: Iterable[str],
        counts: Mapping[History, int],
        impossible: Iterable[tuple[int, ...]] = (),
    ) -> CaptureTable:
        """A table from counts by history; histories with nobody are left out.

        Raises:
            CaptureTableError: if the counts cannot be such a table.
        """
        names = tuple(lists)
        kept = {history: count for history, count in counts.items() if count != 0}
        array = np.array(list(kept), dtype=np.int64).reshape(len(kept), len(names))
        if array.size and (array.min() < 0 or array.max() > 1):
            raise CaptureTableError("A capture history may hold only 0 and 1.")
        numbers = np.array(list(kept.values()), dtype=np.int64)
        return cls(names, array.astype(np.uint8), numbers, frozenset(impossible))

    @property
    def documented(self) -> int:
        """People on at least one list."""
        return int(self.counts.sum())

    @property
    def list_totals(self) -> npt.NDArray[np.int64]:
        """Array (L,): people on each list."""
        totals: npt.NDArray[np.int64] = self.counts @ self.histories.astype(np.int64)
        return totals

    @property
    def overlaps(self) -> npt.NDArray[np.int64]:
        """Array (L, L): people on both of two lists; the diagonal is the list totals."""
        wide = self.histories.astype(np.int64)
        shared: npt.NDArray[np.int64] = wide.T @ (wide * self.counts[:, None])
        return shared

    @property
    def codes(self) -> npt.NDArray[np.int64]:
        """Array (m,): each history as a number whose bit j says whether it is on list j."""
        weights = np.int64(1) << np.arange(len(self.lists), dtype=np.int64)
        numbers: npt.NDArray[np.int64] = self.histories.astype(np.int64) @ weights
        return numbers

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the names, the counts and the impossible histories."""
        table = self.in_name_order()
        rows = [
            [*(int(bit) for bit in row), int(count)]
            for row, count in zip(table.histories, table.counts, strict=True)
        ]
        content = [list(table.lists), rows, sorted(list(bits) for bits in table.impossible)]
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def in_name_order(self) -> CaptureTable:
        """The same table with its lists sorted by name, so that column order cannot matter."""
        return self.pick(sorted(range(len(self.lists)), key=lambda j: self.lists[j]))

    def pick(self, columns: Iterable[int]) -> CaptureTable:
        """The table of some lists, by column; people on none of them are gone from it."""
        chosen = list(columns)
        kept_possible = len(chosen) == len(self.lists)
        histories = self.histories[:, chosen]
        merged: dict[tuple[int, ...], int] = {}
        for row, count in zip(histories, self.counts, strict=True):
            if row.any():
                key = tuple(int(bit) for bit in row)
                merged[key] = merged.get(key, 0) + int(count)
        names = tuple(self.lists[j] for j in chosen)
        impossible = _impossible_of(self.impossible, chosen, complete=kept_possible)
        return CaptureTable.from_counts(names, merged, impossible - merged.keys())

    def drop(self, name: str) -> CaptureTable:
        """The table without one list; people who were only on that list are gone from it.

        Raises:
            CaptureTableError: if there is no such list.
        """
        column = self._column(name)
        return self.pick(j for j in range(len(self.lists)) if j != column)

    def only(self, name: str) -> tuple[CaptureTable, int]:
        """The test of a known truth: people on one list, as the other lists saw them.

        Returns:
            The table of the other lists over the people on list ``name``, and how many
            people are on it, which an estimate from that table should find (Binette and
            Steorts, JRSS A 185, 2022).

        Raises:
            CaptureTableError: if there is no such list.
        """
        column = self._column(name)
        others = [j for j in range(len(self.lists)) if j != column]
        inside = self.histories[:, column] == 1
        counts = {
            tuple(int(bit) for bit in row): int(count)
            for row, count in zip(
                self.histories[inside][:, others], self.counts[inside], strict=True
            )
            if row.any()
        }
        impossible = {
            tuple(bits[j] for j in others)
            for bits in self.impossible
            if bits[column] == 1 and any(bits[j] for j in others)
        }
        names = [self.lists[j] for j in others]
        return CaptureTable.from_counts(names, counts, impossible), int(self.counts[inside].sum())

    def cells(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """All 2^L - 1 histories with their counts, zeros included.

        Returns:
            Codes (2^L - 1,), counting from 1, where bit j stands for list j; and counts of
            the same shape. Impossible histories are among them, with a count of zero.

        Raises:
            CaptureTableError: with more lists than can be spread out.
        """
        if len(self.lists) > _MOST_CELLS_LISTS:
            raise CaptureTableError(
                f"{len(self.lists)} lists have too many possible histories to spread out.",
                hint=f"At most {_MOST_CELLS_LISTS} lists can be.",
            )
        spread = np.zeros(2 ** len(self.lists), dtype=np.int64)
        spread[self.codes] = self.counts
        return np.arange(1, len(spread), dtype=np.int64), spread[1:]

    def possible_cells(self) -> npt.NDArray[np.bool_]:
        """Which of :meth:`cells` are possible: array (2^L - 1,)."""
        possible = np.ones(2 ** len(self.lists) - 1, dtype=np.bool_)
        for bits in self.impossible:
            possible[sum(bit << j for j, bit in enumerate(bits)) - 1] = False
        return possible

    def _column(self, name: str) -> int:
        if name not in self.lists:
            raise CaptureTableError(
                f"There is no list {name!r}.", hint=f"The lists are {', '.join(self.lists)}."
            )
        return self.lists.index(name)


def _impossible_of(
    impossible: frozenset[tuple[int, ...]], chosen: list[int], *, complete: bool
) -> set[tuple[int, ...]]:
    """Impossible histories over some lists: those all of whose continuations are impossible."""
    if complete:
        return {tuple(bits[j] for j in chosen) for bits in impossible}
    seen: dict[tuple[int, ...], int] = {}
    width = len(next(iter(impossible), ()))
    for bits in impossible:
        key = tuple(bits[j] for j in chosen)
        seen[key] = seen.get(key, 0) + 1
    dropped = width - len(chosen)
    return {key for key, ways in seen.items() if any(key) and ways == 2**dropped}


def _check(
    lists: tuple[str, ...],
    histories: npt.NDArray[np.uint8],
    counts: npt.NDArray[np.int64],
    impossible: frozenset[tuple[int, ...]],
) -> None:
    if not 1 <= len(lists) <= MOST_LISTS:
        raise CaptureTableError(f"A table needs 1 to {MOST_LISTS} lists; this has {len(lists)}.")
    if len(set(lists)) != len(lists):
        raise CaptureTableError("Two lists have the same name.")
    if histories.ndim != 2 or histories.shape != (len(counts), len(lists)):
        raise CaptureTableError("Histories and counts do not have the same number of rows.")
    if histories.size and histories.max() > 1:
        raise CaptureTableError("A capture history may hold only 0 and 1.")
    if len(counts) and not histories.any(axis=1).all():
        raise CaptureTableError(
            "A history says of people that they were on no list.",
            hint="People on no list are what is estimated; leave the row out.",
        )
    if len(counts) and counts.min() < 1:
        raise CaptureTableError("A count is below 1.")
    rows = {tuple(int(bit) for bit in row) for row in histories}
    if len(rows) != len(counts):
        raise CaptureTableError("The same history stands there twice.")
    _check_impossible(len(lists), rows, impossible)


def _check_impossible(
    width: int, rows: set[tuple[int, ...]], impossible: frozenset[tuple[int, ...]]
) -> None:
    for bits in impossible:
        if len(bits) != width or not set(bits) <= {0, 1} or not any(bits):
            raise CaptureTableError("An impossible history does not fit the lists.")
    if rows & impossible:
        raise CaptureTableError(
            "People have a history that is said to be impossible.",
            hint="Either the history is possible, or these people were joined wrongly.",
        )
