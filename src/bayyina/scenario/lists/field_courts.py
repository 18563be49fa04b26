"""Sentences of the field courts: tab-separated text in UTF-16, Arabic, one row a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bayyina.scenario.forms import Row, write_csv
from bayyina.scenario.lists.parts import MARK, MARK_HEADER, FictionalList, Told, is_harmless
from bayyina.scenario.people import Person, Sentence, Truth
from bayyina.scenario.spelling import Hand

NUMBER = 5
_PENALTY = {"death": "الإعدام", "timed_imprisonment": "السجن"}
_OUTCOME = {"commuted": "خُفّف", "carried_out": "نُفّذ", "issued": "صدر"}
_CATEGORY = {"civilian": "مدني", "serviceman": "عسكري"}


def rows(truth: Truth) -> Iterator[Told]:
    """Yield one row for each sentence."""
    hand = Hand(truth.seed, NUMBER)
    serial = 0
    for person in truth.persons:
        if person.sentence is not None:
            hand.take(person.number)
            serial += 1
            yield _row(hand, serial, person, person.sentence), is_harmless(person)


def _row(hand: Hand, serial: int, person: Person, sentence: Sentence) -> list[str]:
    done = hand.arabic_day(sentence.carried_out) if sentence.carried_out else ""
    return [
        f"FICT-MC-{serial:05d}",
        MARK,
        hand.arabic_name(person.name),
        person.identifier,
        "أنثى" if person.sex == "female" else "ذكر",
        "قاصر" if person.age_class == "child" else "بالغ",
        str(person.age) if hand.chance(0.5) else "",
        _CATEGORY[person.category],
        hand.arabic_day(sentence.day),
        "محكمة الميدان العسكرية",
        _PENALTY[sentence.penalty],
        _OUTCOME[sentence.outcome],
        done,
    ]


def _write(path: Path, header: Sequence[str], told: Iterable[Row]) -> int:
    return write_csv(path, header, told, delimiter="\t", encoding="utf-16")


LIST = FictionalList(
    slug="field-courts",
    file_name="FICTIONAL-field-court-sentences.tsv",
    title="FICTIONAL sentences of the field courts",
    header=(
        "رقم القرار",
        MARK_HEADER,
        "الاسم",
        "الرقم المشترك",
        "الجنس",
        "الفئة العمرية",
        "العمر",
        "الصفة",
        "تاريخ الحكم",
        "المحكمة",
        "العقوبة",
        "المآل",
        "تاريخ التنفيذ",
    ),
    rows=rows,
    write=_write,
    key=0,
    date=8,
)
