"""People who were released, as a legal aid office saw them: an OpenDocument sheet, Arabic.

A second account of releases that the arrest lists know, dated a little later at times.
"""

from __future__ import annotations

from collections.abc import Iterator

from bayyina.scenario.forms import write_ods
from bayyina.scenario.lists.parts import MARK, MARK_HEADER, FictionalList, Told, is_told, luck
from bayyina.scenario.people import Custody, Person, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 8


def rows(truth: Truth) -> Iterator[Told]:
    """Yield one row for each release that the office saw."""
    hand = Hand(truth.seed, NUMBER)
    serial = 0
    for person in truth.persons:
        for custody in person.custodies:
            if _is_here(truth.seed, person, custody):
                hand.take(person.number)
                serial += 1
                yield _row(hand, serial, person, custody), person.cohort == "released"


def _is_here(seed: int, person: Person, custody: Custody) -> bool:
    known = bool(custody.released) and is_told(custody)
    return known and person.cohort != "release_date_unsure" and luck(seed, person.number, 6) < 550


def _row(hand: Hand, serial: int, person: Person, custody: Custody) -> list[str]:
    released = hand.shifted(custody.released, (1, 2, 3)) if hand.chance(0.3) else custody.released
    return [
        f"FICT-RL-{serial:05d}",
        MARK,
        hand.arabic_name(person.name),
        person.identifier,
        hand.arabic_day(released),
        hand.place(person.governorate, "ar", unknown=0.05),
        hand.group(custody.by, "ar"),
    ]


LIST = FictionalList(
    slug="releases",
    file_name="FICTIONAL-releases.ods",
    title="FICTIONAL list of people released",
    header=(
        "الرقم",
        MARK_HEADER,
        "الاسم",
        "الرقم المشترك",
        "تاريخ الإفراج",
        "المكان",
        "الجهة",
    ),
    rows=rows,
    write=write_ods,
    key=0,
    date=4,
)
