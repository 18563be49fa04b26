"""Describing an output to the rules of disclosure, and writing what they leave of it.

A figure is described by its own question: what it is about (something sealed, children), what it is
divided by or narrowed to (a district, a facility, a month), and its numbers. Where the rules ask
for it, the records behind a small number are looked at: whether one protected source alone
tells of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bayyina.app.family_told import FamilyTold
from bayyina.app.linked_records import pointers_at
from bayyina.app.live import live_batches, live_statements
from bayyina.app.site_disclosure import embargo_of, term_names
from bayyina.app.source_origins import origins_by_name
from bayyina.app.workspace import Workspace
from bayyina.disclosure.deciding import asks_for_sources, decide_output, rule_for
from bayyina.disclosure.outputs import TOTAL, Cell, Decision, Key, Output, SiteLine, Table
from bayyina.disclosure.rules import load_rules
from bayyina.errors import CheckFailedError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.query import read_query
from bayyina.figures.query_tree import Act, And, Comparison, Condition, Interval, Not, Or, Query
from bayyina.figures.query_words import QueryWords
from bayyina.model.vocabulary import Property

PUBLICATION: Final = "publication"
"""The purpose of reports."""

LOOKED_AT: Final = 300
"""Small numbers of one report whose records are looked at; of any further the worst is taken."""

UNKNOWN: Final = "unknown"
"""Code of what could not be placed in a group."""

NAMES_OF_THINGS: Final = frozenset({("Site", "name"), ("Facility", "name"), ("Document", "title")})
"""What the register itself calls a thing."""

DEATH: Final = "death"
DEADLY_STATES: Final = frozenset({"dead", "identified"})
"""States that say that somebody died."""

CHILD: Final = "child"
AGES: Final = ("age_class", "demographic")
SEALED: Final = "sealed"
MONTH_DAYS: Final = 31


@dataclass
class Scope:
    """What a question is about and narrowed to, while its parts are read."""

    topics: set[str] = field(default_factory=set)
    """``sealed``, ``child``, ``death``."""

    dimensions: set[str] = field(default_factory=set)
    """Names of what it is divided by or narrowed to."""


def decide_report(
    workspace: Workspace,
    engine: FigureEngine,
    figures: Mapping[str, Mapping[str, Any]],
    sites: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Decision:
    """What of a report may be published.

    Args:
        workspace: Where it was counted.
        engine: Opens small numbers.
        figures: Results as JSON-ready documents, by id.
        sites: What it tells of sites, by block.
    """
    describer = _Describer(workspace, engine)
    tables = tuple(describer.table(name, figure) for name, figure in figures.items())
    lines = tuple(_site_line(site, site["withheld"]) for told in sites.values() for site in told)
    return decide_output(Output(PUBLICATION, tables, sites=lines))


def decide_figures(
    workspace: Workspace,
    engine: FigureEngine,
    figures: Mapping[str, Mapping[str, Any]],
    purpose: str = PUBLICATION,
) -> Decision:
    """What of figures may leave that are no report: a table or chart that somebody takes along.

    Args:
        workspace: Where they were counted.
        engine: Opens small numbers.
        figures: Results as JSON-ready documents, by id.
        purpose: Who they are for.
    """
    describer = _Describer(workspace, engine)
    tables = tuple(describer.table(name, figure) for name, figure in figures.items())
    return decide_output(Output(purpose, tables))


def refuse_hidden(
    workspace: Workspace,
    engine: FigureEngine,
    figures: Mapping[str, Mapping[str, Any]],
    purpose: str = PUBLICATION,
) -> None:
    """Refuse a document whose numbers would have to be hidden, where it has no way to say so.

    Raises:
        CheckFailedError: one of its numbers may not leave.
    """
    for one in decide_figures(workspace, engine, figures, purpose).removals:
        where = ", ".join(code for _, code in one.key)
        raise CheckFailedError(
            f"{one.id}{f' ({where})' if where else ''} may not leave: {one.reason.en}",
            hint="Ask a coarser question; nothing was written.",
            code="disclosure",
        )


def is_about_deaths(workspace: Workspace, query: str) -> bool:
    """Whether to be among what a question counts says that somebody died."""
    words = QueryWords(workspace.vocabulary, workspace.gazetteer, _AnyName())
    return DEATH in _Describer(workspace, None).topics(read_query(query, words))


def what_rules_forbid(workspace: Workspace, twin: Mapping[str, Any]) -> list[str]:
    """What a built report shows and the rules of today hide: sentences, empty when nothing.

    Hidden numbers are not in it, so that each number that is shown is looked at alone. Whether one
    source alone tells of something was decided when the report was built.
    """
    describer = _Describer(workspace, None)
    rules = load_rules()
    found = []
    for name, figure in twin["figures"].items():
        table = describer.table(name, figure)
        for cell in (table.total, *table.cells):
            rule = rule_for(table, cell, rules)
            if rule is not None:
                where = ", ".join(code for _, code in cell.key) or "the total"
                found.append(f"{name} ({where}): {rule.reason.en}")
    withheld = {workspace.short_id(number) for number in embargo_of(workspace).withheld}
    told = (site for told in (twin.get("sites") or {}).values() for site in told)
    lines = tuple(_site_line(site, site["id"] in withheld) for site in told)
    decision = decide_output(Output(PUBLICATION, sites=lines))
    return [*found, *(f"{one.id}: {one.reason.en}" for one in decision.removals)]


def shown_figure(figure: Mapping[str, Any], name: str, decision: Decision) -> dict[str, Any]:
    """A figure's document without the numbers that a decision hides; each names its rule."""
    hidden = {_plain(key): removal.rule for key, removal in decision.hidden(name).items()}
    if not hidden:
        return dict(figure)
    shown = dict(figure)
    shown["groups"] = [
        {"key": group["key"], "value": None, "range": None, "hidden": hidden[_key(group)]}
        if _key(group) in hidden
        else group
        for group in figure["groups"]
    ]
    if any(all(code == UNKNOWN for _, code in key) for key in hidden if key != TOTAL):
        shown["unknown"] = None
    if TOTAL in hidden:
        rule = hidden[TOTAL]
        shown |= {"value": None, "range": None, "hidden": rule, "verification": {}}
    return shown


def _site_line(site: Mapping[str, Any], is_withheld: bool) -> SiteLine:
    tells = site["name"] is not None or site["position_of"] == "exact"
    return SiteLine(site["id"], is_withheld, tells)


def _key(group: Mapping[str, Any]) -> Key:
    return tuple(sorted((name, str(code)) for name, code in group["key"].items()))


def _plain(key: Key) -> Key:
    return tuple(sorted(key))


class _Describer:
    """Describes figures of one workspace."""

    def __init__(self, workspace: Workspace, engine: FigureEngine | None) -> None:
        self._workspace = workspace
        self._engine = engine
        self._words = QueryWords(workspace.vocabulary, workspace.gazetteer, _AnyName())
        self._sources = _Sources(workspace)
        self._deaths = load_rules().may_tell_of_a_death
        self._told: FamilyTold | None = None
        self._left = LOOKED_AT

    def topics(self, query: Query) -> set[str]:
        """What a question is about."""
        return self._scope(query, ()).topics

    def table(self, name: str, figure: Mapping[str, Any]) -> Table:
        """A figure as a table."""
        query = read_query(figure["query"], self._words)
        groups = [group for group in figure["groups"] if group["value"] is not None]
        scope = self._scope(query, [group["key"] for group in groups])
        cells = [Cell(tuple(group["key"].items()), group["value"]) for group in groups]
        unknown = figure.get("unknown") or 0
        if query.keys and unknown and not any(_is_unknown(cell) for cell in cells):
            cells.append(Cell(tuple((key, UNKNOWN) for key in query.keys), unknown))
        table = Table(
            id=name,
            base=str(replace(query, keys=())),
            topics=frozenset(scope.topics),
            dimensions=frozenset(scope.dimensions),
            total=Cell(TOTAL, figure["value"] or 0),
            cells=tuple(cells),
        )
        limit = asks_for_sources(table) if self._engine is not None else 0
        if not limit:
            return table
        deadly = DEATH in table.topics
        return replace(
            table,
            total=table.total if cells else self._looked_at(query, table.total, limit, deadly),
            cells=tuple(self._looked_at(query, cell, limit, deadly) for cell in table.cells),
        )

    def _looked_at(self, query: Query, cell: Cell, limit: int, deadly: bool) -> Cell:
        """The cell, with whether one protected source alone tells of it, or of an untold death."""
        if not 0 < cell.value < limit or self._engine is None:
            return cell
        self._left -= 1
        if self._left < 0:
            return replace(cell, is_one_source=True, has_untold=deadly)
        group = dict(cell.key) if cell.key else None
        found = self._engine.open(str(query), group=group)
        numbers = [ref.number for ref in found if ref.certain]
        return replace(
            cell,
            is_one_source=self._sources.is_one_protected(numbers),
            has_untold=deadly and self._has_untold(numbers),
        )

    def _has_untold(self, numbers: Sequence[int]) -> bool:
        """Whether a record, or one that points at it, tells of a death nobody was told of."""
        if self._told is None:
            self._told = FamilyTold(self._workspace)
        around = pointers_at(self._workspace, numbers)
        deaths = {one.record for one in around if one.record_type in self._deaths}
        return bool(self._told.untold_records({*numbers, *deaths}))

    def _scope(self, query: Query, keys: Sequence[Mapping[str, Any]]) -> Scope:
        scope = Scope(dimensions=set(query.keys))
        unit = self._workspace.vocabulary.units.get(query.unit)
        is_state = query.state is not None and query.state.name in DEADLY_STATES
        if is_state or (unit is not None and unit.record in self._deaths):
            scope.topics.add(DEATH)
        if query.condition is not None:
            self._read(query.condition, scope)
        if query.interval is not None and _is_short(query.interval):
            scope.dimensions.add("month")
            if query.interval.lo == query.interval.hi:
                scope.dimensions.add("day")
        codes = {(name, str(code)) for key in keys for name, code in key.items()}
        if any(name in AGES and code == CHILD for name, code in codes):
            scope.topics.add(CHILD)
        if any(self._is_sealed(name, code) for name, code in codes):
            scope.topics.add(SEALED)
        return scope

    def _read(self, condition: Condition, scope: Scope) -> None:
        match condition:
            case And(parts) | Or(parts):
                for part in parts:
                    self._read(part, scope)
            case Not(part):
                self._read(part, scope)
            case Act(kind, comparisons):
                if self._workspace.vocabulary.types[kind].level == SEALED:
                    scope.topics.add(SEALED)
                if kind in self._deaths:
                    scope.topics.add(DEATH)
                for comparison in comparisons:
                    self._compared(comparison, scope)
            case Comparison():
                self._compared(condition, scope)

    def _compared(self, comparison: Comparison, scope: Scope) -> None:
        name = comparison.property
        if name in AGES and CHILD in comparison.values:
            scope.topics.add(CHILD)
            return
        if any(self._is_sealed(name, code) for code in comparison.values):
            scope.topics.add(SEALED)
            return
        places = (self._workspace.gazetteer.get(code) for code in comparison.values)
        levels = {place.level for place in places if place is not None}
        scope.dimensions |= levels or {name}

    def _is_sealed(self, name: str, code: str) -> bool:
        """Whether a term, or one above it, is sealed in a list that a property of the name has."""
        for prop in self._properties(name):
            if prop.level == SEALED:
                return True
            terms = self._workspace.vocabulary.term_lists.get(prop.of or "")
            if terms is None or code not in terms.terms:
                continue
            if any(terms.terms[one].level == SEALED for one in (code, *terms.ancestors(code))):
                return True
        return False

    def _properties(self, name: str) -> Iterator[Property]:
        for kind in self._workspace.vocabulary.types.values():
            if name in kind.properties:
                yield kind.properties[name]


class _Sources:
    """Tells whether records rest on one protected source."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._protected = load_rules().protected
        self._names = term_names(workspace)

    def is_one_protected(self, records: Sequence[int]) -> bool:
        """Whether all that is said of records comes from one source, and it is a person.

        What points at a record is said of it too; what a thing is called is no account of it.
        """
        store = self._workspace.store
        batches = live_batches(store)
        around = {pointer.record for pointer in pointers_at(self._workspace, records)}
        rows = live_statements(store, sorted({*records, *around}), batches)
        sources = {
            row.source
            for row in rows
            if row.source is not None and self._names[row.term] not in NAMES_OF_THINGS
        }
        if not sources:
            return False
        said: dict[int, dict[str, str]] = {number: {} for number in sources}
        for row in live_statements(store, sorted(sources), batches):
            said[row.record].setdefault(self._names[row.term][1], row.value or "")
        roots = origins_by_name(self._workspace)
        names = {number: known.get("name", str(number)) for number, known in said.items()}
        origins = {roots.get(name, name) for name in names.values()}
        is_person = all(
            known.get("kind") in self._protected or known.get("pseudonym")
            for known in said.values()
        )
        return len(origins) == 1 and is_person


class _AnyName(tuple[str, ...]):
    """Holds every name: which rules a figure was counted by does not matter here."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return True


def _is_short(interval: Interval) -> bool:
    """Whether an interval is a month or less."""
    if interval.lo is None or interval.hi is None:
        return False
    return (interval.hi - interval.lo).days < MONTH_DAYS


def _is_unknown(cell: Cell) -> bool:
    return all(code == UNKNOWN for _, code in cell.key)
