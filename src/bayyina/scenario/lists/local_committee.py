"""A local committee's list of deaths under torture: a ZIP with ``import.csv``, both scripts.

A few deaths stand here first; of others it gives a second account, with another place,
another day of the same month, or without the manner.
"""

from __future__ import annotations

from collections.abc import Iterator

from bayyina.scenario.forms import write_zip_csv
from bayyina.scenario.lists.parts import (
    MARK,
    MARK_HEADER,
    FictionalList,
    Told,
    home_of_death,
    is_harmless,
    is_second_account_safe,
    is_told,
    luck,
)
from bayyina.scenario.people import GOVERNMENT, Death, Person, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 9


def rows(truth: Truth) -> Iterator[Told]:
    """Yield the committee's rows."""
    hand = Hand(truth.seed, NUMBER)
    serial = 0
    for person in truth.persons:
        death = person.death
        if death is None or not is_told(death) or death.manner != "torture":
            continue
        first = home_of_death(truth.seed, person) == LIST.slug
        again = is_second_account_safe(death) and luck(truth.seed, person.number, 7) < 110
        if first or again:
            hand.take(person.number)
            serial += 1
            yield _row(hand, serial, person, death, first=first), is_harmless(person)


def _row(hand: Hand, serial: int, person: Person, death: Death, *, first: bool) -> list[str]:
    day = hand.shifted(death.day) if not first and hand.chance(0.4) else death.day
    place = "SY01" if not first and hand.chance(0.2) else person.governorate
    by = GOVERNMENT if not first and hand.chance(0.5) else death.by
    return [
        f"FICT-LC-{serial:05d}",
        MARK,
        hand.arabic_name(person.name),
        hand.latin_name(person.name),
        person.identifier,
        person.sex,
        person.age_class,
        hand.latin_day(day),
        hand.place(place, "en"),
        hand.group(by, "en"),
        "" if not first and hand.chance(0.15) else "torture",
    ]


LIST = FictionalList(
    slug="local-committee",
    file_name="FICTIONAL-local-committee.zip",
    title="FICTIONAL list of a local committee",
    header=(
        "id",
        MARK_HEADER,
        "name__ar",
        "name__en",
        "shared_number",
        "sex",
        "age_class",
        "date_of_death",
        "governorate",
        "responsible",
        "manner",
    ),
    rows=rows,
    write=write_zip_csv,
    key=0,
    date=7,
)
