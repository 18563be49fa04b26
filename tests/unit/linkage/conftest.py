"""Invented people with mistakes, and where they came from."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from bayyina.linkage.columns import Field, PersonList

GIVEN = [
    "daro",
    "felim",
    "gomar",
    "hanok",
    "jerub",
    "kalim",
    "lomar",
    "medan",
    "norib",
    "pasul",
    "ritem",
    "sorab",
    "tumel",
    "vakil",
]
FAMILY = [a + b for a in ["bar", "dun", "fel", "gor", "har", "kem", "lor", "mat", "nes", "por"] for b in
          ["ado", "emi", "iko", "olu", "uta"]]  # fmt: skip
PLACES = [
    f"{word} quarter" for word in ["north", "south", "east", "west", "upper", "lower", "old", "new"]
]
FIELDS = (
    Field("name", "name"),
    Field("birth", "born"),
    Field("sex", "sex"),
    Field("place", "place"),
)

Row = dict[str, str]


def invent(random: random.Random) -> Row:
    """An invented person of three names."""
    given, father = random.choice(GIVEN), random.choice(GIVEN)
    day = f"{random.randint(1950, 2005)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return {
        "name": f"{given} {father} {random.choice(FAMILY)}",
        "born": day,
        "sex": random.choice(["m", "f"]),
        "place": random.choice(PLACES),
    }


def mistaken(row: Row, random: random.Random) -> Row:
    """The row with one or two mistakes."""
    copy = dict(row)
    for _ in range(random.randint(1, 2)):
        kind = random.randrange(4)
        if kind == 0:
            at = random.randrange(len(copy["name"]))
            copy["name"] = (
                copy["name"][:at] + random.choice("aeiou") + copy["name"][at + 1 :]
            ).strip()
        elif kind == 1:
            copy["born"] = copy["born"][:4]
        elif kind == 2:
            copy["born"] = ""
        else:
            copy["place"] = random.choice(PLACES)
    return copy


def as_list(label: str, rows: Sequence[Row], first: int = 0) -> PersonList:
    """Rows as a list whose ids are numbers."""
    ids = [str(first + number) for number in range(len(rows))]
    columns = {key: [row[key] for row in rows] for key in ("name", "born", "sex", "place")}
    return PersonList(label, ids, columns)


Repeated = tuple[PersonList, np.ndarray]


@pytest.fixture(scope="session")
def repeated() -> Repeated:
    """One list in which most people stand twice or three times, and who each row is."""
    dice = random.Random(7)
    rows: list[Row] = []
    truth: list[int] = []
    for number in range(500):
        person = invent(dice)
        rows.append(person)
        truth.append(number)
        for _ in range(dice.randrange(3)):
            rows.append(mistaken(person, dice))
            truth.append(number)
    return as_list("A", rows), np.array(truth)


@pytest.fixture(scope="session")
def two_lists() -> tuple[PersonList, PersonList, set[tuple[str, str]]]:
    """Two lists of different people, a part of whom stand on both, and the pairs of ids."""
    dice = random.Random(8)
    people = [invent(dice) for _ in range(900)]
    first, second = people[:600], [mistaken(one, dice) for one in people[300:]]
    pairs = {(str(300 + number), str(1000 + number)) for number in range(300)}
    return as_list("A", first), as_list("B", second, first=1000), pairs


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., PersonList]:
    """Makes a list of rows."""
    return as_list
