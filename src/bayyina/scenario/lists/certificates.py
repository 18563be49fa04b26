"""Leaked death certificates: an Excel workbook, headers in English, contents in Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bayyina.scenario.forms import Cell, write_xlsx
from bayyina.scenario.lists.parts import MARK, MARK_HEADER, FictionalList, Told, is_harmless
from bayyina.scenario.people import Certificate, Person, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 6
_CAUSES = ("توقف القلب والتنفس", "احتشاء عضلة القلب", "قصور كلوي", "")
_SIGNERS = ("طبيب شرعي (توقيع غير مقروء)", "مدير المشفى (ختم)", "أمين السجل المدني (ختم)")


def rows(truth: Truth) -> Iterator[Told]:
    """Yield one row for each certificate."""
    hand = Hand(truth.seed, NUMBER)
    serial = 0
    for person in truth.persons:
        if person.certificate is not None:
            hand.take(person.number)
            serial += 1
            yield _row(hand, serial, person, person.certificate), is_harmless(person)


def _row(hand: Hand, serial: int, person: Person, certificate: Certificate) -> list[Cell]:
    died = person.death.day if person.death else ""
    received: Cell = certificate.received
    if len(certificate.received) == 10 and hand.chance(0.8):
        received = date.fromisoformat(certificate.received)
    return [
        f"FICT-DC-{serial:05d}",
        MARK,
        hand.arabic_name(person.name),
        hand.arabic_part(person.name.mother) if hand.chance(0.9) else "",
        person.identifier,
        hand.arabic_day(died),
        hand.rng.choice(_CAUSES),
        hand.place(person.governorate, "ar"),
        hand.rng.choice(_SIGNERS),
        received,
        certificate.notified,
    ]


LIST = FictionalList(
    slug="certificates",
    file_name="FICTIONAL-death-certificates.xlsx",
    title="FICTIONAL leaked death certificates",
    header=(
        "Certificate",
        MARK_HEADER,
        "Name (Arabic)",
        "Mother (Arabic)",
        "Shared no.",
        "Date of death on paper",
        "Cause on paper",
        "Place on paper",
        "Signed by",
        "Received on",
        "Family notified",
    ),
    rows=rows,
    write=write_xlsx,
    key=0,
    date=5,
)
