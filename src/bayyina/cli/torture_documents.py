"""The JSON documents of ``bayyina methods`` and ``bayyina sentences``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.cli.documents import FigureDocument


class LabelDocument(TypedDict):
    """A name in both languages."""

    en: str
    ar: str


class NamedActsDocument(TypedDict):
    """How many acts state a purpose, place or body."""

    code: str
    label: LabelDocument
    acts: int


class MethodDocument(TypedDict):
    """A method with its independent accounts."""

    code: str
    label: LabelDocument
    accounts: int
    origins: int
    acts: int
    query: str
    purposes: list[NamedActsDocument]
    places: list[NamedActsDocument]
    bodies: list[NamedActsDocument]


class MethodTypeDocument(TypedDict):
    """A type of methods; ``stated_count`` is null where the source gives no number."""

    code: str
    label: LabelDocument
    stated_count: int | None
    sealed: bool
    accounts: int
    origins: int
    acts: int
    query: str
    methods: list[MethodDocument]
    below: list[MethodDocument]


class MethodsDocument(TypedDict):
    """Methods by type; those below the threshold apart."""

    threshold: int
    types: list[MethodTypeDocument]
    unrecognised: int


class UnionDocument(TypedDict):
    """People executed or killed under torture; ``range`` is the least and the greatest number."""

    executed: FigureDocument
    tortured: FigureDocument
    both: FigureDocument
    range: list[int]


class SentencesDocument(TypedDict):
    """What became of death sentences."""

    issued: FigureDocument
    outcomes: dict[str, FigureDocument]
    unsettled: int
    courts: FigureDocument
    executions: FigureDocument
    executing_bodies: FigureDocument
    commutations: FigureDocument
    union: UnionDocument


DOCUMENTS: Mapping[str, Any] = {"methods": MethodsDocument, "sentences": SentencesDocument}
"""The documents of these commands."""
