"""Numbers that single somebody out only together: told to those who sign a report.

The rules of disclosure look at the tables of one question. Two questions, or two reports, can give
away what neither does: all people and all but one of them. So before a report is signed its numbers
are held against each other and against those of the reports that somebody has signed: where two
numbers of one unit differ by few, and everybody counted in the one is counted in the other, the
difference is a small group that a reader can work out, and it is named here with both numbers.

What this does not see: three numbers or more together, what other organisations published, and
prose. Numbers of reports that lie elsewhere are known by their totals alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Final, NamedTuple

from bayyina.app.counting import open_engine
from bayyina.app.live import live_batches
from bayyina.app.rewinding import Moment, rewound
from bayyina.app.rows import RunRow, batch_of
from bayyina.app.small_groups import STEP, is_sensitive
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.query_tree import Query

BUILT: Final = "report"
SIGNED: Final = "publication"

FEW: Final = 3
"""A difference of fewer records is a small group; of something sensitive, of fewer than ``STEP``."""

MOST_PAIRS: Final = 400
"""Pairs of numbers whose records are looked at; beyond, it is said that not all were."""


class Difference(NamedTuple):
    """Two numbers from which a reader works out a small group."""

    number: str
    """Figure of the report, with the group."""

    other: str
    """The number that it is held against."""

    report: str
    """Name of the report of that other number; empty: the same one."""

    records: int
    """How many records the difference is."""

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return self._asdict()


class Differences(NamedTuple):
    """What was found."""

    found: tuple[Difference, ...]
    """Small groups between numbers."""

    is_whole: bool
    """Whether all pairs of numbers were looked at."""


class _Number(NamedTuple):
    report: str
    name: str
    figure: str
    query: Query
    base: str
    group: tuple[tuple[str, str], ...]
    value: int
    size: int
    limit: int


def small_differences(workspace: Workspace, content: Mapping[str, Any], digest: str) -> Differences:
    """Small groups that follow from a report's numbers and others that are out or about to be.

    Args:
        workspace: Where it was built.
        content: Its machine-readable twin.
        digest: SHA-256 (hex) of that.
    """
    found: list[Difference] = []
    with open_engine(workspace, _unseen, exact=True) as engine:
        own = list(_of_twin(engine, content))
        others = [one for run in _signed(workspace, digest) for one in _of_run(engine, run)]
        looked = _Looked(engine)
        pairs = [
            *((a, b) for i, a in enumerate(own) for b in own[i + 1 :]),
            *product(own, others),
        ]
        near = [pair for pair in pairs if _may_differ_by_few(*pair)]
        for one, other in near[:MOST_PAIRS]:
            small, large = sorted((one, other), key=lambda number: number.value)
            if looked.records(small) < looked.records(large):
                found.append(
                    Difference(one.name, other.name, other.report, large.value - small.value)
                )
    return Differences(tuple(dict.fromkeys(found)), len(near) <= MOST_PAIRS)


def _may_differ_by_few(one: _Number, other: _Number) -> bool:
    apart = abs(one.value - other.value)
    limit = max(one.limit, other.limit)
    if not (0 < apart < limit and one.query.unit == other.query.unit):
        return False
    if min(one.value, other.value) < 1 or (not other.report and one.figure == other.figure):
        return False
    # one and the same question grows with the records; that shows somebody only where it is sensitive
    return one.base != other.base or (limit == STEP and one.size != other.size)


class _Looked:
    """The records that numbers count, each looked up once."""

    def __init__(self, engine: FigureEngine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, tuple[tuple[str, str], ...]], frozenset[int]] = {}

    def records(self, number: _Number) -> frozenset[int]:
        key = (str(number.query), number.group)
        if key not in self._known:
            found = self._engine.open(str(number.query), group=dict(number.group) or None)
            lenient = number.query.lenient
            self._known[key] = frozenset(ref.number for ref in found if ref.certain or lenient)
        return self._known[key]


def _of_twin(engine: FigureEngine, content: Mapping[str, Any]) -> Iterator[_Number]:
    """Every number that a report shows."""
    for name, figure in content["figures"].items():
        size = int(figure["custody_size"])
        asked = _pinned(engine, figure["query"], size)
        if asked is None:
            continue
        if isinstance(figure.get("value"), int):
            yield _number(engine, "", name, asked, (), figure["value"], size)
        for group in figure.get("groups", ()):
            key = tuple((str(k), str(v)) for k, v in group["key"].items())
            if isinstance(group.get("value"), int):
                yield _number(engine, "", name, asked, key, group["value"], size)


def _of_run(engine: FigureEngine, run: Mapping[str, Any]) -> Iterator[_Number]:
    """The totals of a report that was built before, as its run has them."""
    rests = run.get("rests_on") or {}
    queries, values = rests.get("queries", []), run.get("values", {})
    if len(queries) != len(values):  # one question under two names: which is whose is not kept
        return
    size = int(rests.get("size", 0))
    for (name, value), query in zip(values.items(), queries, strict=True):
        asked = _pinned(engine, query, size)
        if asked is not None and isinstance(value, int):
            yield _number(engine, str(run["report"]), name, asked, (), value, size)


def _number(
    engine: FigureEngine,
    report: str,
    figure: str,
    asked: Query,
    group: tuple[tuple[str, str], ...],
    value: int,
    size: int,
) -> _Number:
    codes = ", ".join(code for _, code in group)
    query = asked if group else replace(asked, keys=())
    base = str(replace(asked, keys=(), recorded_at=None, recorded_size=None))
    limit = STEP if is_sensitive(asked, engine.words.vocabulary) else FEW
    name = f"{figure} ({codes})" if codes else figure
    return _Number(report, name, figure, query, base, group, value, size, limit)


def _pinned(engine: FigureEngine, query: str, size: int) -> Query | None:
    """A question as it was asked; None where it can be asked no more."""
    try:
        asked = engine.read(query)
        if asked.recorded_at is not None or asked.recorded_size is not None:
            return asked
        return engine.read(rewound(engine, query, Moment(recorded_size=size)))
    except BayyinaError:
        return None


def _signed(workspace: Workspace, digest: str) -> Sequence[Mapping[str, Any]]:
    """Runs of the other reports that somebody has signed."""
    standing = live_batches(workspace.store)
    runs = [
        (row.run_kind, json.loads(row.parameters))
        for row in workspace.store.find(RunRow, "run_kind", (BUILT, SIGNED))
        if batch_of(row.number) in standing
    ]
    signed = {run["twin"] for kind, run in runs if kind == SIGNED} - {digest}
    return [run for kind, run in runs if kind == BUILT and run.get("twin") in signed]


def _unseen(done: int, total: int | None, what: str) -> None:
    """Progress that nobody is shown."""
