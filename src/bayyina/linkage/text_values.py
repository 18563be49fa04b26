"""Free texts and places compared: whole, by their words, by spelling, by distance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from bayyina.linkage.arrays import Bytes, Doubles, Ints32, Ints64, Words64
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.encoding import Encoded, encode_as
from bayyina.linkage.in_threads import by_slices
from bayyina.linkage.measured import Measured
from bayyina.linkage.pair_tables import Notes, PairTable, answered, look_up
from bayyina.linkage.spelling import jaro_winkler, spelled
from bayyina.model.places import Gazetteer, Place
from bayyina.names.normal_forms import normal_form

LEVELS: Final = ("missing", "different", "something in common", "alike", "same")
_ALIKE: Final = np.float32(0.9)
_EARTH_KM: Final = 6371.0088
_NEAR_KM: Final = 15.0
_AROUND_KM: Final = 60.0


def read_texts(texts: Sequence[str]) -> Encoded[str]:
    """The normal forms of a column's texts."""
    return encode_as(texts, lambda text: normal_form(text) or None)


@compiled_bare
def _levels(
    left: Any, right: Any, codes: Any, shares: Any, entries: Any, notes: Any, levels: Any,
    rarity: Any,
) -> Any:  # fmt: skip
    """Write levels and rarity of pairs of rows; gives how many could not be answered."""
    unanswered = 0
    for pair in range(len(left)):
        a, b = codes[left[pair]], codes[right[pair]]
        if a < 0 or b < 0:
            continue
        level = np.int64(4) if a == b else look_up(entries, a, b, notes)
        if level < 0:
            notes.again[unanswered] = pair
            unanswered += 1
            continue
        levels[pair] = level
        rarity[pair] = max(shares[a], shares[b]) if level >= 3 else np.float32(0.0)
    return unanswered


@compiled_bare
def _words_in_common(a: Any, b: Any, words: Any, begins: Any) -> Any:
    """Level of two texts by how many of their words, each in ascending order, both have."""
    x, y, shared = begins[a], begins[b], 0
    while x < begins[a + 1] and y < begins[b + 1]:
        if words[x] == words[y]:
            shared += 1
            x += 1
            y += 1
        elif words[x] < words[y]:
            x += 1
        else:
            y += 1
    if shared == 0:
        return 1
    fewer = min(begins[a + 1] - begins[a], begins[b + 1] - begins[b])
    return 3 if shared == fewer and shared > 1 else 2


@compiled_bare
def _by_letters(
    first: Any, second: Any, letters: Any, starts: Any, space: Any, words: Any, begins: Any,
    levels: Any,
) -> None:  # fmt: skip
    """Levels of pairs of texts by their letters and their words."""
    for pair in range(len(first)):
        x, y = first[pair], second[pair]
        a, b = starts[x], starts[y]
        m, n = starts[x + 1] - a, starts[y + 1] - b
        if np.float32(jaro_winkler(letters, a, m, b, n, space.taken, space.common)) >= _ALIKE:
            levels[pair] = 3
        elif begins[x + 1] - begins[x] > 1 or begins[y + 1] - begins[y] > 1:
            levels[pair] = _words_in_common(x, y, words, begins)
        else:
            levels[pair] = 1


def _numbered_words(texts: Sequence[str]) -> tuple[Ints32, Ints64]:
    """The different words of each text as numbers in ascending order, and where each text begins."""
    numbers: dict[str, int] = {}
    of_text = [
        sorted({numbers.setdefault(word, len(numbers)) for word in text.split()}) for text in texts
    ]
    begins = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(words) for words in of_text], out=begins[1:])
    flat = np.fromiter((w for words in of_text for w in words), np.int32, count=int(begins[-1]))
    return flat, begins


class TextComparison:
    """Compares texts, each pair of different texts once."""

    level_names = LEVELS
    rare_levels = frozenset({3, 4})

    def __init__(self, label: str, texts: Encoded[str], gazetteer: Gazetteer | None = None) -> None:
        self.label = label
        self._codes = texts.codes
        counts = np.maximum(texts.counts(), 1)
        self._shares = np.log(counts / max(1, counts.sum())).astype(np.float32)
        self._letters = spelled(texts.values)
        self._words = _numbered_words(texts.values)
        self._places = _places_of(texts.values, gazetteer)
        self._pairs = PairTable(self._alike)

    def measure(self, left: Ints32, right: Ints32) -> Measured:
        """Levels of the texts of pairs of rows."""
        levels = np.zeros(len(left), dtype=np.uint8)
        rarity = np.zeros(len(left), dtype=np.float32)

        def measure(which: Ints32 | None, entries: Words64, notes: Notes) -> int:
            a, b = (left, right) if which is None else (left[which], right[which])
            now = levels if which is None else np.zeros(len(a), dtype=np.uint8)
            rare = rarity if which is None else np.zeros(len(a), dtype=np.float32)
            unanswered: int = _levels(a, b, self._codes, self._shares, entries, notes, now, rare)
            if which is not None:
                levels[which], rarity[which] = now, rare
            return unanswered

        answered(self._pairs, len(left), measure)
        return Measured(levels, rarity)

    def _alike(self, first: Ints32, second: Ints32) -> Bytes:
        letters = self._letters
        levels = np.empty(len(first), dtype=np.uint8)
        by_slices(
            lambda part: _by_letters(
                first[part],
                second[part],
                letters.letters,
                letters.starts,
                letters.space(),
                *self._words,
                levels[part],
            ),
            len(first),
        )
        return self._by_distance(first, second, levels)

    def _by_distance(self, first: Ints32, second: Ints32, levels: Bytes) -> Bytes:
        if self._places is None:
            return levels
        a, b = self._places[first], self._places[second]
        known = ~(np.isnan(a[:, 0]) | np.isnan(b[:, 0]))
        apart = distances_km(a, b)
        levels[known] = 1
        levels[known & (apart <= _AROUND_KM)] = 2
        levels[known & (apart <= _NEAR_KM)] = 3
        levels[known & (apart == 0.0)] = 4
        return levels


def _places_of(texts: Sequence[str], gazetteer: Gazetteer | None) -> Doubles | None:
    """Latitude and longitude of the places that texts name, shape (texts, 2); NaN if unknown."""
    if gazetteer is None:
        return None
    found = [gazetteer.read(text) for text in texts]
    if not any(place is not None and place.lat is not None for place in found):
        return None
    return np.array([_position(place) for place in found], dtype=np.float64)


def _position(place: Place | None) -> tuple[float, float]:
    if place is None or place.lat is None or place.lon is None:
        return (np.nan, np.nan)
    return (place.lat, place.lon)


def distances_km(a: Doubles, b: Doubles) -> Doubles:
    """Great-circle distance of points in degrees, shape (pairs, 2), by the haversine formula."""
    lat_a, lon_a, lat_b, lon_b = np.radians(np.hstack([a, b])).T
    half = np.sin((lat_b - lat_a) / 2) ** 2
    half += np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    apart: Doubles = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return apart
