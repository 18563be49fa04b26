"""An estimation as its JSON document, and as a person reads it on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from bayyina.app.estimate_words import range_text, stratum_line, variant_in_words
from bayyina.cli.estimation_documents import (
    DrawsDocument,
    EstimateDiagnosticsDocument,
    EstimateDocument,
    EstimateReasonDocument,
    OverlapDocument,
    RangeDocument,
    StratumDocument,
    VariantDocument,
    VariantRangeDocument,
)
from bayyina.estimation.overlaps import Overlap
from bayyina.estimation.pooling import Spread
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal
from bayyina.estimation.sensitivity import Variant
from bayyina.estimation.sentences import (
    LANGUAGES,
    assumption_in_words,
    calibration_tests,
    reason_in_words,
    reasons_in_words,
)
from bayyina.estimation.study import StratumAnswer, Study


def document_of(study: Study) -> EstimateDocument:
    """The JSON document of an estimation."""
    answer = study.answer
    texts = {lang: assumption_in_words(answer, study.stated_in(lang), lang) for lang in LANGUAGES}
    return {
        "documented": answer.documented,
        "estimate": _range(answer, 0),
        "undocumented": _range(answer, answer.documented),
        "method": answer.method,
        "model": answer.model if isinstance(answer, Estimate) else "",
        "diagnostics": _diagnostics(answer.diagnostics),
        "sensitivity": [_variant(study, variant) for variant in study.variants],
        "assumption": texts["en"],
        "assumptions": {"en": texts["en"], "ar": texts["ar"]},
        "sentence": {"en": study.sentence["en"], "ar": study.sentence["ar"]},
        "reasons": _reasons(study, answer.reasons if isinstance(answer, Refusal) else ()),
        "cautions": _reasons(study, study.cautions),
        "calibration_tests": calibration_tests(answer),
        "lists": [
            {"name": part.name, "people": part.people, "alone": part.alone}
            for part in study.check.overlap.totals
        ],
        "overlap": _overlap(study.check.overlap),
        "strata": [_stratum(study, part) for part in study.strata],
        "by": list(study.captures.by),
        "draws": None if study.spread is None else _draws(study.spread),
        "declared": study.declared.to_json(),
        "parameters": dict(answer.parameters),
        "seed": study.settings.seed,
        "digest": study.captures.table.digest,
        "inputs": dict(study.captures.inputs),
    }


def in_words(study: Study, lang: str) -> str:
    """An estimation as a person reads it on a terminal."""
    lines = [study.sentence[lang]]
    if study.strata:
        lines += ["", *(stratum_line(part, lang) for part in study.strata)]
    rows = [(variant_in_words(v, lang), range_text(v, lang)) for v in study.variants]
    if rows:
        width = max(len(label) for label, _ in rows)
        lines += ["", *(f"  {label:<{width}}  {text}" for label, text in rows)]
    cautions = reasons_in_words(study.cautions, lang, study.stated_in(lang))
    if cautions:
        lines += ["", *cautions]
    return "\n".join(lines)


def _range(answer: Estimate | Refusal, less: int) -> RangeDocument | None:
    """The estimate less the documented, or as it is; None for a refusal."""
    if isinstance(answer, Refusal):
        return None
    low, high = answer.interval
    return {
        "median": round(answer.median - less, 3),
        "mean": round(answer.mean - less, 3),
        "interval95": (round(low - less, 3), round(high - less, 3)),
    }


def _rounded(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if interval is None else (round(interval[0], 3), round(interval[1], 3))


def _reasons(study: Study, reasons: Iterable[Reason]) -> list[EstimateReasonDocument]:
    return [
        {
            "code": reason.code,
            "detail": reason.detail_to_json(),
            "en": reason_in_words(reason, "en", study.stated_in("en")),
            "ar": reason_in_words(reason, "ar", study.stated_in("ar")),
        }
        for reason in reasons
    ]


def _diagnostics(found: Diagnostics) -> EstimateDiagnosticsDocument:
    return {
        "rhat": found.rhat,
        "ess": found.ess,
        "converged": found.converged,
        "identifiable": found.identifiable,
        "exists": found.exists,
        "spread": found.spread,
        "components": [
            {
                "method": part.method,
                "weight": part.weight,
                "median": round(part.median, 3),
                "interval95": _rounded(part.interval),
            }
            for part in found.components
        ],
    }


def _variant(study: Study, variant: Variant) -> VariantDocument:
    found: VariantRangeDocument | None = None
    if variant.median is not None:
        found = {"median": round(variant.median, 3), "interval95": _rounded(variant.interval)}
    return {
        "kind": variant.kind,
        "what": dict(variant.what),
        "documented": variant.documented,
        "estimate": found,
        "reasons": _reasons(study, variant.reasons),
    }


def _stratum(study: Study, part: StratumAnswer) -> StratumDocument:
    answer = part.answer
    return {
        "stratum": dict(zip(study.captures.by, part.key, strict=True)),
        "documented": answer.documented,
        "estimate": _range(answer, 0),
        "undocumented": _range(answer, answer.documented),
        "model": answer.model if isinstance(answer, Estimate) else "",
        "reasons": _reasons(study, answer.reasons),
    }


def _overlap(overlap: Overlap) -> OverlapDocument:
    return {
        "on_several": overlap.on_several,
        "pairs": [
            {
                "lists": pair.lists,
                "both": pair.both,
                "people": pair.people,
                "odds_ratio": None if pair.odds_ratio is None else round(pair.odds_ratio, 4),
            }
            for pair in overlap.pairs
        ],
        "intersections": [
            {"lists": list(part.lists), "people": part.people} for part in overlap.intersections
        ],
        "contained": list(overlap.contained),
    }


def _draws(spread: Spread) -> DrawsDocument:
    return {
        "draws": spread.draws,
        "refused": spread.refused,
        "documented": spread.documented,
        "medians": spread.medians,
        "between": spread.between,
    }
