"""One estimation as it is published: checks, answer, strata, sensitivity, sentences.

The steps are those of the explanation page: (1) does anything speak against estimating,
(2) the estimate, over strata where the people are divided, (3) how it moves when what
cannot be tested is otherwise, (4) what it says in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.captures import Captures, Key, Stratum
from bayyina.estimation.estimating import Method, estimate
from bayyina.estimation.imputation import imputed_strata
from bayyina.estimation.overlaps import describe_overlap
from bayyina.estimation.pooling import Spread, estimate_over_draws, pool
from bayyina.estimation.population_checks import (
    THIN_STRATUM,
    Check,
    Declared,
    check_lists,
    check_population,
    lists_of_their_own,
    used_lists,
)
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal
from bayyina.estimation.sensitivity import (
    FEWEST_TO_LEAVE_OUT,
    Variant,
    lists_left_out,
    methods_combined,
    swept_dependence,
    variant_of,
)
from bayyina.estimation.sentences import (
    LANGUAGES,
    calibration_tests,
    overlap_in_words,
    sentences,
)
from bayyina.estimation.strata import Unanswered, add_strata, may_be_imputed
from bayyina.estimation.two_lists import estimate_two_lists

Answer = Estimate | Refusal
"""What was found."""

Progress = Callable[[int, int | None, str], None]
"""Told how much of a piece of work is done, of how much, and what it is."""


def _unseen(done: int, total: int | None, what: str) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to estimate."""

    method: Method = "best"
    """Name of the method."""

    seed: int = 0
    """Seed of the random numbers."""

    level: float = 0.95
    """Probability of the interval."""

    with_sensitivity: bool = True
    """Whether lists are left out and strata given up in turn; the sweep of the dependence
    costs nothing and is always there."""


@dataclass(frozen=True, slots=True)
class StratumAnswer:
    """One stratum's own answer."""

    key: Key
    """Value of each dividing column or key."""

    answer: Answer
    """Its estimate, or why there is none."""


@dataclass(frozen=True, slots=True)
class Study:
    """An estimation with everything that has to stand beside it."""

    captures: Captures
    """What was estimated from."""

    declared: Declared
    """What people stated of the lists."""

    in_arabic: Declared | None
    """The same in Arabic, where it is known in both languages."""

    settings: Settings
    """How it was estimated."""

    check: Check
    """What speaks against it, what has to be said of it, and how the lists overlap."""

    answer: Answer
    """The estimate of everybody, or why there is none."""

    strata: tuple[StratumAnswer, ...]
    """The strata, in order; empty when the people are not divided."""

    variants: tuple[Variant, ...]
    """The sensitivity of the answer; empty after a refusal."""

    spread: Spread | None
    """How far draws differ, where records or people were placed by chance many times over."""

    sentence: dict[str, str]
    """What it says, by language."""

    @property
    def cautions(self) -> tuple[Reason, ...]:
        """What has to be said beside the answer, each once."""
        beside: tuple[Reason, ...] = ()
        if isinstance(self.answer, Estimate):
            single = () if calibration_tests(self.answer) else (Reason("not-calibrated"),)
            beside = (*self.answer.reasons, *single)
        found = {_identity(reason): reason for reason in (*beside, *self.check.cautions)}
        against = {_identity(reason) for reason in self.check.against}
        return tuple(reason for key, reason in found.items() if key not in against)

    def stated_in(self, lang: str) -> Declared:
        """What people stated, in a language if it is known there."""
        return self.in_arabic if lang == "ar" and self.in_arabic is not None else self.declared


def make_study(
    captures: Captures,
    declared: Declared,
    settings: Settings,
    *,
    in_arabic: Declared | None = None,
    linkages: Sequence[CaptureTable] = (),
    progress: Progress = _unseen,
) -> Study:
    """The whole estimation.

    Args:
        captures: Who was on which list.
        declared: What people state of the lists.
        settings: How to estimate.
        in_arabic: What they state in Arabic, where it is known in both languages.
        linkages: Tables of equally likely ways of joining the records, over which the answer is
            pooled; ``captures`` holds the likeliest one. Not with strata.
        progress: Told of every table that was estimated from.

    Raises:
        EstimationError: the method, seed or level is not one.
    """
    check = check_population(captures, declared)
    tables = _tables_to_ask(captures, settings) if not linkages else None
    ask = _told(estimator(declared, settings), progress, tables)
    strata: tuple[StratumAnswer, ...] = ()
    spread = None
    if check.against:
        answer: Answer = refusal(captures.table, settings, check.against)
    elif captures.strata:
        answer, strata, spread = _over_strata(captures, settings, ask)
    elif linkages:
        answer, spread = estimate_over_draws(linkages, ask)
        check = replace(check, cautions=(*check.cautions, _carried(spread)))
    else:
        answer = ask(captures.table)
    variants: tuple[Variant, ...] = ()
    if isinstance(answer, Estimate):
        variants = _variants(captures, answer, settings, ask)
    stated = {"en": declared, "ar": in_arabic or declared}
    words = sentences(answer, variants, stated, check.overlap)
    return Study(
        captures, declared, in_arabic, settings, check, answer, strata, variants, spread, words
    )


def _tables_to_ask(captures: Captures, settings: Settings) -> int | None:
    """How many tables there are to estimate from; None where it is not known beforehand."""
    if captures.strata:
        return None
    lists = len(captures.table.lists)
    return 1 + (lists if settings.with_sensitivity and lists >= FEWEST_TO_LEAVE_OUT else 0)


def _told(
    ask: Callable[[CaptureTable], Answer], progress: Progress, tables: int | None
) -> Callable[[CaptureTable], Answer]:
    """What answers a table and tells of it."""
    done = 0

    def told(table: CaptureTable) -> Answer:
        nonlocal done
        answer = ask(table)
        done += 1
        if tables is None or tables > 1:  # one table alone has nothing to wait between
            progress(done, tables, "tables estimated")
        return answer

    return told


def describe(captures: Captures, settings: Settings) -> Study:
    """How the lists overlap, and nothing estimated from it; no reason is needed for that."""
    check = check_population(captures, Declared())
    nothing = refusal(captures.table, settings, ())
    words = {lang: " ".join(overlap_in_words(check.overlap, lang)) for lang in LANGUAGES}
    return Study(captures, Declared(), None, settings, check, nothing, (), (), None, words)


def estimator(declared: Declared, settings: Settings) -> Callable[[CaptureTable], Answer]:
    """What answers one table under the settings: two lists only where people defend it."""

    def ask(table: CaptureTable) -> Answer:
        used = used_lists(table)
        against = check_lists(used, declared)
        if against:
            return refusal(used, settings, against)
        own = lists_of_their_own(describe_overlap(used))
        if len(own) == 2:
            pair = used.pick(used.lists.index(name) for name in own)
            return estimate_two_lists(pair, declared, seed=settings.seed, level=settings.level)
        return estimate(used, method=settings.method, seed=settings.seed, level=settings.level)

    return ask


def refusal(table: CaptureTable, settings: Settings, reasons: Sequence[Reason]) -> Refusal:
    """No number, for these reasons."""
    return Refusal(
        documented=table.documented,
        method=settings.method,
        lists=table.lists,
        reasons=tuple(reasons),
        diagnostics=Diagnostics(identifiable=False),
        seed=settings.seed,
        input_digest=table.digest,
    )


def _over_strata(
    captures: Captures,
    settings: Settings,
    ask: Callable[[CaptureTable], Answer],
) -> tuple[Answer, tuple[StratumAnswer, ...], Spread | None]:
    """The sum of the strata; with people whose stratum is unknown, over draws of where they are."""
    draws = imputed_strata(captures, seed=settings.seed)
    known: dict[str, Answer] = {}

    def once(stratum: Stratum) -> Answer:
        digest = stratum.table.digest
        if digest not in known:
            known[digest] = _of_stratum(stratum, settings, ask)
        return known[digest]

    answers = [[once(stratum) for stratum in strata] for strata in draws]
    parts = tuple(
        StratumAnswer(stratum.key, pool([row[i] for row in answers])[0])
        for i, stratum in enumerate(captures.strata)
    )
    keys = [part.key for part in parts]
    if not _added(keys, [part.answer for part in parts]):
        return refusal(captures.table, settings, _refused_strata(parts)), parts, None
    sums = [_sum(captures.table, settings, keys, row) for row in answers]
    whole, spread = pool(sums)
    return whole, parts, spread if len(draws) > 1 else None


def _of_stratum(
    stratum: Stratum, settings: Settings, ask: Callable[[CaptureTable], Answer]
) -> Answer:
    thin = _thin(stratum)
    return refusal(stratum.table, settings, thin) if thin else ask(stratum.table)


def _sum(
    table: CaptureTable, settings: Settings, keys: Sequence[Key], parts: Sequence[Answer]
) -> Answer:
    whole = _added(keys, parts)
    if whole is not None:
        return whole
    refused = next(part for part in parts if isinstance(part, Refusal))
    return refusal(table, settings, refused.reasons)


def _added(keys: Sequence[Key], parts: Sequence[Answer]) -> Estimate | None:
    """The strata together; None where those without an estimate are too many to be imputed."""
    known = [part for part in parts if isinstance(part, Estimate)]
    missing = [
        Unanswered(", ".join(key), part)
        for key, part in zip(keys, parts, strict=True)
        if isinstance(part, Refusal) and part.documented
    ]
    if not known or not may_be_imputed(known, missing):
        return None
    return add_strata(known, missing)


def _carried(spread: Spread) -> Reason:
    """That the linkage is not certain, and what that does to the documented count itself."""
    low, high = spread.documented
    return Reason("linkage-carried", {"draws": spread.draws, "low": low, "high": high})


def _thin(stratum: Stratum) -> list[Reason]:
    """A reason if there is next to nobody in a stratum."""
    people = stratum.table.documented
    if people >= THIN_STRATUM:
        return []
    return [Reason("stratum-thin", {"stratum": ", ".join(stratum.key), "people": people})]


def _refused_strata(parts: Sequence[StratumAnswer]) -> list[Reason]:
    """Why the strata do not add up: each one without an estimate."""
    found = []
    for part in parts:
        if isinstance(part.answer, Estimate):
            continue
        reason = part.answer.reasons[0]
        if reason.code != "stratum-thin":
            name, people = ", ".join(part.key), part.answer.documented
            reason = Reason(
                "stratum-refused", {"stratum": name, "because": reason.code, "people": people}
            )
        found.append(reason)
    return found


def _variants(
    captures: Captures,
    answer: Estimate,
    settings: Settings,
    ask: Callable[[CaptureTable], Answer],
) -> tuple[Variant, ...]:
    found = swept_dependence(answer)
    if settings.with_sensitivity:
        if captures.strata:
            found.append(variant_of("not-divided", {}, ask(captures.table)))
        found += lists_left_out(captures.table.lists, _asker(captures, settings, ask))
    return (*found, *methods_combined(answer))


def _asker(
    captures: Captures, settings: Settings, ask: Callable[[CaptureTable], Answer]
) -> Callable[[str], Answer]:
    """What answers without one list: over the strata where the people are divided."""
    if not captures.strata:
        return lambda name: ask(captures.table.drop(name))
    strata = imputed_strata(captures, seed=settings.seed, draws=1)[0]

    def without(name: str) -> Answer:
        fewer = [Stratum(stratum.key, stratum.table.drop(name)) for stratum in strata]
        parts = [_of_stratum(stratum, settings, ask) for stratum in fewer]
        keys = [stratum.key for stratum in fewer]
        return _sum(captures.table.drop(name), settings, keys, parts)

    return without


def _identity(reason: Reason) -> tuple[str, str]:
    return reason.code, repr(sorted(reason.detail.items()))
