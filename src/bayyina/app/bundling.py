"""Making a bundle for a court, a UN body or another group, from records of the workspace.

One definition gives one or two sets: the full one, and a redacted one that names the full
one's manifest. Each is an entry of the log, which commits to every file of the set's payload.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from bayyina.app.bundled_evidence import EvidenceBundler
from bayyina.app.bundled_records import (
    PURPOSES,
    RECIPIENTS,
    RecordBundler,
    Showing,
    cited_records,
)
from bayyina.app.bundled_redactions import RedactedCopies, redacted_copies
from bayyina.app.changes import change
from bayyina.app.clocks import write_time
from bayyina.app.counting import open_engine
from bayyina.app.exporting import LEVELS
from bayyina.app.kept_stamps import (
    COSIGNED,
    STAMPED,
    KeptCheckpoint,
    consistency_text,
    kept,
    kept_calendars,
    log_verifier,
)
from bayyina.app.linked_records import pointers_at, surroundings
from bayyina.app.live import live_batches, live_statements
from bayyina.app.members import current_members, member_uuid
from bayyina.app.opening_sealed import rows_needed
from bayyina.app.permissions import require
from bayyina.app.person_statements import PERSON
from bayyina.app.ports import Progress
from bayyina.app.released_outputs import RestsOn
from bayyina.app.row_proofs import RowProver, entry_with_proof
from bayyina.app.rows import KEPT_ROW, MemberRow, RecordRow, StatementRow, batch_of
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.short_ids import link_targets, record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import add_run
from bayyina.bundle.composing import LoggedBundle, WrittenBundle, write_bundle
from bayyina.bundle.contents import (
    FULL,
    REDACTED,
    BundleContent,
    BundledRecord,
    CalendarProof,
    CosignedCheckpoint,
    CustodyEvent,
    StampedCheckpoint,
    definition_digest,
)
from bayyina.custody.cosignatures import post_quantum_verifier, sign_again
from bayyina.disclosure.rules import load_rules
from bayyina.errors import InputError

MOST_STATEMENTS: Final = 100_000
"""Statements that one bundle may show: more files than a person could look through."""

RUN: Final = "bundle"
"""Kind of the runs that record a bundle."""


@dataclass(frozen=True)
class BundleOrder:
    """What a bundle is asked to hold."""

    title: str
    """What it is, in words; empty: the name of the workspace."""

    ids: tuple[str, ...] = ()
    """Short ids of records, evidence items and persons."""

    query: str = ""
    """A figure query: the records that it counts."""

    whole_case: bool = False
    """Every record that stands."""

    level: str = "restricted"
    """The most sensitive properties that the full set may show."""

    redacted_level: str = "internal"
    """The same for the redacted set."""

    purpose: str = "courts"
    """The use that consent must cover."""

    original_names: bool = False
    """Whether the full set tells original names of files that are sealed; only where it is encrypted."""

    def definition(self) -> dict[str, Any]:
        """The part that both sets share, as canonical JSON can hold it."""
        return {
            "title": self.title,
            "ids": list(self.ids),
            "query": self.query,
            "whole_case": int(self.whole_case),
            "level": self.level,
            "redacted_level": self.redacted_level,
            "purpose": self.purpose,
            **({"original_names": 1} if self.original_names else {}),
        }


@dataclass(frozen=True)
class MadeBundle:
    """A set that was written."""

    set: str
    """``full`` or ``redacted``."""

    written: WrittenBundle
    """Where, and its manifest's digest."""

    records: int
    """Records in it."""

    statements: int
    """Statements that it shows."""

    withheld: int
    """Statements that it lists and does not show."""

    evidence: int
    """Evidence files."""

    absent: tuple[str, ...]
    """Ids that were asked for and may not leave, or were erased."""

    entry: int
    """Position of the log's entry about it."""

    unredacted: tuple[str, ...] = ()
    """Of a redacted set: ids of evidence items that it lacks because no copy of them may leave."""

    reasons: Mapping[str, int] = field(default_factory=dict)
    """Statements that are not shown, by why (``Withheld.why``)."""


def create_bundle(
    workspace: Workspace,
    order: BundleOrder,
    *,
    out: Path,
    redacted: Path | None = None,
    recipients: int = 0,
    progress: Progress,
) -> list[MadeBundle]:
    """Write a bundle and, from the same definition, a redacted one.

    Args:
        workspace: Where the records are.
        order: What it is to hold.
        out: Folder of the full set, which must not be there yet.
        redacted: Folder of the redacted set; None for none.
        recipients: For how many people it will be encrypted, as the log tells it.
        progress: Told records gathered and files written.

    Raises:
        InputError: nothing, or too much, was asked for; there is no such record; a folder is
            there already; a file of the vault is not what its record says.
        PermissionRefusedError: the member may not make bundles, or not open sealed values.
        KeyLockedError: original names were asked for, and the member is not cleared.
        StorageError: the disk refused.
    """
    require(workspace, "bundle")
    _check(workspace, order)
    if order.original_names and not recipients:
        raise InputError(
            "Original names of files that are sealed go only into an encrypted bundle.",
            hint="Add --recipient, or leave --original-names out.",
            code="in-clear-not-chosen",
        )
    numbers = _numbers(workspace, order, progress)
    maker = _Maker(workspace, order, numbers, recipients, progress)
    made = [maker.make(FULL, out, order.level, "")]
    if redacted is not None:
        made.append(maker.make(REDACTED, redacted, order.redacted_level, made[0].written.manifest))
    return made


class _Maker:
    """Makes the sets of one definition."""

    def __init__(
        self,
        workspace: Workspace,
        order: BundleOrder,
        numbers: Sequence[int],
        recipients: int,
        progress: Progress,
    ) -> None:
        self._workspace, self._order, self._numbers = workspace, order, numbers
        self._recipients, self._progress = recipients, progress
        self._sealed: SealedRows | None = None
        if order.original_names:
            why = f"original names of files, in a bundle encrypted to {recipients}"
            self._sealed = rows_needed(workspace, "bundle", (), reason=why)

    def make(self, which: str, out: Path, level: str, twin: str) -> MadeBundle:
        """Write one set and log it."""
        content = self._content(which, level, twin)
        rests_on = RestsOn.of(record_number(self._workspace, one.id) for one in content.records)
        positions: list[int] = []

        def log(manifest: str) -> LoggedBundle:
            positions.append(_log(self._workspace, content, manifest, self._recipients, rests_on))
            entry, proof = entry_with_proof(self._workspace, positions[0])
            return LoggedBundle(entry, proof.to_text())

        written = write_bundle(
            out, content, log, lambda done: self._progress(done, None, "files written")
        )
        return MadeBundle(
            which,
            written,
            len(content.records),
            sum(len(one.statements) for one in content.records),
            sum(len(one.withheld) for one in content.records),
            len(content.files),
            tuple(content.absent),
            positions[0],
            tuple(one.of for one in content.redactions if not one.shown_as),
            Counter(held.why for one in content.records for held in one.withheld),
        )

    def _content(self, which: str, level: str, twin: str) -> BundleContent:
        workspace, store = self._workspace, self._workspace.store
        now = write_time(workspace.clock.now())
        with store.read():
            note = store.checkpoints()[-1].note
            twice = sign_again(note, workspace.keys.log, workspace.clock.now())
            second = post_quantum_verifier(workspace.identity.origin, workspace.keys.log)
            numbers, stand_in = self._numbers, RedactedCopies({}, ())
            if which == REDACTED:
                known = load_rules().recipients[RECIPIENTS[self._order.purpose]]
                recipient = replace(known, consent=self._order.purpose)
                stand_in = redacted_copies(workspace, numbers, recipient)
                numbers = stand_in.numbers(numbers)
            copies = frozenset(stand_in.copies.values()) if which == REDACTED else None
            bundler = RecordBundler(
                workspace, RowProver(workspace, note), Showing(level, self._order.purpose, copies)
            )
            sealed = self._sealed if which == FULL else None
            evidence = EvidenceBundler(workspace, only=copies, sealed=sealed)
            evidence.know(numbers)
            records = [
                evidence.take(record, record_number(workspace, record.id))
                for record in self._told(bundler.records(numbers))
            ]
            evidence.finish()
            witnesses = kept(workspace, COSIGNED)
            return BundleContent(
                title=self._order.title or workspace.identity.name,
                origin=workspace.identity.origin,
                fictional=workspace.identity.fictional,
                made_at=now,
                definition=self._order.definition(),
                set=which,
                checkpoint=twice,
                log_keys=(log_verifier(workspace).vkey, second.vkey),
                witness_keys=tuple(dict.fromkeys(key for one in witnesses for key in one.keys)),
                records=records,
                files=evidence.files,
                events=[*evidence.events, _dissemination(records, now, workspace.actor, which)],
                gaps=evidence.gaps,
                staff=_staff(workspace),
                cosigned=[
                    CosignedCheckpoint(one.note, consistency_text(workspace, one.size, twice))
                    for one in witnesses
                ],
                stamps=[_stamped(workspace, one, twice) for one in kept(workspace, STAMPED)],
                calendars=[_calendar(workspace, one, twice) for one in kept_calendars(workspace)],
                twin=twin,
                redactions=stand_in.told,
                absent=bundler.absent,
            )

    def _told(self, records: Iterator[BundledRecord]) -> Iterator[BundledRecord]:
        for done, record in enumerate(records, 1):
            self._progress(done, len(self._numbers), "records gathered")
            yield record


def _check(workspace: Workspace, order: BundleOrder) -> None:
    asked = [bool(order.ids), bool(order.query), order.whole_case]
    if sum(asked) != 1:
        raise InputError(
            "A bundle needs ids of records, or a query, or the whole case, and one of these only.",
            hint="Such as `bayyina bundle create R-2-17 --out DIR`.",
        )
    for level in (order.level, order.redacted_level):
        if level not in LEVELS:
            raise InputError(f"There is no level {level}.", hint=f"Levels are {', '.join(LEVELS)}.")
    if order.purpose not in PURPOSES:
        raise InputError(
            f"There is no purpose {order.purpose}.", hint=f"Purposes are {', '.join(PURPOSES)}."
        )
    definition_digest(order.definition())
    del workspace


def _numbers(workspace: Workspace, order: BundleOrder, progress: Progress) -> list[int]:
    """The records of the bundle: what was asked for, what points at it, and what they cite.

    Raises:
        InputError: there is no such record, or there are too many statements.
    """
    store = workspace.store
    batches = live_batches(store)
    if order.whole_case:
        standing = (
            row.number
            for row in store.scan(RecordRow)
            if batch_of(row.number) in batches and row.record_type != KEPT_ROW
        )
        found = sorted(standing)
    else:
        asked = _asked(workspace, order, progress)
        about = {*asked, *(one.record for one in pointers_at(workspace, asked))}
        about |= _joined(workspace, asked if order.ids else ())
        found = sorted(about | cited_records(workspace, about))
    most = len(store.find(StatementRow, "record", found)) if found else 0
    if not found or most > MOST_STATEMENTS:
        raise InputError(
            "There is nothing to put into a bundle."
            if not found
            else f"{most:,} statements are too many for one bundle: at most {MOST_STATEMENTS:,}.",
            hint="Name records, or a narrower query.",
        )
    return found


def _joined(workspace: Workspace, numbers: Sequence[int]) -> set[int]:
    """Everything that has to do with people who are named: other records of them, and acts."""
    store = workspace.store
    batches, found = live_batches(store), set[int]()
    for row in store.find(RecordRow, "number", numbers):
        if row.record_type == PERSON and batch_of(row.number) in batches:
            own = live_statements(store, [row.number], batches)
            found |= surroundings(workspace, row, link_targets(workspace, own)).circle
    return found


def _asked(workspace: Workspace, order: BundleOrder, progress: Progress) -> list[int]:
    if order.query:
        with open_engine(workspace, progress, exact=True) as engine:
            return [ref.number for ref in engine.open(order.query)]
    numbers = [record_number(workspace, one) for one in order.ids]
    known = {row.number for row in workspace.store.find(RecordRow, "number", numbers)}
    for number, one in zip(numbers, order.ids, strict=True):
        if number not in known:
            raise InputError(
                f"There is no record {one}.",
                hint="`bayyina figures open` lists records.",
                code="no-such-record",
            )
    return numbers


def _log(
    workspace: Workspace,
    content: BundleContent,
    manifest: str,
    recipients: int,
    rests_on: RestsOn,
) -> int:
    """The entry about a set; its position."""
    details: dict[str, str | int] = {
        "manifest": manifest,
        "set": content.set,
        "definition": definition_digest(content.definition),
        "records": len(content.records),
        "files": len(content.files),
        "recipients": recipients,
    }
    parameters = {
        **details,
        "asked": dict(content.definition),
        "twin": content.twin,
        "rests_on": rests_on.to_json(),
    }
    with change(workspace, "create-bundle") as writer:
        add_run(writer, RUN, parameters)
        return writer.finish(details)


def _dissemination(
    records: Sequence[BundledRecord], now: str, actor: str, which: str
) -> CustodyEvent:
    objects = tuple(digest for record in records for digest in record.files)
    detail = f"Copied into this bundle ({which} set)."
    return CustodyEvent(
        "event-dissemination", "dissemination", now, detail, "copied", actor, objects
    )


def _staff(workspace: Workspace) -> list[Mapping[str, Any]]:
    """People by code: no name and no handle leaves."""
    store = workspace.store
    rows: dict[str, list[MemberRow]] = {}
    for row in store.scan(MemberRow):
        rows.setdefault(row.handle, []).append(row)
    working = {row.handle for row in current_members(store)}
    return [
        {
            "code": member_uuid(store, own[-1]),
            "member_rows": [row.number for row in own],
            "roles": own[-1].roles,
            "keys": sorted({row.sign_public for row in own}),
            "works_here": int(handle in working),
        }
        for handle, own in rows.items()
    ]


def _stamped(workspace: Workspace, one: KeptCheckpoint, note: str) -> StampedCheckpoint:
    request = consistency_text(workspace, one.size, note)
    return StampedCheckpoint(one.note, one.token, one.chain, one.revoked, request)


def _calendar(workspace: Workspace, one: KeptCheckpoint, note: str) -> CalendarProof:
    request = consistency_text(workspace, one.size, note)
    return CalendarProof(one.note, one.token, dict(one.headers), request)
