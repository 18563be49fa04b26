"""Statements as a snapshot holds them: read from the store in columns, without what is sealed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import pyarrow as pa

from bayyina.app.live import erased_records
from bayyina.app.ports import Progress
from bayyina.app.rows import BatchRow, RecordRow, StatementRow, batch_of, row_number
from bayyina.app.workspace import Workspace
from bayyina.figures.relations import CODED_TYPES
from bayyina.figures.snapshot_tables import SEALED_VALUE, STATEMENTS
from bayyina.keys.sealing import is_sealed, mark_in

CHUNK: Final = 100_000
"""Statements in memory at a time."""

IDENTIFIER: Final = "identifier"
"""Kind of property whose shared value makes two people one."""

CLOSED_KINDS: Final = (*CODED_TYPES, "link", "geopoint")
"""Kinds of properties of which a snapshot holds nothing where the value is sealed."""

COLUMNS: Final = (
    "number", "record", "term", "value", "date_lo", "date_hi", "num_lo", "num_hi", "lang",
    "source", "certainty", "asserted_on", "original",
)  # fmt: skip
"""Columns of the store's statements that are read."""

_RECORD: Final = COLUMNS.index("record")
_TERM: Final = COLUMNS.index("term")
_VALUE: Final = COLUMNS.index("value")
_WORD: Final = re.compile(r"[^\W\d_]{2}")


class SnapshotStatements:
    """Reads statements of a workspace for its snapshot.

    Statements of erased records, and links to them, are left out.
    """

    def __init__(self, workspace: Workspace) -> None:
        """Learn what terms mean, and which records were erased."""
        self._store = workspace.store
        terms = {number: pair for pair, number in workspace.store.terms().items()}
        kinds = {number: _kind(workspace, *pair) for number, pair in terms.items()}
        self._types = {number: pair[0] for number, pair in terms.items()}
        self._names = {number: pair[1] for number, pair in terms.items()}
        self._links = frozenset(number for number, kind in kinds.items() if kind == "link")
        self._hidden = {number: _hidden(kind) for number, kind in kinds.items()}
        self._erased = erased_records(workspace.store)

    def of_batches(
        self, batches: Sequence[BatchRow], progress: Progress
    ) -> Iterator[pa.RecordBatch]:
        """All statements of some batches, in order."""
        done = 0
        for batch in batches:
            rows = self._store.columns(
                StatementRow,
                COLUMNS,
                first=row_number(batch.batch, 0),
                last=row_number(batch.batch + 1, 0) - 1,
            )
            if self._erased:
                rows = (row for row in rows if not _is_about_erased(row, self._erased, self._links))
            while chunk := list(islice(rows, CHUNK)):
                yield self._record_batch(chunk)
                done += len(chunk)
                progress(done, None, "statements in the snapshot")

    def as_they_are(self, numbers: Iterable[int]) -> pa.RecordBatch:
        """Some statements as they are now, in order of number."""
        found = self._store.find(StatementRow, "number", sorted(numbers))
        return self._record_batch([tuple(getattr(row, n) for n in COLUMNS) for row in found])

    def _record_batch(self, rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
        columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
        content: dict[str, Sequence[Any]] = dict(zip(COLUMNS, columns, strict=True))
        term = content.pop("term")
        content["batch"] = [batch_of(number) for number in content["number"]]
        content["record_type"] = list(map(self._types.__getitem__, term))
        content["property"] = list(map(self._names.__getitem__, term))
        content["value"] = [
            self._shown(row) if is_sealed(row[_VALUE]) else row[_VALUE] for row in rows
        ]
        content["wording"] = [
            original is not None and not is_sealed(original) and _WORD.search(original) is not None
            for original in content["original"]
        ]
        arrays = [pa.array(content[field.name], type=field.type) for field in STATEMENTS]
        return pa.RecordBatch.from_arrays(arrays, schema=STATEMENTS)

    def _shown(self, row: tuple[Any, ...]) -> str | None:
        """That something is said of what is sealed, never the sealed text."""
        hidden = self._hidden.get(row[_TERM])
        if hidden == IDENTIFIER:
            return f"{SEALED_VALUE}{mark_in(row[_VALUE]) or row[0]}"
        return hidden


def _kind(workspace: Workspace, record_type: str, name: str) -> str:
    """Kind of a property; empty for one that the vocabulary does not know any more."""
    known = workspace.vocabulary.types.get(record_type)
    prop = known.properties.get(name) if known is not None else None
    return "" if prop is None else prop.type


def _hidden(kind: str) -> str | None:
    """What stands in place of a sealed value of a kind.

    Nothing does for values of a closed list, since figures would take it for one of them; of
    identifiers it is their mark or, where they have none, another text for each statement, since
    equal ones join people.
    """
    if kind in CLOSED_KINDS:
        return None
    return kind if kind == IDENTIFIER else SEALED_VALUE


def _is_about_erased(
    row: tuple[Any, ...], erased: Mapping[int, RecordRow], links: frozenset[int]
) -> bool:
    """Whether a statement is of an erased record, or links to one."""
    if row[_RECORD] in erased:
        return True
    value = row[_VALUE]
    return row[_TERM] in links and value is not None and value.isdecimal() and int(value) in erased
