"""Importing a list: rows to statements, in chunks under one open batch.

Nothing of an import is visible to readers until its one entry stands in the log. A
process that is killed leaves an open batch, which the next opening of the workspace
removes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from bayyina.app.changes import ChangeWriter, writing_batch
from bayyina.app.known_lists import KnownList
from bayyina.app.list_writing import ListWriter
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import SettingRow
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, StorageError
from bayyina.model.drafts import RowReading
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping
from bayyina.tables.reading import Table, open_table
from bayyina.tables.row_report import RowReport

CHUNK = 5_000
"""Rows written in one transaction at most, so that other writers wait for a moment only."""

WITHDRAWAL_SHARE = 0.01
"""A complete release that lacks more than this share of the known rows must be confirmed."""


@dataclass
class ImportResult:
    """What became of a list."""

    batch: int | None = None
    """The batch, or None when nothing changed (or for a dry run)."""

    rows: int = 0
    """Rows read."""

    accepted: int = 0
    """Rows taken in without a remark."""

    warned: int = 0
    """Rows taken in with a warning."""

    kept_aside: int = 0
    """Rows kept, but not taken in."""

    unchanged: int = 0
    """Rows that the workspace already held exactly so (they count as accepted or warned too)."""

    withdrawn: int = 0
    """Rows that a complete release no longer holds."""

    records: int = 0
    """New records."""

    statements: int = 0
    """New statements."""

    closures: int = 0
    """Statements that no longer stand."""

    report: str = ""
    """Path of the per-row report."""

    dry_run: bool = False
    """Nothing was stored."""

    problems: dict[str, int] = field(default_factory=dict)
    """How often each kind of problem occurred."""

    def in_words(self) -> str:
        """The same for a person."""
        head = "Dry run: nothing was stored." if self.dry_run else f"Batch {self.batch}."
        if self.batch is None and not self.dry_run:
            head = "Nothing new: the workspace holds all of this already."
        lines = [
            head,
            f"{self.rows} rows: {self.accepted} accepted, {self.warned} accepted with a warning, "
            f"{self.kept_aside} kept aside; {self.unchanged} of them unchanged.",
            f"{self.records} new records, {self.statements} new statements, "
            f"{self.closures} statements closed, {self.withdrawn} rows withdrawn.",
        ]
        lines += [f"  {code}: {count}" for code, count in sorted(self.problems.items())]
        return "\n".join([*lines, f"Row by row: {self.report}"])

    def to_json(self) -> dict[str, Any]:
        """The document that ``import --json`` prints."""
        return dict(self.__dict__)


def import_list(
    workspace: Workspace,
    *,
    file: Path,
    mapping: Mapping,
    report: Path,
    progress: Progress,
    dry_run: bool = False,
    confirm_withdrawals: bool = False,
) -> ImportResult:
    """Take a list in, as its mapping says.

    ``report`` is written: one line for every row, saying what became of it.

    Raises:
        InputError: the file, the mapping or both cannot be used; nothing was changed.
        BusyError: another import is running.
        PermissionRefusedError: the member may not import.
    """
    require(workspace, "import")
    _refuse_other_world(workspace, mapping)
    mapping = mapping.for_file(file)
    table = open_table(file, sheet=mapping.sheet)
    mapping.check_header(table.header)
    reader = RowReader(mapping, table.header, workspace.vocabulary, workspace.gazetteer)
    result = ImportResult(report=str(report), dry_run=dry_run)
    known = KnownList.load(workspace.store, mapping)
    with RowReport(report, table.header) as lines:
        readings = _read(workspace, table, reader, lines, result, progress)
        if dry_run:
            _write(None, known, readings, result, confirm_withdrawals)
            return result
        details = {
            "file_sha256": _sha256(file),
            "mapping_sha256": hashlib.sha256(mapping.text.encode()).hexdigest(),
        }
        with writing_batch(workspace, "import") as writer:
            _keep_mapping(workspace, writer, mapping, details["mapping_sha256"])
            _write(writer, known, readings, result, confirm_withdrawals)
            if not (result.closures or writer.count("list_row")):
                writer.discard()
                return result
            counts = {
                name: getattr(result, name)
                for name in ("rows", "accepted", "warned", "kept_aside", "withdrawn")
            }
            writer.finish(details | counts)
            result.batch = writer.batch
    return result


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
    return folder / f"{stamp}-{file.stem}.rows.csv"


def _write(
    writer: ChangeWriter | None,
    known: KnownList,
    readings: Iterator[RowReading],
    result: ImportResult,
    confirmed: bool,
) -> None:
    target = ListWriter(known, writer)
    for chunk in _chunks(readings, CHUNK):
        target.write(chunk)
    if known.mapping.release == "complete" and known.source is not None:
        gone, total = target.missing()
        if total and gone > WITHDRAWAL_SHARE * total and not confirmed:
            raise InputError(
                f"This complete release lacks {gone} of the {total} rows known of its list.",
                hint="Nothing was changed. If they are really withdrawn, add "
                "--confirm-withdrawals.",
                code="withdrawals",
            )
        target.withdraw_missing()
    for name, count in vars(target.counts).items():
        setattr(result, name, count)


def _read(
    workspace: Workspace,
    table: Table,
    reader: RowReader,
    lines: RowReport,
    result: ImportResult,
    progress: Progress,
) -> Iterator[RowReading]:
    hint = table.row_count_hint
    for number, cells, problems in table.rows():
        reading = reader.read(number, cells, problems)
        _refuse_other_rows(workspace, reading)
        lines.write(reading)
        result.rows += 1
        if reading.status == "accepted":
            result.accepted += 1
        elif reading.status == "warned":
            result.warned += 1
        else:
            result.kept_aside += 1
        for problem in reading.problems:
            result.problems[problem.code] = result.problems.get(problem.code, 0) + 1
        if result.rows % 1_000 == 0:
            progress(result.rows, hint, "rows read")
        yield reading
    progress(result.rows, result.rows, "rows read")


def _refuse_other_world(workspace: Workspace, mapping: Mapping) -> None:
    if mapping.fictional == workspace.identity.fictional:
        return
    kind, other = ("an invented", "a real") if mapping.fictional else ("a real", "an invented")
    raise InputError(
        f"The mapping is of {kind} list, and this workspace is {other} one.",
        hint="Invented and real data never meet; nothing was changed.",
        code="fictional",
    )


def _refuse_other_rows(workspace: Workspace, reading: RowReading) -> None:
    if not reading.key or reading.key.startswith("FICT-") == workspace.identity.fictional:
        return
    kind = "is not an invented one" if workspace.identity.fictional else "is an invented one"
    raise InputError(
        f"Row {reading.number} {kind} by its id, unlike this workspace.",
        hint="Invented rows have ids that begin with FICT-, real rows never do; "
        "nothing was changed.",
        code="fictional",
    )


def _keep_mapping(workspace: Workspace, writer: ChangeWriter, mapping: Mapping, digest: str) -> None:
    name = f"mapping:{digest}"
    if not workspace.store.find(SettingRow, "name", [name]):
        writer.add(SettingRow, name=name, text=mapping.text)


def _chunks(readings: Iterable[RowReading], size: int) -> Iterator[list[RowReading]]:
    remaining = iter(readings)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
