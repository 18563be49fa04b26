"""Canonical JSON, and leaf encoders that must equal it byte for byte."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.custody.canonical import MAX_INTEGER, canonical_json, read_canonical
from bayyina.custody.leaves import (
    STATEMENT_COLUMNS,
    RowLeaves,
    SaltingRecords,
    StatementLeaves,
    salting_key,
)
from bayyina.errors import CustodyError
from bayyina.keys.salts import pair_key

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
INTEGERS = st.integers(-MAX_INTEGER, MAX_INTEGER)
NUMBERS = st.integers(0, MAX_INTEGER)
BATCH, MEMBER = UUID("01900000-0000-7000-8000-000000000002"), UUID(int=(7 << 76) | (2 << 62))
WHEN = "2026-11-21T08:32:00.123Z"


@given(
    st.recursive(
        TEXTS | INTEGERS,
        lambda inner: st.lists(inner) | st.dictionaries(st.text('abz_A0\x00"', max_size=4), inner),
        max_leaves=12,
    )
)
def test_reads_back_what_it_wrote_and_sorts_keys(value: Any) -> None:
    data = canonical_json(value)
    assert read_canonical(data) == value
    assert data == json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    ).encode("utf-8")


def test_escapes_as_rfc8785_says() -> None:
    # Section 3.2.2.2: seven short escapes, the other controls as \u00xx, all else as it is.
    text = '€$\x0f\nA\'B"\\\\"/\x7f\u2028\b\t\f\r'
    assert canonical_json({"string": text}) == (
        '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\u2028\\b\\t\\f\\r"}'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [None, True, 1.0, {"é": 1}, {1: 2}, b"x", "\ud800", {"a": "\udfff"}, MAX_INTEGER + 1, {1, 2}],
)
def test_refuses_what_has_no_place_in_the_log(value: object) -> None:
    with pytest.raises(CustodyError):
        canonical_json(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":"\\u0041"}', b"{}\n",
        b'{"a":null}', b"\xff", b"", b"[" * 100_000, b'"\\ud800"', b'{"a":-0}',
        '{"a":1}'.encode("utf-16"),
    ],
)  # fmt: skip
def test_reads_nothing_but_the_canonical_form(data: bytes) -> None:
    with pytest.raises(CustodyError):
        read_canonical(data)


OPTIONAL_TEXT, OPTIONAL_NUMBER = st.none() | TEXTS, st.none() | INTEGERS


@settings(max_examples=300)
@given(
    number=NUMBERS,
    record=NUMBERS,
    record_type=TEXTS,
    property=TEXTS,
    value=OPTIONAL_TEXT,
    date_lo=OPTIONAL_TEXT,
    date_hi=OPTIONAL_TEXT,
    num_lo=OPTIONAL_NUMBER,
    num_hi=OPTIONAL_NUMBER,
    original=OPTIONAL_TEXT,
    lang=OPTIONAL_TEXT,
    source=OPTIONAL_NUMBER,
    evidence=OPTIONAL_NUMBER,
    locator=OPTIONAL_TEXT,
    certainty=OPTIONAL_TEXT,
    asserted_on=OPTIONAL_TEXT,
    supersedes=OPTIONAL_NUMBER,
)
def test_statement_leaves_equal_canonical_json(**cells: Any) -> None:
    leaves = StatementLeaves(batch=BATCH, recorded_at=WHEN, recorded_by=MEMBER)
    salt = "5a" * 32
    arguments: list[Any] = [*(cells[name] for name in STATEMENT_COLUMNS), salt]
    line = leaves.encode(*arguments)
    expected = {name: cell for name, cell in cells.items() if cell is not None} | {
        "kind": "statement",
        "batch": str(BATCH),
        "recorded_at": WHEN,
        "recorded_by": str(MEMBER),
        "salt": salt,
    }
    assert line == canonical_json(expected)
    assert leaves.encode(*arguments) == line, "the second time, parts come from the cache"


@given(st.lists(OPTIONAL_TEXT | INTEGERS, min_size=5, max_size=5))
def test_row_leaves_equal_canonical_json(row: list[Any]) -> None:
    columns = ("number", "handle", "b", "z", "a_b")
    expected = {name: cell for name, cell in zip(columns, row, strict=True) if cell is not None}
    line = RowLeaves("member", columns).encode(row, "5a" * 32)
    assert line == canonical_json(expected | {"kind": "member", "salt": "5a" * 32})


@pytest.mark.parametrize("cell", ["\ud800", "a\udc00b"])
@pytest.mark.parametrize("column", ["value", "original", "lang", "locator", "record_type"])
def test_statement_leaves_refuse_half_surrogates(column: str, cell: str) -> None:
    cells: dict[str, Any] = dict.fromkeys(STATEMENT_COLUMNS)
    cells |= {"number": 1, "record": 2, "record_type": "Person", "property": "name", column: cell}
    leaves = StatementLeaves(batch=BATCH, recorded_at=WHEN, recorded_by=MEMBER)
    with pytest.raises(CustodyError, match="surrogate"):
        leaves.encode(*[*cells.values(), ""])


@pytest.mark.parametrize("column", ["number", "record", "source", "num_lo", "supersedes"])
def test_statement_leaves_refuse_long_integers(column: str) -> None:
    cells: dict[str, Any] = dict.fromkeys(STATEMENT_COLUMNS)
    cells |= {"number": 1, "record": 2, "record_type": "Person", "property": "name"}
    cells[column] = 1 << 53
    leaves = StatementLeaves(batch=BATCH, recorded_at=WHEN, recorded_by=MEMBER)
    with pytest.raises(CustodyError, match="53 bits"):
        leaves.encode(*[*cells.values(), ""])


@pytest.mark.parametrize("row", [(1, 2.5), (1, True), (1, b"x"), (1,), (1, "a", "b")])
def test_row_leaves_refuse_other_rows(row: tuple[Any, ...]) -> None:
    with pytest.raises(CustodyError):
        RowLeaves("setting", ("number", "name")).encode(row, "")


def test_row_leaves_refuse_columns_that_every_leaf_has() -> None:
    for column in ("kind", "salt", "é"):
        with pytest.raises(CustodyError):
            RowLeaves("setting", ("number", column))


def test_which_key_salts_a_row() -> None:
    keys = {7: b"7" * 32, 8: b"8" * 32}
    judgement = SaltingRecords("judgement", ("number", "record_a", "record_b"))
    listed = SaltingRecords("list_row", ("number", "source", "record"))
    assert judgement.of((1, 7, 8)) == (7, 8)
    assert judgement.of((1, 7, None)) == ()
    assert listed.of((1, 5, 7)) == (7,)
    assert listed.of((1, 5, None)) == ()
    assert SaltingRecords("setting", ("number", "record")).of((1, 7)) == ()
    assert SaltingRecords("record", ("number",)).of((7,)) == (7,)
    assert salting_key((), keys.__getitem__, b"b" * 32) == b"b" * 32
    assert salting_key((7,), keys.__getitem__, b"") == keys[7]
    both = salting_key((7, 8), keys.__getitem__, b"")
    assert both == pair_key(keys[7], keys[8]) != pair_key(keys[8], keys[7])
