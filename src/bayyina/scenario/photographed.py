"""Inventing the photographed bodies and whom their identifications name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bayyina.scenario.people import Body, Person
from bayyina.scenario.sampling import Inventor, read_data, write_day

BRANCHES = (215, 216, 220, 227, 235, 251)
"""Branch numbers that the cards show; which body shows which is invented."""


def invent_bodies(
    inventor: Inventor,
    cells: Mapping[str, int],
    *,
    known: Sequence[Person],
    candidates: Sequence[Person],
) -> tuple[list[Body], list[Person]]:
    """Return the bodies, and the people whom only an identification names.

    Args:
        inventor: Draws people and days.
        cells: How many bodies are ``known``, ``not-known``, ``verifying``, ``unidentified``.
        known: People whose death under torture is in the death records, one per known body.
        candidates: Disappeared people, some of whom identifications being verified name.
    """
    data = read_data("inventions.toml")
    named: list[Person] = []
    identifications = list(_settled(inventor, cells, known, named))
    of_held = int(cells["verifying"] * data["shares"]["verifying_of_disappeared"])
    chosen = inventor.rng.sample(candidates, min(of_held, len(candidates)))
    for index in range(cells["verifying"]):
        person = chosen[index] if index < len(chosen) else _new(inventor, "verifying", named)
        identifications.append(("being_verified", person.number))
    unidentified = cells["unidentified"]
    for state, share in data["identifications"].items():
        number = min(unidentified, int((cells["known"] + cells["not-known"]) * share))
        unidentified -= number
        identifications += [(state, _new(inventor, state, named).number) for _ in range(number)]
    identifications += [("unidentified", 0)] * unidentified
    inventor.rng.shuffle(identifications)
    bodies = [
        replace(_body(inventor, index), state=state, person=person)
        for index, (state, person) in enumerate(identifications, start=1)
    ]
    return bodies, named


def _settled(
    inventor: Inventor, cells: Mapping[str, int], known: Sequence[Person], named: list[Person]
) -> Iterator[tuple[str, int]]:
    for person in known:
        yield "identified", person.number
    for _ in range(cells["not-known"]):
        yield "identified", _new(inventor, "identified", named).number


def _new(inventor: Inventor, cohort: str, named: list[Person]) -> Person:
    """Return a new person whom nothing but an identification names."""
    person = inventor.person(cohort)
    named.append(person)
    return person


def _body(inventor: Inventor, number: int) -> Body:
    first, last = date(2011, 5, 1), date(2013, 8, 31)
    day = inventor.day_between(first, last)
    return Body(
        number=number,
        branch=inventor.rng.choice(BRANCHES),
        photographs=inventor.rng.choice((3, 4, 4, 4, 5, 5, 6)),
        governorate="SY01" if inventor.rng.random() < 0.7 else "SY03",
        day=write_day(day, "day"),
    )
