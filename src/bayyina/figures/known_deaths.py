"""Whether a death under torture was already known: who told of it, and who of the body.

An identified body is *already known* when the person it is identified as has a death whose
manner is torture, stated by a source that is not among the identification's own.
"""

from __future__ import annotations

from typing import Final

import duckdb

from bayyina.figures.facts import Facts

DEATH: Final = "Death"
"""Record type of deaths."""

MANNER: Final = "manner"
"""Property of a death: how the person died."""

TORTURE: Final = "torture"
"""Manner of death that makes an identified body already known."""


def make_told(connection: duckdb.DuckDBPyConnection, facts: Facts) -> None:
    """Create the table ``told(pid, manner, src)``: which source states which manner of death."""
    term = facts.terms.get((DEATH, MANNER), -1)
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE told AS
        SELECT DISTINCT a.pid, CAST(s.a AS INTEGER) AS manner, s.src
        FROM st s JOIN about a ON a.record = s.record AND a.sure
        WHERE s.term = {term} AND s.a IS NOT NULL AND s.src IS NOT NULL
        ORDER BY 1, 2, 3
        """
    )
