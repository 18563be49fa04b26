"""Names of people by part and script, split lightly and never rewritten.

A Syrian name runs given, father's, grandfather's, family name; documents also give the
mother's name. A kunya (أبو/أم, Abu/Umm with a name) at the beginning and a nickname in
quotation marks, in brackets or after "known as"/"الملقب" are set apart. Splitting is by
position alone: it is a proposal for a list that gives whole names, and the whole name is
always kept beside it. Normal forms, keys and romanisation are not made here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bayyina.model.digits import plain_text

_ARABIC_KUNYA = r"(?:أبو|ابو|أبي|ابي|أم|ام)\s+\S+"
_LATIN_KUNYA = r"(?:abu|abou|umm|oum|um)[\s-]+\S+"
_KUNYA = re.compile(rf"(?:{_ARABIC_KUNYA}|{_LATIN_KUNYA})", re.IGNORECASE)
_NICKNAME = re.compile(
    r"[\"“”«»„(\[](?P<quoted>[^\"“”«»„()\[\]]+)[\"“”«»()\]]"
    r"|(?:,\s*)?(?:\b(?:a\.?k\.?a\.?|known as|nicknamed|alias)\s+"
    r"|(?:ال)?(?:ملقبة?|معروفة?)\s+ب[ـ]?\s*)(?P<said>.+)$",
    re.IGNORECASE,
)
_MOTHER = re.compile(
    r"[,،;(\s]\s*(?:mother'?s? ?(?:name)?|والدته|والدتها|أمه|أمها|اسم الأم|الأم)\s*:\s*(?P<name>[^,،;()]+)\)?",
    re.IGNORECASE,
)
_SON_OF = frozenset({"بن", "ابن", "بنت", "ابنة", "bin", "ibn", "ben", "bint"})
_JOINED_TO_NEXT = frozenset(
    {"عبد", "عبدال", "abd", "abdul", "abdel", "abdal", "آل", "ال", "al", "el"}
    | {"أبو", "ابو", "بني", "بو", "abu", "abou", "bani"}
)
_JOINED_TO_PREVIOUS = frozenset(
    {"الدين", "الله", "الإسلام", "الاسلام"}
    | {"al-din", "eddin", "eddine", "ad-din", "aldin", "uddin", "ud-din", "allah", "ullah"}
)


@dataclass(frozen=True, slots=True)
class NameParts:
    """What a name consists of, as written; an empty text for what is not stated."""

    given: str = ""
    """The person's own name."""

    father: str = ""
    """The father's given name."""

    grandfather: str = ""
    """The grandfather's given name."""

    family: str = ""
    """The family name (النسبة, on Syrian papers الكنية)."""

    mother: str = ""
    """The mother's name."""

    kunya: str = ""
    """Abu or Umm with a name; no other honorific."""

    nickname: str = ""
    """What the person was called."""


def clean_name(text: str) -> str:
    """The name as written, without invisible signs and with single spaces."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join(plain_text(composed).split())


def script_of(text: str) -> str:
    """``arabic``, ``latin``, ``mixed`` or ``other``, by the letters alone."""
    scripts = {_letter_script(letter) for letter in text if letter.isalpha()}
    if len(scripts) > 1:
        return "mixed"
    return scripts.pop() if scripts else "other"


def _letter_script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    if name.startswith("ARABIC"):
        return "arabic"
    return "latin" if name.startswith("LATIN") else "other"


def split_name(text: str) -> NameParts:
    """The parts of a whole name, by position: given, father, grandfather, family.

    Two names are given and family, three are given, father and family; from the fourth on
    all belong to the family name. Words that make one name stay together (عبد الله, Nour
    al-Din), and "ibn"/"بن" only say that the next name is the father's.
    """
    name = clean_name(text)
    mother, name = _taken(_MOTHER, f" {name}")
    nickname, name = _taken(_NICKNAME, name)
    kunya = ""
    if _KUNYA.fullmatch(nickname):
        kunya, nickname = nickname, ""
    found = None if kunya else _KUNYA.match(name)
    if found and (found.end() == len(name) or name[found.end()] == " "):
        kunya, name = found.group(), name[found.end() :]
    positions = dict(_placed(_units(name.replace(",", " ").replace("،", " ").split())))
    return NameParts(**positions, mother=mother, kunya=kunya, nickname=nickname)


def join_name(parts: NameParts) -> str:
    """The name in its usual order: given, father, grandfather, family."""
    return " ".join(filter(None, (parts.given, parts.father, parts.grandfather, parts.family)))


def _taken(pattern: re.Pattern[str], name: str) -> tuple[str, str]:
    """What a pattern finds in a name, and the name without it."""
    found = pattern.search(name)
    if found is None:
        return "", name.strip()
    value = next(filter(None, found.groups()))
    rest = f"{name[: found.start()]} {name[found.end() :]}"
    return value.strip(), " ".join(rest.split())


def _units(words: list[str]) -> list[str]:
    """Words put together to names: "عبد" with "الرحمن", "Nour" with "al-Din"."""
    units: list[str] = []
    is_open = False
    for word in words:
        folded = word.casefold()
        if folded in _SON_OF and units:
            is_open = False
            continue
        joins_back = folded in _JOINED_TO_PREVIOUS and units
        if is_open or joins_back:
            units[-1] = f"{units[-1]} {word}"
        else:
            units.append(word)
        is_open = folded in _JOINED_TO_NEXT
    return units


def _placed(units: list[str]) -> list[tuple[str, str]]:
    if len(units) <= 1:
        return [("given", unit) for unit in units]
    if len(units) == 2:
        return list(zip(("given", "family"), units, strict=True))
    if len(units) == 3:
        return list(zip(("given", "father", "family"), units, strict=True))
    family = " ".join(units[3:])
    return list(
        zip(("given", "father", "grandfather", "family"), [*units[:3], family], strict=True)
    )
