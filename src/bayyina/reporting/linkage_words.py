"""How records were taken to be of one person, in words: for people who read a report's annex."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.wording import linkage_phrase


def linkage_in_words(result: FigureResult, lang: str, write: Callable[[int], str]) -> str:
    """One line about a figure's linkage; what has no words is left to the JSON document.

    Args:
        result: The figure.
        lang: Language of the words, ``en`` or ``ar``.
        write: Writes a number.
    """
    descriptor = result.document.get("linkage")
    if not isinstance(descriptor, Mapping):
        return result.linkage
    parts = []
    for name, value in descriptor.items():
        words = linkage_phrase(str(name))
        if words is None:
            continue
        shown = write(value) if isinstance(value, int) else str(value)
        if name == "method":
            shown = _method(str(value), lang)
        parts.append(words[lang].replace("{n}", shown))
    separator = linkage_phrase("separator") or {}
    return separator.get(lang, "; ").join(parts) or result.linkage


def _method(method: str, lang: str) -> str:
    """The ways of joining, each in words."""
    joined = linkage_phrase("and") or {}
    named = [(linkage_phrase(part) or {}).get(lang, part) for part in method.split(" and ")]
    return joined.get(lang, ", ").join(named)
