"""The rows that a workspace stores, one frozen tuple per table.

Every logged row has a ``number``: ``(batch << 32) | n``, where ``n`` counts the rows of
its kind within the batch from 0. A logged row is never changed: corrections, withdrawals
and undoing are rows of their own. Only the erasure of a record, agreed by two people,
empties rows. The position ``n`` is also the index of the row's leaf
in the batch's Merkle tree for that kind.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

from bayyina.keys.sealing import is_sealed

BATCH_SHIFT = 32
"""Bits of a number that count rows within their batch."""

POSITION_MASK = (1 << BATCH_SHIFT) - 1
"""Mask that leaves a row's position within its batch."""


def row_number(batch: int, position: int) -> int:
    """The number of the row at ``position`` of ``batch``."""
    return (batch << BATCH_SHIFT) | position


def batch_of(number: int) -> int:
    """The batch that a row came with."""
    return number >> BATCH_SHIFT


def position_of(number: int) -> int:
    """The row's position among the rows of its kind in its batch."""
    return number & POSITION_MASK


class RecordRow(NamedTuple):
    """A record exists: somebody, an act, a document, a source."""

    number: int
    record_type: str
    """Type in the vocabulary."""
    source: int | None
    """Record number of the list that it first came with."""
    list_key: str | None
    """That list's own id for it; a keyed mark of it once the record is erased."""
    wrapped_key: bytes | None
    """Record key under the case key; None once the record is erased."""


class StatementRow(NamedTuple):
    """One fact from one source."""

    number: int
    record: int
    term: int
    """Number of the pair (record type, property) in the table of terms."""
    value: str | None
    """Normal form; None once erased."""
    date_lo: str | None
    date_hi: str | None
    num_lo: int | None
    num_hi: int | None
    original: str | None
    """Verbatim wording where it differs from ``value``."""
    lang: str | None
    source: int | None
    """Record number of the Source."""
    evidence: int | None
    """Record number of the EvidenceItem."""
    locator: str | None
    """Where in the source: ``row 17``, ``page 3``, ``time 00:01:02``."""
    certainty: str | None
    asserted_on: str | None
    """When the source said it, ISO 8601 date."""
    supersedes: int | None
    """The statement that this one corrects."""

    @property
    def wording(self) -> str | None:
        """The verbatim wording; None where there is none, or it is sealed and was not opened."""
        return None if is_sealed(self.original) else self.original or None

    @property
    def has_sealed(self) -> bool:
        """Whether the value, or the wording beside a value in clear, is sealed."""
        return is_sealed(self.value) or is_sealed(self.original)


class ClosureRow(NamedTuple):
    """A statement no longer stands, from this batch on."""

    number: int
    statement: int
    reason: str
    """``superseded`` or ``withdrawn``."""
    asserted_on: str | None
    """When the source stopped saying it: the date of the release that corrects or withdraws it."""


class ListRow(NamedTuple):
    """What a release of a list held under one of its own ids."""

    number: int
    source: int
    key: str
    digest: str
    """Keyed digest over the row's cells (``keys.row_marks``); before that a plain SHA-256 (hex)."""
    state: str
    """``present``, ``withdrawn``, ``kept_aside``, or ``erased`` with its record."""
    record: int | None
    """The record that the row is about; for a row kept aside, the ``KEPT_ROW`` that stands for it."""
    cells: str | None
    """JSON of the cells, for rows kept aside, so that nothing is lost."""


KEPT_ROW: Final = "KeptRow"
"""Type of the record that stands for a row kept aside: nothing is stated about it, it is never
counted, and its key is what makes the row erasable."""


class MemberRow(NamedTuple):
    """A person who works in this workspace, with public keys; the newest row of a handle holds."""

    number: int
    handle: str
    name: str
    sign_public: str
    """Ed25519 public key, hex."""
    box_public: str
    """X25519 public key, hex."""
    roles: str
    """Role names, separated by blanks; empty: no longer a member."""


class CaseRow(NamedTuple):
    """A case: the scope under which record keys are wrapped."""

    number: int
    code: str
    title: str


class CaseKeyRow(NamedTuple):
    """The case key, wrapped for one custodian."""

    number: int
    case: int
    member: int
    wrapped: str
    """Hex of the wrapped key."""


class JudgementRow(NamedTuple):
    """A person's decision whether two records are about the same somebody."""

    number: int
    record_a: int
    record_b: int
    verdict: str
    """``same``, ``different`` or ``unsure``."""
    score: str | None
    reasons: str
    member: int


class DeterminationRow(NamedTuple):
    """A person's signed decision about a record under a named standard."""

    number: int
    record: int
    decision: str
    """What is decided, such as ``verified`` or ``identified``."""
    verdict: str
    """``for`` or ``against``."""
    standard: str
    reasons: str
    member: int
    signature: str
    """Ed25519 signature (hex) over the determination's canonical bytes."""


class SettingRow(NamedTuple):
    """A named text of the workspace: its identity, a methodology, a mapping that was used."""

    number: int
    name: str
    text: str


class ClosingRow(NamedTuple):
    """A whole batch no longer stands: an import was undone."""

    number: int
    closed_batch: int
    reason: str


class RunRow(NamedTuple):
    """A computation whose result figures rest on, with all that is needed to repeat it."""

    number: int
    run_kind: str
    parameters: str
    """Canonical JSON."""
    digest: str


class ErasureRow(NamedTuple):
    """A person's signed agreement that a record be erased; the second one carries it out."""

    number: int
    erased: int
    """The record. The column is not called ``record``: its key must not salt this row."""
    rows: int
    """How many rows the record's key salts."""
    digest: str
    """SHA-256 (hex) over the leaf hashes of those rows."""
    reason: str
    """A code, never a text about the person."""
    member: int
    signature: str
    """Ed25519 signature (hex) over the erasure's canonical bytes."""


class LinkRow(NamedTuple):
    """A run of the linkage holds two records to be one person, doubts it, or looked at the pair."""

    number: int
    record_a: int
    """The record with the lower number."""
    record_b: int
    run: int
    """Number of the ``RunRow`` of the run."""
    decision: str
    """``strict``: joined at the strict threshold; ``lenient``: at the lenient one only;
    ``unsure``: at neither, but worth a look; ``apart``: a pair drawn from those that were
    held to be two people, so that what was missed can be estimated."""
    odds: int
    """Thousandths of the natural log-odds that they are one person."""
    levels: str | None
    """How each comparison of the run's model came out, one digit (base 36) each; no name."""


LoggedRow: TypeAlias = (
    RecordRow
    | StatementRow
    | ClosureRow
    | ListRow
    | MemberRow
    | CaseRow
    | CaseKeyRow
    | JudgementRow
    | DeterminationRow
    | SettingRow
    | ClosingRow
    | RunRow
    | ErasureRow
    | LinkRow
)

KINDS: dict[str, type[Any]] = {
    "record": RecordRow,
    "statement": StatementRow,
    "closure": ClosureRow,
    "list_row": ListRow,
    "member": MemberRow,
    "case": CaseRow,
    "case_key": CaseKeyRow,
    "judgement": JudgementRow,
    "determination": DeterminationRow,
    "setting": SettingRow,
    "closing": ClosingRow,
    "run": RunRow,
    "erasure": ErasureRow,
    "link": LinkRow,
}
"""Every kind of logged row by the name that stands in leaves and entries."""

LEAF_COLUMNS: dict[str, tuple[str, ...]] = {
    kind: tuple(name for name in row._fields if name != "wrapped_key")
    for kind, row in KINDS.items()
}
"""Columns of each kind that stand in leaves. Wrapped keys do not: they change when keys are
rotated, and go when a record is erased."""

KIND_OF: dict[type[Any], str] = {row: kind for kind, row in KINDS.items()}
"""The name of a kind of row."""


class BatchRow(NamedTuple):
    """One change set; open until its entry stands in the log."""

    batch: int
    uuid: str
    action: str
    opened_at: str
    """RFC 3339, UTC, milliseconds."""
    actor: str
    """UUID of the member."""
    wrapped_key: bytes
    """Batch key under the case key: salts of rows that belong to no record derive from it."""
    entry: int | None
    """Index of its log entry; None while it is open."""
    entry_time: str | None
    """Time in that entry."""


class EntryRow(NamedTuple):
    """One entry of the custody log, byte for byte."""

    position: int
    data: bytes


class AppendedEntry(NamedTuple):
    """An entry that is appended, and the batch that it stands for."""

    row: EntryRow
    """The entry."""

    batch: int
    """The batch, open so far."""

    time: str
    """When it was appended."""


class TileRow(NamedTuple):
    """256 (or, at the right edge, fewer) neighbouring hashes of a Merkle tree."""

    tree: int
    """0 for the log, otherwise the batch."""
    kind: str
    """Kind of the rows; empty for the log."""
    level: int
    position: int
    data: bytes


class CheckpointRow(NamedTuple):
    """A signed checkpoint of the log."""

    size: int
    note: str


class JobRow(NamedTuple):
    """A piece of background work. Jobs are about the machine, not about evidence: not logged."""

    job: int
    kind: str
    parameters: str
    state: str
    """``queued``, ``running``, ``done``, ``failed`` or ``cancelled``."""
    done: int
    total: int
    message: str
    worker: str
    beat: str
    """Last sign of life of the worker, RFC 3339."""
    result: str
    actor: str
    created_at: str
