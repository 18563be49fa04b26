"""Leaf hashes of stored rows, made again from the rows and their keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b, sha256
from typing import Protocol
from uuid import UUID

from bayyina.custody.key_ring import BatchFacts, KeyRing
from bayyina.custody.leaves import (
    EMPTIED_BY_ERASURE,
    EMPTIED_BY_SEALING,
    WORDING_EMPTIED,
    RowLeaves,
    SaltingRecords,
    StatementLeaves,
    salting_key,
)
from bayyina.custody.log_reader import STATEMENT, STORED_STATEMENT_COLUMNS, StoredRow
from bayyina.errors import CustodyError
from bayyina.keys.salts import SaltSeries, salt

_STATEMENT_PREFIX = b"statement:"


class LeafMaker(Protocol):
    """Makes leaf hashes of rows of one kind."""

    def begin(self, facts: BatchFacts) -> None:
        """Rows from now on came with this batch."""
        ...

    def hashes(self, rows: Sequence[StoredRow]) -> list[bytes | None]:
        """Leaf hashes of rows; None for a row that was erased.

        Raises:
            CustodyError: a row cannot be made into a leaf, or its key is not there.
        """
        ...

    def hash_at(self, row: StoredRow, number: int) -> bytes | None:
        """The leaf hash that the row would have under another number; as ``hashes``."""
        ...

    def erased_records(self, row: StoredRow) -> tuple[int, ...]:
        """Those records whose keys salt the row and were destroyed."""
        ...

    def is_emptied(self, row: StoredRow) -> bool:
        """Whether an erased row no longer holds what erasure must remove."""
        ...

    def is_emptied_for_sealing(self, row: StoredRow) -> bool:
        """Whether a row no longer holds what is taken out of it when its content is sealed."""
        ...


def leaf_maker(
    kind: str, columns: Sequence[str], ring: KeyRing, terms: Mapping[int, tuple[str, str]]
) -> LeafMaker:
    """The maker for a kind of row."""
    if kind == STATEMENT:
        return StatementLeafMaker(ring, terms)
    return RowLeafMaker(kind, columns, ring)


class StatementLeafMaker:
    """Leaf hashes of statements; the quick path of verification."""

    def __init__(self, ring: KeyRing, terms: Mapping[int, tuple[str, str]]) -> None:
        self._ring = ring
        self._terms = terms
        self._emptied = _emptied_places(STATEMENT, STORED_STATEMENT_COLUMNS)
        self._unsealed = _places(STORED_STATEMENT_COLUMNS, EMPTIED_BY_SEALING[STATEMENT])
        self._wording = STORED_STATEMENT_COLUMNS.index("original")
        self._encoder: StatementLeaves | None = None

    def begin(self, facts: BatchFacts) -> None:
        """Statements from now on came with this batch."""
        self._encoder = StatementLeaves(
            batch=UUID(facts.uuid),
            recorded_at=facts.recorded_at,
            recorded_by=UUID(facts.recorded_by),
        )

    def hashes(self, rows: Sequence[StoredRow]) -> list[bytes | None]:
        """Leaf hashes of statements; as ``LeafMaker``."""
        states = self._states(rows)
        encode, terms = self._begun().encode, self._terms
        found: list[bytes | None] = []
        append = found.append
        try:
            for (
                number, record, term, value, date_lo, date_hi, num_lo, num_hi, original, lang,
                source, evidence, locator, certainty, asserted_on, supersedes,
            ) in rows:  # fmt: skip
                state = states[record]
                if state is None:
                    append(None)
                    continue
                salted = state.copy()
                salted.update(b"%d" % number)
                record_type, name = terms[term]
                line = encode(
                    number, record, record_type, name, value, date_lo, date_hi, num_lo, num_hi,
                    original, lang, source, evidence, locator, certainty, asserted_on, supersedes,
                    salted.hexdigest(),
                )  # fmt: skip
                append(sha256(b"\x00" + line).digest())
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise CustodyError("A statement cannot be made into a leaf.") from error
        return found

    def hash_at(self, row: StoredRow, number: int) -> bytes | None:
        """The leaf hash under another number; as ``LeafMaker``."""
        return self.hashes([(number, *row[1:])])[0]

    def erased_records(self, row: StoredRow) -> tuple[int, ...]:
        """The record that the statement is about, if its key was destroyed."""
        return (row[1],) if self._ring.record_key(row[1]) is None else ()

    def is_emptied(self, row: StoredRow) -> bool:
        """Whether everything that the source said is gone."""
        return all(row[place] is None for place in self._emptied)

    def is_emptied_for_sealing(self, row: StoredRow) -> bool:
        """Whether value, wording and numbers are gone, or the wording alone.

        A date may be left to its month.
        """
        if row[self._wording] == WORDING_EMPTIED:
            return True
        return all(row[place] is None for place in self._unsealed)

    def _states(self, rows: Sequence[StoredRow]) -> dict[int, blake2b | None]:
        """Per record, the state of the hash that gives its statements' salts."""
        records = {row[1] for row in rows}
        self._ring.fetch(records)
        states: dict[int, blake2b | None] = {}
        for record in records:
            key = self._ring.kept(record)
            states[record] = (
                None if key is None else blake2b(_STATEMENT_PREFIX, key=key, digest_size=32)
            )
        return states

    def _begun(self) -> StatementLeaves:
        if self._encoder is None:
            raise CustodyError("No batch was begun.")
        return self._encoder


class RowLeafMaker:
    """Leaf hashes of rows of any other kind."""

    def __init__(self, kind: str, columns: Sequence[str], ring: KeyRing) -> None:
        self._kind = kind
        self._encoder = RowLeaves(kind, columns)
        self._records = SaltingRecords(kind, columns).of
        self._emptied = _emptied_places(kind, columns)
        self._unsealed = _places(columns, EMPTIED_BY_SEALING.get(kind, ()))
        self._ring = ring
        self._facts: BatchFacts | None = None
        self._batch_salts: SaltSeries | None = None

    def begin(self, facts: BatchFacts) -> None:
        """Rows from now on came with this batch."""
        self._facts, self._batch_salts = facts, None

    def hashes(self, rows: Sequence[StoredRow]) -> list[bytes | None]:
        """Leaf hashes of rows; as ``LeafMaker``."""
        self._ring.fetch({number for row in rows for number in self._records(row)})
        return [self._hash(row) for row in rows]

    def hash_at(self, row: StoredRow, number: int) -> bytes | None:
        """The leaf hash under another number; as ``LeafMaker``."""
        return self._hash(row if number == row[0] else (number, *row[1:]))

    def erased_records(self, row: StoredRow) -> tuple[int, ...]:
        """Those records whose keys salt the row and were destroyed."""
        return tuple(n for n in self._records(row) if self._ring.record_key(n) is None)

    def is_emptied(self, row: StoredRow) -> bool:
        """Whether the columns that erasure empties hold nothing."""
        return all(row[place] in (None, "") for place in self._emptied)

    def is_emptied_for_sealing(self, row: StoredRow) -> bool:
        """Whether the columns that sealing empties hold nothing; no such row of other kinds."""
        return bool(self._unsealed) and all(row[place] in (None, "") for place in self._unsealed)

    def _hash(self, row: StoredRow) -> bytes | None:
        try:
            salted = self._salt(row)
            if salted is None:
                return None
            return sha256(b"\x00" + self._encoder.encode(row, salted)).digest()
        except (TypeError, ValueError, AttributeError) as error:
            raise CustodyError("A row cannot be made into a leaf.") from error

    def _salt(self, row: StoredRow) -> str | None:
        """The salt of a row; None when a record that it is about was erased."""
        records = self._records(row)
        if not records:
            return self._batch_series().salt(row[0])
        keys = [self._ring.record_key(number) for number in records]
        if None in keys:
            return None
        by_number = dict(zip(records, keys, strict=True))
        return salt(salting_key(records, lambda n: by_number[n] or b"", b""), self._kind, row[0])

    def _batch_series(self) -> SaltSeries:
        if self._batch_salts is None:
            if self._facts is None:
                raise CustodyError("No batch was begun.")
            self._batch_salts = SaltSeries(self._ring.batch_key(self._facts), self._kind)
        return self._batch_salts


def _emptied_places(kind: str, columns: Sequence[str]) -> tuple[int, ...]:
    """Places of the columns that erasure empties in rows of a kind."""
    return _places(columns, EMPTIED_BY_ERASURE.get(kind, ()))


def _places(columns: Sequence[str], names: Collection[str]) -> tuple[int, ...]:
    return tuple(place for place, name in enumerate(columns) if name in names)
