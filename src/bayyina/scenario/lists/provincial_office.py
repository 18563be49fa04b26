"""A provincial office's list of arrests: an Excel workbook in English, romanised names.

It keeps the three southern governorates. Some of its dates are dates of the workbook, some
are text.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bayyina.scenario.forms import Cell, write_xlsx
from bayyina.scenario.lists.parts import (
    MARK,
    MARK_HEADER,
    PROVINCES,
    FictionalList,
    Told,
    age_then,
    is_harmless,
    is_told,
)
from bayyina.scenario.people import Custody, Person, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 2
_SEX = {"male": ("M", "male"), "female": ("F", "female")}


def rows(truth: Truth) -> Iterator[Told]:
    """Yield the office's rows."""
    hand = Hand(truth.seed, NUMBER)
    serial = 0
    for person in truth.persons:
        if person.governorate not in PROVINCES:
            continue
        hand.take(person.number)
        for custody in person.custodies:
            if is_told(custody):
                serial += 1
                yield _row(hand, serial, person, custody), is_harmless(person)


def _row(hand: Hand, serial: int, person: Person, custody: Custody) -> list[Cell]:
    return [
        f"FICT-PO-{serial:05d}",
        MARK,
        hand.latin_name(person.name),
        hand.latin_part(person.name.father) if hand.chance(0.6) else "",
        person.identifier,
        hand.one_of(_SEX[person.sex]),
        "minor" if person.age_class == "child" else "adult",
        age_then(person, custody) if hand.chance(0.7) else "",
        _cell(hand, custody.arrested),
        hand.place(person.governorate, "en"),
        hand.group(custody.by, "en"),
        custody.charge,
        custody.acknowledged,
        "yes" if custody.refused else "",
        _cell(hand, custody.released),
    ]


def _cell(hand: Hand, edtf: str) -> Cell:
    """Return a day as the workbook's own date or as text."""
    if len(edtf) == 10 and hand.chance(0.6):
        return date.fromisoformat(edtf)
    return hand.latin_day(edtf)


LIST = FictionalList(
    slug="provincial-office",
    file_name="FICTIONAL-provincial-office-south.xlsx",
    title="FICTIONAL list of a provincial office",
    header=(
        "Ref",
        MARK_HEADER,
        "Name",
        "Father",
        "Shared no.",
        "Sex",
        "Minor or adult",
        "Age",
        "Date of arrest",
        "Governorate",
        "Arrested by",
        "Charge",
        "Detention acknowledged",
        "Family refused information",
        "Released on",
    ),
    rows=rows,
    write=write_xlsx,
    key=0,
    date=8,
)
