"""Sealed statements opened in memory, for the use cases that may: see ``opening_sealed``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bayyina.app.clearances import opener_of
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.sealing import Opener, is_sealed

CHUNK = 2_000
"""Records whose keys are read at a time."""


class SealedRows:
    """Opens statements for the member at work, as far as they are cleared."""

    def __init__(self, workspace: Workspace) -> None:
        """Look at what the member was given."""
        self._workspace = workspace
        self._opener: Opener = opener_of(workspace)
        self._wrap = KeyWrap(workspace.keys.case_key)
        self._names = {term: pair for pair, term in workspace.store.terms().items()}

    @property
    def can_open(self) -> bool:
        """Whether the member is cleared for anything."""
        return bool(self._opener.keys)

    def opened(self, rows: Sequence[StatementRow]) -> list[StatementRow]:
        """The same statements with what they say; sealed still where it does not open."""
        sealed = [row for row in rows if row.has_sealed] if self.can_open else []
        if not sealed:
            return list(rows)
        keys = self._keys(row.record for row in sealed)
        return [self._one(row, keys.get(row.record)) for row in rows]

    def _one(self, row: StatementRow, key: bytes | None) -> StatementRow:
        text = row.value if is_sealed(row.value) else row.original
        if key is None or text is None or not is_sealed(text) or not self._opener.opens(text):
            return row
        if row.term not in self._names:
            self._names = {t: pair for pair, t in self._workspace.store.terms().items()}
        try:
            said = self._opener.open(text, row.record, key, self._names[row.term][1])
        except BayyinaError:
            return row
        return row._replace(**said._asdict())

    def _keys(self, records: Iterable[int]) -> dict[int, bytes]:
        found = {}
        for row in self._workspace.store.find(RecordRow, "number", sorted(set(records))):
            if row.wrapped_key is not None:
                found[row.number] = self._wrap.open_record(row.number, bytes(row.wrapped_key))
        return found
