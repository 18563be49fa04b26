"""Indicators made from the catalogue of sentences and the measured rates."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from bayyina.media.plain_data import plain, plain_text
from bayyina.media.results import Indicator

LANGUAGES: Final = ("en", "ar")
NOT_MEASURED: Final = "none"
"""The set of methods for which there is none; a section of ``words.sets``."""


class Seen(NamedTuple):
    """What a method saw, before it is put into words."""

    method: str
    """Section of ``wording.toml``."""

    sentence: str
    """Which of the section's sentences."""

    numbers: Mapping[str, Any]
    """What fills the sentence, and what else was measured."""

    parameters: Mapping[str, Any]
    """Thresholds and settings."""


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Any]:
    """Every sentence, by method."""
    text = files("bayyina.media").joinpath("wording.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def reference_rates() -> Mapping[str, Any]:
    """Measured false-alarm rates by method, or by method and sentence (``method/sentence``).

    ``bench.media --rates`` measures them anew.
    """
    text = files("bayyina.media").joinpath("reference_rates.json").read_text(encoding="utf-8")
    rates: Mapping[str, Any] = json.loads(text)
    return rates


def indicator(seen: Seen, sha256: str) -> Indicator:
    """The finding in words of both languages, with its rate, explanations and limits."""
    section = catalogue()[seen.method]
    sentences = section["sentences"][seen.sentence]
    measured = measured_rate(seen.method, seen.sentence)
    return Indicator(
        method=seen.method,
        version=section["version"],
        finding={lang: _filled(sentences[lang], seen.numbers, lang) for lang in LANGUAGES},
        parameters=plain(dict(seen.parameters)),
        numbers=plain(dict(seen.numbers)),
        input_sha256=sha256,
        false_alarm_rate=measured["flagged"] / measured["files"] if measured["files"] else None,
        reference_set={lang: _reference(measured, lang) for lang in LANGUAGES},
        explanations={lang: tuple(section[f"explanations_{lang}"]) for lang in LANGUAGES},
        limits={lang: section[f"limits_{lang}"] for lang in LANGUAGES},
    )


def measured_rate(method: str, sentence: str) -> Mapping[str, Any]:
    """What was measured for a sentence of a method, or for the method as a whole."""
    rates = reference_rates()["methods"]
    nothing = {"set": NOT_MEASURED, "files": 0, "flagged": 0}
    found: Mapping[str, Any] = rates.get(f"{method}/{sentence}") or rates.get(method) or nothing
    return found


def _reference(measured: Mapping[str, Any], lang: str) -> str:
    """The set in words, with its size; for 0 of n the rule of three bounds the rate.

    Rule of three: with 0 of n the upper end of the 95% interval is about 3 / n (Hanley and
    Lippman-Hand 1983).
    """
    words = catalogue()["words"]
    name = str(words["sets"][measured["set"]][lang])
    files, flagged = measured["files"], measured["flagged"]
    if not files:
        return name
    size = str(words["size"]["some" if flagged else "zero"][lang])
    bound = f"{min(3 / files, 1):.0%}"
    return f"{name} ({size.format(files=files, flagged=flagged, bound=bound)})"


def _filled(sentence: str, numbers: Mapping[str, Any], lang: str) -> str:
    return sentence.format_map({name: _shown(value, lang) for name, value in numbers.items()})


def _shown(value: Any, lang: str) -> str:
    """A value inside a sentence; braces of strangers are not read as names."""
    if value is None:
        return "—"
    if isinstance(value, Sequence) and not isinstance(value, str):
        comma = "، " if lang == "ar" else ", "
        return plain_text(comma.join(_shown(item, lang) for item in value[:8]), 600)
    text = plain_text(str(value), 300)
    return str(catalogue()["words"]["what"].get(text, text)) if lang == "ar" else text
