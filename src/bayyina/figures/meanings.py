"""What a set of stated values says about a condition or a key.

A source that is less precise does not disagree: of ``government`` and ``branch 215`` only
the branch is kept, of a governorate and a district in it only the district.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from bayyina.figures.assembled import (
    SOURCE,
    STANDARD_DOMAIN,
    UNVERIFIED,
    VERIFICATION_DOMAIN,
)
from bayyina.figures.ports import PlaceTree
from bayyina.model.vocabulary import Vocabulary

UNKNOWN: Final = "unknown"
"""Key of records that cannot be placed."""

NONE: Final = "none"
"""Key of records that are verified under no standard."""

_LEVELS: Final = ("country", "governorate", "district", "subdistrict")

Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a set of values stands among the groups of a key."""

    values: tuple[str, ...]
    """Groups that it stands in, or may stand in; empty when nothing is stated."""

    settled: bool
    """Whether it stands in all of them; otherwise it is in one of them, or in another."""


@dataclass(frozen=True)
class Meanings:
    """Looks up what sets of values mean."""

    vocabulary: Vocabulary
    """Terms and groups with what is above them."""

    places: PlaceTree
    """Places with what they lie in."""

    source_names: dict[str, str]
    """Name of each source by its record number as text."""

    def is_within(self, domain: str, value: str, target: str) -> bool:
        """Whether a value is the target or a part or kind of it."""
        if value == target:
            return True
        if domain == "group":
            return self.vocabulary.is_group_within(value, target)
        if domain == "place":
            return self._is_place_within(value, target)
        if domain.startswith("term:"):
            return self.vocabulary.term_lists[domain[5:]].is_within(value, target)
        return domain == SOURCE and self.source_names.get(value) == target

    def refined(self, domain: str, values: Values) -> Values:
        """The values without those that are only a wider one of another."""
        if len(values) < 2:
            return values
        return tuple(
            value
            for value in values
            if not any(v != value and self.is_within(domain, v, value) for v in values)
        )

    def verdict(
        self, domain: str, values: Values, targets: Sequence[str], *, multiple: bool
    ) -> tuple[bool, bool]:
        """Whether a set of values meets one of the targets: for certain, and possibly."""
        if domain == VERIFICATION_DOMAIN:
            values = values or (UNVERIFIED,)
        if not values:
            return False, domain != STANDARD_DOMAIN  # nobody verified it, for certain
        refined = values if multiple else self.refined(domain, values)
        inside = [any(self.is_within(domain, v, t) for t in targets) for v in refined]
        wider = any(self._may_be(domain, v, t) for v in refined for t in targets)
        certain = any(inside) if multiple else all(inside)
        return certain, any(inside) or wider

    def _may_be(self, domain: str, value: str, target: str) -> bool:
        """Whether a value leaves the target open: it is wider, or a party nobody has named."""
        groups = self.vocabulary.groups
        if domain == "group" and value in groups and groups[value].kind == "unknown":
            return True
        return self.is_within(domain, target, value)

    def codes(
        self, domain: str, sets: Sequence[Values], targets: Sequence[str], *, multiple: bool
    ) -> tuple[list[int], list[int]]:
        """Codes of the sets that meet one of the targets: for certain, and possibly."""
        certain: list[int] = []
        possible: list[int] = []
        for code, values in enumerate(sets):
            is_certain, is_possible = self.verdict(domain, values, targets, multiple=multiple)
            if is_certain:
                certain.append(code)
            if is_possible:
                possible.append(code)
        return certain, possible

    def placements(
        self, domain: str, sets: Sequence[Values], *, multiple: bool, level: str = ""
    ) -> list[Placement]:
        """Where each set stands, divided by the values or by what they lie in (``level``)."""
        lift = self._lifting(domain, level)
        if domain == VERIFICATION_DOMAIN:
            sets = [values or (UNVERIFIED,) for values in sets]
        elif domain == STANDARD_DOMAIN:
            sets = [values or (NONE,) for values in sets]
        return [self._placement(domain, values, multiple, lift) for values in sets]

    def group_kinds(self, values: Values) -> set[str]:
        """Kinds of the groups of a set: ``state``, ``non_state``, ``unknown``."""
        return {self.vocabulary.group_kind(v) for v in self.refined("group", values)}

    def _placement(
        self, domain: str, values: Values, multiple: bool, lift: Callable[[str], str | None]
    ) -> Placement:
        refined = values if multiple else self.refined(domain, values)
        lifted = [lift(value) for value in refined]
        known = tuple(sorted({value for value in lifted if value is not None}))
        settled = bool(known) and None not in lifted and (multiple or len(known) == 1)
        return Placement(known, settled)

    def _lifting(self, domain: str, level: str) -> Callable[[str], str | None]:
        if domain == "place" and level:
            return lambda value: self.places.ancestor(value, level)
        if domain == "group" and level == "party":
            return self._party
        if domain == SOURCE:
            return lambda value: self.source_names.get(value, value)
        return lambda value: value

    def _party(self, code: str) -> str:
        """The topmost group that a group is part of."""
        here = code
        while (group := self.vocabulary.groups.get(here)) is not None and group.parent:
            here = group.parent
        return here

    def _is_place_within(self, value: str, target: str) -> bool:
        return target in self._ancestors(value)

    @cached_property
    def _ancestors(self) -> Callable[[str], frozenset[str]]:
        @lru_cache(maxsize=100_000)
        def ancestors(code: str) -> frozenset[str]:
            found = (self.places.ancestor(code, level) for level in _LEVELS)
            return frozenset(place for place in found if place is not None)

        return ancestors


def label_indices(placements: Iterable[Placement]) -> dict[str, int]:
    """A number for each group that occurs, in order of the names."""
    names = sorted({value for placement in placements for value in placement.values})
    return {name: i for i, name in enumerate(names)}
