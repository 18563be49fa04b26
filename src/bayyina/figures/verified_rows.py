"""Rules of counting that let only those records count that people have verified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bayyina.figures.counting_rules import Rules
from bayyina.figures.relations import VERIFICATION, VERIFIED
from bayyina.figures.row_sources import RowSource
from bayyina.figures.verdicts import NO, YES, Verdict, code_in, judged

ONLY_VERIFIED: Final = "verified"
"""Rule of a methodology: a record counts when two people verified it under the standard."""

OR_EARLIER: Final = "verified_or_earlier"
"""The same, or when it had been verified before it was brought here."""


def only_verified(sources: list[RowSource]) -> list[RowSource]:
    """The sources, limited to records that the methodology lets count."""
    for source in sources:
        if source.record_type:
            source.verdict &= _counts(source, source.record_type)
            continue
        for name in source.rules.methodology.counts:  # the start of custody of a state
            if _rule(source.rules, name) is not None:
                source.verdict &= _counts(source, name) | ~_is_of_type(source, name)
    return sources


def is_decided(source: RowSource, prop: str, values: Sequence[str]) -> Verdict:
    """Whether a row's record has been decided so; it never remains open."""
    column = source.coded(prop)
    if column is None:
        return NO
    meanings = source.rules.meanings
    certain, _ = meanings.codes(column.domain, column.sets, values, multiple=True)
    return code_in(column.sql, certain, certain)


def _counts(source: RowSource, record_type: str) -> Verdict:
    rule = _rule(source.rules, record_type)
    if rule is None:
        return YES
    standard, only = rule
    verdict = is_decided(source, VERIFIED, [standard])
    if only == OR_EARLIER:
        verdict |= is_decided(source, VERIFICATION, ["earlier_practice"])
    return verdict


def _rule(rules: Rules, record_type: str) -> tuple[str, str] | None:
    """Standard and strictness by which records of a type count; None when all of them do."""
    rule = rules.methodology.counts.get(record_type)
    standard, only = getattr(rule, "standard", None), getattr(rule, "only", None)
    return None if standard is None or only is None else (str(standard), str(only))


def _is_of_type(source: RowSource, record_type: str) -> Verdict:
    """Whether a row of custody rests on a record of a type."""
    table = source.rules.warm.table(record_type)
    if table is None:
        return NO
    relation = source.rules.warm.relation(table.name)
    sql = f"EXISTS (SELECT 1 FROM {relation} x WHERE x.record = r.record)"
    return judged(sql, sql)
