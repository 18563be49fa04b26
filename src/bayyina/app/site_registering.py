"""Registering sites: what site files say becomes records with statements, each with its source.

A site, a source, an act and a facility of a file are known again by their ids, so the same
file registered twice changes nothing, and a changed one adds what is new and closes what it no
longer says. Everything that one command registers stands under one entry of the log.

Positions are stored sealed. Who is cleared compares them with what a file says; to who is not, a position
is the same only where it came with the same files, and is stated anew otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.emptied_rows import SEAL
from bayyina.app.known_lists import NAMED_KEY
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.permissions import require
from bayyina.app.rows import BatchRow, ClosureRow, RecordRow, StatementRow, batch_of
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.site_files import FileRecord, FileValue, SiteFile, read_site_file, records_of
from bayyina.app.workspace import Workspace
from bayyina.custody.entries import Entry
from bayyina.errors import InputError
from bayyina.keys.erased_keys import ErasedKeyMarker
from bayyina.keys.sealing import is_sealed, mark_of
from bayyina.model.drafts import ValueDraft

ACTION: Final = "register-sites"
"""What the log calls a registration."""

SUPERSEDED: Final = "superseded"
"""Why a statement that a file no longer makes does not stand any more."""

FILES: Final = "files_mark"
"""Detail of an entry that says which files were registered: a keyed mark of their digests.

A digest without a key would let whoever has the database try positions, since much of a file can be
known. Earlier entries have one, as ``files_sha256``.
"""


@dataclass
class Registered:
    """What a registration changed."""

    sites: list[tuple[str, str]] = field(default_factory=list)
    """Id in the file and short id of each site, in order."""

    records: int = 0
    """New records."""

    statements: int = 0
    """New statements."""

    closures: int = 0
    """Statements that no longer stand."""

    erased: int = 0
    """Records of the files that were erased here and are not taken in again."""

    batch: int | None = None
    """The batch; None where the workspace held everything already."""


class _Held(NamedTuple):
    number: int
    key: bytes


def register_sites(workspace: Workspace, *, files: Sequence[Path]) -> Registered:
    """Take site files into the register.

    Raises:
        InputError: a file names a site or facility that is not known, two files hold one site,
            or a file is of the other world (invented, real).
        SmallFileError: a file does not follow its format; nothing was changed.
        PermissionRefusedError: the member may not import.
    """
    require(workspace, "import")
    read = [read_site_file(path, workspace.vocabulary, workspace.gazetteer) for path in files]
    _check_together(workspace, read)
    digests = "".join(sorted(one.digest for one in read))
    mark = mark_of(workspace.keys.marks, digests)
    with change(workspace, ACTION) as writer:
        registration = _Registration(workspace, writer, mark)
        registration.take_in(read)
        done = registration.done
        if not (done.records or done.statements or done.closures):
            writer.discard()
            return done
        writer.finish({"sites": len(read), FILES: mark, "records": done.records})
        done.batch = writer.batch
    return done


def _check_together(workspace: Workspace, files: Sequence[SiteFile]) -> None:
    seen: dict[str, SiteFile] = {}
    for one in files:
        if one.register.fictional != workspace.identity.fictional:
            kind, other = (
                ("an invented", "a real") if one.register.fictional else ("a real", "an invented")
            )
            raise InputError(
                f"{one.name} is of {kind} site, and this workspace is {other} one.",
                hint="Invented and real data never meet; an invented site file says "
                '`"fictional": true`. Nothing was changed.',
                code="fictional",
            )
        if one.id in seen:
            raise InputError(
                f"{one.name} and {seen[one.id].name} are both of the site {one.id}.",
                hint="One file holds one site; nothing was changed.",
            )
        seen[one.id] = one


class _Registration:
    """Writes what files change."""

    def __init__(self, workspace: Workspace, writer: ChangeWriter, files: str) -> None:
        self.done = Registered()
        self._files = files
        self._sealed = SealedRows(workspace)
        self._workspace = workspace
        self._writer = writer
        self._batches = live_batches(workspace.store)
        self._names = {n: name for (_, name), n in workspace.store.terms().items()}
        self._held: dict[str, _Held | None] = {}
        self._new: set[int] = set()
        self._came: dict[int, str] = {}
        left = erased_records(workspace.store).values()
        self._marker = ErasedKeyMarker(workspace.keys.marks) if left else None
        self._erased = {row.list_key for row in left}

    def take_in(self, files: Sequence[SiteFile]) -> None:
        """Make all records first, so that links find them; then state."""
        records = [record for one in files for record in records_of(one)]
        for record in records:
            if self._hold(record.key) is None and not self._is_erased(record.key):
                made = _Held(*self._writer.add_record(record.type, None, record.key))
                self._held[record.key] = made
                self._new.add(made.number)
                self.done.records += 1
        merged: dict[str, FileRecord] = {}
        for record in records:
            known = merged.get(record.key)
            values = (*known.values, *record.values) if known else record.values
            merged[record.key] = record._replace(values=tuple(dict.fromkeys(values)))
        for record in merged.values():
            if self._is_erased(record.key):
                self.done.erased += 1
            else:
                self._state(record)
        for one in files:
            held = self._held.get(one.key)
            if held is not None:
                self.done.sites.append((one.id, self._workspace.short_id(held.number)))

    def _hold(self, key: str) -> _Held | None:
        """The record with a key, if it stands."""
        if key not in self._held:
            rows = self._workspace.store.find(RecordRow, "list_key", [key])
            row = next((r for r in reversed(rows) if batch_of(r.number) in self._batches), None)
            self._held[key] = (
                None if row is None else _Held(row.number, self._writer.record_key(row))
            )
        return self._held[key]

    def _is_erased(self, key: str) -> bool:
        return self._marker is not None and self._marker.mark(key) in self._erased

    def _state(self, record: FileRecord) -> None:
        held = self._held[record.key]
        if held is None:
            return
        superseded: dict[str, int] = {}
        wanted = [(value, *self._resolved(value)) for value in record.values]
        contents = {content for _, _, content in wanted}
        standing = {} if held.number in self._new else self._standing(held.number, contents)
        for content, row in standing.items():
            if content not in contents and not record.key.startswith(NAMED_KEY):
                self._writer.add(
                    ClosureRow, statement=row.number, reason=SUPERSEDED, asserted_on=row.asserted_on
                )
                superseded[str(content[0])] = row.number
                self.done.closures += 1
        for value, draft, content in wanted:
            if content in standing:
                continue
            source = self._source(value)
            self._writer.describe_list(source, value.said_on)
            self._writer.add_statement(
                held.number, held.key, record.type, draft, value.locator,
                superseded.pop(draft.property, None),
            )  # fmt: skip
            self.done.statements += 1

    def _standing(
        self, record: int, wanted: Collection[tuple[Any, ...]]
    ) -> dict[tuple[Any, ...], StatementRow]:
        """What registrations said of a record and stands, by content."""
        rows = live_statements(self._workspace.store, [record], self._batches)
        found: dict[tuple[Any, ...], StatementRow] = {}
        for row in self._sealed.opened(rows):
            batch = self._batches.get(self._origin(row))
            if batch is None or batch.action != ACTION:
                continue
            content = self._content_of(row)
            if is_sealed(row.value) and self._came_with(batch) == self._files:
                same = (one for one in wanted if _beside(one) == _beside(content))
                content = next((one for one in same if one not in found), content)
            found[content] = row
        return found

    def _origin(self, row: StatementRow) -> int:
        """The batch that said it; of a statement that was sealed later, of the one in clear."""
        number = batch_of(row.number)
        is_sealed_later = self._batches[number].action == SEAL and row.supersedes is not None
        return batch_of(row.supersedes or 0) if is_sealed_later else number

    def _came_with(self, batch: BatchRow) -> str:
        """Which files a registration took in."""
        if batch.batch not in self._came:
            data = next(self._workspace.store.entries(first=batch.entry or 0)).data
            self._came[batch.batch] = str(Entry.from_bytes(data).details.get(FILES, ""))
        return self._came[batch.batch]

    def _content_of(self, row: StatementRow) -> tuple[Any, ...]:
        return _content(self._names[row.term], row, row.source, row.locator, row.asserted_on)

    def _resolved(self, value: FileValue) -> tuple[ValueDraft, tuple[Any, ...]]:
        """The draft with a link's target in place of its key, and its content."""
        draft = value.draft
        if value.target is not None:
            draft = draft._replace(value=str(self._target(value.target, value.where)))
        source = self._source(value)
        return draft, _content(draft.property, draft, source, value.locator, value.said_on)

    def _target(self, keys: Iterable[str], where: str) -> int:
        for key in keys:
            held = self._hold(key)
            if held is not None:
                return held.number
        raise InputError(
            f"{where} is neither in the files given nor in the register.",
            hint="Register the file of that site or facility along with it; nothing was changed.",
            code="unknown-link",
        )

    def _source(self, value: FileValue) -> int | None:
        held = self._hold(value.source) if value.source else None
        return held.number if held is not None else None


def _content(
    name: str,
    value: StatementRow | ValueDraft,
    source: int | None,
    locator: str | None,
    said_on: str | None,
) -> tuple[Any, ...]:
    return (
        name,
        value.value,
        value.original,
        value.lang,
        value.certainty,
        source,
        locator,
        said_on,
    )


def _beside(content: tuple[Any, ...]) -> tuple[Any, ...]:
    """What of a content is in clear although its value is sealed."""
    return (content[0], *content[4:])
