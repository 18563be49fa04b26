"""The figure engine of a workspace: what is ``recorded at`` a size is counted under its rules.

A figure asked as of an earlier size of the custody log uses the vocabulary, standards and
methodologies of the workspace's own that held then, as the log holds their texts; any other
figure uses the files as they lie in the folder, and names those that the log does not hold
so. What a question names must be there: a list that nobody imported is not a list with
nothing in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from bayyina.app.own_file_history import Files, OwnFileHistory
from bayyina.app.own_files import OwnWords, words_of
from bayyina.errors import QueryError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.planning import plan
from bayyina.figures.query_tokens import Token, cut
from bayyina.figures.query_tree import Act, And, Comparison, Condition, Not, Or, Query
from bayyina.figures.query_words import read_day, read_size
from bayyina.figures.relations import record_types
from bayyina.figures.results import Figure, RecordRef
from bayyina.figures.sealing import Seal
from bayyina.figures.verified_shares import counted_among
from bayyina.model.places import Gazetteer

FACILITY = "Facility"
"""Record type of facilities."""

THREADS = 2
"""Threads that figures are counted with where nothing else is said."""

LISTS_NAMED = 12
"""So many names of lists stand in a refusal."""


@dataclass(frozen=True)
class LogTimes:
    """When entries of the log were written."""

    days: Sequence[date]
    """Day (UTC) of each entry."""

    def size_at(self, day: date) -> int:
        """Entries before the first one that is later than ``day``."""
        return next((n for n, written in enumerate(self.days) if written > day), len(self.days))


@dataclass(frozen=True)
class WorkspaceRules:
    """What a workspace's figures are counted under, now and before."""

    words: OwnWords
    """What holds now."""

    files: Files
    """Digests of the own files that hold now."""

    history: OwnFileHistory
    """Those that the log holds."""

    times: LogTimes
    """When it was written."""

    lost: Callable[[], Collection[int]]
    """Gives the records that were decided about on evidence that stands no longer."""


class RewindingEngine(FigureEngine):
    """Counts over one workspace's snapshot, under the rules that held."""

    def __init__(
        self,
        folder: Path,
        gazetteer: Gazetteer,
        rules: WorkspaceRules,
        seal: Seal,
        *,
        threads: int = THREADS,
    ) -> None:
        """Open the engine over the snapshot in ``folder``."""
        words = rules.words
        super().__init__(
            folder,
            words.vocabulary,
            gazetteer,
            words.methodologies,
            standards=tuple(words.standards),
            seal=seal,
            threads=threads,
        )
        self._gazetteer = gazetteer
        self._held = rules
        self._own_seal = seal
        self._earlier: dict[tuple[tuple[str, str], ...], RewindingEngine] = {}

    def close(self) -> None:
        """Let go of the databases."""
        for engine in self._earlier.values():
            engine.close()
        self._earlier.clear()
        super().close()

    def read(self, query: str | Query) -> Query:
        """The query that a text states, in the words that held at its size of the log."""
        engine = self._engine_for(query)
        return super().read(query) if engine is self else engine.read(query)

    def count(self, query: str | Query) -> Figure:
        """The answer to a query, with the own files that it rests on.

        Raises:
            QueryError: the query cannot be read, or names a list that is not there.
        """
        engine = self._engine_for(query)
        if engine is not self:
            return engine.count(query)
        asked = self.read(query)
        self._check_lists(asked)
        self._check_facilities(asked)
        recorded = self._held.history.newest
        files = self._held.files
        pinned = _pin(asked) is not None
        differing = {n for n in {*files, *recorded} if files.get(n) != recorded.get(n)}
        figure = super().count(asked)
        return replace(
            figure,
            own_files=dict(sorted(files.items())),
            unrecorded_files=() if pinned else tuple(sorted(differing)),
            lost_evidence=self._lost(asked) if figure.verification["two_people"] else 0,
        )

    def open(
        self,
        query: str | Query,
        group: Mapping[str, str] | None = None,
        limit: int | None = None,
        after: int | None = None,
    ) -> Iterator[RecordRef]:
        """The records that a figure counts; as ``FigureEngine.open``."""
        engine = self._engine_for(query)
        if engine is not self:
            yield from engine.open(query, group, limit, after)
            return
        asked = self.read(query)
        self._check_lists(asked)
        self._check_facilities(asked)
        yield from super().open(asked, group, limit, after)

    def _check_facilities(self, asked: Query) -> None:
        """Refuse a query that names facilities which neither the vocabulary nor a record knows."""
        for act in _acts(asked.condition):
            for one in act.comparisons:
                kinds = self._kinds_in_facility(act.type, one.property)
                strange = [v for v in one.values if v not in self._vocabulary.facilities]
                if not kinds or not strange:
                    continue
                stated = self._stated(asked, kinds, one.property)
                missing = [value for value in strange if value not in stated]
                if missing:
                    raise QueryError(
                        f"No facility is called {_quoted(missing)}, and no record states it.",
                        hint=_near(missing[0], {*stated, *self._vocabulary.facilities}),
                        code="no-such-facility",
                    )

    def _kinds_in_facility(self, record_type: str, prop: str) -> list[str]:
        """Record types, the named one or kinds of it, of which a property is a facility."""
        types = self._vocabulary.types
        return [
            kind
            for kind in record_types(self._vocabulary, record_type)
            if prop in types[kind].properties and FACILITY in types[kind].properties[prop].to
        ]

    def _stated(self, asked: Query, kinds: Collection[str], prop: str) -> set[str]:
        """What is stated of a property, now and at the query's moment."""
        now = replace(asked, known_at=None, recorded_at=None, recorded_size=None)
        found: set[str] = set()
        with self._lock:
            for moment in dict.fromkeys((asked, now)):
                warm = self._warmed(self.state, moment)
                for kind in kinds:
                    sets = warm.text_column(kind, prop).sets
                    found |= {text for texts in sets for text in texts}
        return found

    def _lost(self, asked: Query) -> int:
        """How many of those counted as verified rest on evidence that stands no longer."""
        records = self._held.lost()
        if not records:
            return 0
        with self._lock:
            rules = self._rules(asked)
            sources = plan(rules)
            return self._run(lambda: counted_among(self._connection, sources, rules, records))

    def _engine_for(self, query: str | Query) -> FigureEngine:
        """This engine, or one with the rules that held at the query's size of the log."""
        pin = _pin(query)
        if pin is None:
            return self
        size = self._held.times.size_at(pin) if isinstance(pin, date) else pin
        files = self._held.history.at(size)
        if files == self._held.files:
            return self
        with self._lock:
            key = tuple(sorted(files.items()))
            if key not in self._earlier:
                words = words_of(self._held.history.texts(files))
                rules = replace(self._held, words=words, files=files)
                self._earlier[key] = RewindingEngine(
                    self._folder, self._gazetteer, rules, self._own_seal
                )
            return self._earlier[key]

    def _check_lists(self, asked: Query) -> None:
        """Refuse a query that names lists which are not there, now or at its moment."""
        named = list(dict.fromkeys(_named_lists(asked.condition)))
        if not named:
            return
        now = replace(asked, known_at=None, recorded_at=None, recorded_size=None)
        known: set[str] = set()
        missing = named
        for moment in dict.fromkeys((asked, now)):
            with self._lock:
                sources = self._warmed(self.state, moment).assembled.sources
            known |= {*sources, *sources.values()}
            missing = [name for name in named if name not in known]
            if not missing:
                return
        names = sorted({name for name in known if not name.isdecimal()})
        raise QueryError(
            f"No list is called {_quoted(missing)}.",
            hint=_lists_in_words(missing[0], names),
            code="no-such-list",
        )


def _near(missing: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(missing, sorted(known), n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(_quoted([name]) for name in near)}?"
    return "Divide by the property to see what is stated, such as: by facility."


def _lists_in_words(missing: str, names: Sequence[str]) -> str:
    if not names:
        return "No list was imported yet."
    near = difflib.get_close_matches(missing, names, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(_quoted([name]) for name in near)}?"
    rest = len(names) - LISTS_NAMED
    more = f", and {rest} more" if rest > 0 else ""
    return f"The lists are {_quoted(names[:LISTS_NAMED])}{more}."


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _pin(query: str | Query) -> int | date | None:
    """The size of the log, or the day, that a query names after ``recorded at``."""
    if isinstance(query, Query):
        return query.recorded_size if query.recorded_at is None else query.recorded_at
    tokens = cut(query)
    words = [token.text if token.kind == "word" else "" for token in tokens]
    for place, pair in enumerate(pairwise(words)):
        if pair == ("recorded", "at") and place + 2 < len(tokens):
            return _moment(tokens[place + 2])
    return None


def _moment(token: Token) -> int | date | None:
    size = read_size(token)
    if size is not None:
        return size
    try:
        return read_day(token)
    except QueryError:
        return None  # the reading of the whole query says what is wrong


def _acts(condition: Condition | None) -> Iterator[Act]:
    """Acts that a condition speaks of."""
    if isinstance(condition, Act):
        yield condition
    elif isinstance(condition, Not):
        yield from _acts(condition.part)
    elif isinstance(condition, And | Or):
        for part in condition.parts:
            yield from _acts(part)


def _named_lists(condition: Condition | None) -> Iterator[str]:
    """Names after ``source`` in a condition."""
    if isinstance(condition, Comparison):
        if condition.property == "source":
            yield from condition.values
    elif isinstance(condition, Act):
        for comparison in condition.comparisons:
            yield from _named_lists(comparison)
    elif isinstance(condition, Not):
        yield from _named_lists(condition.part)
    elif isinstance(condition, And | Or):
        for part in condition.parts:
            yield from _named_lists(part)
