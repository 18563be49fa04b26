"""What an estimation says, in words, in both languages.

The documented count always comes first and is never replaced; a range is never given
without what it is conditional on; a refusal gives its reasons and no number.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from bayyina.estimation.overlaps import Overlap
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.results import Estimate, Reason, Refusal
from bayyina.estimation.sensitivity import FEWEST_TO_LEAVE_OUT, Variant

LANGUAGES: Final = ("en", "ar")
"""Languages of the sentences."""

MOST_REASONS: Final = 5
"""Reasons that stand in the sentence; the document has them all."""

_STATED: Final = {
    "populations-differ": "populations_differ",
    "list-made-from-another": "dependent",
}
_SLOT: Final = re.compile(r"\{([a-z_]+)\}")

Answer = Estimate | Refusal
"""What was found."""


def sentences(
    answer: Answer,
    variants: Sequence[Variant],
    declared: Mapping[str, Declared],
    overlap: Overlap,
) -> dict[str, str]:
    """What the answer says, by language.

    Args:
        answer: The estimate, or the refusal.
        variants: Its sensitivity.
        declared: What people stated of the lists, by language.
        overlap: How the lists overlap; of two lists it is described in a refusal.
    """
    return {
        lang: _in_language(answer, variants, declared[lang], overlap, lang) for lang in LANGUAGES
    }


def reason_in_words(reason: Reason, lang: str, declared: Declared | None = None) -> str:
    """A reason as a sentence; what people stated is taken from ``declared`` if it is given."""
    template = _wording()["reasons"].get(reason.code)
    if template is None:
        return _filled(_wording()["unknown"]["reason"][lang], {"code": reason.code})
    values = {name: _shown(value, lang) for name, value in reason.detail.items()}
    if declared is not None and reason.code in _STATED:
        values["stated"] = str(getattr(declared, _STATED[reason.code])) or values.get("stated", "")
    return _filled(template[lang], values).strip()


def reasons_in_words(
    reasons: Iterable[Reason], lang: str, declared: Declared | None = None
) -> list[str]:
    """Reasons as sentences, in their order."""
    return [reason_in_words(reason, lang, declared) for reason in reasons]


def assumption_in_words(answer: Answer, declared: Declared, lang: str) -> str:
    """What the answer is conditional on."""
    texts = _wording()["assumption"]
    is_sum = answer.method == "strata"
    method = str(answer.parameters.get("of", "best")) if is_sum else answer.method
    chosen = _wording()["sentence"]["chosen"][lang]
    values = {
        "model": chosen if is_sum else getattr(answer, "model", ""),
        "one_population": declared.one_population,
        "independent": declared.independent,
    }
    text = _filled(texts.get(method, texts["best"])[lang], values)
    if not is_sum:
        return text
    imputed = texts["imputed"][lang] if answer.parameters.get("strata_imputed") else ""
    return _filled(texts["strata"][lang], {"each": text, "imputed": imputed})


def overlap_in_words(overlap: Overlap, lang: str) -> list[str]:
    """Of every two lists, how many people of the smaller one are on the other too."""
    lines = []
    for pair in overlap.pairs:
        small = 0 if pair.people[0] <= pair.people[1] else 1
        values = {
            "both": pair.both,
            "people": pair.people[small],
            "inner": pair.lists[small],
            "outer": pair.lists[1 - small],
        }
        lines.append(_say("overlap", lang, values))
    return [*lines, _say("described", lang, {})] if lines else []


def chart_words(which: str, lang: str, /, **values: str | float) -> str:
    """The words of a chart, such as what a row stands for."""
    shown = {key: _shown(value, lang) for key, value in values.items()}
    return _filled(_wording()["chart"][which][lang], shown)


def method_in_words(method: str, lang: str) -> str:
    """The name of a method; its own name where no other was written for it."""
    names = _wording()["methods"].get(method)
    return method if names is None else str(names[lang])


def calibration_tests(answer: Answer) -> int:
    """On how many list-dropping tests the interval was calibrated; 0 when it was not."""
    found = answer.parameters.get("list_dropping_tests", 0)
    return int(found)


def _in_language(
    answer: Answer,
    variants: Sequence[Variant],
    declared: Declared,
    overlap: Overlap,
    lang: str,
) -> str:
    count = {"documented": answer.documented, "lists": len(answer.lists)}
    parts = [_say("documented" if len(answer.lists) > 1 else "documented_one", lang, count)]
    if isinstance(answer, Refusal):
        reasons = " ".join(reasons_in_words(answer.reasons[:MOST_REASONS], lang, declared))
        if len(answer.reasons) > MOST_REASONS:
            more = {"more": len(answer.reasons) - MOST_REASONS}
            reasons = f"{reasons} {_say('more_reasons', lang, more)}"
        parts += [_say("refused", lang, {}), _say("because", lang, {"reasons": reasons})]
        parts += overlap_in_words(overlap, lang) if len(overlap.totals) == 2 else []
        return " ".join(parts)
    low, high = answer.interval
    parts.append(
        _say(
            "estimated",
            lang,
            {
                "low": math.floor(low),
                "high": math.ceil(high),
                "level": f"{100 * answer.level:g}",
                "median": round(answer.median),
                "assumption": assumption_in_words(answer, declared, lang),
            },
        )
    )
    under, over = answer.undocumented_interval
    parts.append(
        _say("undocumented", lang, {"low": max(math.floor(under), 0), "high": math.ceil(over)})
    )
    parts += _of_variants(variants, lang)
    tests = calibration_tests(answer)
    if tests:
        parts.append(_say("calibrated", lang, {"tests": tests}))
    return " ".join(parts)


def _of_variants(variants: Sequence[Variant], lang: str) -> list[str]:
    parts = []
    swept = [v.interval for v in variants if v.kind == "dependence" and v.interval is not None]
    if swept:
        low, high = min(pair[0] for pair in swept), max(pair[1] for pair in swept)
        parts.append(_say("dependence", lang, {"low": math.floor(low), "high": math.ceil(high)}))
    without = [v for v in variants if v.kind == "list-left-out"]
    medians = [v.median for v in without if v.median is not None]
    if len(medians) == 1:
        (only,) = (v for v in without if v.median is not None)
        values: dict[str, Any] = {"name": str(only.what["list"]), "median": round(medians[0])}
        parts.append(_say("left_out_one", lang, values))
    elif medians:
        values = {"low": round(min(medians)), "high": round(max(medians))}
        parts.append(_say("left_out", lang, values))
    names = [str(v.what["list"]) for v in without if v.median is None]
    if names and len(without) > FEWEST_TO_LEAVE_OUT:
        joined = _wording()["sentence"]["joined"][lang].join(names)
        which = "left_out_refused" if len(names) == 1 else "left_out_refused_each"
        parts.append(_say(which, lang, {"names": joined}))
    return parts


def _say(name: str, lang: str, values: Mapping[str, Any]) -> str:
    shown = {key: _shown(value, lang) for key, value in values.items()}
    return _filled(_wording()["sentence"][name][lang], shown)


def _shown(value: Any, lang: str) -> str:
    """A value as it stands in a sentence; digits are Western in both languages."""
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(_wording()["sentence"]["joined"][lang]).join(map(str, value))


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its slots filled; a slot that nothing is known for becomes empty.

    Each slot is filled once, so that braces in the name of a list stay what they are.
    """
    return _SLOT.sub(lambda found: str(values.get(found[1], "")), template)


@cache
def _wording() -> dict[str, Any]:
    text = files("bayyina.estimation").joinpath("wording.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
