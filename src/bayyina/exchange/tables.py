"""Statements as one long table, CSV or Parquet, with the HURIDOCS codes beside our own.

One row a statement: nothing is chosen between sources, and every row names its own. Text cells
that a spreadsheet would take for a formula get an apostrophe in front, which spreadsheets
hide; Parquet holds the texts as they are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from bayyina.exchange.records import OutRecord, OutStatement, property_of
from bayyina.model.vocabulary import Vocabulary

COLUMNS: Final = (
    "record",
    "record_type",
    "list_key",
    "property",
    "value",
    "label_en",
    "label_ar",
    "original",
    "lang",
    "date_lo",
    "date_hi",
    "certainty",
    "source",
    "locator",
    "asserted_on",
    "statement",
    "huridocs_type",
    "huridocs_field",
    "huridocs_term",
)
"""Columns of the long table."""

FORMULA_SIGNS: Final = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("\uff1d", "\uff0b", "\uff0d", "\uff20"),  # the same, as wide as an ideograph
)
"""What a spreadsheet takes for the beginning of a formula."""

ROWS: Final = 50_000
"""Rows of a group in Parquet."""


def rows(records: Iterable[OutRecord], vocabulary: Vocabulary) -> Iterator[tuple[str | None, ...]]:
    """The rows of the long table."""
    for record in records:
        kind = vocabulary.types.get(record.type)
        for one in record.statements:
            prop = property_of(vocabulary, record.type, one.property)
            yield (
                record.id,
                record.type,
                record.list_key,
                one.property,
                one.value,
                *_labels(vocabulary, record.type, one),
                one.original,
                one.lang,
                one.date_lo,
                one.date_hi,
                one.certainty,
                one.source,
                one.locator,
                one.asserted_on,
                one.id,
                kind.huridocs if kind is not None else None,
                prop.huridocs if prop is not None else None,
                _term_code(vocabulary, record.type, one),
            )


def _labels(
    vocabulary: Vocabulary, record_type: str, one: OutStatement
) -> tuple[str | None, str | None]:
    prop = property_of(vocabulary, record_type, one.property)
    if prop is None:
        return None, None
    if prop.type == "term" and prop.of is not None:
        terms = vocabulary.term_lists[prop.of]
        if one.value in terms.terms:
            return terms.label(one.value, "en"), terms.label(one.value, "ar")
    if prop.type == "group" and one.value in vocabulary.groups:
        label = vocabulary.groups[one.value].label
        return label["en"], label["ar"]
    return None, None


def _term_code(vocabulary: Vocabulary, record_type: str, one: OutStatement) -> str | None:
    prop = property_of(vocabulary, record_type, one.property)
    if prop is None or prop.type != "term" or prop.of is None:
        return None
    term = vocabulary.term_lists[prop.of].terms.get(one.value)
    return term.huridocs if term is not None else None


def safe_cell(text: str | None) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if not text:
        return ""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").removeprefix("+").replace(".", "", 1).isdecimal()


def write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[str | None]]) -> int:
    """Write a CSV file in UTF-8 with a byte order mark; the answer is the number of rows.

    Raises:
        OSError: the file cannot be written.
    """
    number = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for line in lines:
            writer.writerow([safe_cell(cell) for cell in line])
            number += 1
    return number


def write_parquet(path: Path, lines: Iterable[tuple[str | None, ...]]) -> int:
    """Write the long table as Parquet; the answer is the number of rows.

    Raises:
        OSError: the file cannot be written.
    """
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    remaining, number = iter(lines), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while part := list(islice(remaining, ROWS)):
            columns = [list(column) for column in zip(*part, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
            number += len(part)
    return number
