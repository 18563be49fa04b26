"""A facility as a page: who was held or served there and when, and who may have seen it.

People stand by the short ids of their records, witnesses by id and pseudonym; no name is on
the page. Nobody is called a perpetrator: an involvement is alleged by a source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.submissions.form_file import Wording
from bayyina.reporting.wording import count_in_words, phrase
from bayyina.typeset.blocks import (
    Block,
    Code,
    Column,
    Heading,
    Inlines,
    Page,
    Paragraph,
    Table,
    Text,
    Value,
)
from bayyina.typeset.languages import LANGUAGES
from bayyina.typeset.numbers import WESTERN, write_number

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "summary": "Made on {} from the records as they stood after {} entries of the custody log.",
        "note": "For work on cases only: people by the ids of their records, witnesses by id and "
        "pseudonym. What sources state is not a finding, and involvement is alleged.",
        "numbers": "What is recorded here",
        "number": "Number",
        "question": "Question",
        "held": "Who was here, and when",
        "served": "Who is alleged to have served or acted here",
        "witnesses": "Who may have seen it",
        "witnesses note": "People held here who were released later, and testimonies about this "
        "facility or an act in it. Nobody is approached without a consent to that.",
        "record": "Record",
        "what": "What",
        "person": "Person",
        "day": "Day",
        "until": "Until",
        "source": "Source",
        "role": "As stated",
        "act": "Act",
        "pseudonym": "Pseudonym",
        "none": "Nothing is recorded.",
        "released": "was released",
        "testimony": "testimony",
        "more": "The first {} of {} are listed; the question above opens all.",
    },
    "ar": {
        "summary": "أعد بتاريخ {} من السجلات كما كانت بعد {} من قيود سجل الحيازة.",
        "note": "للعمل على القضايا فقط: الأشخاص بأرقام سجلاتهم، والشهود بالرقم والاسم المستعار. "
        "ما تقوله المصادر ليس حكما، والضلوع مزعوم.",
        "numbers": "ما هو مسجل هنا",
        "number": "العدد",
        "question": "السؤال",
        "held": "من كان هنا ومتى",
        "served": "من يزعم أنه خدم أو تصرف هنا",
        "witnesses": "من قد يكون شاهدا",
        "witnesses note": "أشخاص احتجزوا هنا ثم أفرج عنهم، وشهادات عن هذه المنشأة أو عن فعل فيها. ولا "
        "يتواصل مع أحد من دون موافقته على ذلك.",
        "record": "السجل",
        "what": "البيان",
        "person": "الشخص",
        "day": "اليوم",
        "until": "حتى",
        "source": "المصدر",
        "role": "كما قيل",
        "act": "الفعل",
        "pseudonym": "الاسم المستعار",
        "none": "لا شيء مسجل.",
        "released": "أفرج عنه لاحقا",
        "testimony": "شهادة",
        "more": "أول {} من أصل {}؛ والسؤال أعلاه يفتح الكل.",
    },
}

Rows = Sequence[tuple[Inlines, ...]]


@dataclass(frozen=True)
class Stay:
    """An act that a source places in the facility."""

    record: str
    """Short id of the act."""

    label: Wording
    """What kind of act it is."""

    person: str
    """Short id of the person; empty where no person is named."""

    day: Wording | None
    """When it was, or began."""

    until: Wording | None
    """Until when, or when it was last confirmed."""

    sources: tuple[str, ...]
    """Who says so."""


@dataclass(frozen=True)
class Service:
    """Somebody alleged to have been involved in an act here."""

    person: str
    """Short id of the person, or empty where only a group is named."""

    act: str
    """Short id of the act."""

    role: tuple[Wording, ...]
    """Degree, rank and position, as stated."""


@dataclass(frozen=True)
class PossibleWitness:
    """Somebody who may have seen the facility."""

    record: str
    """Short id of the person or the testimony."""

    kind: str
    """``released`` or ``testimony``."""

    pseudonym: str
    """The pseudonym of a testimony; empty without one."""


@dataclass(frozen=True)
class FacilitySheet:
    """What the records say of a facility."""

    code: str
    """Its code, or the number or word that acts name it by."""

    name: Wording
    """Its name."""

    day: Wording
    """When the sheet was made."""

    custody_size: int
    """Entries of the log that it was made from."""

    figures: Mapping[str, FigureResult]
    """Figures by unit."""

    stays: tuple[Stay, ...]
    """Acts placed here, in order of time."""

    acts: int
    """How many acts are placed here, listed or not."""

    services: tuple[Service, ...]
    """Alleged involvement in them."""

    witnesses: tuple[PossibleWitness, ...]
    """Who may have seen it."""


def facility_page(sheet: FacilitySheet, lang: str, *, is_fictional: bool) -> Page:
    """The sheet as a page in a language."""
    words = _WORDS[lang]
    order = (lang, *(code for code in LANGUAGES if code != lang))
    return Page(
        lang=lang,
        title=sheet.name.in_language(lang),
        blocks=tuple(_blocks(sheet, lang)),
        summary=(Text(words["summary"].format(sheet.day.in_language(lang), sheet.custody_size)),),
        banner=tuple((code, phrase("fictional", code)) for code in order) if is_fictional else (),
        footer=sheet.name.in_language(lang),
    )


def _blocks(sheet: FacilitySheet, lang: str) -> Iterator[Block]:
    words = _WORDS[lang]
    yield Paragraph((Text(words["note"]),))
    yield from _part(
        "numbers",
        ("number", "question"),
        [
            (count_in_words(one, lang, lambda n: Value(write_number(n, lang, WESTERN))),
             (Code(one.query),))
            for one in sheet.figures.values()
        ],
        lang,
    )  # fmt: skip
    yield from _part("held", ("record", "what", "person", "day", "until", "source"), [
        (
            (Code(one.record),),
            (Text(one.label.in_language(lang)),),
            (Code(one.person),),
            (Value(one.day.in_language(lang) if one.day else ""),),
            (Value(one.until.in_language(lang) if one.until else ""),),
            (Value("; ".join(one.sources)),),
        )
        for one in sheet.stays
    ], lang)  # fmt: skip
    if len(sheet.stays) < sheet.acts:
        yield Paragraph((Text(words["more"].format(len(sheet.stays), sheet.acts)),))
    yield from _part("served", ("person", "act", "role"), [
        (
            (Code(one.person),),
            (Code(one.act),),
            (Value("; ".join(role.in_language(lang) for role in one.role)),),
        )
        for one in sheet.services
    ], lang)  # fmt: skip
    yield from _part("witnesses", ("record", "what", "pseudonym"), [
        ((Code(one.record),), (Text(words[one.kind]),), (Value(one.pseudonym),))
        for one in sheet.witnesses
    ], lang)  # fmt: skip
    yield Paragraph((Text(words["witnesses note"]),))


def _part(title: str, keys: Sequence[str], rows: Rows, lang: str) -> Iterator[Block]:
    words = _WORDS[lang]
    yield Heading(2, (Text(words[title]),))
    if not rows:
        yield Paragraph((Text(words["none"]),))
        return
    columns = tuple(Column((Text(words[key]),)) for key in keys)
    yield Table((Text(words[title]),), columns, tuple(rows))
