"""An estimate made in the background, kept with its job in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bayyina.app.drawing_estimates import draw_estimate, draw_overlap
from bayyina.app.estimate_words import range_text, stratum_line, variant_in_words
from bayyina.app.estimating import capture_histories
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.results import Refusal
from bayyina.estimation.sentences import (
    LANGUAGES,
    reason_in_words,
    reasons_in_words,
)
from bayyina.estimation.study import Settings, Study, make_study

ESTIMATE: Final = "estimate"
"""Estimate how many people no list holds."""


def run_estimate(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Estimate; parameters: ``query``, ``lists``, ``by``, ``declared``, ``seed``, ``sensitivity``.

    Raises:
        QueryError: the query cannot be read.
        InputError: it counts something else than persons, or there is no such source.
        PermissionRefusedError: the member may not count.
    """
    require(workspace, "count")
    captures = capture_histories(
        workspace, parameters["query"], progress, lists=parameters["lists"], by=parameters["by"]
    )
    declared = Declared(**parameters["declared"])
    settings = Settings("best", int(parameters["seed"]), with_sensitivity=parameters["sensitivity"])
    study = make_study(captures, declared, settings, progress=progress)
    return {
        "refused": isinstance(study.answer, Refusal),
        "documented": study.answer.documented,
        "digest": study.captures.table.digest,
        "seed": study.settings.seed,
        "custody_size": study.captures.inputs["custody_size"],
        "query": str(study.captures.inputs["query"]),
        "lists": [[part.name, part.people, part.alone] for part in study.check.overlap.totals],
        "said": {lang: _in_words(study, lang) for lang in LANGUAGES},
    }


def _in_words(study: Study, lang: str) -> dict[str, Any]:
    """Everything that stands on a page, in one language."""
    answer, stated = study.answer, study.stated_in(lang)
    is_refused = isinstance(answer, Refusal)
    return {
        "sentence": study.sentence[lang],
        "reasons": [
            reason_in_words(reason, lang, stated)
            for reason in (answer.reasons if is_refused else ())
        ],
        "cautions": list(reasons_in_words(study.cautions, lang, stated)),
        "strata": [stratum_line(part, lang).strip() for part in study.strata],
        "variants": [(variant_in_words(v, lang), range_text(v, lang)) for v in study.variants],
        "overlap": draw_overlap(study.check.overlap, lang),
        "plot": "" if is_refused else draw_estimate(study, lang),
    }
