"""Searches are kept for one person alone, or shared, and nobody reads them on the disk."""

from __future__ import annotations

import pytest

from bayyina.app.own_notes import FOLDER, change_notes, read_notes
from bayyina.app.rows import SettingRow
from bayyina.app.saved_searches import (
    SHARED,
    forget_search,
    keep_search,
    look_through,
    one_search,
    own_searches,
    share_search,
    shared_searches,
    withdraw_search,
)
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import Bench
from tests.app.test_use_cases_are_logged import check_change

ADDRESS = "/search/?q=سرّ+مكتوم"


def test_a_search_is_its_owners_alone_and_lies_encrypted(bench: Bench) -> None:
    kept = keep_search(bench.amal, name=" سرّ  مكتوم ", address=ADDRESS, tells=True, seen=3)
    assert [(one.name, one.address, one.tells, one.seen) for one in own_searches(bench.amal)] == [
        ("سرّ مكتوم", ADDRESS, True, 3)
    ]
    path = bench.amal.folder / FOLDER / "amal.notes"
    for text in ("سرّ", "search"):
        assert text.encode() not in bytes.fromhex(path.read_text("ascii"))
    badr = bench.member("badr", "verifier")
    assert own_searches(badr) == []
    # A colleague's file in one's own place opens to nothing.
    (path.parent / "badr.notes").write_text(path.read_text("ascii"), encoding="ascii")
    assert read_notes(badr) == {}
    with pytest.raises(InputError, match="no such search"):
        forget_search(badr, kept)
    look_through(bench.amal, kept, 5)
    assert one_search(bench.amal, kept).seen == 5
    forget_search(bench.amal, kept)
    assert own_searches(bench.amal) == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("", ADDRESS),
        ("x" * 121, ADDRESS),
        ("x", "https://example.org/records/?"),
        ("x", "//example.org/records/?"),
        ("x", "/account/logout/?"),
        ("x", "/records/?unit=\npersons"),
        ("x", "/records/?" + "x" * 2_000),
    ],
)
def test_what_is_no_search_is_not_kept(bench: Bench, name: str, address: str) -> None:
    with pytest.raises(InputError):
        keep_search(bench.amal, name=name, address=address)
    assert own_searches(bench.amal) == []


def test_a_shared_search_is_an_entry_and_no_clear_text(bench: Bench) -> None:
    kept = keep_search(bench.amal, name="باء", address=ADDRESS)
    check_change(bench.amal, "share-search", lambda: share_search(bench.amal, kept))
    badr, viewer = bench.member("badr", "verifier"), bench.member("viewer", "viewer")
    assert [(one.name, one.address, one.by) for one in shared_searches(badr)] == [
        ("باء", ADDRESS, "amal")
    ]
    rows = [row for row in bench.amal.store.scan(SettingRow) if row.name.startswith(SHARED)]
    assert ADDRESS not in rows[0].text
    assert b"\xd8" not in rows[0].text.encode()
    for attempt in (own_searches, shared_searches):
        with pytest.raises(PermissionRefusedError):
            attempt(viewer)
    with pytest.raises(InputError, match="shared no such"):
        withdraw_search(badr, kept)
    check_change(bench.amal, "withdraw-search", lambda: withdraw_search(bench.amal, kept))
    assert shared_searches(badr) == []


def test_notes_do_not_grow_without_end(bench: Bench) -> None:
    with pytest.raises(InputError, match="too much"):
        change_notes(bench.amal, lambda notes: {**notes, "x": "y" * 300_000})
    assert read_notes(bench.amal) == {}
