"""Places by P-code: the governorates, districts and sub-districts of Syria, in two scripts.

A text is looked up in a normal form that leaves aside what writers vary without meaning
another place: case, accents, hyphens, spaces, articles (الـ, al-, ar-, ez-), letter variants
(أ إ ا, ة ه, ى ي), doubled Latin letters, ``ou``/``oo`` for ``u``, ``ee`` for ``i``, ``ei``/``ey``/
``ay`` for ``ai``, and a final ``eh``/``ah`` for ``a``. Nothing is guessed beyond that: a text
that is not the name or an alias of a place is no place.

Words for a level (محافظة, منطقة, ناحية, مركز, governorate, district, sub-district) are not part
of the name, and limit what may be meant: "منطقة حمص" is never the governorate.

**Ambiguity.** Many names belong to a governorate, a district and a sub-district at once. The
level asked for decides; without one the highest level is taken, since that is true of all
of them. A name that two places of the same level bear (Suran in Aleppo and in Hama) is no
place unless the place around it is given.

The data file names its sources; a user's file of the same columns adds places and aliases.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path

from bayyina.errors import VocabularyError
from bayyina.model.label_folding import fold_label

LEVELS = ("country", "governorate", "district", "subdistrict", "community", "neighbourhood")
"""From the highest to the lowest; the shipped file has the first four."""

COLUMNS = ("code", "level", "parent", "label_en", "label_ar", "lat", "lon", "aliases")
"""Columns of a file of places; aliases stand apart by ``|``; lines with ``#`` are comments."""

_MIDDLE = frozenset({"district", "subdistrict"})
_LEVEL_WORDS: Mapping[str, frozenset[str]] = {
    word: levels
    for words, levels in (
        ("محافظه governorate province muhafazah muhafazat mohafazat", frozenset({"governorate"})),
        ("منطقه district mantiqa mantiqat mintaqat", frozenset({"district"})),
        ("ناحيه subdistrict nahiya nahiyah nahiyat nahia", frozenset({"subdistrict"})),
        ("مركز markaz", _MIDDLE),
    )
    for word in words.split()
}
_ARTICLES = frozenset(
    [
        "al",
        "el",
        "ul",
        "il",
        "ar",
        "er",
        "as",
        "es",
        "ash",
        "esh",
        "at",
        "et",
        "ath",
        "eth",
        "ad",
        "ed",
        "adh",
        "edh",
        "az",
        "ez",
        "an",
        "en",
        "ej",
        "aj",
    ]
)
_ANY_LEVEL = frozenset(LEVELS)
_SPELLINGS = (
    (re.compile(r"ou|oo"), "u"),
    (re.compile(r"ee"), "i"),
    (re.compile(r"ei|ey|ay"), "ai"),
    (re.compile(r"(?<=\w)(?:eh|ah)$"), "a"),
)
_AYN_SIGNS = str.maketrans(dict.fromkeys("‘ʻʼʽ′´", ""))
_DOUBLED = re.compile(r"([a-z])\1+")


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the gazetteer."""

    code: str
    """P-code, such as ``SY0303``."""

    level: str
    """One of ``LEVELS``."""

    parent: str | None
    """P-code of the place around it; None for a country."""

    label_en: str
    """Its name in English."""

    label_ar: str
    """Its name in Arabic."""

    aliases: tuple[str, ...]
    """Other spellings and names, in either script."""

    lat: float | None
    """Latitude of its middle, degrees, WGS 84; None when not known."""

    lon: float | None
    """Longitude of its middle, degrees, WGS 84; None when not known."""

    def label(self, lang: str) -> str:
        """Its name in Arabic for ``ar``, else in English."""
        return self.label_ar if lang == "ar" else self.label_en


class Gazetteer:
    """Places by code and by name; made by ``load``, never changed, and can be pickled."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = {place.code: place for place in places}
        self._by_key = _index(self._places.values())
        self.digest = _digest(self._places.values())
        """SHA-256 over all places, hexadecimal."""

    @classmethod
    def load(cls, extensions: Sequence[Path] = ()) -> Gazetteer:
        """The shipped places, with those of a user's files added.

        A row of a user's file whose code is known adds its aliases; other rows are new
        places, whose parent must be known.

        Raises:
            VocabularyError: A file is not one of places; file and line are named.
        """
        shipped = resources.files("bayyina.model").joinpath("vocabulary", "places", "syria.csv")
        places: dict[str, Place] = {}
        _add_rows(places, "syria.csv", shipped.read_text(encoding="utf-8"))
        for path in extensions:
            _add_rows(places, path.name, _text_of(path))
        return cls(places.values())

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def get(self, code: str) -> Place | None:
        """The place of a code."""
        return self._places.get(code)

    def read(
        self, text: str, level: str | None = None, *, within: str | None = None
    ) -> Place | None:
        """The place that a text names; None when there is none, or more than one.

        Args:
            text: A P-code, or a name in either script.
            level: The level meant. A place of another level is then not found.
            within: P-code of a place that it lies in.
        """
        found = self.candidates(text, level, within=within)
        if not found:
            return None
        highest = [place for place in found if place.level == found[0].level]
        return highest[0] if len(highest) == 1 else None

    def candidates(
        self, text: str, level: str | None = None, *, within: str | None = None
    ) -> tuple[Place, ...]:
        """All places that a text may name, the highest level first."""
        exact = self._places.get(text.strip().upper())
        if exact is not None:
            found: tuple[Place, ...] = (exact,)
        else:
            key, levels = place_key(text)
            found = tuple(p for p in self._by_key.get(key, ()) if p.level in levels)
        return tuple(
            place
            for place in found
            if (level is None or place.level == level)
            and (within is None or self.is_within(place.code, within))
        )

    def ancestor(self, code: str, level: str) -> str | None:
        """The code of the place of that level around a place; the place itself included."""
        place = self._places.get(code)
        while place is not None and place.level != level:
            place = self._places.get(place.parent) if place.parent else None
        return place.code if place else None

    def is_within(self, code: str, ancestor: str) -> bool:
        """Whether a place is another one or lies in it."""
        around = self._places.get(ancestor)
        return around is not None and self.ancestor(code, around.level) == ancestor

    def of_level(self, level: str) -> tuple[Place, ...]:
        """All places of a level, by code."""
        return tuple(sorted((p for p in self if p.level == level), key=lambda place: place.code))


@lru_cache(maxsize=65536)
def place_key(text: str) -> tuple[str, frozenset[str]]:
    """The form under which a name is looked up, and the levels that its words allow."""
    words = fold_label(text.translate(_AYN_SIGNS)).replace("sub district", "subdistrict").split()
    named = [word for word in words if word not in _LEVEL_WORDS]
    if not named:
        return "".join(words), _ANY_LEVEL
    levels = _ANY_LEVEL
    for word in words:
        levels &= _LEVEL_WORDS.get(word, _ANY_LEVEL)
    bare = [word for word in named if word not in _ARTICLES] or named
    return _DOUBLED.sub(r"\1", "".join(map(_spelled, bare))), levels


def _spelled(word: str) -> str:
    for pattern, usual in _SPELLINGS:
        word = pattern.sub(usual, word)
    return word


def _index(places: Iterable[Place]) -> dict[str, tuple[Place, ...]]:
    """Places by the keys of all their names, the highest level first."""
    by_key: dict[str, dict[str, Place]] = {}
    for place in sorted(places, key=lambda p: (LEVELS.index(p.level), p.code)):
        for name in (place.label_en, place.label_ar, *place.aliases):
            by_key.setdefault(place_key(name)[0], {})[place.code] = place
    return {key: tuple(found.values()) for key, found in by_key.items() if key}


def _digest(places: Iterable[Place]) -> str:
    rows = sorted(
        [p.code, p.level, p.parent, p.label_en, p.label_ar, list(p.aliases), p.lat, p.lon]
        for p in places
    )
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(
            f"The file of places {path.name} cannot be read.",
            hint="Check that it is there and is UTF-8 text.",
        ) from error


def _add_rows(places: dict[str, Place], name: str, text: str) -> None:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1)]
    rows = [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]
    cells = csv.reader(line for _, line in rows)
    header = tuple(next(cells, []))
    if header != COLUMNS:
        raise VocabularyError(
            f"{name} is not a file of places: its columns are not {','.join(COLUMNS)}.",
            hint="Give it exactly these columns, in this order.",
        )
    for (number, _), row in zip(rows[1:], cells, strict=True):
        if len(row) != len(COLUMNS):
            raise _wrong(name, number, "has not as many cells as columns")
        _add(
            places, _place(name, number, dict(zip(COLUMNS, row, strict=True)), places), name, number
        )


def _place(name: str, number: int, row: Mapping[str, str], places: Mapping[str, Place]) -> Place:
    known = places.get(row["code"])
    aliases = tuple(filter(None, (alias.strip() for alias in row["aliases"].split("|"))))
    if known is not None:
        return replace(known, aliases=tuple(dict.fromkeys((*known.aliases, *aliases))))
    return Place(
        code=row["code"],
        level=row["level"],
        parent=row["parent"] or None,
        label_en=row["label_en"],
        label_ar=row["label_ar"],
        aliases=aliases,
        lat=_degrees(name, number, row["lat"], 90),
        lon=_degrees(name, number, row["lon"], 180),
    )


def _add(places: dict[str, Place], place: Place, name: str, number: int) -> None:
    if not place.code or place.code != place.code.strip().upper():
        raise _wrong(name, number, "has no code, or one with small letters or space")
    if place.level not in LEVELS:
        raise _wrong(name, number, f"has a level that is not one of {', '.join(LEVELS)}")
    if not (place.label_en and place.label_ar):
        raise _wrong(name, number, "lacks its name in English or in Arabic")
    parent = places.get(place.parent or "")
    if (parent is None) != (place.level == "country"):
        raise _wrong(name, number, "has no parent that is known (only a country has none)")
    if parent is not None and LEVELS.index(parent.level) >= LEVELS.index(place.level):
        raise _wrong(name, number, "has a parent that is not of a higher level")
    places[place.code] = place


def _degrees(name: str, number: int, cell: str, limit: int) -> float | None:
    if not cell:
        return None
    try:
        degrees = float(cell)
    except ValueError:
        raise _wrong(name, number, "has a position that is not a number") from None
    if not -limit <= degrees <= limit:
        raise _wrong(name, number, "has a position outside the globe")
    return degrees


def _wrong(name: str, number: int, what: str) -> VocabularyError:
    return VocabularyError(f"{name}, line {number}: the place {what}.", hint="Correct that line.")
