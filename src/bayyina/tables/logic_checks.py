"""Statements of one record that cannot all be true: counts and dates in a wrong order.

They are reported and kept as the list has them; mending them would hide what the list
says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bayyina.model.drafts import RowProblem, ValueDraft
from bayyina.model.vocabulary import RecordType
from bayyina.tables.mapping_parts import Check
from bayyina.tables.problems import COUNT_LOGIC, DATE_ORDER


@dataclass(frozen=True)
class LogicCheck:
    """One pair of properties to compare."""

    lesser: str
    """Property that must not be greater, or later."""
    greater: str
    """Property that must not be less, or earlier."""
    of_dates: bool
    """True for dates, false for counts."""
    empty_is_zero: bool
    """True when ``greater`` not being stated counts as none."""
    columns: tuple[str, str]
    """How messages call the two."""

    def problem(self, stated: dict[str, ValueDraft]) -> RowProblem | None:
        """Say what is wrong between the two, if anything."""
        lesser, greater = stated.get(self.lesser), stated.get(self.greater)
        if lesser is None:
            return None
        if greater is None:
            return self._beside_nothing(lesser)
        if self.of_dates:
            is_wrong = bool(lesser.date_lo and greater.date_hi and lesser.date_lo > greater.date_hi)
        else:
            is_wrong = (
                lesser.num_lo is not None
                and greater.num_hi is not None
                and lesser.num_lo > greater.num_hi
            )
        return self._problem() if is_wrong else None

    def _beside_nothing(self, lesser: ValueDraft) -> RowProblem | None:
        if self.empty_is_zero and lesser.num_lo:
            first, second = self.columns
            message = f"“{first}” counts some, although “{second}” counts none. Both are kept."
            return RowProblem(first, COUNT_LOGIC, message)
        return None

    def _problem(self) -> RowProblem:
        first, second = self.columns
        if self.of_dates:
            message = f"“{first}” is later than “{second}”. Both are kept as they are written."
            return RowProblem(first, DATE_ORDER, message)
        message = f"“{first}” is greater than “{second}”. Both are kept as they are written."
        return RowProblem(first, COUNT_LOGIC, message)


def checks_of(
    record: RecordType, checks: Iterable[Check], columns: dict[str, str]
) -> tuple[LogicCheck, ...]:
    """Gather the comparisons that apply to a record.

    Args:
        record: Its type, with the constraints of the vocabulary.
        checks: Comparisons of the mapping; they replace those on the same pair.
        columns: The column (or other name) that states each property; only properties in
            it are compared.
    """
    found: dict[tuple[str, str], LogicCheck] = {}
    for constraint in record.constraints:
        lesser, greater = constraint.properties
        if constraint.kind in {"at_most", "not_after"} and {lesser, greater} <= columns.keys():
            found[lesser, greater] = LogicCheck(
                lesser,
                greater,
                constraint.kind == "not_after",
                empty_is_zero=False,
                columns=(columns[lesser], columns[greater]),
            )
    for check in checks:
        if {check.lesser, check.greater} <= columns.keys():
            found[check.lesser, check.greater] = LogicCheck(
                check.lesser,
                check.greater,
                of_dates=False,
                empty_is_zero=check.empty_is_zero,
                columns=(columns[check.lesser], columns[check.greater]),
            )
    return tuple(found.values())


def problems_of(checks: Sequence[LogicCheck], values: Iterable[ValueDraft]) -> list[RowProblem]:
    """Run the comparisons on what one record states (its first value of each property)."""
    stated: dict[str, ValueDraft] = {}
    for value in values:
        stated.setdefault(value.property, value)
    return [found for check in checks if (found := check.problem(stated))]
