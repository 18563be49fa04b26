"""Writing a batch of files that were read: blobs first, then rows and the entry together.

A blob is stored and flushed before the row that names it. Whether bytes are new is asked
again inside the transaction, so that two intakes at once give one item.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from bayyina.app.case_scopes import MAIN
from bayyina.app.cases import note_case
from bayyina.app.changes import ChangeWriter, change
from bayyina.app.evidence_about import Told, arrival_facts, own_facts
from bayyina.app.evidence_keys import evidence_key_of, not_given
from bayyina.app.evidence_report import ADDED, ALREADY, KEPT_ASIDE, FileLine
from bayyina.app.evidence_table import TableRow
from bayyina.app.evidence_vault import EVIDENCE, EVIDENCE_KEY, Vault
from bayyina.app.known_lists import NAMED_KEY
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow, batch_of
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.sealing_keys import FIRST_CASE
from bayyina.app.workspace import Workspace
from bayyina.errors import StorageError
from bayyina.keys.erased_keys import ErasedKeyMarker
from bayyina.keys.evidence_keys import APART, EvidenceWrap, WrappedSecret
from bayyina.keys.sealing import is_sealed
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


class _Arrival(NamedTuple):
    """What is new about bytes that are here."""

    number: int
    """Record of the item."""

    row: TableRow | None
    """The row of the table that says it; None where no row is about the file."""

    drafts: list[ValueDraft]
    """What is said."""


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
        rows: Mapping[str, TableRow] | None = None,
        table_sha256: str = "",
    ) -> None:
        self._case = case
        self._rows, self._table_sha256 = rows or {}, table_sha256
        self._workspace, self._vault, self._own = workspace, vault, own
        self._told, self._lineage = told, tuple(lineage)
        left = erased_records(workspace.store).values()
        self._marker = ErasedKeyMarker(workspace.keys.marks)
        self._erased = {row.list_key for row in left}
        self._apart: EvidenceWrap | None = None

    def write(self, files: Sequence[ReadFile], here: Sequence[tuple[Path, int]] = ()) -> Written:
        """Store what is new of these files, and what rows say of files whose item is here.

        Raises:
            StorageError: the disk refused.
        """
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
        here = self._standing([one for one in here if str(one[0]) in self._rows])
        said = self._said([*known.values(), *(number for _, number in here)])
        if first or self._arrivals(files, keys, known, said, here):
            self._commit(files, keys, first, done, here)
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
        here: Sequence[tuple[Path, int]],
    ) -> None:
        """Rows and entry of a batch, in one transaction."""
        with change(self._workspace, ADD) as writer:
            numbers = self._known(keys)
            said = self._said([*numbers.values(), *(number for _, number in here)])
            self._apart = self._evidence_wrap(first.values())
            writer.seal_for(self._case or FIRST_CASE)
            added = {key: one for key, one in first.items() if key not in numbers}
            sources = _Sources(self._workspace, writer, self._told)
            record_keys: dict[int, bytes] = {}
            for key, one in added.items():
                numbers[key], drafts = self._add_item(writer, key, one, sources)
                record_keys[numbers[key]] = one.taken.record_key
                said[numbers[key]] = {(draft.property, draft.value) for draft in drafts}
            arrivals = self._arrivals(files, keys, numbers, said, here, added)
            for number, row, drafts in arrivals:
                sources.speak(row)
                record_key = record_keys.get(number) or self._record_key(writer, number)
                for draft in drafts:
                    locator = row.locator if row and draft in (*row.common, *row.arrival) else None
                    writer.add_statement(number, record_key, EVIDENCE, draft, locator)
            if added or arrivals:
                note_case(writer, self._case)
                size = sum(one.taken.size for one in added.values())
                told = {"items": len(added), "bytes": size, "arrivals": len(arrivals)}
                table = {"table_sha256": self._table_sha256} if self._table_sha256 else {}
                writer.finish({**told, **table})
                done.batch = writer.batch
            else:
                writer.discard()
        for key in first.keys() - added.keys():  # another intake was quicker
            self._vault.store.delete(first.pop(key).taken.keys.address)
        self._tell(files, keys, numbers, {id(one) for one in added.values()}, done)

    def _add_item(
        self, writer: ChangeWriter, key: str, one: ReadFile, sources: _Sources
    ) -> tuple[int, list[ValueDraft]]:
        row = self._rows.get(str(one.path))
        source = sources.speak(row)
        number, record_key = writer.add_record(
            EVIDENCE, source, key, key=one.taken.record_key, behind=self._behind(one.taken)
        )
        found = [*own_facts(one.taken), *arrival_facts(one.path, one.taken.mtime_ns)]
        told = [*self._told.arrival, *self._told.common]
        in_row = (*row.arrival, *row.common) if row else ()
        stated = {draft.property for draft in in_row}
        told = [draft for draft in told if draft.property not in stated]
        writer.add_statements(number, record_key, EVIDENCE, [*found, *told, *self._lineage], None)
        if row:
            writer.add_statements(number, record_key, EVIDENCE, in_row, row.locator)
        return number, [*found, *told, *in_row]

    def _evidence_wrap(self, files: Iterable[ReadFile]) -> EvidenceWrap | None:
        """What wraps the secrets of a batch's items: the evidence key that is in force now.

        Asked once inside the transaction, in which nobody else can replace it or take it back.

        Raises:
            KeyLockedError: the evidence key was replaced or taken back since the intake began.
        """
        if all(one.taken.secret is None for one in files):
            return None
        key = evidence_key_of(self._workspace)
        if key is None:
            raise not_given(self._workspace)
        return EvidenceWrap(key)

    def _behind(self, taken: Taken) -> Callable[[int], bytes] | None:
        """Puts an item's secret, under the evidence key in force, behind its record's wrapped key."""
        secret, wrap = taken.secret, self._apart
        if secret is None or wrap is None:
            return None
        return lambda number: WrappedSecret(APART, wrap.wrap(number, secret)).stored

    def _record_key(self, writer: ChangeWriter, number: int) -> bytes:
        return writer.record_key(self._workspace.store.find(RecordRow, "number", [number])[0])

    def _said(self, numbers: Collection[int]) -> dict[int, set[tuple[str, str | None]]]:
        """What stands of items: pairs of property and value, by record."""
        said: dict[int, set[tuple[str, str | None]]] = {number: set() for number in numbers}
        if not said:
            return said
        store = self._workspace.store
        names = {term: name for (_, name), term in store.terms().items()}
        rows = live_statements(store, sorted(said), live_batches(store))
        for row in SealedRows(self._workspace).opened(rows):
            said[row.record].add((names[row.term], row.value))
        return said

    def _arrivals(
        self,
        files: Sequence[ReadFile],
        keys: Sequence[str],
        numbers: Mapping[str, int],
        said: Mapping[int, set[tuple[str, str | None]]],
        here: Sequence[tuple[Path, int]],
        added: Mapping[str, ReadFile] = MappingProxyType({}),
    ) -> list[_Arrival]:
        """What is new about bytes that come once more: another place, or what a row says.

        Of the files in ``added`` everything was said when their items were made.
        """
        found = []
        told = {number: set(pairs) for number, pairs in said.items()}

        def arrive(number: int, row: TableRow | None, facts: Sequence[ValueDraft]) -> None:
            in_row = (*row.common, *row.arrival) if row else ()
            fresh = [
                draft
                for draft in (*facts, *in_row)
                if (draft.property, draft.value) not in told[number]
            ]
            told[number] |= {(draft.property, draft.value) for draft in fresh}
            if fresh:
                found.append(_Arrival(number, row, fresh))

        for key, one in zip(keys, files, strict=True):
            number = numbers.get(key)
            if number is None or added.get(key) is one:
                continue
            facts = arrival_facts(one.path, one.taken.mtime_ns)
            place = next(draft for draft in facts if draft.property == "file_path")
            is_known = (place.property, place.value) in told[number]
            # Who is not cleared cannot read where it lay before: the same time of change tells.
            if not is_known and any(n == place.property and is_sealed(v) for n, v in told[number]):
                is_known = ("file_time", facts[-1].value) in told[number]
            row = self._rows.get(str(one.path))
            arrive(number, row, () if is_known else (*facts, *self._told.arrival))
        for path, number in here:
            arrive(number, self._rows.get(str(path)), ())
        return found

    def _standing(self, here: Sequence[tuple[Path, int]]) -> list[tuple[Path, int]]:
        """Of items that are here, those that were not erased."""
        store = self._workspace.store
        rows = store.find(RecordRow, "number", {number for _, number in here}) if here else []
        standing = {row.number for row in rows if row.wrapped_key is not None}
        return [one for one in here if one[1] in standing]

    def _known(self, keys: Sequence[str]) -> dict[str, int]:
        """Items that stand, by key."""
        store = self._workspace.store
        rows = store.find(RecordRow, "list_key", set(keys))
        batches = live_batches(store) if rows else {}
        return {row.list_key or "": row.number for row in rows if batch_of(row.number) in batches}

    def _is_erased(self, key: str) -> bool:
        return bool(self._erased) and self._marker.mark(key) in self._erased

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


class _Sources:
    """Says to a change which source speaks, and makes a source that is not known yet."""

    def __init__(self, workspace: Workspace, writer: ChangeWriter, told: Told) -> None:
        self._workspace, self._writer, self._told = workspace, writer, told
        self._records: dict[str, int | None] = {"": None}
        self._speaking: tuple[int | None, str | None] | None = None

    def speak(self, row: TableRow | None) -> int | None:
        """Statements from now on come from the row's source, or that of the command."""
        source = self._record((row.source if row else "") or self._told.source)
        received = next((d.date_hi for d in row.arrival if d.property == "received_on"), None) if row else None  # fmt: skip
        speaking = source, received or self._told.received_on
        if speaking != self._speaking:
            self._writer.describe_list(*speaking)
            self._speaking = speaking
        return source

    def _record(self, name: str) -> int | None:
        """The record of a source, a new one if it is not known yet."""
        if name not in self._records:
            self._records[name] = self._found(name)
        return self._records[name]

    def _found(self, name: str) -> int:
        store, writer = self._workspace.store, self._writer
        rows = store.find(RecordRow, "list_key", [NAMED_KEY + name])
        batches = live_batches(store)
        standing = [row.number for row in rows if batch_of(row.number) in batches]
        if standing:
            return standing[-1]
        number, key = writer.add_record("Source", None, NAMED_KEY + name)
        writer.describe_list(None, None)
        writer.add_statement(number, key, "Source", ValueDraft("name", name), None)
        self._speaking = None
        return number


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
