"""Common names with their spellings, and what they say about two words that both are known.

The lists ``data/given_names.txt``, ``family_names.txt`` and ``nicknames.txt`` are written
by hand from general knowledge. Two known spellings that share a line are one name however they look
(Mehmet, محمد); two that share none are two names however alike they look (حسن, حسين; Amin,
Amina). A nickname speaks for a name weakly. A word that is not in the lists is judged by its letters alone.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from bayyina.names.normal_forms import normal_form


class Entry(NamedTuple):
    """One name of the lists."""

    arabic: tuple[str, ...]
    """Arabic spellings, normal forms without spaces."""

    latin: tuple[str, ...]
    """Latin spellings, normal forms."""

    sex: str
    """m, f, mf, or empty for family names."""


class Known(NamedTuple):
    """What the lists say of one spelling."""

    entries: frozenset[int]
    """Numbers of the names that it may be a spelling of."""

    stands_for: frozenset[int]
    """Numbers of the names that it may be a nickname of."""


def _rows(name: str) -> list[list[str]]:
    """The lines of a list, cut at the bars."""
    text = files("bayyina.names").joinpath("data", name).read_text(encoding="utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    return [[field.strip() for field in line.split("|")] for line in lines if "|" in line]


def _entries(name: str) -> list[Entry]:
    found = []
    for fields in _rows(name):
        arabic = dict.fromkeys(_joined(form) for form in fields[0].split(","))
        latin = dict.fromkeys(_joined(form) for form in fields[-1].split())
        found.append(Entry(tuple(arabic), tuple(latin), fields[1] if len(fields) > 2 else ""))
    return found


def _joined(form: str) -> str:
    return normal_form(form).replace(" ", "")


@lru_cache(maxsize=1)
def read_lists() -> tuple[Entry, ...]:
    """All names of both lists."""
    return tuple(_entries("given_names.txt") + _entries("family_names.txt"))


@lru_cache(maxsize=1)
def known_spellings() -> dict[str, Known]:
    """Every spelling of the lists with the names it may be or stand for."""
    numbers: dict[str, set[int]] = {}
    for number, entry in enumerate(read_lists()):
        for form in (*entry.arabic, *entry.latin):
            numbers.setdefault(form, set()).add(number)
    meant: dict[str, set[int]] = {}
    for arabic, latin, names in _rows("nicknames.txt"):
        full = set().union(*(numbers.get(_joined(name), ()) for name in names.split(",")))
        for form in (*arabic.split(","), *latin.split()):
            meant.setdefault(_joined(form), set()).update(full)
    return {
        form: Known(frozenset(numbers.get(form, ())), frozenset(meant.get(form, ())))
        for form in {**numbers, **meant}
    }
