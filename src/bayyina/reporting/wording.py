"""Words around numbers: comparators, units with their plural forms, and the report's own phrases.

All of them are data in ``wording.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from bayyina.errors import InputError
from bayyina.reporting.figure_results import FigureResult
from bayyina.typeset.blocks import Inline, Inlines, Text
from bayyina.typeset.numbers import plural_category

_SLOT = re.compile(r"\{([a-z]+)\}")

NumberWriter = Callable[[int], Inline]
"""Turns a number into what is shown for it, usually a reference to the annex."""


def phrase(name: str, lang: str) -> str:
    """A phrase of the report itself, such as the heading of the annex."""
    return str(_wording()["phrases"][name][lang])


def filled(template: str, slots: Mapping[str, Inlines]) -> Inlines:
    """A phrase with pieces of text in place of its ``{...}`` slots."""
    parts = _SLOT.split(template)
    pieces: list[Inline] = []
    for index, part in enumerate(parts):
        pieces.extend(slots[part] if index % 2 else (Text(part),) if part else ())
    return tuple(pieces)


def count_in_words(
    result: FigureResult, lang: str, write: NumberWriter, *, with_unit: bool = True
) -> Inlines:
    """The number with its comparator in words: ``at least 15,051 people``.

    A comparator is left out before zero, where "at least" would say nothing.
    """
    if result.hidden:
        return (Text(phrase("not_shown", lang)),)
    comparator = result.comparator if result.value else "="
    template = _comparator(comparator, lang)
    last = result.possible if "{m}" in template else result.value
    if with_unit:
        slot = "m" if "{m}" in template else "n"
        template = template.replace(f"{{{slot}}}", _unit_form(result.unit, last, lang, slot))
    return filled(template, {"n": (write(result.value),), "m": (write(last),)})


def unit_in_words(unit: str, lang: str) -> str:
    """What a unit counts, in words; the unit's own name when the wording has none."""
    names = _wording()["unit_names"].get(unit)
    return str(names[lang]) if names else unit


def axis_in_words(axis: str, lang: str) -> str:
    """Which of an event's dates a figure goes by, in words."""
    names = _wording()["axes"].get(axis or "not stated")
    return str(names[lang]) if names else axis


def group_key_in_words(key: str, lang: str) -> str:
    """Header of a column of groups; the key itself when the wording has none."""
    names = _wording()["group_keys"].get(key)
    return str(names[lang]) if names else key


def code_in_words(key: str, code: str, lang: str) -> str:
    """The name of a code that no vocabulary holds: a demographic group, yes or no; else the code."""
    tables = {"demographic": "demographics"}
    tables.update(dict.fromkeys(("verification", "verified"), "verifications"))
    table = tables.get(key, "flags")
    names = _wording()[table].get(code)
    return str(names[lang]) if names else code


def answer_phrase(name: str, lang: str) -> str:
    """A phrase of an answer on a terminal."""
    return str(_wording()["answers"][name][lang])


def linkage_phrase(name: str) -> Mapping[str, str] | None:
    """A phrase about how records were joined, by language; None for a word without one."""
    found = _wording()["linkage"].get(name)
    return None if found is None else {lang: str(text) for lang, text in found.items()}


def meaning_in_words(meaning: str, lang: str) -> str:
    """What a state means, from the English words that a figure carries; these where none are known."""
    names = _wording()["meanings"].get(meaning)
    return str(names[lang]) if names else meaning


def _comparator(comparator: str, lang: str) -> str:
    templates = _wording()["comparators"].get(comparator)
    if templates is None:
        known = ", ".join(_wording()["comparators"])
        raise InputError(f"'{comparator}' is no comparator.", hint=f"Comparators are: {known}.")
    return str(templates[lang])


def _unit_form(unit: str, number: int, lang: str, slot: str) -> str:
    forms = _wording()["units"].get(unit)
    if forms is None:
        return f"{{{slot}}} {unit}"
    form = forms[lang].get(plural_category(number, lang), forms[lang]["other"])
    return str(form).replace("{n}", f"{{{slot}}}")


@cache
def _wording() -> dict[str, Any]:
    text = files("bayyina.reporting").joinpath("wording.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
