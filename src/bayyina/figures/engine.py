"""The figure engine: figure queries over a snapshot folder.

The engine keeps one DuckDB database in memory with the assembled tables that figures
needed so far, so the second figure is fast. It holds no lock on anything; several threads
may count at the same time.
"""

from __future__ import annotations

import hashlib
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import duckdb

from bayyina.errors import QueryError, StorageError
from bayyina.figures.assembled import day_number, day_of
from bayyina.figures.assembling import assembled_folder, database_settings
from bayyina.figures.counting import tally
from bayyina.figures.counting_rules import Rules
from bayyina.figures.dividing import Key, labelled, make_keys
from bayyina.figures.last_confirmed import last_confirmed
from bayyina.figures.listing import OpenedRows, list_records
from bayyina.figures.meanings import UNKNOWN, Meanings
from bayyina.figures.planning import plan
from bayyina.figures.ports import Methodology, PlaceTree
from bayyina.figures.query import read_query
from bayyina.figures.query_tree import Query
from bayyina.figures.query_words import QueryWords
from bayyina.figures.results import Figure, FigureGroup, LastConfirmed, RecordRef
from bayyina.figures.sealing import Seal
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.spreading import Tally
from bayyina.figures.validity import Cut, recorded_size
from bayyina.figures.verified_shares import shares
from bayyina.figures.warm_tables import WarmCut
from bayyina.model.vocabulary import Vocabulary

WARM_CUTS: Final = 3
"""So many assembled cuts are kept in memory."""

MEANINGS: Final = {
    "held": "not known to have been released",
    "released": "not known to have been taken again",
    "located": "whereabouts clarified",
    "dead": "a death or an execution is stated",
    "disappeared": "the elements that the methodology requires are stated",
    "identified": "an identification is stated as identified",
}
"""What each state means in words."""

T = TypeVar("T")


class FigureEngine:
    """Counts over one snapshot folder. To be closed after use, or used with ``with``."""

    def __init__(
        self,
        snapshot_folder: Path,
        vocabulary: Vocabulary,
        gazetteer: PlaceTree,
        methodologies: Mapping[str, Methodology],
        *,
        standards: Collection[str] | None = None,
        default_methodology: str = "arrest-20-days",
        threads: int = 2,
        memory: str = "2GB",
        seal: Seal | None = None,
    ) -> None:
        """Open the engine; nothing is read before the first figure.

        Args:
            snapshot_folder: Folder of a ``SnapshotWriter``.
            vocabulary: Units, record types, terms, groups.
            gazetteer: Places.
            methodologies: Rules of counting by name.
            standards: Names of documentation standards that queries may use; None: any.
            default_methodology: Rules for queries that name none; another one of
                ``methodologies`` when it is not among them.
            threads: Threads of the database.
            memory: Limit of the database's memory, such as ``2GB``.
            seal: Files that it does not hold for are not counted on; None: all are.
        """
        self.words = QueryWords(vocabulary, gazetteer, tuple(methodologies), standards)
        """What the words of queries may be."""
        self._folder = snapshot_folder
        self._vocabulary = vocabulary
        self._places = gazetteer
        self._methodologies = methodologies
        self._default = default_methodology
        self._limits = (threads, memory)
        self._seal = seal
        self._connection = duckdb.connect(":memory:", config=database_settings(threads, memory))
        self._opened = OpenedRows(self._connection)
        self._lock = threading.RLock()
        self._warm: OrderedDict[tuple[Any, ...], WarmCut] = OrderedDict()
        self._made = 0
        self._pinned: Snapshot | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._warm.clear()
            self._connection.close()

    def use_threads(self, threads: int) -> None:
        """Count with so many threads from now on."""
        with self._lock:
            self._limits = (threads, self._limits[1])
            self._connection.execute(f"SET threads = {int(threads)}")

    def pin(self, snapshot: Snapshot) -> None:
        """Answer over this state from now on, whatever newer ones there are."""
        with self._lock:
            self._pinned = snapshot

    def prepare(self) -> Snapshot:
        """Answer over the newest state from now on, its tables made; that state."""
        with self._lock:
            self._pinned = Snapshot.open(self._folder)
            self._warmed_at(self._pinned, Cut(self._pinned.pointer.custody_size))
            return self._pinned

    @property
    def state(self) -> Snapshot:
        """The state that is answered over: the newest, unless one is pinned."""
        return self._pinned or Snapshot.open(self._folder)

    def read(self, query: str | Query) -> Query:
        """The query that a text states.

        Raises:
            QueryError: it cannot be read.
        """
        return read_query(query, self.words) if isinstance(query, str) else query

    def count(self, query: str | Query) -> Figure:
        """The answer to a figure query.

        Raises:
            QueryError: the query cannot be read, or asks for what cannot be counted.
            WorkspaceError: there is no snapshot.
            StorageError: the disk or the memory did not suffice.
        """
        asked = self.read(query)
        with self._lock:
            rules = self._rules(asked)
            keys = make_keys(rules)
            sources = plan(rules)
            found = self._run(lambda: tally(self._connection, sources, keys))
            value = found.possible if asked.lenient else found.certain
            verified = self._run(lambda: shares(self._connection, sources, rules, value))
            confirmed = self._run(lambda: last_confirmed(self._connection, sources, rules, value))
            return self._figure(rules, keys, found, verified, confirmed)

    def open(
        self,
        query: str | Query,
        group: Mapping[str, str] | None = None,
        limit: int | None = None,
        after: int | None = None,
    ) -> Iterator[RecordRef]:
        """The records that a figure counts, certain and possible ones, in order of number.

        Args:
            query: The query.
            group: Only one group of the figure: the value of each key.
            limit: At most so many records.
            after: Only records with higher numbers.
        """
        asked = self.read(query)
        with self._lock:
            rules = self._rules(asked)
            keys = make_keys(rules)
            self._check_group(keys, group)
            rows = self._run(
                lambda: list_records(self._opened, rules, plan(rules), keys, group, limit, after)
            )
        yield from rows

    def digest(self, query: str | Query) -> str:
        """SHA-256 (hex) over the numbers of the records that make up the figure's value.

        Each number is eight bytes, big-endian, in ascending order.
        """
        asked = self.read(query)
        running = hashlib.sha256()
        for record in self.open(asked):
            if record.certain or asked.lenient:
                running.update(struct.pack(">q", record.number))
        return running.hexdigest()

    def _run(self, work: Callable[[], T]) -> T:
        """Run a counting; the database's own errors end here."""
        try:
            return work()
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise StorageError(
                f"The figure could not be counted: {type(error).__name__}.",
                hint="Free memory or space on the disk, and ask again.",
            ) from error

    def _rules(self, query: Query) -> Rules:
        """The surroundings of a query; its tables are assembled if they are not yet."""
        methodology = self._methodology(query)
        warm = self._warmed(self.state, query)
        day = query.as_of or query.known_at or query.recorded_at
        return Rules(
            query=query,
            as_of=warm.assembled.last_day if day is None else day_number(day),
            vocabulary=self._vocabulary,
            meanings=Meanings(self._vocabulary, self._places, dict(warm.assembled.sources)),
            methodology=methodology,
            warm=warm,
        )

    def _methodology(self, query: Query) -> Methodology:
        if query.methodology is not None:
            return self._methodologies[query.methodology]
        if query.state is not None and query.state.name == "disappeared":
            raise QueryError(
                "Who counts as disappeared depends on the methodology, and none is named.",
                hint=f"Add one of: under {', under '.join(sorted(self._methodologies))}.",
            )
        if self._default in self._methodologies:
            return self._methodologies[self._default]
        return self._methodologies[min(self._methodologies)]

    def _warmed(self, snapshot: Snapshot, query: Query) -> WarmCut:
        """The tables for a query, from memory if they are there."""
        size = snapshot.pointer.custody_size
        if query.recorded_at is not None:
            size = recorded_size(self._connection, snapshot, query.recorded_at)
        elif query.recorded_size is not None:
            if query.recorded_size > size:
                raise QueryError(
                    f"The custody log has only {size} entries, not {query.recorded_size}.",
                    hint=f"Write: recorded at {size}.",
                )
            size = query.recorded_size
        return self._warmed_at(snapshot, Cut(size, query.known_at, query.lenient, query.linked))

    def _warmed_at(self, snapshot: Snapshot, cut: Cut) -> WarmCut:
        key = (cut, snapshot.pointer)
        if key not in self._warm:
            self._warm[key] = self._assembled(snapshot, cut)
            while len(self._warm) > WARM_CUTS:
                _, oldest = self._warm.popitem(last=False)
                oldest.close()
        self._warm.move_to_end(key)
        return self._warm[key]

    def _assembled(self, snapshot: Snapshot, cut: Cut) -> WarmCut:
        threads, memory = self._limits
        folder = assembled_folder(
            snapshot, cut, self._vocabulary, threads=threads, memory=memory, seal=self._seal
        )
        self._made += 1
        return WarmCut(self._connection, f"cut_{self._made}", folder, snapshot, cut)

    def _check_group(self, keys: list[Key], group: Mapping[str, str] | None) -> None:
        if group is not None and set(group) != {key.name for key in keys}:
            names = ", ".join(key.name for key in keys) or "none"
            raise QueryError(
                f"A group of this figure names the keys {names}.",
                hint="Give a value for each key of the query, and for no other.",
            )

    def _figure(
        self,
        rules: Rules,
        keys: list[Key],
        found: Tally,
        verified: Mapping[str, int],
        confirmed: LastConfirmed | None,
    ) -> Figure:
        query = rules.query
        groups = _groups(keys, found, lenient=query.lenient)
        value = found.possible if query.lenient else found.certain
        unknown = found.possible - found.certain
        if keys:
            unknown = found.unplaced_possible if query.lenient else found.unplaced
        return Figure(
            value=value,
            comparator=_comparator(rules),
            unit=query.unit,
            range=(found.certain, found.possible),
            groups=groups,
            unknown=unknown,
            groups_sum=sum(group.value for group in groups) == value,
            query=str(query),
            as_of=day_of(rules.as_of),
            known_at=query.known_at,
            recorded_at=query.recorded_at,
            axis=query.axis,
            meaning="" if query.state is None else MEANINGS[query.state.name],
            last_confirmed=confirmed,
            methodology=rules.methodology.name,
            methodology_digest=rules.methodology.digest,
            vocabulary_digest=self._vocabulary.digest,
            linkage=rules.warm.assembled.linkage,
            custody_size=rules.warm.cut.custody_size,
            verification=verified,
        )


def _groups(keys: list[Key], found: Tally, *, lenient: bool) -> tuple[FigureGroup, ...]:
    """The groups in order of their keys, unknown ones last."""
    names = [key.name for key in keys]
    labels: list[dict[int, str]] = [
        {number: labelled(key, number) for number in {place[i] for place in found.groups}}
        for i, key in enumerate(keys)
    ]
    ordered = [sorted(set(label.values()), key=lambda x: (x == UNKNOWN, x)) for label in labels]
    ranks = [{name: rank for rank, name in enumerate(order)} for order in ordered]
    columns = [
        {number: rank[name] for number, name in label.items()}
        for label, rank in zip(labels, ranks, strict=True)
    ]
    merged: dict[tuple[int, ...], tuple[int, int]] = {}
    for place, counts in found.groups.items():
        if not counts[1]:
            continue
        row = tuple([column[number] for column, number in zip(columns, place, strict=True)])
        before = merged.get(row)  # a value may itself be called unknown
        merged[row] = counts if before is None else _sum(before, counts)
    shown = 1 if lenient else 0
    return tuple(
        FigureGroup(
            {name: order[rank] for name, order, rank in zip(names, ordered, row, strict=True)},
            counts[shown],
            counts,
        )
        for row, counts in sorted(merged.items())
    )


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _comparator(rules: Rules) -> str:
    """``about`` for lenient figures; ``=`` where the methodology says the count is complete."""
    if rules.query.lenient:
        return "about"
    rule = rules.methodology.counts.get(rules.record)
    return "at least" if rule is None or getattr(rule, "lower_bound", True) else "="
