"""Until when the people of a ``held`` figure were last known to be in custody.

A detention or a transfer may say on which day a source last knew somebody to be there. What
counts is the latest such day of the custody that the figure rests on: one that a possible
end of custody followed says nothing about it. A partial day counts by its first day, a day
after the one that is asked about as that one. An arrest says nothing about how long it
lasted, so its own day confirms nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from bayyina.figures.assembled import day_of
from bayyina.figures.counting import is_sole, rows_select
from bayyina.figures.counting_rules import Rules
from bayyina.figures.results import LastConfirmed
from bayyina.figures.row_sources import RowSource

HELD = "held"
"""The state that is derived: nobody states that somebody is still held."""


def confirmed_sql(rules: Rules) -> str:
    """SQL of the day on which the custody of a row of a ``held`` figure was last confirmed."""
    return "r.confirmed" if rules.has_confirmations else "CAST(NULL AS INTEGER)"


def last_confirmed(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[RowSource], rules: Rules, total: int
) -> LastConfirmed | None:
    """How the days on which custody was last confirmed spread over the counted people.

    Returns:
        None for a figure that does not count who is held.
    """
    if rules.query.state is None or rules.query.state.name != HELD:
        return None
    select = ""
    if rules.has_confirmations:
        select = rows_select(sources, (), rank=lambda _: confirmed_sql(rules))
    if not select:
        return LastConfirmed(None, None, None, total)
    inside = "TRUE" if rules.query.lenient else "c"
    rows = f"SELECT uid, rank FROM ({select}) WHERE {inside} AND rank IS NOT NULL"
    if not is_sole(sources):
        rows = f"SELECT uid, max(rank) AS rank FROM ({rows}) GROUP BY uid"
    found = connection.execute(
        f"SELECT rank, count(*) FROM ({rows}) GROUP BY rank ORDER BY rank"
    ).fetchall()
    return spread({int(day): int(count) for day, count in found}, total)


def spread(people: dict[int, int], total: int) -> LastConfirmed:
    """The spread of days, given the number of people for each, in ascending order.

    Args:
        people: How many people were last confirmed on each day (since 1970-01-01).
        total: How many people there are, those without a day among them.
    """
    known = sum(people.values())
    if not known:
        return LastConfirmed(None, None, None, total)
    passed = 0
    median = 0
    for day, count in people.items():
        passed += count
        if 2 * passed >= known:  # of an even number the earlier of the two in the middle
            median = day
            break
    return LastConfirmed(day_of(min(people)), day_of(median), day_of(max(people)), total - known)
