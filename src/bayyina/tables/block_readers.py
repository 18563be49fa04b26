"""One block of a mapping, made ready for the columns of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from bayyina.errors import MappingError
from bayyina.model.drafts import RowProblem, ValueDraft
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Property, Vocabulary
from bayyina.tables import problems
from bayyina.tables.cell_readers import CellReader, Stated
from bayyina.tables.columns import rules_for
from bayyina.tables.joined_cells import CombinedReader, IntervalReader, JoinedReader
from bayyina.tables.logic_checks import checks_of, problems_of
from bayyina.tables.mapping_checks import CERTAINTIES
from bayyina.tables.mapping_parts import (
    ALL_PARTS,
    Block,
    Check,
    ColumnRule,
    Condition,
    Constant,
    ListFacts,
)
from bayyina.tables.sourced_values import with_source

Test = Callable[[Sequence[str]], bool]
"""Says of a row's cells whether a condition holds."""
RowPart = Callable[[Sequence[str]], Stated]
"""Gives what several cells of a row state together."""


class Content(NamedTuple):
    """What the cells of a row state of one record."""

    values: list[ValueDraft]
    """Its values."""
    links: list[tuple[str, str]]
    """What its columns link it to: property and key."""
    problems: list[RowProblem]
    """What could not be read, or cannot be true."""


class Surroundings(NamedTuple):
    """What all blocks of a mapping are made ready with."""

    header: tuple[str, ...]
    """Columns of the file."""
    vocabulary: Vocabulary
    """Types, properties and words."""
    gazetteer: Gazetteer
    """Places."""
    facts: ListFacts
    """What the mapping says of the list."""
    label: str
    """How messages call the mapping."""
    link_prefixes: dict[str, str]
    """What stands before a key of this list, by the type of record it is the key of."""


class BlockReader:
    """Reads what rows state of one record of a mapping."""

    def __init__(self, block: Block, around: Surroundings, checks: Iterable[Check] = ()) -> None:
        self.block = block
        self._around = around
        self._record = around.vocabulary.types[block.type]
        self._indexes = {name: index for index, name in enumerate(around.header)}
        self._simple: list[tuple[int, CellReader]] = []
        self._parts: list[RowPart] = []
        self._required: list[tuple[int, str]] = []
        self._named: dict[str, str] = {}
        self._prepare_columns()
        self._prepare_interval()
        self._constants = tuple(chain.from_iterable(map(self._constant, block.constants)))
        self._tests = [condition_test(item, self._indexes) for item in block.conditions]
        self._checks = checks_of(self._record, checks, self._named)
        self._certainty = self._certainty_reader()

    def missing(self, cells: Sequence[str]) -> list[str]:
        """List the columns that must be filled and are empty."""
        return [column for index, column in self._required if not cells[index].strip()]

    def read(self, cells: Sequence[str]) -> Content | None:
        """Give what the row states of the record, or None when it states none."""
        for test in self._tests:
            if not test(cells):
                return None
        values: list[ValueDraft] = []
        links: list[tuple[str, str]] = []
        found: list[RowProblem] = []
        for index, read in self._simple:
            if text := cells[index]:
                stated = read(text)
                values += stated[0]
                if stated[1]:
                    found += stated[1]
                if stated[2]:
                    links += stated[2]
        for part in self._parts:
            stated = part(cells)
            values += stated[0]
            found += stated[1]
            links += stated[2]
        if not (values or links or self._tests or self.block.always):
            return None
        values += self._constants
        if self._checks:
            found += problems_of(self._checks, values)
        if self._certainty is not None:
            values = self._certainty(cells, values, found)
        return Content(values, links, found)

    def _prepare_columns(self) -> None:
        """Make a reader for each column, and one for columns that belong together."""
        parted: dict[str, list[ColumnRule]] = {}
        for rule in chain.from_iterable(
            rules_for(item, self._around.header) for item in self.block.columns
        ):
            self._named.setdefault(rule.property, rule.column)
            index = self._indexes[rule.column]
            if rule.required:
                self._required.append((index, rule.column))
            if rule.reading_as in ALL_PARTS:
                parted.setdefault(rule.property, []).append(rule)
            elif rule.source_column in self._indexes:
                source = self._indexes[rule.source_column]
                self._parts.append(
                    _sourced(self._reader(rule), index, source, dict(rule.source_names))
                )
            elif rule.joined_with:
                others = [self._indexes[name] for name in rule.joined_with if name in self._indexes]
                self._parts.append(JoinedReader([index, *others], self._reader(rule)))
            else:
                self._simple.append((index, self._reader(rule)))
        self._parts += [self._combined(name, rules) for name, rules in parted.items()]

    def _reader(self, rule: ColumnRule) -> CellReader:
        around = self._around
        prop = self._record.properties[rule.property]
        prefix = self._link_prefix(prop) if rule.is_link else ""
        return CellReader(rule, prop, around.vocabulary, around.gazetteer, around.facts, prefix)

    def _link_prefix(self, prop: Property) -> str:
        """Find what stands before the keys of this list that a property links to."""
        types = self._around.vocabulary.types
        for name, prefix in self._around.link_prefixes.items():
            if any(types[name].is_a(accepted) for accepted in prop.to):
                return prefix
        return ""

    def _combined(self, name: str, rules: list[ColumnRule]) -> CombinedReader:
        parts = {rule.reading_as or "": self._indexes[rule.column] for rule in rules}
        joint = " + ".join(rule.column for rule in rules)
        rule = ColumnRule(column=joint, property=name, certainty=rules[0].certainty)
        return CombinedReader(parts, self._reader(rule))

    def _prepare_interval(self) -> None:
        interval = self.block.interval
        if interval is None or not {interval.start, interval.end} <= self._indexes.keys():
            return
        self._named.setdefault("date", interval.start)
        start, end = self._indexes[interval.start], self._indexes[interval.end]
        self._parts.append(IntervalReader(interval, start, end))

    def _constant(self, constant: Constant) -> tuple[ValueDraft, ...]:
        rule = ColumnRule(
            column=constant.property,
            property=constant.property,
            lang=constant.lang,
            reading_as=constant.reading_as,
            scheme=constant.scheme,
            certainty=constant.certainty,
        )
        self._named.setdefault(constant.property, constant.property)
        stated = self._reader(rule)(constant.value)
        if stated.problems:
            raise MappingError(
                f"{self._around.label}: the constant `{constant.property}` of "
                f"`{self.block.id}` cannot be read: {stated.problems[0].code}.",
                hint="Correct its value.",
            )
        return stated.values

    def _certainty_reader(
        self,
    ) -> Callable[[Sequence[str], list[ValueDraft], list[RowProblem]], list[ValueDraft]] | None:
        rule = self.block.certainty_column
        if rule is None or rule.column not in self._indexes:
            return None
        index, words = self._indexes[rule.column], dict(rule.values)
        terms = self._around.vocabulary.term_lists.get(CERTAINTIES)

        def attach(
            cells: Sequence[str], values: list[ValueDraft], found: list[RowProblem]
        ) -> list[ValueDraft]:
            text = cells[index].strip()
            if not text:
                return values
            code = words.get(text) or (terms.read(text) if terms is not None else None)
            if code is None:
                found.append(_unknown_certainty(rule.column))
                return values
            return [
                value if value.certainty else value._replace(certainty=code) for value in values
            ]

        return attach


def _unknown_certainty(column: str) -> RowProblem:
    return RowProblem(
        column,
        problems.TERM_UNRECOGNISED,
        f"The text in “{column}” is no certainty that is known; the row is taken without one.",
    )


def _sourced(reader: CellReader, index: int, source: int, names: Mapping[str, str]) -> RowPart:
    """Make a reader of a column whose values name their source in another column."""

    def read(cells: Sequence[str]) -> Stated:
        stated = reader(cells[index])
        name = cells[source].strip()
        name = names.get(name, name)
        if not name or not stated.values:
            return stated
        return stated._replace(values=tuple(with_source(v, name) for v in stated.values))

    return read


def condition_test(condition: Condition, indexes: dict[str, int]) -> Test:
    """Make the test of a condition; texts are compared without regard to case and blanks."""
    index = indexes[condition.column]
    wanted = None if condition.texts is None else frozenset(map(_fold, condition.texts))
    excluded = frozenset(map(_fold, condition.excluded or ()))
    filled = condition.not_empty if condition.excluded is None else True

    def test(cells: Sequence[str]) -> bool:
        text = _fold(cells[index])
        if filled is not None and bool(text) != filled:
            return False
        return text not in excluded and (wanted is None or text in wanted)

    return test


def _fold(text: str) -> str:
    return text.strip().casefold()
