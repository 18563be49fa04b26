"""People in the lists who must not change any figure.

Held by others, released, accused of ordinary crimes, dead in another manner or by another
hand, outside the period, with a date too vague to be certain, or told of only later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bayyina.scenario.people import FEBRUARY, Certificate, Custody, Death, Person, Sentence
from bayyina.scenario.sampling import Inventor, bounds, read_data, write_day

LEAST = 3
"""How many of each kind there are even in the smallest scenario."""


def invent_bystanders(inventor: Inventor, targets: Mapping[str, int]) -> Iterator[Person]:
    """Yield the people of every kind, in number a share of the target they stand beside."""
    for kind, size in read_data("inventions.toml")["bystanders"].items():
        number = max(LEAST, int(targets[size["of"]] * size["share"]))
        for _ in range(number):
            yield _MAKERS[kind](inventor, inventor.person(kind))


def _released(inventor: Inventor, person: Person) -> Person:
    first, last = date(2011, 3, 15), date(2022, 12, 31)
    arrested = inventor.vague(inventor.day("arrest", first, last), first, last)
    earliest = bounds(arrested)[1] + timedelta(days=3)
    latest = min(date(2023, 8, 20), earliest + timedelta(days=900))
    released = inventor.vague(inventor.day_between(earliest, latest), earliest, latest)
    by = inventor.group("government")
    acknowledged = "yes" if inventor.rng.random() < 0.4 else ""
    return replace(person, custodies=(Custody(arrested, by, acknowledged, released=released),))


def _held_by_others(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2012, 6, 1), date(2023, 6, 30))
    by = inventor.group("others")
    return replace(person, custodies=(Custody(write_day(day, "day"), by, "no", refused=True),))


def _arrested_by_others_later(inventor: Inventor, person: Person) -> Person:
    first = inventor.day_between(date(2012, 1, 1), date(2014, 12, 31))
    released = first + timedelta(days=inventor.rng.randint(10, 300))
    again = released + timedelta(days=inventor.rng.randint(100, 900))
    freed = write_day(released, "day")
    return replace(
        person,
        custodies=(
            Custody(write_day(first, "day"), inventor.group("government"), released=freed),
            Custody(write_day(again, "day"), inventor.group("others"), "no", refused=True),
        ),
    )


def _criminal_charge(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2012, 1, 1), date(2023, 7, 31))
    by = inventor.group("government")
    custody = Custody(write_day(day, "day"), by, acknowledged="yes", charge="criminal")
    return replace(person, custodies=(custody,))


def _arrested_before_2011(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2003, 1, 1), date(2011, 2, 20))
    by = inventor.group("government")
    return replace(person, custodies=(Custody(write_day(day, "day"), by, "yes"),))


def _release_date_unsure(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2014, 1, 1), date(2021, 12, 31))
    by = inventor.group("government")
    return replace(person, custodies=(Custody(write_day(day, "day"), by, released="2023"),))


def _arrest_date_unsure(inventor: Inventor, person: Person) -> Person:
    arrested = "2011" if inventor.rng.random() < 0.5 else ""
    by = inventor.group("government")
    return replace(person, custodies=(Custody(arrested, by, "no", refused=True),))


def _death_by_others(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2012, 6, 1), date(2023, 6, 30))
    by = inventor.group("others")
    return replace(person, death=Death(write_day(day, "day"), "torture", by))


def _death_other_manner(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2011, 6, 1), date(2022, 6, 30))
    manner = inventor.rng.choice(tuple(read_data("parties.toml")["other_manners"]))
    by = inventor.group("government")
    return replace(person, death=Death(write_day(day, "day"), manner, by))


def _death_before_2011(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2004, 1, 1), date(2011, 2, 20))
    by = inventor.group("government")
    return replace(person, death=Death(write_day(day, "day"), "torture", by))


def _death_date_unsure(inventor: Inventor, person: Person) -> Person:
    day = inventor.rng.choice(("2011", "2023", ""))
    return replace(person, death=Death(day, "torture", inventor.group("government")))


def _prison_sentence(inventor: Inventor, person: Person) -> Person:
    first, last = date(2011, 6, 1), date(2023, 7, 31)
    day = write_day(inventor.day("sentence", first, last), "day")
    return replace(person, sentence=Sentence(day, "timed_imprisonment", "issued"))


def _certificate_notified(inventor: Inventor, person: Person) -> Person:
    return _certificate(inventor, person, "yes")


def _certificate_unclear(inventor: Inventor, person: Person) -> Person:
    return _certificate(inventor, person, "")


def _certificate(inventor: Inventor, person: Person, notified: str) -> Person:
    first, last = date(2011, 6, 1), date(2018, 3, 31)
    died = inventor.vague(inventor.day("death", first, last), first, last)
    received = inventor.day_between(date(2018, 5, 1), date(2023, 9, 30))
    certificate = Certificate(write_day(received, "day"), notified)
    return replace(person, death=Death(died, ""), certificate=certificate)


def _documented_later(inventor: Inventor, person: Person) -> Person:
    first, last = date(2012, 1, 1), date(2022, 12, 31)
    by = inventor.group("government")
    if inventor.rng.random() < 0.5:
        day = write_day(inventor.day("death", first, last), "day")
        return replace(person, death=Death(day, "torture", by, told=FEBRUARY))
    day = write_day(inventor.day("arrest", first, last), "day")
    return replace(person, custodies=(Custody(day, by, "no", refused=True, told=FEBRUARY),))


def _arrested_by_others_since_order(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2023, 11, 20), date(2024, 2, 15))
    by = inventor.group("others")
    custody = Custody(write_day(day, "day"), by, "no", refused=True, told=FEBRUARY)
    return replace(person, custodies=(custody,))


def _killed_by_others_since_order(inventor: Inventor, person: Person) -> Person:
    day = inventor.day_between(date(2023, 11, 20), date(2024, 2, 15))
    by = inventor.group("others")
    return replace(person, death=Death(write_day(day, "day"), "torture", by, told=FEBRUARY))


_MAKERS: Mapping[str, Callable[[Inventor, Person], Person]] = {
    "released": _released,
    "held_by_others": _held_by_others,
    "arrested_by_others_later": _arrested_by_others_later,
    "criminal_charge": _criminal_charge,
    "arrested_before_2011": _arrested_before_2011,
    "release_date_unsure": _release_date_unsure,
    "arrest_date_unsure": _arrest_date_unsure,
    "deaths_by_others": _death_by_others,
    "deaths_other_manner": _death_other_manner,
    "deaths_before_2011": _death_before_2011,
    "death_date_unsure": _death_date_unsure,
    "prison_sentences": _prison_sentence,
    "certificates_notified": _certificate_notified,
    "certificates_unclear": _certificate_unclear,
    "documented_later": _documented_later,
    "arrested_by_others_since_order": _arrested_by_others_since_order,
    "killed_by_others_since_order": _killed_by_others_since_order,
}
