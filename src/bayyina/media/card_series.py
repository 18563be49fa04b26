"""Numbers on cards along a set of photographs: which leave the run of the others.

People read the cards; here nothing is read. The photographs of one camera are put in the order
of their counters, else of their clocks, else of the files. Where the numbers then run upwards
but for a few, these few are what a person should look at; so are gaps in a run that is unbroken
otherwise, and a number that stands on photographs of different times. Detainee numbers are
counted within a branch; examination numbers go on across branches.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from bayyina.media.findings import Seen
from bayyina.media.series import MIN_SERIES, MOST, UNBROKEN, longest_run, unwrapped
from bayyina.model.digits import plain_text

METHOD: Final = "series-cards"
"""Section of ``wording.toml``."""

APART: Final = timedelta(hours=24)
"""Photographs of one card that lie further apart than this were not taken on one occasion."""

_NUMBER: Final = re.compile(r"(.*?)(\d{1,15})")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class CardReading(NamedTuple):
    """What somebody read off the card in a photograph; empty where it could not be read."""

    number: str
    """Number of the detainee."""

    branch: str = ""
    """Number of the branch."""

    examination: str = ""
    """Number of the examination."""


class CardShot(NamedTuple):
    """A photograph of a card that somebody read."""

    place: int
    """Its place in the order of the files."""

    card: CardReading
    """What stands on the card."""

    counter: int | None = None
    """Number of the photograph by its camera or its name."""

    taken: datetime | None = None
    """When it was taken by the camera's clock."""

    camera: str = ""
    """The camera; empty where it is not known."""


class _Numbered(NamedTuple):
    """A photograph with one of the numbers on its card."""

    shot: CardShot
    """The photograph."""

    value: int
    """The number."""


def split_number(text: str) -> tuple[str, int] | None:
    """What stands before a number, and the number that ends it; None where it ends in none."""
    match = _NUMBER.fullmatch("".join(plain_text(text).split()).casefold())
    return (match[1], int(match[2])) if match else None


def card_findings(shots: Sequence[CardShot]) -> Iterator[tuple[int, Seen]]:
    """What stands out of the numbers on cards, by the place of the photograph."""
    for what, series in _series(shots):
        ordered, basis = _ordered(series)
        kept = _run(ordered)
        if kept is not None:
            yield from _outside(what, ordered, kept, basis)
            yield from _gaps(what, ordered, kept)
        yield from _apart(what, series)


def _series(shots: Sequence[CardShot]) -> Iterator[tuple[str, list[_Numbered]]]:
    """The photographs whose numbers are counted together, by what the number is."""
    found: dict[tuple[str, ...], list[_Numbered]] = defaultdict(list)
    for shot in shots:
        branch = "".join(plain_text(shot.card.branch).split()).casefold().lstrip("0")
        detainee, examination = split_number(shot.card.number), split_number(shot.card.examination)
        if detainee:
            key = ("detainee number", shot.camera, branch, detainee[0])
            found[key].append(_Numbered(shot, detainee[1]))
        if examination:
            key = ("examination number", shot.camera, "", examination[0])
            found[key].append(_Numbered(shot, examination[1]))
    for (what, *_), series in found.items():
        yield what, series


def _ordered(series: Sequence[_Numbered]) -> tuple[list[_Numbered], str]:
    """The photographs in the best order that is known of all of them, and which that is.

    Where two have one counter or one time, the lower number comes first.
    """
    shots = [one.shot for one in series]
    if any(shot.counter is None for shot in shots):
        if any(shot.taken is None for shot in shots):
            return sorted(series, key=lambda one: one.shot.place), "the order of the files"
        return sorted(series, key=lambda one: (_clock(one), one.value)), "the camera's clock"
    by_clock = sorted(series, key=lambda one: (_clock(one), one.shot.counter or 0))
    counters = [one.shot.counter or 0 for one in by_clock]
    if all(shot.taken for shot in shots):
        counters = unwrapped(counters)
    paired = sorted(zip(counters, by_clock, strict=True), key=lambda two: (two[0], two[1].value))
    return [one for _, one in paired], "the camera's counter"


def _clock(one: _Numbered) -> datetime:
    return one.shot.taken or _LONG_AGO


def _run(ordered: Sequence[_Numbered]) -> set[int] | None:
    """Places of a longest run of numbers; None where the numbers do not run with the order."""
    if len({one.value for one in ordered}) < MIN_SERIES:
        return None
    kept = longest_run([one.value for one in ordered])
    return kept if len(kept) >= MOST * len(ordered) else None


def _outside(
    what: str, ordered: Sequence[_Numbered], kept: set[int], basis: str
) -> Iterator[tuple[int, Seen]]:
    for at, one in enumerate(ordered):
        if at not in kept:
            numbers = {
                "count": len(ordered),
                "what": what,
                "number": one.value,
                "basis": basis,
                "outside": len(ordered) - len(kept),
            }
            yield one.shot.place, Seen(METHOD, "order", numbers, {"share": MOST})


def _gaps(what: str, ordered: Sequence[_Numbered], kept: set[int]) -> Iterator[tuple[int, Seen]]:
    """Numbers missing from a run that is otherwise unbroken; the first photograph after each.

    Where a photograph that leaves the run stands in the gap, that one is named and not the gap.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for at in sorted(kept):
        first.setdefault(ordered[at].value, at)
        last[ordered[at].value] = at
    values = sorted(first)
    if len(values) < max(MIN_SERIES, UNBROKEN * (values[-1] - values[0] + 1)):
        return
    for before, value in pairwise(values):
        if value - before > 1 and first[value] == last[before] + 1:
            numbers = {
                "count": len(values),
                "what": what,
                "number": value,
                "missing": value - before - 1,
            }
            yield (
                ordered[first[value]].shot.place,
                Seen(METHOD, "gap", numbers, {"share": UNBROKEN}),
            )


def _apart(what: str, series: Sequence[_Numbered]) -> Iterator[tuple[int, Seen]]:
    """One number on photographs of different times: those apart from where most of them are."""
    by_value: dict[int, list[_Numbered]] = defaultdict(list)
    for one in series:
        if one.shot.taken:
            by_value[one.value].append(one)
    for value, same in by_value.items():
        occasions = _occasions(sorted(same, key=_clock))
        main = max(occasions, key=len)
        for occasion in occasions:
            for one in occasion if occasion is not main else ():
                nearest = min(abs(_clock(one) - _clock(other)) for other in main)
                numbers = {
                    "what": what,
                    "number": value,
                    "taken": f"{_clock(one):%Y-%m-%d %H:%M}",
                    "others": len(main),
                    "days": round(nearest / timedelta(days=1), 1),
                }
                hours = APART // timedelta(hours=1)
                yield one.shot.place, Seen(METHOD, "apart", numbers, {"hours": hours})


def _occasions(same: Sequence[_Numbered]) -> list[list[_Numbered]]:
    """Photographs in order of time, parted where the next is more than ``APART`` later."""
    occasions = [[same[0]]]
    for before, one in pairwise(same):
        if _clock(one) - _clock(before) > APART:
            occasions.append([])
        occasions[-1].append(one)
    return occasions
