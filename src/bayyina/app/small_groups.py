"""What may be counted by somebody who may not read records: nothing that leads to one person.

Whoever reads records can open what a number counts. Whoever may only count (a viewer, an
administrator, a token made for counting alone) cannot, and must not find out by counting what they
may not read: one survivor in a district, one child of a birth date, one witness. Hiding small
numbers does not do it, because two questions that differ by one person are subtracted.

So a question about something sensitive is answered to them only

1. *plainly*: with at most one condition, that one thing is so, and over whole years; no ``not``,
   ``or``, ``and``, no lists of values, no other moment of the log or of what was known, no other
   linkage. Then there are no two questions that were made to differ by somebody;
2. *coarsely*: every number is rounded down to a multiple of ``STEP``, none and a few are alike, and
   groups with fewer are not named.

All other questions are answered to everybody who may count, to the last record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from bayyina.app.permissions import allows
from bayyina.app.rewinding_engine import RewindingEngine
from bayyina.app.rows import MemberRow
from bayyina.disclosure.protected_people import protection
from bayyina.errors import QueryError
from bayyina.figures.query import leading_types
from bayyina.figures.query_tree import Act, And, Comparison, Condition, Interval, Not, Or, Query
from bayyina.figures.relations import PERSON, is_about_person, record_types
from bayyina.figures.results import Figure, FigureGroup, RecordRef
from bayyina.model.vocabulary import Property, Vocabulary

STEP: Final = 5
"""Numbers about something sensitive are shown as multiples of this (the least number that the rules
of disclosure let be shown of something sealed)."""

READS: Final = "export-records"
"""Whoever may do this in the whole workspace can open what a number counts."""

SENSITIVE: Final = frozenset({"restricted", "sealed"})
"""Levels of properties and record types that are not for everybody who may count."""

DERIVED: Final = frozenset({"age_class", "demographic", "source"})
"""What is worked out and tells who is a child, or from whom something is known."""

MOST_KEYS: Final = 2
"""A plain question is divided by so many keys at most."""


def sees_small_groups(member: MemberRow) -> bool:
    """Whether somebody may know of groups of one: they may read the records that are counted."""
    return allows(member, READS)


def is_sensitive(query: Query, vocabulary: Vocabulary) -> bool:
    """Whether a question is about, narrowed to or divided by something sensitive."""
    record = vocabulary.units[query.unit].record
    if _is_kept_back(vocabulary, record):
        return True
    kinds = (record, *leading_types(query.condition))
    if any(_is_sensitive_name(vocabulary, kind, key) for key in query.keys for kind in kinds):
        return True
    return query.condition is not None and _speaks_of(query.condition, vocabulary, record)


def is_plain(query: Query) -> bool:
    """Whether a question is one of the few that cannot be held against each other."""
    if query.lenient or query.linked or len(query.keys) > MOST_KEYS:
        return False
    if query.known_at or query.recorded_at or query.recorded_size is not None:
        return False
    if query.as_of is not None and (query.as_of.month, query.as_of.day) != (12, 31):
        return False
    if query.interval is not None and not _is_whole_years(query.interval):
        return False
    match query.condition:
        case Act(_, comparisons):
            return all(_is_one_thing(one) for one in comparisons) and len(comparisons) < 2
        case Comparison():
            return _is_one_thing(query.condition)
        case other:
            return other is None


def refuse_unless_plain(query: Query) -> None:
    """Refuse a sensitive question that is not plain.

    Raises:
        QueryError: it could be held against another one.
    """
    if not is_plain(query):
        raise QueryError(
            "Small groups of this question could be worked out, and you may not read its records.",
            hint="Ask plainly: at most one condition that something is so, whole years, "
            f"at most {MOST_KEYS} keys; without and, or, not, in (...), other days or linkages.",
            code="small-groups",
        )


def refuse_sensitive(query: Query, vocabulary: Vocabulary, member: MemberRow) -> None:
    """Refuse a sensitive question where its single records would show.

    Raises:
        QueryError: the member may not read records, and the question is sensitive.
    """
    if not sees_small_groups(member) and is_sensitive(query, vocabulary):
        raise QueryError(
            "What this question counts is sensitive, and you may not read its records.",
            hint="`bayyina figures count` answers it in steps of "
            f"{STEP}; more takes a role that reads records in the whole workspace.",
            code="small-groups",
        )


def coarse(figure: Figure) -> Figure:
    """A figure in which no small group shows: rounded down, small groups left out."""
    value = _down(figure.value)
    groups = tuple(
        FigureGroup(one.key, shown, (shown, shown))
        for one in figure.groups
        if (shown := _down(one.value))
    )
    return replace(
        figure,
        value=value,
        comparator="at least",
        range=(value, value),
        groups=groups,
        unknown=_down(figure.unknown),
        groups_sum=False,
        last_confirmed=None,
        verification={name: _down(count) for name, count in figure.verification.items()},
        lost_evidence=_down(figure.lost_evidence),
        coarse=STEP,
    )


class CoarseEngine(RewindingEngine):
    """Counts for somebody who may not read records."""

    def count(self, query: str | Query) -> Figure:
        """The answer to a query; coarse where it is sensitive.

        Raises:
            QueryError: also where small groups could be worked out.
        """
        asked = self.read(query)
        if not self._is_sensitive(asked):
            return super().count(asked)
        refuse_unless_plain(asked)
        return coarse(super().count(asked))

    def open(
        self,
        query: str | Query,
        group: Mapping[str, str] | None = None,
        limit: int | None = None,
        after: int | None = None,
    ) -> Iterator[RecordRef]:
        """The records that a figure counts, of questions that are not sensitive.

        Raises:
            QueryError: also where it is.
        """
        asked = self.read(query)
        if self._is_sensitive(asked):
            raise QueryError(
                "What this question counts is sensitive, and you may not read its records.",
                hint="It takes a role that reads records in the whole workspace.",
                code="small-groups",
            )
        yield from super().open(asked, group, limit, after)

    def _is_sensitive(self, asked: Query) -> bool:
        """Whether a question is sensitive by the words that held at its size of the log."""
        return is_sensitive(asked, self._engine_for(asked).words.vocabulary)


def _down(value: int) -> int:
    return value - value % STEP


def _is_one_thing(comparison: Comparison) -> bool:
    return comparison.operator == "=" and len(comparison.values) == 1


def _is_whole_years(interval: Interval) -> bool:
    lo, hi = interval.lo, interval.hi
    return (lo is None or (lo.month, lo.day) == (1, 1)) and (
        hi is None or (hi.month, hi.day) == (12, 31)
    )


def _speaks_of(condition: Condition, vocabulary: Vocabulary, record: str) -> bool:
    match condition:
        case And(parts) | Or(parts):
            return any(_speaks_of(part, vocabulary, record) for part in parts)
        case Not(part):
            return _speaks_of(part, vocabulary, record)
        case Act(kind, comparisons):
            return _is_kept_back(vocabulary, kind) or any(
                _is_sensitive_name(vocabulary, kind, one.property) for one in comparisons
            )
        case Comparison():
            return _is_sensitive_name(vocabulary, record, condition.property)


def _is_kept_back(vocabulary: Vocabulary, record: str) -> bool:
    """Whether a record type is itself not for everybody."""
    return any(
        vocabulary.types[one].level in SENSITIVE for one in (record, *_kinds(vocabulary, record))
    )


def _is_sensitive_name(vocabulary: Vocabulary, record: str, name: str) -> bool:
    return name in DERIVED or name in _sensitive_names(vocabulary, record)


@lru_cache(maxsize=256)
def _sensitive_names(vocabulary: Vocabulary, record: str) -> frozenset[str]:
    """Properties, as seen from a record type, that single somebody out who is protected."""
    rules = protection(vocabulary)
    kinds = {record, *_kinds(vocabulary, record)}
    if is_about_person(vocabulary, record) or any(is_about_person(vocabulary, k) for k in kinds):
        kinds.add(PERSON)
    found: set[str] = set()
    for kind in kinds:
        found |= rules.identity.get(kind, frozenset()) | rules.by_level.get(kind, frozenset())
        watched = rules.watched.get(kind)
        if watched is not None:
            found |= watched.ages | watched.births | watched.flags | watched.codes.keys()
        for prop in vocabulary.types[kind].properties.values():
            if prop.level in SENSITIVE or _has_sensitive_terms(vocabulary, prop):
                found.add(prop.name)
    return frozenset(found)


def _has_sensitive_terms(vocabulary: Vocabulary, prop: Property) -> bool:
    """Whether a term of the property's list is kept back: then every other one tells of it too."""
    terms = vocabulary.term_lists.get(prop.of or "")
    return terms is not None and any(one.level in SENSITIVE for one in terms.terms.values())


def _kinds(vocabulary: Vocabulary, record: str) -> tuple[str, ...]:
    return record_types(vocabulary, record)
