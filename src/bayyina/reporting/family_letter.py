"""The letter to a family: what is known, what is not, what comes next, in plain words.

It holds no sealed value, no name of a source and no wording of a testimony; what was done to
somebody in custody is told in person, to whoever asks for it. Arabic sentences are built so
that they fit men and women, and stand without vowel signs, which spoil searching in PDFs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bayyina.reporting.submissions.form_file import Wording
from bayyina.reporting.wording import phrase
from bayyina.typeset.blocks import Block, Heading, ItemList, Page, Paragraph, Text
from bayyina.typeset.languages import LANGUAGES

EVENTS: Final[Mapping[str, Wording]] = {
    "Arrest": Wording("Arrest{when}{where}{by}.", "اعتقال{when}{where}{by}."),
    "Detention": Wording("Held{where}{when}{by}.", "احتجاز{where}{when}{by}."),
    "Transfer": Wording("Moved{when}{where}{by}.", "نقل{when}{where}{by}."),
    "Sighting": Wording(
        "Seen in custody, alive{where}{when}.", "مشاهدة على قيد الحياة أثناء الاحتجاز{where}{when}."
    ),
    "ReportedDisappearance": Wording(
        "Reported as disappeared{when}{where}.", "بلاغ عن الاختفاء{when}{where}."
    ),
    "Release": Wording("Released{when}{where}.", "إفراج{when}{where}."),
    "Sentence": Wording("Sentenced{when}: {detail}.", "صدور حكم{when}: {detail}."),
    "Death": Wording("Death{when}{where}.", "وفاة{when}{where}."),
    "Execution": Wording("Death by execution{when}{where}.", "وفاة بالإعدام{when}{where}."),
    "DeathRegistration": Wording(
        "A death was entered in the civil register{when}.", "تسجيل وفاة في السجل المدني{when}."
    ),
    "Identification": Wording("Identification{when}.", "تحديد الهوية{when}."),
    "Burial": Wording("Burial{when}{where}.", "دفن{when}{where}."),
}
"""How each kind of event is told. What is not here is not told in a letter."""

GRAVE: Final = frozenset(
    {"Death", "Execution", "DeathRegistration", "Identification", "Sentence", "Burial"}
)
"""Events that are told only after two people decided that the family may be told."""

DEADLY: Final = GRAVE - {"Sentence"}
"""Events that say that the person died."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "What we know about {name}",
        "opening": "To the family of {name}. This letter says what the records that we keep hold "
        "on {day}, what they do not hold, and what comes next. It is not a court's finding.",
        "known": "What we know",
        "nothing": "The records hold the name, and nothing more that can be told.",
        "sources": " This comes from {n} independent sources.",
        "source": " This comes from one source.",
        "disagree": " The sources do not agree on all of this.",
        "unknown": "What we do not know",
        "next": "What comes next",
        "on": " on {}",
        "in": " in {}",
        "at": ", {}",
        "by": ", by {}",
        "or": " or ",
        "footer": "For the family only",
        "death": "We are sorry for your loss.",
        "where now": "where {name} is now",
        "alive": "whether {name} is alive",
        "taken when": "when {name} was taken",
        "taken where": "where {name} was taken from",
        "who": "who is responsible",
        "death when": "the day of the death",
        "death where": "where the death happened",
        "buried": "where {name} is buried",
        "all known": "We know of nothing that you have asked and the records leave open; ask us.",
    },
    "ar": {
        "title": "ما نعرفه عن {name}",
        "opening": "إلى عائلة {name}. تقول هذه الرسالة ما تحويه السجلات التي نحفظها في {day}، وما لا "
        "تحويه، وما سيأتي بعد ذلك. وهي ليست حكما من محكمة.",
        "known": "ما نعرفه",
        "nothing": "في السجلات الاسم، ولا شيء آخر يمكن قوله.",
        "sources": " وهذا من مصادر مستقلة عددها {n}.",
        "source": " وهذا من مصدر واحد.",
        "disagree": " ولا تتفق المصادر على كل ذلك.",
        "unknown": "ما لا نعرفه",
        "next": "ما سيأتي بعد ذلك",
        "on": " بتاريخ {}",
        "in": " بتاريخ {}",
        "at": "، {}",
        "by": "، والجهة: {}",
        "or": " أو ",
        "footer": "للعائلة وحدها",
        "death": "نعزيكم بمصابكم.",
        "where now": "مكان وجود {name} الآن",
        "alive": "هل {name} على قيد الحياة",
        "taken when": "وقت الاعتقال",
        "taken where": "مكان الاعتقال",
        "who": "الجهة المسؤولة",
        "death when": "يوم الوفاة",
        "death where": "مكان الوفاة",
        "buried": "مكان الدفن",
        "all known": "لا نعرف سؤالا لكم تركته السجلات مفتوحا؛ اسألونا.",
    },
}

_NEXT: Final[Sequence[Wording]] = (
    Wording(
        "The record stays open. If we learn something new, we tell you in the way that you chose.",
        "يبقى السجل مفتوحا. وإذا عرفنا شيئا جديدا أخبرناكم بالطريقة التي اخترتموها.",
    ),
    Wording(
        "You may ask to see what we keep, add to it, correct it, or have it destroyed.",
        "لكم أن تطلبوا الاطلاع على ما نحفظه، أو إضافة شيء إليه، أو تصحيحه، أو إتلافه.",
    ),
    Wording(
        "Nothing is passed on to a court, a UN body or anybody else without your consent to that "
        "very use. You may take your consent back.",
        "لا يسلم شيء إلى محكمة أو هيئة أممية أو أي جهة أخرى من دون موافقتكم على ذلك الاستعمال "
        "نفسه. ولكم أن تسحبوا موافقتكم.",
    ),
    Wording(
        "If you agree, we can bring the case before the UN Working Group on disappearances and "
        "the Independent Institution on Missing Persons. That does not stop any other step.",
        "إذا وافقتم أمكننا عرض القضية على الفريق العامل المعني بحالات الاختفاء القسري وعلى المؤسسة "
        "المستقلة المعنية بالمفقودين. ولا يمنع ذلك أي خطوة أخرى.",
    ),
    Wording(
        "What cannot be written is told in person, if there is any. Ask when you wish to, or never.",
        "ما لا يكتب يقال وجها لوجه، إن وجد. اسألوا عنه متى شئتم، أو لا تسألوا.",
    ),
    Wording(
        "Nobody may ask you for money for news. If somebody does, please tell us.",
        "لا يحق لأحد أن يطلب منكم مالا مقابل الأخبار. إذا فعل أحد ذلك فأخبرونا من فضلكم.",
    ),
)


@dataclass(frozen=True)
class LetterEvent:
    """An event as a family is told of it."""

    type: str
    """Type of its records, one of ``EVENTS``."""

    when: tuple[Wording, ...]
    """The days that sources state."""

    is_day: bool
    """Whether it is one day, exactly."""

    where: tuple[Wording, ...]
    """Facilities and places."""

    by: tuple[Wording, ...]
    """Responsible bodies."""

    detail: tuple[Wording, ...]
    """The penalty of a sentence."""

    origins: int
    """Independent sources behind it."""


@dataclass(frozen=True)
class Letter:
    """What a family is told."""

    names: Mapping[str, str]
    """The person's name by language."""

    day: Wording
    """The day of the letter."""

    events: tuple[LetterEvent, ...]
    """In order of time."""


def unknowns(letter: Letter) -> tuple[str, ...]:
    """Codes of what the records leave open, in the order of the letter."""
    kinds = {one.type for one in letter.events}
    taken = [one for one in letter.events if one.type in ("Arrest", "Detention")]
    dead = [one for one in letter.events if one.type in DEADLY]
    is_free = "Release" in kinds
    asked = {
        "where now": not dead and not is_free,
        "alive": not dead and not is_free,
        "taken when": not any(one.when for one in taken),
        "taken where": not any(one.where for one in taken),
        "who": not any(one.by for one in letter.events),
        "death when": bool(dead) and not any(one.when for one in dead),
        "death where": bool(dead) and not any(one.where for one in dead),
        "buried": bool(dead) and not any(o.where for o in dead if o.type == "Burial"),
    }
    return tuple(code for code, is_open in asked.items() if is_open)


def letter_page(letter: Letter, lang: str, *, is_fictional: bool) -> Page:
    """The letter as a page in a language."""
    words = _WORDS[lang]
    order = (lang, *(code for code in LANGUAGES if code != lang))
    return Page(
        lang=lang,
        title=words["title"].format(name=letter.names[lang]),
        blocks=tuple(_blocks(letter, lang)),
        banner=tuple((code, phrase("fictional", code)) for code in order) if is_fictional else (),
        footer=words["footer"],
    )


def _blocks(letter: Letter, lang: str) -> Iterator[Block]:
    words, name = _WORDS[lang], letter.names[lang]
    opening = words["opening"].format(name=name, day=letter.day.in_language(lang))
    yield _paragraph(opening)
    if any(one.type in DEADLY for one in letter.events):
        yield _paragraph(words["death"])
    yield Heading(2, (Text(words["known"]),))
    if letter.events:
        yield _list([_event(one, lang) for one in letter.events])
    else:
        yield _paragraph(words["nothing"])
    yield Heading(2, (Text(words["unknown"]),))
    left = [words[code].format(name=name) for code in unknowns(letter)]
    yield _list(left) if left else _paragraph(words["all known"])
    yield Heading(2, (Text(words["next"]),))
    yield _list([one.in_language(lang) for one in _NEXT])


def _event(one: LetterEvent, lang: str) -> str:
    words = _WORDS[lang]

    def joined(values: Sequence[Wording]) -> str:
        return words["or"].join(dict.fromkeys(value.in_language(lang) for value in values))

    when = joined(one.when)
    where, by = joined(one.where), joined(one.by)
    text = (
        EVENTS[one.type]
        .in_language(lang)
        .format(
            when=words["on" if one.is_day else "in"].format(when) if when else "",
            where=words["at"].format(where) if where else "",
            by=words["by"].format(by) if by else "",
            detail=joined(one.detail) or "?",
        )
    )
    text += words["source"] if one.origins < 2 else words["sources"].format(n=one.origins)
    return text + (words["disagree"] if _disagree(one) else "")


def _disagree(one: LetterEvent) -> bool:
    return len(set(one.when)) > 1 or len(set(one.by)) > 1


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _list(texts: Sequence[str]) -> ItemList:
    return ItemList(tuple((_paragraph(text),) for text in texts))
