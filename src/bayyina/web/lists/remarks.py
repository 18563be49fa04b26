"""What the report by rows says of an upload, in the reader's language."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from bayyina.tables.row_report import safe_cell
from bayyina.web.refusals import Told, remark

SHOWN: Final = 50
"""So many rows with remarks are shown on the page."""

LOOKED_AT: Final = 20_000
"""So many lines of the report are looked through for them."""

_COLUMNS, _MESSAGE = "columns", "message"


class Remark(NamedTuple):
    """What is said of one row."""

    row: str
    """Its number; empty for a row that is no longer in the list."""

    status: str
    """What became of it."""

    columns: str
    """Headers of the columns that it is about."""

    told: Told
    """What a person should know."""


def first_remarks(path: Path, lang: str) -> list[Remark]:
    """The first rows of a report of which something is said; none where it is gone."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = islice(csv.DictReader(file), LOOKED_AT)
        found = (
            Remark(
                line["row"],
                line["status"],
                line[_COLUMNS].removeprefix("'").replace("|", " · "),
                remark(line[_MESSAGE].removeprefix("'"), line["codes"].split("|")[0], lang),
            )
            for line in lines
            if line[_MESSAGE]
        )
        return list(islice(found, SHOWN))


def report_lines(path: Path, lang: str) -> Iterator[str]:
    """The lines of a report with its messages in a language; codes and keys stay as they are."""
    text = StringIO()
    writer = csv.writer(text)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = list(reader.fieldnames or ())
        text.write("\ufeff")
        writer.writerow(names)
        for line in reader:
            if line[_MESSAGE]:
                told = remark(line[_MESSAGE].removeprefix("'"), line["codes"].split("|")[0], lang)
                line[_MESSAGE] = safe_cell(f"{told.sentence} {told.original}".strip())
            writer.writerow([line[name] for name in names])
            if text.tell() > 1 << 16:
                yield text.getvalue()
                text.seek(0)
                text.truncate()
    yield text.getvalue()
