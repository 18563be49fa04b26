"""The CSV files beside a report, and its machine-readable twin.

They hold codes, numbers and short ids; a name of a person never. Lines end in LF and texts are
UTF-8 with a byte-order mark, which spreadsheets need to read Arabic.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bayyina.errors import StorageError
from bayyina.reporting.context import ReportContext
from bayyina.reporting.definitions import Block, Definition
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.grouped import group_keys, readable_groups
from bayyina.reporting.labels import Labels
from bayyina.typeset.escaping import csv_cell
from bayyina.typeset.languages import LANGUAGES

FOLDER = "figures"
"""Folder beside the report that holds the CSV files."""

NOTICE = "FICTIONAL"
"""In the last column of every row when the records are invented."""


def record_file(identifier: str) -> str:
    """Relative path of the list of records behind a figure."""
    return f"{FOLDER}/{identifier}.csv"


def table_file(identifier: str) -> str:
    """Relative path of a table as a file."""
    return f"{FOLDER}/{identifier}.table.csv"


def write_record_lists(
    definition: Definition,
    results: Mapping[str, FigureResult],
    context: ReportContext,
    folder: Path,
) -> list[Path]:
    """One CSV file per question with the short ids of the records that it counts."""
    if context.records is None:
        return []
    return [
        write_csv(
            folder / record_file(identifier),
            ("record", "certain", *group_keys(results[identifier])),
            _record_rows(results[identifier], context),
            context,
            are_cells=True,
        )
        for identifier in definition.queries()
    ]


def write_group_table(
    block: Block, result: FigureResult, context: ReportContext, folder: Path
) -> Path:
    """The groups of a figure as a CSV file, with codes and the names in every language."""
    keys = group_keys(result)
    names = [f"{key}__{lang}" for key in keys for lang in LANGUAGES]
    header = (*keys, *names, "value", "certain", "possible")
    return write_csv(
        folder / table_file(block.id), header, _group_rows(result, context.labels), context
    )


def write_figure_table(
    definition: Definition,
    block: Block,
    results: Mapping[str, FigureResult],
    context: ReportContext,
    folder: Path,
) -> Path:
    """A table of several figures as a CSV file."""
    titles = [f"title__{lang}" for lang in LANGUAGES]
    header = ("figure", *titles, "comparator", "value", "certain", "possible", "unit", "query")
    rows: Iterable[Sequence[str | int]] = (
        (
            identifier,
            *(definition.blocks[identifier].title.get(lang, "") for lang in LANGUAGES),
            result.comparator,
            *_numbers(result),
            result.unit,
            result.query,
        )
        for identifier, result in ((row, results[row]) for row in definition.check_rows(block))
    )
    return write_csv(folder / table_file(block.id), header, rows, context)


def write_check_table(
    definition: Definition,
    block: Block,
    results: Mapping[str, FigureResult],
    context: ReportContext,
    folder: Path,
) -> Path:
    """Published values, or targets, and computed ones as a CSV file."""
    published = context.published or {}
    titles = [f"title__{lang}" for lang in LANGUAGES]
    rows: Iterable[Sequence[str | int]] = (
        (
            identifier,
            *(definition.blocks[identifier].title.get(lang, "") for lang in LANGUAGES),
            published[identifier],
            results[identifier].value,
            *(values.get(identifier, "") for values in context.beside.values()),
            "yes" if published[identifier] == results[identifier].value else "no",
        )
        for identifier in definition.check_rows(block)
        if identifier in published and not results[identifier].hidden
    )
    wanted = "published" if context.targets_are_published else "target"
    header = ("figure", *titles, wanted, "computed", *context.beside, "equal")
    return write_csv(folder / table_file(block.id), header, rows, context)


def write_twin(
    definition: Definition,
    results: Mapping[str, FigureResult],
    context: ReportContext,
    path: Path,
) -> Path:
    """The report for programs: every figure result as it came, and the comparison."""
    published = context.published or {}
    twin = {
        "version": 1,
        "name": definition.name,
        "definition": definition.report or definition.name,
        "definition_digest": definition.digest,
        "parameters": dict(definition.values),
        "known_at": context.known_at or None,
        "recorded_at": context.recorded_at or None,
        "title": dict(definition.titles),
        "fictional": context.is_fictional,
        "time": context.time.isoformat(timespec="seconds"),
        "custody_size": context.custody_size,
        "checkpoint": context.checkpoint,
        "figures": {
            identifier: {
                "kind": definition.blocks[identifier].kind,
                "title": dict(definition.blocks[identifier].title),
                **results[identifier].document,
            }
            for identifier in definition.queries()
        },
        "orders": {name: dict(status) for name, status in context.orders.items()},
        "sites": {name: [dict(site) for site in told] for name, told in context.sites.items()},
        "disclosure": {
            "purpose": "publication",
            "removals": [dict(one) for told in context.removals.values() for one in told],
        },
        "targets_are_published": context.targets_are_published,
        "checks": [
            {
                "id": identifier,
                "published": published[identifier],
                "computed": results[identifier].value,
                **{
                    name: values[identifier]
                    for name, values in context.beside.items()
                    if identifier in values
                },
                "equal": published[identifier] == results[identifier].value,
            }
            for identifier in definition.queries()
            if identifier in published and not results[identifier].hidden
        ],
    }
    text = json.dumps(twin, ensure_ascii=False, indent=2, sort_keys=True)
    return write_file(path, f"{text}\n".encode())


def write_left_out(context: ReportContext, folder: Path) -> list[Path]:
    """What the rules of disclosure hide and why, as a CSV file; none where nothing is hidden."""
    removals = [one for told in context.removals.values() for one in told]
    if not removals:
        return []
    header = ("figure", "key", "action", "rule", *(f"reason__{lang}" for lang in LANGUAGES))
    rows = (
        (
            str(one["id"]),
            "; ".join(f"{name}={code}" for name, code in one["key"].items()),
            str(one["action"]),
            str(one["rule"]),
            *(str(one["reason"][lang]) for lang in LANGUAGES),
        )
        for one in removals
    )
    return [write_csv(folder / FOLDER / "left-out.csv", header, rows, context)]


def _numbers(result: FigureResult) -> tuple[str | int, ...]:
    """Value, certain and possible; empty where the number is hidden."""
    return ("", "", "") if result.hidden else (result.value, result.value, result.possible)


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[str | int]],
    context: ReportContext,
    *,
    are_cells: bool = False,
) -> Path:
    """A CSV file; with invented records every row says so in its last column.

    Args:
        path: Where it goes.
        header: Names of the columns.
        rows: The rows.
        context: Whether the records are invented.
        are_cells: Whether the texts of the rows are safe for spreadsheets already.
    """
    notice = ("notice",) if context.is_fictional else ()
    mark = (NOTICE,) if context.is_fictional else ()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow((*header, *notice))
    cells = rows if are_cells else (tuple(map(_cell, row)) for row in rows)
    writer.writerows((*row, *mark) for row in cells)
    return write_file(path, buffer.getvalue().encode("utf-8-sig"))


def write_file(path: Path, content: bytes) -> Path:
    """Write a file of the report.

    Raises:
        StorageError: the disk refused.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise StorageError(
            f"The report file {path} could not be written: {error.strerror}.",
            hint="Make room or choose another folder, then build the report again.",
        ) from error
    return path


def _cell(value: str | int) -> str | int:
    return csv_cell(value) if isinstance(value, str) else value


def _record_rows(result: FigureResult, context: ReportContext) -> Iterator[Sequence[str]]:
    if context.records is None:
        return
    names = group_keys(result)
    if result.hidden:
        return
    keys: list[Mapping[str, str] | None] = [g.key for g in result.groups if not g.hidden]
    if result.groups and not keys:
        return
    for key in keys or [None]:
        codes = tuple(csv_cell(key[name]) for name in names) if key else ()
        for record in context.records(result.query, key):
            name = csv_cell(context.short_id(record.number))
            yield (name, "yes" if record.certain else "no", *codes)


def _group_rows(result: FigureResult, labels: Labels) -> Iterator[Sequence[str | int]]:
    by_language = {
        lang: {
            tuple(group.key.values()): group.labels
            for group in readable_groups(result, labels, lang)
        }
        for lang in LANGUAGES
    }
    for group in readable_groups(result, labels, next(iter(LANGUAGES))):
        codes = tuple(group.key.values())
        names = (
            by_language[lang][codes][index] for index in range(len(codes)) for lang in LANGUAGES
        )
        numbers = ("", "", "") if group.is_hidden else (group.value, group.value, group.possible)
        yield (*codes, *names, *numbers)
