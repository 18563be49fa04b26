"""What a table must have before any method may give a number."""

from __future__ import annotations

import numpy as np

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.results import Reason

FEWEST_LISTS = 3
"""Lists that must be tied to each other by overlaps; with two, dependence cannot be seen."""

FEWEST_SHARED = 3
"""People on two or more lists below which any number would rest on chance."""


def reasons_against(table: CaptureTable) -> tuple[Reason, ...]:
    """Why no method may estimate from a table; empty when one may.

    Lists that share nobody with the others carry no information about how the captures
    overlap; what remains must be at least three lists that are tied together.
    """
    lists = len(table.lists)
    if table.documented == 0:
        return (Reason("nobody-documented"),)
    if lists == 1:
        return (Reason("one-list", {"list": table.lists[0]}),)
    if lists < FEWEST_LISTS:
        shared = int(table.overlaps[0, 1])
        return (Reason("two-lists", {"lists": table.lists, "shared": shared}),)
    shared = int(table.counts[table.histories.sum(axis=1) > 1].sum())
    if shared == 0:
        return (Reason("no-overlap", {"lists": lists, "documented": table.documented}),)
    tied = largest_tied_group(table)
    if len(tied) < FEWEST_LISTS:
        apart = tuple(name for j, name in enumerate(table.lists) if j not in tied)
        together = tuple(table.lists[j] for j in tied)
        return (Reason("lists-not-tied", {"tied": together, "apart": apart}),)
    if shared < FEWEST_SHARED:
        return (Reason("too-few-shared", {"shared": shared, "needed": FEWEST_SHARED}),)
    return ()


def largest_tied_group(table: CaptureTable) -> list[int]:
    """Columns of the largest group of lists that are joined by people on two of them."""
    near = table.overlaps > 0
    reach = near.copy()
    for _ in table.lists:
        reach = (reach.astype(np.int64) @ near.astype(np.int64)) > 0
    sizes = reach.sum(axis=1)
    best = int(np.argmax(sizes))
    return [int(j) for j in np.flatnonzero(reach[best])]
