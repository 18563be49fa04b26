"""Check 15: rows that were emptied because what they said was sealed afterwards.

A survivor becomes known later, or an earlier release named a child. Then a new row holds the
same content sealed, and the old one, which the log committed to in clear, is emptied. That is
accepted only where the new row stands in a batch of the action ``seal``. Whoever is cleared
opens it and makes the old row's leaf again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from bayyina.custody.findings import EDITED, Check, Finding, outcome, runs
from bayyina.custody.key_ring import KeyRing
from bayyina.custody.leaf_makers import leaf_maker
from bayyina.custody.leaves import WORDING_EMPTIED
from bayyina.custody.log_reader import STATEMENT, LogReader, StoredRow
from bayyina.custody.range_checks import TreeFacts
from bayyina.custody.row_diagnosis import SealedLater
from bayyina.errors import BayyinaError
from bayyina.keys.sealing import Opener, is_sealed

SEAL: Final = "seal"
"""Action of the entries that seal what stood in clear."""

CHECK: Final = 15
"""Number of the check."""

KEPT_CELLS: Final = "cells"
"""What stands for a property where the cells of a row kept aside are sealed."""

_MOST_KEPT: Final = 10_000
_STAYS: Final = ("term", "date_lo", "date_hi")
_STAYS_BESIDE_WORDING: Final = (*_STAYS, "value", "num_lo", "num_hi")
_NAME: Final = "rows sealed later are kept sealed"
_MISSING: Final = "it is empty, and no sealed row stands in its place"
_OTHER: Final = "what was sealed in its place is not what the log committed to"


class SealedLaterFound(NamedTuple):
    """What emptied rows turned out to be."""

    kept: list[SealedLater]
    """Rows whose content is kept sealed in another one."""

    unsealed: dict[str, list[int]]
    """Numbers of rows that are empty and for which nothing was sealed, by kind."""

    other: list[SealedLater]
    """Those of ``kept`` whose sealed content is not what the log committed to."""

    made_again: int
    """How many of ``kept`` were opened and gave the leaf that the log committed to."""

    def check(self) -> Check:
        """(15) Every row sealed later is kept sealed; it is made again by who is cleared."""
        held = f"{len(self.kept)} rows sealed later"
        if self.kept:
            held += f", of which {self.made_again} were opened and made again"
        if len(self.kept) > self.made_again:
            held += "; the others can be opened only by somebody who is cleared"
        return outcome(CHECK, _NAME, f"{held}.", list(_findings(self._numbers(), _OTHER)))

    def tampered(self, kinds: Collection[str]) -> list[Finding]:
        """Rows of some kinds that are empty without anything sealed in their place."""
        return list(_findings({k: n for k, n in self.unsealed.items() if k in kinds}, _MISSING))

    def _numbers(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row in self.other:
            found.setdefault(row.kind, []).append(int(row.row[0]))
        return found


def _findings(numbers: Mapping[str, Sequence[int]], why: str) -> Iterator[Finding]:
    """Findings about rows, neighbours joined."""
    for kind, each in numbers.items():
        for first, last in runs(sorted(each)):
            yield Finding(EDITED, kind, first >> 32, first, None if last == first else last, why)


class _Places(NamedTuple):
    """Columns of a kind of row by name."""

    at: Mapping[str, int]

    def of(self, row: StoredRow, name: str) -> object:
        """The cell of a column."""
        return row[self.at[name]]


def _sealed_column(emptied: SealedLater, columns: _Places) -> str:
    """The column in which the row that came later holds sealed what an emptied one said."""
    if emptied.kind != STATEMENT:
        return "cells"
    return "original" if columns.of(emptied.row, "original") == WORDING_EMPTIED else "value"


class SealedLaterCheck:
    """Looks for the sealed row of each emptied one, and opens it where it can."""

    def __init__(
        self,
        reader: LogReader,
        ring: KeyRing,
        trees: Iterable[TreeFacts],
        actions: Mapping[int, str],
        opener: Opener | None,
    ) -> None:
        """``actions`` are those of the entries, by number of the batch."""
        self._reader = reader
        self._ring = ring
        self._trees = {(tree.kind, tree.batch.number): tree for tree in trees}
        self._actions = actions
        self._opener = opener
        self._terms = reader.terms()
        self._about: dict[tuple[str, int], list[StoredRow]] = {}

    def look(self, rows: Iterable[SealedLater]) -> SealedLaterFound:
        """Look at each emptied row."""
        found = SealedLaterFound([], {}, [], 0)
        for row in rows:
            why, is_made_again = self._broken(row)
            if why == _MISSING:
                found.unsealed.setdefault(row.kind, []).append(int(row.row[0]))
                continue
            found.kept.append(row)
            if why:
                found.other.append(row)
            found = found._replace(made_again=found.made_again + is_made_again)
        return found

    def _broken(self, emptied: SealedLater) -> tuple[str, bool]:
        """What is wrong with an emptied row, empty when nothing; whether it was made again."""
        tree = self._trees.get((emptied.kind, emptied.row[0] >> 32))
        if tree is None:
            return _MISSING, False
        columns = _Places({name: at for at, name in enumerate(tree.columns)})
        sealed = self._sealed_row(emptied, columns)
        if sealed is None:
            return _MISSING, False
        text = str(columns.of(sealed, _sealed_column(emptied, columns)))
        text = text.partition(" ")[0]  # the reasons of a row kept aside follow in clear
        if self._opener is None or not self._opener.opens(text):
            return "", False
        try:
            whole = self._whole(emptied, columns, text)
            maker = leaf_maker(emptied.kind, tree.columns, self._ring, self._terms)
            maker.begin(tree.batch)
            is_same = maker.hash_at(whole, emptied.row[0]) == emptied.leaf_hash
        except (BayyinaError, KeyError, TypeError, ValueError):
            return _OTHER, False
        return "" if is_same else _OTHER, is_same

    def _sealed_row(self, emptied: SealedLater, columns: _Places) -> StoredRow | None:
        """The row that holds sealed what an emptied one said."""
        own, record = emptied.row, columns.of(emptied.row, "record")
        if not isinstance(record, int):
            return None
        column = _sealed_column(emptied, columns)
        for row in self._rows_about(emptied.kind, record):
            if row[0] <= own[0] or self._actions.get(row[0] >> 32) != SEAL:
                continue
            same: tuple[str, ...] = ("source",)
            if emptied.kind == STATEMENT:
                same = _STAYS_BESIDE_WORDING if column == "original" else _STAYS
            fits = all(columns.of(row, name) == columns.of(own, name) for name in same) and (
                emptied.kind != STATEMENT or columns.of(row, "supersedes") == own[0]
            )
            text = columns.of(row, column)
            if fits and isinstance(text, str) and is_sealed(text):
                return row
        return None

    def _rows_about(self, kind: str, record: int) -> list[StoredRow]:
        if len(self._about) > _MOST_KEPT:
            self._about.clear()
        if (kind, record) not in self._about:
            self._about[kind, record] = list(self._reader.rows_about(kind, record))
        return self._about[kind, record]

    def _whole(self, emptied: SealedLater, columns: _Places, text: str) -> StoredRow:
        """An emptied row with what it said, from the sealed one.

        Raises:
            BayyinaError: it does not open.
        """
        record = int(str(columns.of(emptied.row, "record")))
        key = self._ring.record_key(record)
        if key is None or self._opener is None:
            raise KeyError(record)
        cells = list(emptied.row)
        if emptied.kind == STATEMENT:
            _, name = self._terms[int(str(columns.of(emptied.row, "term")))]
            said = self._opener.open(text, record, key, name)._asdict()
        else:
            said = json.loads(self._opener.open(text, record, key, KEPT_CELLS).value)
        for name, value in said.items():
            cells[columns.at[name]] = value
        return tuple(cells)
