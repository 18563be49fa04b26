"""The JSON documents of ``bayyina dossier``, ``letter``, ``facility`` and ``matrix``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.cli.documents import FigureDocument


class DossierDocument(TypedDict):
    """A dossier that was written; ``withheld`` counts sealed statements.

    ``in_clear``: its files hold what is sealed, and anybody can read them.
    """

    person: str
    records: int
    events: int
    decisions: int
    withheld: int
    files: dict[str, list[str]]
    in_clear: bool
    batch: int


class LetterDocument(TypedDict):
    """A letter that was written; ``withheld`` are records that nobody released.

    ``in_clear``: its files hold what is sealed, and anybody can read them.
    """

    person: str
    events: list[str]
    unknown: list[str]
    withheld: list[str]
    files: dict[str, list[str]]
    in_clear: bool
    batch: int


class NameDocument(TypedDict):
    """A name in both languages."""

    en: str
    ar: str


class FacilityActDocument(TypedDict):
    """An act that a source places in the facility."""

    record: str
    type: NameDocument
    person: str | None
    date: str | None
    until: str | None
    sources: list[str]


class InvolvementDocument(TypedDict):
    """An alleged involvement in such an act."""

    person: str | None
    act: str
    as_stated: list[str]


class PossibleWitnessDocument(TypedDict):
    """Somebody who was released, or a testimony; never a name."""

    record: str
    kind: str
    pseudonym: str | None


class FacilityDocument(TypedDict):
    """What the records say of a facility; figures by unit."""

    facility: str
    name: NameDocument
    figures: dict[str, FigureDocument]
    acts: list[FacilityActDocument]
    involvement: list[InvolvementDocument]
    possible_witnesses: list[PossibleWitnessDocument]
    files: dict[str, list[str]]
    batch: int


class MatrixElementDocument(TypedDict):
    """What an instrument asks for, with figures and what evidence would show it."""

    id: str
    title: NameDocument
    figures: list[FigureDocument]
    needs: NameDocument
    recorded: bool


class AllegedDocument(TypedDict):
    """Somebody whom a source names as involved."""

    person: str
    acts: int
    as_stated: list[str]


class MatrixDocument(TypedDict):
    """A filled matrix; ``missing`` are elements for which nothing is recorded."""

    matrix: str
    elements: list[MatrixElementDocument]
    missing: list[str]
    alleged: list[AllegedDocument]
    files: dict[str, list[str]]
    batch: int


DOCUMENTS: Mapping[str, Any] = {
    "dossier": DossierDocument,
    "letter": LetterDocument,
    "facility": FacilityDocument,
    "matrix": MatrixDocument,
}
"""The documents of these commands."""
