"""What records go back to, for many records at once: as lines of evidence are read one by one."""

from __future__ import annotations

from collections.abc import Mapping

from bayyina.app.evidence_lines import OWN_ORIGIN
from bayyina.app.person_statements import source_names
from bayyina.app.rows import RecordRow
from bayyina.app.source_origins import origins_by_name
from bayyina.app.workspace import Workspace


class Origins:
    """Origins of records, by their sources. An overview: a decision works each out anew."""

    def __init__(self, workspace: Workspace, types: Mapping[int, str] | None = None) -> None:
        """Read the sources; ``types`` are types of records that may be origins themselves."""
        self._workspace = workspace
        self._types = types or {}
        sources = [row.number for row in workspace.store.find(RecordRow, "record_type", ["Source"])]
        self._names = source_names(workspace, sources)
        self._roots = origins_by_name(workspace)

    def of(self, record: int, source: int | None) -> tuple[str, str]:
        """Origin of what a record states, and the name of who says it."""
        short = self._workspace.short_id(record)
        name = self._names.get(source, "") if source is not None else ""
        if self._types.get(record) in OWN_ORIGIN or not name:
            return short, name or short
        return self._roots.get(name, name), name
