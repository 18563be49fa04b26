"""Deadlines: fixed or relative, with the filings that met them; none is ever called missed.

A relative rule counts from the order: the first time after ``after``, then every
``then_every`` from there, months by the calendar (an order of 23 January with P4M and P6M
gives 23 May, 23 November, 23 May ...). A deadline that has passed and of which no filing
is on record is *filing not recorded*: courts publish some filings late and some never.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from bayyina.orders.durations import after, read_duration
from bayyina.orders.phases import days_of
from bayyina.standards.order_file import Due, OrderFile, Step, TimeLimit

DeadlineStatus = Literal["due", "filed", "filed after the day", "filing not recorded"]

LATE_DAYS: Final = 31
"""A filing so soon after a day that nothing was filed by is taken for that day."""

FARTHEST: Final = 400
"""No rule gives more deadlines than this, the newest; six-monthly ones fill two centuries."""

_COUNTED: Final = 40_000
"""So many are counted at most: a day each for a century."""

SHORTEST: Final = 3
"""A word must be longer than this to stand for the beginning of another."""

LATEST: Final = date(2199, 12, 31)
"""Days beyond which no deadline is worked out."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day by which something was or is to be filed."""

    due: date
    """The day."""

    state: DeadlineStatus
    """What is on record."""

    filed: str | None = None
    """Date of the filing, EDTF."""

    filed_reference: str | None = None
    """Where the filing stands."""


@dataclass(frozen=True, slots=True)
class LimitVersion:
    """One setting of a time-limit."""

    due: date
    """The day that was set."""

    set_on: date
    """When it was set."""

    reference: str | None
    """Where it stands."""

    superseded: bool
    """Whether a later setting took its place."""


@dataclass(frozen=True, slots=True)
class LimitStatus:
    """A time-limit of the procedure with all its settings."""

    id: str
    """``limit-WHAT-BY``."""

    limit: TimeLimit
    """The setting that holds."""

    deadline: Deadline
    """Its day."""

    history: tuple[LimitVersion, ...]
    """Every setting known by then, the oldest first."""


def due_days(due: Due, start: date, end: date) -> list[date]:
    """The days that a rule gives, up to the first one after ``end``; of very many the newest."""
    if due.on is not None:
        return [date.fromisoformat(due.on)]
    first = after(start, read_duration(due.after or ""))
    last = date.fromisoformat(due.until) if due.until not in (None, "final_decision") else LATEST
    days = [] if first is None or first > last else [first]
    if due.then_every is None or not days:
        return days
    interval = read_duration(due.then_every)
    while days[-1] <= end and len(days) < _COUNTED:
        following = after(days[0], interval, len(days))
        if following is None or following > last:
            break
        days.append(following)
    return days[-FARTHEST:]


def with_filings(days: Sequence[date], filings: Sequence[Step], as_of: date) -> list[Deadline]:
    """What is on record for each of some days, as of a day.

    A filing that names the day it is for is taken for that one. Any other belongs to the
    first day on or after its own date; to the day before, if nothing was filed by that one
    and it is at most ``LATE_DAYS`` past.
    """
    found: dict[date, Step] = {}
    rest = []
    for filing in sorted(filings, key=lambda step: days_of(step.date).lo or date.min):
        if filing.for_due is not None:
            found.setdefault(date.fromisoformat(filing.for_due), filing)
        else:
            rest.append(filing)
    for filing in rest:
        day = _day_of(filing, days, found)
        if day is not None:
            found.setdefault(day, filing)
    return [_deadline(day, found.get(day), as_of) for day in days]


def _day_of(filing: Step, days: Sequence[date], taken: dict[date, Step]) -> date | None:
    made = days_of(filing.date).lo
    if made is None:
        return None
    past = [day for day in days if day < made]
    if past and past[-1] not in taken and made - past[-1] <= timedelta(days=LATE_DAYS):
        return past[-1]
    ahead = [day for day in days if day >= made]
    if ahead:
        return ahead[0]
    return past[-1] if past and past[-1] not in taken else None


def _deadline(day: date, filing: Step | None, as_of: date) -> Deadline:
    if filing is not None:
        latest = days_of(filing.date).hi
        late = latest is None or latest > day
        state: DeadlineStatus = "filed after the day" if late else "filed"
        return Deadline(day, state, filing.date, filing.reference)
    return Deadline(day, "due" if day >= as_of else "filing not recorded")


def foremost(deadlines: Sequence[Deadline], as_of: date) -> Deadline | None:
    """The deadline to look at: the next one ahead, or else the last one."""
    ahead = [deadline for deadline in deadlines if deadline.due >= as_of]
    if ahead:
        return ahead[0]
    return deadlines[-1] if deadlines else None


def limits(case: OrderFile, filings: Sequence[Step], as_of: date) -> list[LimitStatus]:
    """The time-limits of the procedure that were set by a day, by what and by whom."""
    known = [limit for limit in case.time_limits if date.fromisoformat(limit.set_on) <= as_of]
    groups: dict[tuple[str, str], list[TimeLimit]] = {}
    for limit in sorted(known, key=lambda one: (one.set_on, one.due)):
        groups.setdefault((limit.what, limit.by), []).append(limit)
    return [_limit(case, versions, filings, as_of) for versions in groups.values()]


def _limit(
    case: OrderFile, versions: list[TimeLimit], filings: Sequence[Step], as_of: date
) -> LimitStatus:
    current = versions[-1]
    due = date.fromisoformat(current.due)
    own = [
        step for step in filings if step.type == _type_of(current) and _is_by(case, step, current)
    ]
    filing = min(own, key=lambda step: days_of(step.date).lo or date.min, default=None)
    history = tuple(
        LimitVersion(
            date.fromisoformat(one.due),
            date.fromisoformat(one.set_on),
            one.reference,
            superseded=one is not current,
        )
        for one in versions
    )
    name = f"limit-{_type_of(current)}-{current.by}".lower().replace("_", "-").replace(" ", "-")
    return LimitStatus(name, current, _deadline(due, filing, as_of), history)


def _type_of(limit: TimeLimit) -> str:
    return limit.what.strip().lower().replace("-", "_").replace(" ", "_")


def _is_by(case: OrderFile, step: Step, limit: TimeLimit) -> bool:
    """Whether a filing may be the one that a time-limit is for."""
    if step.by is None:
        return True
    names = {limit.by}
    if limit.by in ("applicants", "applicant"):
        names |= {"applicants", "applicant", *case.case.applicants}
    if limit.by == "respondent" and case.case.respondent is not None:
        names.add(case.case.respondent)
    parts = re.split(r",|&|\band\b|\bet\b", step.by)
    return any(_is_same_party(part, name) for part in parts for name in names)


def _is_same_party(one: str, other: str) -> bool:
    """Whether all words of the shorter name begin words of the longer: Syria, Syrian Arab Republic."""
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return bool(shorter) and all(
        any(word == known or (len(word) > SHORTEST and known.startswith(word)) for known in longer)
        for word in shorter
    )


def _words(name: str) -> list[str]:
    return [word for word in re.findall(r"\w+", name.casefold()) if word != "the"]
