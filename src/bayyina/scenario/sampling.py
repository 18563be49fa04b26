"""Drawing invented people: names, days, places, ages, from the weights in the data files.

Only ``random.Random`` with explicit integer seeds is used, so that the same arguments give
the same people in every process and on every platform.
"""

from __future__ import annotations

import calendar
import itertools
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from bayyina.scenario.people import Name, Person


@cache
def read_data(name: str) -> Mapping[str, Any]:
    """Return one of this package's TOML data files."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


class Weights:
    """Draws keys in proportion to their weights."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._keys = list(weights)
        self._sums = list(itertools.accumulate(weights.values()))

    def draw(self, rng: Random) -> str:
        """Return one key."""
        return rng.choices(self._keys, cum_weights=self._sums)[0]


def write_day(day: date, precision: str) -> str:
    """Return a day as EDTF with the precision ``day``, ``month`` or ``year``."""
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]


def bounds(edtf: str) -> tuple[date, date]:
    """Return the first and the last day of a year, month or day; it must not be empty."""
    if len(edtf) == 4:
        return date(int(edtf), 1, 1), date(int(edtf), 12, 31)
    year, month = int(edtf[:4]), int(edtf[5:7])
    if len(edtf) == 7:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    day = date(year, month, int(edtf[8:10]))
    return day, day


class Inventor:
    """Draws everything that makes one invented person."""

    def __init__(self, seed: int) -> None:
        data = read_data("inventions.toml")
        parts = read_data("name_parts.toml")
        self.rng = Random(seed)
        self._given = {"male": tuple(parts["male"]), "female": tuple(parts["female"])}
        self._family = tuple(parts["family"])
        self._years = {kind: Weights(table) for kind, table in data["years"].items()}
        self._governorates = Weights(data["governorates"])
        self._ages: Mapping[str, Sequence[int]] = data["ages"]
        parties = read_data("parties.toml")
        self._groups = {
            kind: Weights({code: group["weight"] for code, group in parties[kind].items()})
            for kind in ("government", "others")
        }
        self._numbers = itertools.count(1)

    def person(self, cohort: str, demographic: str = "") -> Person:
        """Return a new person: ``child``, ``woman``, ``man``, ``serviceman``, or any adult."""
        rng = self.rng
        if not demographic:
            demographic = "woman" if rng.random() < 0.07 else "man"
        female = demographic == "woman" or (demographic == "child" and rng.random() < 0.25)
        age_class = "child" if demographic == "child" else "adult"
        first, last = self._ages[age_class]
        return Person(
            number=next(self._numbers),
            cohort=cohort,
            sex="female" if female else "male",
            age_class=age_class,
            age=rng.randint(first, last),
            category="serviceman" if demographic == "serviceman" else "civilian",
            governorate=self._governorates.draw(rng),
            name=self._name("female" if female else "male"),
        )

    def _name(self, sex: str) -> Name:
        rng = self.rng
        given, male = self._given[sex], self._given["male"]
        own, father, grandfather = rng.choice(given), rng.choice(male), rng.choice(male)
        mother = rng.choice(self._given["female"])
        return Name(own, father, grandfather, rng.choice(self._family), mother)

    def group(self, kind: str) -> str:
        """Return the code of a group of one kind in ``parties.toml``."""
        return self._groups[kind].draw(self.rng)

    def day(self, kind: str, first: date, last: date) -> date:
        """Return a day from first to last; years weigh as the invented series ``kind`` does."""
        years = self._years[kind]
        while True:
            year = int(years.draw(self.rng))
            lo, hi = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
            if lo <= hi:
                return self.day_between(lo, hi)

    def day_between(self, first: date, last: date) -> date:
        """Return a day from first to last, all alike."""
        return first + timedelta(days=self.rng.randint(0, (last - first).days))

    def vague(self, day: date, first: date, last: date) -> str:
        """Return the day as EDTF, sometimes only its month or year, never leaving first to last."""
        chance = self.rng.random()
        precision = "day" if chance < 0.82 else "month" if chance < 0.95 else "year"
        if precision != "day":
            text = write_day(day, precision)
            lo, hi = bounds(text)
            if first <= lo and hi <= last:
                return text
        return write_day(day, "day")
