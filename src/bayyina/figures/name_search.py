"""Records whose names may be the one that somebody looks for, in either script.

A first sieve over all names that stand, in the database: every name and the one looked for
are reduced to classes of consonants that both scripts share (after ``names.keys``, coarser:
what one spelling drops must not hide a name), and names are ordered by how many pairs of
neighbouring sounds they share with it. The few best are compared as names by the caller.
The cost grows with the number of names: each is read once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import duckdb
import pyarrow as pa

from bayyina.figures.assembling import database_settings
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.snapshot_tables import SEALED_VALUE
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.model.vocabulary import Vocabulary

SEALED: Final = "sealed"
"""Level of types and properties that are never searched."""

WHOLE_NAMES: Final = ("name", "name.kunya", "name.nickname")
"""Properties that are looked at one by one."""

PARTS: Final = ("name.given", "name.father", "name.grandfather", "name.family")
"""Parts of a name in the order in which a record's are joined to one."""

SHORTLIST: Final = 1500
"""So many of the names most alike are handed on."""

_GROUPS: Final = (
    ("kh", "k"), ("gh", "j"), ("sh", "x"), ("ch", "x"), ("th", "t"), ("dh", "d"), ("ph", "f"),
    ("ck", "k"), ("ou", ""),
)  # fmt: skip
_LETTERS: Final = {
    "qckgpv": "kkkjbf",
    "بپتطثجچژحهخدضذرزظسصشغگفڤقكلمن": "bbtttjxjhhkdddrzzssxjjffkklmn",
}
_SILENT: Final = "aeiouwyاأإآٱويىئؤءعةـًٌٍَُِّْٰ'’`-"
"""Letters and marks that one spelling writes and another leaves out."""


_STATED: Final = pa.schema(
    [("record", pa.int64()), ("record_type", pa.string()), ("property", pa.string()),
     ("value", pa.string())]
)  # fmt: skip


class NamedRecord(NamedTuple):
    """A record with one of its names."""

    record: int
    """Its number."""

    record_type: str
    """Its type in the vocabulary."""

    name: str
    """The name."""


class NameSearch:
    """Looks for names in one snapshot. To be closed after use."""

    def __init__(
        self, snapshot: Snapshot | Collection[tuple[int, str, str, str | None]],
        vocabulary: Vocabulary,
    ) -> None:  # fmt: skip
        """Open a database in memory over the snapshot's statements that stand now.

        Instead of a snapshot there may be some statements: record, its type, property, value.
        """
        self._types = sorted(
            name for name, kind in vocabulary.types.items() if kind.level != SEALED
        )
        self._sealed = sorted(
            f"{name} {prop.name}"
            for name, kind in vocabulary.types.items()
            for prop in kind.properties.values()
            if prop.level == SEALED
        )
        self._connection = duckdb.connect(":memory:", config=database_settings(2, "1GB"))
        if isinstance(snapshot, Snapshot):
            make_valid_view(self._connection, snapshot, Cut(snapshot.pointer.custody_size))
        else:
            columns = list(zip(*snapshot, strict=True)) or [()] * len(_STATED)
            named = dict(zip(_STATED.names, columns, strict=True))
            self._connection.register("valid", pa.table(named, schema=_STATED))

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def near(self, text: str, *, limit: int = SHORTLIST) -> list[NamedRecord]:
        """Records with the names that share most sounds with ``text``, most first."""
        pieces = self._pieces(text)
        if not pieces:
            return []
        shared = " + ".join(f"CAST(contains(sounds, ${name}) AS INTEGER)" for name in pieces)
        rows = self._connection.execute(
            f"""
            WITH {_SOUNDED}
            SELECT record, record_type, name FROM (
                SELECT *, {shared} AS shared FROM sounded
            ) WHERE shared * 2 >= $least
            ORDER BY shared DESC, length(sounds), record LIMIT {int(limit)}
            """,
            {**pieces, **self._wanted(), "least": len(pieces)},
        ).fetchall()
        return [NamedRecord(int(record), str(kind), str(name)) for record, kind, name in rows]

    def everything(self) -> list[tuple[int, str, str, str]]:
        """Every name that stands: record, record type, name, its sounds; in order of record."""
        return self._connection.execute(
            f"WITH {_SOUNDED} SELECT record, record_type, name, sounds FROM sounded ORDER BY ALL",
            self._wanted(),
        ).fetchall()

    def _wanted(self) -> dict[str, list[str]]:
        return {
            "all": [*WHOLE_NAMES, *PARTS],
            "types": self._types,
            "sealed": self._sealed,
            "whole": list(WHOLE_NAMES),
            "parts": list(PARTS),
        }

    def _pieces(self, text: str) -> dict[str, str]:
        """Pairs of neighbouring sounds of the words of a text, as named parameters."""
        return {f"p{n}": pair for n, pair in enumerate(pieces_of(self._connection, text))}


def near_in(
    names: Sequence[NamedRecord], text: str, *, limit: int = SHORTLIST
) -> list[NamedRecord]:
    """Those of some names that share most sounds with ``text``, most first; in memory alone."""
    settings = database_settings(1, "1GB") | {"temp_directory": ""}
    with duckdb.connect(":memory:", config=settings) as connection:
        with connection.cursor() as cursor:
            pieces = pieces_of(cursor, text)
        if not pieces or not names:
            return []
        known = {"place": list(range(len(names))), "name": [one.name for one in names]}
        connection.register("known", pa.table(known))
        wanted = {f"p{n}": pair for n, pair in enumerate(pieces)}
        shared = " + ".join(f"CAST(contains(sounds, ${name}) AS INTEGER)" for name in wanted)
        found = connection.execute(
            f"""
            SELECT place FROM (
                SELECT place, sounds, {shared} AS shared
                FROM (SELECT place, {_sounds("name")} AS sounds FROM known)
            ) WHERE shared * 2 >= $least
            ORDER BY shared DESC, length(sounds), place LIMIT {int(limit)}
            """,
            {**wanted, "least": len(pieces)},
        ).fetchall()
    return [names[place] for (place,) in found]


def pieces_of(connection: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    """Pairs of neighbouring sounds of the words of a text, in order."""
    row = connection.execute(f"SELECT {_sounds('$text')}", {"text": text}).fetchone()
    words = [] if row is None else str(row[0]).split()
    return sorted({f" {word} "[i : i + 2] for word in words for i in range(len(word) + 1)})


def _sounds(column: str) -> str:
    """SQL for the classes of consonants of a text, word for word, with blanks around it."""
    spoken = f"lower(strip_accents(CAST({column} AS VARCHAR)))"
    for letters, sound in _GROUPS:
        spoken = f"replace({spoken}, '{letters}', '{sound}')"
    letters = "".join(_LETTERS)
    sounds = "".join(_LETTERS.values())
    silent = _SILENT.replace("'", "''")
    return f"' ' || translate({spoken}, '{letters}{silent}', '{sounds}') || ' '"


_SOUNDED: Final = f"""
named AS (
    SELECT record, record_type, property, value FROM valid
    WHERE list_contains($all, property) AND value <> ''
      AND NOT starts_with(value, '{SEALED_VALUE}')
      AND list_contains($types, record_type)
      AND NOT list_contains($sealed, record_type || ' ' || property)
), whole AS (
    SELECT record, record_type, value AS name FROM named
    WHERE list_contains($whole, property)
    UNION ALL
    SELECT record, record_type,
           string_agg(value, ' ' ORDER BY list_position($parts, property))
    FROM named WHERE list_contains($parts, property)
    GROUP BY record, record_type, regexp_matches(value, '[؀-ۿ]')
    HAVING count(*) > 1
), sounded AS (
    SELECT record, record_type, name, {_sounds("name")} AS sounds FROM whole
)
"""
"""Every name with its sounds, as common table expressions over ``valid``."""
