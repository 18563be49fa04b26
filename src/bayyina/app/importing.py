"""Importing a list: rows to statements, in chunks under one open batch.

Nothing of an import is visible to readers until its one entry stands in the log. A
process that is killed leaves an open batch, which the next opening of the workspace
removes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from bayyina.app.cases import chosen_case, note_case
from bayyina.app.changes import ChangeWriter, writing_batch
from bayyina.app.collecting import uncollected
from bayyina.app.consent_book import ConsentBook
from bayyina.app.file_names import plain_name
from bayyina.app.known_lists import KnownList
from bayyina.app.list_keys import telling_keys
from bayyina.app.list_reading import ListTask, RowCounts, read_chunks
from bayyina.app.list_writing import ListWriter, refuse_silenced
from bayyina.app.permissions import sight
from bayyina.app.ports import Progress
from bayyina.app.preparing_beside import PreparedEnd, prepare_beside
from bayyina.app.row_writer import ListCounts
from bayyina.app.rows import SettingRow
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.sealing_imported import SEALED_IDENTIFIERS, may_name_protected, seal_due_notes
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, StorageError
from bayyina.tables.mapping import Mapping, is_far_ahead
from bayyina.tables.row_report import RowReport

WITHDRAWAL_SHARE = 0.01
"""A complete release that lacks more than this share of the known rows must be confirmed."""

BESIDE_FROM = 4 << 20
"""New lists of at least so many bytes are prepared in a second process."""


@dataclass
class ImportResult:
    """What became of a list."""

    rows: RowCounts
    """What became of its rows."""

    changes: ListCounts
    """What they changed."""

    report: Path
    """The per-row report."""

    batch: int | None = None
    """The batch; None when nothing changed, and for a dry run."""

    dry_run: bool = False
    """Nothing was stored."""

    notes: list[str] = field(default_factory=list)
    """What a person should know besides."""

    reaches_others: bool = False
    """Whether rows of before may name somebody whom it protects; they are held against the rules
    of sealing, unless the caller does that."""

    def to_json(self) -> dict[str, Any]:
        """The document that ``import --json`` prints."""
        return {
            "batch": self.batch,
            **self.rows.to_json(),
            **vars(self.changes),
            "report": str(self.report),
            "dry_run": self.dry_run,
            "notes": self.notes,
        }

    def in_words(self) -> str:
        """The same for a person."""
        rows, changes = self.rows, self.changes
        if self.dry_run:
            head = "Dry run: nothing was stored."
        elif self.batch is None:
            head = "Nothing new: the workspace holds all of this already."
        else:
            head = f"Batch {self.batch}."
        read = (
            f"{_amount(rows.rows, 'row')}: {rows.accepted} accepted, {rows.warned} accepted with a warning, "
            f"{rows.kept_aside} kept aside; {changes.unchanged} of them unchanged."
        )
        changed = (
            f"{_amount(changes.records, 'new record')}, "
            f"{_amount(changes.statements, 'new statement')}, "
            f"{_amount(changes.closures, 'statement')} closed, "
            f"{_amount(changes.withdrawn, 'row')} withdrawn."
        )
        lines = [
            head,
            read,
            changed,
            *(f"  {code}: {count}" for code, count in sorted(rows.problems.items())),
            *([f"Rows about erased records: {changes.erased}."] if changes.erased else []),
            *_unread(rows.unread_columns),
            *self.notes,
            f"Row by row: {self.report}",
        ]
        return "\n".join(lines)


def _amount(number: int, word: str) -> str:
    """A number with its word, which takes an s unless it is one."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _unread(columns: list[str]) -> list[str]:
    """A line about columns that the mapping leaves out without saying so."""
    named = ", ".join(columns)
    return [f"The mapping does not read these columns: {named}."] if columns else []


def import_list(
    workspace: Workspace,
    *,
    file: Path,
    mapping: Mapping,
    report: Path,
    progress: Progress,
    dry_run: bool = False,
    confirm_withdrawals: bool = False,
    case: str = "",
    seal_others: bool = True,
) -> ImportResult:
    """Take a list in, as its mapping says.

    ``report`` is written: one line for every row, saying what became of it. ``case`` is the code of
    the case that a new list belongs to; a later release of it belongs to the same. Without
    ``seal_others`` the caller seals rows of before when the last of several lists is in.

    Raises:
        InputError: the file, the mapping or both cannot be used; nothing was changed.
        CheckFailedError: a source of it took back that what it told is kept.
        BusyError: another import is running.
        PermissionRefusedError: the member may not import.
    """
    sight(workspace, "import")
    _refuse_other_world(workspace, mapping)
    task = ListTask(
        file,
        mapping.for_file(file),
        workspace.vocabulary,
        workspace.gazetteer,
        report,
        workspace.identity.fictional,
    )
    _refuse_far_ahead(task.mapping, workspace.clock.now().date())
    result = ImportResult(RowCounts(), ListCounts(), report, dry_run=dry_run)
    silenced = ConsentBook(workspace).silenced()
    if dry_run:
        known = _known(workspace, task.mapping)
        chosen_case(workspace, "import", case, of_list=known.source)
        refuse_silenced(known.source, silenced)
        task = _with_marks(workspace, task, known)
        _write(
            ListWriter(known, None, silenced), known, task, result, progress, confirm_withdrawals
        )
        return result
    digest = _sha256(file)
    with uncollected(), writing_batch(workspace, "import") as writer:
        known = _known(workspace, task.mapping)
        code = chosen_case(workspace, "import", case, of_list=known.source)
        writer.seal_for(code)
        refuse_silenced(known.source, silenced)
        task = _with_marks(workspace, task, known)
        if known.source is None and not known.erased and _is_large(task):
            note_case(writer, code)
            reaches_others = _import_beside(writer, task, result, progress, digest)
        else:
            target = ListWriter(known, writer, silenced)
            _write(target, known, task, result, progress, confirm_withdrawals)
            if not any(map(writer.count, ("list_row", "closure", "statement"))):
                writer.discard()
                return result
            note_case(writer, code)
            _keep_mapping(workspace, writer, task.mapping)
            identifiers = writer.sealed_identifiers
            writer.finish(_details(task, result, digest, identifiers))
            reaches_others = target.reaches_others or identifiers > 0
    result.batch = writer.batch
    result.reaches_others = reaches_others or may_name_protected(workspace, task)
    if seal_others and result.reaches_others:
        result.notes += seal_due_notes(workspace, progress)
    return result


def _with_marks(workspace: Workspace, task: ListTask, known: KnownList) -> ListTask:
    """The task with what stands for ids that are not there, or that tell who is meant."""
    content_key, marked = known.key_marks(telling_keys(task.mapping, workspace.vocabulary))
    return replace(task, content_key=content_key, marked_keys=marked)


def _known(workspace: Workspace, mapping: Mapping) -> KnownList:
    """What the workspace holds of the list, opened as far as the person at work is cleared."""
    known = KnownList.load(workspace.store, mapping, workspace.keys.marks)
    known.opened = SealedRows(workspace).opened
    return known


def report_path(workspace: Workspace, file: Path) -> Path:
    """Where the per-row report of an import goes when nobody says otherwise.

    Raises:
        StorageError: the workspace's folder cannot be written to.
    """
    folder = workspace.folder / "imports"
    stamp = f"{workspace.clock.now():%Y%m%dT%H%M%S%f}"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be made: {error.strerror}.",
            hint="Check the free space and the rights of the workspace folder.",
        ) from error
    stem = PurePath(plain_name(workspace.vocabulary, file.name)).stem
    return folder / f"{stamp}-{stem}.rows.csv"


def _write(
    target: ListWriter,
    known: KnownList,
    task: ListTask,
    result: ImportResult,
    progress: Progress,
    confirmed: bool,
) -> None:
    result.changes = target.counts
    newest = known.newest_release()
    for chunk in read_chunks(task, result.rows, progress, target.look_up):
        target.write(chunk)
        if target.rewritten:
            _refuse_older(task, newest)
    if task.mapping.release == "complete" and known.source is not None:
        gone, total = target.missing()
        if gone or target.counts.records:
            _refuse_older(task, newest)
        _list_withdrawals(task, target.gone_keys())
        if total and gone > WITHDRAWAL_SHARE * total and not confirmed:
            _ask_to_confirm(result, gone, total)
        target.withdraw_missing()


def _list_withdrawals(task: ListTask, keys: Sequence[str]) -> None:
    """Add the rows that are gone to the per-row report."""
    if keys:
        with RowReport(task.report, is_begun=True) as report:
            for key in keys:
                report.write_withdrawn(key)


def _ask_to_confirm(result: ImportResult, gone: int, total: int) -> None:
    """Stop an import that withdraws many rows; a dry run only tells that it would be stopped."""
    what = f"This complete release lacks {gone} of the {total} rows known of its list."
    if not result.dry_run:
        raise InputError(
            what,
            hint=f"Nothing was changed; {result.report} lists them as withdrawn. If they really "
            "are, add --confirm-withdrawals.",
            code="withdrawals",
        )
    result.notes.append(f"{what} To import it, add --confirm-withdrawals.")


def _refuse_older(task: ListTask, newest: str | None) -> None:
    """What an older release says must not take the place of what a newer one says."""
    asserted_on = task.mapping.asserted_on
    if newest is None or asserted_on >= newest:
        return
    raise InputError(
        f"This release is of {asserted_on}, and a newer one of {newest} stands already.",
        hint="Nothing was changed. Undo the newer one, import this one, then the newer one again; "
        "or put the right date into the mapping.",
        code="older-release",
    )


def _import_beside(
    writer: ChangeWriter, task: ListTask, result: ImportResult, progress: Progress, digest: str
) -> bool:
    """Store a new list that a second process prepares; whether others have to be sealed for it."""
    writer.add(SettingRow, name=_mapping_name(task.mapping), text=task.mapping.text)
    own = writer.take_prepared()
    terms = writer.know_terms(_all_terms(task))
    reaches_others = False
    for message in prepare_beside(task, writer.facts, terms, progress):
        if isinstance(message, PreparedEnd):
            result.rows, result.changes = message.rows, message.changes
            identifiers = message.sealed_identifiers
            reaches_others = message.reaches_others or identifiers > 0
            own.rows.tiles += message.rest.tiles
            writer.finish_prepared(
                own.rows,
                {**message.heads, **own.heads},
                _details(task, result, digest, identifiers),
            )
        else:
            writer.store_prepared(message.rows)
    return reaches_others


def _all_terms(task: ListTask) -> list[tuple[str, str]]:
    """Every pair (record type, property) that a row of the list could state."""
    types = {"Source", *(block.type for block in (task.mapping.row, *task.mapping.blocks))}
    return [
        (name, property_name)
        for name in sorted(types)
        for property_name in task.vocabulary.types[name].properties
    ]


def _is_large(task: ListTask) -> bool:
    """Whether a second process pays; rows that need the store's answers keep to one."""
    blocks = (task.mapping.row, *task.mapping.blocks)
    needs_store = any(
        rule.is_link or rule.source_column is not None for b in blocks for rule in b.columns
    )
    return not needs_store and task.file.is_file() and task.file.stat().st_size >= BESIDE_FROM


def _details(
    task: ListTask, result: ImportResult, digest: str, identifiers: int
) -> dict[str, str | int]:
    rows = result.rows
    sealed = {SEALED_IDENTIFIERS: identifiers} if identifiers else {}
    return {
        **sealed,
        "file_sha256": digest,
        "mapping_sha256": _mapping_digest(task.mapping),
        "rows": rows.rows,
        "accepted": rows.accepted,
        "warned": rows.warned,
        "kept_aside": rows.kept_aside,
        "withdrawn": result.changes.withdrawn,
    }


def _refuse_other_world(workspace: Workspace, mapping: Mapping) -> None:
    if mapping.fictional == workspace.identity.fictional:
        return
    kind, other = ("an invented", "a real") if mapping.fictional else ("a real", "an invented")
    raise InputError(
        f"The mapping is of {kind} list, and this workspace is {other} one.",
        hint="Invented and real data never meet; nothing was changed.",
        code="fictional",
    )


def _refuse_far_ahead(mapping: Mapping, today: date) -> None:
    """A release dated far ahead by a slip would keep out every true later one."""
    if is_far_ahead(mapping.asserted_on, today):
        raise InputError(
            f"This release is dated {mapping.asserted_on}, more than a year after today, {today}.",
            hint="Put the right date into asserted_on or the file's name, or set the clock right; "
            "nothing was changed.",
            code="release-ahead",
        )


def _keep_mapping(workspace: Workspace, writer: ChangeWriter, mapping: Mapping) -> None:
    name = _mapping_name(mapping)
    if not workspace.store.find(SettingRow, "name", [name]):
        writer.add(SettingRow, name=name, text=mapping.text)


def _mapping_name(mapping: Mapping) -> str:
    return f"mapping:{_mapping_digest(mapping)}"


def _mapping_digest(mapping: Mapping) -> str:
    return hashlib.sha256(mapping.text.encode()).hexdigest()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", hint="Check the path; nothing was changed."
        ) from error
