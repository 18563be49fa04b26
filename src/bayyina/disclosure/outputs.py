"""What somebody wants to let out, and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from bayyina.disclosure.rules import Recipient, Words

HIDDEN, GENERALISED, REFUSED = "hidden", "generalised", "refused"
"""What may be done: a number is left out, something coarser stands in its place, it may not leave."""

TOTAL: Final = ()
"""Key of a table's total."""

Key = tuple[tuple[str, str], ...]
"""Names and codes of a cell's key, in order; empty for the total."""


@dataclass(frozen=True)
class Cell:
    """One number of a table."""

    key: Key
    """What it counts."""

    value: int
    """The number."""

    is_one_source: bool = False
    """Whether one protected source alone tells of all its records."""

    has_untold: bool = False
    """Whether a death is among its records that the family was not told of."""


@dataclass(frozen=True)
class Table:
    """A figure with its groups, or one number alone."""

    id: str
    """Its name in the output."""

    base: str
    """The question without what it is divided by: tables of one base add up to one total."""

    topics: frozenset[str]
    """What it is about: ``sealed``, ``child``."""

    dimensions: frozenset[str]
    """What it is divided by or narrowed to: ``governorate``, ``facility``, ``month``."""

    total: Cell
    """The whole."""

    cells: tuple[Cell, ...] = ()
    """The groups, those that could not be placed among them."""

    @property
    def adds_up(self) -> bool:
        """Whether the cells add up to the total, so that one can be worked out from the others."""
        return bool(self.cells) and sum(one.value for one in self.cells) == self.total.value


@dataclass(frozen=True)
class PersonLine:
    """One person, or a record about one, in an output that tells of single people."""

    id: str
    """Short id."""

    is_dead: bool
    """Whether a record says that the person died."""

    family_told: bool
    """Whether a record says that the family was told."""

    consents: tuple[str, ...] = ()
    """What each contact of the family said: ``given``, ``refused``, ``withdrawn``."""


@dataclass(frozen=True)
class SiteLine:
    """A site in an output."""

    id: str
    """Short id."""

    is_withheld: bool
    """Whether an embargo stands."""

    tells_place: bool
    """Whether the output names it or tells where exactly it is."""


@dataclass(frozen=True)
class Detail:
    """A place or date of one person."""

    id: str
    """Of the statement."""

    kind: str
    """``place`` or ``date``."""

    precision: str
    """How fine it is: a level of places, or ``year``, ``month``, ``day``."""


class RecordLine(NamedTuple):
    """A record in an output that holds records."""

    id: str
    """Short id."""

    level: str
    """Of its type."""

    is_sealed: bool = False
    """Whether the record itself, or whom it is from, is sealed."""

    reveals_untold: bool = False
    """Whether it tells, or being in this output tells, of a death the family was not told of."""

    is_objected: bool = False
    """Whether it names somebody who objects, or whose family refused."""

    consents: tuple[str, ...] = ()
    """What the informants of the record said of this use: ``given``, ``refused``, ``withdrawn``
    or ``not_asked``, one each."""


class StatementLine(NamedTuple):
    """A statement of a record."""

    id: str
    """Its id."""

    level: str
    """Of its property."""

    is_sealed: bool = False
    """Whether its property or its term is sealed."""

    is_of_staff: bool = False
    """Whether it leads to the people who work here."""

    is_blurred: bool = False
    """Whether an embargo lets only something coarser stand."""

    consents: tuple[str, ...] = ()
    """What its informants said of this use."""

    kind: str = ""
    """``place`` or ``date`` where it may have to be coarser."""

    precision: str = ""
    """How fine it is."""


@dataclass(frozen=True)
class Output:
    """All that one output would contain."""

    purpose: str
    """One of ``rules.PURPOSES``."""

    tables: tuple[Table, ...] = ()
    """Numbers."""

    persons: tuple[PersonLine, ...] = ()
    """Single people."""

    sites: tuple[SiteLine, ...] = ()
    """Sites."""

    details: tuple[Detail, ...] = ()
    """Places and dates of single people."""

    records: tuple[tuple[RecordLine, tuple[StatementLine, ...]], ...] = ()
    """Records, each with its statements."""

    recipient: Recipient | None = None
    """Who receives the records; the public where nobody is named."""

    level: str = ""
    """The most sensitive properties that were asked for; empty: all that the recipient may have."""


@dataclass(frozen=True)
class Removal:
    """Something that does not leave as it is."""

    id: str
    """Of the table, person, site or statement."""

    key: Key
    """The cell of a table; empty for its total, and for anything else."""

    action: str
    """``hidden``, ``generalised`` or ``refused``."""

    rule: str
    """Which rule."""

    reason: Words
    """Why, as it may be printed."""

    to: str = ""
    """The precision in its place, where it is generalised."""

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready values; a hidden number is not among them."""
        return {
            "id": self.id,
            "key": dict(self.key),
            "action": self.action,
            "rule": self.rule,
            "reason": self.reason.to_json(),
            "to": self.to,
        }


@dataclass(frozen=True)
class Decision:
    """What an output may contain."""

    removals: tuple[Removal, ...]
    """What does not leave as it is, in the order of the output."""

    @property
    def is_refused(self) -> bool:
        """Whether something in it may not leave at all."""
        return any(one.action == REFUSED for one in self.removals)

    def hidden(self, table: str) -> Mapping[Key, Removal]:
        """The numbers of a table that are hidden; the total has the empty key."""
        return {one.key: one for one in self.removals if one.id == table and one.action == HIDDEN}
