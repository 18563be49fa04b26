"""The dossier of a person as a page: who, what happened when, who says so, who decided what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bayyina.reporting.submissions.form_file import Wording
from bayyina.reporting.wording import phrase
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

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Dossier of {}",
        "summary": "Made on {} from the records as they stood after {} entries of the custody log.",
        "note": "For work on the case only. Statements stand as their sources gave them, side by "
        "side where they disagree; nothing here is a finding about anybody. Sealed statements "
        "left out: {}.",
        "who": "Who",
        "events": "What is recorded",
        "decisions": "What people decided",
        "none": "Nobody has decided anything about these records.",
        "what": "What",
        "value": "As stated",
        "source": "Source",
        "statement": "Statement",
        "record": "Record",
        "decision": "Decision",
        "person": "By",
        "undated": "without a date",
        "for": "for",
        "against": "against",
    },
    "ar": {
        "title": "ملف {}",
        "summary": "أعد بتاريخ {} من السجلات كما كانت بعد {} من قيود سجل الحيازة.",
        "note": "للعمل على القضية فقط. تقف الإفادات كما أعطتها مصادرها، متجاورة حيث تختلف؛ ولا شيء "
        "هنا حكم على أحد. إفادات مختومة تركت: {}.",
        "who": "من هو الشخص",
        "events": "ما هو مسجل",
        "decisions": "ما قرره أشخاص",
        "none": "لم يقرر أحد شيئا بشأن هذه السجلات.",
        "what": "البيان",
        "value": "كما قيل",
        "source": "المصدر",
        "statement": "الإفادة",
        "record": "السجل",
        "decision": "القرار",
        "person": "من قبل",
        "undated": "بلا تاريخ",
        "for": "مع",
        "against": "ضد",
    },
}


@dataclass(frozen=True)
class DossierLine:
    """One statement."""

    property: Wording
    """What is stated."""

    value: Wording
    """What was said."""

    source: str
    """Name of the list or pseudonym of the source."""

    statement: str
    """The statement's id."""


@dataclass(frozen=True)
class DossierPart:
    """A record that is the person's or is about the person."""

    id: str
    """Short id of the record."""

    type: str
    """Its type in the vocabulary."""

    label: Wording
    """The name of its type."""

    day: Wording | None
    """Its earliest day in words; None without one."""

    lines: tuple[DossierLine, ...]
    """What is stated, sealed statements left out."""


@dataclass(frozen=True)
class DossierDecision:
    """A signed determination."""

    record: str
    """Short id of the record."""

    decision: str
    """What was decided."""

    verdict: str
    """``for`` or ``against``."""

    standard: str
    """The standard."""

    person: str
    """Who."""


@dataclass(frozen=True)
class Dossier:
    """Everything about a person that is not sealed."""

    id: str
    """Short id of the person."""

    names: Mapping[str, str]
    """Name by language."""

    day: Wording
    """When it was made."""

    custody_size: int
    """Entries of the log that it was made from."""

    persons: tuple[DossierPart, ...]
    """The records of the person that are joined."""

    events: tuple[DossierPart, ...]
    """Records about the person, in order of time; those without a date last."""

    decisions: tuple[DossierDecision, ...]
    """What people decided about any of them."""

    withheld: int
    """Sealed statements left out."""


def dossier_page(dossier: Dossier, lang: str, *, is_fictional: bool) -> Page:
    """The dossier in a language."""
    words = _WORDS[lang]
    order = (lang, *(code for code in LANGUAGES if code != lang))
    title = words["title"].format(dossier.names[lang])
    summary = words["summary"].format(dossier.day.in_language(lang), dossier.custody_size)
    return Page(
        lang=lang,
        title=title,
        blocks=tuple(_blocks(dossier, lang)),
        summary=(Text(summary),),
        banner=tuple((code, phrase("fictional", code)) for code in order) if is_fictional else (),
        footer=f"{title} ({dossier.id})",
    )


def _blocks(dossier: Dossier, lang: str) -> Iterator[Block]:
    words = _WORDS[lang]
    yield Paragraph((Text(words["note"].format(dossier.withheld)),))
    yield Heading(2, (Text(words["who"]),))
    for part in dossier.persons:
        yield _table(part, lang)
    if dossier.events:
        yield Heading(2, (Text(words["events"]),))
    for part in dossier.events:
        day = part.day.in_language(lang) if part.day else words["undated"]
        yield Heading(3, (Text(f"{part.label.in_language(lang)}: "), Value(day)))
        yield _table(part, lang)
    yield Heading(2, (Text(words["decisions"]),))
    if not dossier.decisions:
        yield Paragraph((Text(words["none"]),))
        return
    columns = tuple(Column((Text(words[key]),)) for key in ("record", "decision", "person"))
    yield Table(
        (Text(words["decisions"]),),
        columns,
        tuple(_decision(one, words) for one in dossier.decisions),
    )


def _decision(one: DossierDecision, words: Mapping[str, str]) -> tuple[Inlines, ...]:
    decided = f"{one.decision} ({words[one.verdict]}), {one.standard}"
    return ((Code(one.record),), (Value(decided),), (Value(one.person),))


def _table(part: DossierPart, lang: str) -> Table:
    words = _WORDS[lang]
    keys = ("what", "value", "source", "statement")
    return Table(
        (Text(f"{part.label.in_language(lang)} "), Code(part.id)),
        tuple(Column((Text(words[key]),)) for key in keys),
        tuple(
            (
                (Text(line.property.in_language(lang)),),
                (Value(line.value.in_language(lang)),),
                (Value(line.source),),
                (Code(line.statement),),
            )
            for line in part.lines
        ),
    )
