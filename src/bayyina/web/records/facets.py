"""Filters of the library, each a part of a figure query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Facet(NamedTuple):
    """Something by which the library can be narrowed."""

    key: str
    """Key that divides a figure."""

    in_order: bool
    """Whether its values have an order of their own; others stand by how many they leave."""


_FACETS: Mapping[str, Facet] = {
    "year": Facet("year", True),
    "governorate": Facet("governorate", False),
    "demographic": Facet("demographic", False),
    "party": Facet("party", False),
    "verification": Facet("verification", False),
    "source": Facet("source", False),
}

FACETS = tuple(_FACETS)
"""Names of the filters, in the order of the side bar."""


def facet(name: str) -> Facet:
    """A filter by its name."""
    return _FACETS[name]


def library_query(asked: Mapping[str, str], *, divided: str = "") -> str:
    """The figure query that the filters make, certain and possible records alike.

    ``divided`` is a filter by which the answer is divided; what it says itself is left out.
    """
    parts = ["count", asked["unit"]]
    conditions = [
        f"{facet(name).key}={quoted(asked[name])}"
        for name in FACETS
        if name in asked and name not in {divided, "year"}
    ]
    if conditions:
        parts += ["with", " and ".join(conditions)]
    if "year" in asked and divided != "year":
        parts += ["in", asked["year"]]
    if divided:
        parts += ["by", facet(divided).key]
    return " ".join(parts)


def quoted(value: str) -> str:
    """A value as the query language takes it."""
    cleaned = value.replace('"', "").replace("\n", " ")
    return f'"{cleaned}"'
