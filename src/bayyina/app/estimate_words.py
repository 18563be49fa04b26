"""An estimate, its strata and its variants in words, in English and Arabic."""

from __future__ import annotations

import math

from bayyina.estimation.results import Refusal
from bayyina.estimation.sensitivity import Variant
from bayyina.estimation.sentences import chart_words, method_in_words, reason_in_words
from bayyina.estimation.study import StratumAnswer


def variant_in_words(variant: Variant, lang: str) -> str:
    """What another choice was."""
    what = variant.what
    match variant.kind:
        case "method":
            name = method_in_words(str(what["method"]), lang)
            return chart_words("method", lang, name=name)
        case "list-left-out":
            return chart_words("left_out", lang, name=str(what["list"]))
        case "dependence":
            return chart_words("dependence", lang, factor=f"{what['factor']:.2g}")
        case _:
            return chart_words("not_divided", lang)


def stratum_line(part: StratumAnswer, lang: str) -> str:
    """The answer of one stratum on a line."""
    name = ", ".join(part.key)
    answer = part.answer
    if isinstance(answer, Refusal):
        said = reason_in_words(answer.reasons[0], lang)
        return f"  {name}  {chart_words('none', lang)}: {said}"
    return f"  {name}  {_numbers(answer.median, answer.interval, lang)}"


def range_text(variant: Variant, lang: str) -> str:
    """What another choice gave."""
    if variant.median is None:
        return chart_words("none", lang)
    if variant.interval is None:
        return chart_words("middle", lang, median=round(variant.median))
    return _numbers(variant.median, variant.interval, lang)


def _numbers(median: float, interval: tuple[float, float], lang: str) -> str:
    low, high = math.floor(interval[0]), math.ceil(interval[1])
    return chart_words("range", lang, median=round(median), low=low, high=high)
