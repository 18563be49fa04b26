"""What the slow way of counting is made of: counted units, starts of custody, conditions."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from bayyina.figures.query_tree import Act, And, Or
from tests.unit.figures.oracle import Row, Tri


class Counted(NamedTuple):
    """What the engine's figure must say."""

    certain: set[int]
    possible: set[int]
    groups: dict[tuple[str, ...], tuple[int, int]]
    unknown: int


class Candidate(NamedTuple):
    """One way in which a unit is in the figure."""

    uid: int
    verdict: Tri
    rows: list[Row]
    """The act or acts that divide the figure; the unit's own row otherwise."""
    person: int | None
    sure: bool
    limits: tuple[int, int]
    """Days between which it lies if it is in the figure."""
    span: tuple[int, int]
    """Its date on the axis that the query asks for."""


class Start(NamedTuple):
    """Reports of the start of a custody with the same bounds."""

    lo: int
    hi: int
    rows: list[Row]
    until: tuple[int, int]
    """Until when it lasted by its own words; nothing in between says nothing."""


def together(verdicts: list[Tri]) -> Tri:
    """What accounts of one act say: certain when one does and none speaks against it."""
    return Tri(
        any(v.certain for v in verdicts) and all(v.possible for v in verdicts),
        any(v.possible for v in verdicts),
    )


def period(day: int, key: str) -> str:
    there = date.fromordinal(day)
    return f"{there.year:04d}" if key == "year" else f"{there.year:04d}-{there.month:02d}"


def leading(condition: Any) -> list[tuple[Act, list[Any]]] | None:
    match condition:
        case Act():
            return [(condition, [])]
        case And():
            for part in condition.parts:
                found = leading(part)
                if found is not None:
                    rest = [p for p in condition.parts if p is not part]
                    return [(act, [*more, *rest]) for act, more in found]
            return None
        case Or():
            parts = [leading(part) for part in condition.parts]
            if any(part is None for part in parts):
                return None
            return [pair for part in parts for pair in part or []]
        case _:
            return None


def timed_act(condition: Any) -> bool:
    match condition:
        case Act():
            return True
        case And() | Or():
            return any(timed_act(part) for part in condition.parts)
        case _:
            return False
