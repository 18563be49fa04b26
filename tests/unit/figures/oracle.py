"""A second, slow and plain way of counting, to compare the engine with.

It looks at one record after the other in plain Python and knows nothing of tables, codes or
SQL. Where the engine rearranges (one row for most people, codes for sets of values), this
follows the words of the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple, TypeVar

from bayyina.figures.query_tree import Act, And, Comparison, Not, Or, Query
from bayyina.model.partial_dates import read_date
from tests.unit.figures.world import METHODOLOGIES, Said, SmallPlaces, World, quantity

LOW, HIGH = date.min.toordinal() - 10**9, date.max.toordinal() + 10**9
LIMIT = 1e30
PLACES = SmallPlaces()
OCCURRED = {"Document": "issued_on"}
DOCUMENTED = {"Document": "received_on"}
NO_DATE = ("Person", "PhotographedBody", "Source")


class Tri(NamedTuple):
    """Certain and possible."""

    certain: bool
    possible: bool

    def and_(self, other: Tri) -> Tri:
        return Tri(self.certain and other.certain, self.possible and other.possible)

    def or_(self, other: Tri) -> Tri:
        return Tri(self.certain or other.certain, self.possible or other.possible)

    def not_(self) -> Tri:
        return Tri(not self.possible, not self.certain)


YES, NO, MAYBE = Tri(True, True), Tri(False, False), Tri(False, True)


@dataclass
class Row:
    """What all accounts of one record say."""

    type: str
    record: int
    said: list[Said] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    people: dict[int, bool] = field(default_factory=dict)
    """Root of each person it is about, and whether that is undisputed."""

    def values(self, prop: str) -> set[str]:
        return {
            s.value
            for s in self.said
            if s.property == prop and s.value not in (None, "unrecognised")
        }

    def sources(self) -> set[str]:
        return {str(s.source) for s in self.said if s.source is not None}

    def span(self, prop: str) -> tuple[int, int]:
        """Bounds of a date in days; a common span, or the hull."""
        spans = [date_span(v) for v in self.all_values(prop)]
        return common(spans, LOW, HIGH)

    def number(self, prop: str) -> tuple[float, float]:
        spans = []
        for value in self.all_values(prop):
            lo, hi = quantity(value)
            spans.append((-LIMIT if lo is None else lo, LIMIT if hi is None else hi))
        return common(spans, -LIMIT, LIMIT)

    def all_values(self, prop: str) -> list[str]:
        return [s.value for s in self.said if s.property == prop and s.value is not None]

    def occurred(self) -> tuple[int, int]:
        return self.span(OCCURRED.get(self.type, "date"))

    def documented(self) -> tuple[int, int]:
        told = [date_span(v) for v in self.all_values(DOCUMENTED.get(self.type, "documented_on"))]
        if told:
            return min(t[0] for t in told), min(t[1] for t in told)
        return min(self.days), min(self.days)

    def axis(self, name: str) -> tuple[int, int]:
        return self.occurred() if name == "occurred" else self.documented()


def date_span(text: str) -> tuple[int, int]:
    read = read_date(text)
    return (
        LOW if read.lo is None else read.lo.toordinal(),
        HIGH if read.hi is None else read.hi.toordinal(),
    )


T = TypeVar("T", int, float)


def common(spans: list[tuple[T, T]], low: T, high: T) -> tuple[T, T]:
    if not spans:
        return low, high
    lo, hi = max(s[0] for s in spans), min(s[1] for s in spans)
    return (lo, hi) if lo <= hi else (min(s[0] for s in spans), max(s[1] for s in spans))


class Seen(NamedTuple):
    """A record as one about a certain person."""

    row: Row
    person: int | None
    sure: bool
    """Whether it is undisputed that it is about the person."""


class Oracle:
    """Counts one world at one cut."""

    def __init__(self, world: World, query: Query, words: Any) -> None:
        self.world, self.query = world, query
        self.vocabulary = world.vocabulary
        size = world.size()
        if query.recorded_at is not None:
            later = [b.entry for b in world.batches if _day(b.entry) > query.recorded_at]
            later += [
                b.closed_entry
                for b in world.batches
                if b.closed_entry is not None and _day(b.closed_entry) > query.recorded_at
            ]
            size = min(later) if later else size
        self.size = size
        self.standing = {
            b.batch: _day(b.entry)
            for b in world.batches
            if b.entry < size and (b.closed_entry is None or b.closed_entry >= size)
        }
        day = query.as_of or query.known_at or query.recorded_at
        last = max(self.standing.values(), default=date(1970, 1, 1))
        self.day = (day or last).toordinal()
        self.rule = METHODOLOGIES[query.methodology or "twenty"]
        self._build()

    # --- what stands ---

    def _asserted(self, stated: str | None, batch: int) -> date:
        return date.fromisoformat(stated) if stated else self.standing[batch]

    def _valid(self) -> list[Said]:
        known = self.query.known_at or date.max
        closed = {
            index
            for index, batch, stated in self.world.closures
            if batch in self.standing and self._asserted(stated, batch) <= known
        }
        return [
            said
            for i, said in enumerate(self.world.said)
            if said.batch in self.standing
            and i not in closed
            and self._asserted(said.asserted_on, said.batch) <= known
        ]

    def _build(self) -> None:
        raw: dict[int, Row] = {}
        for said in self._valid():
            row = raw.setdefault(said.record, Row(said.record_type, said.record))
            row.said.append(said)
            row.days.append(self._asserted(said.asserted_on, said.batch).toordinal())
        self._add_linked_people(raw)
        self.root = self._clusters({r: row for r, row in raw.items() if row.type == "Person"})
        merged: dict[Any, Row] = {}
        for record, row in sorted(raw.items()):
            kind = self.vocabulary.types[row.type]
            if row.type == "Person":
                key: Any = ("person", self.root[record])
            else:
                self._people(row)
                key = record
                if kind.once and len(row.people) == 1:
                    key = (row.type, next(iter(row.people)))
            if key in merged:
                merged[key].said += row.said
                merged[key].days += row.days
            else:
                merged[key] = row
        self.rows = list(merged.values())
        self.representative = {
            record: merged[("person", self.root[record])].record for record in self.root
        }
        self.persons = {row.record: row for row in self.rows if row.type == "Person"}
        self.by_person: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows:
            for person in row.people:
                self.by_person[person].append(row)

    def _add_linked_people(self, raw: dict[int, Row]) -> None:
        """People of whom nothing is said but that something was done to them."""
        linked = [
            (int(said.value), said)
            for row in raw.values()
            for said in row.said
            if said.property in ("victim", "person") and said.value not in (None, "unrecognised")
        ]
        silent = [(person, said) for person, said in linked if person not in raw]
        for person, said in silent:
            row = raw.setdefault(person, Row("Person", person))
            row.said.append(replace(said, record=person, record_type="Person", property=""))
            row.days.append(self._asserted(said.asserted_on, said.batch).toordinal())

    def _people(self, row: Row) -> None:
        prop = {"Identification": "person", "Document": "about"}.get(row.type, "victim")
        multiple = row.type == "Document"
        if row.type in NO_DATE:
            return
        found = {self.root[int(v)] for v in row.values(prop) if int(v) in self.root}
        row.people = {person: multiple or len(found) == 1 for person in found}

    def _clusters(self, people: dict[int, Row]) -> dict[int, int]:
        root = {record: record for record in people}

        def find(x: int) -> int:
            while root[x] != x:
                x = root[x]
            return x

        verdicts: dict[frozenset[int], list[tuple[int, str]]] = defaultdict(list)
        for a, b, verdict, entry, until in self.world.judgements:
            if entry < self.size and (until is None or until >= self.size):
                verdicts[frozenset((a, b))].append((entry, verdict))
        for a, b in combinations(sorted(people), 2):
            said = verdicts.get(frozenset((a, b)), [])
            judged = [v for v in sorted(said) if v[1] != "likely"]
            last = judged[-1][1] if judged else None
            likely = any(v == "likely" for _, v in said) and self.query.lenient
            shared = people[a].values("identifier") & people[b].values("identifier")
            if last == "same" or (last is None and likely) or (shared and last != "different"):
                one, two = find(a), find(b)
                root[max(one, two)] = min(one, two)
        return {record: find(record) for record in people}

    # --- comparing ---

    def within(self, kind: str, of: str | None, value: str, target: str) -> bool:
        if kind == "place":
            return value == target or PLACES.ancestor(value, "governorate") == target
        if kind == "group":
            here: str | None = value
            while here is not None and here != target:
                here = self.vocabulary.groups[here].parent
            return here is not None
        if kind == "term" and of is not None:
            step: str | None = value
            while step is not None and step != target:
                step = self.vocabulary.term_lists[of].terms[step].parent
            return step is not None
        return value == target

    def refine(self, kind: str, of: str | None, values: Iterable[str]) -> set[str]:
        found = set(values)
        return {v for v in found if not any(o != v and self.within(kind, of, o, v) for o in found)}

    def compare(self, row: Row | None, comparison: Comparison) -> Tri:
        """A comparison with the row's own property."""
        name = comparison.property
        if name == "source":
            names = row.sources() if row else set()
            named = {self.source_name(n) for n in names} | names
            hit = bool(named & set(comparison.values))
            verdict = MAYBE if not names else Tri(hit, hit)
            return verdict.not_() if comparison.operator == "!=" else verdict
        if row is None:
            return MAYBE
        prop = self.vocabulary.types[row.type].properties.get(name)
        if prop is None:
            return NO
        if prop.type in ("date", "quantity"):
            return self._compare_span(row, comparison, prop.type)
        values = row.values(name)
        verdict = MAYBE
        if values:
            seen = values if prop.multiple else self.refine(prop.type, prop.of, values)
            inside = [
                any(self.within(prop.type, prop.of, v, t) for t in comparison.values) for v in seen
            ]
            wider = any(
                self.within(prop.type, prop.of, t, v)
                or (prop.type == "group" and self.vocabulary.groups[v].kind == "unknown")
                for v in seen
                for t in comparison.values
            )
            sure = any(inside) if prop.multiple else all(inside)
            verdict = Tri(sure, any(inside) or wider)
        return verdict.not_() if comparison.operator == "!=" else verdict

    def _compare_span(self, row: Row, comparison: Comparison, kind: str) -> Tri:
        lo, hi = (
            row.span(comparison.property) if kind == "date" else row.number(comparison.property)
        )
        spans = [date_span(v) if kind == "date" else (int(v), int(v)) for v in comparison.values]
        a, b = spans[0]
        match comparison.operator:
            case "<":
                return Tri(hi < a, lo < a)
            case "<=":
                return Tri(hi <= b, lo <= b)
            case ">":
                return Tri(lo > b, hi > b)
            case ">=":
                return Tri(lo >= a, hi >= a)
            case "!=":
                return Tri(lo >= a and hi <= b, lo <= b and hi >= a).not_()
        verdict = NO
        for a, b in spans:
            verdict = verdict.or_(Tri(lo >= a and hi <= b, lo <= b and hi >= a))
        return verdict

    def compare_act(self, seen: Seen, comparison: Comparison) -> Tri:
        """A comparison inside an act: its own property, its age, or its person's property."""
        name = comparison.property
        if name in ("age_class", "demographic"):
            possible = self.ages if name == "age_class" else self.demographics
            groups = possible([seen.row], seen.person)
            wanted = set(comparison.values)
            verdict = Tri(bool(groups) and groups <= wanted, not groups or bool(groups & wanted))
            verdict = verdict.not_() if comparison.operator == "!=" else verdict
            return verdict if seen.sure else MAYBE
        if name != "source" and name not in self.vocabulary.types[seen.row.type].properties:
            if name not in self.vocabulary.types["Person"].properties:
                return NO
            owner = self.persons.get(seen.person) if seen.person else None
            return self.compare(owner, comparison) if seen.sure else MAYBE
        return self.compare(seen.row, comparison)

    def ages(self, rows: list[Row], person: int | None) -> set[str]:
        """Possible age classes at an act; empty when nothing is stated."""
        owner = self.persons.get(person) if person else None
        limit = self.rule.child_under
        lo = min(row.occurred()[0] for row in rows)
        hi = max(row.occurred()[1] for row in rows)
        born = owner.span("birth_date") if owner else (LOW, HIGH)
        least = years(born[1], lo) if born[1] < HIGH and lo > LOW and born[1] <= lo else 0
        most = years(born[0], hi) if born[0] > LOW and hi < HIGH and born[0] <= hi else 10**9
        at_act = common([r.number("age") for r in rows if r.all_values("age")], -LIMIT, LIMIT)
        own = owner.number("age") if owner else (-LIMIT, LIMIT)
        said = set().union(*(r.values("age_class") for r in rows))
        for low, high in ((least, most), at_act):
            if high < limit:
                return {"child"}
            if low >= limit:
                return {"adult"}
        if len(said) == 1:
            return set(said)
        if own[1] < limit:
            return {"child"}
        if own[0] >= limit:
            return {"adult"}
        told = (
            least > 0
            or most < 10**9
            or said
            or any(r > -LIMIT or s < LIMIT for r, s in (at_act, own))
        )
        return {"child", "adult"} if told else set()

    def demographics(self, rows: list[Row], person: int | None) -> set[str]:
        ages = self.ages(rows, person)
        owner = self.persons.get(person) if person else None
        sexes = owner.values("sex") if owner else set()
        adults = {"female": "woman", "male": "man"}
        if ages == {"child"}:
            return {"child"}
        if not ages or not sexes:
            return set()
        if ages == {"adult"}:
            return {adults[s] for s in sexes}
        return {"child", adults[next(iter(sexes))]} if len(sexes) == 1 else set()

    def source_name(self, number: str) -> str:
        for row in self.rows:
            if row.type == "Source" and str(row.record) == number and row.values("name"):
                return min(row.values("name"))
        return number

    # --- conditions ---

    def kinds(self, name: str) -> list[str]:
        return [t.name for t in self.vocabulary.types.values() if t.is_a(name) and not t.abstract]

    def acts(self, unit: Seen | int, act: Act, *, timed: bool) -> list[tuple[Seen, Tri]]:
        """Records of the act's type that have to do with a unit, with their verdicts."""
        found = []
        for seen, linked in self.linked(unit, act.type):
            verdict = linked
            for comparison in act.comparisons:
                verdict = verdict.and_(self.compare_act(seen, comparison))
            if self.query.as_of is not None and seen.row.type not in NO_DATE:
                verdict = verdict.and_(self.inside(seen.row.occurred(), LOW, self.day))
            if timed:
                verdict = verdict.and_(self.in_interval(seen.row))
            found.append((seen, verdict))
        return found

    def linked(self, unit: Seen | int, type_name: str) -> list[tuple[Seen, Tri]]:
        kinds = self.kinds(type_name)
        if isinstance(unit, int):
            return [
                (Seen(row, unit, True), Tri(row.people[unit], True))
                for row in self.by_person[unit]
                if row.type in kinds
            ]
        if unit.row.type == "PhotographedBody":
            bodies = []
            for row in self.rows:
                targets = {int(v) for v in row.values("body")} if row.type in kinds else set()
                if unit.row.record in targets:
                    sure = Tri(len(targets) == 1, True)
                    bodies += [(seen, sure) for seen in self.seen(row)]
            return bodies
        if unit.person is None:
            return []
        return self.linked(unit.person, type_name)

    def seen(self, row: Row) -> list[Seen]:
        """A record, once for each person that it is about."""
        return [Seen(row, p, sure) for p, sure in row.people.items()] or [Seen(row, None, True)]

    def inside(self, span: tuple[int, int], first: int, last: int) -> Tri:
        return Tri(span[0] >= first and span[1] <= last, span[1] >= first and span[0] <= last)

    def interval(self) -> tuple[int, int]:
        span = self.query.interval
        if span is None:
            return LOW, HIGH
        return (
            LOW if span.lo is None else span.lo.toordinal(),
            HIGH if span.hi is None else span.hi.toordinal(),
        )

    def in_interval(self, row: Row) -> Tri:
        if self.query.interval is None:
            return YES
        return self.inside(row.axis(self.query.axis), *self.interval())

    def holds(self, unit: Any, condition: Any, *, timed: bool) -> Tri:
        """A condition on a unit: a person's root, or a record."""
        match condition:
            case Comparison():
                if isinstance(unit, int):
                    return self.compare(self.persons[unit], condition)
                return self.compare_act(unit, condition)
            case Act():
                verdict = NO
                for _, found in self.acts(unit, condition, timed=timed):
                    verdict = verdict.or_(found)
                by_person = isinstance(unit, Seen) and unit.row.type != "PhotographedBody"
                return MAYBE if by_person and not unit.sure else verdict
            case Not():
                return self.holds(unit, condition.part, timed=False).not_()
            case And():
                verdict = YES
                for part in condition.parts:
                    verdict = verdict.and_(self.holds(unit, part, timed=timed))
                return verdict
            case Or():
                verdict = NO
                for part in condition.parts:
                    verdict = verdict.or_(self.holds(unit, part, timed=timed))
                return verdict
        raise AssertionError(condition)


def years(born: int, day: int) -> int:
    """Completed years between two days."""
    a, b = date.fromordinal(born), date.fromordinal(day)
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def _day(entry: int) -> date:
    return date.fromordinal(date(2021, 1, 1).toordinal() + entry)
