"""Evaluating evidence against a documentation standard, with reasons.

The answer says whether the evidence suffices and why; it never decides. Two people do, and
neither of them may have entered the record (``evaluate_people``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.documentation_standard import (
    LINE_LISTS,
    DocumentationStandard,
    EvidenceLine,
    LineSet,
)


class Reason(NamedTuple):
    """One reason for an answer."""

    code: str
    """Stable name: ``met``, ``missing_line``, ``same_origin``, ``condition``, ``blocked``,
    ``never_alone``, ``not_stated``, ``too_few_people``, ``entered_it``."""

    message: str
    """One sentence for people."""

    lines: tuple[str, ...] = ()
    """The lines, conditions or properties that it is about."""


class Evaluation(NamedTuple):
    """Whether evidence meets a standard, and why."""

    met: bool
    """Whether it suffices."""

    result: str | None
    """What may be said when it is met; None otherwise."""

    reasons: tuple[Reason, ...]
    """Why. When it is not met: what is missing in the set that lacks least, and what blocks."""

    met_by: tuple[EvidenceLine, ...] = ()
    """The evidence that meets it."""

    standard: str = ""
    """Name of the standard."""

    digest: str = ""
    """Digest of the standard."""


def evaluate(
    standard: DocumentationStandard,
    evidence: Iterable[EvidenceLine],
    *,
    conditions: Collection[str] = (),
    stated: Collection[str] | None = None,
    vocabulary: Vocabulary | None = None,
) -> Evaluation:
    """Evaluate lines of evidence.

    Args:
        standard: The standard.
        evidence: The lines at hand, with their origins.
        conditions: Conditions that are recorded, such as ``minimal_disfigurement_recorded``.
        stated: Properties that are stated of the record; None leaves ``needs`` unchecked
            and says so by not being met when the standard needs any.
        vocabulary: Where a line is looked up that is narrower than the one asked for.
    """
    at_hand = tuple(dict.fromkeys(evidence))
    words = vocabulary or Vocabulary.load()
    obstacles = [*_blocked(standard, at_hand, words), *_not_stated(standard, stated)]
    tried = [
        _try_set(standard, line_set, at_hand, conditions, words) for line_set in standard.any_of
    ]
    fitting = next((found for found in tried if not found.missing), None)
    if fitting is not None and not obstacles:
        lines = tuple(line.line for line in fitting.used)
        reason = Reason("met", f"The evidence suffices: {', '.join(lines)}.", lines)
        return _answer(standard, (reason,), fitting.used)
    if fitting is not None:
        return _answer(standard, tuple(obstacles))
    nearest = min(tried, key=lambda found: len(found.missing))
    alone = _never_alone(standard, at_hand, words)
    return _answer(standard, (*obstacles, *alone, *nearest.missing))


def evaluate_people(
    standard: DocumentationStandard, *, entered_by: Collection[str], decided_by: Sequence[str]
) -> tuple[Reason, ...]:
    """Why the people who decided do not suffice; empty when they do."""
    reasons = []
    entered = sorted(set(decided_by) & set(entered_by))
    if entered:
        message = "Somebody who entered the record cannot decide about it."
        reasons.append(Reason("entered_it", message, tuple(entered)))
    others = set(decided_by) - set(entered_by)
    if len(others) < standard.people:
        message = (
            f"The standard asks for {standard.people} people who did not enter the record; "
            f"{len(others)} decided."
        )
        reasons.append(Reason("too_few_people", message))
    return tuple(reasons)


class _Tried(NamedTuple):
    used: tuple[EvidenceLine, ...]
    missing: tuple[Reason, ...]


def _answer(
    standard: DocumentationStandard,
    reasons: tuple[Reason, ...],
    met_by: tuple[EvidenceLine, ...] = (),
) -> Evaluation:
    return Evaluation(
        met=bool(met_by),
        result=standard.result if met_by else None,
        reasons=reasons,
        met_by=met_by,
        standard=standard.name,
        digest=standard.digest,
    )


def _try_set(
    standard: DocumentationStandard,
    line_set: LineSet,
    at_hand: Sequence[EvidenceLine],
    conditions: Collection[str],
    words: Vocabulary,
) -> _Tried:
    missing: list[Reason] = []
    choices: list[list[EvidenceLine]] = []
    for line in line_set.lines:
        found = [one for one in at_hand if _is_line(one.line, line, words)]
        choices.append(found)
        if not found:
            missing.append(Reason("missing_line", f"There is no {line}.", (line,)))
    if line_set.only_if is not None and line_set.only_if not in conditions:
        message = f"It counts only if {line_set.only_if}, which is not recorded."
        missing.append(Reason("condition", message, (line_set.only_if,)))
    if missing:
        return _Tried((), tuple(missing))
    return _with_origins(standard, line_set, choices)


def _with_origins(
    standard: DocumentationStandard, line_set: LineSet, choices: list[list[EvidenceLine]]
) -> _Tried:
    """Whether the lines that were found come from as many origins as the set needs."""
    picked = _pick_apart(choices) if standard.independent else [one[0] for one in choices]
    if picked is None:
        message = "The lines go back to the same origin; they must come from different ones."
        return _Tried((), (Reason("same_origin", message, line_set.lines),))
    needed = line_set.origins or 1
    used = list(picked)
    for one in (line for found in choices for line in found):
        if len({line.origin for line in used}) >= needed:
            break
        if one.origin not in {line.origin for line in used}:
            used.append(one)
    origins = len({line.origin for line in used})
    if origins < needed:
        message = f"It needs {needed} different origins; there are {origins}."
        return _Tried((), (Reason("same_origin", message, line_set.lines),))
    return _Tried(tuple(used), ())


def _pick_apart(choices: list[list[EvidenceLine]]) -> list[EvidenceLine] | None:
    """One piece of evidence for each line so that all origins differ; None if there is no way.

    A matching of lines to origins by augmenting paths (Kuhn's algorithm).
    """
    taken: dict[str, int] = {}
    picked: dict[int, EvidenceLine] = {}

    def place(index: int, seen: set[str]) -> bool:
        for one in choices[index]:
            if one.origin in seen:
                continue
            seen.add(one.origin)
            if one.origin not in taken or place(taken[one.origin], seen):
                taken[one.origin] = index
                picked[index] = one
                return True
        return False

    if all(place(index, set()) for index in range(len(choices))):
        return [picked[index] for index in range(len(choices))]
    return None


def _blocked(
    standard: DocumentationStandard, at_hand: Sequence[EvidenceLine], words: Vocabulary
) -> list[Reason]:
    blocking = standard.blocked_by.lines if standard.blocked_by else ()
    found = [line for line in blocking if any(_is_line(one.line, line, words) for one in at_hand)]
    return [
        Reason("blocked", f"There is {line}, which people must resolve first.", (line,))
        for line in found
    ]


def _not_stated(standard: DocumentationStandard, stated: Collection[str] | None) -> list[Reason]:
    missing = tuple(name for name in standard.needs if stated is None or name not in stated)
    if not missing:
        return []
    message = f"The record does not state {', '.join(missing)}."
    return [Reason("not_stated", message, missing)]


def _never_alone(
    standard: DocumentationStandard, at_hand: Sequence[EvidenceLine], words: Vocabulary
) -> list[Reason]:
    lines = standard.never_alone.lines if standard.never_alone else ()
    present = tuple(
        line for line in lines if any(_is_line(one.line, line, words) for one in at_hand)
    )
    if not present:
        return []
    message = f"{', '.join(present)} can never stand alone."
    return [Reason("never_alone", message, present)]


def _is_line(line: str, wanted: str, words: Vocabulary) -> bool:
    """Whether a line is the wanted one or a narrower one."""
    return line == wanted or any(
        line in words.term_lists[name].terms and words.term_lists[name].is_within(line, wanted)
        for name in LINE_LISTS
    )
