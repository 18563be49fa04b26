"""Assembled tables in memory, read from their files when a figure first needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from bayyina.figures.assembled import Assembled, Column, Table
from bayyina.figures.assembling import DESCRIPTION
from bayyina.figures.relations import PERSON
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.figures.value_sets import ValueSets


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A text property, read when a figure asked for it."""

    relation: str
    """Table with the columns ``k`` (person or record number) and ``code``."""

    sets: tuple[tuple[str, ...], ...]
    """The set of texts that each code stands for."""


class WarmCut:
    """One assembled cut, ready to be counted."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        schema: str,
        folder: Path,
        snapshot: Snapshot,
        cut: Cut,
    ) -> None:
        """Read the description; the tables follow when they are needed.

        Args:
            connection: Database in memory.
            schema: Name of a schema for this cut alone; it is made here.
            folder: Where the assembled files lie.
            snapshot: What they were assembled from, for text properties.
            cut: Where the log was cut.
        """
        self.cut = cut
        """Where the log was cut."""
        self.assembled = Assembled.from_json((folder / DESCRIPTION).read_text(encoding="utf-8"))
        """What the tables hold."""
        self._connection = connection
        self._schema = schema
        self._folder = folder
        self._snapshot = snapshot
        self._loaded: dict[str, str] = {}
        self._texts: dict[tuple[str, str], TextColumn] = {}
        self._lookups: dict[str, str] = {}
        connection.execute(f"CREATE SCHEMA {schema}")

    def close(self) -> None:
        """Let go of the tables."""
        self._connection.execute(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE")

    def table(self, record_type: str) -> Table | None:
        """The wide table of a record type; None when there is no such record."""
        return self.assembled.tables.get(record_type)

    def relation(self, name: str) -> str:
        """Qualified name of a table, which is read into memory the first time."""
        if name not in self._loaded:
            path = (self._folder / f"{name}.parquet").as_posix()
            qualified = f'{self._schema}."{name}"'
            self._connection.execute(
                f"CREATE TABLE {qualified} AS SELECT * FROM read_parquet($path)", {"path": path}
            )
            self._loaded[name] = qualified
        return self._loaded[name]

    def lookup(self, key: str, columns: Mapping[str, pa.Array]) -> str:
        """A small table of one's own, made once for each key; its qualified name."""
        if key not in self._lookups:
            qualified = f'{self._schema}."lookup_{len(self._lookups)}"'
            self._connection.register("lookup_arrow", pa.table(dict(columns)))
            self._connection.execute(f"CREATE TABLE {qualified} AS SELECT * FROM lookup_arrow")
            self._connection.unregister("lookup_arrow")
            self._lookups[key] = qualified
        return self._lookups[key]

    def text_column(self, record_type: str, prop: str) -> TextColumn:
        """A text property as codes; the first time, the statements are read for it."""
        key = (record_type, prop)
        if key not in self._texts:
            self._texts[key] = self._read_text(record_type, prop)
        return self._texts[key]

    def sets(self, column: Column) -> tuple[tuple[str, ...], ...]:
        """The sets that a coded column's codes stand for."""
        return self.assembled.domains[column.domain]

    def _read_text(self, record_type: str, prop: str) -> TextColumn:
        """Texts per record (per person, for people), all accounts of one taken together."""
        make_valid_view(self._connection, self._snapshot, self.cut)
        k, join = "coalesce(r.target, v.record)", ""
        if record_type == PERSON:
            k = "p.pid"
            join = f"JOIN {self.relation('r_Person')} p ON p.record = coalesce(r.target, v.record)"
        found: list[tuple[int, list[str]]] = self._connection.execute(
            f"""
            SELECT {k} AS k, list_sort(list(DISTINCT v.value)) AS texts
            FROM valid v
            LEFT JOIN {self.relation("rep")} r ON r.record = v.record
            {join}
            WHERE v.record_type = $type AND v.property = $property
              AND v.value IS NOT NULL AND v.value <> ''
            GROUP BY 1
            """,
            {"type": record_type, "property": prop},
        ).fetchall()
        texts = [members for _, members in found]
        values = ValueSets(sorted({text for members in texts for text in members}))
        places = {members[0]: code for code, members in enumerate(values.sets) if members}
        codes = [values.union(places[text] for text in members) for members in texts]
        relation = self.lookup(
            f"text {record_type} {prop}",
            {
                "k": pa.array([key for key, _ in found], pa.int64()),
                "code": pa.array(codes, pa.int32()),
            },
        )
        return TextColumn(relation, values.sets)
