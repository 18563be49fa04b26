"""The example in the page on the log's format, worked out with the standard library alone."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from uuid import UUID

from bayyina.custody.canonical import canonical_json
from bayyina.custody.entries import Entry, TreeHead
from bayyina.custody.ids import item_id, new_batch_id
from bayyina.custody.leaves import STATEMENT_COLUMNS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "log-format.md"


def example() -> tuple[str, str, str]:
    """Salt, leaf and hash as they stand in the page."""
    text = PAGE.read_text(encoding="utf-8").partition("## An example")[2]
    salt, leaf, digest = re.findall(r"```\w*\n(.+?)\n```", text)
    return salt, leaf, digest


def test_example_follows_from_the_rules_in_the_page() -> None:
    salt, leaf, digest = example()
    number = 3 << 32 | 16
    made = hashlib.blake2b(f"statement:{number}".encode(), key=bytes(range(32)), digest_size=32)
    assert made.hexdigest() == salt
    assert hashlib.sha256(b"\x00" + leaf.encode("utf-8")).hexdigest() == digest


def test_example_is_what_the_program_writes() -> None:
    salt, leaf, _ = example()
    content = json.loads(leaf)
    assert (content["number"], content["salt"]) == (12884901904, salt)
    assert canonical_json(content).decode("utf-8") == leaf


def test_page_names_every_key_of_a_statement_leaf_and_of_an_entry() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for key in (*STATEMENT_COLUMNS, "kind", "salt", "batch", "recorded_at", "recorded_by"):
        assert f"`{key}`" in text
    entry = Entry(
        action="import",
        actor=UUID(int=1),
        batch=new_batch_id(1_700_000_000_000),
        batch_number=1,
        case="",
        details={},
        opened="2023-11-14T22:13:20.000Z",
        time="2023-11-14T22:13:20.000Z",
        trees={"statement": TreeHead(1, bytes(32))},
        clock_behind_ms=5,
    )
    for key in json.loads(entry.to_bytes()):
        assert f"`{key}`" in text


def test_ids_of_rows_are_laid_out_as_the_page_says() -> None:
    batch = new_batch_id(1_700_000_000_000)
    row = item_id(batch, 16, kind="statement")
    assert row.int >> 80 == batch.int >> 80 == 1_700_000_000_000
    assert row.version == 7
    assert row.int & 0xFFFFFFFF == 16
