"""Common names with their spellings, and what they say about two words that both are known.

The lists ``data/given_names.txt`` and ``data/family_names.txt`` are written by hand from
general knowledge. Two known spellings that share a line are one name however they look
(Mehmet, محمد); two that share none are two names however alike they look (حسن, حسين; Amin,
Amina). A word that is not in the lists is judged by its letters alone.
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
    """Numbers of the names that it may be."""

    sex: str
    """m or f where all its given names are of one sex, otherwise empty."""


def _entries(name: str) -> list[Entry]:
    text = files("bayyina.names").joinpath("data", name).read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split("|")]
        if len(fields) > 1:
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
    """Every spelling of the lists with the names it may be."""
    numbers: dict[str, set[int]] = {}
    for number, entry in enumerate(read_lists()):
        for form in (*entry.arabic, *entry.latin):
            numbers.setdefault(form, set()).add(number)
    return {form: Known(frozenset(found), _sex(found)) for form, found in numbers.items()}


def _sex(numbers: set[int]) -> str:
    said = {read_lists()[number].sex for number in numbers}
    return said.pop() if len(said) == 1 and said <= {"m", "f"} else ""
