"""The words of the pages in both languages: one TOML file for each area."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

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

    Raises:
        KeyError: there is no such text.
    """
    return all_words()[key][lang].format(**values)
