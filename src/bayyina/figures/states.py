"""States that are derived from acts as of a day.

Let D be the day, and let an act's date be a span. Among acts that start custody,
S = the latest first day of those certainly on or before D, S' = the latest last day of
those possibly on or before D; among acts that end it, E = the latest last day of those
possibly, E' = the latest first day of those certainly on or before D. Then somebody

- is *held* for certain when S exists and E does not, or E < S; possibly when S' exists and
  not E' > S'. It means: not known to have been released;
- is *released* for certain when the latest first day R of releases certainly on or before
  D is after S', and no death possibly is on or before D; possibly when the latest last day
  R' of releases possibly on or before D is not before S, and no death certainly is;
- is *located* likewise, by acts that settle the whereabouts, whatever became of the person;
- is *dead* when there is a death or an execution on or before D;
- is *disappeared* when the methodology's elements hold of the first start of the custody
  that goes on: of the earliest start after the latest act that ended custody (or settled
  what the methodology asks to be settled). Somebody who is moved is not taken anew. Starts
  of which each may be the first are read together, as accounts of one act.

A detention that states until when it lasted is an end too, and no start after that day.

The latest start of custody is the one certainly on or before D with the latest first day,
then the latest last day; without such a one, the latest that is possible. Its group, place
and date are those by which the state is divided. Which acts start and end custody is said by the vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bayyina.errors import QueryError
from bayyina.figures.act_rows import linked_rows, reported_rows, there_is
from bayyina.figures.assembled import FIRST_DAY, LAST_DAY, Column, Table
from bayyina.figures.counting_rules import Rules
from bayyina.figures.custody_tables import (
    END,
    END_DATE,
    FATE,
    START,
    WHEREABOUTS,
    custody_types,
)
from bayyina.figures.ports import DisappearedRule
from bayyina.figures.query_tree import Comparison
from bayyina.figures.query_words import IDENTIFICATION
from bayyina.figures.relations import LAST_CONFIRMED
from bayyina.figures.row_sources import RowSource
from bayyina.figures.verdicts import MAYBE, NO, YES, Verdict, any_of, code_in, judged, within
from bayyina.figures.wide_tables import bound_names

_CONFIRMED: Final = bound_names(LAST_CONFIRMED, Column("date"))[0]
_AXES = {"occurred": ("r.lo", "r.hi"), "documented": ("r.doc_lo", "r.doc_hi")}


def state_rows(rules: Rules) -> list[RowSource]:
    """Rows of what is in the state that the query asks for."""
    state = rules.query.state
    if state is None:
        return []
    match state.name:
        case "held":
            sources = _custody_rows(rules, ends=END, clarified=None)
            return _by_group(sources, state.by)
        case "disappeared":
            return _disappeared(rules, state.by)
        case "released":
            return _by_group(_settled(rules, END | WHEREABOUTS, unless_dead=True), state.by)
        case "located":
            return _settled(rules, WHEREABOUTS, unless_dead=False)
        case "dead":
            return _dead(rules)
        case _:
            known = Comparison("state", "=", ("identified",))
            return reported_rows(rules, IDENTIFICATION, rules.as_of, known)


def _custody_rows(
    rules: Rules, *, ends: int, clarified: str | None, first: Sequence[Verdict] = ()
) -> list[RowSource]:
    """Rows of people who are in custody, with their latest start of custody.

    Args:
        rules: The surroundings.
        ends: Roles of acts that end it: END, or 0 when nothing does.
        clarified: ``and`` when an act or acts that settle fate and whereabouts end it too,
            ``or`` when one of the two is enough, None when neither matters.
        first: What is asked of the first start of that custody, as verdicts on its row ``r``;
            rows then have ``first_sure`` and ``first_maybe``, the days by which it certainly
            and possibly began, and ``sure_0``, ``maybe_0`` and so on for the verdicts.
    """
    table = rules.warm.assembled.custody
    if table is None:
        return []
    one = _one_verdict(rules.as_of, ends, clarified)
    many = _many_verdict(ends, clarified)
    ended = f"CASE WHEN r.e_role & {END} <> 0 AND r.e_lo <= {rules.as_of} THEN r.e_hi END"
    of_one = "".join(
        f", {part}" for part in [*_only_start(first), *_confirmed(rules, _CONFIRMED, ended)]
    )
    of_many = "".join(f", {part}" for part in _confirmed(rules, "confirmations", "r.e_maybe"))
    bounds = _bounds(rules, table, ends, clarified)
    if first:
        select = _with_first(rules, table, bounds, first, ends)
    else:
        starts = rules.warm.relation("custody_many")
        select = (
            f"SELECT m.*, g.* EXCLUDE (pid) FROM ({bounds}) g JOIN {starts} m ON m.pos = g.latest"
        )
    base = f"""(
        SELECT r.* EXCLUDE (e_lo, e_hi, e_role), ({one.certain_if_possible}) AS in_state{of_one}
        FROM {rules.warm.relation("custody_one")} r WHERE {one.possible}
        UNION ALL BY NAME
        SELECT r.* EXCLUDE (pos), ({many.certain_if_possible}) AS in_state{of_many}
        FROM ({select}) r WHERE {many.possible}
    ) r"""
    verdict = judged("r.in_state", "TRUE")
    source = RowSource(rules, base, "", table, "r.pid", "TRUE", verdict, dict(_AXES))
    source.limits["occurred"] = (None, rules.as_of)
    return [source]


def _one_verdict(day: int, ends: int, clarified: str | None) -> Verdict:
    """Whether a person with one start (``lo``, ``hi``) and at most one other act is held."""
    started = within("r.lo", "r.hi", None, day)
    after_possibly = f"r.e_lo <= {day} AND r.e_hi >= r.lo"
    after_certainly = f"r.e_hi <= {day} AND r.e_lo > r.hi"
    roles = [f"r.e_role & {ends} <> 0"] if ends else []
    both = FATE | WHEREABOUTS
    if clarified == "and":
        roles.append(f"r.e_role & {both} = {both}")
    elif clarified == "or":
        roles.append(f"r.e_role & {both} <> 0")
    if not roles:
        return started
    role = f"({' OR '.join(roles)})"
    return started & ~judged(f"{role} AND {after_certainly}", f"{role} AND {after_possibly}")


def _bounds(rules: Rules, table: Table, ends: int, clarified: str | None) -> str:
    """Where the latest start of everybody with several acts stands, with S, S', E, E' and their likes."""
    day = rules.as_of
    parts = []
    roles = {"e": f"role & {END} <> 0", "f": f"role & {FATE} <> 0"}
    roles["w"] = f"role & {WHEREABOUTS} <> 0"
    roles["b"] = _breaks(ends, clarified)
    for name, role in roles.items():
        acts = f"role & {START} = 0 AND ({role})"
        parts.append(f"max(hi) FILTER ({acts} AND lo <= {day}) AS {name}_maybe")
        parts.append(f"max(lo) FILTER ({acts} AND hi <= {day}) AS {name}_sure")
    started = _started(day, table, ends)
    sure, maybe = started.certain, started.possible
    if rules.has_confirmations:
        parts.append(f"max({_CONFIRMED}) FILTER ({maybe}) AS confirmations")
    many = rules.warm.relation("custody_many")
    return f"""
            SELECT pid, max(lo) FILTER ({sure}) AS s_sure, max(hi) FILTER ({maybe}) AS s_maybe,
                   coalesce(max(pos) FILTER ({sure}), max(pos) FILTER ({maybe})) AS latest,
                   {", ".join(parts)}
            FROM {many} r GROUP BY pid
    """


def _confirmed(rules: Rules, column: str, ended: str) -> list[str]:
    """The day on which custody was last confirmed; none where a possible end followed it.

    Args:
        rules: The surroundings.
        column: Column of a row ``r`` with the latest day that a start of custody states.
        ended: SQL of the last day of a possible end; null without one.
    """
    if not rules.has_confirmations:
        return []
    after = f"r.{column} > coalesce({ended}, {FIRST_DAY})"
    return [f"CASE WHEN {after} THEN least(r.{column}, {rules.as_of}) END AS confirmed"]


def _breaks(ends: int, clarified: str | None) -> str:
    """Which acts end a custody, so that a start after them is another one."""
    both = FATE | WHEREABOUTS
    parts = [f"role & {ends} <> 0"] if ends else []
    if clarified == "and":
        parts.append(f"role & {both} = {both}")
    elif clarified == "or":
        parts.append(f"role & {both} <> 0")
    return " OR ".join(parts) or "FALSE"


def _started(day: int, table: Table, ends: int) -> Verdict:
    """Whether a row ``r`` is a start on or before a day that does not say that it was over."""
    started = judged(f"r.role & {START} <> 0", f"r.role & {START} <> 0")
    started &= within("r.lo", "r.hi", None, day)
    if ends and END_DATE in table.columns:
        low, high = bound_names(END_DATE, table.columns[END_DATE])
        unstated = f"r.{low} = {FIRST_DAY} AND r.{high} = {LAST_DAY}"
        started &= judged(f"({unstated}) OR r.{low} > {day}", f"r.{high} > {day}")
    return started


def _only_start(first: Sequence[Verdict]) -> list[str]:
    """What is said of the first start where there is only one."""
    parts = ["r.hi AS first_sure", "r.lo AS first_maybe"] if first else []
    for i, verdict in enumerate(first):
        parts += [f"({verdict.certain}) AS sure_{i}", f"({verdict.possible}) AS maybe_{i}"]
    return parts


def _with_first(
    rules: Rules, table: Table, bounds: str, first: Sequence[Verdict], ends: int
) -> str:
    """The latest starts, with what is said of the first start of that custody."""
    many = rules.warm.relation("custody_many")
    started = _started(rules.as_of, table, ends)
    after = judged(
        f"({started.certain}) AND r.lo > coalesce(g.b_maybe, {FIRST_DAY} - 1)",
        f"({started.possible}) AND r.hi >= coalesce(g.b_sure, {FIRST_DAY})",
    )
    rows = "".join(
        f", ({verdict.certain}) AS sure_{i}, ({verdict.possible}) AS maybe_{i}"
        for i, verdict in enumerate(first)
    )
    told = "".join(
        f", bool_or(sure_{i}) AND bool_and(maybe_{i}) AS sure_{i}, bool_or(maybe_{i}) AS maybe_{i}"
        for i in range(len(first))
    )
    return f"""
        WITH g AS MATERIALIZED ({bounds}),
             start AS MATERIALIZED (
                SELECT r.pid, r.lo, r.hi, ({after.certain}) AS is_sure{rows}
                FROM {many} r JOIN g ON g.pid = r.pid
                WHERE {after.possible}
             ),
             begun AS MATERIALIZED (
                SELECT pid, min(hi) FILTER (is_sure) AS first_sure, min(lo) AS first_maybe
                FROM start GROUP BY pid
             ),
             told AS (
                SELECT r.pid, any_value(x.first_sure) AS first_sure,
                       any_value(x.first_maybe) AS first_maybe{told}
                FROM start r JOIN begun x ON x.pid = r.pid
                WHERE r.lo <= coalesce(x.first_sure, {rules.as_of})
                GROUP BY r.pid
             )
        SELECT m.*, g.* EXCLUDE (pid), told.* EXCLUDE (pid)
        FROM g JOIN told ON told.pid = g.pid JOIN {many} m ON m.pos = g.latest
    """


def _many_verdict(ends: int, clarified: str | None) -> Verdict:
    """Whether a person with several acts is held."""
    started = judged("r.s_sure IS NOT NULL", "r.s_maybe IS NOT NULL")
    ended = [_after("e")] if ends else []
    if clarified == "and":
        ended.append(_after("f") & _after("w"))
    elif clarified == "or":
        ended += [_after("f"), _after("w")]
    return started & ~any_of(ended)


def _after(name: str) -> Verdict:
    """Whether an act of a kind came at or after the latest start of custody."""
    certain = f"coalesce(r.{name}_sure > r.s_maybe, FALSE)"
    return judged(certain, f"coalesce(r.{name}_maybe >= r.s_sure, FALSE)")


def _disappeared(rules: Rules, by: str | None) -> list[RowSource]:
    """People of whom the methodology's elements of enforced disappearance hold."""
    rule = rules.methodology.disappeared
    if rule is None:
        raise QueryError(
            f"The methodology {rules.methodology.name} does not say who is disappeared.",
            hint="Name another one with: under …",
        )
    clarified = "or" if rule.ends == "fate_or_whereabouts_clarified" else "and"
    ends = END if rule.of == "held" else 0
    table = rules.warm.assembled.custody
    if table is None:
        return []
    start = RowSource(rules, "", "", table, "r.pid", "TRUE")
    first = [_agent(start, rule, by), _of_group(start, by), _unacknowledged(start)]
    sources = _custody_rows(rules, ends=ends, clarified=clarified, first=first)
    for source in sources:
        agent, group, unacknowledged = (
            judged(f"coalesce(r.sure_{i}, FALSE)", f"coalesce(r.maybe_{i}, FALSE)")
            for i in range(len(first))
        )
        day = rules.as_of - rule.after_days
        begun = judged(
            f"coalesce(r.first_sure <= {day}, FALSE)", f"coalesce(r.first_maybe <= {day}, FALSE)"
        )
        source.verdict &= begun & agent & group
        if "refusal_or_concealment" in rule.requires:
            source.verdict &= unacknowledged | _reported(rules.as_of)
    return sources


def _agent(source: RowSource, rule: DisappearedRule, by: str | None) -> Verdict:
    """Whether the act is attributed to a State, or to a group that is counted besides."""
    if "agent_of_state_or_acquiescence" not in rule.requires:
        return YES
    kinds = {"state"}
    if rule.non_state == "counted together" or (rule.non_state == "counted apart" and by):
        kinds.add("non_state")
    column = source.coded("by")
    if column is None:
        return MAYBE
    certain, possible = [], [0]
    for code, values in enumerate(column.sets):
        found = source.rules.meanings.group_kinds(values)
        if found and found <= kinds:
            certain.append(code)
        if found & (kinds | {"unknown"}):
            possible.append(code)
    return code_in(column.sql, certain, possible)


def _unacknowledged(source: RowSource) -> Verdict:
    """Whether custody was not acknowledged."""
    acknowledged = source.coded("acknowledged")
    return MAYBE if acknowledged is None else source.compare_flag(acknowledged, "no")


def _reported(day: int) -> Verdict:
    """Whether somebody reported by a day that information was refused or custody denied."""
    return judged(f"r.told_sure <= {day}", f"r.told_maybe <= {day}")


def _dead(rules: Rules) -> list[RowSource]:
    """People of whom there is an act that ends custody and settles the fate alone."""
    sources = []
    for name, role in custody_types(rules.vocabulary).items():
        if role & END and role & FATE and not role & WHEREABOUTS:
            for source in linked_rows(rules, name):
                if source.record_type == name:
                    source.limit("occurred", None, rules.as_of)
                    sources.append(source)
    for source in sources if len(sources) > 1 else []:
        source.unique = "FALSE"
    return sources


def _settled(rules: Rules, wanted: int, *, unless_dead: bool) -> list[RowSource]:
    """People whose latest relevant act is one with all the wanted roles."""
    day = rules.as_of
    roles = custody_types(rules.vocabulary)
    sources = []
    for name, role in roles.items():
        if role & wanted != wanted:
            continue
        for source in linked_rows(rules, name):
            if source.record_type != name:
                continue
            lo, hi = source.axes["occurred"]
            sure, maybe = _starts(source, day)
            source.limit("occurred", None, day)
            source.verdict &= judged(
                f"coalesce({lo} > {maybe}, TRUE)", f"coalesce({hi} >= {sure}, TRUE)"
            )
            if unless_dead:
                source.verdict &= ~_died(source)
            sources.append(source)
    for source in sources if len(sources) > 1 else []:
        source.unique = "FALSE"
    return sources


def _starts(source: RowSource, day: int) -> tuple[str, str]:
    """SQL for S and S' of the person of a row; null when there is none."""
    if source.rules.warm.assembled.custody is None:
        return "NULL", "NULL"
    many = source.rules.warm.relation("custody_many")
    several = (
        f"SELECT pid, max(lo) FILTER (hi <= {day}) AS s_sure, "
        f"max(hi) FILTER (lo <= {day}) AS s_maybe FROM {many} "
        f"WHERE role & {START} <> 0 GROUP BY pid"
    )
    alias = source.join("s", f"LEFT JOIN ({several}) {{0}} ON {{0}}.pid = r.pid AND r.starts > 1")
    sure = f"CASE WHEN r.starts = 1 AND r.s_hi <= {day} THEN r.s_lo ELSE {alias}.s_sure END"
    maybe = f"CASE WHEN r.starts = 1 AND r.s_lo <= {day} THEN r.s_hi ELSE {alias}.s_maybe END"
    return f"({sure})", f"({maybe})"


def _died(source: RowSource) -> Verdict:
    """Whether the person of a row was dead on the day."""
    verdicts = [there_is(source, dead.record_type, [dead]) for dead in _dead(source.rules)]
    return any_of(verdicts) if verdicts else NO


def _by_group(sources: list[RowSource], by: str | None) -> list[RowSource]:
    """Only those whose act is attributed to a group, when one is named."""
    for source in sources:
        source.verdict &= _of_group(source, by)
    return sources


def _of_group(source: RowSource, by: str | None) -> Verdict:
    """Whether an act is attributed to a group; certainly, when none is named."""
    if by is None:
        return YES
    column = source.coded("by")
    if column is None:
        return MAYBE
    codes = source.rules.meanings.codes(column.domain, column.sets, [by], multiple=column.multiple)
    return code_in(column.sql, *codes)
