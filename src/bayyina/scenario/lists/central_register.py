"""The central register of arrests: CSV in UTF-8, Arabic, one row an arrest.

Most arrests stand here, some people twice under two file numbers, some after a release
again. It also keeps those accused of ordinary crimes, whom its mapping does not count, and
those held by others.
"""

from __future__ import annotations

from collections.abc import Iterator

from bayyina.scenario.forms import write_csv
from bayyina.scenario.lists.parts import (
    MARK,
    MARK_HEADER,
    PROVINCES,
    FictionalList,
    Told,
    age_then,
    home_of_custody,
    is_harmless,
    is_told,
    luck,
    may_move,
)
from bayyina.scenario.people import Custody, Person, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 1
_SEX = {"male": ("ذكر", "ذ"), "female": ("أنثى", "انثى", "أ")}
_AGE_CLASS = {"child": ("طفل", "قاصر"), "adult": ("بالغ",)}
_CHARGE = {"political": ("سياسي", "رأي", "بدون تهمة"), "criminal": ("جنائي",)}
_FLAG = {"yes": "نعم", "no": "لا", "": ""}


def rows(truth: Truth) -> Iterator[Told]:
    """Yield the register's rows."""
    hand = Hand(truth.seed, NUMBER)
    file_number = 0
    for person in truth.persons:
        if not person.custodies or not _is_here(truth.seed, person):
            continue
        hand.take(person.number)
        for custody in person.custodies:
            if is_told(custody):
                file_number += 1
                yield _row(hand, file_number, person, custody), is_harmless(person)
        first = person.custodies[0]
        if is_told(first) and may_move(person, first) and hand.chance(0.02):
            file_number += 1
            yield _row(hand, file_number, person, first, again=True), False


def _is_here(seed: int, person: Person) -> bool:
    if person.governorate in PROVINCES:
        return luck(seed, person.number, 3) < 120
    return home_of_custody(seed, person) == "central-register"


def _row(
    hand: Hand, file_number: int, person: Person, custody: Custody, *, again: bool = False
) -> list[str]:
    arrested = hand.shifted(custody.arrested) if again else custody.arrested
    age = str(age_then(person, custody)) if hand.chance(0.55) else ""
    age_class = hand.one_of(_AGE_CLASS[person.age_class])
    # why: a woman of whom nothing says that she is adult could not be counted as one
    blank = 0.3 if age else 0.04 if person.sex == "male" else 0
    if person.age_class == "adult" and hand.chance(blank):
        age_class = ""
    status = "معتقل"
    if custody.released:
        status = "أفرج عنه"
    elif person.cohort == "disappeared":
        status = "مختفٍ قسرياً"
    return [
        f"FICT-CR-{file_number:06d}",
        MARK,
        hand.arabic_name(person.name),
        hand.arabic_part(person.name.mother) if hand.chance(0.3) else "",
        person.identifier,
        hand.one_of(_SEX[person.sex]),
        age_class,
        age,
        hand.arabic_day(arrested),
        hand.place(person.governorate, "ar"),
        hand.group(custody.by, "ar"),
        hand.one_of(_CHARGE[custody.charge]),
        _FLAG[custody.acknowledged],
        "نعم" if custody.refused else "",
        status,
        hand.arabic_day(custody.released) if custody.released else "",
        "تكرار محتمل" if again else "",
    ]


LIST = FictionalList(
    slug="central-register",
    file_name="FICTIONAL-central-arrest-register.csv",
    title="FICTIONAL central register of arrests",
    header=(
        "رقم الملف",
        MARK_HEADER,
        "الاسم الكامل",
        "اسم الأم",
        "الرقم المشترك",
        "الجنس",
        "الفئة العمرية",
        "العمر عند الاعتقال",
        "تاريخ الاعتقال",
        "مكان الاعتقال",
        "جهة الاعتقال",
        "نوع التهمة",
        "أقرّت الجهة بالاحتجاز",
        "رُفض إعطاء العائلة معلومات",
        "الوضع",
        "تاريخ الإفراج",
        "ملاحظات",
    ),
    rows=rows,
    write=write_csv,
    key=0,
    date=8,
)
