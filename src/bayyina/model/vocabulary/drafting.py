"""Parts of a vocabulary while its files are being read, before references are checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from bayyina.model.vocabulary.elements import (
    Constraint,
    Group,
    KnownFacility,
    Label,
    Term,
    Unit,
)
from bayyina.model.vocabulary.faults import Entry, Faults

T = TypeVar("T")


class Spelling(NamedTuple):
    """A way of writing a part that an extension adds, with its place."""

    text: str
    file: str
    line: int


class Placed(NamedTuple, Generic[T]):
    """A part with the place where it is defined."""

    part: T
    file: str
    line: int
    added: tuple[Spelling, ...] = ()
    """Spellings that extensions add to it."""


@dataclass
class TypeDraft:
    """A record type with its own properties only."""

    name: str
    file: str
    line: int
    label: Label
    parent: str | None
    level: str | None
    huridocs: str | None = None
    abstract: bool = False
    about: str | None = None
    custody: str | None = None
    once: bool = False
    clarifies: tuple[str, ...] = ()
    constraints: list[Placed[Constraint]] = field(default_factory=list)
    properties: dict[str, Placed[PropertyDraft]] = field(default_factory=dict)


class PropertyDraft(NamedTuple):
    """A property as a file gives it: what it leaves out may be inherited."""

    name: str
    type: str | None
    label: Label | None
    of: str | None
    to: tuple[str, ...]
    multiple: bool | None
    required: str | None
    level: str | None
    unit: str | None
    huridocs: str | None


@dataclass
class ListDraft:
    """A term list with its terms."""

    name: str
    file: str
    line: int
    title: Label
    ordered: bool
    huridocs_list: int | None
    terms: dict[str, Placed[Term]] = field(default_factory=dict)


@dataclass
class Drafts:
    """All parts read so far."""

    faults: Faults = field(default_factory=Faults)
    types: dict[str, TypeDraft] = field(default_factory=dict)
    lists: dict[str, ListDraft] = field(default_factory=dict)
    groups: dict[str, Placed[Group]] = field(default_factory=dict)
    facilities: dict[str, Placed[KnownFacility]] = field(default_factory=dict)
    units: dict[str, Placed[Unit]] = field(default_factory=dict)


def add_once(parts: dict[str, Placed[T]], code: str, part: T, entry: Entry, *, noun: str) -> None:
    """Add a part under its code, or note that the code is taken."""
    taken = parts.get(code)
    if taken is None:
        parts[code] = Placed(part, entry.file, entry.line())
    else:
        entry.fault(
            f"is already defined in {taken.file}, line {taken.line}: choose another code; "
            f"a {noun} that exists can be added to, but not redefined"
        )
