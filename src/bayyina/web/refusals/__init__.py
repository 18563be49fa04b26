"""Refusals in the reader's language: the program's sentences are English, pages are not only that.

An exact sentence stands in ``sentences.toml``, or in ``remarks.toml`` if it is about a row of a
list or a draft, with the values that it carries; of any other the kind is told by its code
(``codes.toml``), and the program's own words stand below it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bayyina.errors import BayyinaError

FOLDER = Path(__file__).resolve().parent
ENGLISH = "en"
UNKNOWN = "error"
"""Code of what has no code of its own."""

_TEXTS = ("sentences.toml", "remarks.toml")
"""Files with sentences."""

_INNER = frozenset({"kind", "wanted", "reason"})
"""Values that are words of the program themselves, and are said in Arabic where they are known."""

_END = re.compile(r"[.?](?=\s|$)")
_SLOT = re.compile(r"\\\{(\w+)\\\}")


class Told(NamedTuple):
    """A refusal as a page shows it."""

    sentence: str
    """What is wrong."""

    hint: str
    """What to do about it; may be empty."""

    original: str
    """The program's own English words, where the sentence only tells their kind; else empty."""


@lru_cache(maxsize=1)
def code_words() -> Mapping[str, str]:
    """What kind of refusal each code is, in Arabic."""
    return tomllib.loads((FOLDER / "codes.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences without a slot stand first, then those with the most words of their own."""
    texts: dict[str, str] = {}
    for name in _TEXTS:
        texts |= tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    order = sorted(texts, key=lambda one: ("{" in one, -len(re.sub(r"\{\w+\}", "", one))))
    return tuple(
        (re.compile(_SLOT.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), texts[english])
        for english in order
    )


def in_arabic(text: str) -> str | None:
    """An exact sentence of the program in Arabic; None where it is not known."""
    for pattern, arabic in _sentences():
        found = pattern.fullmatch(text.strip())
        if found is not None:
            values = {
                name: f"\u2068{_inner(value) if name in _INNER else value}\u2069"
                for name, value in found.groupdict().items()
            }
            return arabic.format(**values)
    return None


def remark(text: str, code: str, lang: str) -> Told:
    """What is said of a row or a line, several sentences perhaps, in a language."""
    if lang == ENGLISH or not text.strip():
        return Told(text, "", "")
    said, rest = _each(text.strip())
    return Told(said or _kind(code), "", rest)


def told(error: BayyinaError, lang: str) -> Told:
    """A refusal in a language."""
    if lang == ENGLISH:
        return Told(error.message, error.hint, "")
    sentence, hint = in_arabic(error.message), in_arabic(error.hint) if error.hint else ""
    if sentence is not None and hint is not None:
        return Told(sentence, hint, "")
    if sentence is not None:
        return Told(sentence, "", error.hint)
    return Told(_kind(error.code), "", f"{error.message} {error.hint}".strip())


def told_text(text: str, lang: str) -> Told:
    """What ended a job, of which only its English words were kept: sentence and hint in one."""
    if lang == ENGLISH:
        return Told(text, "", "")
    for end in (one.end() for one in re.finditer(r"[.:](?=\s|$)", text)):
        sentence = in_arabic(text[:end])
        if sentence is not None:
            rest = text[end:].strip()
            hint = in_arabic(rest) if rest else ""
            return Told(sentence, hint or "", "" if hint is not None else rest)
    return Told(_kind(UNKNOWN), "", text)


def _each(text: str) -> tuple[str, str]:
    """The sentences that ``text`` begins with, in Arabic, and from the first unknown one its rest."""
    said = []
    while text:
        for end in (one.end() for one in _END.finditer(text)):
            sentence = in_arabic(text[:end])
            if sentence is not None:
                said.append(sentence)
                text = text[end:].strip()
                break
        else:
            break
    return " ".join(said), text


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, str]:
    return tomllib.loads((FOLDER / "phrases.toml").read_text(encoding="utf-8"))


def _inner(value: str) -> str:
    return _phrases().get(value) or in_arabic(value) or value


def _kind(code: str) -> str:
    words = code_words()
    found = words.get(code)
    if found is None and code.startswith("no-such-"):
        found = words["no-such"]
    return found or words[UNKNOWN]
