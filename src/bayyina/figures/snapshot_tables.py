"""Columns of the tables in a snapshot, as Arrow schemas."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

SEALED_VALUE: Final = "sealed:1:"
"""What stands in place of a value that is sealed: something is stated, and not what. An
identifier's has the statement's number behind it, so that no two are equal."""

STATEMENTS: Final = pa.schema(
    [
        ("number", pa.int64()),
        ("batch", pa.int32()),
        ("record", pa.int64()),
        ("record_type", pa.string()),
        ("property", pa.string()),
        ("value", pa.string()),
        ("date_lo", pa.string()),
        ("date_hi", pa.string()),
        ("num_lo", pa.int64()),
        ("num_hi", pa.int64()),
        ("lang", pa.string()),
        ("source", pa.int64()),
        ("certainty", pa.string()),
        ("asserted_on", pa.string()),
        ("wording", pa.bool_()),
    ]
)
"""Statements of sequenced batches. A link holds the number of the other record as ``value``.
``wording`` says whether words stand in clear beside the value; not which."""

TABLES: Final = 1
"""Number of the columns' version: a snapshot with others is built anew."""

CLOSURES: Final = pa.schema(
    [("statement", pa.int64()), ("batch", pa.int32()), ("asserted_on", pa.string())]
)
"""Statements that a batch superseded or withdrew, with the date of the release that did so."""

BATCHES: Final = pa.schema(
    [
        ("batch", pa.int32()),
        ("entry", pa.int64()),
        ("time", pa.string()),
        ("kind", pa.string()),
        ("closed_entry", pa.int64()),
        ("closed_time", pa.string()),
    ]
)
"""All sequenced batches: their log entry, and the entry that undid them (null: none)."""

JUDGEMENTS: Final = pa.schema(
    [
        ("record_a", pa.int64()),
        ("record_b", pa.int64()),
        ("verdict", pa.string()),
        ("entry", pa.int64()),
        ("until_entry", pa.int64()),
        ("number", pa.int64()),
    ]
)
"""Who is the same as whom: ``same``, ``different``, ``unsure``, or ``likely`` for a link of a
linkage run that only lenient figures follow. It holds from ``entry`` up to ``until_entry``,
and while its batch stands, which ``number`` names; null where it stands whatever is undone."""

LINKS: Final = pa.schema(
    [
        ("number", pa.int64()),
        ("batch", pa.int32()),
        ("record_a", pa.int64()),
        ("record_b", pa.int64()),
        ("run", pa.int64()),
        ("decision", pa.string()),
        ("odds", pa.int64()),
    ]
)
"""What runs of the linkage say of pairs of people, with thousandths of the natural log-odds."""

RUNS: Final = pa.schema(
    [
        ("number", pa.int64()),
        ("batch", pa.int32()),
        ("entry", pa.int64()),
        ("kind", pa.string()),
        ("parameters", pa.string()),
        ("digest", pa.string()),
    ]
)
"""Runs of the linkage, and samples that were drawn of their links to be judged."""


DETERMINATIONS: Final = pa.schema(
    [
        ("number", pa.int64()),
        ("batch", pa.int32()),
        ("record", pa.int64()),
        ("person", pa.string()),
        ("standard", pa.string()),
        ("says", pa.string()),
        ("practice", pa.string()),
        ("people", pa.int32()),
    ]
)
"""Signed decisions about records: who (``person``, a handle) says under which standard
``for``, ``against`` or ``none`` (an objection withdrawn). ``practice`` names an earlier
practice under which the record was verified before; ``people`` is how many must agree."""


def conform(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """``batch`` with exactly the columns of ``schema``; columns that are absent are null.

    Raises:
        pyarrow.ArrowInvalid: a value does not fit its column.
    """
    names = set(batch.schema.names)
    columns = [
        batch.column(field.name).cast(field.type)
        if field.name in names
        else pa.nulls(batch.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
