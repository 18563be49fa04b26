"""What the overlaps of the lists are: a description, without anything estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bayyina.estimation.capture_table import CaptureTable


@dataclass(frozen=True, slots=True)
class ListTotal:
    """One list."""

    name: str
    """Its name."""

    people: int
    """People on it."""

    alone: int
    """People on it and on no other."""


@dataclass(frozen=True, slots=True)
class SharedPair:
    """What two lists have in common."""

    lists: tuple[str, str]
    """Their names, in the order of the columns."""

    both: int
    """People on both."""

    people: tuple[int, int]
    """People on the first and on the second."""

    odds_ratio: float | None
    """Odds of being on both among all documented people against the odds by chance; None where
    a cell is empty. It looks at documented people only and is no test of independence."""


@dataclass(frozen=True, slots=True)
class Intersection:
    """People who are on exactly these lists."""

    lists: tuple[str, ...]
    """Names of the lists."""

    people: int
    """How many."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How the lists overlap."""

    documented: int
    """People on at least one list."""

    on_several: int
    """People on two lists or more."""

    totals: tuple[ListTotal, ...]
    """The lists, in the order of the columns."""

    pairs: tuple[SharedPair, ...]
    """Every two lists."""

    intersections: tuple[Intersection, ...]
    """Exclusive intersections that somebody is in, the largest first."""

    contained: tuple[tuple[str, str], ...]
    """Pairs of an inner list and an outer one that holds everybody on it; of two lists of the
    same people, each stands as the inner one once."""


def describe_overlap(table: CaptureTable) -> Overlap:
    """How the lists of a table overlap."""
    shared = table.overlaps
    sizes = [int(shared[i, i]) for i in range(len(table.lists))]
    exclusive = [
        Intersection(tuple(n for n, bit in zip(table.lists, row, strict=True) if bit), int(count))
        for row, count in zip(table.histories, table.counts, strict=True)
    ]
    alone = {part.lists[0]: part.people for part in exclusive if len(part.lists) == 1}
    several = sum(part.people for part in exclusive if len(part.lists) > 1)
    pairs = [(i, j) for i in range(len(sizes)) for j in range(i + 1, len(sizes))]
    return Overlap(
        documented=table.documented,
        on_several=several,
        totals=tuple(
            ListTotal(name, size, alone.get(name, 0))
            for name, size in zip(table.lists, sizes, strict=True)
        ),
        pairs=tuple(
            SharedPair(
                (table.lists[i], table.lists[j]),
                int(shared[i, j]),
                (sizes[i], sizes[j]),
                _odds_ratio(table.documented, sizes[i], sizes[j], int(shared[i, j])),
            )
            for i, j in pairs
        ),
        intersections=tuple(sorted(exclusive, key=lambda part: (-part.people, part.lists))),
        contained=_contained(table.lists, sizes, shared.tolist()),
    )


def _odds_ratio(everybody: int, first: int, second: int, both: int) -> float | None:
    neither = everybody - first - second + both
    cells = (both, first - both, second - both, neither)
    if min(cells) <= 0:
        return None
    return both * neither / ((first - both) * (second - both))


def _contained(
    names: Sequence[str], sizes: Sequence[int], shared: Sequence[Sequence[int]]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (names[i], names[j])
        for i in range(len(names))
        for j in range(len(names))
        if i != j and sizes[i] and shared[i][j] == sizes[i]
    )
