"""Ages compared, also where one row states an age and the other a date of birth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Doubles, Ints32
from bayyina.linkage.birth_dates import BirthTable
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.encoding import encode
from bayyina.linkage.measured import Measured
from bayyina.model.digits import plain_text

OLDEST: Final = 120.0
"""Years; a greater age is taken for a mistake and left out."""
LEVELS: Final = (
    "missing", "different", "within ten years", "within five years", "within two years",
    "one year apart", "same",
)  # fmt: skip
_DAYS_OF_YEAR: Final = 365.2425
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_MONTHS_OR_DAYS = re.compile(
    r"month|day|week|شهر|شهور|اشهر|أشهر|يوم|ايام|أيام|اسبوع|أسبوع", re.IGNORECASE
)
_FEWEST_TO_DATE: Final = 10


class AgeTable(NamedTuple):
    """Ages by row."""

    age: Doubles
    """Years, shape (rows,); NaN where none is stated or known."""
    unreadable: int
    """Rows whose text is no age, or one that nobody reaches."""


def read_ages(texts: Sequence[str], list_of: Ints32, births: BirthTable | None) -> AgeTable:
    """Read the ages of a column, and work out those of rows with a date of birth only.

    The day to which a list's ages refer is taken from its rows that state both (the
    median); a list without such rows takes that of the other one.
    """
    plain = encode(texts)
    values = np.array([_age_of(text) for text in plain.values] or [np.nan], dtype=np.float64)
    age = np.where(plain.codes >= 0, values[plain.codes], np.nan)
    stated = ~np.isnan(age)
    unreadable = int(((plain.codes >= 0) & ~stated).sum())
    if births is not None:
        exact = (births.codes >= 0) & (births.year > 0)
        born = (births.first + births.last) / 2.0 / _DAYS_OF_YEAR
        for number, then in _reference_days(age, born, stated & exact, list_of).items():
            derived = exact & ~stated & (list_of == number)
            worked_out = np.floor(then - born)
            possible = derived & (worked_out >= 0) & (worked_out <= OLDEST)
            age[possible] = worked_out[possible]
    return AgeTable(age, unreadable)


def _reference_days(
    age: Doubles, born: Doubles, both: np.ndarray, list_of: Ints32
) -> dict[int, float]:
    """Year, with its fraction, to which the ages of each list refer."""
    found: dict[int, float] = {}
    numbers = [int(number) for number in np.unique(list_of)]
    for number in numbers:
        here = both & (list_of == number)
        if here.sum() >= _FEWEST_TO_DATE:
            found[number] = float(np.median(born[here] + age[here] + 0.5))
    if found:
        other = max(found.values())
        return {number: found.get(number, other) for number in numbers}
    return {}


def _age_of(text: str) -> float:
    found = _NUMBER.search(plain_text(text))
    if found is None or "-" in text[: found.start()]:
        return float("nan")
    if _MONTHS_OR_DAYS.search(text):
        return 0.0
    years = float(found.group().replace(",", "."))
    return float(np.floor(years)) if years <= OLDEST else float("nan")


@compiled_bare
def _levels(left: Any, right: Any, age: Any, has_birth: Any, levels: Any) -> None:
    for pair in range(len(left)):
        i, j = left[pair], right[pair]
        if has_birth[i] and has_birth[j]:
            continue
        apart = abs(age[i] - age[j])
        if not apart >= 0.0:
            continue
        if apart == 0.0:
            levels[pair] = 6
        elif apart <= 1.0:
            levels[pair] = 5
        elif apart <= 2.0:
            levels[pair] = 4
        elif apart <= 5.0:
            levels[pair] = 3
        else:
            levels[pair] = 2 if apart <= 10.0 else 1


class AgeComparison:
    """Compares ages of rows that do not both state a date of birth."""

    level_names = LEVELS
    rare_levels: frozenset[int] = frozenset()

    def __init__(self, label: str, table: AgeTable, births: BirthTable | None) -> None:
        self.label = label
        self._table = table
        none = np.zeros(len(table.age), dtype=np.bool_)
        self._has_birth = births.codes >= 0 if births is not None else none

    def measure(self, left: Ints32, right: Ints32) -> Measured:
        """Compare the ages of pairs of rows."""
        levels = np.zeros(len(left), dtype=np.uint8)
        _levels(left, right, self._table.age, self._has_birth, levels)
        return Measured(levels, np.zeros(len(left), dtype=np.float32))
