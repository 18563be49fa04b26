"""A small table as the bytes of a Parquet file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq


def parquet_bytes(
    texts: Mapping[str, Sequence[str]], further: Mapping[str, Sequence[int | str | None]]
) -> bytes:
    """Columns of text and further columns of numbers or text, all of one length."""
    columns = {name: pa.array(values, pa.string()) for name, values in texts.items()}
    for name, values in further.items():
        is_text = any(isinstance(one, str) for one in values)
        kind = pa.string() if is_text or name == "hidden" else pa.int64()
        columns[name] = pa.array(values, kind)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())
