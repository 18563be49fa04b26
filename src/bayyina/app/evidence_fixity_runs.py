"""What the log keeps of fixity checks: one run for many items, as ranges of record numbers.

A row for every item and day would bury the log of a large archive. Items are checked in the
order of their last check, which follows their numbers, so a whole round of 60,000 items is a
handful of ranges. When an item was last checked, and what came of it, follows from the runs.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, NamedTuple

from bayyina.app.live import live_batches
from bayyina.app.rows import RunRow, batch_of
from bayyina.app.workspace import Workspace

FIXITY: Final = "fixity"
"""Kind of the runs that record fixity checks."""

METHOD: Final = "SHA-256 of the opened bytes"
"""How items are checked."""


class FixityRun(NamedTuple):
    """One recorded check."""

    time: str
    """When it stood in the log, RFC 3339."""

    ranges: tuple[tuple[int, int], ...]
    """First and last record number; every item between them that stood then was re-read."""

    found: dict[int, str]
    """What was found of items whose bytes did not hold, by record number."""

    actor: str
    """UUID of the member."""

    batch: int
    """The batch that records it."""


def ranges_of(checked: Collection[int], items: Sequence[int]) -> list[list[int]]:
    """The items that were checked as ranges over all items.

    Args:
        checked: Record numbers that were checked.
        items: Record numbers of all items, in order.
    """
    ranges: list[list[int]] = []
    was_checked = False
    for number in items:
        if number in checked:
            if was_checked:
                ranges[-1][1] = number
            else:
                ranges.append([number, number])
        was_checked = number in checked
    return ranges


def fixity_runs(workspace: Workspace) -> Iterator[FixityRun]:
    """Every recorded check, in order."""
    batches = live_batches(workspace.store)
    for row in workspace.store.scan(RunRow):
        batch = batches.get(batch_of(row.number))
        if row.run_kind != FIXITY or batch is None:
            continue
        said: dict[str, Any] = json.loads(row.parameters)
        yield FixityRun(
            batch.entry_time or batch.opened_at,
            tuple((first, last) for first, last in said["items"]),
            {number: state for number, state, _ in said["found"]},
            batch.actor,
            batch.batch,
        )


def last_checks(workspace: Workspace, items: Sequence[int]) -> dict[int, str]:
    """When each item was last checked, by number.

    Args:
        workspace: Where the checks are recorded.
        items: Record numbers of all items, in order.
    """
    times: list[str | None] = [None] * len(items)
    for run in fixity_runs(workspace):
        for first, last in run.ranges:
            start, end = bisect_left(items, first), bisect_right(items, last)
            times[start:end] = [run.time] * (end - start)
    return {number: time for number, time in zip(items, times, strict=True) if time is not None}
