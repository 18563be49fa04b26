"""Which outputs left the workspace, and which of them rest on what an informant told.

The run of every output names the records that it told of (as runs of neighbouring numbers, which
stay small), or the questions that it answered with the size of the log. When a consent is
withdrawn, outputs are held against the records that rest on the informant. Outputs of before
this was kept cannot be held against anything; they are listed as not known.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from bayyina.app.consent_book import NOT_WITHOUT, ConsentBook
from bayyina.app.counting import open_engine
from bayyina.app.linked_records import pointers_at, same_as_any
from bayyina.app.live import live_batches
from bayyina.app.ports import Progress
from bayyina.app.rewinding import Moment, rewound
from bayyina.app.rows import (
    POSITION_MASK,
    ClosureRow,
    RunRow,
    StatementRow,
    batch_of,
    row_number,
)
from bayyina.app.workspace import Workspace
from bayyina.errors import QueryError

WITHDRAW: Final = "withdraw-consent"
"""Action of the entries by which a consent is taken back."""

OUTPUTS: Final[Mapping[str, str]] = {
    "bundle": "a bundle",
    "report": "a report",
    "submission": "a submission",
    "export": "an export",
    "letter": "a letter",
    "dossier": "a dossier",
    "exhibits": "a list of exhibits",
    "facility": "a sheet of a facility",
    "matrix": "a matrix",
    "order-report": "a report on an order",
    "site-report": "a page of a site",
    "evidence-copy": "a copy of a file",
}
"""Kinds of runs that record that something left, with what it was."""

MOST_RUNS: Final = 50_000
"""Runs of neighbouring numbers that one output may name; beyond, its questions are asked again."""

RESTS, PERHAPS, NOT_KNOWN = "rests", "perhaps", "not-known"
"""Whether an output rests on somebody's statements: it does; an answer changed since so that it
cannot be told; it was made before this was kept."""


@dataclass
class RestsOn:
    """The records that an output told of, collected while it is written."""

    ranges: list[list[int]] = field(default_factory=list)
    """First and last number of each run of neighbouring numbers."""

    queries: list[str] = field(default_factory=list)
    """Questions that it answered."""

    size: int = 0
    """Size of the log when they were asked."""

    def take(self, number: int) -> None:
        """Note a record; cheapest in order of number."""
        if self.ranges and self.ranges[-1][1] + 1 == number:
            self.ranges[-1][1] = number
        elif not self.ranges or not self.ranges[-1][0] <= number <= self.ranges[-1][1]:
            self.ranges.append([number, number])

    @classmethod
    def of(cls, records: Iterable[int] = (), queries: Iterable[str] = (), size: int = 0) -> RestsOn:
        """What rests on some records, or answers some questions of a log of some size."""
        made = cls(queries=list(dict.fromkeys(queries)), size=size)
        for number in sorted(set(records)):
            made.take(number)
        return made

    def to_json(self) -> dict[str, Any]:
        """As a run keeps it."""
        is_kept = len(self.ranges) <= MOST_RUNS
        return {
            "records": " ".join(f"{a}-{b}" for a, b in self.ranges) if is_kept else "too-many",
            "queries": self.queries,
            "size": self.size,
        }


class Affected(NamedTuple):
    """An output that left, and how it stands to somebody's statements."""

    kind: str
    """Kind of the run."""

    batch: int
    """The batch that records it."""

    day: str
    """Day of it, YYYY-MM-DD."""

    rests: str
    """``rests``, ``perhaps`` or ``not-known``."""

    recipients: tuple[str, ...]
    """Who is recorded as receiving it."""

    what: str
    """Its name, digest or person, as the run has it."""

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {**self._asdict(), "recipients": list(self.recipients)}


def affected_outputs(
    workspace: Workspace, records: Collection[int], progress: Progress
) -> list[Affected]:
    """Outputs that left and rest on some records, those of which it is not known among them.

    Args:
        workspace: Where the outputs were made.
        records: Records that rest on the informant, and those of the informant.
        progress: Told outputs looked at.
    """
    store = workspace.store
    batches = live_batches(store)
    runs = [row for row in store.scan(RunRow) if batch_of(row.number) in batches]
    signed = _published(runs)
    found = []
    outputs = [row for row in runs if row.run_kind in OUTPUTS]
    asked = _Asked(workspace, frozenset(records))
    for done, row in enumerate(outputs):
        progress(done, len(outputs), "outputs looked at")
        said = json.loads(row.parameters)
        rests = _rests(workspace, said, records, asked)
        if not rests:
            continue
        batch = batches[batch_of(row.number)]
        found.append(
            Affected(
                kind=row.run_kind,
                batch=batch.batch,
                day=(batch.entry_time or "")[:10],
                rests=rests,
                recipients=tuple(_recipients(said, signed)),
                what=_what(workspace, row.run_kind, said),
            )
        )
    progress(len(outputs), len(outputs), "outputs looked at")
    return found


def withdrawn_since(workspace: Workspace, size: int) -> set[int]:
    """Records about which consent was taken back after the log was of a size.

    Those whose statements were closed with it, and those of people who are not to be counted.
    """
    store = workspace.store
    batches = {
        row.batch
        for row in store.batches()
        if row.action == WITHDRAW and row.entry is not None and row.entry >= size
    }
    if not batches:
        return set()
    closed = [
        one.statement
        for batch in sorted(batches)
        for one in store.scan(
            ClosureRow, first=row_number(batch, 0), last=row_number(batch, POSITION_MASK)
        )
    ]
    found = {row.record for row in store.find(StatementRow, "number", closed)}
    book = ConsentBook(workspace)
    said = [one for one in book.answers() if batch_of(one.record) in batches]
    people = book.people_of(
        {one.informant for one in said if one.purposes & NOT_WITHOUT and not one.recipients}
    )
    same = same_as_any(workspace, people)
    return found | same | {one.record for one in pointers_at(workspace, same)}


def rests_on_any(workspace: Workspace, said: Mapping[str, Any], records: Collection[int]) -> bool:
    """Whether an output, as its run has it, rests or may rest on some records."""
    return bool(_rests(workspace, said, records, _Asked(workspace, frozenset(records))))


class _Asked:
    """Asks questions of before again, each once."""

    def __init__(self, workspace: Workspace, records: frozenset[int]) -> None:
        self._workspace, self._records = workspace, records
        self._known: dict[tuple[str, int], bool | None] = {}

    def holds(self, query: str, size: int) -> bool | None:
        """Whether the answer of then held one of the records; None where it cannot be told."""
        key = (query, size)
        if key not in self._known:
            self._known[key] = self._ask(query, size)
        return self._known[key]

    def _ask(self, query: str, size: int) -> bool | None:
        try:
            with open_engine(self._workspace, _unseen, exact=True) as engine:
                asked = rewound(engine, query, Moment(recorded_size=size))
                return any(ref.number in self._records for ref in engine.open(asked))
        except QueryError:
            return None


def _rests(
    workspace: Workspace, said: Mapping[str, Any], records: Collection[int], asked: _Asked
) -> str:
    """How an output stands to some records; empty where it does not rest on them."""
    kept = said.get("rests_on")
    if kept is None:
        return _of_before(workspace, said, records)
    if kept["records"] == "too-many":
        return PERHAPS
    if any(a <= number <= b for a, b in _ranges(kept["records"]) for number in records):
        return RESTS
    answers = [asked.holds(query, int(kept.get("size", 0))) for query in kept["queries"]]
    if any(answers):
        return RESTS
    return PERHAPS if None in answers else ""


def _of_before(workspace: Workspace, said: Mapping[str, Any], records: Collection[int]) -> str:
    """The same of a run that names no records in the way of today."""
    short = {workspace.short_id(number) for number in records}
    if "record" in said:
        return RESTS if said["record"] in records else ""
    if "records" in said and isinstance(said["records"], str):
        return RESTS if short & set(said["records"].split()) else ""
    return RESTS if said.get("person") in short else NOT_KNOWN


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split():
        first, _, last = part.partition("-")
        yield int(first), int(last)


def _published(runs: Sequence[RunRow]) -> dict[str, list[str]]:
    """Recipients by the digest of a report's twin."""
    found: dict[str, list[str]] = {}
    for row in runs:
        if row.run_kind == "publication":
            said = json.loads(row.parameters)
            found.setdefault(said["twin"], []).extend(said["recipients"])
    return found


def _recipients(said: Mapping[str, Any], signed: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if isinstance(said.get("recipient"), str):
        yield said["recipient"]
    if isinstance(said.get("form"), str) and "as_of" in said:
        yield said["form"]
    asked = said.get("asked")
    if isinstance(asked, dict) and isinstance(asked.get("purpose"), str):
        yield asked["purpose"]
    yield from dict.fromkeys(signed.get(str(said.get("twin")), ()))


def _what(workspace: Workspace, kind: str, said: Mapping[str, Any]) -> str:
    if kind == "evidence-copy":
        return workspace.short_id(int(said["record"]))
    for name in ("report", "manifest", "person", "case", "site", "facility", "matrix", "sha256"):
        if isinstance(said.get(name), str) and said[name]:
            return str(said[name])
    return str(said.get("sums", ""))


def _unseen(done: int, total: int | None, what: str) -> None:
    """Progress that nobody is shown."""
