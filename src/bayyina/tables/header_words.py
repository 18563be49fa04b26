"""What the name of a column suggests, by the words in ``header_words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

from bayyina.model.label_folding import fold_label
from bayyina.tables.columns import split_language

_OTHER_TABLES: Final = frozenset({"key", "bare_place", "latitude", "longitude", "languages"})
_LONGEST_PHRASE: Final = 5
_FORMAT_WORDS: Final = frozenset(
    {
        "dd",
        "mm",
        "yy",
        "yyyy",
        "ddmmyyyy",
        "yyyymmdd",
        "mmddyyyy",
        "hijri",
        "gregorian",
        "format",
        "هجري",
        "ميلادي",
    }
)
"""Words after a column's name that say how its texts are written, not what they are about."""
_CHOICES: Final = (("m", "f"), ("f", "m"), ("y", "n"), ("yes", "no"), ("ذ", "ا"))
"""Pairs of words after a column's name that are the texts it may hold."""


class Meaning(NamedTuple):
    """What a column may be about."""

    type: str
    """Record type."""
    property: str
    """Property of it."""
    is_exact: bool
    """True when the whole name of the column says so, not only words of it."""


@dataclass(frozen=True)
class HeaderWords:
    """The words, folded, for looking up."""

    meanings: Mapping[str, tuple[tuple[str, str], ...]]
    """Folded phrase to pairs of record type and property."""
    keys: frozenset[str]
    """Folded names of columns with the list's own id."""
    bare_places: frozenset[str]
    """Folded names of columns with a place, which do not say whose."""
    latitudes: frozenset[str]
    """Folded names of columns with a latitude."""
    longitudes: frozenset[str]
    """Folded names of columns with a longitude."""
    languages: Mapping[str, str]
    """Folded word at the end of a name to the language it means."""

    def language(self, column: str) -> tuple[str, str | None]:
        """Take the language off the end of a column's name, folded."""
        base, lang = split_language(column)
        folded = " ".join(_without_format(fold_label(base).split()))
        words = folded.split()
        if lang is None and len(words) > 1 and words[-1] in self.languages:
            return " ".join(words[:-1]), self.languages[words[-1]]
        return folded, lang

    def meaning(self, column: str, types: tuple[str, ...]) -> Meaning | None:
        """Find what a column is about; types named first are preferred.

        The whole name is looked up first, then the longest phrase of two words or more
        that stands in it.
        """
        folded, _ = self.language(column)
        found = self._lookup(folded, types)
        if found is not None:
            return Meaning(*found, is_exact=True)
        words = folded.split()
        for length in range(min(len(words) - 1, _LONGEST_PHRASE), 1, -1):
            for start in range(len(words) - length + 1):
                phrase = " ".join(words[start : start + length])
                found = self._lookup(phrase, types)
                if found is not None:
                    return Meaning(*found, is_exact=False)
        return None

    def _lookup(self, phrase: str, types: tuple[str, ...]) -> tuple[str, str] | None:
        found = self.meanings.get(phrase, ())
        ranked = sorted(
            (types.index(type_name), type_name, prop)
            for type_name, prop in found
            if type_name in types
        )
        return ranked[0][1:] if ranked else None


def _without_format(words: list[str]) -> list[str]:
    """A column's name without the words at its end that say how its texts are written."""
    while len(words) > 1 and words[-1] in _FORMAT_WORDS:
        words = words[:-1]
    if len(words) > 2 and tuple(words[-2:]) in _CHOICES:
        words = words[:-2]
    return words


@lru_cache(maxsize=1)
def load_header_words() -> HeaderWords:
    """Read the words that come with the program."""
    text = (resources.files("bayyina.tables") / "header_words.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    meanings: dict[str, list[tuple[str, str]]] = {}
    for type_name, properties in content.items():
        if type_name in _OTHER_TABLES:
            continue
        for prop, phrases in properties.items():
            for phrase in phrases:
                meanings.setdefault(fold_label(phrase), []).append((type_name, prop))
    return HeaderWords(
        meanings={phrase: tuple(found) for phrase, found in meanings.items()},
        keys=_folded(content["key"]["words"]),
        bare_places=_folded(content["bare_place"]["words"]),
        latitudes=_folded(content["latitude"]["words"]),
        longitudes=_folded(content["longitude"]["words"]),
        languages={
            fold_label(word): lang for lang, words in content["languages"].items() for word in words
        },
    )


def _folded(words: list[str]) -> frozenset[str]:
    return frozenset(map(fold_label, words))
