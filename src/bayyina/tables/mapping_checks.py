"""Does a mapping fit the vocabulary: types, properties, words, links.

``resolve`` looks at every part of a mapping, notes what does not fit, and fills in the
link from an act to the row's own record where the vocabulary leaves only one choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bayyina.errors import BayyinaError
from bayyina.model.calendar_dates import CALENDARS
from bayyina.model.partial_dates import check_date_format, read_date
from bayyina.model.places import LEVELS
from bayyina.model.vocabulary import Property, RecordType, Vocabulary
from bayyina.tables.mapping_faults import Faults, choices, did_you_mean
from bayyina.tables.mapping_parts import (
    COUNT_PARTS,
    DATE_PARTS,
    POINT_PARTS,
    ROW,
    Block,
    Check,
    ColumnRule,
    Constant,
    Interval,
)
from bayyina.tables.mapping_reading import MappingParts
from bayyina.tables.problems import UNRECOGNISED
from bayyina.tables.toml_lines import Path

CERTAINTIES: Final = "certainties"
"""Name of the term list of certainties."""

_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_READINGS: Final[Mapping[str, frozenset[str]]] = {
    "place": frozenset({"place", *LEVELS}),
    "group": frozenset({"group"}),
    "date": frozenset({"date", *DATE_PARTS}),
    "geopoint": frozenset({"lat|long", *POINT_PARTS}),
    "quantity": frozenset(COUNT_PARTS),
    "link": frozenset({"facility"}),
}
"""What ``as`` may be, by the type of the property."""


def resolve(
    parts: MappingParts, vocabulary: Vocabulary, faults: Faults
) -> tuple[Block, tuple[Block, ...]]:
    """Check a mapping against a vocabulary; give its blocks with their links filled in."""
    checker = _Checker(parts, vocabulary, faults)
    return checker.row(), tuple(checker.block(block) for block in parts.blocks)


class _Checker:
    def __init__(self, parts: MappingParts, vocabulary: Vocabulary, faults: Faults) -> None:
        self._parts = parts
        self._vocabulary = vocabulary
        self._faults = faults
        self._types = {block.id: block.type for block in (parts.row, *parts.blocks)}

    def row(self) -> Block:
        """Check the row's own record, and the comparisons of its counts."""
        row = self._parts.row
        record = self._record_type(row, "record")
        if record is None:
            return row
        self._contents(row, record, columns=("columns",), constants=("constants",))
        for index, check in enumerate(self._parts.checks):
            self._check(check, record, ("checks", index))
        return replace(row, links=self._links(row, record))

    def block(self, block: Block) -> Block:
        """Check a further record."""
        record = self._record_type(block, "type")
        if record is None:
            return block
        path = self._parts.paths[block.id]
        self._contents(block, record, columns=(*path, "columns"), constants=(*path, "constants"))
        if block.interval is not None:
            self._interval(block.interval, record, (*path, "when"))
        return replace(block, links=self._links(block, record))

    def _record_type(self, block: Block, key: str) -> RecordType | None:
        path = (*self._parts.paths[block.id], key)
        record = self._vocabulary.types.get(block.type)
        if record is None:
            hint = did_you_mean(block.type, self._vocabulary.types)
            self._faults.add(path, f"there is no record type `{block.type}`{hint}.")
        elif record.abstract:
            kinds = choices(self._vocabulary.kinds_of(block.type))
            self._faults.add(path, f"`{block.type}` is only a heading; choose one of {kinds}.")
        return record

    def _contents(
        self, block: Block, record: RecordType, *, columns: Path, constants: Path
    ) -> None:
        for rule in block.columns:
            path = (*columns, rule.column)
            prop = self._property(rule.property, record, path)
            if prop is not None:
                self._rule(rule, prop, path)
        self._whole_parts(block, columns)
        for constant in block.constants:
            path = (*constants, constant.property)
            prop = self._property(constant.property, record, path)
            if prop is not None:
                self._constant(constant, prop, path)
        if block.certainty_column is not None:
            path = (*self._parts.paths[block.id], "certainty")
            for _, code in block.certainty_column.values:
                self._certainty(code, path)

    def _whole_parts(self, block: Block, columns: Path) -> None:
        """See that values which stand in several columns have the parts they need."""
        parts: dict[str, set[str]] = {}
        for rule in block.columns:
            if rule.reading_as in (*DATE_PARTS, *POINT_PARTS):
                parts.setdefault(rule.property, set()).add(rule.reading_as)
        for name, found in parts.items():
            needed = {"year"} if found <= set(DATE_PARTS) else set(POINT_PARTS)
            for part in sorted(needed - found):
                self._faults.add(columns, f'`{name}` needs a column with as = "{part}" too.')

    def _property(self, name: str, record: RecordType, path: Path) -> Property | None:
        if not name:
            return None
        prop = record.properties.get(name)
        if prop is None:
            hint = did_you_mean(name, record.properties)
            self._faults.add(path, f"`{record.name}` has no property `{name}`{hint}.")
        return prop

    def _rule(self, rule: ColumnRule, prop: Property, path: Path) -> None:
        self._reading(rule.reading_as, prop, path)
        self._certainty(rule.certainty, path)
        if rule.optional and rule.required:
            self._faults.add(path, "a column is either `optional` or `required`.")
        if rule.lang is not None and not _LANG.fullmatch(rule.lang):
            self._faults.add(path, f"“{rule.lang}” is no language tag such as ar or en.")
        if prop.type != "date" and (rule.formats or rule.calendar != "auto"):
            self._faults.add(path, f"`{prop.name}` is no date; `date` does not belong here.")
        elif prop.type == "date":
            self._formats(rule.formats, rule.calendar, path)
        if prop.type != "identifier" and rule.scheme is not None:
            self._faults.add(path, f"`{prop.name}` is no identifier and has no `scheme`.")
        self._link(rule, prop, path)
        for _, word in rule.values:
            self._word(word, prop, path)

    def _link(self, rule: ColumnRule, prop: Property, path: Path) -> None:
        if rule.is_link and prop.type != "link":
            self._faults.add(path, f"`{prop.name}` is no link to another record.")
        if rule.link_list is not None and not rule.is_link:
            self._faults.add(path, '`list` goes with link = "key".')
        if prop.type == "link" and not rule.is_link and "Facility" not in prop.to:
            self._faults.add(path, f'`{prop.name}` links to a record: write link = "key".')

    def _constant(self, constant: Constant, prop: Property, path: Path) -> None:
        self._reading(constant.reading_as, prop, path)
        self._certainty(constant.certainty, path)
        self._word(constant.value, prop, path)
        if prop.type == "date" and constant.value:
            self._date(constant.value, path)

    def _interval(self, interval: Interval, record: RecordType, path: Path) -> None:
        self._property("date", record, path)
        self._formats(interval.formats, interval.calendar, path)

    def _formats(self, formats: tuple[str, ...], calendar: str, path: Path) -> None:
        if calendar not in CALENDARS:
            self._faults.add(path, f"“{calendar}” is no calendar: {choices(CALENDARS)}.")
        for text in formats:
            try:
                check_date_format(text)
            except BayyinaError as error:
                self._faults.add(path, str(error))

    def _date(self, text: str, path: Path) -> None:
        try:
            read_date(text)
        except BayyinaError as error:
            self._faults.add(path, f"“{text}” is no date: {error.message}")

    def _reading(self, reading: str | None, prop: Property, path: Path) -> None:
        if reading is None:
            return
        allowed = _READINGS.get(prop.type, frozenset())
        if not allowed:
            self._faults.add(path, f"`as` does not belong to `{prop.name}` ({prop.type}).")
        elif reading not in allowed:
            hint = did_you_mean(reading, allowed)
            self._faults.add(path, f"as = “{reading}” is none of {choices(allowed)}{hint}.")

    def _certainty(self, code: str | None, path: Path) -> None:
        terms = self._vocabulary.term_lists.get(CERTAINTIES)
        if code and terms is not None and code not in terms.terms:
            hint = did_you_mean(code, terms.terms)
            self._faults.add(path, f"`{code}` is no certainty{hint}.")

    def _word(self, word: str, prop: Property, path: Path) -> None:
        """Check a word of ``values`` or a constant; it must stand in the vocabulary."""
        if not word or word == UNRECOGNISED:
            return
        if prop.type == "term" and prop.of is not None:
            terms = self._vocabulary.term_lists[prop.of]
            if terms.read(word) is None:
                hint = did_you_mean(word, terms.terms)
                self._faults.add(path, f"the list `{prop.of}` has no term `{word}`{hint}.")
        elif prop.type == "group" and self._vocabulary.read_group(word) is None:
            hint = did_you_mean(word, self._vocabulary.groups)
            self._faults.add(path, f"there is no group `{word}`{hint}.")
        elif prop.type == "flag" and word not in {"yes", "no"}:
            self._faults.add(path, f"`{prop.name}` is `yes` or `no`, not `{word}`.")

    def _check(self, check: Check, record: RecordType, path: Path) -> None:
        for name in filter(None, (check.lesser, check.greater)):
            prop = self._property(name, record, path)
            if prop is not None and prop.type not in {"quantity", "number"}:
                self._faults.add(path, f"`{name}` is no count.")

    def _links(self, block: Block, record: RecordType) -> tuple[tuple[str, str], ...]:
        path = self._parts.paths[block.id]
        links = tuple((name or record.about or "", target) for name, target in block.links)
        for name, target in links:
            self._explicit_link(name, target, record, path)
        if block.id == ROW or links:
            return links
        found = self._link_to_row(block, record, path)
        return ((found, ROW),) if found else ()

    def _explicit_link(self, name: str, target: str, record: RecordType, path: Path) -> None:
        prop = self._property(name, record, path)
        if not name:
            self._faults.add(path, f"`{record.name}` is about nothing; use `links`.")
        elif prop is not None and prop.type != "link":
            self._faults.add(path, f"`{name}` is no link to another record.")
        if target not in self._types:
            hint = did_you_mean(target, self._types)
            self._faults.add(path, f"no block of the mapping has the id `{target}`{hint}.")
        elif prop is not None and prop.to and not self._accepts(prop, self._types[target]):
            self._faults.add(
                path, f"`{name}` links to {choices(prop.to)}, not to `{self._types[target]}`."
            )

    def _accepts(self, prop: Property, type_name: str) -> bool:
        record = self._vocabulary.types.get(type_name)
        return record is None or any(record.is_a(name) for name in prop.to)

    def _link_to_row(self, block: Block, record: RecordType, path: Path) -> str | None:
        """Find the property by which a further record is about the row's own."""
        accepting = [
            prop.name
            for prop in record.properties.values()
            if prop.type == "link" and self._accepts(prop, self._types[ROW])
        ]
        if any(rule.is_link and rule.property in accepting for rule in block.columns):
            return None
        if record.about in accepting:
            return record.about
        if not record.is_a("Act"):
            return None
        if len(accepting) == 1:
            return accepting[0]
        row = self._types[ROW]
        if accepting:
            self._faults.add(
                path, f'say how it is linked to the row: links = {{ {accepting[0]} = "row" }}.'
            )
        else:
            self._faults.add(
                path, f"`{record.name}` has no link to a `{row}`; add a block it is about."
            )
        return None
