"""Inventing the truth: the people for whom the figures come out as the targets say.

Cells of ``cells.py`` become cohorts of people. Around them stand people who must not
change any figure: held by others, released, dead in another manner, outside the period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TypedDict

from bayyina.scenario.bystanders import invent_bystanders
from bayyina.scenario.cells import Cells
from bayyina.scenario.people import (
    FEBRUARY,
    GOVERNMENT,
    Body,
    Certificate,
    Custody,
    Death,
    Person,
    Sentence,
    Truth,
)
from bayyina.scenario.photographed import invent_bodies
from bayyina.scenario.sampling import Inventor, bounds, read_data, write_day

UPRISING = date(2011, 3, 15)
"""First day on which anybody of the counted cohorts was arrested or killed."""

CENSUS = date(2023, 8, 31)
"""The day as of which the held are counted."""

THRESHOLD = timedelta(days=21)
"""Every counted disappeared was arrested at least so long before the day of the count."""

CAESAR = (date(2011, 5, 1), date(2013, 8, 31))
"""From when to when the photographed people died."""

ORDER = (date(2023, 11, 17), date(2024, 2, 21))
"""The days after the order until the statement."""


class Concealment(TypedDict):
    """What is known of whether custody was admitted."""

    acknowledged: str
    """``no``, or empty when nothing is known."""

    refused: bool
    """Whether the family asked and was refused information."""


def invent_truth(cells: Cells, targets: Mapping[str, int], *, seed: int) -> Truth:
    """Return the people and bodies that give these cells; the same seed gives the same."""
    inventor = Inventor(seed)
    shares: Mapping[str, float] = read_data("inventions.toml")["shares"]
    dead = list(_torture_deaths(inventor, cells, shares["dead_with_arrest"]))
    held = list(_held(inventor, cells["held"], shares))
    held = _with_sentences(inventor, held, cells["sentences"]["commuted"], shares)
    commuted_in_lists = sum(person.sentence is not None for person in held)
    own_commuted = cells["sentences"]["commuted"] - commuted_in_lists
    sentenced = list(_sentenced(inventor, cells["sentences"], own_commuted, shares))
    dead, certified = _certified(inventor, dead, cells["certificates"]["not-notified"], shares)
    held, killed = _killed_since_order(inventor, held, cells["order-killed"]["killed"])
    arrested = list(_arrested_since_order(inventor, cells))
    bystanders = list(invent_bystanders(inventor, targets))
    known = [p for p in dead if p.cohort == "torture-death-photographed"]
    candidates = [p for p in held if p.cohort == "disappeared" and p.death is None]
    bodies, named = invent_bodies(inventor, cells["bodies"], known=known, candidates=candidates)
    groups = (dead, held, sentenced, certified, killed, arrested, bystanders, named)
    return _shuffled(inventor, [p for group in groups for p in group], bodies, seed)


def _shuffled(inventor: Inventor, persons: list[Person], bodies: list[Body], seed: int) -> Truth:
    """Return the truth with new numbers, so that lists do not show why people were invented."""
    numbers = list(range(1, len(persons) + 1))
    inventor.rng.shuffle(numbers)
    new = {person.number: number for person, number in zip(persons, numbers, strict=True)}
    renumbered = [replace(person, number=new[person.number]) for person in persons]
    renumbered.sort(key=lambda person: person.number)
    named = (replace(b, person=new[b.person]) if b.person else b for b in bodies)
    return Truth(seed=seed, persons=tuple(renumbered), bodies=tuple(named))


def _torture_deaths(inventor: Inventor, cells: Cells, with_arrest: float) -> Iterator[Person]:
    photographed = cells["bodies"]["known"]
    for demographic in ("man", "woman", "child"):
        for _ in range(cells["deaths"][f"{demographic}-2023"]):
            day = inventor.day_between(date(2023, 1, 3), date(2023, 10, 8))
            edtf = inventor.vague(day, date(2023, 1, 1), date(2023, 9, 30))
            person = inventor.person("torture-death", demographic)
            yield replace(person, death=Death(edtf, "torture", inventor.group("government")))
        for _ in range(cells["deaths"][f"{demographic}-earlier"]):
            first, last = CAESAR if photographed else (date(2011, 3, 20), date(2022, 12, 31))
            cohort = "torture-death-photographed" if photographed else "torture-death"
            photographed = max(0, photographed - 1)
            edtf = inventor.vague(inventor.day("death", first, last), first, last)
            person = inventor.person(cohort, demographic)
            death = Death(edtf, "torture", inventor.group("government"))
            yield _perhaps_arrested(inventor, replace(person, death=death), edtf, with_arrest)


def _perhaps_arrested(inventor: Inventor, person: Person, end: str, share: float) -> Person:
    """Return the person with an arrest that certainly came before the end, or without any."""
    if inventor.rng.random() >= share:
        return person
    last = bounds(end)[0] - timedelta(days=inventor.rng.randint(5, 500))
    if last < UPRISING:
        return person
    custody = Custody(
        arrested=write_day(last, "day"),
        by=inventor.group("government"),
        acknowledged="no",
        refused=inventor.rng.random() < 0.5,
    )
    return replace(person, custodies=(custody,))


def _held(
    inventor: Inventor, cells: Mapping[str, int], shares: Mapping[str, float]
) -> Iterator[Person]:
    for demographic in ("man", "woman", "child"):
        for _ in range(cells[f"{demographic}-disappeared"]):
            person = inventor.person("disappeared", demographic)
            custody = _custody(inventor, CENSUS - THRESHOLD, **_concealment(inventor))
            yield _with_earlier_custody(inventor, person, custody, shares["held_arrested_before"])
        for _ in range(cells[f"{demographic}-acknowledged"]):
            person = inventor.person("held", demographic)
            if inventor.rng.random() < shares["held_arrested_last_days"]:
                yield replace(person, custodies=(_recent_custody(inventor),))
                continue
            # why: where nothing is known of an acknowledgement, no refusal is known either
            acknowledged = "yes" if inventor.rng.random() < 0.9 else ""
            custody = _custody(inventor, CENSUS, acknowledged=acknowledged, refused=False)
            yield replace(person, custodies=(custody,))


def _concealment(inventor: Inventor) -> Concealment:
    """Return how custody was concealed: not admitted, information refused, or both."""
    chance = inventor.rng.random()
    acknowledged = "no" if chance < 0.8 else ""
    return {"acknowledged": acknowledged, "refused": not 0.5 <= chance < 0.8}


def _custody(inventor: Inventor, last: date, *, acknowledged: str, refused: bool) -> Custody:
    day = inventor.day("arrest", UPRISING, last)
    return Custody(
        arrested=inventor.vague(day, UPRISING, last),
        by=inventor.group("government"),
        acknowledged=acknowledged,
        refused=refused,
    )


def _recent_custody(inventor: Inventor) -> Custody:
    """Return an arrest too recent for a rule of twenty days, though information is refused."""
    day = inventor.day_between(CENSUS - timedelta(days=18), CENSUS - timedelta(days=1))
    by = inventor.group("government")
    return Custody(write_day(day, "day"), by, acknowledged="no", refused=True)


def _with_earlier_custody(
    inventor: Inventor, person: Person, custody: Custody, share: float
) -> Person:
    """Return the person held, sometimes after an earlier arrest that certainly had ended."""
    arrested = bounds(custody.arrested)[0]
    released = arrested - timedelta(days=inventor.rng.randint(200, 900))
    before = released - timedelta(days=inventor.rng.randint(10, 500))
    grown_up = person.age - (arrested.year - before.year) - 1 >= 18
    if inventor.rng.random() >= share or before < UPRISING or not grown_up:
        return replace(person, custodies=(custody,))
    by = inventor.group("government" if inventor.rng.random() < 0.6 else "others")
    earlier = Custody(write_day(before, "day"), by, released=write_day(released, "day"))
    return replace(person, custodies=(earlier, custody))


def _with_sentences(
    inventor: Inventor, held: list[Person], commuted: int, shares: Mapping[str, float]
) -> list[Person]:
    """Return the held; some of those who are acknowledged have a commuted death sentence."""
    left = int(commuted * shares["commuted_still_held"])
    result: list[Person] = []
    for person in held:
        first = bounds(person.custodies[-1].arrested)[1] + timedelta(days=20)
        fits = person.cohort == "held" and person.age_class == "adult"
        if left and fits and first < date(2023, 7, 1):
            day = inventor.day_between(first, min(date(2023, 8, 1), first + timedelta(days=700)))
            person = replace(person, sentence=Sentence(write_day(day, "day"), "death", "commuted"))
            left -= 1
        result.append(person)
    return result


def _sentenced(
    inventor: Inventor, cells: Mapping[str, int], own_commuted: int, shares: Mapping[str, float]
) -> Iterator[Person]:
    for _ in range(own_commuted):
        sentence = Sentence(_sentence_day(inventor), "death", "commuted")
        yield replace(inventor.person("commuted"), sentence=sentence)
    for demographic in ("man", "serviceman", "woman", "child"):
        for _ in range(cells[f"executed-{demographic}"]):
            issued = _sentence_day(inventor)
            day = bounds(issued)[1] + timedelta(days=inventor.rng.randint(3, 25))
            done = inventor.vague(day, bounds(issued)[1] + timedelta(days=1), CENSUS)
            person = inventor.person("executed", demographic)
            person = replace(person, sentence=Sentence(issued, "death", "carried_out", done))
            if inventor.rng.random() < 0.05:
                person = replace(person, death=Death(done, "judicial_execution", GOVERNMENT))
            yield _perhaps_arrested(inventor, person, issued, shares["executed_with_arrest"])


def _sentence_day(inventor: Inventor) -> str:
    first, last = date(2011, 3, 20), date(2023, 7, 31)
    return inventor.vague(inventor.day("sentence", first, last), first, last)


def _certified(
    inventor: Inventor, dead: list[Person], number: int, shares: Mapping[str, float]
) -> tuple[list[Person], list[Person]]:
    """Return the dead, some with a certificate, and further people known from one only.

    Nobody of the latter stands in a list of arrests: a certificate ends no custody until two people
    have laid it to somebody, and nobody does so in the invention.
    """
    earlier = [i for i, p in enumerate(dead) if p.death and p.death.day < "2022"]
    of_known = min(len(earlier), int(number * shares["certificates_of_known_deaths"]))
    for index in inventor.rng.sample(earlier, of_known):
        dead[index] = replace(dead[index], certificate=_certificate(inventor))
    others: list[Person] = []
    for _ in range(number - of_known):
        first, last = date(2011, 4, 1), date(2022, 12, 31)
        edtf = inventor.vague(inventor.day("death", first, last), first, last)
        person = replace(inventor.person("certificate"), death=Death(edtf, ""))
        person = replace(person, certificate=_certificate(inventor))
        # why: drawn and left out, so that a seed gives everybody else as it did before
        arrested = _perhaps_arrested(inventor, person, edtf, shares["dead_with_arrest"])
        others.append(replace(arrested, custodies=()))
    return dead, others


def _certificate(inventor: Inventor) -> Certificate:
    first, last = date(2022, 1, 10), date(2023, 9, 30)
    day = inventor.day_between(first, last)
    return Certificate(inventor.vague(day, first, last), "no")


def _killed_since_order(
    inventor: Inventor, held: list[Person], number: int
) -> tuple[list[Person], list[Person]]:
    """Return the held, of whom some were killed later, and others killed since the order."""
    able = [i for i, p in enumerate(held) if p.cohort == "disappeared" and p.sentence is None]
    of_held = min(len(able), number // 2)
    for index in inventor.rng.sample(able, of_held):
        held[index] = replace(held[index], death=_death_since_order(inventor))
    others = [
        replace(inventor.person("order-killed"), death=_death_since_order(inventor))
        for _ in range(number - of_held)
    ]
    return held, others


def _death_since_order(inventor: Inventor) -> Death:
    day = inventor.day_between(ORDER[0], ORDER[1] - timedelta(days=2))
    return Death(write_day(day, "day"), "torture", inventor.group("government"), told=FEBRUARY)


def _arrested_since_order(inventor: Inventor, cells: Cells) -> Iterator[Person]:
    demographics = [name for name, n in cells["order-people"].items() for _ in range(n)]
    outcomes = [name for name, n in cells["order-outcomes"].items() for _ in range(n)]
    inventor.rng.shuffle(outcomes)
    for demographic, outcome in zip(demographics, outcomes, strict=True):
        person = inventor.person(f"order-{outcome}", demographic)
        yield replace(person, custodies=(_custody_since_order(inventor, outcome),))


def _custody_since_order(inventor: Inventor, outcome: str) -> Custody:
    by = inventor.group("government")
    if outcome == "released":
        day = inventor.day_between(ORDER[0], ORDER[1] - timedelta(days=5))
        released = inventor.day_between(day + timedelta(days=1), ORDER[1])
        freed = write_day(released, "day")
        return Custody(write_day(day, "day"), by, released=freed, told=FEBRUARY)
    if outcome == "disappeared":
        last = ORDER[1] - THRESHOLD
        day = inventor.day_between(ORDER[0], last)
        arrested = write_day(day, "day")
        return Custody(arrested, by, acknowledged="no", refused=True, told=FEBRUARY)
    day = inventor.day_between(ORDER[1] - timedelta(days=17), ORDER[1] - timedelta(days=1))
    return Custody(write_day(day, "day"), by, told=FEBRUARY)
