"""Marks on an item: the places that statements name, ready to be drawn over what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

_PLACE: Final = re.compile(
    r"^(?:page (?P<page>\d{1,6})|time (?P<first>[\d:.]+)(?:-(?P<last>[\d:.]+))?)?"
    r"(?:, )?(?:region (?P<sides>[\d.]+,[\d.]+,[\d.]+,[\d.]+))?(?:, (?P<rest>.*))?$"
)
_CLOCK: Final = re.compile(r"(\d{1,3}):(\d{2}):(\d{2}(?:\.\d{1,3})?)")


class Box(NamedTuple):
    """A region, in hundredths of the picture."""

    left: str
    top: str
    width: str
    height: str


class Mark(NamedTuple):
    """One place of an item, and what is said of it."""

    number: int
    """Counted from 1, in the order of recording."""

    place: str
    """The locator."""

    page: int
    """The page that it names; 0: none."""

    box: Box | None
    """The region that it names."""

    first: str
    """The time at which it begins, as it is written; empty: it names none."""

    last: str
    """The time at which it ends; empty: it names none."""

    begins: float
    """The beginning in seconds."""

    ends: float
    """The end in seconds; the beginning where none is named."""

    said: tuple[Mapping[str, Any], ...]
    """Lines of the statements."""


def marks_of(lines: Iterable[Mapping[str, Any]]) -> list[Mark]:
    """The marks that statements make; ``lines`` as pages show them, those that stand."""
    by_place: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        place = str(line.get("locator") or "")
        if place and not line.get("closed") and _PLACE.match(place):
            by_place.setdefault(place, []).append(line)
    marks: list[Mark] = []
    for place, said in by_place.items():
        found = _PLACE.match(place)
        if found is None or not (found["page"] or found["first"] or found["sides"]):
            continue
        box = Box(*found["sides"].split(",")) if found["sides"] else None
        begins = seconds(found["first"] or "")
        ends = seconds(found["last"] or "") if found["last"] else begins
        marks.append(
            Mark(
                len(marks) + 1, place, int(found["page"] or 0), box,
                found["first"] or "", found["last"] or "", begins, ends, tuple(said),
            )
        )  # fmt: skip
    return marks


def seconds(clock: str) -> float:
    """Seconds of a time such as ``00:03:10.5``; 0 of anything else."""
    found = _CLOCK.fullmatch(clock)
    if found is None:
        return 0.0
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])
