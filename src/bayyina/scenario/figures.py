"""The published figures, the questions they answer and how they hang together.

All of it is data in ``october_2023.toml``; this module reads it once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class ScenarioFigure:
    """One published figure."""

    id: str
    """Stable name, such as ``torture-deaths``; targets are given by it."""

    title: Mapping[str, str]
    """What is counted, by language (``en``, ``ar``)."""

    published: int
    """The value that the source gives."""

    comparator: str
    """How the source states it: ``at least``, ``=`` or ``about``."""

    query: str
    """The question in the figure query language."""

    section: str
    """Which part of the report it stands in; a key of ``Scenario.sections``."""

    source: str
    """Which publication gives it; a key of ``Scenario.sources``."""

    part_of: str = ""
    """Id of the figure that this one is a part of, or an empty string."""

    note: Mapping[str, str] | None = None
    """What a reader must know about it, by language; None when there is nothing."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Parts that make up a whole exactly."""

    whole: str
    """Id of the whole."""

    parts: tuple[str, ...]
    """Ids of the parts."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A side that cannot be larger than another; ids with ``-`` are subtracted."""

    left: tuple[str, ...]
    """The side that may not be larger."""

    right: tuple[str, ...]
    """The side that bounds it."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The published figures with everything that is known about them together."""

    name: str
    """Name of the scenario and of its report definition."""

    title: Mapping[str, str]
    """Heading of the table of figures, by language."""

    sources: Mapping[str, Mapping[str, str]]
    """Publications, by key and language."""

    sections: Mapping[str, Mapping[str, str]]
    """Headings of the report's parts in order, by key and language."""

    figures: tuple[ScenarioFigure, ...]
    """The figures; a whole stands before its parts."""

    sums: tuple[Sum, ...]
    """Which figures add up to which."""

    limits: tuple[Limit, ...]
    """Which figures bound which."""

    def published(self) -> dict[str, int]:
        """Return the published values by figure id."""
        return {figure.id: figure.published for figure in self.figures}


@cache
def october_2023() -> Scenario:
    """Return the October 2023 scenario as its file states it."""
    text = resources.files(__package__).joinpath("october_2023.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Scenario(
        name=data["name"],
        title=data["title"],
        sources=data["sources"],
        sections=data["sections"],
        figures=tuple(ScenarioFigure(**figure) for figure in data["figures"]),
        sums=tuple(Sum(one["whole"], tuple(one["parts"])) for one in data["sums"]),
        limits=tuple(Limit(tuple(one["left"]), tuple(one["right"])) for one in data["limits"]),
    )
