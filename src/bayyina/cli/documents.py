"""The JSON documents that commands print with ``--json``, as types.

``docs/reference/schemas`` holds a JSON Schema of each, made from these types; tests hold
every command to its own. Keys are added, never renamed or removed, within a major version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict


class ErrorContent(TypedDict):
    """What went wrong."""

    code: str
    message: str
    hint: str


class ErrorDocument(TypedDict):
    """A command that failed."""

    error: ErrorContent


class FigureGroupDocument(TypedDict):
    """One group of a divided figure."""

    key: dict[str, str]
    value: int
    range: tuple[int, int]


class FigureVerificationDocument(TypedDict):
    """How many of the counted records stand verified, by how; they add up to the value."""

    two_people: int
    earlier_practice: int
    disputed: int
    rejected: int
    unverified: int


class LastConfirmedDocument(TypedDict):
    """On which days the custody of the counted people was last confirmed.

    ``none``: of how many no source says so.
    """

    earliest: str | None
    median: str | None
    latest: str | None
    none: int


class FigureDocument(TypedDict):
    """A figure with all that is needed to ask for it again."""

    value: int
    comparator: str
    unit: str
    range: tuple[int, int]
    groups: list[FigureGroupDocument]
    unknown: int
    groups_sum: bool
    query: str
    as_of: str
    known_at: str | None
    recorded_at: str | None
    axis: str
    meaning: str
    last_confirmed: LastConfirmedDocument | None
    methodology: str
    methodology_digest: str
    vocabulary_digest: str
    linkage: dict[str, str | int]
    custody_size: int
    verification: FigureVerificationDocument
    own_files: dict[str, str]
    unrecorded_files: list[str]
    lost_evidence: int
    coarse: NotRequired[int]


class ImportDocument(TypedDict):
    """What became of a list."""

    batch: int | None
    rows: int
    accepted: int
    warned: int
    kept_aside: int
    unchanged: int
    withdrawn: int
    erased: int
    records: int
    statements: int
    closures: int
    unread_columns: list[str]
    problems: dict[str, int]
    report: str
    dry_run: bool
    notes: list[str]


class ImportedListDocument(ImportDocument):
    """What became of one list of the demonstration."""

    list: str


class SuggestionDocument(TypedDict):
    """A mapping that was drafted."""

    mapping: str


class ComparedFigureDocument(TypedDict):
    """A figure beside the value it should have."""

    id: str
    published: int
    computed: int
    equal: bool
    automatic: int | None
    reviewed: int | None


class AccuracyDocument(TypedDict):
    """Precision, recall and F1 over pairs of records, and over records (B-cubed)."""

    pairwise: dict[str, float]
    bcubed: dict[str, float]


class DemoLinkageDocument(TypedDict):
    """What linking the invented lists by name came to, beside the truth of the invention."""

    run: str
    rows: int
    decisions: dict[str, int]
    accuracy: dict[str, AccuracyDocument]
    reviewers: dict[str, float]
    sample: dict[str, dict[str, float] | None]
    custody_size: int


class DemoDocument(TypedDict):
    """What the demonstration came to."""

    figures: list[ComparedFigureDocument]
    linkage: DemoLinkageDocument | None
    report: dict[str, list[str]]
    lists: list[ImportedListDocument]
    seconds: float


class InitDocument(TypedDict):
    """A workspace that was made."""

    workspace: str
    uuid: str
    origin: str
    person: str
    fictional: bool


class ExaminationDocument(TypedDict):
    """One thing that was looked at."""

    what: str
    ok: bool
    optional: bool
    detail: str
    kind: str
    what_ar: str
    detail_ar: str


class DoctorDocument(TypedDict):
    """What is missing on this machine, and what is unsafe."""

    ok: bool
    safe: bool
    findings: list[ExaminationDocument]


class FindingDocument(TypedDict):
    """Something wrong in a small file."""

    line: int | None
    message: str


class CheckDocument(TypedDict):
    """What is wrong in a small file."""

    file: str
    kind: str
    ok: bool
    findings: list[FindingDocument]


class UndoDocument(TypedDict):
    """An import that was taken back."""

    batch: int
    closed_by: int
    judgements: int
    determinations: int


class CountedRecordDocument(TypedDict):
    """A record that a figure counts."""

    id: str
    certain: bool
    last_confirmed: NotRequired[str | None]


class OpenedFigureDocument(TypedDict):
    """The records that a figure counts."""

    query: str
    records: list[CountedRecordDocument]


class DigestDocument(TypedDict):
    """SHA-256 (hex) over the numbers of the records that a figure counts."""

    query: str
    digest: str


class ReportDocument(TypedDict):
    """A report that was built: files by language, figures by id."""

    report: dict[str, list[str]]
    figures: dict[str, FigureDocument]
    batch: int
    parameters: dict[str, str]
    twin: str
    digest: str
    state: str


class ReportsDocument(TypedDict):
    """The built-in reports."""

    reports: list[str]


class DeterminedDocument(TypedDict):
    """A decision about a record."""

    record: str
    state: str


class JudgedDocument(TypedDict):
    """A decision about a pair of records."""

    batch: int
    verdict: str


class MemberDocument(TypedDict):
    """Somebody who works in the workspace; ``cleared``: whether they can open what is sealed."""

    handle: str
    name: str
    roles: list[str]
    cleared: bool


class MembersDocument(TypedDict):
    """Who works in the workspace."""

    members: list[MemberDocument]


class RolesDocument(TypedDict):
    """The roles that a member has now."""

    handle: str
    roles: list[str]


class StatementDocument(TypedDict):
    """One fact from one source; keys without a value are left out.

    What is ``sealed`` has a value only where it was opened; where ``wording_sealed`` stands, the
    value is in clear and the wording is there only where it was opened.
    """

    id: str
    property: str
    value: NotRequired[str]
    sealed: NotRequired[bool]
    wording_sealed: NotRequired[bool]
    blurred: NotRequired[bool]
    record: NotRequired[str]
    original: NotRequired[str]
    lang: NotRequired[str]
    date_lo: NotRequired[str]
    date_hi: NotRequired[str]
    certainty: NotRequired[str]
    source: NotRequired[str]
    locator: NotRequired[str]
    asserted_on: NotRequired[str]


class ClosedStatementDocument(StatementDocument):
    """A statement that stands no longer, and what closed it."""

    closed: str
    closed_in: int
    closed_on: NotRequired[str]


class GroundDocument(TypedDict):
    """A line of evidence or a condition, what states it, and what that goes back to."""

    name: str
    cites: str
    origin: str
    stands: bool


class DeterminationDocument(TypedDict):
    """A signed decision about the record."""

    person: str
    decision: str
    verdict: str
    standard: str
    reasons: str
    lines: list[GroundDocument]
    conditions: list[GroundDocument]
    practice: NotRequired[str]


class LinkedRecordDocument(TypedDict):
    """A record that points at the one shown."""

    id: str
    type: str
    property: str


class TombstoneDocument(TypedDict):
    """What is left of an erased record."""

    time: str
    reason: str
    rows: int


class RecordDocument(TypedDict):
    """What is said of one record; ``opened_in`` is the batch that records an opening."""

    id: str
    type: str
    list_key: str | None
    statements: list[StatementDocument]
    history: NotRequired[list[ClosedStatementDocument]]
    list: NotRequired[str]
    withdrawn: NotRequired[str | None]
    sources: NotRequired[dict[str, str]]
    linked: list[LinkedRecordDocument]
    same_as: list[str]
    determinations: list[DeterminationDocument]
    erased: NotRequired[TombstoneDocument]
    opened_in: NotRequired[int]


class JobDocument(TypedDict):
    """One piece of background work."""

    job: int
    kind: str
    parameters: str
    state: str
    done: int
    total: int
    message: str
    worker: str
    beat: str
    result: str
    actor: str
    created_at: str


class JobsDocument(TypedDict):
    """Background work."""

    jobs: list[JobDocument]


class CancelledDocument(TypedDict):
    """Whether a job was cancelled."""

    job: int
    cancelled: bool


DOCUMENTS: Mapping[str, type] = {
    "demo": DemoDocument,
    "init": InitDocument,
    "doctor": DoctorDocument,
    "check": CheckDocument,
    "import": ImportDocument,
    "import --suggest": SuggestionDocument,
    "undo": UndoDocument,
    "figures count": FigureDocument,
    "figures open": OpenedFigureDocument,
    "figures digest": DigestDocument,
    "report build": ReportDocument,
    "report list": ReportsDocument,
    "determine": DeterminedDocument,
    "judge": JudgedDocument,
    "people list": MembersDocument,
    "people add": RolesDocument,
    "people roles": RolesDocument,
    "record": RecordDocument,
    "jobs list": JobsDocument,
    "jobs run": JobsDocument,
    "jobs cancel": CancelledDocument,
    "error": ErrorDocument,
}
"""The document of every command, and the one of a failure."""
