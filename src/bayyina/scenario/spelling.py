"""How a list writes what it tells: names, dates and places, as many hands would.

A hand's choices depend on the seed, the list and the person only, never on other rows, so
that changing one person's truth leaves every other row as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from random import Random

from bayyina.model.month_names import LEVANTINE
from bayyina.scenario.people import Name
from bayyina.scenario.sampling import read_data, write_day

_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_NO_HAMZA = str.maketrans("أإآ", "ااا")


class Hand:
    """Writes names, dates and places in the way of one list."""

    def __init__(self, seed: int, list_number: int) -> None:
        self.rng = Random()
        self._base = (seed * 64 + list_number) << 32
        parts = read_data("name_parts.toml")
        self._latin: dict[str, Sequence[str]] = {
            **parts["male"],
            **parts["female"],
            **parts["family"],
        }
        places = read_data("places.toml")
        self._places: Mapping[str, Mapping[str, Sequence[str]]] = places
        groups = read_data("parties.toml")
        self._groups = {**groups["government"], **groups["others"]}

    def take(self, number: int) -> None:
        """Begin the row of a person or body: its choices depend on this number alone."""
        self.rng.seed(self._base + number)

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.rng.random() < probability

    def one_of(self, texts: Sequence[str]) -> str:
        """Return the usual text mostly, now and then one of the others."""
        if len(texts) == 1 or self.rng.random() < 0.7:
            return texts[0]
        return self.rng.choice(texts)

    def arabic_part(self, part: str) -> str:
        """Return a part of a name in Arabic, now and then spelled in another common way."""
        if self.rng.random() < 0.85:
            return part
        return self.rng.choice(_arabic_spellings(part))

    def arabic_name(self, name: Name) -> str:
        """Return a full name in Arabic: two to four parts, as lists give them."""
        chance = self.rng.random()
        if chance < 0.85:
            parts: tuple[str, ...] = (name.given, name.father, name.family)
        elif chance < 0.93:
            parts = (name.given, name.father, name.grandfather, name.family)
        elif chance < 0.98:
            parts = (name.given, name.family)
        else:
            parts = (name.family, name.given, name.father)
        return " ".join([self.arabic_part(part) for part in parts])

    def latin_part(self, part: str) -> str:
        """Return a part of a name in Latin letters, in one of its spellings."""
        return self.one_of(self._latin[part])

    def latin_name(self, name: Name) -> str:
        """Return a full name in Latin letters: two to four parts."""
        chance = self.rng.random()
        if chance < 0.6:
            parts: tuple[str, ...] = (name.given, name.father, name.family)
        elif chance < 0.75:
            parts = (name.given, name.father, name.grandfather, name.family)
        else:
            parts = (name.given, name.family)
        text = " ".join([self.latin_part(part) for part in parts])
        return text.upper() if chance > 0.97 else text

    def arabic_day(self, edtf: str, *, digits: bool = True) -> str:
        """Return a date as Arabic lists write it; ``digits`` allows Arabic-Indic ones."""
        chance = self.rng.random()
        if chance < 0.2 and len(edtf) > 4:
            return _with_month_name(edtf, LEVANTINE)
        if chance < 0.25:
            return edtf
        text = "/".join(reversed(edtf.split("-")))
        return text.translate(_ARABIC_DIGITS) if digits and chance > 0.93 else text

    def latin_day(self, edtf: str) -> str:
        """Return a date as English lists write it."""
        chance = self.rng.random()
        if chance < 0.5 and len(edtf) > 4:
            return _with_month_name(edtf, _ENGLISH)
        return edtf if chance < 0.75 else "/".join(reversed(edtf.split("-")))

    def shifted(self, edtf: str, days: Sequence[int] = (-3, -2, -1, 1, 2, 3)) -> str:
        """Return a day as another witness remembers it: a little off, in the same month."""
        if len(edtf) < 10:
            return edtf
        day = date.fromisoformat(edtf)
        moved = day.day + self.rng.choice(days)
        return write_day(day.replace(day=moved), "day") if 1 <= moved <= 28 else edtf

    def place(self, code: str, lang: str, *, unknown: float = 0.01) -> str:
        """Return a governorate as a list writes it, now and then that nobody knows."""
        chance = self.rng.random()
        if chance < unknown:
            return self.rng.choice(self._places["unknown"][lang]) if chance < unknown / 2 else ""
        return self.one_of(self._places[lang][code])

    def group(self, code: str, lang: str) -> str:
        """Return a group as a list writes it; an empty text for none."""
        return self.one_of(self._groups[code][lang]) if code else ""


def _with_month_name(edtf: str, months: Sequence[str]) -> str:
    """Return ``14 شباط 2013`` for a day, ``شباط 2013`` for a month."""
    year, month, *day = edtf.split("-")
    words = [*(str(int(one)) for one in day), months[int(month) - 1], year]
    return " ".join(words)


@cache
def _arabic_spellings(part: str) -> tuple[str, ...]:
    """Return common other spellings: without hamza, ta marbuta as ha, joined, stretched."""
    forms = {
        part.translate(_NO_HAMZA),
        part.replace("ة", "ه"),
        part.replace("ى", "ي"),
        part[:-1] + "ى" if part.endswith("ي") else part,
        part.replace("عبد ال", "عبدال"),
        part.replace("ؤ", "و").replace("ئ", "ي"),
        part[:1] + "ـ" + part[1:] if part[0] in "محسعف" else part,
    }
    others = sorted(forms - {part})
    return tuple(others) or (part,)
