"""From a query to the rows that it counts."""

from __future__ import annotations

from bayyina.errors import QueryError
from bayyina.figures.act_rows import (
    act_rows,
    has_timed_act,
    holds,
    leading_acts,
    limit_to_day,
    limit_to_interval,
    unit_rows,
    with_unit,
)
from bayyina.figures.counting_rules import Rules
from bayyina.figures.query_tree import Condition
from bayyina.figures.relations import PERSON, occurred_property, record_types, relation
from bayyina.figures.row_sources import RowSource
from bayyina.figures.states import state_rows
from bayyina.figures.verified_rows import only_verified


def plan(rules: Rules) -> list[RowSource]:
    """Sources of the rows that a query counts.

    What divides the figure, and what the interval applies to, is the first of these that
    there is: the record counted, when it has a date of its own; the act that a state rests
    on; the acts that the condition names outside every ``not``. With a state and such an
    act, the interval applies to the act.
    """
    if _is_dated(rules):
        return _dated(rules)
    if rules.query.state is not None:
        return _in_state(rules)
    leading = _leading(rules)
    if leading is not None:
        return leading
    return _undated(rules)


def _is_dated(rules: Rules) -> bool:
    """Whether what is counted has a date of its own."""
    kinds = record_types(rules.vocabulary, rules.record)
    return any(occurred_property(rules.vocabulary, kind) for kind in kinds) and not (
        rules.query.state is not None
    )


def _dated(rules: Rules) -> list[RowSource]:
    sources = only_verified(unit_rows(rules))
    for source in sources:
        limit_to_day(source)
        limit_to_interval(source)
        _add_condition(source, rules.query.condition, timed=False)
    return sources


def _in_state(rules: Rules) -> list[RowSource]:
    condition = rules.query.condition
    timed = has_timed_act(condition)
    sources = [with_unit(source) for source in only_verified(state_rows(rules))]
    for source in sources:
        if not timed:
            limit_to_interval(source)
        _add_condition(source, condition, timed=timed)
    return sources


def _leading(rules: Rules) -> list[RowSource] | None:
    """Rows of the acts that the condition names; None when they cannot lead."""
    pairs = leading_acts(rules.query.condition)
    if pairs is None:
        return None
    if rules.record != PERSON:
        links = [relation(rules.vocabulary, rules.record, act.type) for act, _ in pairs]
        if any(link is None or link.kind == "person" for link in links):
            return None
        if len(record_types(rules.vocabulary, rules.record)) != 1:
            return None
    sources = []
    for act, rest in pairs:
        for source in act_rows(rules, act, timed=True):
            with_unit(source)
            for part in rest:
                source.verdict &= holds(source, part, timed=True)
            sources.append(source)
    if len(sources) > 1:
        for source in sources:
            source.unique = "FALSE"
    return sources


def _undated(rules: Rules) -> list[RowSource]:
    """Records without a date, and a condition that does not rest on acts alone."""
    query = rules.query
    timed = has_timed_act(query.condition)
    if query.interval is not None and not timed and query.axis == "occurred":
        raise QueryError(
            f"{query.unit.capitalize()} have no date of their own, so nothing says when `in` is.",
            hint="Name an act, such as with Death(…), or write: on documented.",
        )
    sources = only_verified(unit_rows(rules))
    for source in sources:
        if not timed:
            limit_to_interval(source)
        _add_condition(source, query.condition, timed=timed)
    return sources


def _add_condition(source: RowSource, condition: Condition | None, *, timed: bool) -> None:
    if condition is not None:
        source.verdict &= holds(source, condition, timed=timed)
