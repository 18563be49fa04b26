"""JSON documents of ``evidence``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.cli.documents import DeterminationDocument, LinkedRecordDocument, StatementDocument
from bayyina.cli.media_documents import FileReportDocument


class FileDocument(TypedDict):
    """What became of one file."""

    id: str | None
    sha256: str | None
    type: str | None
    path: str
    outcome: str
    code: str | None
    reason: str | None
    row: int | None


class TableColumnDocument(TypedDict):
    """A column of a table of files: its heading, and what it is about."""

    header: str
    about: str
    lang: str | None


class FileTableDocument(TypedDict):
    """What became of the rows of a table of files."""

    file: str
    sha256: str
    columns: list[TableColumnDocument]
    unread_columns: list[str]
    rows: int
    accepted: int
    warned: int
    kept_aside: int
    problems: dict[str, int]
    files_without_row: int


class FileRowDocument(TypedDict):
    """Of a preview: what one row says of its file."""

    row: int
    path: str
    says: dict[str, list[str]]


class StoppedDocument(TypedDict):
    """Why an intake ended before all files were read."""

    code: str
    message: str
    hint: str


class IntakeDocument(TypedDict):
    """Files that were taken in: how many of each outcome, and one element for each file."""

    added: int
    already: int
    kept_aside: int
    items: list[FileDocument]
    bytes: int
    batches: list[int]
    report: str
    removed: int
    unreplicated: int
    dry_run: bool
    table: FileTableDocument | None
    preview: list[FileRowDocument]
    stopped: StoppedDocument | None


class ItemLineDocument(TypedDict):
    """An item in a list."""

    id: str
    sha256: str
    size: int
    type: str
    names: list[str]
    derived_from: str | None
    derivation: str | None
    sealed: bool
    last_checked: str | None


class ItemListDocument(TypedDict):
    """Items."""

    items: list[ItemLineDocument]


class ItemEventDocument(TypedDict):
    """Something that happened to an item, by its PREMIS name."""

    type: str
    time: str
    person: str
    outcome: str
    detail: str
    batch: int | None


class CopyDocument(TypedDict):
    """A copy of the bytes that was written."""

    file: str
    batch: int


class ItemErasureDocument(TypedDict):
    """What is left of an erased item."""

    time: str
    reason: str
    rows: int


class ItemDocument(TypedDict):
    """An item with what is known of it; of an erased one only that it was erased."""

    id: str
    sha256: str | None
    sha512: str | None
    size: int | None
    type: str | None
    names: list[str]
    paths: list[str]
    derived_from: str | None
    derivation: str | None
    derived: list[str]
    sealed: bool
    last_checked: str | None
    statements: list[StatementDocument]
    sealed_left_out: int
    linked: list[LinkedRecordDocument]
    determinations: list[DeterminationDocument]
    events: list[ItemEventDocument]
    logged_in: int | None
    copy: CopyDocument | None
    erased: ItemErasureDocument | None


class DerivedDocument(TypedDict):
    """An item that was made from another."""

    parent: str
    id: str
    sha256: str
    type: str
    batch: int


class InspectionDocument(DerivedDocument):
    """The report of a program on an item, which is kept as an item of its own."""

    report: FileReportDocument


class ReCheckedDocument(TypedDict):
    """An item whose bytes were re-read, and when they had been before."""

    id: str
    state: str
    last_checked: str | None


class FixityFindingDocument(TypedDict):
    """Something in the vault that does not hold."""

    id: str | None
    place: str
    name: str
    state: str
    detail: str
    repaired: bool


class FixityDocument(TypedDict):
    """A fixity check of the vault."""

    ok: bool
    checked: int
    bytes: int
    items: list[ReCheckedDocument]
    findings: list[FixityFindingDocument]
    total: int
    erased: int
    never_checked: int
    oldest_check: str | None
    not_opened: int
    replicated: int
    batches: list[int]


class DescribedRecordDocument(TypedDict):
    """A record that a form made or added to."""

    key: str
    id: str
    type: str


class DescriptionDocument(TypedDict):
    """What a form of documents, testimonies and examinations changed."""

    batch: int | None
    records: list[DescribedRecordDocument]
    added: int
    statements: int
    unchanged: int


DOCUMENTS: Mapping[str, Any] = {
    "evidence add": IntakeDocument,
    "evidence list": ItemListDocument,
    "evidence show": ItemDocument,
    "evidence derive": DerivedDocument,
    "evidence ocr": DerivedDocument,
    "evidence inspect": InspectionDocument,
    "evidence describe": DescriptionDocument,
    "evidence check": FixityDocument,
}
"""Documents by command."""
