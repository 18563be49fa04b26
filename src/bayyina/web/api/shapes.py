"""What the programming interface takes and answers, as shapes of JSON."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema


class Problem(Schema):
    """Why a request was refused, and what to do."""

    code: str
    """A word for programs."""
    message: str
    """One sentence."""
    hint: str
    """What to do; may be empty."""


class Refusal(Schema):
    """A request that was refused; nothing was changed."""

    error: Problem


class CountedRecord(Schema):
    """One record that a figure counts."""

    id: str
    certain: bool
    last_confirmed: str | None = None
    """Of somebody held: when a source last knew them to be in custody."""


class CountedRecords(Schema):
    """A page of the records that a figure counts."""

    query: str
    records: list[CountedRecord]
    next: str | None = Field(None, description="Cursor of the next page; null on the last.")


class Records(Schema):
    """A page of records in order of intake, each with what is said of it."""

    records: list[dict[str, Any]]
    next: str | None = Field(None, description="Cursor of the next page; null on the last.")


class FoundRecords(Schema):
    """Records that fit a text, best first."""

    text: str
    records: list[dict[str, Any]]
    more: bool


class Job(Schema):
    """Background work."""

    job: int
    kind: str
    state: str = Field(description="queued, running, done, failed or cancelled")
    done: int
    total: int
    message: str
    result: dict[str, Any] | None = None


class UndoRequest(Schema):
    """Why something is taken back."""

    reason: str = Field(min_length=1, max_length=2_000)


class Undone(Schema):
    """What was taken back."""

    batch: int
    judgements: int
    determinations: int


class JudgementRequest(Schema):
    """Whether two records are about the same somebody."""

    a: str
    b: str
    verdict: str = Field(description="same, different or unsure")
    reasons: str = Field(min_length=1, max_length=10_000)


class Recorded(Schema):
    """The batch that recorded a change."""

    batch: int


class EvidenceItem(Schema):
    """One item, described without its bytes."""

    id: str
    sha256: str
    size: int
    media_type: str
    names: list[str]
    derived_from: str | None
    sealed: bool
    last_checked: str | None


class EvidenceItems(Schema):
    """A page of items in order of intake."""

    items: list[EvidenceItem]
    next: str | None = None


class LogEntries(Schema):
    """Entries of the custody log, oldest first."""

    size: int
    entries: list[dict[str, Any]]
    next: str | None = None


class About(Schema):
    """Whom the token acts for, and what it may be used for."""

    workspace: str
    fictional: bool
    handle: str
    actions: list[str]
    log_size: int
