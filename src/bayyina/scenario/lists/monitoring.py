"""Monitoring since the order of the Court: an Excel workbook of February 2024.

Deaths and arrests since the order, and some that had happened years before and were
documented only now. Nothing in it was known in October.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bayyina.scenario.forms import Cell, write_xlsx
from bayyina.scenario.lists.parts import (
    MARK,
    MARK_HEADER,
    FictionalList,
    Told,
    is_harmless,
    is_told,
)
from bayyina.scenario.people import FEBRUARY, Custody, Death, Person, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 10
_LAST = date(2024, 2, 21)


def rows(truth: Truth) -> Iterator[Told]:
    """Yield one row for each incident."""
    hand = Hand(truth.seed, NUMBER)
    serial = 0
    for person in truth.persons:
        hand_taken = False
        for fact in (*person.custodies, person.death):
            if fact is None or not is_told(fact, FEBRUARY):
                continue
            if not hand_taken:
                hand.take(person.number)
                hand_taken = True
            serial += 1
            yield _row(hand, serial, person, fact), is_harmless(person)


def _row(hand: Hand, serial: int, person: Person, fact: Custody | Death) -> list[Cell]:
    is_arrest = isinstance(fact, Custody)
    day = fact.arrested if isinstance(fact, Custody) else fact.day
    custody = fact if isinstance(fact, Custody) else Custody(day, fact.by)
    return [
        f"FICT-MN-{serial:05d}",
        MARK,
        "arrest" if is_arrest else "death under torture",
        hand.arabic_name(person.name),
        hand.latin_name(person.name),
        person.identifier,
        person.sex,
        person.age_class,
        person.age if hand.chance(0.7) else "",
        date.fromisoformat(day),
        hand.place(person.governorate, "en"),
        hand.group(fact.by, "en"),
        custody.acknowledged,
        "yes" if custody.refused else "",
        date.fromisoformat(custody.released) if custody.released else "",
        _documented(hand, custody.released or day),
    ]


def _documented(hand: Hand, day: str) -> date:
    """Return when it was documented: within days, and never before the order was made."""
    earliest = max(date.fromisoformat(day), date(2023, 11, 20))
    return min(_LAST, earliest + timedelta(days=hand.rng.randint(0, 12)))


LIST = FictionalList(
    slug="monitoring",
    file_name="FICTIONAL-monitoring-since-order.xlsx",
    title="FICTIONAL monitoring since the order",
    header=(
        "Incident",
        MARK_HEADER,
        "What",
        "Name (Arabic)",
        "Name (English)",
        "Shared no.",
        "Sex",
        "Minor or adult",
        "Age",
        "Date",
        "Governorate",
        "Responsible",
        "Detention acknowledged",
        "Family refused information",
        "Released on",
        "Documented on",
    ),
    rows=rows,
    write=write_xlsx,
    key=0,
    date=9,
)
