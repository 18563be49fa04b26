"""The records of a bundle: what is shown of each with its proof, and what is withheld and why.

Sealed values never leave; further levels only as asked for; of a site under embargo no
position does; what a witness or survivor said leaves only for uses that they consented to.
What is withheld is listed by id with the salted hash of its leaf, which tells nothing and lets
whoever holds the full set find it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bayyina.app.exporting import LEVELS
from bayyina.app.live import erased_records, live_batches
from bayyina.app.person_papers import is_released
from bayyina.app.person_statements import Said, is_sealed
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
from bayyina.app.site_disclosure import embargo_of
from bayyina.app.workspace import Workspace
from bayyina.bundle.contents import BundledRecord, BundledStatement, Withheld
from bayyina.reporting.family_letter import GRAVE

CONSENTING: Final = "Testimony"
"""Type of the records that leave only with consent; of others, consent that was refused counts."""

PURPOSES: Final = (
    "courts",
    "un_bodies",
    "other_groups",
    "publication_named",
    "publication_anonymous",
)
"""Uses that a bundle can be made for, as the vocabulary names them."""

NO_CONSENT: Final = frozenset({"refused", "withdrawn"})
"""States of consent in which nothing leaves."""

OF_STAFF: Final = frozenset({"file_path"})
"""Properties that lead to the people who work here: where a file lay on somebody's machine."""

CHUNK: Final = 2_000
"""Records that are read at a time."""


@dataclass(frozen=True)
class Showing:
    """What may be shown in a set."""

    level: str
    """The most sensitive properties that may leave."""

    purpose: str
    """One of ``PURPOSES``."""


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
        self._levels = LEVELS[showing.level]
        self._live = live_batches(workspace.store)
        self._sequenced = {r.batch for r in workspace.store.batches() if r.entry is not None}
        self._erased = erased_records(workspace.store)
        self._names = {number: pair for pair, number in workspace.store.terms().items()}
        self._embargo = embargo_of(workspace)
        self._consents: dict[int, str] = {}
        self.absent: list[str] = []
        """Ids of records that may not leave, or were erased."""

    def records(self, numbers: Sequence[int]) -> Iterator[BundledRecord]:
        """The records with these numbers, in order."""
        for start in range(0, len(numbers), CHUNK):
            read = self._read(numbers[start : start + CHUNK])
            self._know_consents(read)
            for number in numbers[start : start + CHUNK]:
                row = read.rows.get(number)
                if row is None or number in self._erased or row.record_type == KEPT_ROW:
                    self.absent.append(self._workspace.short_id(number))
                    continue
                made = self._record(row, read)
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

    def _record(self, row: RecordRow, read: _Read) -> BundledRecord | None:
        kind = self._workspace.vocabulary.types.get(row.record_type)
        if kind is None or kind.level not in self._levels:
            return None
        rows = read.stated[row.number]
        whole = self._withheld_whole(row, rows, read)
        site = self._embargo.covers(row.number, rows)
        shown: list[BundledStatement] = []
        withheld: list[Withheld] = []
        for one in rows:
            why = whole or self._why_withheld(one, site)
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

    def _withheld_whole(self, row: RecordRow, rows: Sequence[StatementRow], read: _Read) -> str:
        """Why nothing of a record may be shown; empty if something may."""
        if not self._consented(row, rows, read):
            return "consent"
        if any(self._says(one, "sealed", "yes") for one in rows if self._stands(one, read)):
            return "sealed"
        if self._showing.purpose.startswith("publication") and row.record_type in GRAVE:
            return "" if is_released(self._workspace, row.number) else "family"
        return ""

    def _consented(self, row: RecordRow, rows: Sequence[StatementRow], read: _Read) -> bool:
        standing = [one for one in rows if self._stands(one, read)]
        states = {one.value for one in standing if self._names[one.term][1] == "consent"}
        uses = {one.value for one in standing if self._names[one.term][1] == "consent_for"}
        if states & NO_CONSENT or (uses and self._showing.purpose not in uses):
            return False
        return row.record_type != CONSENTING or (
            "given" in states and self._showing.purpose in uses
        )

    def _know_consents(self, read: _Read) -> None:
        """Learn of the records that statements cite whether they may be used."""
        cited = {one.evidence for rows in read.stated.values() for one in rows if one.evidence}
        unknown = sorted(cited - self._consents.keys())
        if not unknown:
            return
        about = self._read(unknown)
        for number, row in about.rows.items():
            given = self._consented(row, about.stated[number], about)
            self._consents[number] = "" if given else "consent"

    def _why_withheld(self, row: StatementRow, site: int | None) -> str:
        """Why a statement may not be shown; empty if it may."""
        record_type, name = self._names[row.term]
        if is_sealed(self._workspace, Said(row, record_type, name)):
            return "sealed"
        if name in OF_STAFF:
            return "staff"
        prop = self._workspace.vocabulary.types[record_type].properties[name]
        if prop.level not in self._levels:
            return "level"
        if self._embargo.shown(site, row).blurred:
            return "embargo"
        return self._consents.get(row.evidence, "") if row.evidence else ""

    def _state(self, row: StatementRow, read: _Read) -> str:
        if batch_of(row.number) not in self._live:
            return "undone"
        return read.closed.get(row.number, "stands")

    def _stands(self, row: StatementRow, read: _Read) -> bool:
        return self._state(row, read) == "stands"

    def _says(self, row: StatementRow, name: str, value: str) -> bool:
        return self._names[row.term][1] == name and row.value == value

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
