"""JSON documents of ``erase`` and ``kept-aside``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict


class ErasureDocument(TypedDict):
    """An erasure: agreed by one person, or carried out with the second one's agreement."""

    record: str
    state: str
    reason: str
    people: list[str]
    needed: int
    rows: int
    batch: int | None
    linked: list[str]
    copies: list[str]
    kept_aside: int
    kept_aside_left: int
    kept_aside_sealed: int
    lapsed: list[str]


class KeptRowDocument(TypedDict):
    """A row of a list that could not be read, as it is stored."""

    id: str | None
    list: str
    batch: int
    stands: bool
    cells: list[str] | None
    sealed: bool
    reasons: list[str]
    columns: list[str]


class KeptRowsDocument(TypedDict):
    """Rows kept aside."""

    rows: list[KeptRowDocument]


DOCUMENTS: Mapping[str, type] = {"erase": ErasureDocument, "kept-aside": KeptRowsDocument}
"""Documents by command."""
