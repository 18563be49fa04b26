"""People of a snapshot as rows: what they and the acts about them state, one value a column.

Linking compares these rows. Where a list gives an age at an act and no date of birth, the
birth lies within the two years that the age allows. Of names in two scripts the Arabic is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa

from bayyina.figures.assembling import database_settings
from bayyina.figures.relations import PERSON, person_link
from bayyina.figures.run_links import Run, make_run_links, standing_runs
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.snapshot_tables import SEALED_VALUE
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.model.vocabulary import Vocabulary
from bayyina.model.vocabulary.elements import UNRECOGNISED

NAMES: Final = ("name", "name.given", "name.father", "name.family", "name.mother")
"""Columns with names."""

COLUMNS: Final = (
    *NAMES, "birth", "taken", "died", "sex", "place", "register", "register_place"
)  # fmt: skip
"""All columns; ``taken`` is the first day of custody, ``died`` that of a death, ``register`` the
number in the civil register."""

MEMORY_WITH_OPENED: Final = "4GB"
"""Memory of a reading that holds opened names and may write no temporary file."""

_TAKEN: Final = ("Arrest", "Detention", "ReportedDisappearance")
_DIED: Final = ("Death", "Execution")


@dataclass(frozen=True)
class PeopleRows:
    """One row for each record of a person that stands and states a name."""

    records: Sequence[int]
    """Record number of each row, ascending."""

    sources: Sequence[int]
    """Record number of the Source that first speaks of each; 0 where none does."""

    is_new: Sequence[bool]
    """Whether something was stated of it after the last run of the linkage."""

    columns: Mapping[str, Sequence[str]]
    """Texts of each of ``COLUMNS``, empty where nothing is stated."""

    groups: Sequence[int]
    """Groups of rows no two of which are one person; -1 for none."""

    different: Sequence[tuple[int, int]]
    """Pairs of records that people judged to be different, the lower one first."""

    runs: Sequence[Run]
    """Runs of the linkage that stand."""

    custody_size: int
    """Log entries that were read."""

    sealed: int = 0
    """People whose names are sealed and were not opened: they are no rows."""


class OpenedFact(NamedTuple):
    """What a sealed statement about a person says, opened for whoever is cleared."""

    record: int
    """Number of the person's record."""

    property: str
    """What it states."""

    value: str
    """The value."""

    source: int | None
    """Source that says it."""


def read_people_rows(
    snapshot: Snapshot,
    vocabulary: Vocabulary,
    *,
    unique: Collection[str] = (),
    opened: Sequence[OpenedFact] = (),
) -> PeopleRows:
    """Read the people who stand.

    Args:
        snapshot: Where they are.
        vocabulary: Which acts are about people.
        unique: Names of lists that repeat nobody, besides those whose mapping said so.
        opened: What sealed statements say, as far as they were opened; in memory only.
    """
    settings = database_settings(2, "1GB")
    if opened:  # what was opened stays in memory: no temporary file, more room instead
        settings |= {"temp_directory": "", "memory_limit": MEMORY_WITH_OPENED}
    connection = duckdb.connect(":memory:", config=settings)
    try:
        cut = Cut(snapshot.pointer.custody_size)
        make_valid_view(connection, snapshot, cut)
        runs = standing_runs(connection, snapshot, cut)
        return _People(vocabulary, connection, snapshot, runs, frozenset(unique)).read(opened)
    finally:
        connection.close()


def read_sealed_people(snapshot: Snapshot) -> list[int]:
    """Records of people of whom something that stands is sealed, ascending."""
    with duckdb.connect(":memory:", config=database_settings(2, "1GB")) as connection:
        make_valid_view(connection, snapshot, Cut(snapshot.pointer.custody_size))
        found = connection.execute(
            f"SELECT DISTINCT record FROM valid WHERE record_type = '{PERSON}' "
            f"AND starts_with(value, '{SEALED_VALUE}') ORDER BY record"
        ).fetchall()
    return [int(number) for (number,) in found]


def read_links(snapshot: Snapshot, decisions: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of records, the higher one first, that runs which stand hold with some decisions."""
    with duckdb.connect(":memory:", config=database_settings(2, "1GB")) as connection:
        cut = Cut(snapshot.pointer.custody_size)
        make_valid_view(connection, snapshot, cut)
        make_run_links(connection, snapshot, cut, "")
        return connection.execute(
            "SELECT a, b FROM all_link WHERE list_contains($decisions, decision) ORDER BY ALL",
            {"decisions": list(decisions)},
        ).fetchall()


class _People:
    """Reads people from one snapshot."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        connection: duckdb.DuckDBPyConnection,
        snapshot: Snapshot,
        runs: Sequence[Run],
        unique: frozenset[str],
    ) -> None:
        self._vocabulary = vocabulary
        self._connection = connection
        self._snapshot = snapshot
        self._runs = runs
        self._unique = unique

    def read(self, opened: Sequence[OpenedFact]) -> PeopleRows:
        self._make_acts()
        self._make_readable(opened)
        self._make_rows()
        table = self._connection.sql("SELECT * FROM row_of_person ORDER BY record").to_arrow_table()
        records = table.column("record").to_pylist()
        sources = table.column("source").to_pylist()
        return PeopleRows(
            records=records,
            sources=sources,
            is_new=self._new(records),
            columns={name: table.column(name).to_pylist() for name in COLUMNS},
            groups=self._groups(records, sources),
            different=self._different(),
            runs=self._runs,
            custody_size=self._snapshot.pointer.custody_size,
            sealed=self._sealed(),
        )

    def _make_acts(self) -> None:
        """Create ``act(person, record_type, property, value, date_lo, num_lo)``."""
        vocabulary = self._vocabulary
        links = {
            name: link.name
            for name in vocabulary.types
            if name != PERSON and (link := person_link(vocabulary, name)) is not None
        }
        pairs = ", ".join(f"('{name}', '{prop}')" for name, prop in sorted(links.items()))
        self._connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE act AS
            WITH about AS (
                SELECT v.record, min(TRY_CAST(v.value AS BIGINT)) AS person
                FROM valid v
                JOIN (VALUES {pairs}) t(record_type, property) USING (record_type, property)
                GROUP BY v.record
            )
            SELECT a.person, v.record, v.record_type, v.property, v.value, v.date_lo, v.num_lo
            FROM valid v JOIN about a USING (record)
            WHERE v.property IN ('date', 'place', 'age') AND v.value <> '{UNRECOGNISED}'
            """
        )

    def _make_readable(self, opened: Sequence[OpenedFact]) -> None:
        """Create ``readable(record, property, value, source)``: what can be read of people.

        Of a sealed date of birth that was not opened there is the month.
        """
        columns = [list(column) for column in zip(*opened, strict=True)] or [[]] * 4
        types = (pa.int64(), pa.string(), pa.string(), pa.int64())
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        table = pa.table(dict(zip(OpenedFact._fields, arrays, strict=True)))
        self._connection.register("opened", table)
        is_sealed = f"starts_with(value, '{SEALED_VALUE}')"
        self._connection.execute(
            f"""
            CREATE OR REPLACE TEMP VIEW readable AS
            SELECT record, property, value, source FROM valid
            WHERE record_type = '{PERSON}' AND value IS NOT NULL AND NOT {is_sealed}
              AND value <> '{UNRECOGNISED}'
            UNION ALL SELECT record, property, value, source FROM opened
            UNION ALL SELECT record, property, substr(date_lo, 1, 7), source FROM valid
            WHERE record_type = '{PERSON}' AND property = 'birth_date' AND {is_sealed}
              AND date_lo IS NOT NULL
              AND record NOT IN (SELECT record FROM opened WHERE property = 'birth_date')
            """
        )

    def _sealed(self) -> int:
        """People of whom a name stands that was not opened, and none in clear."""
        found = self._connection.execute(
            f"""
            SELECT count(DISTINCT record) FROM valid
            WHERE record_type = '{PERSON}' AND property IN {NAMES}
              AND starts_with(value, '{SEALED_VALUE}')
              AND record NOT IN (SELECT record FROM row_of_person)
            """
        ).fetchone()
        return 0 if found is None else int(found[0])

    def _make_rows(self) -> None:
        """Create ``row_of_person``, one row for each person with a name."""
        names = ",\n".join(
            f"""coalesce(min(value) FILTER (property = '{name}' AND arabic),
                         min(value) FILTER (property = '{name}'), '') AS "{name}\""""
            for name in NAMES
        )
        has_name = " OR ".join(f"\"{name}\" <> ''" for name in NAMES if name != "name.mother")
        self._connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE row_of_person AS
            WITH own AS (
                SELECT record, coalesce(min(source), 0) AS source, {names},
                       coalesce(min(value) FILTER (property = 'sex'), '') AS sex,
                       coalesce(min(value) FILTER (property = 'birth_date'), '') AS born,
                       coalesce(min(value) FILTER (property = 'register_number'), '') AS register,
                       coalesce(min(value) FILTER (property = 'register_place'), '')
                           AS register_place,
                       coalesce(min(value) FILTER (property IN ('residence', 'birth_place')), '')
                           AS lived
                FROM (SELECT *, regexp_matches(value, '[\u0600-\u06ff]') AS arabic FROM readable)
                GROUP BY record
            ), done AS (
                SELECT person,
                       coalesce(min(value) FILTER (property = 'date' AND record_type IN {_TAKEN}), '')
                           AS taken,
                       coalesce(min(value) FILTER (property = 'date' AND record_type IN {_DIED}), '')
                           AS died,
                       coalesce(min(value) FILTER (property = 'place'), '') AS place
                FROM act GROUP BY person
            ), aged AS (
                SELECT y.person, min(year(CAST(d.date_lo AS DATE)) - y.num_lo) AS latest
                FROM act y JOIN act d USING (record)
                WHERE y.property = 'age' AND d.property = 'date'
                  AND y.num_lo BETWEEN 0 AND 120 AND TRY_CAST(d.date_lo AS DATE) IS NOT NULL
                GROUP BY y.person
            )
            SELECT own.record, own.source, {", ".join(f'"{name}"' for name in NAMES)}, sex,
                   CASE WHEN born <> '' THEN born
                        WHEN latest IS NOT NULL THEN (latest - 1) || '/' || latest
                        ELSE '' END AS birth,
                   coalesce(taken, '') AS taken, coalesce(died, '') AS died,
                   coalesce(nullif(place, ''), lived) AS place, register, register_place
            FROM own LEFT JOIN done ON done.person = own.record
                     LEFT JOIN aged ON aged.person = own.record
            WHERE {has_name}
            """
        )

    def _new(self, records: Sequence[int]) -> list[bool]:
        """Which rows state something that was written after the last run."""
        size = max((int(run.parameters.get("custody_size", 0)) for run in self._runs), default=0)
        segments = [part for part in self._snapshot.pointer.statements if part.end > size]
        batches = (self._snapshot.folder / self._snapshot.pointer.batches).as_posix()
        fresh: set[int] = set()
        if segments:
            paths = ", ".join(f"'{path}'" for path in self._snapshot.paths(segments))
            found = self._connection.execute(
                f"""
                SELECT DISTINCT s.record FROM read_parquet([{paths}]) s
                JOIN read_parquet($batches) b USING (batch)
                WHERE s.record_type = 'Person' AND b.entry >= $size
                """,
                {"batches": batches, "size": size},
            ).fetchall()
            fresh = {int(number) for (number,) in found}
        return [record in fresh for record in records]

    def _groups(self, records: Sequence[int], sources: Sequence[int]) -> list[int]:
        """Lists that repeat nobody are groups; so are people identified as different bodies."""
        declared = self._connection.execute(
            """
            SELECT DISTINCT record FROM valid WHERE record_type = 'Source'
              AND ((property = 'unique_rows' AND value = 'yes')
                   OR (property = 'name' AND list_contains($names, value)))
            """,
            {"names": sorted(self._unique)},
        ).fetchall()
        groups = {int(number): place for place, (number,) in enumerate(sorted(declared))}
        bodies = self._identified()
        own = {record: len(groups) for record in bodies}
        return [
            groups.get(source, own.get(record, -1))
            for record, source in zip(records, sources, strict=True)
        ]

    def _identified(self) -> frozenset[int]:
        """One record of a person for each body that was identified: bodies are different people."""
        found = self._connection.execute(
            """
            WITH said AS (
                SELECT record,
                       min(value) FILTER (property = 'body') AS body,
                       min(value) FILTER (property = 'person') AS person,
                       min(value) FILTER (property = 'state') AS state
                FROM valid WHERE record_type = 'Identification' GROUP BY record
            )
            SELECT min(TRY_CAST(person AS BIGINT)) FROM said
            WHERE body IS NOT NULL AND person IS NOT NULL AND state = 'identified' GROUP BY body
            """
        ).fetchall()
        return frozenset(int(number) for (number,) in found if number is not None)

    def _different(self) -> list[tuple[int, int]]:
        path = (self._snapshot.folder / self._snapshot.pointer.judgements).as_posix()
        found = self._connection.execute(
            """
            SELECT a, b FROM (
                SELECT least(record_a, record_b) AS a, greatest(record_a, record_b) AS b,
                       max_by(verdict, entry * 4294967296 + (number & 4294967295)) AS said
                FROM read_parquet($path)
                WHERE (number >> 32) IN (SELECT batch FROM standing_batch)
                GROUP BY ALL
            ) WHERE said = 'different' ORDER BY ALL
            """,
            {"path": path},
        ).fetchall()
        return [(int(a), int(b)) for a, b in found]
