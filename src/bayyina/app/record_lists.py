"""The lists of records beside a report, without saying of whom a death is recorded untold.

An id says nothing to outsiders by itself, but the same id in two outputs does: whoever holds an
export of arrests could find in a list of deaths who died. So in the list of a figure about deaths
a record stands by its id only if the family was told; the others are counted and not named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import repeat
from typing import Final

from bayyina.app.family_told import FamilyTold
from bayyina.app.linked_records import pointers_at
from bayyina.app.output_decisions import is_about_deaths
from bayyina.app.workspace import Workspace
from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import RecordRef

WITHHELD: Final = -1
"""Number that stands in place of a record that is not named."""

UNTOLD: Final = "withheld:untold"
"""What a list says in place of its id."""


class RecordLists:
    """Lists the records behind the figures of one report."""

    def __init__(self, workspace: Workspace, engine: FigureEngine) -> None:
        """Open figures with ``engine``."""
        self._workspace, self._engine = workspace, engine
        self._deadly: dict[str, bool] = {}

    def records(self, query: str, group: Mapping[str, str] | None) -> Iterator[RecordRef]:
        """The records of a figure, or of one of its groups."""
        found = self._engine.open(query, group=group)
        if query not in self._deadly:
            self._deadly[query] = is_about_deaths(self._workspace, query)
        return self._named(found) if self._deadly[query] else iter(found)

    def short_id(self, number: int) -> str:
        """A record's short id, or that it is not named."""
        return UNTOLD if number == WITHHELD else self._workspace.short_id(number)

    def _named(self, found: Iterable[RecordRef]) -> Iterator[RecordRef]:
        """Those that may be named, then the others, whose place in the order would tell which they are.

        Nor is the day said on which one of the others was last known to be alive.
        """
        unnamed: dict[bool, int] = {True: 0, False: 0}
        for one in found:
            if one.number in self._told:
                yield one
            else:
                unnamed[one.certain] += 1
        for certain, count in unnamed.items():
            yield from repeat(RecordRef(WITHHELD, certain), count)

    @cached_property
    def _told(self) -> frozenset[int]:
        """People whose families were told, and what is recorded of them."""
        # As it stands now, whatever day the figures are of; what a list claims of it is no telling.
        told = FamilyTold(self._workspace)
        people, flagged = told.told_people, told.confirmed_records
        about = {one.record for one in pointers_at(self._workspace, people)}
        return frozenset(people | about | flagged)
