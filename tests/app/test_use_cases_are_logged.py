"""Every use case: the rows it changed are exactly those that its entry commits to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from bayyina.app.deciding import bring_decision, determine_record, judge_pair
from bayyina.app.emptied_rows import is_kept_sealed
from bayyina.app.erasing import erase_record
from bayyina.app.key_rotating import Rotation
from bayyina.app.members import set_roles
from bayyina.app.rows import KINDS, LEAF_COLUMNS, ListRow, RecordRow, batch_of, position_of
from bayyina.app.short_ids import record_number
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.custody.entries import Entry
from bayyina.custody.merkle import leaf_hash, root
from bayyina.db.opening import enroll
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.salts import pair_key, salt
from tests.app.conftest import CHEAP, ROWS, Bench, quiet
from tests.app.two_lists import records, take_in

Tables = dict[str, dict[int, tuple[Any, ...]]]


def all_rows(workspace: Workspace) -> Tables:
    """Every logged row of every table."""
    return {
        kind: {row.number: tuple(row) for row in workspace.store.scan(row_type)}
        for kind, row_type in KINDS.items()
    }


def operational(workspace: Workspace) -> tuple[list[Any], ...]:
    """Everything else that is stored."""
    store = workspace.store
    return (store.batches(), list(store.entries()), store.checkpoints(), store.jobs())


def leaf_of(workspace: Workspace, kind: str, row: tuple[Any, ...], batch: Any) -> bytes:
    """The leaf of a row, by the published rules and without the code that wrote it."""
    wrap = KeyWrap(workspace.keys.case_key)

    def key_of(record: int) -> bytes:
        found = workspace.store.find(RecordRow, "number", [record])[0]
        return wrap.open_record(record, bytes(found.wrapped_key or b""))

    cells = dict(zip(KINDS[kind]._fields, row, strict=True))
    content = {name: cells[name] for name in LEAF_COLUMNS[kind] if cells[name] is not None}
    key = wrap.open_batch(UUID(batch.uuid), batch.wrapped_key)
    if kind == "statement":
        names = {number: pair for pair, number in workspace.store.terms().items()}
        record_type, name = names[content.pop("term")]
        content |= {
            "record_type": record_type,
            "property": name,
            "batch": batch.uuid,
            "recorded_at": batch.opened_at,
            "recorded_by": batch.actor,
        }
        key = key_of(cells["record"])
    elif kind == "record":
        key = key_of(cells["number"])
    elif kind in {"judgement", "link"}:
        key = pair_key(key_of(cells["record_a"]), key_of(cells["record_b"]))
    elif kind in {"list_row", "determination"} and cells["record"] is not None:
        key = key_of(cells["record"])
    content |= {"kind": kind, "salt": salt(key, kind, cells["number"])}
    return canonical_json(content)


def blanked(before: Tables, record: int) -> Tables:
    """The tables with a record erased, by the published rules and without the code for it."""
    after = {kind: dict(rows) for kind, rows in before.items()}
    about: dict[str, tuple[str, dict[str, str | None]]] = {
        "statement": (
            "record",
            dict.fromkeys(
                (
                    "value", "date_lo", "date_hi", "num_lo", "num_hi", "original", "lang",
                    "evidence", "locator", "certainty",
                )
            ),
        ),
        "list_row": ("record", {"key": "", "digest": "", "state": "erased", "cells": None}),
        "determination": ("record", {"reasons": ""}),
        "judgement": ("record_a record_b", {"reasons": "", "score": None}),
        "link": ("record_a record_b", {"levels": None}),
        "record": ("number", {"wrapped_key": None, "list_key": None}),
    }  # fmt: skip
    for kind, (columns, content) in about.items():
        for number, cells in before[kind].items():
            row = KINDS[kind]._make(cells)
            if any(getattr(row, column) == record for column in columns.split()):
                after[kind][number] = tuple(row._replace(**content))
    return after


def without_mark(tables: Tables, record: int) -> Tables:
    """The tables with the mark of an erased record's id, which must be one, taken out."""
    row = RecordRow._make(tables["record"][record])
    assert row.list_key is not None
    assert row.list_key.startswith("erased:")
    assert len(row.list_key) == len("erased:") + 64
    records = tables["record"] | {record: tuple(row._replace(list_key=None))}
    return tables | {"record": records}


def without_wrapped_keys(tables: Tables) -> Tables:
    """The tables without the one column that stands in no leaf."""
    rows = (RecordRow._make(cells) for cells in tables["record"].values())
    records = {row.number: tuple(row._replace(wrapped_key=None)) for row in rows}
    return tables | {"record": records}


def check_change(
    workspace: Workspace,
    action: str,
    do: Callable[[], object],
    *,
    erased: Sequence[int] = (),
    opens_sealed: bool = False,
    seals: bool = False,
) -> None:
    """Run a use case; its difference to all rows is what its entries' leaves open to.

    With ``erased`` the use case must besides have blanked exactly the rows of those records. With
    ``opens_sealed`` an entry that sealed values were opened must stand before its own. With
    ``seals`` rows that were emptied must be kept sealed in later ones.
    """
    store = workspace.store
    before, size = all_rows(workspace), store.log_size()
    made = do()
    if isinstance(made, Rotation):  # the keys of records are wrapped anew, and nothing else is
        workspace, before = made.workspace, without_wrapped_keys(before)
        after = without_wrapped_keys(all_rows(workspace))
    else:
        after = all_rows(workspace)
    for kind in ("statement", "list_row") if seals else ():
        for number, row in before[kind].items():
            now = after[kind][number]
            if now != row and is_kept_sealed(store, kind, KINDS[kind](*now)):
                before[kind][number] = now
    for record in erased:
        before, after = blanked(before, record), without_mark(after, record)
    entries = [Entry.from_bytes(row.data) for row in store.entries(first=size)]
    expected = ["open-sealed", action] if opens_sealed else [action]
    assert [entry.action for entry in entries] == expected
    numbers = {entry.batch_number for entry in entries}
    for kind in KINDS:
        gone = before[kind].keys() - after[kind].keys()
        changed = [n for n, row in before[kind].items() if after[kind].get(n) != row]
        assert (gone, changed) == (set(), []), kind
        assert {batch_of(number) for number in after[kind].keys() - before[kind].keys()} <= numbers
    for entry in entries:
        check_entry(workspace, entry, before, after)


def check_entry(workspace: Workspace, entry: Entry, before: Tables, after: Tables) -> None:
    """The new rows of an entry's batch are those that its leaves open to."""
    batches = workspace.store.batches()
    batch = next(row for row in batches if row.batch == entry.batch_number)
    assert (batch.uuid, batch.actor, batch.opened_at, batch.action) == (
        str(entry.batch),
        str(entry.actor),
        entry.opened,
        entry.action,
    )
    committed = {}
    for kind in KINDS:
        new = sorted(after[kind].keys() - before[kind].keys())
        new = [number for number in new if batch_of(number) == entry.batch_number]
        if not new:
            continue
        assert [position_of(number) for number in new] == list(range(len(new)))
        leaves = [leaf_hash(leaf_of(workspace, kind, after[kind][n], batch)) for n in new]
        committed[kind] = (len(new), root(leaves))
    assert {kind: tuple(head) for kind, head in entry.trees.items()} == committed


def first_person(workspace: Workspace, position: int = 0) -> str:
    people = [row for row in workspace.store.scan(RecordRow) if row.record_type == "Person"]
    return workspace.short_id(people[position].number)


def test_making_a_workspace(bench: Bench) -> None:
    entry = Entry.from_bytes(next(bench.amal.store.entries()).data)
    rows = all_rows(bench.amal)
    assert entry.action == "init"
    batch = bench.amal.store.batches()[0]
    for kind, head in entry.trees.items():
        leaves = [leaf_hash(leaf_of(bench.amal, kind, row, batch)) for row in rows[kind].values()]
        assert tuple(head) == (len(leaves), root(leaves))
    assert set(entry.trees) == {kind for kind, found in rows.items() if found}


def test_importing_correcting_withdrawing_undoing(bench: Bench) -> None:
    check_change(bench.amal, "import", lambda: bench.take_in(*ROWS, release="complete"))
    corrected = [ROWS[0], ROWS[1].replace("died,2015-03", "held,"), *ROWS[2:]]
    check_change(
        bench.amal,
        "import",
        lambda: bench.take_in(*corrected, release="complete", asserted_on="2024-01-31"),
    )
    check_change(
        bench.amal,
        "import",
        lambda: bench.take_in(ROWS[0], release="complete", asserted_on="2024-02-28", confirm=True),
    )
    newest = bench.amal.store.batches()[-1].batch
    check_change(bench.amal, "undo", lambda: undo_batch(bench.amal, batch=newest, reason="r"))


def test_a_list_prepared_in_a_second_process(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bayyina.app.importing.BESIDE_FROM", 0)
    rows = [
        f"FICT-{n},Name {n},M,19{n % 80 + 10},2013-0{n % 9 + 1},Homs,died,20{n % 9 + 14}"
        for n in range(700)
    ]
    check_change(bench.amal, "import", lambda: bench.take_in(*rows))


def test_members_and_roles(bench: Bench) -> None:
    check_change(
        bench.amal,
        "add-member",
        lambda: enroll(
            bench.amal, handle="b", name="B", roles=("verifier",), passphrase="b", cost=CHEAP
        ),
    )
    check_change(
        bench.amal, "set-roles", lambda: set_roles(bench.amal, handle="b", roles=("viewer",))
    )


def test_judging_and_determining(bench: Bench) -> None:
    bench.take_in(*ROWS)
    one, two = first_person(bench.amal, 0), first_person(bench.amal, 1)
    check_change(
        bench.amal,
        "judge",
        lambda: judge_pair(
            bench.amal, record_a=one, record_b=two, verdict="different", reasons="two ids"
        ),
    )
    take_in(bench, "Register A")
    take_in(bench, "Register B")
    deaths = records(bench.amal, "Death")[-6:]
    verifier = bench.member("badr", "verifier")
    check_change(
        verifier,
        "determine",
        lambda: determine_record(
            verifier,
            record_id=deaths[0],
            decision="verified",
            verdict="for",
            standard="death-two-sources",
            reasons="two independent lines",
            lines=[f"list_entry={deaths[0]}", f"list_entry={deaths[3]}"],
        ),
    )
    bringer = bench.member("chams", "earlier-decisions")
    check_change(
        bringer,
        "determine",
        lambda: bring_decision(
            bringer, record_id=deaths[0], practice="the FICT network", reasons="its file of 2019"
        ),
    )


def test_a_dry_run_and_a_second_import_change_nothing(bench: Bench) -> None:
    bench.take_in(*ROWS)
    before, others = all_rows(bench.amal), operational(bench.amal)
    result = bench.take_in(*ROWS)
    assert result.batch is None
    assert result.changes.unchanged == len(ROWS)
    bench.take_in("FICT-9,New,M,,2014,Homs,held,", dry_run=True)
    assert (all_rows(bench.amal), operational(bench.amal)) == (before, others)


def test_erasing(bench: Bench) -> None:
    bench.take_in(*ROWS)
    one, two = first_person(bench.amal, 0), first_person(bench.amal, 1)
    judge_pair(bench.amal, record_a=one, record_b=two, verdict="different", reasons="two ids")
    people = [bench.member(handle, "data-protection") for handle in ("badr", "chams")]
    number = record_number(bench.amal, one)

    def erase(workspace: Workspace) -> None:
        erase_record(workspace, record_id=one, reason="objection", progress=quiet)

    check_change(people[0], "agree-erasure", lambda: erase(people[0]))
    aside = [row.record for row in bench.amal.store.find(ListRow, "state", ["kept_aside"])]
    assert aside[1] is not None, "the second one repeats the record's id"
    check_change(people[1], "erase", lambda: erase(people[1]), erased=(number, aside[1]))
    before, others = all_rows(bench.amal), operational(bench.amal)
    erase(people[0])
    assert (all_rows(bench.amal), operational(bench.amal)) == (before, others)
