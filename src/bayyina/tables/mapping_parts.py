"""What a mapping consists of, once it was read: frozen values, no behaviour.

``docs/reference`` explains the file; this is its shape in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ROW: Final = "row"
"""Name by which links call the row's own record."""

OTHER_LIST: Final = "\x1f"
"""Stands between the name of another list and a key in it, in ``RecordDraft.links``."""

DATE_PARTS: Final = ("year", "month", "day")
POINT_PARTS: Final = ("latitude", "longitude")
COUNT_PARTS: Final = ("least", "most")
ALL_PARTS: Final = (*DATE_PARTS, *POINT_PARTS, *COUNT_PARTS)
"""What ``as`` says of columns that hold one value together."""


@dataclass(frozen=True)
class ColumnRule:
    """What one column states: a property, and how its text is read."""

    column: str
    """Header of the column."""
    property: str
    """Property of the record that the column is about."""
    lang: str | None = None
    """Language of the text, BCP 47."""
    values: tuple[tuple[str, str], ...] = ()
    """What the list writes and the word of the vocabulary that it means."""
    formats: tuple[str, ...] = ()
    """Formats of dates, tried in order before the usual ones."""
    calendar: str = "auto"
    """Calendar of dates."""
    split: str | None = None
    """What separates several values in one cell; None for one value."""
    reading_as: str | None = None
    """Level of a place, or which part of a date or point the column holds."""
    scheme: str | None = None
    """Scheme of an identifier, such as ``national-no``."""
    certainty: str | None = None
    """Certainty of what the column states, a code of the vocabulary."""
    optional: bool = False
    """True when releases of the list may lack the column."""
    unknown_when: tuple[str, ...] | None = None
    """Texts that state nothing; None for those of the list."""
    is_link: bool = False
    """True when the text is the key of another record."""
    link_list: str | None = None
    """Name of the list that the key belongs to; None for this list."""
    required: bool = False
    """True when a row in which the column is empty is kept aside."""
    is_unlisted: bool = False
    """True when the texts are not expected in the vocabulary; they are kept without a warning."""
    joined_with: tuple[str, ...] = ()
    """Further columns whose texts follow this one's, apart by a space."""
    source_column: str | None = None
    """Column that names the source of this column's value."""
    source_names: tuple[tuple[str, str], ...] = ()
    """What that column writes, and the name of the source that it means."""


@dataclass(frozen=True)
class Constant:
    """What every row of the list states of a record, because the list as a whole does."""

    property: str
    """Property of the record."""
    value: str
    """The value, as a cell would have it."""
    lang: str | None = None
    """Language of the text."""
    reading_as: str | None = None
    """Level of a place."""
    scheme: str | None = None
    """Scheme of an identifier."""
    certainty: str | None = None
    """Certainty, a code of the vocabulary."""


@dataclass(frozen=True)
class Condition:
    """Whether a block applies to a row."""

    column: str
    """Column that is looked at."""
    texts: tuple[str, ...] | None = None
    """It must be one of these."""
    excluded: tuple[str, ...] | None = None
    """It must be none of these, and not empty."""
    not_empty: bool | None = None
    """It must be filled, or must be empty."""


@dataclass(frozen=True)
class Interval:
    """Two columns that hold the first and the last day of an act."""

    start: str
    """Column with the first day."""
    end: str
    """Column with the last day."""
    formats: tuple[str, ...] = ()
    """Formats of dates."""
    calendar: str = "auto"
    """Calendar of dates."""
    optional: bool = False
    """True when releases of the list may lack the columns."""


@dataclass(frozen=True)
class Key:
    """How the list's own id of a record is found."""

    columns: tuple[str, ...] = ()
    """Columns whose texts, joined by ``/``, are the key."""
    of_content: bool = False
    """True when the list has no ids, and the content of the row stands for one."""


@dataclass(frozen=True)
class Block:
    """One record that a row may state."""

    id: str
    """Name by which links of the mapping call it: ``row`` for the row's own record."""
    type: str
    """Record type."""
    ordinal: int
    """Place among the blocks of its type in the mapping, from 1."""
    columns: tuple[ColumnRule, ...]
    """What columns state of it."""
    constants: tuple[Constant, ...]
    """What the list as a whole states of it."""
    interval: Interval | None
    """Where its date stands, when two columns hold it; one column is in ``columns``."""
    conditions: tuple[Condition, ...]
    """When a row states it; all must hold."""
    always: bool
    """True when every row states it, even with no column filled."""
    key: Key | None
    """Its own id in the list; None when it has none and is called after the row."""
    links: tuple[tuple[str, str], ...]
    """Pairs (property, id of a block)."""
    certainty_column: ColumnRule | None = None
    """Column that gives the certainty of everything stated of it."""


@dataclass(frozen=True)
class Check:
    """Two counts of the row's record of which the first is at most the second."""

    lesser: str
    """Property with the count that cannot be greater."""
    greater: str
    """Property with the count that cannot be less."""
    empty_is_zero: bool = False
    """True when an empty cell of ``greater`` counts as none."""


@dataclass(frozen=True)
class ListFacts:
    """What a mapping says of the list as a whole."""

    name: str
    """Name; releases of one list share it."""
    asserted_on: str | None
    """Date of the release, ISO 8601; None when it stands in the file's name."""
    file_name: str | None
    """Format of the file's name with the date in it, such as ``list_%Y-%m-%d.csv``."""
    release: str
    """``complete`` when rows that are gone are withdrawn, ``partial`` otherwise."""
    unique_rows: bool
    """True when two rows are always two people."""
    fictional: bool
    """True for lists of invented people."""
    origin: str
    """Who made the list, or an empty string."""
    lang: str | None
    """Language of its texts and names, where a column says nothing else."""
    unknown_when: tuple[str, ...]
    """Texts that state nothing, besides the empty one."""
    sheet: str | None
    """Sheet of the spreadsheet."""
    repeated_key: str
    """``keep_aside``, or ``same_record`` when further rows say more of one record."""
    header_row: int | None = None
    """Row that names the columns; None for the first row with anything in it."""
    earlier_practice: str = ""
    """Under whose earlier practice all of its records were verified, or an empty string."""
