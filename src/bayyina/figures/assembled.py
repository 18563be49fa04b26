"""What an assembled cut of the snapshot holds: wide tables and the meaning of their codes.

Terms, groups, places, flags and sources stand as small whole numbers. A code stands for a
*set* of values: 0 for nothing stated, otherwise the single value that all sources agree on,
or all values that they state when they disagree. Dates stand as days since 1970-01-01,
numbers as bounds; what is not bounded has the largest number of its kind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

FORMAT: Final = 6
"""Version of the assembled tables; part of their cache key."""

FIRST_DAY: Final = -(2**30)
"""Day that stands for "no lower bound"."""

LAST_DAY: Final = 2**30
"""Day that stands for "no upper bound"."""

LEAST: Final = -(2**62)
"""Number that stands for "no lower bound"."""

GREATEST: Final = 2**62
"""Number that stands for "no upper bound"."""

OLDEST: Final = 32767
"""Age that stands for "no upper bound"."""

FIRST_MONTH: Final = -(2**20)
"""Month that stands for "no lower bound"; months count from year 0."""

LAST_MONTH: Final = 2**20
"""Month that stands for "no upper bound"."""

SOURCE: Final = "source"
"""Domain of the records that stated something."""

VERIFICATION_DOMAIN: Final = "verification"
"""Domain of what people have decided about a record."""

STANDARD_DOMAIN: Final = "standard"
"""Domain of the documentation standards under which records are verified."""

VERIFICATIONS: Final = ("two_people", "earlier_practice", "disputed", "rejected")
"""Values of ``VERIFICATION_DOMAIN``, the first of which wins; the empty set is ``UNVERIFIED``."""

UNVERIFIED: Final = "unverified"
"""What is said of records that nobody, or not yet enough people, decided about."""

_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Column:
    """One property of a wide table."""

    kind: str
    """``coded``, ``date`` or ``number``."""

    domain: str = ""
    """For coded columns, whose sets the codes stand for."""

    multiple: bool = False
    """Whether several values hold at once instead of disagreeing."""


@dataclass(frozen=True, slots=True)
class Table:
    """One wide table: a row for each record (and person that it is about)."""

    name: str
    """Name in the database, such as ``r_Death``."""

    columns: Mapping[str, Column]
    """Properties that are stated at least once; any other is stated nowhere."""

    person_columns: Mapping[str, Column] = field(default_factory=dict)
    """Properties of the person that are repeated on the row."""

    rows: int = 0
    """Number of rows."""

    sole: bool = False
    """Whether no person has two rows."""

    lone: bool = False
    """Whether no record has two rows."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """Description of an assembled cut; the tables lie beside it as Parquet files."""

    custody_size: int
    """Number of log entries it was assembled at."""

    known_at: str | None
    """Last day on which something had to be asserted, ISO 8601; None for no limit."""

    lenient: bool
    """Whether likely links join people."""

    last_day: int
    """Day of the last log entry; 0 when there is none."""

    tables: Mapping[str, Table]
    """Wide tables by record type; people stand under ``Person``."""

    custody: Table | None
    """Columns of the custody tables (``custody_one``, ``custody_many``); None without any."""

    custody_split: tuple[int, int]
    """Rows of the two custody tables."""

    domains: Mapping[str, tuple[tuple[str, ...], ...]]
    """Per domain, the set of values that each code stands for."""

    sources: Mapping[str, str]
    """Name of each source, by its record number as text."""

    linkage: Mapping[str, str | int]
    """How people were joined: method, numbers, digest."""

    files: tuple[str, ...]
    """Names of the tables that lie beside it."""

    def to_json(self) -> str:
        """The text of the description."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Assembled:
        """The description that the text states."""
        content = json.loads(text)
        content.pop("format")
        custody = content["custody"]
        return cls(
            **{
                **content,
                "tables": {name: _table(part) for name, part in content["tables"].items()},
                "custody": None if custody is None else _table(custody),
                "custody_split": tuple(content["custody_split"]),
                "domains": {
                    name: tuple(tuple(values) for values in sets)
                    for name, sets in content["domains"].items()
                },
                "files": tuple(content["files"]),
            }
        )


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day that a number of days stands for."""
    return date.fromordinal(number + _EPOCH)


def _table(content: dict[str, object]) -> Table:
    columns = ("columns", "person_columns")
    parts = {
        name: {key: Column(**value) for key, value in content[name].items()}  # type: ignore[attr-defined]
        for name in columns
    }
    return Table(**{**content, **parts})  # type: ignore[arg-type]
