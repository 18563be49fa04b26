"""Whose the photographed bodies are: JSON Lines, one line an identification.

Besides those that are settled and those being verified it holds some that were withdrawn
and some that are only candidates.
"""

from __future__ import annotations

from collections.abc import Iterator

from bayyina.scenario.forms import write_json_lines
from bayyina.scenario.lists.parts import MARK, MARK_HEADER, FictionalList, Told, is_told
from bayyina.scenario.people import Body, Person, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 11
_BASES = ("family_recognition", "distinctive_mark", "card_number_series", "document")


def rows(truth: Truth) -> Iterator[Told]:
    """Yield one row for each identification."""
    hand = Hand(truth.seed, NUMBER)
    wanted = {body.person for body in truth.bodies}
    by_number = {person.number: person for person in truth.persons if person.number in wanted}
    serial = 0
    for body in truth.bodies:
        if body.person:
            hand.take(body.number)
            serial += 1
            yield _row(hand, serial, body, by_number[body.person]), body.state == "withdrawn"


def _row(hand: Hand, serial: int, body: Body, person: Person) -> list[str]:
    known = "yes" if _is_known(person) else "no"
    return [
        f"FICT-ID-{serial:05d}",
        MARK,
        body.key,
        body.state,
        f"{2015 + body.number % 8}-{1 + body.number % 6:02d}",
        "|".join(hand.rng.sample(_BASES, 2)),
        known if body.state == "identified" else "",
        hand.arabic_name(person.name),
        hand.latin_name(person.name) if hand.chance(0.4) else "",
        person.identifier,
        person.sex,
    ]


def _is_known(person: Person) -> bool:
    death = person.death
    return death is not None and is_told(death) and death.manner == "torture"


LIST = FictionalList(
    slug="identifications",
    file_name="FICTIONAL-identifications.jsonl",
    title="FICTIONAL identifications of photographed bodies",
    header=(
        "id",
        MARK_HEADER,
        "body",
        "state",
        "date",
        "basis",
        "death_already_recorded",
        "name_ar",
        "name_en",
        "shared_number",
        "sex",
    ),
    rows=rows,
    write=write_json_lines,
    key=0,
    date=4,
)
