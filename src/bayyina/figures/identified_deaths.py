"""The key ``already_known``: whether another source had told of the death of who is identified."""

from __future__ import annotations

import pyarrow as pa

from bayyina.errors import QueryError
from bayyina.figures.assembled import SOURCE
from bayyina.figures.known_deaths import DEATH, MANNER, TORTURE
from bayyina.figures.query_words import IDENTIFICATION
from bayyina.figures.row_sources import RowSource


def already_known_sql(source: RowSource) -> str:
    """For each identification: 1 yes, 0 no, -2 possibly, -1 when it names no person.

    Yes when a source that is not among the identification's own states that the person died
    under torture; possibly when such a source states a wider manner of death.
    """
    if source.record_type != IDENTIFICATION:
        raise QueryError(
            "`already_known` divides identified bodies.",
            hint="Write: count bodies identified by already_known.",
        )
    rules = source.rules
    prop = rules.vocabulary.types[DEATH].properties[MANNER]
    domain = f"term:{prop.of}"
    manners = rules.warm.assembled.domains.get(domain, ())
    singles = [(code, values) for code, values in enumerate(manners) if len(values) == 1]
    sure, maybe = [-1], [-1]
    for code, values in singles:
        is_sure, is_maybe = rules.meanings.verdict(domain, values, [TORTURE], multiple=False)
        sure += [code] if is_sure else []
        maybe += [code] if is_maybe else []
    told = source.join(
        "d",
        f"""LEFT JOIN (
            SELECT i.record AS k, i.pid AS p, bool_or(t.manner IN ({_listed(sure)})) AS sure
            FROM {rules.warm.relation("r_Identification")} i
            JOIN {rules.warm.relation("told")} t ON t.pid = i.pid
            JOIN {_own_table(source)} x ON x.code = i.c_source
            WHERE t.manner IN ({_listed(maybe)}) AND NOT list_contains(x.sources, t.src)
            GROUP BY i.record, i.pid
        ) {{0}} ON {{0}}.k = r.record AND {{0}}.p = r.pid""",
    )
    return (
        f"CASE WHEN r.pid < 0 THEN -1 WHEN {told}.k IS NULL THEN 0 "
        f"WHEN {told}.sure THEN 1 ELSE -2 END"
    )


def _own_table(source: RowSource) -> str:
    """A table from the code of a set of sources to the codes of its members."""
    sets = source.rules.warm.assembled.domains[SOURCE]
    single = {values[0]: code for code, values in enumerate(sets) if len(values) == 1}
    members = [[single[value] for value in values] for values in sets]
    return source.rules.warm.lookup(
        "members of source sets",
        {
            "code": pa.array(range(len(sets)), pa.int32()),
            "sources": pa.array(members, pa.list_(pa.int32())),
        },
    )


def _listed(codes: list[int]) -> str:
    return ", ".join(map(str, codes))
