"""Records of deaths: CSV in Windows-1256 with semicolons, Arabic.

Most deaths under torture stand here first. It also tells of deaths in other manners, of
deaths by other hands, and of some people twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bayyina.scenario.forms import Row, write_csv
from bayyina.scenario.lists.parts import (
    MARK_HEADER,
    FictionalList,
    Told,
    home_of_death,
    is_harmless,
    is_told,
)
from bayyina.scenario.people import Death, Person, Truth
from bayyina.scenario.sampling import read_data
from bayyina.scenario.spelling import Hand

NUMBER = 3
_CAUSES = ("", "", "توقف قلب وتنفس", "احتشاء عضلة قلبية", "غير مذكور")


def rows(truth: Truth) -> Iterator[Told]:
    """Yield the rows of deaths."""
    hand = Hand(truth.seed, NUMBER)
    manners = {**read_data("parties.toml")["other_manners"]}
    manners |= {"torture": "تعذيب", "judicial_execution": "إعدام"}
    serial = 0
    for person in truth.persons:
        death = person.death
        if death is None or not is_told(death) or not death.manner:
            continue
        if home_of_death(truth.seed, person) != LIST.slug and death.manner == "torture":
            continue
        hand.take(person.number)
        serial += 1
        yield _row(hand, serial, person, death, manners), is_harmless(person)
        if len(death.day) == 10 and death.day < "2022" and hand.chance(0.02):
            serial += 1
            moved = Death(hand.shifted(death.day), death.manner, death.by)
            yield _row(hand, serial, person, moved, manners), False


def _row(
    hand: Hand, serial: int, person: Person, death: Death, manners: dict[str, str]
) -> list[str]:
    manner = manners[death.manner]
    if death.manner == "torture" and hand.chance(0.3):
        manner = "تحت التعذيب"
    return [
        f"FICT-TD-{serial:05d}",
        "نعم",
        hand.arabic_name(person.name),
        person.identifier,
        "أنثى" if person.sex == "female" else "ذكر",
        "طفل" if person.age_class == "child" else "بالغ",
        str(person.age) if hand.chance(0.6) else "",
        hand.place(person.governorate, "ar"),
        hand.arabic_day(death.day, digits=False),
        manner,
        hand.group(death.by, "ar"),
        hand.rng.choice(_CAUSES) if death.manner == "torture" else "",
    ]


def _write(path: Path, header: Sequence[str], told: Iterable[Row]) -> int:
    return write_csv(path, header, told, delimiter=";", encoding="cp1256")


LIST = FictionalList(
    slug="torture-deaths",
    file_name="FICTIONAL-deaths.csv",
    title="FICTIONAL records of deaths",
    header=(
        "الرقم",
        MARK_HEADER,
        "الاسم",
        "الرقم المشترك",
        "الجنس",
        "الفئة",
        "العمر",
        "المحافظة",
        "تاريخ الوفاة",
        "كيفية الوفاة",
        "الجهة المسؤولة",
        "السبب المذكور",
    ),
    rows=rows,
    write=_write,
    key=0,
    date=8,
)
