"""Exports: records that stand, written in a form that others read; each is logged.

What of them may leave is decided for who receives the file: sealed values never do, restricted
ones only where they are asked for by name; of a site under embargo no position does, at whatever
level; erased records and rows kept aside are in none. A file is written aside and put in its
place whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bayyina.app.counting import open_engine
from bayyina.app.linked_records import pointers_at
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.output_decisions import is_about_deaths
from bayyina.app.permissions import sight
from bayyina.app.ports import Progress
from bayyina.app.recipients import INTERNAL, find_recipient
from bayyina.app.released_outputs import RestsOn
from bayyina.app.releasing import Release
from bayyina.app.rows import KEPT_ROW, RecordRow, StatementRow, batch_of
from bayyina.app.site_disclosure import Shown
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.errors import InputError, StorageError
from bayyina.exchange import follow_the_money, linked_data, maps, tables, uwazi
from bayyina.exchange.records import OutRecord, OutStatement, of_type
from bayyina.model.vocabulary import Property

FORMATS: Final = ("csv", "parquet", "json-ld", "geojson", "ftm", "ftm-statements", "uwazi")
"""Forms that can be written."""

LEVELS: Final[Mapping[str, frozenset[str]]] = {
    "public": frozenset({"public"}),
    "internal": frozenset({"public", "internal"}),
    "restricted": frozenset({"public", "internal", "restricted"}),
}
"""Levels of properties that leave, by what is asked for."""

CHUNK: Final = 2_000
"""Records that are read at a time."""


@dataclass(frozen=True)
class Exported:
    """An export that was written."""

    files: tuple[Path, ...]
    """What was written."""

    records: int
    """Records in it."""

    rows: int
    """Rows, features, entities or statements in it."""

    sha256: str
    """Of the first file (hex)."""

    batch: int
    """The batch that records it."""

    recipient: str = INTERNAL
    """Id of who receives it."""

    left_out: tuple[Mapping[str, Any], ...] = ()
    """What was left out or made coarser, by rule, with the reason in both languages."""


def export_records(
    workspace: Workspace,
    *,
    form: str,
    out: Path,
    progress: Progress,
    query: str | None = None,
    record_type: str | None = None,
    level: str = "internal",
    recipient: str | None = None,
) -> Exported:
    """Write records in a form that others read.

    Args:
        workspace: Where they are.
        form: One of ``FORMATS``.
        out: The file.
        progress: Told records written.
        query: A figure query: only the records it counts, and for people what is about them.
        record_type: Only records of a type; Uwazi's form needs one and takes people without.
        level: The most sensitive properties that may leave.
        recipient: Id of who receives it; if not given, the people who work here, and everybody
            where ``level`` is ``public``.

    Raises:
        InputError: there is no such form, level, recipient or type.
        QueryError: the query cannot be counted.
        StorageError: the file cannot be written.
        PermissionRefusedError: the member may not export records.
    """
    seen = sight(workspace, "export-records")
    if form not in FORMATS or level not in LEVELS:
        raise InputError(
            "There is no such form or level of an export.",
            hint=f"Forms: {', '.join(FORMATS)}; levels: {', '.join(LEVELS)}.",
        )
    if record_type is not None and record_type not in workspace.vocabulary.types:
        raise InputError(
            f"There is no record type {record_type}.",
            hint="`docs/reference/vocabulary.md` lists them, such as Person or Death.",
        )
    chosen = recipient or ("public" if level == "public" else INTERNAL)
    release = Release(
        workspace,
        find_recipient(workspace, chosen),
        level=level,
        of_deaths=query is not None and is_about_deaths(workspace, query),
    )
    found = _numbers(workspace, query, record_type, progress)
    numbers = [number for number in found if seen.covers(number)]
    counter = _Counter(_records(workspace, numbers, release, progress))
    files, rows = _written(workspace, form, out, counter, record_type or "Person", level)
    digest = hashlib.sha256(files[0].read_bytes()).hexdigest()
    said = {"form": form, "level": level, "query": query or "", "recipient": chosen}
    batch = _log(workspace, said, counter, digest)
    return Exported(files, counter.records, rows, digest, batch, chosen, tuple(release.left_out()))


class _Counter:
    """Counts the records that pass, and notes them."""

    def __init__(self, records: Iterable[tuple[int, OutRecord]]) -> None:
        self.records = 0
        self.rests_on = RestsOn()
        self._source = records

    def __iter__(self) -> Iterator[OutRecord]:
        for number, record in self._source:
            self.records += 1
            self.rests_on.take(number)
            yield record


def _numbers(
    workspace: Workspace, query: str | None, record_type: str | None, progress: Progress
) -> list[int]:
    """The records to export, in order."""
    store = workspace.store
    if query is None:
        chosen = None
    else:
        with open_engine(workspace, progress, exact=True) as engine:
            counted = [ref.number for ref in engine.open(query)]
        about = {*counted, *(one.record for one in pointers_at(workspace, counted))}
        rows = store.find(RecordRow, "number", sorted(about))
        chosen = about | {row.source for row in rows if row.source is not None}
    batches, erased = live_batches(store), erased_records(store)
    return sorted(
        row.number
        for row in store.scan(RecordRow)
        if batch_of(row.number) in batches
        and row.number not in erased
        and row.record_type != KEPT_ROW
        and (chosen is None or row.number in chosen)
        and (record_type is None or row.record_type == record_type)
    )


def _records(
    workspace: Workspace, numbers: list[int], release: Release, progress: Progress
) -> Iterator[tuple[int, OutRecord]]:
    store = workspace.store
    names = {term: pair for pair, term in store.terms().items()}
    batches = live_batches(store)
    for start in range(0, len(numbers), CHUNK):
        part = numbers[start : start + CHUNK]
        with store.read():
            rows = {row.number: row for row in store.find(RecordRow, "number", part)}
            stated: dict[int, list[StatementRow]] = {number: [] for number in part}
            for row in live_statements(store, part, batches):
                stated[row.record].append(row)
            allowed = release.decide(rows, stated)
        for number in part:
            if number in allowed.refused:
                continue
            said = []
            for row in stated[number]:
                record_type, name = names[row.term]
                prop = _property(workspace, record_type, name)
                if row.value is None or prop is None or allowed.is_out(row):
                    continue
                told = release.told(row, allowed)
                blurred = release.shown(row, allowed).blurred
                shown = Shown(told.value, told.original, blurred)
                said.append(_out(workspace, told, name, prop, shown))
            yield (
                number,
                OutRecord(
                    workspace.short_id(number),
                    rows[number].record_type,
                    rows[number].list_key,
                    tuple(said),
                ),
            )
        progress(min(start + CHUNK, len(numbers)), len(numbers), "records written")


def _property(workspace: Workspace, record_type: str, name: str) -> Property | None:
    kind = workspace.vocabulary.types.get(record_type)
    return kind.properties.get(name) if kind is not None else None


def _out(
    workspace: Workspace, row: StatementRow, name: str, prop: Property, shown: Shown
) -> OutStatement:
    value = shown.value or ""
    if prop.type == "link" and value.isdecimal():
        value = workspace.short_id(int(value))
    return OutStatement(
        workspace.statement_id(row.number),
        name,
        value,
        shown.original,
        row.lang,
        row.date_lo,
        row.date_hi,
        row.certainty,
        workspace.short_id(row.source) if row.source is not None else None,
        row.locator,
        row.asserted_on,
        shown.blurred,
    )


def _written(
    workspace: Workspace,
    form: str,
    out: Path,
    records: Iterable[OutRecord],
    record_type: str,
    level: str,
) -> tuple[tuple[Path, ...], int]:
    """Write the file aside, then put it in its place."""
    vocabulary = workspace.vocabulary
    dataset = f"bayyina-{workspace.identity.uuid}"
    aside = out.with_name(f".{out.name}.part")
    writers: Mapping[str, Callable[[], int]] = {
        "csv": lambda: tables.write_csv(aside, tables.COLUMNS, tables.rows(records, vocabulary)),
        "parquet": lambda: tables.write_parquet(aside, tables.rows(records, vocabulary)),
        "json-ld": lambda: _text(
            aside, linked_data.document(records, vocabulary, f"urn:bayyina:{dataset}:")
        ),
        "geojson": lambda: _text(
            aside,
            maps.collection(
                maps.features(records, vocabulary, workspace.gazetteer, exact=level == "restricted")
            ),
        ),
        "ftm": lambda: _text(
            aside,
            follow_the_money.json_lines(follow_the_money.entities(records, vocabulary), dataset),
        ),
        "ftm-statements": lambda: tables.write_csv(
            aside,
            follow_the_money.STATEMENT_COLUMNS,
            follow_the_money.statement_rows(
                follow_the_money.entities(records, vocabulary), dataset
            ),
        ),
        "uwazi": lambda: uwazi.write_archive(
            aside, vocabulary.types[record_type], of_type(records, record_type), vocabulary
        ),
    }
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        rows = writers[form]()
        files = [out]
        if form == "uwazi":
            files.append(_mapping(workspace, aside, out, record_type))
        aside.replace(out)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        reason = error.strerror or "the disk refused"
        raise StorageError(
            f"{out.name} cannot be written: {reason}.", hint="Check the folder and its space."
        ) from error
    return tuple(files), rows


def _mapping(workspace: Workspace, archive: Path, out: Path, record_type: str) -> Path:
    """The mapping that reads an archive for Uwazi back in, written beside it."""
    path = out.with_suffix(".mapping.toml")
    text = uwazi.mapping_text(
        workspace.vocabulary.types[record_type],
        uwazi.columns_of(archive),
        fictional=workspace.identity.fictional,
        asserted_on=workspace.clock.now().date().isoformat(),
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _text(path: Path, parts: Iterable[str]) -> int:
    """Write a text in parts; the answer is how many there were."""
    number = 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for part in parts:
            stream.write(part)
            number += 1
    return number


def _log(workspace: Workspace, said: Mapping[str, str], counter: _Counter, digest: str) -> int:
    details: dict[str, str | int] = {
        "form": said["form"],
        "level": said["level"],
        "recipient": said["recipient"],
        "records": counter.records,
        "sha256": digest,
    }
    parameters = {**details, "query": said["query"], "rests_on": counter.rests_on.to_json()}
    return log_run(workspace, "export", "export", parameters, details)
