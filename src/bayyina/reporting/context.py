"""What a report needs beside its definition and the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bayyina.reporting.labels import Labels
from bayyina.typeset.numbers import WESTERN


class CountedRecord(Protocol):
    """A record that a figure counts."""

    @property
    def number(self) -> int:
        """Its number in the store."""
        ...

    @property
    def certain(self) -> bool:
        """Whether it is certainly inside, not only possibly."""
        ...


RecordLister = Callable[[str, Mapping[str, str] | None], Iterable[CountedRecord]]
"""Lists the records that a query counts, or those of one of its groups (code by key)."""


def _nowhere(_code: str) -> tuple[float, float] | None:
    """The middle of no area is known."""
    return None


@dataclass(frozen=True)
class ReportContext:
    """When, from what and for whom a report is made."""

    time: dt.datetime
    """When it is made; aware. Equal input with an equal time gives equal bytes."""

    is_fictional: bool
    """Whether the workspace holds invented records: then every page and file says so."""

    labels: Labels
    """Names of codes."""

    custody_size: int
    """Entries of the custody log that the figures were counted at."""

    checkpoint: str = ""
    """The signed note of that size, or empty."""

    records: RecordLister | None = None
    """Lists counted records; None leaves the lists out, and the annex says so."""

    short_id: Callable[[int], str] = str
    """Turns a record's number into its short id, such as ``FICT-3-17``."""

    published: Mapping[str, int] | None = None
    """Values that were published or set as targets, by figure id, to compare with; None for none."""

    targets_are_published: bool = True
    """Whether somebody did publish those values; else they are targets set for this run."""

    beside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Further values of the compared figures, by column (a word of the wording) and figure id."""

    numerals: str = WESTERN
    """Digits on Arabic pages: ``latn`` or ``arab``."""

    known_at: str = ""
    """The day up to which sources are heard, where the report was asked for so; or empty."""

    recorded_at: str = ""
    """The day or size of the log that it was rebuilt at, where it was asked for so; or empty."""

    orders: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The status of the case of each order block, by the block's id."""

    sites: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """What may be told of the sites of each site block and map, by the block's id."""

    position: Callable[[str], tuple[float, float] | None] = _nowhere
    """Latitude and longitude of the middle of an area, by its code."""

    removals: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """What the rules of disclosure hide, by figure id; each with its rule and reason."""

    is_draft: bool = False
    """Whether two people have yet to release it; then every page says so."""

    @property
    def case(self) -> str:
        """Which prose is shown: ``published``, ``targets``, or ``none`` without such values."""
        if not self.published:
            return "none"
        return "published" if self.targets_are_published else "targets"
