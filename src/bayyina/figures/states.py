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
- is *disappeared* when the methodology's elements hold of the latest start of custody.

The latest start of custody is the one certainly on or before D with the latest first day,
then the latest last day; without such a one, the latest that is possible. Its group, place
and date are those of the state. Which acts start and end custody is said by the vocabulary.
"""

from __future__ import annotations

from bayyina.errors import QueryError
from bayyina.figures.act_rows import linked_rows, reported_rows, there_is
from bayyina.figures.counting_rules import Rules
from bayyina.figures.custody_tables import END, FATE, START, WHEREABOUTS, custody_types
from bayyina.figures.ports import DisappearedRule
from bayyina.figures.query_tree import Comparison
from bayyina.figures.query_words import IDENTIFICATION
from bayyina.figures.row_sources import RowSource
from bayyina.figures.verdicts import MAYBE, NO, YES, Verdict, any_of, code_in, judged, within

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


def _custody_rows(rules: Rules, *, ends: int, clarified: str | None) -> list[RowSource]:
    """Rows of people who are in custody, with their latest start of custody.

    Args:
        rules: The surroundings.
        ends: Roles of acts that end it: END, or 0 when nothing does.
        clarified: ``and`` when an act or acts that settle fate and whereabouts end it too,
            ``or`` when one of the two is enough, None when neither matters.
    """
    table = rules.warm.assembled.custody
    if table is None:
        return []
    one = _one_verdict(rules.as_of, ends, clarified)
    many = _many_verdict(ends, clarified)
    base = f"""(
        SELECT r.* EXCLUDE (e_lo, e_hi, e_role), ({one.certain_if_possible}) AS in_state
        FROM {rules.warm.relation("custody_one")} r WHERE {one.possible}
        UNION ALL BY NAME
        SELECT r.* EXCLUDE (pos), ({many.certain_if_possible}) AS in_state
        FROM ({_many_select(rules)}) r WHERE {many.possible}
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


def _many_select(rules: Rules) -> str:
    """The latest start of everybody with several acts, with S, S', E, E' and their likes."""
    day = rules.as_of
    parts = []
    for name, role in (("e", END), ("f", FATE), ("w", WHEREABOUTS)):
        acts = f"role & {START} = 0 AND role & {role} <> 0"
        parts.append(f"max(hi) FILTER ({acts} AND lo <= {day}) AS {name}_maybe")
        parts.append(f"max(lo) FILTER ({acts} AND hi <= {day}) AS {name}_sure")
    start = f"role & {START} <> 0"
    many = rules.warm.relation("custody_many")
    return f"""
        SELECT m.*, g.* EXCLUDE (pid)
        FROM (
            SELECT pid, max(lo) FILTER ({start} AND hi <= {day}) AS s_sure,
                   max(hi) FILTER ({start} AND lo <= {day}) AS s_maybe,
                   coalesce(max(pos) FILTER ({start} AND hi <= {day}),
                            max(pos) FILTER ({start} AND lo <= {day})) AS latest,
                   {", ".join(parts)}
            FROM {many} GROUP BY pid
        ) g JOIN {many} m ON m.pos = g.latest
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
    sources = _custody_rows(rules, ends=ends, clarified=clarified)
    for source in sources:
        source.limit("occurred", None, rules.as_of - rule.after_days)
        source.verdict &= _agent(source, rule, by)
        if "refusal_or_concealment" in rule.requires:
            source.verdict &= _concealed(source)
    return _by_group(sources, by)


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


def _concealed(source: RowSource) -> Verdict:
    """Whether custody was not acknowledged, or information about it was refused or denied."""
    acknowledged = source.coded("acknowledged")
    unacknowledged = MAYBE if acknowledged is None else source.compare_flag(acknowledged, "no")
    day = source.rules.as_of
    return unacknowledged | judged(f"r.told_sure <= {day}", f"r.told_maybe <= {day}")


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
    if by is not None:
        for source in sources:
            column = source.coded("by")
            if column is None:
                source.verdict &= MAYBE
                continue
            codes = source.rules.meanings.codes(
                column.domain, column.sets, [by], multiple=column.multiple
            )
            source.verdict &= code_in(column.sql, *codes)
    return sources
