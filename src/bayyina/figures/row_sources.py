"""Rows that a figure counts, as SQL with a verdict, and how conditions look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bayyina.errors import QueryError
from bayyina.figures.ages import (
    ADULT,
    CHILD,
    MAN,
    OPEN,
    WOMAN,
    AgeColumns,
    age_class,
    age_verdict,
    demographic,
)
from bayyina.figures.assembled import (
    FIRST_DAY,
    GREATEST,
    LAST_DAY,
    LEAST,
    SOURCE,
    STANDARD_DOMAIN,
    VERIFICATION_DOMAIN,
    Column,
    Table,
    day_number,
)
from bayyina.figures.counting_rules import Rules
from bayyina.figures.query_tree import Comparison
from bayyina.figures.relations import PERSON, VERIFICATION, VERIFIED, find_property
from bayyina.figures.verdicts import MAYBE, NO, YES, Verdict, any_of, code_in, judged, within
from bayyina.figures.wide_tables import bound_names, sql_name
from bayyina.model.partial_dates import read_date

DECIDED: Final = {VERIFICATION: VERIFICATION_DOMAIN, VERIFIED: STANDARD_DOMAIN}
"""Domains of what people decided about records."""

AGE_CLASSES: Final = {"child": CHILD, "adult": ADULT}
"""Codes of the age classes."""

DEMOGRAPHICS: Final = {"child": CHILD, "woman": WOMAN, "man": MAN}
"""Codes of the demographic groups."""

OCCURRED: Final = {"occurred": ("r.occ_lo", "r.occ_hi"), "documented": ("r.doc_lo", "r.doc_hi")}
"""Columns of the two axes in wide tables."""


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """A column of codes as a row sees it."""

    sql: str
    """The code."""

    domain: str
    """Domain of its sets."""

    sets: tuple[tuple[str, ...], ...]
    """The set that each code stands for."""

    multiple: bool
    """Whether several values hold at once."""

    of_person: bool = False
    """Whether it is a property of the person of the row."""


@dataclass
class RowSource:
    """One SELECT of rows of what is counted."""

    rules: Rules
    """The surroundings."""

    base: str
    """What stands after FROM; the row has the alias ``r``."""

    record_type: str
    """Record type of the row ``r``; empty for rows of custody."""

    table: Table
    """Columns of the row ``r``."""

    uid: str
    """SQL for the number of what is counted: person, or record."""

    unique: str
    """SQL for whether no other row has the same number."""

    verdict: Verdict = YES
    """Whether the row counts."""

    axes: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(OCCURRED))
    """Columns of the first and the last day, on each axis."""

    limits: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """First and last day to which rows are limited, on each axis."""

    joins: dict[str, str] = field(default_factory=dict)
    """Further tables, by alias."""

    unit_alias: str = "r"
    """Alias of the row of what is counted, where it is not ``r``."""

    unit_table: Table | None = None
    """Columns of that row; None when it is ``r``."""

    def of_person(self, verdict: Verdict) -> Verdict:
        """A verdict on the person of a row; it stays open where it is disputed who that is.

        Rows that were found by the person are about that person, whoever else is named.
        """
        if self.uid == "r.pid" or not self.record_type or self.table.lone:
            return verdict
        return judged(f"({verdict.certain}) AND r.sure", f"({verdict.possible}) OR NOT r.sure")

    def number_of_person(self, sql: str) -> str:
        """A group's number that rests on the person of a row; -1 where it is disputed who."""
        if self.uid == "r.pid" or not self.record_type or self.table.lone:
            return sql
        return f"(CASE WHEN r.sure THEN {sql} ELSE -1 END)"

    def join(self, key: str, sql: str) -> str:
        """Add a join once for each key; ``{0}`` in ``sql`` is its alias, which is returned."""
        for alias, text in self.joins.items():
            if text == sql.format(alias):
                return alias
        alias = f"{key}{len(self.joins)}"
        self.joins[alias] = sql.format(alias)
        return alias

    def limit(self, axis: str, first: int | None, last: int | None) -> None:
        """Keep only rows between two days on an axis, both included; None for an open end."""
        self.verdict &= within(*self.axes[axis], first, last)
        lo, hi = self.limits.get(axis, (None, None))
        lo = first if lo is None or (first is not None and first > lo) else lo
        hi = last if hi is None or (last is not None and last < hi) else hi
        self.limits[axis] = (lo, hi)

    @property
    def relation(self) -> str:
        """Everything after FROM."""
        return " ".join([self.base, *self.joins.values()])

    @property
    def is_direct(self) -> bool:
        """Whether the row ``r`` is itself what is counted."""
        types = self.rules.vocabulary.types
        return bool(self.record_type) and types[self.record_type].is_a(self.rules.record)

    def compare(self, comparison: Comparison) -> Verdict:
        """A comparison with a property of the row ``r``."""
        if comparison.property in ("age_class", "demographic"):
            return self.of_person(self._negated(comparison, self._compare_age(comparison)))
        return self._compare(comparison, self.record_type, "r", self.table)

    def compare_unit(self, comparison: Comparison) -> Verdict:
        """A comparison with a property of what is counted."""
        if comparison.property in ("age_class", "demographic"):
            if self.record_type == PERSON or not (self.is_direct or not self.record_type):
                raise QueryError(
                    f"`{comparison.property}` of {self.rules.query.unit} is that of an act.",
                    hint="Write it inside the act's parentheses, such as Death(age_class=child).",
                )
            return self.of_person(self._negated(comparison, self._compare_age(comparison)))
        if self.rules.record == PERSON and self.record_type != PERSON:
            return self._compare_person(comparison)
        record = self.record_type if self.is_direct else self.rules.record
        table = self.unit_table or self.table
        return self._compare(comparison, record, self.unit_alias, table)

    def coded(self, prop: str) -> CodedColumn | None:
        """The codes of a property of the row ``r`` or of its person; None when never stated."""
        if prop == SOURCE:
            return self._column(SOURCE, Column("coded", SOURCE, multiple=True), "r")
        if prop in DECIDED:
            return self._decided(prop, "r", self.table)
        if not self.record_type:
            column = self.table.columns.get(prop)
            if column is not None and column.kind == "coded":
                return self._column(prop, column, "r")
            return self._person_coded(prop)
        found = find_property(self.rules.vocabulary, self.record_type, prop)
        if found is None or found.property is None:
            return None
        if found.origin == "person":
            return self._person_coded(prop)
        return self._own_coded(prop, self.record_type, "r", self.table)

    def unit_coded(self, prop: str) -> CodedColumn | None:
        """The codes of a property of what is counted; None when it has none or none is stated."""
        record = self.record_type if self.is_direct else self.rules.record
        if record == PERSON and self.record_type != PERSON:
            return self._person_coded(prop)
        found = find_property(self.rules.vocabulary, record, prop)
        if found is None or found.property is None:
            return None
        if found.origin == "person":
            return self._person_coded(prop)
        return self._own_coded(prop, record, self.unit_alias, self.unit_table or self.table)

    def age_sql(self) -> str:
        """SQL of the age class at the act."""
        stated = self.table.columns.get("age_class")
        children: list[int] = []
        adults: list[int] = []
        if stated is not None:
            sets = self.rules.warm.sets(stated)
            domain = stated.domain
            children = self.rules.meanings.codes(domain, sets, ["child"], multiple=False)[0]
            adults = self.rules.meanings.codes(domain, sets, ["adult"], multiple=False)[0]
        person = self.rules.warm.table(PERSON)
        columns = AgeColumns(
            alias="r",
            has_age="age" in self.table.columns,
            has_own=person is not None and "age" in person.columns,
            class_column="" if stated is None else f"r.{sql_name('c', 'age_class')}",
            children=children,
            adults=adults,
        )
        return age_class(columns, self.rules.methodology.child_under, self.rules.age_day)

    def demographic_sql(self) -> str:
        """SQL of the demographic group at the act."""
        sex = self._person_coded("sex")
        if sex is None:
            return demographic(self.age_sql(), NO, NO)
        female, male = (self._is_of(sex, [code]) for code in ("female", "male"))
        stated = f"{sex.sql} <> 0"
        female = judged(female.certain, f"{stated} AND ({female.possible})")
        male = judged(male.certain, f"{stated} AND ({male.possible})")
        return demographic(self.age_sql(), female, male)

    def compare_flag(self, column: CodedColumn, value: str) -> Verdict:
        """Whether a flag is ``yes`` or ``no``."""
        return self._is_of(column, [value])

    def _compare_age(self, comparison: Comparison) -> Verdict:
        if comparison.property == "age_class":
            wanted = {AGE_CLASSES[value] for value in comparison.values}
            return age_verdict(self.age_sql(), wanted)
        sql = self.demographic_sql()
        groups = {DEMOGRAPHICS[value] for value in comparison.values}
        surely = groups | {code for code, pair in OPEN.items() if set(pair) <= groups}
        maybe = surely | {code for code, pair in OPEN.items() if set(pair) & groups} | {-1}
        return judged(*(f"({sql}) IN ({', '.join(map(str, sorted(s)))})" for s in (surely, maybe)))

    def _compare(
        self, comparison: Comparison, record_type: str, alias: str, table: Table
    ) -> Verdict:
        if comparison.property == SOURCE:
            column = self._column(SOURCE, Column("coded", SOURCE, multiple=True), alias)
            return self._negated(comparison, self._is_of(column, comparison.values))
        if comparison.property in DECIDED:
            column = self._decided(comparison.property, alias, table)
            return self._negated(comparison, self._is_of(column, comparison.values))
        found = find_property(self.rules.vocabulary, record_type, comparison.property)
        if found is None or found.property is None:
            return NO
        if found.origin == "person":
            return self._compare_person(comparison)
        own = self.rules.vocabulary.types[record_type].properties
        if comparison.property not in own:
            return NO
        column_kind = table.columns.get(comparison.property)
        if column_kind is not None and column_kind.kind != "coded":
            low, high = bound_names(comparison.property, column_kind)
            return _compare_bounds(comparison, column_kind, f"{alias}.{low}", f"{alias}.{high}")
        coded = self._own_coded(comparison.property, record_type, alias, table)
        if coded is None:
            return MAYBE
        return self._negated(comparison, self._is_of(coded, comparison.values))

    def _compare_person(self, comparison: Comparison) -> Verdict:
        return self.of_person(self._compare_own_person(comparison))

    def _compare_own_person(self, comparison: Comparison) -> Verdict:
        coded = self._person_coded(comparison.property)
        if coded is not None:
            return self._negated(comparison, self._is_of(coded, comparison.values))
        person = self.rules.warm.table(PERSON)
        column = None if person is None else person.columns.get(comparison.property)
        if column is None:
            return MAYBE
        alias = self._person_alias()
        least, greatest = (FIRST_DAY, LAST_DAY) if column.kind == "date" else (LEAST, GREATEST)
        low, high = bound_names(comparison.property, column)
        return _compare_bounds(
            comparison,
            column,
            f"coalesce({alias}.{low}, {least})",
            f"coalesce({alias}.{high}, {greatest})",
        )

    def _own_coded(
        self, prop: str, record_type: str, alias: str, table: Table
    ) -> CodedColumn | None:
        column = table.columns.get(prop)
        if column is not None:
            return self._column(prop, column, alias) if column.kind == "coded" else None
        declared = self.rules.vocabulary.types[record_type].properties.get(prop)
        if declared is None or not _is_text(declared.type):
            return None
        key = "pid" if record_type == PERSON else "record"
        return self._text(prop, record_type, f"{alias}.{key}", declared.multiple)

    def _person_coded(self, prop: str) -> CodedColumn | None:
        if prop == SOURCE:
            return None
        copied = self.table.person_columns.get(prop)
        if copied is not None:
            sets = self.rules.warm.sets(copied)
            return CodedColumn(
                f"r.{sql_name('p', prop)}", copied.domain, sets, copied.multiple, of_person=True
            )
        person = self.rules.warm.table(PERSON)
        column = None if person is None else person.columns.get(prop)
        if prop in DECIDED and (person is None or column is None):
            return self._decided(prop, "r", Table(PERSON, {}))
        if column is not None:
            if column.kind != "coded":
                return None
            seen = self._column(prop, column, self._person_alias())
            return replace(seen, sql=f"coalesce({seen.sql}, 0)", of_person=True)
        declared = self.rules.vocabulary.types[PERSON].properties.get(prop)
        if declared is None or not _is_text(declared.type):
            return None
        return replace(self._text(prop, PERSON, "r.pid", declared.multiple), of_person=True)

    def _person_alias(self) -> str:
        relation = self.rules.warm.relation("r_Person")
        return self.join("p", f"LEFT JOIN {relation} {{0}} ON {{0}}.pid = r.pid")

    def _text(self, prop: str, record_type: str, key: str, multiple: bool) -> CodedColumn:
        text = self.rules.warm.text_column(record_type, prop)
        alias = self.join("t", f"LEFT JOIN {text.relation} {{0}} ON {{0}}.k = {key}")
        domain = f"text:{record_type}.{prop}"
        return CodedColumn(f"coalesce({alias}.code, 0)", domain, text.sets, multiple)

    def _decided(self, prop: str, alias: str, table: Table) -> CodedColumn:
        """What people decided about a record; nothing, where no record of its kind was decided."""
        column = table.columns.get(prop)
        if column is not None:
            return self._column(prop, column, alias)
        domain = DECIDED[prop]
        sets = self.rules.warm.assembled.domains[domain]
        return CodedColumn("0", domain, sets, multiple=True)

    def _column(self, prop: str, column: Column, alias: str) -> CodedColumn:
        sets = self.rules.warm.sets(column)
        return CodedColumn(f"{alias}.{sql_name('c', prop)}", column.domain, sets, column.multiple)

    def _is_of(self, column: CodedColumn, targets: Sequence[str]) -> Verdict:
        codes = self.rules.meanings.codes(
            column.domain, column.sets, targets, multiple=column.multiple
        )
        return code_in(column.sql, *codes)

    def _negated(self, comparison: Comparison, verdict: Verdict) -> Verdict:
        return ~verdict if comparison.operator == "!=" else verdict


def _compare_bounds(comparison: Comparison, column: Column, low: str, high: str) -> Verdict:
    """A comparison with a date or a number of which bounds are known."""
    spans = [_span(value, column) for value in comparison.values]
    first, last = spans[0]
    match comparison.operator:
        case "<":
            return within(low, high, None, None if first is None else first - 1)
        case "<=":
            return within(low, high, None, last)
        case ">":
            return within(low, high, None if last is None else last + 1, None)
        case ">=":
            return within(low, high, first, None)
        case "!=":
            return ~within(low, high, first, last)
        case _:
            return any_of(within(low, high, *span) for span in spans)


def _span(value: str, column: Column) -> tuple[int | None, int | None]:
    """First and last value that a written one stands for."""
    if column.kind == "number":
        return int(value), int(value)
    read = read_date(value)
    lo = None if read.lo is None else day_number(read.lo)
    return lo, None if read.hi is None else day_number(read.hi)


def _is_text(property_type: str) -> bool:
    return property_type in ("text", "name", "link", "identifier", "url", "geopoint")
