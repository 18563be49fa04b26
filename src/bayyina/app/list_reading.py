"""Reading a list for an import: rows to readings, with the per-row report and the counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from bayyina.app.ports import Progress
from bayyina.errors import InputError
from bayyina.keys.row_marks import mark_of_content
from bayyina.model.drafts import RowReading
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.applying import RowReader
from bayyina.tables.mapping import Mapping
from bayyina.tables.reading import open_table
from bayyina.tables.row_report import RowReport

CHUNK = 5_000
"""Rows written in one transaction at most, so that other writers wait for a moment only."""

PROGRESS_STEP = 1_000
"""Rows between two signs of progress."""


@dataclass(frozen=True)
class ListTask:
    """What is read, and how."""

    file: Path
    """The list."""

    mapping: Mapping
    """What its columns mean, dated for this file."""

    vocabulary: Vocabulary
    """What can be said."""

    gazetteer: Gazetteer
    """The places known."""

    report: Path
    """Where the per-row report goes."""

    fictional: bool
    """Whether the workspace is one of invented data."""

    content_key: bytes = field(default=b"", repr=False)
    """Key of the marks by which rows without ids are known; empty for a list of before."""

    marked_keys: frozenset[str] = frozenset()
    """Blocks of the mapping whose ids tell who is meant: marks stand for them as well."""


@dataclass
class RowCounts:
    """What became of the rows."""

    rows: int = 0
    """Rows read."""

    accepted: int = 0
    """Rows taken in without a remark."""

    warned: int = 0
    """Rows taken in with a warning."""

    kept_aside: int = 0
    """Rows kept, but not taken in."""

    unread_columns: list[str] = field(default_factory=list)
    """Columns that the mapping neither reads nor names as left out."""

    problems: dict[str, int] = field(default_factory=dict)
    """How often each kind of problem occurred."""

    def count(self, reading: RowReading) -> None:
        """Count one more row."""
        self.rows += 1
        if reading.status == "accepted":
            self.accepted += 1
        elif reading.status == "warned":
            self.warned += 1
        else:
            self.kept_aside += 1
        for problem in reading.problems:
            self.problems[problem.code] = self.problems.get(problem.code, 0) + 1

    def to_json(self) -> dict[str, Any]:
        """The counts by name."""
        return dict(vars(self))


def read_chunks(
    task: ListTask,
    counts: RowCounts,
    progress: Progress,
    look_up: Callable[[Sequence[RowReading]], Sequence[RowReading]] | None = None,
) -> Iterator[Sequence[RowReading]]:
    """The readings of a list in chunks; the per-row report is written on the way.

    ``look_up`` is given each chunk before it is reported and answers with the same rows and
    what it has found out about them.

    Raises:
        FileUnreadableError: the list cannot be read.
        MappingError: the list does not have the columns that the mapping reads.
        InputError: a row is an invented one in a real workspace, or the other way round.
    """
    table = open_table(task.file, sheet=task.mapping.sheet, header_row=task.mapping.header_row)
    task.mapping.check_header(table.header)
    counts.unread_columns = list(task.mapping.unused(table.header))
    of_content = partial(mark_of_content, task.content_key) if task.content_key else None
    reader = RowReader(
        task.mapping, table.header, task.vocabulary, task.gazetteer, of_content, task.marked_keys
    )

    def readings() -> Iterator[RowReading]:
        for done, (number, cells, problems) in enumerate(table.rows(), start=1):
            reading = reader.read(number, cells, problems)
            _refuse_other_world(task, reading)
            if done % PROGRESS_STEP == 0:
                progress(done, table.row_count_hint, "rows read")
            yield reading

    with RowReport(task.report, table.header) as report:
        for chunk in _chunks(readings(), CHUNK):
            told = chunk if look_up is None else look_up(chunk)
            for reading in told:
                report.write(reading)
                counts.count(reading)
            yield told
    progress(counts.rows, counts.rows, "rows read")


def _refuse_other_world(task: ListTask, reading: RowReading) -> None:
    if not reading.key or reading.key.startswith("FICT-") == task.fictional:
        return
    kind = "is not an invented one" if task.fictional else "is an invented one"
    raise InputError(
        f"Row {reading.number} {kind} by its id, unlike this workspace.",
        hint="Invented rows have ids that begin with FICT-, real rows never do; "
        "nothing was changed.",
        code="fictional",
    )


def _chunks(readings: Iterable[RowReading], size: int) -> Iterator[list[RowReading]]:
    remaining = iter(readings)
    while chunk := list(islice(remaining, size)):
        yield chunk
