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


def said(key: str, lang: str, **values: object) -> str:
    """The text of a key in a language, with values in the places that it names.

    Raises:
        KeyError: there is no such text.
    """
    return all_words()[key][lang].format(**values)
