"""People who took back that they are counted: at a cut after that, no figure knows them.

What a person answered is a ``Consent`` record about the record of the person, or about a contact of
the family. The newest answer at the cut that speaks of the keeping or the counting, and is not for some
recipients alone, holds. Where it is no, everything that stands about the person, under whichever of
their records, is left out of the cut; at a cut before the answer it is still there. Who is named
as involved in an act stays named: an accused does not withdraw what others say of them.
"""

from __future__ import annotations

from typing import Final

import duckdb

from bayyina.figures.facts import Facts
from bayyina.figures.relations import PERSON, person_link
from bayyina.model.vocabulary import Vocabulary

CONSENT: Final = "Consent"
CONTACT: Final = "FamilyContact"

USES: Final = ("keeping", "statistics")
"""Uses without which nobody is counted."""

DENIED: Final = ("refused", "withdrawn")
"""Answers that are a no."""

NOT_THEIRS: Final = frozenset({"Involvement", CONSENT, "Task"})
"""Records about people that are not theirs to take back: what somebody is accused of, and what
they themselves answered and are owed."""


def drop_silenced(
    connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, facts: Facts
) -> bool:
    """Take out of ``st`` what is about people who are not to be counted; whether there was any.

    The view ``valid`` and the tables ``st`` and ``person(record, root)`` must be there; ``person``
    and ``people`` lose them too.
    """
    if CONSENT not in facts.types_present:
        return False
    _find(connection)
    found = connection.execute("SELECT 1 FROM silenced LIMIT 1").fetchone()
    if found is None:
        return False
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE silent_link AS
        SELECT s.record, s.term, s.a FROM st s SEMI JOIN silenced x ON x.record = s.a
        WHERE list_contains($terms, s.term)
        """,
        {"terms": _person_terms(vocabulary, facts)},
    )
    connection.execute(
        "DELETE FROM st USING silent_link l"
        " WHERE st.record = l.record AND st.term = l.term AND st.a = l.a"
    )
    connection.execute(
        """
        DELETE FROM st WHERE record IN (
            SELECT record FROM silent_link
            EXCEPT SELECT record FROM st WHERE list_contains($terms, term)
        )
        """,
        {"terms": _person_terms(vocabulary, facts)},
    )
    for table in ("st", "people", "person"):
        connection.execute(f"DELETE FROM {table} WHERE record IN (SELECT record FROM silenced)")
    return True


def _find(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``silenced(record)``: every record of a person who is not to be counted."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE silenced AS
        WITH said AS (
            SELECT record,
                   any_value(value) FILTER (property = 'state') AS state,
                   any_value(TRY_CAST(value AS BIGINT)) FILTER (property = 'informant') AS informant,
                   list(value) FILTER (property = 'consent_for') AS uses,
                   count(*) FILTER (property = 'recipient') AS recipients
            FROM valid WHERE record_type = $consent GROUP BY record
        ),
        newest AS (
            SELECT informant, use, arg_max(state, record) AS state
            FROM (SELECT *, unnest(uses) AS use FROM said WHERE recipients = 0)
            WHERE list_contains($uses, use) GROUP BY ALL
        ),
        denied AS (SELECT DISTINCT informant FROM newest WHERE list_contains($denied, state)),
        meant AS (
            SELECT informant AS record FROM denied
            UNION
            SELECT TRY_CAST(v.value AS BIGINT) FROM valid v JOIN denied d ON d.informant = v.record
            WHERE v.record_type = $contact AND v.property = 'person'
        )
        SELECT p.record FROM person p
        WHERE p.root IN (SELECT o.root FROM person o JOIN meant m ON m.record = o.record)
        """,
        {"consent": CONSENT, "contact": CONTACT, "uses": list(USES), "denied": list(DENIED)},
    )


def _person_terms(vocabulary: Vocabulary, facts: Facts) -> list[int]:
    """Numbers of the links by which a record is about a person."""
    found = []
    for (kind, name), number in facts.terms.items():
        link = person_link(vocabulary, kind)
        if kind != PERSON and kind not in NOT_THEIRS and link is not None and link.name == name:
            found.append(number)
    return found
