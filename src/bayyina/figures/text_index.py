"""Words of documents, testimonies and other texts, in memory alone.

The index is SQLite's own full-text index in a database without a file: nothing of it is ever
written to a disk, and what is sealed is not in the snapshot that it reads, so it is not in the
index either. Arabic words are folded before: signs above and below letters fall away, forms of
alef, ya and ta marbuta are one, the article and what is written onto it (and, with, for) are
taken off; Latin letters lose case and accents. Texts and questions are folded alike.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import duckdb

from bayyina.figures.assembling import database_settings
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.snapshot_tables import SEALED_VALUE
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.names.normal_forms import normal_form

MOST_WORDS: Final = 12
"""Words of a question that are looked for; further ones are left out."""

LONGEST_WORD: Final = 60
SNIPPET: Final = 110
"""Letters around the first word that is found."""

_WORD: Final = re.compile(r"[^\W_]+(?:[ً-ْٰ]*[^\W_]+)*", re.UNICODE)
_ONTO: Final = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
"""What is written onto Arabic words, longest first."""

Row = tuple[int, str, str, str]
"""Record, its type, property, text."""


class TextHit(NamedTuple):
    """A text with the words that were looked for."""

    record: int
    """Whose it is."""

    record_type: str
    """The record's type."""

    property: str
    """Which of its properties."""

    text: str
    """The text as it was written."""


class TextIndex:
    """Texts of one snapshot by their words. It may be asked by several threads."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Read texts; see ``texts_of`` for those of a snapshot."""
        self._lock = threading.Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.executescript(
            """
            CREATE TABLE texts (
                id INTEGER PRIMARY KEY, record INTEGER, kind TEXT, property TEXT, body TEXT
            );
            CREATE INDEX by_record ON texts (record);
            CREATE VIRTUAL TABLE words USING fts5(folded);
            """
        )
        self._add(rows)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._base.close()

    def lay_over(self, records: Collection[int], rows: Iterable[Row]) -> None:
        """Put ``rows`` in place of all texts of ``records``."""
        with self._lock:
            for record in records:
                old = self._base.execute("SELECT id FROM texts WHERE record = ?", [record])
                for (number,) in old.fetchall():
                    self._base.execute("DELETE FROM words WHERE rowid = ?", [number])
                self._base.execute("DELETE FROM texts WHERE record = ?", [record])
        self._add(rows)

    def find(self, asked: str, limit: int) -> list[TextHit]:
        """Texts that hold every word and phrase that is asked for, the best first.

        Words in quotation marks stand together in this order; a star ends a beginning of words.
        """
        match = match_of(asked)
        if not match:
            return []
        with self._lock:
            rows = self._base.execute(
                "SELECT t.record, t.kind, t.property, t.body FROM words w "
                "JOIN texts t ON t.id = w.rowid WHERE words MATCH ? ORDER BY rank, t.id LIMIT ?",
                [match, limit],
            ).fetchall()
        return [TextHit(*row) for row in rows]

    def _add(self, rows: Iterable[Row]) -> None:
        with self._lock, self._base:
            for record, kind, name, body in rows:
                made = self._base.execute(
                    "INSERT INTO texts (record, kind, property, body) VALUES (?, ?, ?, ?)",
                    [record, kind, name, body],
                )
                self._base.execute(
                    "INSERT INTO words (rowid, folded) VALUES (?, ?)",
                    [made.lastrowid, " ".join(folded_words(body))],
                )


def texts_of(snapshot: Snapshot, kinds: Collection[tuple[str, str]]) -> Iterator[Row]:
    """What stands of some pairs (record type, property) in a snapshot; nothing that is sealed."""
    with duckdb.connect(":memory:", config=database_settings(2, "1GB")) as connection:
        make_valid_view(connection, snapshot, Cut(snapshot.pointer.custody_size))
        rows = connection.execute(
            f"""
            SELECT record, record_type, property, value FROM valid
            WHERE list_contains($properties, property)
              AND list_contains($kinds, record_type || ' ' || property)
              AND value <> '' AND NOT starts_with(value, '{SEALED_VALUE}')
            ORDER BY record, property, value
            """,
            {
                "properties": sorted({name for _, name in kinds}),
                "kinds": sorted(f"{kind} {name}" for kind, name in kinds),
            },
        )
        while some := rows.fetchmany(5_000):
            yield from some


def match_of(asked: str) -> str:
    """A question in the index's own language; empty where it has no words."""
    parts: list[str] = []
    for phrase, plain in re.findall(r'"([^"]*)"|([^\s"]+)', asked):
        words = folded_words(phrase or plain)[:MOST_WORDS]
        if phrase and words:
            parts.append(f'"{" ".join(words)}"')
        else:
            parts += [f'"{word}"' for word in words]
            if words and plain.endswith("*"):
                parts[-1] += "*"
    return " AND ".join(parts[:MOST_WORDS])


def folded_words(text: str) -> list[str]:
    """The words of a text as they are compared."""
    return [
        folded
        for word in _WORD.findall(text)
        for folded in folded_word(word[:LONGEST_WORD]).split()
    ]


@lru_cache(maxsize=1 << 16)
def folded_word(word: str) -> str:
    """A word as it is compared."""
    plain = normal_form(word)
    for onto in _ONTO:
        if plain.startswith(onto) and len(plain) - len(onto) >= 2:
            return plain[len(onto) :]
    return plain


def snippet_of(text: str, asked: str) -> tuple[str, str, str]:
    """What stands before the first word that is found, the word, and what stands behind it."""
    wanted = set(folded_words(asked.replace("*", " ")))
    for found in _WORD.finditer(text):
        folded = folded_word(found.group()[:LONGEST_WORD])
        if folded in wanted or any(folded.startswith(one) for one in wanted if "*" in asked):
            first, last = found.span()
            before = text[max(0, first - SNIPPET) : first]
            after = text[last : last + SNIPPET]
            return (
                ("…" if first > SNIPPET else "") + before,
                found.group(),
                after + ("…" if last + SNIPPET < len(text) else ""),
            )
    return text[:SNIPPET], "", ""
