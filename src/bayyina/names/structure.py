"""What a whole name consists of: units in their order, kunya, nickname, mother.

Words that make one name are put together whether they were written joined or split: Abd
with what follows, the article with its noun, Abu and Umm within a name, -al-Din and Allah
with what stands before. Ibn, bin and bint only say that a father's name follows; titles at
the beginning say nothing. A comma after the first unit of a Latin name puts the family
name at the end, where it belongs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bayyina.model.person_names import join_name, split_name
from bayyina.names.keys import share_a_sound
from bayyina.names.normal_forms import LONGEST, normal_form, script_of
from bayyina.names.words import MOST_UNITS, Word, bare_of, word_of

_SON_OF = frozenset(
    {"بن", "ابن", "بنت", "ابنه", "bin", "ibn", "ben", "bint", "bent", "wuld", "ould", "bn"}
)
_ARTICLES = frozenset({"ال", "al", "el", "ul"})
_SUN_ARTICLES = frozenset(
    {
        "as",
        "ash",
        "es",
        "esh",
        "ar",
        "er",
        "ad",
        "ed",
        "an",
        "en",
        "at",
        "et",
        "az",
        "ez",
        "ach",
        "ech",
    }
)
_OPENING = frozenset(
    {"عبد", "عبدال", "abd", "abdul", "abdel", "abdal", "abdu", "abdou", "abdol", "ابو", "ابي", "بو", "بني", "ذو"}
    | {"abu", "abou", "abo", "aboo", "bou", "bani", "beni", "mc", "mac", "ام", "umm", "oum"}
)  # fmt: skip
_CLOSING = frozenset(
    {"الدين", "الله", "الاسلام", "الحق", "الزمان"}
    | {"din", "deen", "dine", "eddin", "eddine", "aldin", "aldine", "uddin", "addin", "eldin", "eldine"}
    | {"eldeen", "aldeen", "uddeen", "allah", "ullah", "ellah", "ilah", "alhaq", "alislam", "elislam", "aleslam"}
)  # fmt: skip
_TITLES = frozenset(
    {"السيد", "السيده", "الدكتور", "الدكتوره", "دكتور", "الاستاذ", "المهندس", "المهندسه", "الشهيد", "الشهيده"}
    | {"الحاج", "الحاجه", "المرحوم", "المرحومه", "المعتقل", "المفقود", "الطفل", "الطفله", "العقيد", "العميد", "النقيب"}
    | {"الملازم", "الرائد", "اللواء", "المقدم", "د", "م", "ا"}
    | {"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "eng", "hajji", "haji", "hajj", "haj", "sheikh", "shaikh"}
    | {"shaykh", "cheikh", "sayyid", "sayed", "col", "gen", "capt", "lt", "martyr", "detainee"}
)  # fmt: skip
_SPEAKING = frozenset(
    {"um", "aka", "known", "nicknamed", "alias", "mother", "mothers", "ام", "امه", "امها", "والدته"}
    | {"والدتها", "ملقب", "ملقبه", "الملقب", "الملقبه", "معروف", "معروفه", "المعروف", "المعروفه"}
    | {"اسم", "الام"}
)  # fmt: skip
_SPECIAL = _SON_OF | _ARTICLES | _SUN_ARTICLES | _OPENING | _CLOSING | _TITLES | _SPEAKING
_PUNCTUATED = re.compile(r"[\"“”«»„()\[\];,،:]")
_MARKED = re.compile(
    r"[\"“”«»„()\[\];,،:]|\b(?:a\.?k\.?a|known as|nicknamed|alias|mother|abu|abou|umm|oum|um)\b"
    r"|(?:^|\s)(?:أبو|ابو|أبي|ابي|أم|ام)\s|ملقب|معروف|والدت|أمه|اسم الأم",
    re.IGNORECASE,
)
_COMMA = re.compile(r"^\s*([^,،]{2,40})[,،]\s*([^,،]{2,})$")
_OF_ONE_SCRIPT = re.compile(r"[\u0620-\u064a\s]+|[a-zA-Z\s]+")
_WORDS = re.compile(r"[^\W_](?:[^\s\-‐-―/_.,;:،؛|+*&\\<>=()\[\]{}\"“”«»„!?؟]*)")


class NameReading(NamedTuple):
    """A name, taken apart for comparing."""

    units: tuple[Word, ...]
    """Given, father, grandfather, family in the order of the name; at most ``MOST_UNITS``."""

    has_kunya: bool
    """Whether the first unit is the kunya (Abu or Umm with a name)."""

    written: tuple[str, ...]
    """The units as they were written."""

    whole: str
    """All units but the kunya as one word, normal form."""


def counted_from(a: NameReading, b: NameReading) -> tuple[int, int]:
    """The first unit of each name that counts: 1 where a kunya is left aside.

    A kunya counts where both names have one, or where a name has little else.
    """
    if a.has_kunya and b.has_kunya:
        return 0, 0
    return int(a.has_kunya and len(a.units) > 2), int(b.has_kunya and len(b.units) > 2)


def plain_words(text: str) -> list[str] | None:
    """The words of a name that is nothing but letters of one script; None for any other.

    Each is a unit of the name, unless one of them ``is_special``.
    """
    if len(text) > LONGEST or not _OF_ONE_SCRIPT.fullmatch(text):
        return None
    words = text.split()
    return words if 0 < len(words) <= MOST_UNITS else None


def is_special(form: str) -> bool:
    """Whether a word, by its normal form, means something in a name besides being a part of it."""
    return form in _SPECIAL or not form


@lru_cache(maxsize=1 << 17)
def read_name(text: str) -> NameReading:
    """The units of a name; empty where the text has no letters or digits.

    The mother's name and a nickname are set aside: they are no part of the person's own name.
    """
    text = text[:LONGEST]
    units, kunya = None, ""
    if not _PUNCTUATED.search(text):
        found = _WORDS.findall(text)
        own = [word_of(word) for word in found]
        forms = [word.form for word in own]
        if _SPECIAL.isdisjoint(forms):
            if 0 < len(own) <= MOST_UNITS and _OF_ONE_SCRIPT.fullmatch(text) and all(forms):
                return NameReading(tuple(own), False, tuple(found), "".join(forms))
            units = [pair for pair in zip(own, found, strict=True) if pair[0].form]
    if units is None:
        kunya, units = _marked_units(text)
    if kunya:
        units = [(word_of(normal_form(kunya).replace(" ", "")), kunya), *units]
    units = _in_one_script(units)[:MOST_UNITS]
    named = units[1:] if kunya and len(units) > 1 else units
    whole = "".join([word.form for word, _ in named])
    words, written = zip(*units, strict=True) if units else ((), ())
    return NameReading(words, bool(kunya), written, whole)


def _marked_units(text: str) -> tuple[str, list[tuple[Word, str]]]:
    """The kunya, and the units of a name with words or signs that mean something."""
    kunya = ""
    if _MARKED.search(text):
        family_first = _COMMA.match(text)
        parts = split_name(f"{family_first[2]} {family_first[1]}" if family_first else text)
        kunya, text = parts.kunya, join_name(parts) or parts.nickname or parts.mother
    return kunya, _units(text)


def _in_one_script(units: list[tuple[Word, str]]) -> list[tuple[Word, str]]:
    """Of a name that is written in both scripts, one after the other, the Arabic one.

    It is taken for that where both have as many units and half of them share a sound key.
    """
    if len(units) < 2 or len(units) % 2 or all(shown.isascii() for _, shown in units):
        return units
    arabic = [unit for unit in units if script_of(unit[0].form) == "arabic"]
    latin = [unit for unit in units if script_of(unit[0].form) == "latin"]
    if len(arabic) != len(latin) or len(arabic) + len(latin) != len(units):
        return units
    agree = sum(
        share_a_sound(bare_of(a.form), bare_of(b.form))
        for (a, _), (b, _) in zip(arabic, latin, strict=True)
    )
    return arabic if 2 * agree >= len(arabic) else units


class _Unit(NamedTuple):
    """A unit that is being put together."""

    written: list[str]
    """Its words."""

    forms: list[str]
    """Their normal forms."""


def _units(text: str) -> list[tuple[Word, str]]:
    """Words put together to units, each with how it was written."""
    words = [(word, word_of(word).form) for word in _WORDS.findall(text)]
    words = [(word, form) for word, form in words if form]
    units: list[_Unit] = []
    is_open = False
    for place, (word, form) in enumerate(words):
        following = words[place + 1][1] if place + 1 < len(words) else ""
        if following and ((form in _TITLES and not units) or (form in _SON_OF and units)):
            is_open = False
            continue
        if is_open:
            units[-1].written.append(word)
            units[-1].forms.append(form)
        else:
            units.append(_Unit([word], [form]))
        is_open = bool(following) and (form in _OPENING or _is_article(form, following))
        if not is_open and len(units) > 1 and "".join(units[-1].forms) in _CLOSING:
            closing = units.pop()
            units[-1].written.extend(closing.written)
            units[-1].forms.extend(closing.forms)
    return [(_unit_word(unit), " ".join(unit.written)) for unit in units]


def _is_article(form: str, following: str) -> bool:
    return form in _ARTICLES or (form in _SUN_ARTICLES and following.startswith(form[1:]))


def _unit_word(unit: _Unit) -> Word:
    """The unit as one word; its second reading is without the article, or as it sounds."""
    if len(unit.forms) == 1:
        return word_of(unit.written[0])
    joined = "".join(unit.forms)
    is_noun = _is_article(unit.forms[0], unit.forms[1])
    return Word(joined, "".join(unit.forms[1:]) if is_noun else joined)
