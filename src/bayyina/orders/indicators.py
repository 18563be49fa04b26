"""Indicators: the figure queries of a case as they are asked for a day, an axis and a phase.

The file's query says what is counted and from when on; the day of the status ends it. An
interval that ends earlier, or an ``as of`` of its own, is kept.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bayyina.figures.query_tree import Interval, Query
from bayyina.figures.results import Figure
from bayyina.orders.phases import BEFORE, Boundary, Days
from bayyina.orders.results import AxisCount, IndicatorStatus, TrendPoint, Words
from bayyina.standards.order_file import Indicator

ReadQuery = Callable[[str], Query]
"""Reads the text of a query."""

Count = Callable[[Query], Figure]
"""Answers a query."""

TREND_POINTS: Final = 12
"""At most so many ends of months are shown before the day itself."""


def counted(
    indicator: Indicator,
    name: str,
    as_of: date,
    steps: tuple[Boundary, ...],
    read: ReadQuery,
    count: Count,
) -> IndicatorStatus:
    """An indicator counted as of a day, on its axes, by phase, and over time."""
    query = read(indicator.figure)
    axes = {
        axis: _axis(count(until(query, as_of, axis)))
        for axis in ("occurred", "documented")
        if axis in indicator.show
    }
    return IndicatorStatus(
        name,
        indicator,
        axes.get("occurred"),
        axes.get("documented"),
        by_phase(query, as_of, steps, count),
        tuple(
            TrendPoint(day, count(until(query, day, "occurred")).value)
            for day in trend_days(query, as_of)
        ),
        published_by(indicator, as_of),
    )


def uncounted(indicator: Indicator, name: str, as_of: date, reason: Words) -> IndicatorStatus:
    """An indicator of which nothing could be counted, with the reason."""
    return IndicatorStatus(
        name, indicator, None, None, {}, (), published_by(indicator, as_of), reason
    )


def published_by(indicator: Indicator, as_of: date) -> tuple:  # type: ignore[type-arg]
    """The values published for periods that end by a day, the oldest first."""
    known = [one for one in indicator.published if date.fromisoformat(one.to) <= as_of]
    return tuple(sorted(known, key=lambda one: one.to))


def until(query: Query, as_of: date, axis: str) -> Query:
    """The query asked as of a day, on an axis."""
    interval = query.interval or Interval("..", None, None)
    hi = as_of if interval.hi is None else min(interval.hi, as_of)
    state_day = query.as_of if query.as_of is not None else as_of
    return replace(
        query,
        interval=None if query.interval is None else interval_of(Days(interval.lo, hi)),
        axis=axis,
        as_of=min(state_day, as_of),
    )


def interval_of(days: Days) -> Interval:
    """The interval of some days; one whose start lies after its end holds no day.

    Such an interval is written as the day before its end, which the query language can say.
    """
    lo, hi = days.lo, days.hi
    if lo is not None and hi is not None and lo > hi:
        lo = hi
    low = lo.isoformat() if lo else ".."
    high = hi.isoformat() if hi else ".."
    text = low if low == high and lo is not None else f"{low}/{high}"
    return Interval(text, lo, hi)


def by_phase(
    query: Query, as_of: date, steps: tuple[Boundary, ...], count: Count
) -> dict[str, int]:
    """Records certainly within each phase by when they happened; ``straddles`` holds the rest.

    The file's own beginning is set aside, since it is the order's. A record counts for the
    earliest step that it certainly precedes, as with single events (``phases``).
    """
    if query.interval is None:
        return {}
    asked = until(replace(query, interval=Interval("..", None, None)), as_of, "occurred")
    total = count(asked).value
    found: dict[str, int] = {}
    known = 0
    for step in steps:
        if step.days.lo is None:
            continue
        last = min(step.days.lo - timedelta(days=1), as_of)
        precede = count(replace(asked, interval=interval_of(Days(None, last)))).value
        found[BEFORE[step.name]] = max(0, precede - known)
        known = max(known, precede)
    after = steps[-1].days.hi if steps and steps[-1].name == "order" else None
    if after is not None and after < as_of:
        following = Days(after + timedelta(days=1), as_of)
        found["after_order"] = count(replace(asked, interval=interval_of(following))).value
    found["straddles"] = max(0, total - sum(found.values()))
    return found


def trend_days(query: Query, as_of: date) -> list[date]:
    """The ends of months between the beginning of the query and a day; the newest ones."""
    start = query.interval.lo if query.interval is not None else None
    if start is None:
        return []
    days = []
    day = month_end(start)
    while day < as_of:
        days.append(day)
        day = month_end(day + timedelta(days=1))
    return days[-TREND_POINTS:]


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _axis(figure: Figure) -> AxisCount:
    return AxisCount(
        figure.query,
        figure.value,
        figure.comparator,
        figure.range,
        figure.methodology,
        figure.custody_size,
    )
