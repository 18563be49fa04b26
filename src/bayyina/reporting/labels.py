"""What people read for the codes of a figure's groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from bayyina.model.vocabulary import Property, Vocabulary
from bayyina.reporting.wording import code_in_words, phrase
from bayyina.typeset.numbers import month_name

UNKNOWN = "unknown"
"""Code of the group of records that could not be placed."""

FEMININE = frozenset(
    {"year", "governorate", "district", "subdistrict", "nationality", "age_class", "demographic"}
)
"""Keys whose Arabic names are feminine, as what is said of them has to be."""

TIME_KEYS = ("year", "month")
"""Keys whose groups are stretches of time, in order."""

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_CODED = ("term", "group")
_PLACE_KEYS = ("place", "governorate", "district", "subdistrict")


class Labels(Protocol):
    """Names of codes."""

    def label(self, key: str, code: str, lang: str) -> str:
        """The name of a code under a key such as ``governorate``; the code itself if it has none."""
        ...


class NamedPlace(Protocol):
    """A place with its names."""

    @property
    def label_en(self) -> str:
        """Its English name."""
        ...

    @property
    def label_ar(self) -> str:
        """Its Arabic name."""
        ...


class Places(Protocol):
    """Places by code; ``model.places.Gazetteer`` is one."""

    def read(self, text: str, level: str | None = None) -> NamedPlace | None:
        """The place with this code, or None."""
        ...


class PlainLabels:
    """Names of what needs no vocabulary: years, months, demographic groups, yes and no."""

    def label(self, key: str, code: str, lang: str) -> str:
        """The name of a code, or the code itself."""
        if code == UNKNOWN:
            return phrase("unknown_feminine" if key in FEMININE else "unknown", lang)
        month = _MONTH.fullmatch(code) if key == "month" else None
        if month and 1 <= int(month.group(2)) <= 12:
            return f"{month_name(int(month.group(2)), lang)} {month.group(1)}"
        return code_in_words(key, code, lang)


class VocabularyLabels:
    """Names from a vocabulary and a gazetteer, and the plain ones."""

    def __init__(self, vocabulary: Vocabulary, gazetteer: Places) -> None:
        self._vocabulary = vocabulary
        self._gazetteer = gazetteer
        self._plain = PlainLabels()
        self._properties = _properties(vocabulary)

    def label(self, key: str, code: str, lang: str) -> str:
        """The name of a code, or the code itself."""
        plain = self._plain.label(key, code, lang)
        if plain != code:
            return plain
        if key in _PLACE_KEYS:
            return self._place(code, lang)
        if key == "party" and code in self._vocabulary.groups:
            return str(self._vocabulary.groups[code].label[lang])
        prop = self._properties.get(key)
        return code if prop is None else self._vocabulary.label_of(prop, code, lang)

    def _place(self, code: str, lang: str) -> str:
        place = self._gazetteer.read(code, None)
        if place is None:
            return code
        return place.label_ar if lang == "ar" else place.label_en


def _properties(vocabulary: Vocabulary) -> Mapping[str, Property]:
    """A property for each name that a figure may be divided by; coded ones come first."""
    found: dict[str, Property] = {}
    for record_type in vocabulary.types.values():
        for name, prop in record_type.properties.items():
            if name not in found or found[name].type not in _CODED:
                found[name] = prop
    return found
