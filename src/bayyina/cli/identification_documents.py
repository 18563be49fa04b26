"""JSON documents of ``identify`` and ``certificates``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class CardDocument(TypedDict):
    """A body that was made of photographs whose cards bear the same numbers."""

    branch: str
    detainee: str
    examination: str
    photographs: list[str]


class CardConflictDocument(TypedDict):
    """Photographs or bodies whose cards do not fit together."""

    code: str
    records: list[str]
    branch: str
    detainee: str
    examination: str


class GroupDocument(TypedDict):
    """Photographs grouped into bodies."""

    images: int
    bodies: int
    new_bodies: list[CardDocument]
    more_photographs: dict[str, int]
    unreadable: list[str]
    conflicts: list[CardConflictDocument]
    batch: int | None
    dry_run: bool


class IdentifiedByDocument(TypedDict):
    """Identified bodies by what they are identified by."""

    two_people: int
    stated: int


class BodyDocument(TypedDict):
    """Where one body stands."""

    body: str
    detainee_number: str
    branch_number: str
    examination_number: str
    photographs: int
    state: str
    person: str
    by: str
    identifications: list[str]
    conflicts: list[str]


class BoardDocument(TypedDict):
    """Where every body stands on a day."""

    as_of: str
    bodies: int
    photographs: int
    counts: dict[str, int]
    identified_by: IdentifiedByDocument
    result: dict[str, str]
    standard: str
    conflicts: int
    rows: list[BodyDocument]
    file: str | None


class LineDocument(TypedDict):
    """One line for or against a candidate; label and words by language."""

    line: str
    label: dict[str, str]
    says: str
    found: dict[str, str]
    cites: str
    origin: str
    source: str


class CandidateDocument(TypedDict):
    """A person who a body may be."""

    person: str
    origins: int
    identifications: list[str]
    lacks: dict[str, str]
    face: float | None
    lines: list[LineDocument]


class BodyCandidatesDocument(TypedDict):
    """The candidates of one body."""

    body: str
    taken_before: int
    candidates: list[CandidateDocument]


class CandidatesDocument(TypedDict):
    """Candidates of one body or of all that are not identified."""

    standard: str
    ranked_by: str | None
    bodies: list[BodyCandidatesDocument]
    file: str | None


class CitedDocument(TypedDict):
    """A line of evidence with what states it and the origin it goes back to."""

    name: str
    cites: str
    origin: str


class ProposedDocument(TypedDict):
    """A proposal, of an identification or of a match."""

    record: str
    state: str
    standard: str
    lines: list[CitedDocument]
    batch: int


class SettledIdentificationDocument(TypedDict):
    """An identification whose record was brought in line with the signatures."""

    record: str
    before: str
    after: str
    people: list[str]
    result: str


class SettledIdentificationsDocument(TypedDict):
    """What was settled."""

    settled: list[SettledIdentificationDocument]


class KnownRowDocument(TypedDict):
    """One identified body: ``known``, ``not_known`` or ``unknown``."""

    body: str
    person: str
    answer: str
    deaths: list[str]
    sources: list[str]


class KnownDocument(TypedDict):
    """Identified bodies beside the records of deaths."""

    query: str
    bodies: int
    people: int
    counts: dict[str, int]
    rows: list[KnownRowDocument]
    files: list[str]


class FacesDocument(TypedDict):
    """Whether a program from outside ranks leads, and for whom."""

    program: str
    reviewers: list[str]
    on: bool
    installed: list[str]
    batch: int | None


class PartDocument(TypedDict):
    """One part of a paper laid beside that of a person."""

    part: str
    says: str
    paper: str
    person: str
    reason: str


class PaperCandidateDocument(TypedDict):
    """A person whom a paper may be about."""

    person: str
    record: str
    lines: list[str]
    lacks: dict[str, str]
    joined: bool
    parts: list[PartDocument]


class PaperDocument(TypedDict):
    """The candidates of one paper."""

    document: str
    kind: str
    candidates: list[PaperCandidateDocument]


class PapersDocument(TypedDict):
    """Candidates of certificates and extracts."""

    standard: str
    papers: int
    with_candidates: int
    documents: list[PaperDocument]
    file: str | None


class MatchDocument(TypedDict):
    """Where one match stands."""

    record: str
    document: str
    person: str
    state: str
    settled: bool
    people: list[str]
    conflicts: list[str]


class MatchesDocument(TypedDict):
    """Where every match stands."""

    counts: dict[str, int]
    rows: list[MatchDocument]


class SettledMatchDocument(TypedDict):
    """A match whose record and timeline were brought in line with the signatures."""

    record: str
    document: str
    person: str
    before: str
    after: str
    people: list[str]
    registration: str | None


class SettledMatchesDocument(TypedDict):
    """What was settled."""

    settled: list[SettledMatchDocument]


DOCUMENTS: Mapping[str, Any] = {
    "identify group": GroupDocument,
    "identify board": BoardDocument,
    "identify candidates": CandidatesDocument,
    "identify propose": ProposedDocument,
    "identify settle": SettledIdentificationsDocument,
    "identify known": KnownDocument,
    "identify faces": FacesDocument,
    "certificates candidates": PapersDocument,
    "certificates propose": ProposedDocument,
    "certificates board": MatchesDocument,
    "certificates settle": SettledMatchesDocument,
}
"""Documents by command."""
