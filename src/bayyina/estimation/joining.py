"""Joining the rarest of many lists, so that methods that look at all subsets of lists can run."""

from __future__ import annotations

import numpy as np

from bayyina.estimation.capture_table import CaptureTable


def joined_to(table: CaptureTable, most: int) -> tuple[CaptureTable, tuple[tuple[int, ...], ...]]:
    """The table with its two rarest lists made one, again and again, until few enough are left.

    Being on either of two lists is itself being on a list, so the joined table is one of
    the same people; what is lost is how the joined lists overlap with each other.

    Returns:
        The table and, for each of its lists, the columns it was joined from.
    """
    held = table.histories.astype(bool)
    groups: list[tuple[int, ...]] = [(j,) for j in range(len(table.lists))]
    totals = [int(total) for total in table.list_totals]
    while len(groups) > most:
        order = sorted(range(len(groups)), key=lambda g: (totals[g], groups[g]))
        first, second = sorted(order[:2])
        joined = tuple(sorted(groups[first] + groups[second]))
        groups[first] = joined
        totals[first] = int(table.counts[held[:, list(joined)].any(axis=1)].sum())
        del groups[second], totals[second]
    columns = np.column_stack([held[:, list(group)].any(axis=1) for group in groups])
    counts: dict[tuple[int, ...], int] = {}
    for row, count in zip(columns.astype(int).tolist(), table.counts, strict=True):
        counts[tuple(row)] = counts.get(tuple(row), 0) + int(count)
    names = [" + ".join(table.lists[j] for j in group) for group in groups]
    return CaptureTable.from_counts(names, counts), tuple(groups)
