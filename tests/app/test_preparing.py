"""The quick spellings of leaves are byte for byte the canonical ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayyina.app.preparing import BatchFacts, RowPreparer
from bayyina.app.rows import LEAF_COLUMNS, ListRow, RecordRow, StatementRow
from bayyina.custody.canonical import canonical_json
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.tiles import TileTree
from bayyina.disclosure.protected_people import Protection
from bayyina.errors import CustodyError
from bayyina.keys.salts import salt
from bayyina.model.drafts import ValueDraft

FACTS = BatchFacts(
    7,
    "01a1fd65-6f09-78ce-baac-4a1c71b2172d",
    "2026-11-21T09:17:25.641Z",
    "01a1fd65-6f09-78ce-baac-4a0400000000",
    b"b" * 32,
    b"c" * 32,
    b"m" * 32,
)
NOTHING = Protection({}, {}, {}, 18, {})
"""Rules by which nothing is sealed."""
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
DAY = st.none() | st.dates().map(str)
NUMBER = st.none() | st.integers(-(2**50), 2**50)


def drafts() -> st.SearchStrategy[ValueDraft]:
    return st.builds(
        ValueDraft,
        property=st.sampled_from(["name", "date", "age"]),
        value=TEXT,
        date_lo=DAY,
        date_hi=DAY,
        num_lo=NUMBER,
        num_hi=NUMBER,
        original=st.none() | TEXT,
        lang=st.none() | st.sampled_from(["ar", "en", "ku-Latn"]),
        certainty=st.none() | TEXT,
    )


TERMS = {("Death", name): number for number, name in enumerate(["name", "date", "age"], 1)}


@given(
    batch=st.lists(drafts(), max_size=6),
    source=st.none() | st.integers(0, 2**50),
    asserted_on=DAY,
    locator=st.none() | TEXT,
)
def test_statements(
    batch: list[ValueDraft],
    source: int | None,
    asserted_on: str | None,
    locator: str | None,
) -> None:
    quick, slow = RowPreparer(FACTS, TERMS, NOTHING), RowPreparer(FACTS, TERMS, NOTHING)
    for preparer in (quick, slow):
        preparer.describe_list(source, asserted_on)
    key = b"k" * 32
    quick.add_statements(5, key, "Death", batch, locator)
    for draft in batch:
        slow.add_statement(5, key, "Death", draft, locator)
    rows = quick.take().statements
    assert rows == slow.take().statements
    assert quick.counts == slow.counts
    leaves = [_statement_leaf(StatementRow(*row), key) for row in rows]
    for preparer in (quick, slow):
        expected = RowPreparer(FACTS, TERMS, NOTHING)
        tree = (
            expected.trees.setdefault("statement", type(preparer.trees["statement"])())
            if leaves
            else None
        )
        if tree is not None:
            tree.add_many([leaf_hash(leaf) for leaf in leaves])
            assert tree.root() == preparer.trees["statement"].root()


def _statement_leaf(row: StatementRow, key: bytes) -> bytes:
    names = {number: pair for pair, number in TERMS.items()}
    content: dict[str, Any] = {n: c for n, c in row._asdict().items() if c is not None}
    content["record_type"], content["property"] = names[content.pop("term")]
    content |= {
        "kind": "statement",
        "batch": FACTS.uuid,
        "recorded_at": FACTS.opened_at,
        "recorded_by": FACTS.actor,
        "salt": salt(key, "statement", row.number),
    }
    return canonical_json(content)


@given(record_type=TEXT, source=st.none() | st.integers(0, 2**50), list_key=st.none() | TEXT)
def test_records(record_type: str, source: int | None, list_key: str | None) -> None:
    preparer = RowPreparer(FACTS, {}, NOTHING)
    number, key = preparer.add_record(record_type, source, list_key)
    row = RecordRow(*preparer.take().records[0])
    content = {name: getattr(row, name) for name in LEAF_COLUMNS["record"]}
    content = {name: cell for name, cell in content.items() if cell is not None}
    content |= {"kind": "record", "salt": salt(key, "record", number)}
    assert preparer.trees["record"].root() == leaf_hash(canonical_json(content))


@given(
    source=st.integers(0, 2**50),
    key=TEXT,
    digest=st.binary(min_size=32, max_size=32).map(bytes.hex),
    record=st.integers(0, 2**50),
    before=st.integers(0, 3),
)
def test_list_rows(source: int, key: str, digest: str, record: int, before: int) -> None:
    quick, slow = RowPreparer(FACTS, {}, NOTHING), RowPreparer(FACTS, {}, NOTHING)
    record_key = b"k" * 32
    for _ in range(before + 1):
        quick.add_list_row(source, key, digest, record, record_key)
        slow.add(
            ListRow, salted_by=record_key, source=source, key=key, digest=digest,
            state="present", record=record, cells=None,
        )  # fmt: skip
    rows = quick.take().others["list_row"]
    assert rows == slow.take().others["list_row"]
    assert quick.counts == slow.counts
    leaves = [
        canonical_json(
            {
                name: cell
                for name, cell in zip(ListRow._fields, row, strict=True)
                if cell is not None
            }
            | {"kind": "list_row", "salt": salt(record_key, "list_row", row[0])}
        )
        for row in rows
    ]
    tree = TileTree()
    tree.add_many([leaf_hash(leaf) for leaf in leaves])
    assert quick.trees["list_row"].root() == slow.trees["list_row"].root() == tree.root()


def test_half_a_character_is_refused() -> None:
    preparer = RowPreparer(FACTS, TERMS, NOTHING)
    with pytest.raises(CustodyError):
        preparer.add_statements(5, b"k" * 32, "Death", [ValueDraft("name", "\ud800")], "row 2")
    with pytest.raises(CustodyError):
        preparer.add_record("Person", None, "\udfff")
