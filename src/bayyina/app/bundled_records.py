"""The records of a bundle: what is shown of each with its proof, and what is withheld and why.

What may be shown is decided for who receives the set: sealed values never are; further levels only
as asked for; of a site under embargo no position is; what a witness or survivor said only for uses
that they consented to. A proof shows a statement as it is, so one that would have to be made coarser is
withheld. A record that would tell of a death before the family knows, or that names somebody who
objects, is not there at all.
What is withheld is listed by id with the salted hash of its leaf, which tells nothing and lets
whoever holds the full set find it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bayyina.app.bundled_redactions import OF_COPY, OF_ORIGINAL
from bayyina.app.consent_book import OWN_RECORDS
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.live import erased_records, live_batches
from bayyina.app.releasing import Allowed, Release
from bayyina.app.row_proofs import RowProver
from bayyina.app.rows import (
    KEPT_ROW,
    ClosureRow,
    DeterminationRow,
    RecordRow,
    StatementRow,
    batch_of,
    position_of,
)
from bayyina.app.workspace import Workspace
from bayyina.bundle.contents import BundledRecord, BundledStatement, Withheld
from bayyina.disclosure.outputs import Removal
from bayyina.disclosure.records import SEALED
from bayyina.disclosure.rules import load_rules

PURPOSES: Final = (
    "courts",
    "un_bodies",
    "other_groups",
    "publication_named",
    "publication_anonymous",
)
"""Uses that a bundle can be made for, as the vocabulary names them."""

RECIPIENTS: Final[Mapping[str, str]] = {
    "courts": "court",
    "un_bodies": "un-body",
    "other_groups": "partner",
    "publication_named": "public",
    "publication_anonymous": "public",
}
"""Who receives what is made for a use."""

WHY: Final[Mapping[str, str]] = {
    "sealed": "sealed",
    "level": "level",
    "embargo": "embargo",
    "coarser": "detail",
    "no_consent": "consent",
    "refused": "consent",
    "staff": "staff",
}
"""How a set tells by which rule something is withheld."""

ABSENT: Final = frozenset({"level", "untold", "objected"})
"""Rules by which a record is not there at all: that it is withheld would tell too much."""

CHUNK: Final = 2_000
"""Records that are read at a time."""


@dataclass(frozen=True)
class Showing:
    """What may be shown in a set."""

    level: str
    """The most sensitive properties that may leave."""

    purpose: str
    """One of ``PURPOSES``."""

    copies: frozenset[int] | None = None
    """Of a redacted set: the redacted copies that stand in for items, by record number."""


@dataclass
class _Read:
    """What is read of some records."""

    rows: dict[int, RecordRow]
    stated: dict[int, list[StatementRow]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[int, str] = field(default_factory=dict)
    decided: dict[int, list[DeterminationRow]] = field(default_factory=lambda: defaultdict(list))


class RecordBundler:
    """Makes the records of a set."""

    def __init__(self, workspace: Workspace, prover: RowProver, showing: Showing) -> None:
        """Show records of ``workspace`` as ``showing`` allows, proved by ``prover``."""
        self._workspace, self._prover, self._showing = workspace, prover, showing
        known = load_rules().recipients[RECIPIENTS[showing.purpose]]
        self._release = Release(
            workspace, replace(known, consent=showing.purpose), level=showing.level
        )
        self._live = live_batches(workspace.store)
        self._sequenced = {r.batch for r in workspace.store.batches() if r.entry is not None}
        self._erased = erased_records(workspace.store)
        self._types = workspace.vocabulary.types
        self._names = {number: pair for pair, number in workspace.store.terms().items()}
        self.absent: list[str] = []
        """Ids of records that may not leave, or were erased."""

    def records(self, numbers: Sequence[int]) -> Iterator[BundledRecord]:
        """The records with these numbers, in order."""
        for start in range(0, len(numbers), CHUNK):
            read = self._read(numbers[start : start + CHUNK])
            allowed = self._decided(read)
            for number in numbers[start : start + CHUNK]:
                row = read.rows.get(number)
                if row is None or number in self._erased or row.record_type == KEPT_ROW:
                    self.absent.append(self._workspace.short_id(number))
                    continue
                made = self._record(row, read, allowed)
                if made is None:
                    self.absent.append(self._workspace.short_id(number))
                else:
                    yield made

    def _read(self, numbers: Sequence[int]) -> _Read:
        store = self._workspace.store
        found = _Read({row.number: row for row in store.find(RecordRow, "number", numbers)})
        whole = [number for number in numbers if number not in self._erased]
        self._prover.know_keys(whole)
        rows = [
            row
            for row in store.find(StatementRow, "record", whole)
            if batch_of(row.number) in self._sequenced
        ]
        for row in rows:
            found.stated[row.record].append(row)
        for closure in store.find(ClosureRow, "statement", [row.number for row in rows]):
            if batch_of(closure.number) in self._live:
                found.closed[closure.statement] = closure.reason
        for decision in store.find(DeterminationRow, "record", whole):
            if batch_of(decision.number) in self._sequenced:
                found.decided[decision.record].append(decision)
        return found

    def _decided(self, read: _Read) -> Allowed:
        """What of the records that were read may be shown."""
        standing: dict[int, list[StatementRow]] = defaultdict(list)
        former: dict[int, list[StatementRow]] = defaultdict(list)
        for number, rows in read.stated.items():
            for one in rows:
                (standing if self._stands(one, read) else former)[number].append(one)
        return self._release.decide(read.rows, standing, former)

    def _record(self, row: RecordRow, read: _Read, allowed: Allowed) -> BundledRecord | None:
        if row.number in (self._showing.copies or ()):
            return self._copy(row, read)
        refused = allowed.refused.get(row.number)
        is_own = row.record_type in OWN_RECORDS or row.record_type not in self._types
        if is_own or (refused is not None and self._is_absent(row, refused)):
            return None
        whole = WHY[refused.rule] if refused is not None else ""
        shown: list[BundledStatement] = []
        withheld: list[Withheld] = []
        for one in read.stated[row.number]:
            removal = allowed.removals.get(one.number)
            why = whole or (WHY[removal.rule] if removal is not None else "")
            if not why and self._showing.copies is not None and self._is_of_original(one):
                why = "level"
            proved = self._prover.prove(one)
            statement = self._workspace.statement_id(one.number)
            if why or one.value is None:
                withheld.append(Withheld(statement, proved.hash, why or "erased"))
                continue
            state = self._state(one, read)
            shown.append(
                BundledStatement(statement, state, proved.row, proved.proof, self._shown(one))
            )
        decisions = [] if whole else read.decided[row.number]
        if self._showing.level == "public":
            withheld += [
                Withheld(self._decision_id(one), self._prover.prove(one).hash, "level")
                for one in decisions
            ]
            decisions = []
        return BundledRecord(
            self._workspace.short_id(row.number),
            row.record_type,
            tuple(shown),
            tuple(withheld),
            tuple(map(self._decision, decisions)),
        )

    def _copy(self, row: RecordRow, read: _Read) -> BundledRecord:
        """A redacted copy: what it is and how it was made, at every level."""
        shown, withheld = [], []
        for one in read.stated[row.number]:
            proved = self._prover.prove(one)
            statement = self._workspace.statement_id(one.number)
            if one.value is None or self._names[one.term][1] not in OF_COPY:
                why = "erased" if one.value is None else "level"
                withheld.append(Withheld(statement, proved.hash, why))
                continue
            state = self._state(one, read)
            shown.append(
                BundledStatement(statement, state, proved.row, proved.proof, self._shown(one))
            )
        return BundledRecord(
            self._workspace.short_id(row.number), row.record_type, tuple(shown), tuple(withheld)
        )

    def _is_of_original(self, row: StatementRow) -> bool:
        """Whether a statement would help to find out what was redacted in an item."""
        record_type, name = self._names[row.term]
        return record_type == EVIDENCE and name in OF_ORIGINAL

    def _is_absent(self, row: RecordRow, refused: Removal) -> bool:
        """Whether nothing at all is said of a record that is refused."""
        is_sealed_type = refused.rule == "sealed" and self._types[row.record_type].level == SEALED
        return refused.rule in ABSENT or is_sealed_type

    def _state(self, row: StatementRow, read: _Read) -> str:
        if batch_of(row.number) not in self._live:
            return "undone"
        return read.closed.get(row.number, "stands")

    def _stands(self, row: StatementRow, read: _Read) -> bool:
        return self._state(row, read) == "stands"

    def _shown(self, row: StatementRow) -> str:
        """What a link points at, as an id."""
        record_type, name = self._names[row.term]
        prop = self._workspace.vocabulary.types[record_type].properties[name]
        if prop.type == "link" and row.value is not None and row.value.isdecimal():
            return self._workspace.short_id(int(row.value))
        return ""

    def _decision(self, row: DeterminationRow) -> BundledStatement:
        proved = self._prover.prove(row)
        state = "stands" if batch_of(row.number) in self._live else "undone"
        return BundledStatement(self._decision_id(row), state, proved.row, proved.proof)

    def _decision_id(self, row: DeterminationRow) -> str:
        prefix = self._workspace.identity.prefix
        return f"{prefix}-D-{batch_of(row.number)}-{position_of(row.number)}"


def cited_records(workspace: Workspace, numbers: Iterable[int]) -> set[int]:
    """Records that statements about some records name as their source or evidence."""
    found: set[int] = set()
    for row in workspace.store.find(StatementRow, "record", sorted(set(numbers))):
        found.update(one for one in (row.source, row.evidence) if one is not None)
    return found
