"""Leaves: one line of canonical JSON for each logged row.

A leaf holds the row's kind, its columns that have a value, and a salt; its hash is
``SHA-256(0x00 || line)``. The leaf of a statement also says when, by whom and in which
batch it was recorded, so that it can be shown alone.

Salts come from the keys of the records that a row is about (``SALTED_BY_RECORDS``), or
from the batch's key: rows that say something about somebody can no longer be opened once
that record's key is destroyed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import NamedTuple
from uuid import UUID

from bayyina.custody.canonical import MAX_INTEGER, integer, utf8
from bayyina.errors import CustodyError
from bayyina.keys.salts import pair_key

STATEMENT_COLUMNS = (
    "number",
    "record",
    "record_type",
    "property",
    "value",
    "date_lo",
    "date_hi",
    "num_lo",
    "num_hi",
    "original",
    "lang",
    "source",
    "evidence",
    "locator",
    "certainty",
    "asserted_on",
    "supersedes",
)
"""Columns of a statement in the order in which encoders take them."""

SALTED_BY_RECORDS: Mapping[str, tuple[str, ...]] = {
    "record": ("number",),
    "statement": ("record",),
    "list_row": ("record",),
    "determination": ("record",),
    "judgement": ("record_a", "record_b"),
    "link": ("record_a", "record_b"),
}
"""Columns that name the records whose keys salt a row; rows of other kinds, and rows in
which such a column is empty, are salted by their batch's key."""

EMPTIED_BY_ERASURE: Mapping[str, tuple[str, ...]] = {
    "statement": (
        "value",
        "date_lo",
        "date_hi",
        "num_lo",
        "num_hi",
        "original",
        "lang",
        "evidence",
        "locator",
        "certainty",
    ),
    "list_row": ("key", "digest", "cells"),
    "judgement": ("score", "reasons"),
    "link": ("levels",),
    "determination": ("reasons",),
}
"""Columns that hold nothing (null, or an empty text) in a row of an erased record."""

EMPTIED_BY_SEALING: Mapping[str, tuple[str, ...]] = {
    "statement": ("value", "num_lo", "num_hi", "original", "lang"),
    "list_row": ("key", "digest", "cells"),
}
"""Columns that hold nothing in a row whose content was sealed afterwards, in a row of its own. The
bounds of a date are what the sealed statement has in clear: those of the month, or nothing."""

WORDING_EMPTIED = ""
"""What stands in the column ``original`` of a statement whose wording alone was sealed afterwards.
Its value stays, so that figures of then are made again; no statement is written with such a one."""

Cell = str | int | None
"""What a column of a logged row can hold."""


class _Frame(NamedTuple):
    """The parts of a statement's leaf that many statements of a batch share."""

    head: str
    kind: str
    property: str
    record_type: str
    end: str


_Shared = tuple[str, str, str | None, int | None, str | None, str | None]
"""Record type, property, lang, source, asserted_on, certainty."""

_MAX_FRAMES = 4096


class StatementLeaves:
    """Encodes the statements of one batch; equal to ``canonical_json`` and quicker.

    What statements of one column of a list have in common is written once and kept.
    """

    __slots__ = ("_batch", "_frames", "_recorded")

    def __init__(self, *, batch: UUID, recorded_at: str, recorded_by: UUID) -> None:
        self._batch = f'"batch":"{batch}"'
        self._recorded = (
            f',"recorded_at":{encode_basestring(recorded_at)}'
            f',"recorded_by":"{recorded_by}","salt":"'
        )
        self._frames: dict[_Shared, _Frame] = {}

    def encode(
        self,
        number: int,
        record: int,
        record_type: str,
        property: str,
        value: str | None,
        date_lo: str | None,
        date_hi: str | None,
        num_lo: int | None,
        num_hi: int | None,
        original: str | None,
        lang: str | None,
        source: int | None,
        evidence: int | None,
        locator: str | None,
        certainty: str | None,
        asserted_on: str | None,
        supersedes: int | None,
        salt: str,
    ) -> bytes:
        """The leaf of one statement; arguments as in ``STATEMENT_COLUMNS``, then the salt.

        Raises:
            CustodyError: a number has more than 53 bits, or a text is not Unicode.
        """
        shared = (record_type, property, lang, source, asserted_on, certainty)
        frame = self._frames.get(shared) or self._frame(shared)
        head, kind, property_part, type_part, end = frame
        if not (0 <= number <= MAX_INTEGER and 0 <= record <= MAX_INTEGER):
            raise CustodyError(f"The number {max(number, record)} has more than 53 bits.")
        text = encode_basestring
        dates = "" if date_hi is None else ',"date_hi":' + text(date_hi)
        if date_lo is not None:
            dates += ',"date_lo":' + text(date_lo)
        item = "" if evidence is None else ',"evidence":' + integer(evidence)
        where = "" if locator is None else ',"locator":' + text(locator)
        if num_hi is not None:
            where += ',"num_hi":' + integer(num_hi)
        if num_lo is not None:
            where += ',"num_lo":' + integer(num_lo)
        wording = "" if original is None else ',"original":' + text(original)
        if supersedes is not None:
            end += ',"supersedes":' + integer(supersedes)
        line = (
            f'{head}{dates}{item}{kind}{where},"number":{number}{wording}'
            f"{property_part}{record}{type_part}{salt}{end}"
        )
        if value is None:
            return utf8(line + "}")
        try:  # Encoded apart: the rest is mostly ASCII, which is copied and not converted.
            return line.encode() + b',"value":' + text(value).encode() + b"}"
        except UnicodeEncodeError:
            return utf8(f'{line},"value":{text(value)}}}')

    def _frame(self, shared: _Shared) -> _Frame:
        record_type, property_name, lang, source, asserted_on, certainty = shared
        text = encode_basestring
        asserted = "" if asserted_on is None else f'"asserted_on":{text(asserted_on)},'
        frame = _Frame(
            head="{" + asserted + self._batch + _optional("certainty", certainty),
            kind=',"kind":"statement"' + _optional("lang", lang),
            property=f',"property":{text(property_name)},"record":',
            record_type=f',"record_type":{text(record_type)}{self._recorded}',
            end='"' if source is None else f'","source":{integer(source)}',
        )
        if len(self._frames) >= _MAX_FRAMES:
            self._frames.clear()
        self._frames[shared] = frame
        return frame


class RowLeaves:
    """Encodes rows of one kind; equal to ``canonical_json`` and quicker."""

    __slots__ = ("_columns", "_kind", "_steps")

    def __init__(self, kind: str, columns: Sequence[str]) -> None:
        """Columns in the order in which ``encode`` takes them.

        Raises:
            CustodyError: a column has the name of a key that every leaf has.
        """
        if {"kind", "salt"} & set(columns) or not all(map(str.isascii, columns)):
            raise CustodyError(f"Rows of kind {kind!r} have a column that a leaf cannot hold.")
        self._kind = kind
        self._columns = tuple(columns)
        places: list[tuple[str, int]] = [(name, at) for at, name in enumerate(columns)]
        places += [("kind", len(columns)), ("salt", len(columns) + 1)]
        self._steps = [(f"{encode_basestring(name)}:", at) for name, at in sorted(places)]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns in the order in which ``encode`` takes them."""
        return self._columns

    def encode(self, row: Sequence[Cell], salt: str) -> bytes:
        """The leaf of one row.

        Raises:
            CustodyError: a cell is neither a text nor an integer nor empty.
        """
        if len(row) != len(self._columns):
            raise CustodyError(
                f"A row of kind {self._kind!r} has {len(row)} cells, not {len(self._columns)}."
            )
        cells = (*row, self._kind, salt)
        parts: list[str] = []
        for key, at in self._steps:
            cell = cells[at]
            if type(cell) is str:
                parts.append(key + encode_basestring(cell))
            elif cell is not None:
                parts.append(key + self._text(cell))
        return utf8("{" + ",".join(parts) + "}")

    def _text(self, cell: object) -> str:
        if isinstance(cell, int) and not isinstance(cell, bool):
            return integer(cell)
        if isinstance(cell, str):
            return encode_basestring(cell)
        raise CustodyError(
            f"A row of kind {self._kind!r} holds a {type(cell).__name__}, which cannot be logged."
        )


class SaltingRecords:
    """Tells of rows of one kind which records' keys salt them."""

    __slots__ = ("_places",)

    def __init__(self, kind: str, columns: Sequence[str]) -> None:
        names = SALTED_BY_RECORDS.get(kind, ())
        places = tuple(columns.index(name) for name in names if name in columns)
        self._places = places if len(places) == len(names) else ()

    def of(self, row: Sequence[Cell]) -> tuple[int, ...]:
        """Numbers of the records whose keys salt a row; none: the batch's key does."""
        numbers = tuple([row[place] for place in self._places])
        for number in numbers:
            if not isinstance(number, int):
                return ()
        return numbers  # type: ignore[return-value]  # each was looked at


def salting_key(
    records: Sequence[int], record_key: Callable[[int], bytes], batch_key: bytes
) -> bytes:
    """The key that salts a row, from the records that ``SaltingRecords`` names.

    Args:
        records: No number, one, or two.
        record_key: Gives a record's key.
        batch_key: The key of the row's batch.
    """
    if not records:
        return batch_key
    if len(records) == 1:
        return record_key(records[0])
    return pair_key(record_key(records[0]), record_key(records[1]))


def _optional(key: str, value: str | None) -> str:
    return "" if value is None else f',"{key}":{encode_basestring(value)}'
