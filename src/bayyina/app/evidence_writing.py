"""Writing a batch of files that were read: blobs first, then rows and the entry together.

A blob is stored and flushed before the row that names it. Whether bytes are new is asked
again inside the transaction, so that two intakes at once give one item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from bayyina.app.case_scopes import MAIN
from bayyina.app.cases import note_case
from bayyina.app.changes import ChangeWriter, change
from bayyina.app.evidence_about import Told, arrival_facts, own_facts
from bayyina.app.evidence_report import ADDED, ALREADY, KEPT_ASIDE, FileLine
from bayyina.app.evidence_vault import EVIDENCE, EVIDENCE_KEY, Vault
from bayyina.app.known_lists import NAMED_KEY
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow, batch_of
from bayyina.app.sealing_keys import FIRST_CASE
from bayyina.app.workspace import Workspace
from bayyina.errors import StorageError
from bayyina.keys.erased_keys import ErasedKeyMarker
from bayyina.model.drafts import ValueDraft
from bayyina.vault.copying import copy_blob
from bayyina.vault.in_flight import InFlight
from bayyina.vault.taking import Taken

ADD: Final = "add-evidence"
"""What the log calls an intake."""

ERASED: Final = "erased"
"""Code of a file whose bytes were erased here."""

ERASED_REASON: Final = "These bytes were erased here and are not taken in again."


class ReadFile(NamedTuple):
    """A file whose blob is finished."""

    path: Path
    """Where it lies."""

    taken: Taken
    """What reading it gave."""


@dataclass
class Written:
    """What became of a batch."""

    lines: list[FileLine] = field(default_factory=list)
    """One for each file, in order."""

    records: list[int | None] = field(default_factory=list)
    """The record of each file's bytes."""

    batch: int | None = None
    """The batch; None where nothing was new."""

    unreplicated: int = 0
    """Blobs that the replica refused."""


class BatchWriter:
    """Writes batches of one intake."""

    def __init__(
        self,
        workspace: Workspace,
        vault: Vault,
        own: InFlight,
        told: Told,
        lineage: Sequence[ValueDraft] = (),
        case: str = MAIN,
    ) -> None:
        self._case = case
        self._workspace, self._vault, self._own = workspace, vault, own
        self._told, self._lineage = told, tuple(lineage)
        left = erased_records(workspace.store).values()
        self._marker = ErasedKeyMarker(workspace.keys.marks)
        self._erased = {row.list_key for row in left}

    def write(self, files: Sequence[ReadFile]) -> Written:
        """Store what is new of these files; raises ``StorageError``."""
        keys = [EVIDENCE_KEY + self._vault.marks.of_digest(one.taken.sha256) for one in files]
        known = self._known(keys)
        first: dict[str, ReadFile] = {}
        for key, one in zip(keys, files, strict=True):
            if key in known or key in first or self._is_erased(key):
                one.taken.staged.unlink(missing_ok=True)
            else:
                first[key] = one
        done = Written()
        if first:
            self._own.note([one.taken.keys.address for one in first.values()])
            self._vault.store.adopt(
                [(o.taken.keys.address, o.taken.staged) for o in first.values()]
            )
        if first or self._arrivals(files, keys, known, self._said(known)):
            self._commit(files, keys, first, done)
        else:
            self._tell(files, keys, known, set(), done)
        self._own.settled()
        if self._vault.replica is not None and first:
            done.unreplicated = sum(not self._replicated(one.taken) for one in first.values())
        return done

    def _commit(
        self,
        files: Sequence[ReadFile],
        keys: Sequence[str],
        first: dict[str, ReadFile],
        done: Written,
    ) -> None:
        """Rows and entry of a batch, in one transaction."""
        with change(self._workspace, ADD) as writer:
            numbers = self._known(keys)
            said = self._said(numbers)
            writer.seal_for(self._case or FIRST_CASE)
            added = {key: one for key, one in first.items() if key not in numbers}
            source = self._source(writer)
            writer.describe_list(source, self._told.received_on)
            record_keys: dict[int, bytes] = {}
            for key, one in added.items():
                numbers[key], drafts = self._add_item(writer, key, one, source)
                record_keys[numbers[key]] = one.taken.record_key
                said[numbers[key]] = {(draft.property, draft.value) for draft in drafts}
            arrivals = self._arrivals(files, keys, numbers, said)
            for number, drafts in arrivals:
                record_key = record_keys.get(number) or self._record_key(writer, number)
                for draft in drafts:
                    writer.add_statement(number, record_key, EVIDENCE, draft, None)
            if added or arrivals:
                note_case(writer, self._case)
                size = sum(one.taken.size for one in added.values())
                writer.finish({"items": len(added), "bytes": size, "arrivals": len(arrivals)})
                done.batch = writer.batch
            else:
                writer.discard()
        for key in first.keys() - added.keys():  # another intake was quicker
            self._vault.store.delete(first.pop(key).taken.keys.address)
        self._tell(files, keys, numbers, {id(one) for one in added.values()}, done)

    def _add_item(
        self, writer: ChangeWriter, key: str, one: ReadFile, source: int | None
    ) -> tuple[int, list[ValueDraft]]:
        number, record_key = writer.add_record(EVIDENCE, source, key, key=one.taken.record_key)
        arrival = arrival_facts(one.path, one.taken.mtime_ns)
        drafts = [*own_facts(one.taken), *arrival, *self._told.arrival, *self._told.common]
        drafts += self._lineage
        for draft in drafts:
            writer.add_statement(number, record_key, EVIDENCE, draft, None)
        return number, drafts

    def _record_key(self, writer: ChangeWriter, number: int) -> bytes:
        return writer.record_key(self._workspace.store.find(RecordRow, "number", [number])[0])

    def _said(self, known: Mapping[str, int]) -> dict[int, set[tuple[str, str | None]]]:
        """What stands of items: pairs of property and value, by record."""
        said: dict[int, set[tuple[str, str | None]]] = {number: set() for number in known.values()}
        if not said:
            return said
        store = self._workspace.store
        names = {term: name for (_, name), term in store.terms().items()}
        for row in live_statements(store, sorted(said), live_batches(store)):
            said[row.record].add((names[row.term], row.value))
        return said

    def _arrivals(
        self,
        files: Sequence[ReadFile],
        keys: Sequence[str],
        numbers: Mapping[str, int],
        said: Mapping[int, set[tuple[str, str | None]]],
    ) -> list[tuple[int, list[ValueDraft]]]:
        """What is new about bytes that come once more, from another place."""
        found = []
        told = {number: set(pairs) for number, pairs in said.items()}
        for key, one in zip(keys, files, strict=True):
            number = numbers.get(key)
            if number is None:
                continue
            facts = arrival_facts(one.path, one.taken.mtime_ns)
            place = next(draft for draft in facts if draft.property == "file_path")
            if (place.property, place.value) in told[number]:
                continue
            fresh = [
                draft
                for draft in (*facts, *self._told.arrival)
                if (draft.property, draft.value) not in told[number]
            ]
            told[number] |= {(draft.property, draft.value) for draft in fresh}
            found.append((number, fresh))
        return found

    def _known(self, keys: Sequence[str]) -> dict[str, int]:
        """Items that stand, by key."""
        store = self._workspace.store
        rows = store.find(RecordRow, "list_key", set(keys))
        batches = live_batches(store) if rows else {}
        return {row.list_key or "": row.number for row in rows if batch_of(row.number) in batches}

    def _is_erased(self, key: str) -> bool:
        return bool(self._erased) and self._marker.mark(key) in self._erased

    def _source(self, writer: ChangeWriter) -> int | None:
        """The record of the source, a new one if it is not known yet."""
        name, store = self._told.source, self._workspace.store
        if not name:
            return None
        rows = store.find(RecordRow, "list_key", [NAMED_KEY + name])
        batches = live_batches(store)
        standing = [row.number for row in rows if batch_of(row.number) in batches]
        if standing:
            return standing[-1]
        number, key = writer.add_record("Source", None, NAMED_KEY + name)
        writer.describe_list(None, None)
        writer.add_statement(number, key, "Source", ValueDraft("name", name), None)
        return number

    def _tell(
        self,
        files: Sequence[ReadFile],
        keys: Sequence[str],
        numbers: dict[str, int],
        added: set[int],
        done: Written,
    ) -> None:
        for key, one in zip(keys, files, strict=True):
            taken, number = one.taken, numbers.get(key)
            done.records.append(number)
            if number is None:
                done.lines.append(
                    FileLine(KEPT_ASIDE, str(one.path), None, None, None, ERASED, ERASED_REASON)
                )
                continue
            status = ADDED if id(one) in added else ALREADY
            done.lines.append(
                FileLine(
                    status, str(one.path), self._workspace.short_id(number), taken.sha256.hex(),
                    taken.media_type, key=key,
                )
            )  # fmt: skip

    def _replicated(self, taken: Taken) -> bool:
        """Whether the replica took a blob; `evidence check` makes good what it did not."""
        if self._vault.replica is None:
            return True
        try:
            copy_blob(taken.keys.address, self._vault.store, self._vault.replica)
        except StorageError:
            return False
        return True


def held_records(workspace: Workspace, numbers: Collection[int]) -> set[int]:
    """Which of these records came with a batch that stands, erased ones among them."""
    batches = live_batches(workspace.store)
    return {number for number in numbers if batch_of(number) in batches}


def known_lines(workspace: Workspace, files: Sequence[tuple[Path, int]]) -> Iterator[FileLine]:
    """The lines of files whose bytes were taken in before, under a record that was held."""
    if not files:
        return
    store = workspace.store
    numbers = {number for _, number in files}
    rows = {row.number: row for row in store.find(RecordRow, "number", numbers)}
    standing = [n for n, row in rows.items() if row.wrapped_key is not None]
    said: dict[int, dict[str, str]] = {}
    names = {term: name for (kind, name), term in store.terms().items() if kind == EVIDENCE}
    for row in store.find(StatementRow, "record", standing):
        if names.get(row.term) in ("digest", "media_type") and row.value:
            said.setdefault(row.record, {}).setdefault(names[row.term], row.value)
    for path, number in files:
        if rows[number].wrapped_key is None:
            yield FileLine(KEPT_ASIDE, str(path), None, None, None, ERASED, ERASED_REASON)
            continue
        facts = said.get(number, {})
        yield FileLine(
            ALREADY, str(path), workspace.short_id(number), facts.get("digest"),
            facts.get("media_type"), key=rows[number].list_key or "",
        )  # fmt: skip
