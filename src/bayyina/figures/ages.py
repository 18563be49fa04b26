"""Child or adult at the act, and child, woman or man, as SQL over wide tables.

The first of these that decides, decides: the completed years between birth and act; the
age that a source gives at the act; the class that a source gives; the person's age that a
source gives without a day. Where none decides but something is stated, both classes remain
possible; where nothing is stated, the class is unknown. A methodology may take the age on
the day as of which is counted instead (``age_at``): then only birth and ages say something,
carried on to that day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bayyina.figures.assembled import FIRST_DAY, GREATEST, LAST_DAY, LEAST, OLDEST
from bayyina.figures.verdicts import Verdict, judged
from bayyina.figures.wide_tables import completed_years

CHILD: Final = 0
"""Code of the class of children."""

ADULT: Final = 1
"""Code of the class of adults."""

EITHER: Final = -2
"""Code of those who may be either."""

NOTHING: Final = -1
"""Code of those of whom nothing is stated."""

WOMAN: Final = 1
"""Code of women among children (0), women and men (2)."""

MAN: Final = 2
"""Code of men."""

OPEN: Final = {-2: (0, 1), -3: (0, 2), -4: (1, 2)}
"""Codes of those who may be one of two: child or woman, child or man, woman or man."""


@dataclass(frozen=True, slots=True)
class AgeColumns:
    """What a row has that tells an age."""

    alias: str
    """Alias of the row."""

    has_age: bool
    """Whether some record has an age at the act."""

    has_own: bool
    """Whether some person has an age that a source gives without a day."""

    class_column: str
    """Column of the stated class; empty when none is stated."""

    children: Collection[int]
    """Codes of the stated class that mean a child."""

    adults: Collection[int]
    """Codes of the stated class that mean an adult."""


def age_class(columns: AgeColumns, child_under: int, as_of: int | None) -> str:
    """The class at the act (or on the day ``as_of``): CHILD, ADULT, EITHER or NOTHING."""
    born, at_act, own = _bounds(columns, as_of)
    cases = [*_decisions(*born[:2], child_under), *_decisions(*at_act[:2], child_under)]
    stated = [_is_stated(*bounds) for bounds in (born, at_act, own)]
    if columns.class_column:
        cases += _listed(columns, only_adults=as_of is not None)
        stated.append(f"{columns.class_column} <> 0")
    cases += _decisions(*own[:2], child_under)
    anything = " OR ".join(stated)
    return f"CASE {' '.join(cases)} WHEN {anything} THEN {EITHER} ELSE {NOTHING} END"


def age_verdict(sql: str, wanted: Collection[int]) -> Verdict:
    """Whether a class, given as SQL of ``age_class``, is among the wanted ones."""
    listed = ", ".join(map(str, sorted(wanted)))
    if set(wanted) == {CHILD, ADULT}:
        return judged(f"{sql} <> {NOTHING}", "TRUE")
    return judged(f"{sql} IN ({listed})", f"{sql} IN ({listed}, {EITHER}, {NOTHING})")


def demographic(age_sql: str, female: Verdict, male: Verdict) -> str:
    """CHILD, WOMAN, MAN, one of ``OPEN``, or NOTHING; ``age_sql`` is that of ``age_class``."""
    both = f"({female.possible}) AND ({male.possible})"
    return (
        f"CASE {age_sql} WHEN {CHILD} THEN {CHILD} WHEN {ADULT} THEN "
        f"CASE WHEN {female.certain} THEN {WOMAN} WHEN {male.certain} THEN {MAN} "
        f"WHEN {both} THEN -4 ELSE {NOTHING} END "
        f"WHEN {EITHER} THEN CASE WHEN {female.certain} THEN -2 WHEN {male.certain} THEN -3 "
        f"ELSE {NOTHING} END ELSE {NOTHING} END"
    )


def _bounds(columns: AgeColumns, as_of: int | None) -> list[tuple[str, str, int, int]]:
    """Bounds of the ages in order: from birth, at the act, of the person."""
    r = columns.alias
    lasts = as_of is None  # an age at the act is only a least age later on
    at_act = (
        f"{r}.n_age_lo" if columns.has_age else str(LEAST),
        f"{r}.n_age_hi" if columns.has_age and lasts else str(GREATEST),
    )
    own = (
        f"{r}.p_age_lo" if columns.has_own else str(LEAST),
        f"{r}.p_age_hi" if columns.has_own and lasts else str(GREATEST),
    )
    stated = [(*at_act, LEAST, GREATEST), (*own, LEAST, GREATEST)]
    if lasts:
        return [(f"{r}.bage_lo", f"{r}.bage_hi", 0, OLDEST), *stated]
    day = f"(DATE '1970-01-01' + {as_of})"
    low = completed_years(f"(DATE '1970-01-01' + {r}.born_hi)", day)
    high = completed_years(f"(DATE '1970-01-01' + {r}.born_lo)", day)
    low = f"(CASE WHEN {r}.born_hi < {LAST_DAY} AND {r}.born_hi <= {as_of} THEN {low} ELSE 0 END)"
    high = (
        f"(CASE WHEN {r}.born_lo > {FIRST_DAY} AND {r}.born_lo <= {as_of} "
        f"THEN {high} ELSE {OLDEST} END)"
    )
    return [(low, high, 0, OLDEST), *stated]


def _decisions(low: str, high: str, child_under: int) -> list[str]:
    return [
        f"WHEN {high} < {child_under} THEN {CHILD}",
        f"WHEN {low} >= {child_under} THEN {ADULT}",
    ]


def _is_stated(low: str, high: str, least: int, greatest: int) -> str:
    return f"{low} > {least} OR {high} < {greatest}"


def _listed(columns: AgeColumns, *, only_adults: bool) -> list[str]:
    cases = []
    for codes, outcome in ((columns.children, CHILD), (columns.adults, ADULT)):
        if codes and not (only_adults and outcome == CHILD):
            listed = ", ".join(map(str, sorted(codes)))
            cases.append(f"WHEN {columns.class_column} IN ({listed}) THEN {outcome}")
    return cases
