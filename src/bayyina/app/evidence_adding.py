"""Taking files in: read once, stored encrypted, recorded, in batches that stand by themselves.

An intake that ends half-way, however it ends, keeps every batch that was written; the same
command goes on from there and reads no file again that is in. What is in the middle when the
process ends is removed by the next intake.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from bayyina.app.cases import chosen_case
from bayyina.app.collecting import uncollected
from bayyina.app.evidence_about import Bringing, Lineage, read_bringing, read_lineage
from bayyina.app.evidence_files import FoundFile, find_files
from bayyina.app.evidence_key_rotating import with_evidence_key
from bayyina.app.evidence_report import ADDED, ALREADY, FOUND, KEPT_ASIDE, FileLine, FileReport
from bayyina.app.evidence_rows import LaidTable, lay_rows
from bayyina.app.evidence_table import read_file_table
from bayyina.app.evidence_vault import EVIDENCE, open_vault, settle_vault
from bayyina.app.evidence_writing import BatchWriter, ReadFile, held_records, known_lines
from bayyina.app.file_names import plain_path
from bayyina.app.intake_journal import IntakeJournal
from bayyina.app.intake_reading import Outcome, Reading, at_work, kept_aside
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, StorageError
from bayyina.media.beginnings import identify_by_structure
from bayyina.vault.identifying import Identify

BATCH_FILES: Final = 1000
BATCH_BYTES: Final = 512 << 20
BATCH_SECONDS: Final = 30.0
"""A batch is written when it has so many files or bytes, or is so old."""


@dataclass
class Intake:
    """What became of the files."""

    report: Path
    """The report, file by file."""

    lines: list[FileLine] = field(default_factory=list)
    """One for each file, in order."""

    batches: list[int] = field(default_factory=list)
    """The batches that were written."""

    bytes: int = 0
    """Bytes of the items that are new."""

    removed: int = 0
    """Blobs that an earlier intake had left without rows, and that were removed."""

    unreplicated: int = 0
    """Blobs that the replica refused."""

    table: LaidTable | None = None
    """The table that says what is known of each file, where one was given."""

    dry_run: bool = False
    """Whether nothing was read or stored."""

    preview: list[dict[str, Any]] = field(default_factory=list)
    """Of a dry run: what the first rows of the table say, by file."""

    stopped: StorageError | None = None
    """Why it ended before all files were read; what its lines say of the others holds."""

    def count(self, status: str) -> int:
        """How many files came to this."""
        return sum(line.status == status for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """The document that ``evidence add --json`` prints."""
        return {
            "added": self.count(ADDED),
            "already": self.count(ALREADY),
            "kept_aside": self.count(KEPT_ASIDE),
            "items": [line.to_json() for line in self.lines],
            "bytes": self.bytes,
            "batches": self.batches,
            "report": str(self.report),
            "removed": self.removed,
            "unreplicated": self.unreplicated,
            "dry_run": self.dry_run,
            "table": self.table.to_json() if self.table else None,
            "preview": self.preview,
            "stopped": self._stopped(),
        }

    def _stopped(self) -> dict[str, str] | None:
        error = self.stopped
        if error is None:
            return None
        return {"code": error.code, "message": error.message, "hint": error.hint}


class IntakeStoppedError(StorageError):
    """An intake ended before all files were read; what became of those before stands in it."""

    def __init__(self, error: StorageError, done: Intake) -> None:
        super().__init__(error.message, hint=error.hint, code=error.code)
        self.done = done
        """What became of the files so far."""


def _shown(workspace: Workspace, report: Path) -> Callable[[str], str]:
    """What stands for a file's path in a report: what tells of somebody does not stay here."""
    if not report.resolve().is_relative_to(workspace.folder.resolve()):
        return str
    return partial(plain_path, workspace.vocabulary)


def add_evidence(
    workspace: Workspace,
    *,
    paths: Sequence[Path],
    report: Path,
    progress: Progress,
    bringing: Bringing | None = None,
    lineage: Lineage | None = None,
    case: str = "",
    table: Path | None = None,
    permission: str = "add-evidence",
    identify: Identify = identify_by_structure,
) -> Intake:
    """Take files and folders in.

    Args:
        workspace: Where they go.
        paths: Files and folders; folders with all that is in them.
        report: The report, which is written anew.
        progress: Told files done.
        bringing: What is said of all of them.
        lineage: What they were made from, where they were.
        case: Code of the case that they belong to; empty for the workspace's own.
        table: A table with what is known of each file, one row a file.
        permission: What the member must be allowed to do.
        identify: Says what a file is from its first bytes.

    Raises:
        InputError: a text is no value, there is no such case, or none of the paths is there.
        IntakeStoppedError: the disk refused; what was written stays, and the error says what.
        PermissionRefusedError: the member may not take evidence in.
    """
    code = chosen_case(workspace, permission, case)
    _check(paths)
    told = read_bringing(workspace, bringing or Bringing())
    drafts = read_lineage(workspace, lineage) if lineage is not None else ()
    files, laid = _files(workspace, paths, table)
    workspace = with_evidence_key(workspace)
    vault = open_vault(workspace)
    result = Intake(report, table=laid)
    result.removed = settle_vault(workspace, vault)
    journal = IntakeJournal(vault.folder, vault.marks)
    journal.keep(held_records(workspace, journal.records()))
    with (
        uncollected(),
        FileReport(report, _shown(workspace, report)) as lines,
        vault.writing() as own,
        at_work() as workers,
    ):
        rows, digest = (laid.rows, laid.table.sha256) if laid else ({}, "")
        writer = BatchWriter(workspace, vault, own, told, drafts, code, rows, digest)
        second = bringing is not None and bringing.second_digest
        reading = Reading(journal, own.staged, identify, workers, second)
        taker = _Taker(workspace, writer, journal, lines, result, progress)
        try:
            for outcome in reading.outcomes(files, laid.aside if laid else {}):
                taker.take(outcome)
            taker.write()
            taker.tell(laid.unlaid if laid else ())
        except StorageError as error:
            workers.readers.shutdown(wait=True, cancel_futures=True)
            workers.flushers.shutdown(wait=True)
            taker.write_rest(own.staged)
            result.stopped = error
            raise IntakeStoppedError(error, result) from error
    return result


def preview_evidence(
    workspace: Workspace,
    *,
    paths: Sequence[Path],
    bringing: Bringing | None = None,
    case: str = "",
    table: Path | None = None,
) -> Intake:
    """What an intake would do, as far as it can be told without reading the files.

    Raises:
        InputError: a text is no value, the table cannot be used, or there is no such path or case.
        PermissionRefusedError: the member may not take evidence in.
    """
    chosen_case(workspace, "add-evidence", case)
    _check(paths)
    read_bringing(workspace, bringing or Bringing())
    files, laid = _files(workspace, paths, table)
    result = Intake(Path(), table=laid, dry_run=True)
    for found in files:
        line = FileLine(FOUND, str(found.path), None, None, None)
        if found.facts is None:
            line = kept_aside(found, found.code, found.reason)
        elif laid:
            line = laid.aside.get(line.path) or laid.say(line)
        result.lines.append(line)
    if laid:
        result.lines += laid.unlaid
        properties = workspace.vocabulary.types[EVIDENCE].properties.values()
        sealed = frozenset(prop.name for prop in properties if prop.level == "sealed")
        result.preview = laid.preview(sealed)
    return result


def _files(
    workspace: Workspace, paths: Sequence[Path], table: Path | None
) -> tuple[Iterable[FoundFile], LaidTable | None]:
    """The files under the paths, and the table laid to them."""
    found = find_files(paths, workspace.folder)
    if table is None:
        return found, None
    listed = list(found)
    return listed, lay_rows(read_file_table(workspace, table), listed, paths)


def _check(paths: Sequence[Path]) -> None:
    if not paths:
        raise InputError("No file is named.", hint="Name files and folders to take in.")
    if not any(path.is_symlink() or path.exists() for path in paths):
        raise InputError(
            f"There is no {paths[0]}." if len(paths) == 1 else "None of these paths is there.",
            hint="Check the path; nothing was changed.",
            code="file-unreadable",
        )


class _Taker:
    """Collects what files came to, and writes a batch when it is full."""

    def __init__(
        self,
        workspace: Workspace,
        writer: BatchWriter,
        journal: IntakeJournal,
        report: FileReport,
        result: Intake,
        progress: Progress,
    ) -> None:
        self._workspace, self._writer, self._journal = workspace, writer, journal
        self._report, self._result, self._progress = report, result, progress
        self._held: list[Outcome] = []
        self._bytes, self._since = 0, time.monotonic()
        self._is_writing = False

    def take(self, outcome: Outcome) -> None:
        """Add one file."""
        self._held.append(outcome)
        self._bytes += outcome.read.taken.size if outcome.read else 0
        age = time.monotonic() - self._since
        if (
            len(self._held) >= BATCH_FILES
            or self._bytes >= BATCH_BYTES
            or (age >= BATCH_SECONDS and self._bytes)
        ):
            self.write()

    def write(self) -> None:
        """Write what is held; whatever fails, it is not tried again."""
        self._is_writing = True
        self._write()
        self._is_writing = False

    def _write(self) -> None:
        read = [one.read for one in self._held if one.read is not None]
        laid = self._result.table
        here = [(o.found.path, o.known) for o in self._held if o.known is not None] if laid else []
        written = self._writer.write(read, here) if read or here else None
        fresh = iter(zip(written.lines, read, strict=True)) if written else iter(())
        known = self._known()
        for one in self._held:
            if one.read is not None:
                line, file = next(fresh)
                self._result.bytes += file.taken.size if line.status == ADDED else 0
            elif one.known is not None:
                line = next(known)
            else:
                line = one.line or kept_aside(one.found, "", "")
            line = laid.say(line) if laid else line
            self._result.lines.append(line)
            self._report.write(line)
        self._report.flush()
        if written is not None:
            self._journal.add(self._marks(read, written.records))
            self._result.batches += [written.batch] if written.batch is not None else []
            self._result.unreplicated += written.unreplicated
        self._held, self._bytes, self._since = [], 0, time.monotonic()
        self._progress(len(self._result.lines), None, "files taken in")

    def write_rest(self, staged: Path) -> None:
        """After the disk refused: write what was read before, if there is room for its rows now.

        Blobs of files behind the one that was refused are removed first: they take the room.
        """
        kept = {one.read.taken.staged for one in self._held if one.read is not None}
        with suppress(OSError):
            for path in staged.iterdir():
                if path not in kept:
                    path.unlink(missing_ok=True)
        if not self._is_writing:
            with suppress(StorageError):
                self.write()

    def tell(self, lines: Iterable[FileLine]) -> None:
        """Add lines about rows that are of no file."""
        for line in lines:
            self._result.lines.append(line)
            self._report.write(line)
        self._report.flush()

    def _known(self) -> Iterator[FileLine]:
        """Lines of files that the journal knows."""
        files = [(one.found.path, one.known) for one in self._held if one.known is not None]
        return known_lines(self._workspace, files)

    def _marks(
        self, files: Sequence[ReadFile], records: Sequence[int | None]
    ) -> Iterator[tuple[str, int]]:
        for file, number in zip(files, records, strict=True):
            if number is not None:
                yield self._journal.mark_taken(file.path, file.taken), number
