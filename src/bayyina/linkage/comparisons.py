"""All comparisons of the fields that people state, measured together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

import numpy as np

from bayyina.linkage.ages import AgeComparison
from bayyina.linkage.arrays import Bytes, Ints32, Singles
from bayyina.linkage.birth_dates import BirthComparison
from bayyina.linkage.in_threads import in_order, slices
from bayyina.linkage.measured import Comparison
from bayyina.linkage.name_levels import BETWEEN_LEVELS, WORD_LEVELS, NameMeasure
from bayyina.linkage.people import People
from bayyina.linkage.registers import RegisterComparison
from bayyina.linkage.sexes import SexComparison
from bayyina.linkage.text_values import TextComparison
from bayyina.model.places import Gazetteer

_NAME_PARTS: Final = ("given name", "family name", "names between")
_WORD_RARE: Final = frozenset({3, 4})
_BETWEEN_RARE: Final = frozenset({2, 3, 4})
_WORD_EXPECTED: Final = (0.0, 0.10, 0.05, 0.15, 0.62, 0.02, 0.06)
_BETWEEN_EXPECTED: Final = (0.0, 0.08, 0.04, 0.44, 0.44)
_BETWEEN_PARTIAL: Final = 2
"""Level at which some of the names between are shared and others are not."""
_AGREEMENT_GROWS: Final = 2.5
_WORD_STRANGERS: Final = (0.0, 0.945, 0.002, 0.006, 0.015, 0.002, 0.03)
_BETWEEN_STRANGERS: Final = (0.0, 0.95, 0.01, 0.035, 0.005)
_STRANGERS: Final[Mapping[str, tuple[float, ...]]] = {
    "birth": (0.0, 0.6, 0.2, 0.1, 0.03, 0.003, 0.003, 0.06, 0.004),
    "date": (0.0, 0.2, 0.45, 0.2, 0.1, 0.003, 0.012, 0.03, 0.005),
    "age": (0.0, 0.5, 0.2, 0.12, 0.07, 0.06, 0.05),
    "sex": (0.0, 0.5, 0.5),
    "place": (0.0, 0.8, 0.05, 0.02, 0.13),
    "register": (0.0, 0.98, 0.01, 0.002, 0.004, 0.004),
    "text": (0.0, 0.8, 0.05, 0.02, 0.13),
}
"""About how often strangers agree, by role: what a list of a few rows cannot tell by itself."""

Result = TypeVar("Result")


class Compared(NamedTuple):
    """One comparison, as a model knows it."""

    label: str
    """What is compared."""
    level_names: tuple[str, ...]
    """Names of its levels; the first is ``missing``."""
    rare_levels: frozenset[int]
    """Levels whose weight grows with rarity."""
    expected: tuple[float, ...]
    """Shares of the levels among matches with which estimation begins."""
    of_family: bool
    """Whether relatives agree in it as well."""
    open_levels: frozenset[int] = frozenset()
    """Levels, of what relatives do not share, that may be commoner among them nevertheless."""
    shared_by_twins: bool = False
    """Whether twins agree in it."""
    partial: int = 0
    """A level that never speaks more for one person than any of those after it; 0 for none."""
    of_sex: bool = False
    """Whether it is what the given name tells as well."""
    strangers: tuple[float, ...] = ()
    """About the shares of its levels among strangers."""


class AllMeasured(NamedTuple):
    """Levels and rarities of pairs by all comparisons."""

    levels: Bytes
    """Shape (comparisons, pairs)."""
    rarity: Singles
    """Shape (comparisons, pairs)."""


class Comparisons:
    """The comparisons of the fields that people state."""

    def __init__(self, people: People, gazetteer: Gazetteer | None = None) -> None:
        self._names: list[NameMeasure] = [NameMeasure(people.names)]
        compared = [_name_part(number, part) for number, part in enumerate(_NAME_PARTS)]
        if people.mothers is not None:
            self._names.append(NameMeasure(people.mothers))
            compared += [
                _name_part(number, f"mother's {part}", of_family=True)
                for number, part in enumerate(_NAME_PARTS)
            ]
        dates = {label for label in people.births if label.startswith("date:")}
        born = next((people.births[one] for one in people.births if one not in dates), None)
        self._others: list[Comparison] = [
            *(BirthComparison(label, table) for label, table in people.births.items()),
            *(AgeComparison(label, table, born) for label, table in people.ages.items()),
            *(SexComparison(label, codes) for label, codes in people.sexes.items()),
            *(TextComparison(label, codes, gazetteer) for label, codes in people.places.items()),
            *(RegisterComparison(label, table) for label, table in people.registers.items()),
            *(TextComparison(label, codes) for label, codes in people.texts.items()),
        ]
        own = {*people.births, *people.ages, *people.sexes} - dates
        compared += [
            Compared(
                one.label, one.level_names, one.rare_levels, _growing(len(one.level_names)),
                of_family=one.label not in own,
                shared_by_twins=one.label in own and one.label not in people.sexes,
                of_sex=one.label in people.sexes,
                strangers=_STRANGERS[one.label.partition(":")[0]],
            )
            for one in self._others
        ]  # fmt: skip
        self.compared: tuple[Compared, ...] = tuple(compared)
        """What is compared, in the order of the measurements."""

    @property
    def by_label(self) -> Mapping[str, int]:
        """Place of each comparison."""
        return MappingProxyType({one.label: place for place, one in enumerate(self.compared)})

    def measure(self, left: Ints32, right: Ints32) -> AllMeasured:
        """Measure pairs by all comparisons."""
        return self._measured(left, right)

    def measure_each(
        self, left: Ints32, right: Ints32, found: Callable[[slice, AllMeasured], Result]
    ) -> Iterator[Result]:
        """What a function finds of the measured pairs, part by part, in the order of the pairs.

        Args:
            left: The one row of each pair, shape (pairs,).
            right: The other row.
            found: Is given which pairs a part holds and what was measured; called by several
                threads.
        """
        return in_order(
            lambda part: found(part, self._measured(left[part], right[part])),
            slices(len(left)),
        )

    def _measured(self, left: Ints32, right: Ints32) -> AllMeasured:
        levels = np.empty((len(self.compared), len(left)), dtype=np.uint8)
        rarity = np.empty((len(self.compared), len(left)), dtype=np.float32)
        place = 0
        for names in self._names:
            levels[place : place + 3], rarity[place : place + 3] = names.measure_parts(left, right)
            place += 3
        for one in self._others:
            levels[place], rarity[place] = one.measure(left, right)
            place += 1
        return AllMeasured(levels, rarity)


def _name_part(number: int, label: str, *, of_family: bool = False) -> Compared:
    if number == 2:
        return Compared(
            label, BETWEEN_LEVELS, _BETWEEN_RARE, _BETWEEN_EXPECTED, of_family=True,
            partial=_BETWEEN_PARTIAL, strangers=_BETWEEN_STRANGERS,
        )  # fmt: skip
    of_family = of_family or number == 1
    return Compared(
        label,
        WORD_LEVELS,
        _WORD_RARE,
        _WORD_EXPECTED,
        of_family,
        frozenset({1, 6}),
        strangers=_WORD_STRANGERS,
    )


def _growing(levels: int) -> tuple[float, ...]:
    """Expected shares that grow from the least to the fullest agreement."""
    shares = _AGREEMENT_GROWS ** np.arange(levels - 1)
    return (0.0, *(shares / shares.sum()).tolist())
