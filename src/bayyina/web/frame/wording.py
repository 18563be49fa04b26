"""The words of the pages in both languages: one TOML file for each area."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from bayyina.typeset.numbers import plural_category, write_number

_DATE = re.compile(r"(?<![\w\u2066/.=-])\d{4}-\d{2}(?:-\d{2}(?:[ T]\d{2}:\d{2})?)?(?![\w/=-])")
"""A day or month as the program writes it, which a right-to-left line would turn round."""

FOLDER = Path(__file__).resolve().parent.parent / "wording"


@lru_cache(maxsize=1)
def all_words() -> Mapping[str, Mapping[str, str]]:
    """Every text by key, then by language.

    Raises:
        KeyError: a key stands twice.
        ValueError: a text lacks one of the two languages.
    """
    words: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in words:
                raise KeyError(f"{path.name}: {key} stands twice")
            if set(texts) != {"en", "ar"}:
                raise ValueError(f"{path.name}: {key} needs a text in English and in Arabic")
            words[key] = texts
    return words


def code_words(group: str, code: str, lang: str) -> str:
    """What people read for a code of the program; the code itself where it has no text."""
    found = all_words().get(f"{group}_{code}")
    return found[lang] if found else code


@lru_cache(maxsize=2)
def _sentences(lang: str) -> Mapping[str, str]:
    return {texts["en"]: texts[lang] for key, texts in all_words().items() if key[:4] == "why_"}


def sentence_words(text: str, lang: str) -> str:
    """One of the program's own reasons in a language; any other text as it is."""
    return _sentences(lang).get(text, text)


def said(key: str, lang: str, **values: object) -> str:
    """The text of a key in a language, with values in the places that it names.

    A place such as ``{count:record|records}`` writes a whole number with what it counts; in Arabic it
    names the forms for one and two, which stand without the number, few, many and others. Days are
    kept from left to right.

    Raises:
        KeyError: there is no such text.
    """
    told = {
        name: _Counted(int(str(value)), lang) if _is_whole(value) else value
        for name, value in values.items()
    }
    text = all_words()[key][lang].format(**told)
    return _DATE.sub(lambda day: f"\u2066{day.group()}\u2069", text) if lang == "ar" else text


def _is_whole(value: object) -> bool:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return (text.isascii() and text.isdecimal() and not text.startswith("0")) or text == "0"


class _Counted:
    """A whole number that knows how what it counts is said."""

    def __init__(self, value: int, lang: str) -> None:
        self._value, self._lang = value, lang

    def __str__(self) -> str:
        return str(self._value)

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return format(self._value, spec)
        forms, category = spec.split("|"), plural_category(self._value, self._lang)
        number = write_number(self._value, self._lang)
        if self._lang == "ar":
            bare = {"one": 0, "two": 1}.get(category)
            place = {"few": 2, "many": 3}.get(category, 4)
            return forms[bare] if bare is not None else f"{number} {forms[place]}"
        return f"{number} {forms[0 if category == 'one' else 1]}"
