"""A families' association's list: CSV pasted together from two encodings, Arabic.

It tells of disappeared people whom the register knows too, of a few whom nobody else
knows, and of deaths that families heard of.
"""

from __future__ import annotations

from collections.abc import Iterator

from bayyina.scenario.forms import write_mixed_csv
from bayyina.scenario.lists.parts import (
    MARK_HEADER,
    FictionalList,
    Told,
    home_of_custody,
    is_second_account_safe,
    is_told,
    luck,
    may_move,
)
from bayyina.scenario.people import Custody, Death, Person, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 4
_BLANK = Custody("", "")
_ANSWERS = ("رُفض الجواب", "أنكروا وجوده")


def rows(truth: Truth) -> Iterator[Told]:
    """Yield the association's rows."""
    hand = Hand(truth.seed, NUMBER)
    serial = 0
    for person in truth.persons:
        known = _custody(truth.seed, person), _death(truth.seed, person)
        if known == (None, None):
            continue
        hand.take(person.number)
        serial += 1
        yield _row(hand, serial, person, *known), person.cohort == "held_by_others"


def _custody(seed: int, person: Person) -> Custody | None:
    """Return the arrest that the family told of, or None when it told of none."""
    if not person.custodies or is_told(person.death):
        return None
    custody = person.custodies[-1]
    if home_of_custody(seed, person) == "families":
        return custody
    tells = person.cohort == "disappeared" and luck(seed, person.number, 4) < 130
    tells |= person.cohort == "held_by_others" and luck(seed, person.number, 4) < 300
    return custody if tells else None


def _death(seed: int, person: Person) -> Death | None:
    """Return the death that the family heard of, or None."""
    death = person.death
    if death is None or not is_told(death) or person.cohort != "torture-death":
        return None
    again = is_second_account_safe(death) and luck(seed, person.number, 5) < 60
    return death if again else None


def _row(
    hand: Hand, serial: int, person: Person, custody: Custody | None, death: Death | None
) -> list[str]:
    name = person.name
    arrest = custody or _BLANK
    arrested = arrest.arrested
    # why: a later arrest that says nothing of an acknowledgement would hide that there was none
    if custody and custody.refused and may_move(person, custody) and hand.chance(0.15):
        arrested = hand.shifted(arrested)
    answer = hand.one_of(_ANSWERS) if arrest.refused else ""
    return [
        f"FICT-FA-{serial:05d}",
        "وهمي",
        hand.arabic_part(name.given),
        hand.arabic_part(name.father) if hand.chance(0.95) else "",
        hand.arabic_part(name.family),
        hand.arabic_part(name.mother) if hand.chance(0.8) else "",
        person.identifier,
        "أنثى" if person.sex == "female" else "ذكر",
        "طفل" if person.age_class == "child" else "بالغ",
        hand.arabic_day(arrested, digits=False),
        hand.place(person.governorate, "ar"),
        hand.group(arrest.by, "ar"),
        answer,
        "متوفى تحت التعذيب" if death else "مفقود",
        hand.arabic_day(hand.shifted(death.day), digits=False) if death else "",
        hand.group(death.by, "ar") if death else "",
    ]


LIST = FictionalList(
    slug="families",
    file_name="FICTIONAL-families-association.csv",
    title="FICTIONAL list of a families' association",
    header=(
        "رقم الطلب",
        MARK_HEADER,
        "الاسم",
        "اسم الأب",
        "الكنية",
        "اسم الأم",
        "الرقم المشترك",
        "الجنس",
        "الفئة",
        "تاريخ الاختفاء",
        "المكان",
        "الجهة",
        "جواب الجهة للعائلة",
        "الحالة",
        "تاريخ الوفاة",
        "الجهة المسؤولة عن الوفاة",
    ),
    rows=rows,
    write=write_mixed_csv,
    key=0,
    date=9,
)
