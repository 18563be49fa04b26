"""The JSON document of ``bayyina submit``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.cli.left_out import LeftOutDocument


class BothDocument(TypedDict):
    """A text in both languages."""

    en: str
    ar: str


class AnswerStatementDocument(TypedDict):
    """A statement that answers an element; ``value`` is null where it is sealed."""

    value: BothDocument | None
    lang: str | None
    source: str
    statement: str


class ElementDocument(TypedDict):
    """One thing that a form asks for."""

    id: str
    label: BothDocument
    minimal: bool
    given: bool
    statements: list[AnswerStatementDocument]


class RefusalDocument(TypedDict):
    """Why nothing may be prepared."""

    code: str
    reason: BothDocument
    resolution: BothDocument
    alternative: str | None


class SubmissionDocument(TypedDict):
    """A filled form, or why there is none.

    ``in_clear``: its files hold what is sealed, and anybody can read them.
    """

    form: str
    body: BothDocument
    person: str
    as_of: str
    state: str
    procedure: str
    complete: bool
    elements: list[ElementDocument]
    missing: list[str]
    warnings: list[BothDocument]
    refusal: RefusalDocument | None
    files: dict[str, list[str]]
    left_out: list[LeftOutDocument]
    in_clear: bool
    batch: int | None


DOCUMENTS: Mapping[str, Any] = {"submit": SubmissionDocument}
"""The documents of these commands."""
