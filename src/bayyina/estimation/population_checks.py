"""What speaks against estimating at all, looked at before any number is computed.

No formula sees whether the lists drew from one population, or whether one was made with
the help of another. These are declared by people, with their reasons, and recorded in the
result. What the table itself can show is checked here: one list, two lists, lists that
hold each other, lists without overlap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.captures import Captures
from bayyina.estimation.overlaps import Overlap, describe_overlap
from bayyina.estimation.results import Reason

THIN_OVERLAP: Final = 10
"""With fewer people on two lists or more, the estimate rests on next to nothing: it is said."""

THIN_STRATUM: Final = 10
"""A stratum with fewer documented people is not estimated by itself."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What people state of the lists, in their own words; empty where nothing is stated."""

    one_population: str = ""
    """Why all lists drew from one population: same time, place and kind of event."""

    independent: str = ""
    """Why being on one list made nobody more or less likely to be on another."""

    populations_differ: str = ""
    """Why the lists did not draw from one population; then nothing is estimated."""

    dependent: str = ""
    """How one list was made with the help of another; then nothing is estimated."""

    open_population: bool = False
    """Whether people enter and leave what was counted; then nothing is estimated."""

    def to_json(self) -> dict[str, str | bool]:
        """What is stated, by name."""
        names = ("one_population", "independent", "populations_differ", "dependent")
        found: dict[str, str | bool] = {
            name: getattr(self, name) for name in names if getattr(self, name)
        }
        return {**found, "open_population": True} if self.open_population else found


@dataclass(frozen=True, slots=True)
class Check:
    """What was found."""

    against: tuple[Reason, ...]
    """Reasons not to estimate; empty when nothing speaks against it."""

    cautions: tuple[Reason, ...]
    """What has to be said beside an estimate."""

    overlap: Overlap
    """How the lists overlap."""


def check_population(captures: Captures, declared: Declared) -> Check:
    """What speaks against estimating from these lists, and what has to be said of them."""
    overlap = describe_overlap(captures.table)
    against = [*_of_population(captures, declared), *check_lists(captures.table, declared, overlap)]
    return Check(tuple(against), tuple(_cautions(captures, overlap)), overlap)


def check_lists(
    table: CaptureTable, declared: Declared, overlap: Overlap | None = None
) -> list[Reason]:
    """What the table itself shows against estimating from it."""
    seen = overlap or describe_overlap(table)
    count = len(table.lists)
    if count == 1:
        return [Reason("one-list", {"list": table.lists[0]})]
    found: list[Reason] = []
    if not seen.on_several:
        found.append(Reason("no-overlap", {"lists": count, "documented": table.documented}))
    left = lists_of_their_own(seen)
    inside = [_containment(seen, inner, outer) for inner, outer in _listed_once(seen)]
    if len(left) == 1:
        found += inside
    elif len(left) == 2 and (undefended := _undefended(declared, left)):
        found += [*inside, *undefended]
    return found


def used_lists(table: CaptureTable) -> CaptureTable:
    """The table without the lists that nobody in it is on."""
    totals = table.list_totals
    kept = [i for i in range(len(table.lists)) if totals[i]]
    return table if len(kept) == len(table.lists) else table.pick(kept)


def lists_of_their_own(overlap: Overlap) -> tuple[str, ...]:
    """The lists that are not wholly inside another; of those with the same people, the first."""
    inside = set()
    order = [part.name for part in overlap.totals]
    held = set(overlap.contained)
    for inner, outer in overlap.contained:
        if (outer, inner) not in held or order.index(inner) > order.index(outer):
            inside.add(inner)
    return tuple(name for name in order if name not in inside)


def _of_population(captures: Captures, declared: Declared) -> Iterable[Reason]:
    if declared.open_population or captures.is_open:
        yield Reason("open-population")
    if declared.populations_differ:
        yield Reason("populations-differ", {"stated": declared.populations_differ})
    if declared.dependent:
        yield Reason("list-made-from-another", {"stated": declared.dependent})


def _undefended(declared: Declared, lists: tuple[str, ...]) -> list[Reason]:
    """Two lists say nothing of their dependence, so both conditions need a person's reason."""
    found = []
    if not (declared.one_population or declared.populations_differ):
        found.append(Reason("one-population-undefended", {"lists": lists}))
    if not (declared.independent or declared.dependent):
        found.append(Reason("independence-undefended", {"lists": lists}))
    return found


def _listed_once(overlap: Overlap) -> list[tuple[str, str]]:
    order = [part.name for part in overlap.totals]
    held = set(overlap.contained)
    return [
        (inner, outer)
        for inner, outer in overlap.contained
        if (outer, inner) not in held or order.index(inner) > order.index(outer)
    ]


def _containment(overlap: Overlap, inner: str, outer: str) -> Reason:
    sizes = {part.name: part.people for part in overlap.totals}
    code = "lists-same" if sizes[inner] == sizes[outer] else "list-contained"
    return Reason(code, {"inner": inner, "outer": outer, "people": sizes[inner]})


def _cautions(captures: Captures, overlap: Overlap) -> Iterable[Reason]:
    yield from captures.notes
    for inner, outer in _listed_once(overlap):
        yield _containment(overlap, inner, outer)
    if 0 < overlap.on_several < THIN_OVERLAP:
        yield Reason("overlap-thin", {"people": overlap.on_several})
    for total in overlap.totals:
        if total.people and total.alone == total.people and len(overlap.totals) > 2:
            yield Reason("list-apart", {"list": total.name, "people": total.people})
    if captures.unplaced is not None:
        yield Reason(
            "stratum-missing" if captures.strata else "strata-unknown",
            {"people": captures.unplaced.documented, "by": captures.by},
        )
