"""Rows of acts that have to do with what is counted, and whether there is such an act."""

from __future__ import annotations

from bayyina.figures.assembled import FIRST_DAY, LAST_DAY
from bayyina.figures.counting_rules import Rules
from bayyina.figures.query_tree import Act, And, Comparison, Condition, Not, Or
from bayyina.figures.relations import (
    PERSON,
    is_about_person,
    occurred_property,
    record_types,
    relation,
)
from bayyina.figures.row_sources import RowSource
from bayyina.figures.verdicts import NO, Verdict, all_of, any_of, judged
from bayyina.figures.verified_rows import only_verified


def act_rows(rules: Rules, act: Act, *, timed: bool) -> list[RowSource]:
    """Rows of the records that an act condition speaks of, one source for each kind.

    Args:
        rules: The surroundings.
        act: Record type and comparisons.
        timed: Whether the query's interval applies to them.
    """
    sources = only_verified(linked_rows(rules, act.type))
    for source in sources:
        source.verdict &= all_of(source.compare(comparison) for comparison in act.comparisons)
        limit_to_day(source)
        if timed:
            limit_to_interval(source)
    return sources


def limit_to_day(source: RowSource) -> None:
    """Leave out what happened after the day that the query names, if it names one."""
    rules = source.rules
    dated = occurred_property(rules.vocabulary, source.record_type) is not None
    if rules.query.as_of is not None and dated:
        source.limit("occurred", None, rules.as_of)


def limit_to_interval(source: RowSource) -> None:
    """Leave out what lies outside the query's interval, on the axis that it names."""
    if source.rules.query.interval is not None:
        source.limit(source.rules.query.axis, *source.rules.interval)


def linked_rows(rules: Rules, type_name: str) -> list[RowSource]:
    """Rows of all records of a type that are linked to what is counted."""
    link = relation(rules.vocabulary, rules.record, type_name)
    if link is None:
        return []
    sources = []
    for kind in record_types(rules.vocabulary, type_name):
        table = rules.warm.table(kind)
        if table is None:
            continue
        relation_name = rules.warm.relation(table.name)
        if link.kind == "person":
            if not is_about_person(rules.vocabulary, kind):
                continue
            source = RowSource(
                rules,
                f"{relation_name} r",
                kind,
                table,
                "r.pid",
                "TRUE" if table.sole else "r.sole",
                judged("TRUE" if table.lone else "r.sure", "r.pid >= 0"),
            )
            source.verdict &= judged("r.pid >= 0", "TRUE")
        else:
            source = _by_link(rules, kind, table.name, link.kind, link.property)
        sources.append(source)
    return sources


def _by_link(rules: Rules, kind: str, name: str, way: str, prop: str) -> RowSource:
    """Rows of a kind that link to what is counted (``to``), or that it links to (``from``)."""
    table = rules.warm.assembled.tables[kind]
    here, there = ("record", "target") if way == "to" else ("target", "record")
    base = (
        f"{rules.warm.relation(name)} r JOIN {rules.warm.relation('link')} l "
        f"ON l.{here} = r.record AND l.property = '{prop}'"
    )
    return RowSource(rules, base, kind, table, f"l.{there}", "FALSE", judged("l.sure", "TRUE"))


def unit_rows(rules: Rules) -> list[RowSource]:
    """Rows of what is counted, one source for each kind."""
    sources = []
    for kind in record_types(rules.vocabulary, rules.record):
        table = rules.warm.table(kind)
        if table is None:
            continue
        uid, unique = ("r.pid", "TRUE") if kind == PERSON else ("r.record", "r.lone")
        source = RowSource(
            rules,
            f"{rules.warm.relation(table.name)} r",
            kind,
            table,
            uid,
            "TRUE" if table.lone else unique,
        )
        source.verdict = unit_filter(source)
        sources.append(source)
    return sources


def with_unit(source: RowSource) -> RowSource:
    """The source with the row of what is counted joined to it, where conditions may look."""
    rules = source.rules
    if rules.record == PERSON or source.is_direct or not source.record_type:
        return source
    (kind,) = record_types(rules.vocabulary, rules.record)
    table = rules.warm.table(kind)
    if table is None:
        source.verdict = judged("FALSE", "FALSE")
        return source
    source.base += f" JOIN {rules.warm.relation(table.name)} u ON u.record = {source.uid}"
    source.unit_alias, source.unit_table = "u", table
    source.verdict &= unit_filter(source)
    return source


def unit_filter(source: RowSource) -> Verdict:
    """Whether the row of what is counted has the values that its unit asks for, for certain."""
    rules = source.rules
    unit = rules.vocabulary.units[rules.query.unit]
    verdicts = [
        source.compare_unit(Comparison(prop, "=", (value,))) for prop, value in unit.filter.items()
    ]
    certain = all_of(verdicts).certain
    return judged(certain, certain)


def there_is(source: RowSource, type_name: str, inner: list[RowSource]) -> Verdict:
    """Whether at least one of the inner rows, of a type, has to do with the row of ``source``."""
    if not inner:
        return NO
    link = relation(source.rules.vocabulary, source.rules.record, type_name)
    by_person = link is not None and link.kind == "person"
    key = f"{source.unit_alias}.pid" if by_person else source.uid
    if all(part.verdict.certain == part.verdict.possible for part in inner):
        exists = _exists(key, inner)
        verdict = judged(exists, exists)
    else:
        alias = source.join("e", f"LEFT JOIN ({_best(inner)}) {{0}} ON {{0}}.k = {key}")
        verdict = judged(f"coalesce({alias}.c, FALSE)", f"{alias}.k IS NOT NULL")
    return source.of_person(verdict) if by_person else verdict


def _exists(key: str, inner: list[RowSource]) -> str:
    """SQL for whether a row has the key; a plain question, which the database turns around."""
    rows = " UNION ALL ".join(
        f"SELECT {part.uid} AS k FROM {part.relation} WHERE {part.verdict.certain}"
        for part in inner
    )
    return f"EXISTS (SELECT 1 FROM ({rows}) i WHERE i.k = {key})"


def _best(inner: list[RowSource]) -> str:
    """One row for each key: whether one of its rows is certain. Keys with one row are not grouped."""
    unique = inner[0].unique if len(inner) == 1 else "FALSE"
    rows = " UNION ALL ".join(
        f"SELECT {part.uid} AS k, ({part.verdict.certain_if_possible}) AS c, ({unique}) AS sole "
        f"FROM {part.relation} WHERE {part.verdict.possible}"
        for part in inner
    )
    grouped = "SELECT k, bool_or(c) AS c FROM ({0}) {1} GROUP BY k"
    if unique == "TRUE":
        return f"SELECT k, c FROM ({rows})"
    if unique == "FALSE":
        return grouped.format(rows, "")
    return (
        f"SELECT k, c FROM ({rows}) WHERE sole UNION ALL {grouped.format(rows, 'WHERE NOT sole')}"
    )


def holds(source: RowSource, condition: Condition, *, timed: bool) -> Verdict:
    """Whether a condition holds of what is counted by a row.

    Args:
        source: The rows.
        condition: The condition.
        timed: Whether the query's interval applies to acts outside every ``not``.
    """
    match condition:
        case Comparison():
            return source.compare_unit(condition)
        case Act():
            return there_is(source, condition.type, act_rows(source.rules, condition, timed=timed))
        case Not():
            return ~holds(source, condition.part, timed=False)
        case And():
            return all_of(holds(source, part, timed=timed) for part in condition.parts)
        case Or():
            acts, others = _by_person(source.rules, condition)
            verdicts = [holds(source, part, timed=timed) for part in others]
            if acts:  # one question for all of them is cheaper than one for each
                inner = [row for act in acts for row in act_rows(source.rules, act, timed=timed)]
                verdicts.append(there_is(source, acts[0].type, inner))
            return any_of(verdicts)


def _by_person(rules: Rules, condition: Or) -> tuple[list[Act], list[Condition]]:
    """The parts that are acts found by the person, when there are several, and the others."""
    links = {
        part: relation(rules.vocabulary, rules.record, part.type)
        for part in condition.parts
        if isinstance(part, Act)
    }
    acts = [part for part, link in links.items() if link is not None and link.kind == "person"]
    if len(acts) < 2:
        return [], list(condition.parts)
    return acts, [part for part in condition.parts if part not in acts]


def leading_acts(condition: Condition | None) -> list[tuple[Act, list[Condition]]] | None:
    """The condition as "this act and the rest, or that act and the rest, or …".

    Returns:
        Pairs of an act and what must hold besides it; None when some way of meeting the
        condition names no act.
    """
    match condition:
        case Act():
            return [(condition, [])]
        case And():
            for i, part in enumerate(condition.parts):
                found = leading_acts(part)
                if found is not None:
                    others = [other for j, other in enumerate(condition.parts) if j != i]
                    return [(act, [*rest, *others]) for act, rest in found]
            return None
        case Or():
            parts = [leading_acts(part) for part in condition.parts]
            return None if None in parts else [pair for part in parts for pair in part or []]
        case _:
            return None


def has_timed_act(condition: Condition | None) -> bool:
    """Whether there is an act outside every ``not``, to which an interval can apply."""
    match condition:
        case Act():
            return True
        case And() | Or():
            return any(has_timed_act(part) for part in condition.parts)
        case _:
            return False


def reported_rows(
    rules: Rules, type_name: str, last: int, *comparisons: Comparison
) -> list[RowSource]:
    """Rows of acts that happened on or before a day; undated ones by the day of documentation."""
    sources = linked_rows(rules, type_name)
    for source in sources:
        lo, hi = source.axes["occurred"]
        undated = f"{lo} = {FIRST_DAY} AND {hi} = {LAST_DAY}"
        end = f"CASE WHEN {undated} THEN {source.axes['documented'][1]} ELSE {hi} END"
        source.axes["occurred"] = (lo, f"({end})")
        source.limit("occurred", None, last)
        source.verdict &= all_of(source.compare(comparison) for comparison in comparisons)
    return sources
